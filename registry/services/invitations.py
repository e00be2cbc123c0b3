"""Inviting somebody by mail to act for a firm.

The link's secret is made when the letter is written and stored nowhere; the table has its digest. Whoever accepts
must have an account with the invited address: a letter can be forwarded, and the owner has named an address.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain import account
from registry.domain.errors import Duplicate, NotAllowed, NotFound
from registry.domain.messages import N_
from registry.domain.requirements import Facts, Field, validated
from registry.domain.roles import ROLE_LABELS, Role
from registry.models import Invitation, Membership, User
from registry.services import audit, jobs, notifications, people
from registry.services.claims import lock_own
from registry.services.locking import lock
from registry.services.members import ROLE_FIELD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.services.work import Work

EMAIL_FIELD: Final = Field(
    "email",
    N_("受邀人的邮箱"),
    help=N_("邀请信发到这个邮箱，受邀人须用这个邮箱的账号接受。"),
    max_length=account.EMAIL_FIELD.max_length,
    check=account.check_email,
    why_private=N_("个人信息。"),
)
LETTER_JOB: Final = "invitation-letter"
LASTS: Final = timedelta(days=7)
_GONE: Final = N_("邀请链接无效、已过期或已撤回，请联系邀请您的人重新发送。")
_INVITED: Final = N_("已邀请过这个邮箱，可以重发邀请。")
_MEMBER: Final = N_("这个邮箱的用户已经是企业成员。")


def invite(work: Work, values: Mapping[str, Any]) -> Invitation:
    """Invite an address to act for the actor's firm in a role.

    Raises:
        NotAllowed: the actor owns no firm.
        InvalidFields: address or role is missing or wrong.
        Duplicate: the address belongs to a member, or is invited already.
    """
    enterprise = lock_own(work)
    normal = validated((EMAIL_FIELD, ROLE_FIELD), values, Facts(work.today))
    email = normal["email"]
    member = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.enterprise_id == enterprise.id, Membership.until.is_(None), User.email == email)
    )
    if work.session.scalar(member) is not None:
        raise Duplicate("email", _MEMBER)
    if any(waiting.email == email for waiting in list_open(work)):
        raise Duplicate("email", _INVITED)
    invitation = Invitation(
        token_sha256=_digest(secrets.token_urlsafe(32)),  # Of no letter yet.
        enterprise_id=enterprise.id,
        email=email,
        role=normal["role"],
        invited_by_id=work.actor.user_id,
        invited_at=work.now,
        expires_at=work.now + LASTS,
    )
    work.session.add(invitation)
    work.session.flush()
    audit.record(work, "enterprise:member:invite", enterprise.id, role=invitation.role)
    _enqueue_letter(work, invitation)
    return invitation


def resend(work: Work, invitation_id: int) -> Invitation:
    """Send a new letter, whose link lasts from now; the old one works no more.

    Raises:
        NotFound: the actor's firm has no such invitation that waits.
        NotAllowed: the actor owns no firm.
    """
    invitation = _waiting(work, invitation_id)
    # Whoever sends it again answers for it from now on: the one who did before may not be able to sign in any more.
    invitation.expires_at, invitation.invited_by_id = work.now + LASTS, work.actor.user_id
    work.session.flush()
    audit.record(work, "enterprise:member:resend", invitation.enterprise_id)
    _enqueue_letter(work, invitation)
    return invitation


def revoke(work: Work, invitation_id: int) -> Invitation:
    """Take an invitation back.

    Raises:
        NotFound, NotAllowed: as for sending it again.
    """
    invitation = _waiting(work, invitation_id)
    invitation.revoked_at = work.now
    work.session.flush()
    audit.record(work, "enterprise:member:revoke", invitation.enterprise_id)
    return invitation


def list_open(work: Work) -> list[Invitation]:
    """The invitations of the actor's firm that nobody has accepted, expired ones too."""
    return list(
        work.session.scalars(
            select(Invitation)
            .where(
                Invitation.enterprise_id.in_(work.actor.enterprise_ids()),
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
            .order_by(Invitation.id)
        )
    )


def find(work: Work, token: str) -> Invitation:
    """The invitation that a letter's link stands for, while it works.

    Raises:
        NotFound: there is none, it has expired, was taken back, or was accepted, or whoever sent it owns the firm's
            file no more.
    """
    invitation = work.session.scalar(select(Invitation).where(Invitation.token_sha256 == _digest(token)))
    if invitation is None or not _works(work, invitation):
        raise NotFound(_GONE)
    return invitation


def accept(work: Work, token: str, user: User) -> Membership:
    """Take up an invitation, once.

    Raises:
        NotFound: it works no more.
        NotAllowed: it was sent to another address than this person's.
        InvalidValue: the person administers the site, and so acts for no firm.
    """
    invitation = find(work, token)
    lock(work.session, invitation.enterprise)
    lock(work.session, invitation)
    invitation = find(work, token)
    if invitation.email != user.email:
        raise NotAllowed(N_("这份邀请发给另一个邮箱。请用那个邮箱的账号登录，或请邀请人改发到您现在的邮箱。"))
    invitation.accepted_at, invitation.accepted_by_id = work.now, user.id
    # Who was let in meanwhile in another way keeps the role given there.
    known = people.membership_of(work.session, user.id, invitation.enterprise_id)
    membership = known or people.join(work, user, invitation.enterprise, Role(invitation.role))
    audit.record(work, "enterprise:member:accept", invitation.enterprise_id, person_id=user.id, role=membership.role)
    return membership


def send_letter(work: Work, payload: dict[str, Any]) -> None:
    """Make the link's secret and write the letter: the handler of its job.

    Raises:
        OSError: the mail server refused or could not be reached; the job is tried again.
    """
    invitation = work.session.get(Invitation, payload["invitation_id"])
    if invitation is None or not _works(work, invitation):
        return  # Taken back meanwhile, or deleted with the account that it was meant for.
    token = secrets.token_urlsafe(32)
    invitation.token_sha256 = _digest(token)
    inviter = work.session.get_one(User, invitation.invited_by_id)
    data = {
        "enterprise": invitation.enterprise.name,
        "inviter": inviter.name,
        "role": ROLE_LABELS[Role(invitation.role)],
        "days": LASTS.days,
        "link": f"{work.settings.public_url}/account/invitations/{token}",
    }
    notifications.send_now(work, to=invitation.email, template="invitation", data=data)


def _works(work: Work, invitation: Invitation) -> bool:
    if invitation.accepted_at or invitation.revoked_at or invitation.expires_at < work.now:
        return False
    return people.is_owner(work.session, invitation.invited_by_id, invitation.enterprise_id)


def _waiting(work: Work, invitation_id: int) -> Invitation:
    enterprise = lock_own(work)
    invitation = next((found for found in list_open(work) if found.id == invitation_id), None)
    if invitation is None or invitation.enterprise_id != enterprise.id:
        raise NotFound
    return invitation


def _enqueue_letter(work: Work, invitation: Invitation) -> None:
    key = f"{invitation.id}-{int(invitation.expires_at.timestamp())}"
    jobs.enqueue(work.session, LETTER_JOB, key, {"invitation_id": invitation.id}, at=work.now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
