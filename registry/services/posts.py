"""Posts: given and ended by the security administrator, also those that the system administrator asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from registry.domain.administration import Duty
from registry.domain.errors import AlreadyClosed, InvalidFields, InvalidValue, NotFound
from registry.domain.messages import N_, Message
from registry.domain.roles import STAFF_ROLES, Role
from registry.domain.sign_in import EndReason
from registry.infrastructure.clock import office_date
from registry.models import Bureau, Post, User
from registry.services import assignments, audit, jobs, notifications, people, sign_ins
from registry.services.administration import require, require_other
from registry.services.locking import lock, lock_people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from registry.models import Filing
    from registry.services.work import Work

PILE = "pile"  # What a form says instead of a colleague: back to the common pile.


def give(work: Work, user_id: int, *, role: str, bureau_id: int | None) -> Post:
    """Give a person a post, from now on.

    Raises:
        NotAllowed: the actor gives no posts, or the person is the actor.
        NotFound: there is no such account.
        InvalidFields: no such role or office, the role excludes one that is held, or the account is deactivated.
        Duplicate: the person holds this post already.
    """
    require(work, Duty.GIVE_POSTS)
    require_other(work, user_id)
    user = work.session.get(User, user_id)
    if user is None or user.closed_at is not None:
        raise NotFound
    lock_people(work.session, {user.id})
    if role not in {known.value for known in STAFF_ROLES}:
        raise InvalidFields({"role": Message(N_("请选择一项。"))})
    bureau = work.session.get(Bureau, bureau_id) if bureau_id is not None else None
    if not user.active:
        raise InvalidFields({"role": Message(N_("账号已停用，请先恢复账号。"))})
    if user.admitted_at is None:
        # Else one administrator alone could give any post to a second account of their own.
        raise InvalidFields({"role": Message(N_("这是本人自行注册的账号，请先由系统管理员确认为工作账号。"))})
    try:
        post = people.appoint(work, user, bureau, Role(role))
    except InvalidValue as error:
        raise InvalidFields({"role": error.message}) from error
    sign_ins.end_all(work, user.id, EndReason.RIGHTS)
    tell(work, post, "begin")
    return post


def get(work: Work, post_id: int) -> Post:
    """A post with its person and office.

    Raises:
        NotAllowed: the actor gives no posts.
        NotFound: there is no such post.
    """
    require(work, Duty.GIVE_POSTS)
    post = work.session.scalar(
        select(Post)
        .where(Post.id == post_id)
        .options(
            joinedload(Post.user),
            joinedload(Post.bureau).joinedload(Bureau.area),
            joinedload(Post.stands_in_for).joinedload(Post.user),
        )
    )
    if post is None:
        raise NotFound
    return post


def end(work: Work, post: Post, *, hand_to: Mapping[int, str]) -> None:
    """End a post, and whatever hangs on it: those who stand in for it, and the cases of its scope.

    Args:
        work: who acts.
        post: the post.
        hand_to: by office, who gets the person's open cases: an account's number, or `PILE`.

    Raises:
        NotAllowed: the actor gives no posts, or it is the actor's own.
        AlreadyClosed: it has ended.
        InvalidFields: there are open cases and nobody is named for them.
    """
    require(work, Duty.GIVE_POSTS)
    require_other(work, post.user_id)
    lock(work.session, post)
    if not lasts(work, post):
        raise AlreadyClosed(N_("这个岗位已经终止。"))
    hand_on(work, [post], hand_to)
    finish(work, post)
    audit.record(work, "admin:post:end", post.id, person_id=post.user_id, role=post.role, bureau=_bureau_name(post))
    tell(work, post, "end")


def lasts(work: Work, post: Post) -> bool:
    """Whether a post has not ended; one that stands in may still have to begin."""
    return post.until is None or post.until > work.now


def finish(work: Work, post: Post) -> None:
    """End a post with all who stand in for it, and take from each of them the cases they have no seat for."""
    ended = [post, *stand_ins_of(work, post)]
    if post.stands_in_for_id is None:
        ended += _without_foothold(work, post)
    for each in ended:
        each.until = work.now
    work.session.flush()
    # Those who stood in come first: their cases go back to the colleague and not to the pile.
    for each in reversed(ended):
        assignments.settle(work, each.user_id, each.stands_in_for.user_id if each.stands_in_for else None)
        if each is not post:
            tell_stand_in(work, each, "end")


def stand_ins_of(work: Work, post: Post) -> Sequence[Post]:
    """The posts of those who stand in for this one, now or later."""
    return work.session.scalars(
        select(Post)
        .where(Post.stands_in_for_id == post.id, Post.until > work.now)
        .options(joinedload(Post.user), joinedload(Post.bureau), joinedload(Post.stands_in_for))
    ).all()


def cases_to_hand_on(work: Work, posts: Sequence[Post]) -> dict[int, Sequence[Filing]]:
    """The person's open cases for which no seat is left once these posts are gone, by office."""
    found: dict[int, Sequence[Filing]] = {}
    for post in posts:
        if post.bureau is None or post.role != Role.REVIEWER or post.stands_in_for_id is not None:
            continue
        if cases := assignments.open_cases(work, post.user_id, post.bureau):
            found[post.bureau.id] = cases
    return found


def hand_on(work: Work, posts: Sequence[Post], hand_to: Mapping[int, str]) -> None:
    """Hand the cases of these posts, all of one person, to those named.

    Raises:
        InvalidFields: nobody is named for an office's cases, or somebody who cannot have them.
    """
    cases = cases_to_hand_on(work, posts)
    known = assignments.colleagues(work, cases, posts[0].user_id) if cases else {}
    for bureau_id, filings in cases.items():
        choice = hand_to.get(bureau_id, "")
        receivers = {str(user.id): user.id for user in known.get(bureau_id, [])}
        if choice != PILE and choice not in receivers:
            raise InvalidFields({f"to-{bureau_id}": Message(N_("请选择由谁接手在办案件。"))})
        assignments.hand_over(work, posts[0].user_id, receivers.get(choice), filings)


def tell(work: Work, post: Post, event: str) -> None:
    """Tell a person that a post was given or has ended."""
    notifications.to_person(
        work,
        post.user_id,
        key=f"post-{post.id}-{event}",
        template="post_changed",
        data=_letter(work, post, _bureau_name(post), event),
    )


def tell_all(work: Work, given: Sequence[Post], users: Mapping[int, User], names: Mapping[int | None, str]) -> None:
    """Tell each of them that a post was given, in one statement."""
    letters = {}
    for post in given:
        user = users[post.user_id]
        data = _letter(work, post, names[post.bureau_id], "begin") | {"name": user.name}
        payload = {"to": user.email, "template": "post_changed", "data": data}
        letters[f"post-{post.id}-begin-{user.id}"] = payload
    jobs.enqueue_all(work.session, notifications.MAIL_JOB, letters, at=work.now)


def _letter(work: Work, post: Post, bureau: str, event: str) -> dict[str, str]:
    link = f"{work.settings.public_url}/account/desk"
    return {"event": event, "role": post.role, "bureau": bureau, "link": link}


def tell_stand_in(work: Work, stand_in: Post, event: str) -> None:
    """Tell both the absent person and the one who stands in that this begins, or has ended before its time."""
    assert stand_in.stands_in_for is not None
    assert stand_in.until is not None
    for user_id in (stand_in.user_id, stand_in.stands_in_for.user_id):
        notifications.to_person(
            work,
            user_id,
            key=f"stand-in-{stand_in.id}-{event}",
            template="stand_in",
            data={
                "event": event,
                "absent": stand_in.stands_in_for.user.name,
                "deputy": stand_in.user.name,
                "role": stand_in.role,
                "bureau": _bureau_name(stand_in),
                "first": office_date(stand_in.since).isoformat(),
                "last": last_day(stand_in).isoformat(),
                "link": f"{work.settings.public_url}/account/absence",
            },
        )


def last_day(stand_in: Post) -> date:
    """The last day on which somebody stands in: the day before the midnight at which it ends."""
    assert stand_in.until is not None
    return office_date(stand_in.until - timedelta(microseconds=1))


def _without_foothold(work: Work, post: Post) -> Sequence[Post]:
    """What a person stands in for at an office where this was the last post of their own."""
    own = select(Post.id).where(
        Post.user_id == post.user_id,
        Post.bureau_id == post.bureau_id,
        Post.id != post.id,
        Post.stands_in_for_id.is_(None),
        or_(Post.until.is_(None), Post.until > work.now),
    )
    if post.bureau_id is None or work.session.scalar(own.limit(1)) is not None:
        return ()
    return work.session.scalars(
        select(Post)
        .where(
            Post.user_id == post.user_id,
            Post.bureau_id == post.bureau_id,
            Post.stands_in_for_id.is_not(None),
            Post.until > work.now,
        )
        .options(joinedload(Post.user), joinedload(Post.bureau), joinedload(Post.stands_in_for))
    ).all()


def _bureau_name(post: Post) -> str:
    return post.bureau.name if post.bureau else ""
