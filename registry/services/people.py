"""People and the seats they hold."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from registry.domain.errors import Duplicate
from registry.domain.messages import N_
from registry.domain.roles import Actor, Role, Seat, Subject, Tier
from registry.models import Bureau, Membership, Post, User
from registry.services import audit
from registry.services.constraints import unique

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.models import Enterprise
    from registry.services.work import Work


_TAKEN: Final = N_("这个邮箱已注册，请直接登录或换一个邮箱。")


def add_user(work: Work, *, email: str, name: str, password_hash: str) -> User:
    """Make an account.

    Raises:
        Duplicate: the address has an account already.
    """
    email = email.strip().lower()
    if work.session.scalar(select(User.id).where(User.email == email)) is not None:
        raise Duplicate("email", _TAKEN)
    user = User(
        email=email,
        name=name,
        password=password_hash,
        fs_uniquifier=secrets.token_urlsafe(32),
        created_at=work.now,
    )
    with unique(work.session, "uq_user_email", "email", _TAKEN):
        work.session.add(user)
    audit.record(work, "account:user:register", user.id)
    return user


def join(work: Work, user: User, enterprise: Enterprise, role: Role) -> None:
    """Let a person act for a firm."""
    work.session.add(Membership(user=user, enterprise=enterprise, role=role, since=work.now))
    work.session.flush()


def appoint(work: Work, user: User, bureau: Bureau, role: Role) -> None:
    """Give a person a post at an office."""
    work.session.add(Post(user=user, bureau=bureau, role=role, since=work.now))
    work.session.flush()


def actor_of(session: Session, user_id: int, now: datetime) -> Actor:
    """The person with the seats held at this moment, in three statements."""
    user = session.scalars(
        select(User)
        .where(User.id == user_id)
        .options(
            selectinload(User.memberships),
            selectinload(User.posts).joinedload(Post.bureau).joinedload(Bureau.area),
        )
    ).one()
    seats = [_firm_seat(membership) for membership in user.memberships if _lasts(membership, now)]
    seats += [_office_seat(post) for post in user.posts if _lasts(post, now)]
    return Actor(
        user_id=user.id,
        name=user.name,
        seats=tuple(seats),
        related_enterprises=frozenset(membership.enterprise_id for membership in user.memberships),
    )


def _lasts(seat: Membership | Post, now: datetime) -> bool:
    return seat.since <= now and (seat.until is None or now < seat.until)


def _firm_seat(membership: Membership) -> Seat:
    return Seat(role=Role(membership.role), enterprise_id=membership.enterprise_id)


def _office_seat(post: Post) -> Seat:
    bureau = post.bureau
    return Seat(
        role=Role(post.role),
        bureau_id=bureau.id,
        bureau_name=bureau.name,
        area_path=bureau.area.path,
        subject=Subject(bureau.subject),
        tier=Tier(bureau.tier),
    )
