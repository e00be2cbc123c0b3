"""Accounts for a whole office from a table. The posts in it are asked for, not given: that takes another person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import selectinload

from registry.domain import staff_table
from registry.domain.administration import Duty
from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.roles import Role
from registry.domain.text import fold
from registry.models import Bureau, Post, PostProposal, User
from registry.services import audit, password_links, people
from registry.services.administration import require
from registry.services.constraints import unique

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from registry.domain.staff_table import Row, Table
    from registry.services.work import Work

_MEANWHILE: Final = N_("有账号刚刚由别人建立，请再上传一次。")
_AT_ONCE: Final = 1_000  # addresses asked for in one statement


@dataclass(frozen=True, slots=True)
class Result:
    """What was written."""

    accounts: int
    proposals: int


@dataclass(slots=True)
class _Known:
    """What the registry knows of a person in the table."""

    user: User
    held: list[Role]
    posts: set[tuple[int | None, Role]]


def read(work: Work, text: str) -> Table:
    """Check a table against itself and against the accounts there are; nothing is written.

    Raises:
        NotAllowed: the actor makes no accounts.
        InvalidFields: it cannot be read as a table at all.
    """
    require(work, Duty.ADD_STAFF)
    bureaus = {fold(name): number for name, number in work.session.execute(select(Bureau.name, Bureau.id))}
    try:
        table = staff_table.check(staff_table.lines_of(text), bureaus, work.today)
    except InvalidValue as error:
        raise InvalidFields({"file": error.message}) from error
    known = _known(work, table.by_address)
    for row in list(table.rows):
        if row.email in known and (problem := _problem(known[row.email], row)) is not None:
            table.drop(row, *problem)
    return table


def write(work: Work, table: Table) -> Result:
    """Make the accounts of all right lines that are not there yet, and ask for their posts.

    A table that is sent again changes nothing: who is there is left alone, and a post that is held or asked for is not
    asked for again.

    Raises:
        NotAllowed: the actor makes no accounts.
        Duplicate: somebody made one of the accounts, or asked for one of the posts, at the same moment.
    """
    require(work, Duty.ADD_STAFF)
    known = _known(work, table.by_address)
    new = {row.email: row for row in reversed(table.rows) if row.email not in known}
    # Rows are inserted as a whole and read again: one by one, thousands would take as many statements.
    if new:
        with unique(work.session, "uq_user_email", "file", _MEANWHILE):
            work.session.execute(insert(User), [_account(work, new[email]) for email in reversed(new)])
    made = _known(work, new)
    known |= made
    asked = []
    for row in table.rows:
        person = known[row.email]
        if row.role is not None and (row.bureau_id, row.role) not in person.posts:
            person.posts.add((row.bureau_id, row.role))
            person.user.admitted_at = person.user.admitted_at or work.now  # Who is proposed is admitted.
            asked.append(_proposal(work, person.user.id, row))
    newest = work.session.scalar(select(func.max(PostProposal.id))) or 0
    if asked:
        with (
            unique(work.session, "uq_post_proposal_administrator", "file", _MEANWHILE),
            unique(work.session, "uq_post_proposal_user_id_bureau_id_role", "file", _MEANWHILE),
        ):
            work.session.execute(insert(PostProposal), asked)
    users = [person.user for person in made.values()]
    password_links.invite(work, users)
    _record(work, users, newest, rows=len(table.rows), proposals=len(asked))
    return Result(len(users), len(asked))


def _account(work: Work, row: Row) -> dict[str, Any]:
    return {
        "email": row.email,
        "name": row.name,
        "phone": row.phone,
        "fs_uniquifier": secrets.token_urlsafe(32),
        "created_at": work.now,
        "admitted_at": work.now,
    }


def _proposal(work: Work, user_id: int, row: Row) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "bureau_id": row.bureau_id,
        "role": row.role,
        "proposed_at": work.now,
        "proposed_by_id": work.actor.user_id,
    }


def _known(work: Work, emails: Collection[str]) -> dict[str, _Known]:
    """The accounts at these addresses, with the posts that are held and asked for."""
    found: dict[str, _Known] = {}
    addresses = sorted(emails)
    for start in range(0, len(addresses), _AT_ONCE):
        users = work.session.scalars(
            select(User)
            .where(User.email.in_(addresses[start : start + _AT_ONCE]))
            .options(selectinload(User.memberships))
        ).all()
        found |= {user.email: _Known(user, [], set()) for user in users}
    by_number = {person.user.id: person for person in found.values()}
    if by_number:
        lasting = or_(Post.until.is_(None), Post.until > work.now)
        posts = select(Post.user_id, Post.bureau_id, Post.role, Post.stands_in_for_id).where(lasting)
        for user_id, bureau_id, role, stands_in_for in work.session.execute(posts):
            if user_id in by_number:
                by_number[user_id].held.append(Role(role))
                if stands_in_for is None:
                    by_number[user_id].posts.add((bureau_id, Role(role)))
        asked = select(PostProposal).where(PostProposal.decided_at.is_(None))
        for proposal in work.session.scalars(asked):
            if proposal.user_id in by_number:
                by_number[proposal.user_id].held.append(Role(proposal.role))
                by_number[proposal.user_id].posts.add((proposal.bureau_id, Role(proposal.role)))
    return found


def _problem(known: _Known, row: Row) -> tuple[str, Message] | None:
    """Why a line contradicts the account at its address: the column, and what to tell."""
    user = known.user
    if fold(user.name) != fold(row.name):
        return "email", Message(N_("这个邮箱已是另一个人的账号。"))
    if not user.active:
        return "email", Message(N_("这个账号已停用，请先由安全管理员恢复。"))
    if row.role is None or (row.bureau_id, row.role) in known.posts:
        return None
    in_firm = any(seat.until is None for seat in user.memberships)
    try:
        people.check_appointment(row.role, known.held, at_bureau=row.bureau_id is not None, in_firm=in_firm)
    except InvalidValue as error:
        return "role", error.message
    return None


def _record(work: Work, users: Sequence[User], newest: int, *, rows: int, proposals: int) -> None:
    """Put everything into the trail; the proposals are those of this actor above the newest there was."""
    for user in users:
        audit.record(work, "admin:user:add", user.id, person_id=user.id)
    made = work.session.execute(
        select(PostProposal.id, PostProposal.user_id, PostProposal.role, Bureau.name)
        .outerjoin(Bureau, Bureau.id == PostProposal.bureau_id)
        .where(PostProposal.id > newest, PostProposal.proposed_by_id == work.actor.user_id)
        .order_by(PostProposal.id)
    )
    for number, user_id, role, bureau in made:
        audit.record(work, "admin:post:propose", number, person_id=user_id, role=role, bureau=bureau or "")
    audit.record(work, "admin:user:import", rows=rows, accounts=len(users), proposals=proposals)
