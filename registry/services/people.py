"""People and the seats they hold."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from registry.domain.errors import Duplicate, InvalidFields, InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.roles import (
    ADMIN_ROLES,
    BUREAU_ROLES,
    STAFF_ROLES,
    Actor,
    Role,
    Seat,
    Subject,
    Tier,
    check_together,
)
from registry.models import Bureau, Invitation, Membership, Post, User
from registry.services import audit
from registry.services.constraints import unique
from registry.services.locking import lock_people

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.models import Enterprise
    from registry.services.work import Work


_TAKEN: Final = N_("这个邮箱已注册，请直接登录或换一个邮箱。")
_MEMBER: Final = N_("这个人已经是企业成员。")
_APPOINTED: Final = N_("这个人已经担任该岗位。")


def add_user(work: Work, *, email: str, name: str, password_hash: str | None, for_work: bool = False) -> User:
    """Make an account; without a password it waits for its owner to set one.

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
        admitted_at=work.now if for_work else None,
    )
    with unique(work.session, "uq_user_email", "email", _TAKEN):
        work.session.add(user)
    audit.record(work, "account:user:register", user.id)
    return user


def join(work: Work, user: User, enterprise: Enterprise, role: Role) -> Membership:
    """Let a person act for a firm; a person who does so already is given the role.

    Raises:
        InvalidValue: the person administers the site, and so acts for no firm.
        Duplicate: the person was let in at the same moment by somebody else.
    """
    lock_people(work.session, {user.id})  # Nobody may be made an administrator at the same moment.
    if any(post.role in ADMIN_ROLES for post in posts_of(work, user.id)):
        raise InvalidValue(N_("管理员账号不能加入企业，请另建个人账号。"))
    known = membership_of(work.session, user.id, enterprise.id)
    if known is not None:
        if known.role == role:
            return known
        known.until = work.now
        work.session.flush()
        _revoke_invitations(work, known)
    membership = Membership(user_id=user.id, enterprise_id=enterprise.id, role=role, since=work.now)
    with unique(work.session, "uq_membership_user_id_enterprise_id", "email", _MEMBER):
        work.session.add(membership)
    work.session.expire(user, ["memberships"])
    audit.record(work, "enterprise:membership:begin", enterprise.id, person_id=user.id, role=str(role))
    return membership


def leave(work: Work, membership: Membership) -> None:
    """End a person's acting for a firm, and the invitations of one who owned it."""
    membership.until = work.now
    work.session.flush()
    audit.record(
        work,
        "enterprise:membership:end",
        membership.enterprise_id,
        person_id=membership.user_id,
        role=membership.role,
    )
    _revoke_invitations(work, membership)


def _revoke_invitations(work: Work, ended: Membership) -> None:
    """Take back what an owner who is one no more has invited to: it would be a way back in."""
    if ended.role != Role.OWNER:
        return
    waiting = select(Invitation).where(
        Invitation.enterprise_id == ended.enterprise_id,
        Invitation.invited_by_id == ended.user_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    for invitation in work.session.scalars(waiting).all():
        invitation.revoked_at = work.now
        audit.record(work, "enterprise:member:revoke", invitation.enterprise_id)
    work.session.flush()


def is_owner(session: Session, user_id: int, enterprise_id: int) -> bool:
    """Whether a person owns a firm's file and can sign in."""
    statement = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.user_id == user_id,
            Membership.enterprise_id == enterprise_id,
            Membership.role == Role.OWNER,
            Membership.until.is_(None),
            User.active,
        )
    )
    return session.scalar(statement) is not None


def membership_of(session: Session, user_id: int, enterprise_id: int) -> Membership | None:
    """How a person acts for a firm now; None where not at all."""
    return session.scalar(
        select(Membership).where(
            Membership.user_id == user_id, Membership.enterprise_id == enterprise_id, Membership.until.is_(None)
        )
    )


def appoint(work: Work, user: User, bureau: Bureau | None, role: Role) -> Post:
    """Give a person a post at an office, or the administration of the site.

    Raises:
        InvalidValue: the role excludes one that the person holds.
        InvalidFields: the role belongs to an office and none is named, or the other way round.
        Duplicate: the person holds this post already.
    """
    lock_people(work.session, {user.id})
    work.session.expire(user, ["memberships"])  # Somebody may have let the person into a firm meanwhile.
    check_appointment(
        role,
        (Role(post.role) for post in posts_of(work, user.id)),
        at_bureau=bureau is not None,
        in_firm=any(seat.until is None for seat in user.memberships),
    )
    post = Post(
        user_id=user.id,
        bureau_id=bureau.id if bureau else None,
        role=role,
        since=work.now,
        made_by_id=work.visitor.user_id if work.visitor else None,
    )
    constraint = "uq_post_administrator" if bureau is None else "uq_post_user_id_bureau_id_role"
    with unique(work.session, constraint, "role", _APPOINTED):
        work.session.add(post)
    work.session.expire(user, ["posts"])
    audit.record(
        work,
        "admin:post:begin",
        post.id,
        person_id=user.id,
        role=str(role),
        bureau=bureau.name if bureau else "",
    )
    return post


def check_appointment(role: Role, held: Iterable[Role], *, at_bureau: bool, in_firm: bool) -> None:
    """Whether a person who holds these roles may be given another one.

    Args:
        role: the role to be given.
        held: what the person holds now, or is going to stand in for.
        at_bureau: whether an office is named.
        in_firm: whether the person acts for a firm.

    Raises:
        InvalidValue: the role excludes one that the person holds, or the person's firm.
        InvalidFields: the role belongs to an office and none is named, or the other way round.
    """
    if at_bureau is not (role in BUREAU_ROLES) or role not in STAFF_ROLES:
        raise InvalidFields({"bureau": Message(N_("审核、监管等岗位须指定主管部门，管理员岗位不指定。"))})
    check_together(held, role)
    if role in ADMIN_ROLES and in_firm:
        raise InvalidValue(N_("企业账号不能担任管理员，请另建工作账号。"))


def posts_of(work: Work, user_id: int) -> list[Post]:
    """The posts a person holds now or is going to stand in for."""
    return list(
        work.session.scalars(
            select(Post)
            .where(Post.user_id == user_id, or_(Post.until.is_(None), Post.until > work.now))
            .order_by(Post.id)
        )
    )


def actor_of(session: Session, user_id: int, now: datetime, acting_for: int | None = None) -> Actor:
    """The person with the seats held at this moment, in three statements.

    Args:
        session: reads only.
        user_id: the account.
        now: the moment that counts.
        acting_for: the firm chosen by somebody who serves several.
    """
    post = selectinload(User.posts)
    user = session.scalars(
        select(User)
        .where(User.id == user_id)
        .options(
            selectinload(User.memberships).joinedload(Membership.enterprise),
            post.joinedload(Post.bureau).joinedload(Bureau.area),
            post.joinedload(Post.stands_in_for).joinedload(Post.user).load_only(User.name),
        )
    ).one()
    seats = [_firm_seat(membership) for membership in user.memberships if _lasts(membership, now)]
    seats += [_office_seat(post) for post in user.posts if _lasts(post, now)]
    return Actor(
        user_id=user.id,
        name=user.name,
        seats=tuple(seats),
        related_enterprises=frozenset(membership.enterprise_id for membership in user.memberships),
        acting_for=acting_for,
    )


def _lasts(seat: Membership | Post, now: datetime) -> bool:
    return seat.since <= now and (seat.until is None or now < seat.until)


def _firm_seat(membership: Membership) -> Seat:
    return Seat(
        role=Role(membership.role),
        enterprise_id=membership.enterprise_id,
        enterprise_name=membership.enterprise.name,
    )


def _office_seat(post: Post) -> Seat:
    bureau = post.bureau
    if bureau is None:
        return Seat(role=Role(post.role))
    return Seat(
        role=Role(post.role),
        bureau_id=bureau.id,
        bureau_name=bureau.name,
        area_path=bureau.area.path,
        subject=Subject(bureau.subject),
        tier=Tier(bureau.tier),
        stands_in_for=post.stands_in_for.user.name if post.stands_in_for else "",
        stands_in_for_id=post.stands_in_for.user_id if post.stands_in_for else None,
    )


def find_by_email(session: Session, email: str) -> User | None:
    """The account with this address."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def find_by_uniquifier(session: Session, uniquifier: str) -> User | None:
    """The account that a session names."""
    return session.scalar(select(User).where(User.fs_uniquifier == uniquifier))
