"""Standing in for absent colleagues: a post of one's own, for some days, that ends with the one it stands in for.

Only the holder of a post can ask somebody to stand in, and only a colleague of the same office; who stands in cannot
pass it on. The office knows at each decision who acted and for whom.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from registry.domain import absence
from registry.domain.errors import AlreadyClosed, InvalidFields, InvalidValue, NotFound
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, validated
from registry.domain.roles import BUREAU_ROLES, Role
from registry.infrastructure.clock import office_midnight
from registry.models import Post, User
from registry.services import assignments, audit, jobs, people, posts
from registry.services.locking import lock, lock_people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from registry.services.work import Work

END_JOB: Final = "stand_in_end"


def own_posts(work: Work) -> Sequence[Post]:
    """The actor's own posts at offices, which somebody may stand in for."""
    return work.session.scalars(
        select(Post)
        .where(
            Post.user_id == work.actor.user_id,
            Post.role.in_(BUREAU_ROLES),
            Post.stands_in_for_id.is_(None),
            or_(Post.until.is_(None), Post.until > work.now),
        )
        .options(joinedload(Post.bureau))
        .order_by(Post.id)
    ).all()


def arranged(work: Work) -> Sequence[Post]:
    """Those who stand in for the actor, now or later, and those for whom the actor does."""
    original = aliased(Post)
    return work.session.scalars(
        select(Post)
        .join(original, Post.stands_in_for_id == original.id)
        .where(
            Post.until > work.now,
            or_(Post.user_id == work.actor.user_id, original.user_id == work.actor.user_id),
        )
        .options(joinedload(Post.user), joinedload(Post.bureau), joinedload(Post.stands_in_for).joinedload(Post.user))
        .order_by(Post.since, Post.id)
    ).all()


def own_post(work: Work, post_id: int) -> Post:
    """One of the actor's own posts.

    Raises:
        NotFound: the actor holds no such post, or only stands in there.
    """
    for post in own_posts(work):
        if post.id == post_id:
            return post
    raise NotFound


def colleagues(work: Work, post: Post) -> Sequence[User]:
    """Those who hold a post of their own at the same office."""
    return work.session.scalars(
        select(User)
        .where(
            User.id != post.user_id,
            User.active,
            User.id.in_(
                select(Post.user_id).where(
                    Post.bureau_id == post.bureau_id, Post.until.is_(None), Post.stands_in_for_id.is_(None)
                )
            ),
        )
        .order_by(User.name, User.id)
    ).all()


def delegate(work: Work, post: Post, values: Mapping[str, Any]) -> Post:
    """Ask a colleague to stand in from the first day to the last, both included.

    Raises:
        InvalidFields: fields are missing or wrong, the days overlap with others, or the colleague cannot do it.
    """
    candidates = {str(user.id): user for user in colleagues(work, post)}
    normal = validated(absence.FIELDS, values, Facts(work.today, {"colleague": frozenset(candidates) or _NOBODY}))
    first, last = date.fromisoformat(normal["first"]), date.fromisoformat(normal["last"])
    absence.check_days(first, last, work.today)
    since, until = max(work.now, office_midnight(first)), office_midnight(last + timedelta(days=1))
    user = candidates[normal["colleague"]]
    lock_people(work.session, {user.id, post.user_id})
    lock(work.session, post)
    if not posts.lasts(work, post):
        raise NotFound
    _check_free(work, post, user, since, until)
    stand_in = Post(
        user=user,
        bureau=post.bureau,
        role=post.role,
        since=since,
        until=until,
        stands_in_for=post,
        made_by_id=work.actor.user_id,
    )
    work.session.add(stand_in)
    work.session.flush()
    jobs.enqueue(work.session, END_JOB, str(stand_in.id), {"post_id": stand_in.id}, at=work.now, due=until)
    audit.record(
        work,
        "account:post:delegate",
        stand_in.id,
        person_id=user.id,
        role=post.role,
        bureau=stand_in.bureau.name if stand_in.bureau else "",
        days=(last - first).days + 1,
    )
    posts.tell_stand_in(work, stand_in, "begin")
    return stand_in


def recall(work: Work, stand_in_id: int) -> None:
    """End an arrangement of the actor's before its last day, or call it off before its first.

    Raises:
        NotFound: the actor has arranged no such thing.
        AlreadyClosed: it has ended.
    """
    stand_in = work.session.get(Post, stand_in_id)
    if stand_in is None or stand_in.stands_in_for is None or stand_in.stands_in_for.user_id != work.actor.user_id:
        raise NotFound
    lock(work.session, stand_in)
    if not posts.lasts(work, stand_in):
        raise AlreadyClosed(N_("这项代办已经结束。"))
    posts.finish(work, stand_in)
    audit.record(
        work,
        "account:post:recall",
        stand_in.id,
        person_id=stand_in.user_id,
        role=stand_in.role,
        bureau=stand_in.bureau.name if stand_in.bureau else "",
    )
    posts.tell_stand_in(work, stand_in, "end")


def run_out(work: Work, post_id: int) -> None:
    """The time of standing in is over: the handler of the job. The cases go back to whom they were taken over from."""
    stand_in = work.session.get_one(Post, post_id)
    assert stand_in.stands_in_for is not None
    assignments.settle(work, stand_in.user_id, stand_in.stands_in_for.user_id)


_NOBODY: Final = frozenset({""})  # An empty set would let anything pass.


def _check_free(work: Work, post: Post, user: User, since: datetime, until: datetime) -> None:
    """Whether the days are free and the colleague can stand in.

    Raises:
        InvalidFields: says why not.
    """
    overlapping = (Post.since < until, Post.until > since)
    if work.session.scalar(select(Post.id).where(Post.stands_in_for_id == post.id, *overlapping).limit(1)):
        raise InvalidFields({"first": Message(N_("这些日期已安排了代办人，请先结束原来的安排。"))})
    original = aliased(Post)
    away = (
        select(Post.id)
        .join(original, Post.stands_in_for_id == original.id)
        .where(original.user_id == user.id, original.bureau_id == post.bureau_id, *overlapping)
    )
    if work.session.scalar(away.limit(1)):
        raise InvalidFields({"colleague": Message(N_("这位同事在这些日期也请了代办人，请换一位。"))})
    busy = (
        select(Post.id)
        .where(Post.user_id == post.user_id, Post.bureau_id == post.bureau_id, *overlapping)
        .where(Post.stands_in_for_id.is_not(None))
    )
    if work.session.scalar(busy.limit(1)):
        raise InvalidFields({"first": Message(N_("这些日期您正替同事代办，请先由对方结束代办。"))})
    try:
        held = (Role(each.role) for each in people.posts_of(work, user.id))
        in_firm = any(seat.until is None for seat in user.memberships)
        people.check_appointment(Role(post.role), held, at_bureau=True, in_firm=in_firm)
    except InvalidValue as error:
        raise InvalidFields({"colleague": error.message}) from error
