"""Who acts for a firm: its owners let people in, give them a role and take it back; one owner always remains.

Every change locks the firm's row first, so that two owners cannot remove each other at the same moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from registry.domain.errors import AlreadyClosed, Duplicate, NotAllowed, NotFound
from registry.domain.messages import N_
from registry.domain.requirements import Facts, Field, Kind, validated
from registry.domain.roles import ROLE_LABELS, Role
from registry.models import Enterprise, JoinRequest, Membership, User
from registry.services import audit, enterprises, notifications, people
from registry.services.claims import lock_own, serves
from registry.services.constraints import unique
from registry.services.locking import hold, lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.services.work import Work

ROLE_FIELD: Final = Field(
    "role",
    N_("角色"),
    Kind.CHOICE,
    choices=tuple((str(role), ROLE_LABELS[role]) for role in (Role.FILER, Role.VIEWER, Role.OWNER)),
    why_private=N_("个人信息。"),
)
MESSAGE_FIELD: Final = Field(
    "message",
    N_("给账号所有人的话"),
    Kind.TEXT,
    required=False,
    max_length=500,
    why_private=N_("个人信息。"),
)
_LAST_OWNER: Final = N_("您是唯一的账号所有人。请先把账号移交给其他成员。")
_ASKED: Final = N_("您已申请加入这家企业，正在等待账号所有人答复。")


def list_own(work: Work) -> list[Membership]:
    """Everybody who acts for the actor's firm, the owners first."""
    enterprise = enterprises.own(work)
    found = work.session.scalars(
        select(Membership)
        .where(Membership.enterprise_id == enterprise.id, Membership.until.is_(None))
        .options(joinedload(Membership.user))
        .order_by(Membership.id)
    )
    return sorted(found, key=lambda membership: membership.role != Role.OWNER)


def change_role(work: Work, membership_id: int, values: Mapping[str, Any]) -> Membership:
    """Give a member of the actor's firm another role.

    Raises:
        NotFound: the person is no member now.
        NotAllowed: the actor owns no firm, it would be left without an owner, or the new one could not sign in.
        InvalidFields: there is no such role.
    """
    membership = _member(work, membership_id)
    role = Role(validated((ROLE_FIELD,), values, Facts(work.today))["role"])
    if membership.role == role:
        return membership
    if membership.role == Role.OWNER:
        _guard_last_owner(work, membership)
    if role == Role.OWNER:
        _guard_active(work, membership.user)
    was = membership.role
    given = people.join(work, membership.user, membership.enterprise, role)
    audit.record(work, "enterprise:member:role", given.enterprise_id, person_id=given.user_id, was=was, role=str(role))
    _tell(work, given, "role", role)
    return given


def remove(work: Work, membership_id: int) -> Membership:
    """End somebody's acting for the actor's firm.

    Raises:
        NotFound: the person is no member now.
        NotAllowed: the actor owns no firm, or names the own seat.
    """
    membership = _member(work, membership_id)
    if membership.user_id == work.actor.user_id:
        raise NotAllowed(N_("退出企业请按“退出这家企业”。"))
    _end(work, membership, "enterprise:member:remove")
    _tell(work, membership, "removed", Role(membership.role))
    return membership


def leave(work: Work) -> Enterprise:
    """Stop acting for the firm that the actor acts for.

    Raises:
        NotAllowed: there is none, or the actor is its last owner.
    """
    enterprise = enterprises.own(work)
    lock(work.session, enterprise)
    membership = people.membership_of(work.session, work.actor.user_id, enterprise.id)
    if membership is None:
        raise NotFound
    if membership.role == Role.OWNER:
        _guard_last_owner(work, membership)
    _end(work, membership, "enterprise:member:leave")
    return enterprise


def hand_over(work: Work, membership_id: int) -> Membership:
    """Make another member the owner in the actor's place, who stays on to file.

    Raises:
        NotFound: the person is no member now.
        NotAllowed: the actor owns no firm, or names the own seat or that of somebody who cannot sign in.
    """
    membership = _member(work, membership_id)
    if membership.user_id == work.actor.user_id:
        raise NotAllowed(N_("请选择另一位成员。"))
    _guard_active(work, membership.user)
    successor = people.join(work, membership.user, membership.enterprise, Role.OWNER)
    people.join(work, work.session.get_one(User, work.actor.user_id), membership.enterprise, Role.FILER)
    audit.record(work, "enterprise:member:hand-over", successor.enterprise_id, person_id=successor.user_id)
    _tell(work, successor, "role", Role.OWNER)
    return successor


# Asking to be let in


def ask_to_join(work: Work, enterprise: Enterprise, values: Mapping[str, Any]) -> JoinRequest:
    """Ask the owners of a registered firm to be let in.

    Raises:
        InvalidFields: the message is too long.
        Duplicate: the actor is a member, or has asked already.
        NotAllowed: nobody is there to answer.
    """
    normal = validated((MESSAGE_FIELD,), values, Facts(work.today))
    if serves(work, enterprise):
        raise Duplicate("enterprise", N_("您已经是这家企业的成员，请在页面上方切换到这家企业。"))
    if not owner_count(work, enterprise.id):
        raise NotAllowed(N_("这家企业现在没有可以联系的账号所有人，请向主管部门提出异议。"))
    request = JoinRequest(
        enterprise_id=enterprise.id, user_id=work.actor.user_id, message=normal["message"], asked_at=work.now
    )
    with unique(work.session, "uq_join_request_enterprise_id_user_id", "enterprise", _ASKED):
        work.session.add(request)
    audit.record(work, "enterprise:join:ask", request.id)
    notifications.to_owners(
        work,
        enterprise.id,
        key=f"join-{request.id}",
        template="join_requested",
        data={
            "person": work.actor.name,
            "email": request.user.email,
            "message": request.message,
            "link": notifications.firm_link(work, enterprise.id, "members"),
        },
    )
    return request


def requests_waiting(work: Work) -> list[JoinRequest]:
    """Who waits to be let in to the actor's firm; empty for those who cannot answer."""
    return list(
        work.session.scalars(
            select(JoinRequest)
            .where(
                JoinRequest.enterprise_id.in_(work.actor.enterprise_ids(frozenset({Role.OWNER}))),
                JoinRequest.answered_at.is_(None),
            )
            .options(joinedload(JoinRequest.user))
            .order_by(JoinRequest.id)
        )
    )


def requests_made(work: Work) -> list[JoinRequest]:
    """Where the actor has asked to be let in, the latest first."""
    return list(
        work.session.scalars(
            select(JoinRequest)
            .where(JoinRequest.user_id == work.actor.user_id)
            .options(joinedload(JoinRequest.enterprise))
            .order_by(JoinRequest.id.desc())
        )
    )


def answer(work: Work, request_id: int, values: Mapping[str, Any], *, grant: bool) -> JoinRequest:
    """Let somebody in with a role, or say no.

    Raises:
        NotFound: nobody has asked this of the actor's firm.
        NotAllowed: the actor owns no firm, or the new owner could not sign in.
        AlreadyClosed: another owner has answered.
        InvalidFields: let in, but in no role.
    """
    enterprise = lock_own(work)
    request = _asked(work, request_id, enterprise)
    if request.answered_at is not None:
        raise AlreadyClosed
    role = Role(validated((ROLE_FIELD,), values, Facts(work.today))["role"]) if grant else None
    if role == Role.OWNER:
        _guard_active(work, request.user)
    request.answered_at, request.answered_by_id, request.granted = work.now, work.actor.user_id, grant
    if role is None:
        audit.record(work, "enterprise:join:refuse", request.id, person_id=request.user_id)
    else:
        if people.membership_of(work.session, request.user_id, enterprise.id) is None:
            people.join(work, request.user, enterprise, role)
        audit.record(work, "enterprise:join:grant", request.id, person_id=request.user_id, role=str(role))
    work.session.flush()
    notifications.to_person(
        work,
        request.user_id,
        key=f"join-{request.id}-answered",
        template="join_answered",
        data={
            "enterprise": enterprise.name,
            "granted": grant,
            "link": notifications.firm_link(work, enterprise.id),
        },
    )
    return request


def owner_count(work: Work, enterprise_id: int, *, but: int | None = None) -> int:
    """How many people own the firm's file and can sign in; `but` leaves one person out."""
    statement = (
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.enterprise_id == enterprise_id,
            Membership.role == Role.OWNER,
            Membership.until.is_(None),
            User.active,
        )
    )
    if but is not None:
        statement = statement.where(Membership.user_id != but)
    return work.session.scalar(statement) or 0


def _member(work: Work, membership_id: int) -> Membership:
    """A present member of the firm the actor owns, whose row is locked now."""
    enterprise = lock_own(work)
    membership = work.session.scalar(
        select(Membership)
        .where(
            Membership.id == membership_id,
            Membership.enterprise_id == enterprise.id,
            Membership.until.is_(None),
        )
        .options(joinedload(Membership.user))
        .execution_options(populate_existing=True)
    )
    if membership is None:
        raise NotFound
    return membership


def _asked(work: Work, request_id: int, enterprise: Enterprise) -> JoinRequest:
    """What somebody has asked of this firm, locked after the person, whose account may be closing."""
    mine = (JoinRequest.id == request_id, JoinRequest.enterprise_id == enterprise.id)
    user = work.session.scalar(select(User).join(JoinRequest, JoinRequest.user_id == User.id).where(*mine))
    if user is not None:
        hold(work.session, user)
    request = work.session.scalar(
        select(JoinRequest).where(*mine).with_for_update().execution_options(populate_existing=True)
    )
    if request is None:
        raise NotFound
    return request


def _guard_active(work: Work, user: User) -> None:
    """Let nobody own a firm who cannot sign in, and nobody's account close before this has taken effect."""
    hold(work.session, user)
    if not user.active:
        raise NotAllowed(N_("这位成员的账号已停用或注销，不能成为账号所有人。"))


def _guard_last_owner(work: Work, membership: Membership) -> None:
    if not owner_count(work, membership.enterprise_id, but=membership.user_id):
        mine = membership.user_id == work.actor.user_id
        raise NotAllowed(_LAST_OWNER if mine else N_("企业至少要有一位账号所有人。"))


def _end(work: Work, membership: Membership, tag: str) -> None:
    people.leave(work, membership)
    audit.record(work, tag, membership.enterprise_id, person_id=membership.user_id, role=membership.role)


def _tell(work: Work, membership: Membership, what: str, role: Role) -> None:
    if membership.user_id == work.actor.user_id:
        return
    notifications.to_person(
        work,
        membership.user_id,
        key=f"member-{membership.id}-{what}",
        template="membership_changed",
        data={
            "enterprise": membership.enterprise.name,
            "what": what,
            "role": ROLE_LABELS[role],
            "link": f"{work.settings.public_url}/account/desk",
        },
    )
