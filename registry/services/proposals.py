"""Posts that the system administrator asks for, and what the security administrator says to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from registry.domain.administration import Duty
from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.roles import Role
from registry.domain.sign_in import EndReason
from registry.models import Bureau, Post, PostProposal, SignIn, User
from registry.services import audit, people, posts, sign_ins
from registry.services.administration import require
from registry.services.constraints import unique
from registry.services.locking import lock_people
from registry.services.paging import Page, paginate

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from registry.services.work import Work

_MEANWHILE: Final = N_("有岗位刚刚由别人授予，请刷新页面后再试。")
MOST_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the proposals that were ticked."""

    done: int
    problems: tuple[tuple[PostProposal, Message], ...]  # These still wait.


def waiting(work: Work, *, bureau_id: int | None = None, page: int = 1) -> Page[PostProposal]:
    """The posts asked for, in the order in which they were.

    Raises:
        NotAllowed: the actor gives no posts.
    """
    require(work, Duty.GIVE_POSTS)
    statement = select(PostProposal).where(PostProposal.decided_at.is_(None)).order_by(PostProposal.id)
    if bureau_id is not None:
        statement = statement.where(PostProposal.bureau_id == bureau_id)
    options = (joinedload(PostProposal.user), joinedload(PostProposal.bureau))
    return paginate(work.session, statement, page, *options, per_page=MOST_AT_ONCE)


def bureaus_waiting(work: Work) -> Sequence[Bureau]:
    """The offices that posts are asked for at, to choose from."""
    asked = select(PostProposal.bureau_id).where(PostProposal.decided_at.is_(None))
    return work.session.scalars(select(Bureau).where(Bureau.id.in_(asked)).order_by(Bureau.name)).all()


def decide(work: Work, ids: Collection[int], *, granted: bool) -> Outcome:
    """Give the posts that were ticked, or refuse them. What cannot be given waits on, and the outcome says why.

    Raises:
        NotAllowed: the actor gives no posts.
        InvalidFields: none or too many were ticked.
        Duplicate: one of the posts was given at the same moment by somebody else.
    """
    require(work, Duty.GIVE_POSTS)
    if not 0 < len(ids) <= MOST_AT_ONCE:
        raise InvalidFields({"proposal": Message(N_("请先勾选要办理的岗位。"))})
    concerned = select(PostProposal.user_id).where(PostProposal.id.in_(ids), PostProposal.decided_at.is_(None))
    lock_people(work.session, set(work.session.scalars(concerned)))
    rows = _locked(work, ids)
    held = _held(work, {row.user_id for row in rows})
    new: list[Post] = []
    done: list[PostProposal] = []
    problems: list[tuple[PostProposal, Message]] = []
    for row in rows:
        problem = _problem(work, row, held[row.user_id]) if granted else None
        if problem is not None:
            problems.append((row, problem))
            continue
        row.decided_at, row.decided_by_id, row.granted = work.now, work.actor.user_id, granted
        done.append(row)
        if granted and not _holds(held[row.user_id], row):
            post = Post(user_id=row.user_id, bureau_id=row.bureau_id, role=row.role, since=work.now)
            post.made_by_id = work.actor.user_id
            new.append(post)
            held[row.user_id].append(post)
    with unique(work.session, "uq_post_user_id_bureau_id_role", "proposal", _MEANWHILE):
        work.session.add_all(new)
    _record(work, rows, done, new)
    return Outcome(len(done), tuple(problems))


def _locked(work: Work, ids: Collection[int]) -> Sequence[PostProposal]:
    """Those that still wait, each locked: another administrator cannot decide on it meanwhile."""
    return work.session.scalars(
        select(PostProposal)
        .where(PostProposal.id.in_(ids), PostProposal.decided_at.is_(None))
        .options(selectinload(PostProposal.user).selectinload(User.memberships), selectinload(PostProposal.bureau))
        .order_by(PostProposal.id)
        .with_for_update(of=PostProposal)
        .execution_options(populate_existing=True)
    ).all()


def _held(work: Work, user_ids: Collection[int]) -> dict[int, list[Post]]:
    found: dict[int, list[Post]] = {user_id: [] for user_id in user_ids}
    lasting = or_(Post.until.is_(None), Post.until > work.now)
    for post in work.session.scalars(select(Post).where(Post.user_id.in_(user_ids), lasting).order_by(Post.id)):
        found[post.user_id].append(post)
    return found


def _problem(work: Work, row: PostProposal, held: Sequence[Post]) -> Message | None:
    """Why this post cannot be given; None where it can."""
    if row.user_id == work.actor.user_id:
        return Message(N_("不能给自己授予岗位，请由另一位安全管理员办理。"))
    if not row.user.active:
        return Message(N_("账号已停用，请先恢复账号。"))
    try:
        people.check_appointment(
            Role(row.role),
            (Role(post.role) for post in held),
            at_bureau=row.bureau_id is not None,
            in_firm=any(seat.until is None for seat in row.user.memberships),
        )
    except InvalidValue as error:
        return error.message
    return None


def _holds(held: Sequence[Post], row: PostProposal) -> bool:
    return any(
        post.role == row.role and post.bureau_id == row.bureau_id and post.stands_in_for_id is None for post in held
    )


def _record(work: Work, rows: Sequence[PostProposal], done: Sequence[PostProposal], new: Sequence[Post]) -> None:
    names = {row.bureau_id: row.bureau.name if row.bureau else "" for row in rows}
    for row in done:
        if not row.granted:
            bureau = names[row.bureau_id]
            audit.record(work, "admin:post:refuse", row.id, person_id=row.user_id, role=row.role, bureau=bureau)
    for post in new:
        bureau = names[post.bureau_id]
        audit.record(work, "admin:post:begin", post.id, person_id=post.user_id, role=post.role, bureau=bureau)
    people_changed = {post.user_id for post in new}
    signed_in = select(SignIn.user_id).where(
        SignIn.user_id.in_(people_changed), SignIn.ended_at.is_(None), SignIn.expires_at > work.now
    )
    for user_id in work.session.scalars(signed_in.distinct()).all():
        sign_ins.end_all(work, user_id, EndReason.RIGHTS)
    posts.tell_all(work, new, {row.user_id: row.user for row in rows}, names)
