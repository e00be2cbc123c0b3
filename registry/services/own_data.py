"""What a person may do with the data the registry holds of them (个人信息保护法 第四十四至四十七条)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import joinedload

from registry.domain import account
from registry.domain.audit import TAGS
from registry.domain.errors import Duplicate, InvalidFields, NotAllowed, NotFound
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, Field, Kind, validated
from registry.domain.roles import Role
from registry.domain.sign_in import EndReason
from registry.models import (
    AuditEvent,
    CaseMessage,
    Claim,
    Consent,
    Decision,
    Identity,
    Invitation,
    JoinRequest,
    KeptForm,
    Membership,
    Passkey,
    Post,
    SignIn,
    User,
)
from registry.services import audit, claims, jobs, links, members, notifications, people, sign_ins
from registry.services.constraints import unique
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from registry.models import Filing
    from registry.services.work import Work

LETTER_JOB: Final = "address-letter"
ADDRESS_LINK: Final = timedelta(hours=24)
_NO_SECOND_LETTER: Final = 300  # seconds: nobody's mailbox is filled by somebody who presses again and again.
CONFIRMATION: Final = Field("sure", N_("确认"), Kind.FLAG, choices=(("yes", N_("我知道注销后不能恢复")),))
_PURPOSE: Final = "new-address"
_CLOSED_NAME: Final = "已注销用户"
_TAKEN: Final = N_("这个邮箱不能使用，请换一个。")
_USED: Final = N_("链接无效或已过期，请重新申请。")


def own(work: Work) -> User:
    """The actor's own account."""
    return work.session.get_one(User, work.actor.user_id)


def correct(work: Work, values: Mapping[str, Any]) -> list[str]:
    """Correct the actor's own name and telephone; returns the names of the fields that changed.

    Raises:
        InvalidFields: fields are missing or wrong.
    """
    user, normal = own(work), validated(account.OWN_FIELDS, values, Facts(work.today))
    columns = {"person_name": "name", "phone": "phone"}
    changed = [name for name, column in columns.items() if getattr(user, column) != normal[name]]
    for name in changed:
        setattr(user, columns[name], normal[name])
    if changed:
        work.session.flush()
        audit.record(work, "account:user:correct", user.id, person_id=user.id, fields=changed)
    return changed


def ask_new_address(work: Work, email: str) -> None:
    """Ask for a letter to a new address; it becomes the sign-in name when the letter's link is opened.

    Nothing is looked up here: the worker finds out whether somebody else has that address, and the answer takes as
    long for every one.

    Raises:
        InvalidFields: it has not the form of an address.
    """
    normal = validated((account.EMAIL_FIELD,), {"email": email}, Facts(work.today))["email"]
    me = work.actor.user_id
    digest = hashlib.sha256(normal.encode()).hexdigest()[:32]
    key = f"{me}-{digest}-{int(work.now.timestamp()) // _NO_SECOND_LETTER}"
    jobs.enqueue(work.session, LETTER_JOB, key, {"user_id": me, "email": normal}, at=work.now)
    audit.record(work, "account:user:ask-address", me, person_id=me)


def send_letter(work: Work, payload: dict[str, Any]) -> None:
    """Ask at a new address whether it is the person's own, unless it is somebody else's: the handler of the job.

    Raises:
        OSError: the mail server refused or could not be reached; the job is tried again.
    """
    email, user = payload["email"], work.session.get_one(User, payload["user_id"])
    taken = work.session.scalar(select(User.id).where(User.email == email)) is not None
    if taken or not user.active:
        return
    token = make_token(work, user, email)
    data = {"name": user.name, "link": f"{work.settings.public_url}/account/address/{token}"}
    notifications.send_now(work, to=email, template="new_address", data=data)


def make_token(work: Work, user: User, email: str) -> str:
    """What the end of a link is that makes this address the person's own; good for as long as the present one is."""
    return links.sign(work, _PURPOSE, f"{user.id} {_fingerprint(user)} {email}", lasts=ADDRESS_LINK)


def asked_address(work: Work, token: str) -> str:
    """The address that a link was made for.

    Raises:
        NotFound: the link is not ours, too old, was made for another account, or before address or password changed.
    """
    number, _, rest = links.read(work, _PURPOSE, token).partition(" ")
    fingerprint, _, email = rest.partition(" ")
    user = own(work)
    # Pressed twice, the link says the same again.
    if number != str(user.id) or (email != user.email and fingerprint != _fingerprint(user)):
        raise NotFound(_USED)
    return email


def confirm_address(work: Work, token: str, *, but: int | None = None) -> User:
    """Make the address that the link went to the actor's sign-in name; the old one is told.

    Links that were sent to the old address, or for another new one, are worth nothing afterwards, and all other
    sessions end: whoever changes the address may do so because the mailbox is in other hands.

    Args:
        work: who acts.
        token: the link's end.
        but: the sign-in that goes on.

    Raises:
        NotFound: the link is not ours, too old, was made for another account, or before address or password changed.
        InvalidFields: the address has been taken meanwhile.
    """
    user = own(work)
    lock(work.session, user)
    email = asked_address(work, token)
    if user.email == email:
        return user
    old = user.email
    try:
        with unique(work.session, "uq_user_email", "email", _TAKEN):
            user.email = email
            user.fs_uniquifier = secrets.token_urlsafe(32)
    except Duplicate as error:
        raise InvalidFields({"email": error.message}) from error
    sign_ins.end_all(work, user.id, EndReason.ADDRESS, but=but)
    audit.record(work, "account:user:correct", user.id, person_id=user.id, fields=["email"])
    notifications.address_changed(work, user, old)
    return user


def document(work: Work) -> dict[str, Any]:
    """Everything the registry holds of the actor, in a form that machines read (第四十五条)."""
    user, me = own(work), work.actor.user_id
    audit.record(work, "account:user:export", me, person_id=me)
    rows = work.session.scalars
    memberships = rows(select(Membership).where(Membership.user_id == me).options(joinedload(Membership.enterprise)))
    posts = rows(select(Post).where(Post.user_id == me).options(joinedload(Post.bureau)))
    messages = rows(select(CaseMessage).where(CaseMessage.author_id == me).options(joinedload(CaseMessage.filing)))
    decisions = rows(select(Decision).where(Decision.actor_id == me).options(joinedload(Decision.filing)))
    events = rows(
        select(AuditEvent).where(or_(AuditEvent.actor_id == me, AuditEvent.person_id == me)).order_by(AuditEvent.id)
    )
    return {
        "account": _fields(user, "email", "name", "phone", "created_at"),
        "memberships": [
            _fields(item, "role", "since", "until") | {"enterprise": item.enterprise.name} for item in memberships
        ],
        "posts": [
            _fields(item, "role", "since", "until") | {"bureau": item.bureau.name if item.bureau else ""}
            for item in posts
        ],
        "consents": _rows(rows(select(Consent).where(Consent.user_id == me)), "notice", "given", "at"),
        "sign_ins": _rows(
            rows(select(SignIn).where(SignIn.user_id == me)), "at", "factors", "origin", "device", "ended_at"
        ),
        "passkeys": _rows(rows(select(Passkey).where(Passkey.user_id == me)), "name", "create_datetime"),
        "identities": _rows(rows(select(Identity).where(Identity.user_id == me)), "issuer", "subject", "linked_at"),
        "claims": _rows(
            rows(select(Claim).where(Claim.user_id == me)),
            "kind",
            "licence_name",
            "letter_name",
            "statement",
            "made_at",
        ),
        "join_requests": _rows(rows(select(JoinRequest).where(JoinRequest.user_id == me)), "message", "asked_at"),
        "invitations": _rows(
            rows(select(Invitation).where(Invitation.accepted_by_id == me)), "role", "invited_at", "accepted_at"
        ),
        "decisions": [
            _fields(item, "action", "reason", "decided_at") | {"filing": _reference(item.filing)} for item in decisions
        ],
        "messages": [
            _fields(item, "field", "text", "written_at") | {"filing": _reference(item.filing)} for item in messages
        ],
        "audit": [
            _fields(event, "at", "tag", "success") | {"label": TAGS[event.tag].label if event.tag in TAGS else ""}
            for event in events
        ],
    }


def what_forbids_closing(work: Work) -> list[Message]:
    """Why the actor's account cannot be closed yet, in words that say what to do first; empty where nothing does."""
    found = []
    if people.posts_of(work, work.actor.user_id):
        found.append(Message(N_("您担任主管部门或平台的岗位。请先由安全管理员结束岗位。")))
    for membership in _owned(work):
        others = members.owner_count(work, membership.enterprise_id, but=work.actor.user_id)
        if membership.enterprise.verified_at is not None and not others:
            text = N_("您是%(enterprise)s唯一的账号所有人。请先在“成员”中把企业转交给别人。")
            found.append(Message(text, {"enterprise": membership.enterprise.name}))
    return found


def left_alone(work: Work) -> list[str]:
    """Firms that nobody looks after once the actor has gone: registered by the actor, and not verified yet."""
    return [membership.enterprise.name for membership in _owned(work) if membership.enterprise.verified_at is None]


def close(work: Work, values: Mapping[str, Any]) -> None:
    """Close the actor's account: personal data go, what was done for firms and offices stays (第四十七条).

    Names in decisions and declarations stay: they are part of records that the law wants kept.

    Raises:
        InvalidFields: the person has not confirmed that it is meant.
        NotAllowed: something has to be handed over first.
    """
    validated((CONFIRMATION,), values, Facts(work.today))
    user = own(work)
    _lock_firms(work)
    lock(work.session, user)  # Nobody makes the person an owner, at whatever firm, from here on.
    work.session.expire(user, ["memberships"])
    forbidden = what_forbids_closing(work)
    if forbidden:
        raise NotAllowed(forbidden[0])
    claims.withdraw_all(work)
    for membership in user.memberships:
        if membership.until is None:
            people.leave(work, membership)
    sign_ins.end_all(work, user.id, EndReason.CLOSED)
    _forget(work, user)
    audit.record(work, "account:user:close", user.id, person_id=user.id)


def _lock_firms(work: Work) -> None:
    """So that a firm's last two owners do not leave it at one moment, and no claim is decided at this one."""
    firms = {firm.id: firm for firm in claims.firms_waiting(work)}
    firms |= {membership.enterprise_id: membership.enterprise for membership in _owned(work)}
    for _number, firm in sorted(firms.items()):
        lock(work.session, firm)


def _fingerprint(user: User) -> str:
    """Changes with the address and the password."""
    return hashlib.sha256(f"{user.fs_uniquifier} {user.email}".encode()).hexdigest()[:24]


def _owned(work: Work) -> list[Membership]:
    """How the actor owns firms, in an order in which locks block nobody."""
    return list(
        work.session.scalars(
            select(Membership)
            .where(
                Membership.user_id == work.actor.user_id,
                Membership.until.is_(None),
                Membership.role == Role.OWNER,
            )
            .options(joinedload(Membership.enterprise))
            .order_by(Membership.enterprise_id)
        )
    )


def _forget(work: Work, user: User) -> None:
    """Take everything out of the account that tells who it was."""
    old_email = user.email
    notifications.forget(work, user)
    user.email = f"closed-{user.id}@closed.invalid"  # RFC 2606: leads nowhere, for ever.
    user.name, user.phone, user.password = _CLOSED_NAME, "", None
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = user.fs_webauthn_user_handle = None
    user.mf_recovery_codes = None
    user.fs_uniquifier = secrets.token_urlsafe(32)
    user.active, user.closed_at = False, work.now
    for model in (Passkey, Identity, KeptForm, SignIn):
        work.session.execute(delete(model).where(model.user_id == user.id))
    work.session.execute(delete(JoinRequest).where(JoinRequest.user_id == user.id))
    work.session.execute(
        delete(Invitation).where(or_(Invitation.accepted_by_id == user.id, Invitation.email == old_email))
    )
    work.session.flush()


def _rows(rows: Iterable[Any], *names: str) -> list[dict[str, Any]]:
    return [_fields(row, *names) for row in rows]


def _fields(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _reference(filing: Filing) -> str:
    return filing.reference or ""
