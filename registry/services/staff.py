"""Accounts of those who work for a bureau or run the site: looking them up, making, deactivating, unlocking."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from registry.domain import staff as definition
from registry.domain.administration import Duty
from registry.domain.errors import Duplicate, InvalidFields, NotFound, StaleRevision
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, validated
from registry.domain.sign_in import EndReason
from registry.domain.text import clean_line
from registry.models import Bureau, Membership, Post, PostProposal, SignIn, SignInFailure, User
from registry.services import assignments, attempts, audit, password_links, people, posts, second_factors, sign_ins
from registry.services.administration import require, require_other
from registry.services.locking import lock
from registry.services.paging import Page, paginate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from registry.services.work import Work


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for in the list; empty: anything."""

    text: str = ""  # Part of a name or an address.
    kind: str = ""  # staff, firm or neither; empty: everybody but people of firms.
    state: str = ""  # active, waiting (no password yet) or inactive.
    role: str = ""
    bureau_id: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One account with what administrators decide by."""

    user: User
    posts: Sequence[Post]  # Now, later and before.
    proposals: Sequence[PostProposal]
    firms: int  # For how many firms the person acts now.
    open_cases: int
    last_sign_in: datetime | None
    signed_in: int  # How many sessions last.
    second_factor: bool
    locked_until: datetime | None


def find(work: Work, search: Search, *, page: int = 1) -> Page[User]:
    """The accounts that fit, by name. Closed ones hold no personal data any more and are not shown.

    Raises:
        NotAllowed: the actor may not look people up.
    """
    require(work, Duty.SEE_STAFF)
    statement = select(User).where(User.closed_at.is_(None), *_conditions(work, search)).order_by(User.name, User.id)
    posts_shown = selectinload(User.posts)
    options = (
        posts_shown.joinedload(Post.bureau),
        posts_shown.joinedload(Post.stands_in_for).joinedload(Post.user),
        selectinload(User.webauthn),
    )
    return paginate(work.session, statement, page, *options)


def bureaus(work: Work) -> Sequence[Bureau]:
    """All offices, for choosing one: by area, 市场监管 before 商务."""
    return work.session.scalars(
        select(Bureau).join(Bureau.area).order_by(Bureau.area_code, Bureau.subject.desc())
    ).all()


def get(work: Work, user_id: int) -> User:
    """An account.

    Raises:
        NotAllowed: the actor may not look people up.
        NotFound: there is none, or it is closed for good.
    """
    require(work, Duty.SEE_STAFF)
    user = work.session.get(User, user_id)
    if user is None or user.closed_at is not None:
        raise NotFound
    return user


def person(work: Work, user_id: int) -> Person:
    """One account with posts, cases and sign-ins.

    Raises:
        NotAllowed: the actor may not look people up.
        NotFound: there is none, or it is closed for good.
    """
    user = get(work, user_id)
    found = work.session.scalars(
        select(Post)
        .where(Post.user_id == user_id)
        .options(joinedload(Post.bureau), joinedload(Post.stands_in_for).joinedload(Post.user))
        .order_by(Post.since.desc(), Post.id.desc())
    ).all()
    proposals = work.session.scalars(
        select(PostProposal)
        .where(PostProposal.user_id == user_id, PostProposal.decided_at.is_(None))
        .options(joinedload(PostProposal.bureau))
        .order_by(PostProposal.id)
    ).all()
    firms = select(func.count()).where(Membership.user_id == user_id, Membership.until.is_(None))
    lasting = and_(SignIn.ended_at.is_(None), SignIn.expires_at > work.now)
    devices = work.session.execute(
        select(SignIn.device_key, func.max(SignIn.at), func.count().filter(lasting))
        .where(SignIn.user_id == user_id)
        .group_by(SignIn.device_key)
    ).all()
    return Person(
        user=user,
        posts=found,
        proposals=proposals,
        firms=work.session.scalar(firms) or 0,
        open_cases=assignments.count_open(work, user_id),
        last_sign_in=max((last for _key, last, _count in devices), default=None),
        signed_in=sum(count for _key, _last, count in devices),
        second_factor=bool(second_factors.methods_of(user)),
        locked_until=_locked_until(work, user, {key for key, _last, _count in devices}),
    )


def add(work: Work, values: Mapping[str, Any]) -> User:
    """Make a work account; the person gets a letter with a link to set a password.

    Raises:
        NotAllowed: the actor makes no accounts.
        InvalidFields: fields are missing or wrong.
        Duplicate: the address has an account already.
    """
    require(work, Duty.ADD_STAFF)
    normal = validated(definition.FIELDS, values, Facts(work.today))
    if people.find_by_email(work.session, normal["email"]) is not None:
        raise Duplicate("email", N_("这个邮箱已有账号。请在工作人员中查找，确认为工作账号后再授予岗位。"))
    user = people.add_user(work, email=normal["email"], name=normal["name"], password_hash=None, for_work=True)
    user.phone = normal["phone"]
    work.session.flush()
    audit.record(work, "admin:user:add", user.id, person_id=user.id)
    password_links.invite(work, [user])
    return user


def admit(work: Work, user_id: int) -> None:
    """Say that an account which a person made by themselves is one for work, so that it may be given posts.

    Raises:
        NotAllowed: the actor makes no accounts, or it is the actor's own.
        NotFound: there is no such account.
    """
    require(work, Duty.ADD_STAFF)
    require_other(work, user_id)
    user = get(work, user_id)
    if user.admitted_at is None:
        user.admitted_at = work.now
        work.session.flush()
        audit.record(work, "admin:user:admit", user.id, person_id=user.id)


def invite_again(work: Work, user_id: int) -> None:
    """Send the link to set a password once more.

    Raises:
        NotAllowed: the actor makes no accounts.
        NotFound: there is no such account.
        InvalidFields: the person has a password already, or the account is deactivated.
    """
    require(work, Duty.ADD_STAFF)
    user = get(work, user_id)
    if user.password is not None or not user.active:
        raise InvalidFields({"user": Message(N_("这个账号已设置密码或已停用，不能再发送链接。"))})
    audit.record(work, "admin:user:invite", user.id, person_id=user.id)
    password_links.invite(work, [user])


def cases_to_hand_on(work: Work, user_id: int) -> Mapping[Bureau, int]:
    """How many open cases a person sees to at each office."""
    require(work, Duty.SEE_STAFF)
    lasting = _lasting_posts(work, user_id)
    offices = {post.bureau.id: post.bureau for post in lasting if post.bureau}
    return {offices[number]: len(cases) for number, cases in posts.cases_to_hand_on(work, lasting).items()}


def deactivate(work: Work, user_id: int, *, hand_to: Mapping[int, str]) -> None:
    """Bar a person from signing in; all sessions end, and so does all standing in.

    The posts stay with the account and count again when it is reactivated: a person on long leave comes back to
    what they had, without anybody having to remember what that was. While it lasts, nobody finds a seat there.

    Args:
        work: who acts.
        user_id: the account.
        hand_to: by office, who gets the person's open cases: an account's number, or `posts.PILE`.

    Raises:
        NotAllowed: the actor sees to no accounts, or it is the actor's own.
        NotFound: there is no such account.
        StaleRevision: it is deactivated already.
        InvalidFields: there are open cases and nobody is named for them.
    """
    user = _anothers_account(work, user_id)
    lock(work.session, user)
    if not user.active:
        raise StaleRevision
    lasting = _lasting_posts(work, user_id)
    if lasting:
        posts.hand_on(work, lasting, hand_to)
    user.active = False
    work.session.flush()
    for post in lasting:
        for ended in [post] if post.stands_in_for_id is not None else posts.stand_ins_of(work, post):
            posts.finish(work, ended)
            posts.tell_stand_in(work, ended, "end")
    assignments.settle(work, user_id)
    sign_ins.end_all(work, user_id, EndReason.CLOSED)
    # Links in letters, such as those for a new password, name this and are worth nothing now.
    user.fs_uniquifier = secrets.token_urlsafe(32)
    audit.record(work, "admin:user:deactivate", user.id, person_id=user.id)


def reactivate(work: Work, user_id: int) -> None:
    """Let a person sign in again, with the posts held before.

    Raises:
        NotAllowed: the actor sees to no accounts, or it is the actor's own.
        NotFound: there is no such account.
        StaleRevision: it is active already.
    """
    user = _anothers_account(work, user_id)
    lock(work.session, user)
    if user.active:
        raise StaleRevision
    user.active = True
    work.session.flush()
    audit.record(work, "admin:user:reactivate", user.id, person_id=user.id)


def unlock(work: Work, user_id: int) -> None:
    """Forget a person's failed tries, so that the next one is looked at at once.

    Raises:
        NotAllowed: the actor sees to no accounts, or it is the actor's own.
        NotFound: there is no such account.
    """
    user = _anothers_account(work, user_id)
    attempts.succeeded(work, *attempts.all_of(work, user))
    audit.record(work, "admin:user:unlock", user.id, person_id=user.id)


def reset_factors(work: Work, user_id: int) -> None:
    """Take away the second factors of somebody who has lost them; staff set up new ones at the next sign-in.

    Raises:
        NotAllowed: the actor sees to no accounts, or it is the actor's own.
        NotFound: there is no such account.
    """
    user = _anothers_account(work, user_id)
    lock(work.session, user)
    second_factors.reset(work, user)
    audit.record(work, "admin:user:reset_factors", user.id, person_id=user.id)


def end_sessions(work: Work, user_id: int) -> int:
    """End all of a person's sessions, and tell how many there were.

    Raises:
        NotAllowed: the actor sees to no accounts, or it is the actor's own.
        NotFound: there is no such account.
    """
    user = _anothers_account(work, user_id)
    return sign_ins.end_all(work, user.id, EndReason.ADMINISTRATOR)


def _anothers_account(work: Work, user_id: int) -> User:
    """The account of somebody else, for those who see to accounts."""
    require(work, Duty.ACCOUNTS)
    require_other(work, user_id)
    return get(work, user_id)


def _locked_until(work: Work, user: User, devices: Collection[str]) -> datetime | None:
    """Until when no try of this person is looked at, on one of these devices or elsewhere; None: the next one is."""
    keys = attempts.all_of(work, user, devices)
    return work.session.scalar(
        select(func.max(SignInFailure.locked_until)).where(
            SignInFailure.key.in_(keys), SignInFailure.locked_until > work.now
        )
    )


def _lasting_posts(work: Work, user_id: int) -> Sequence[Post]:
    return work.session.scalars(
        select(Post)
        .where(Post.user_id == user_id, _lasting(work))
        .options(
            joinedload(Post.user),
            joinedload(Post.bureau).joinedload(Bureau.area),
            joinedload(Post.stands_in_for).joinedload(Post.user),
        )
        .order_by(Post.id)
    ).all()


def _lasting(work: Work) -> ColumnElement[bool]:
    return or_(Post.until.is_(None), Post.until > work.now)


def _conditions(work: Work, search: Search) -> list[ColumnElement[bool]]:
    found = [_kind(search.kind)]
    if text := clean_line(search.text):
        found.append(or_(User.name.icontains(text, autoescape=True), User.email.icontains(text, autoescape=True)))
    if search.state:
        waiting = and_(User.active.is_(True), User.password.is_(None), ~User.webauthn.any())
        states = {
            "active": and_(User.active.is_(True), ~waiting),
            "waiting": waiting,
            "inactive": User.active.is_(False),
        }
        found += [states[search.state]] if search.state in states else []
    if search.role or search.bureau_id is not None:
        post = [Post.user_id == User.id, _lasting(work)]
        post += [Post.role == search.role] if search.role else []
        post += [Post.bureau_id == search.bureau_id] if search.bureau_id is not None else []
        found.append(select(Post.id).where(*post).exists())
    return found


def _kind(kind: str) -> ColumnElement[bool]:
    """People of bureaus are those who hold, held or are to hold a post; people of firms those of any firm, ever."""
    post = or_(
        select(Post.id).where(Post.user_id == User.id).exists(),
        select(PostProposal.id).where(PostProposal.user_id == User.id).exists(),
    )
    firm = select(Membership.id).where(Membership.user_id == User.id).exists()
    kinds = {"staff": post, "firm": and_(firm, ~post), "neither": and_(~firm, ~post)}
    return kinds.get(kind, or_(post, ~firm))
