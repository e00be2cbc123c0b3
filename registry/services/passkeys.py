"""Passkeys of a person: adding one, taking one away, and signing in with one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain.errors import InvalidFields, NotFound
from registry.domain.messages import N_, Message
from registry.domain.sign_in import EndReason, Factor, Refused
from registry.domain.text import clean_line
from registry.infrastructure.passkeys import WrongAnswer
from registry.models import Passkey, User
from registry.services import audit, security_letters, sign_ins
from registry.services.constraints import unique
from registry.services.locking import lock

if TYPE_CHECKING:
    from datetime import datetime

    from registry.services.work import Work

MOST_PASSKEYS: Final = 10
LONGEST_NAME: Final = 60  # characters
FAILED: Final = N_("通行密钥没有通过验证，请再试一次。")
_KNOWN: Final = N_("这个通行密钥已经添加过。")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser was asked to sign, and when."""

    text: str
    at: datetime


def ask_for_new(work: Work, user: User, challenge: str) -> dict[str, Any]:
    """What the browser needs to make a passkey for a person; gives the person a random name for it first."""
    if not user.fs_webauthn_user_handle:
        user.fs_webauthn_user_handle = secrets.token_urlsafe(32)
        work.session.flush()
    return work.adapters.passkeys.ask_for_new(
        challenge=challenge,
        handle=user.fs_webauthn_user_handle,
        account=user.email,
        name=user.name,
        known=[each.credential_id for each in user.webauthn],
    )


def ask_for_signature(work: Work, challenge: str, user: User | None = None) -> dict[str, Any]:
    """What the browser needs to sign with a passkey of this person, or with any."""
    known = [each.credential_id for each in user.webauthn] if user else []
    return work.adapters.passkeys.ask_for_signature(challenge=challenge, known=known)


def add(work: Work, user: User, *, name: str, answer: str, challenge: str, but: int | None = None) -> Passkey:
    """Keep a new passkey; all sessions of the person end except, where it is given, this sign-in.

    Raises:
        InvalidFields: its name is missing or taken, there are too many, or the browser's answer is not true.
        Duplicate: it is known already.
    """
    lock(work.session, user)
    name = clean_line(name)
    if not name or len(name) > LONGEST_NAME:
        raise InvalidFields({"name": Message(N_("给通行密钥起一个名称，最多 %(most)s 字。"), {"most": LONGEST_NAME})})
    if any(each.name == name for each in user.webauthn):
        raise InvalidFields({"name": Message(N_("您已有一个同名的通行密钥。"))})
    if len(user.webauthn) >= MOST_PASSKEYS:
        raise InvalidFields(
            {"name": Message(N_("通行密钥最多 %(most)s 个，请先删除不用的。"), {"most": MOST_PASSKEYS})}
        )
    try:
        found = work.adapters.passkeys.read_new(answer, challenge)
    except WrongAnswer as error:
        raise InvalidFields({"credential": Message(FAILED)}) from error
    passkey = Passkey(
        user_id=user.id,
        credential_id=found.credential_id,
        public_key=found.public_key,
        sign_count=found.sign_count,
        transports=found.transports,
        backup_state=found.backed_up,
        device_type=found.device_type,
        create_datetime=work.now,
        lastuse_datetime=work.now,
        name=name,
        usage="first",
    )
    with unique(work.session, "uq_passkey_credential_id", "credential", _KNOWN):
        work.session.add(passkey)
    work.session.expire(user, ["webauthn"])
    audit.record(work, "account:factor:add", passkey.id, person_id=user.id, factor=str(Factor.PASSKEY))
    sign_ins.end_all(work, user.id, EndReason.FACTORS, but=but)
    security_letters.changed(work, user, "passkey_added")
    return passkey


def remove(work: Work, user: User, number: int) -> None:
    """Take away one of a person's passkeys.

    Raises:
        NotFound: the person has no such passkey.
    """
    lock(work.session, user)
    passkey = next((each for each in user.webauthn if each.id == number), None)
    if passkey is None:
        raise NotFound
    work.session.delete(passkey)
    work.session.flush()
    work.session.expire(user, ["webauthn"])
    if not user.webauthn and not user.tf_totp_secret:
        user.mf_recovery_codes = None
    audit.record(work, "account:factor:remove", number, person_id=user.id, factor=str(Factor.PASSKEY))
    security_letters.changed(work, user, "passkey_removed")


def owner_of(work: Work, answer: str) -> User | None:
    """Whose passkey has answered, by what it says itself; nothing is proved by that yet."""
    try:
        credential_id, _handle = work.adapters.passkeys.name_in(answer)
    except WrongAnswer:
        return None
    return work.session.scalar(
        select(User).join(Passkey, Passkey.user_id == User.id).where(Passkey.credential_id == credential_id)
    )


def use(work: Work, answer: str, challenge: Challenge, user: User | None = None) -> User:
    """Whose passkey has signed the challenge.

    A challenge from before the passkey's last use is refused: an answer that was overheard is good for nothing, and
    of two requests with one answer only the first comes in.

    Args:
        work: with a session that writes.
        answer: of the browser.
        challenge: what it was asked to sign.
        user: the person who must own the passkey; anybody where None.

    Raises:
        Refused: the signature is not true, or the passkey is unknown, another person's, or of somebody barred.
    """
    try:
        credential_id, handle = work.adapters.passkeys.name_in(answer)
    except WrongAnswer as error:
        raise Refused(FAILED) from error
    passkey = work.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
    if passkey is None:
        raise Refused(FAILED)
    lock(work.session, passkey)
    owner = passkey.user
    is_stranger = user is not None and owner.id != user.id
    is_another = bool(handle) and handle != owner.fs_webauthn_user_handle
    if is_stranger or is_another or not owner.active or challenge.at < passkey.lastuse_datetime:
        raise Refused(FAILED)
    try:
        found = work.adapters.passkeys.read_signature(
            answer, challenge.text, public_key=passkey.public_key, sign_count=passkey.sign_count
        )
    except WrongAnswer as error:
        raise Refused(FAILED) from error
    passkey.sign_count, passkey.backup_state, passkey.lastuse_datetime = found.sign_count, found.backed_up, work.now
    work.session.flush()
    return owner
