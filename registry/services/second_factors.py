"""The second factor: codes of an authenticator app, and recovery codes for the day the app is lost.

There are no codes by text message or mail: both can be had by whoever has taken over the number or the mailbox.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import CursorResult, delete, or_, select, update

from registry.domain.codes import group, new_code, read_code
from registry.domain.errors import InvalidFields, NotFound
from registry.domain.messages import N_, Message
from registry.domain.sign_in import RECOVERY_CODES, EndReason, Factor
from registry.models import Passkey, User
from registry.services import audit, security_letters, sign_ins
from registry.services.locking import lock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.infrastructure.totp import Authenticator
    from registry.services.work import Work

AUTHENTICATOR: Final = "authenticator"
_WRONG_CODE: Final = N_("动态码不正确或已用过。请等下一个动态码再填。")


def methods_of(user: User) -> frozenset[Factor]:
    """What a person can show beside the password."""
    found = set()
    if user.tf_totp_secret:
        found.add(Factor.TOTP)
    if user.webauthn:
        found.add(Factor.PASSKEY)
    if found and user.mf_recovery_codes:
        found.add(Factor.RECOVERY)
    return frozenset(found)


def check(work: Work, user: User, typed: str) -> Factor | None:
    """What a code proves: a code of the app, or a recovery code, which is used up; None where it is neither.

    No code is accepted twice, also when both tries come at the same moment.
    """
    recovery = read_code(typed)
    if recovery is not None:
        return Factor.RECOVERY if _use_recovery_code(work, user, recovery) else None
    code = "".join(typed.split())
    right = user.tf_totp_secret and _use_code(work, user, code, user.tf_totp_secret)
    return Factor.TOTP if right else None


def set_up(work: Work, user: User, secret: str, typed: str, *, but: int | None = None) -> list[str]:
    """Begin to ask for codes of the app that was given this secret, once it has shown a right one.

    All other sessions of the person end: whoever else is signed in has not shown the new factor.
    Returns new recovery codes, to be shown once; none where there are some already.

    Args:
        work: who acts.
        user: the account.
        secret: of the app, encrypted.
        typed: the code.
        but: the sign-in that goes on.

    Raises:
        InvalidFields: the code is not right.
    """
    counter = work.adapters.authenticator.match("".join(typed.split()), secret, user.id)
    if counter is None:
        raise InvalidFields({"code": Message(_WRONG_CODE)})
    user.tf_totp_secret, user.tf_primary_method, user.tf_last_counter = secret, AUTHENTICATOR, counter
    work.session.flush()
    audit.record(work, "account:factor:add", user.id, person_id=user.id, factor=str(Factor.TOTP))
    sign_ins.end_all(work, user.id, EndReason.FACTORS, but=but)
    security_letters.changed(work, user, "totp_added")
    return [] if user.mf_recovery_codes else new_recovery_codes(work, user)


def remove(work: Work, user: User) -> None:
    """Ask for codes of an app no more. Who has passkeys keeps them, and the recovery codes.

    Raises:
        NotFound: no app was set up.
    """
    if not user.tf_totp_secret:
        raise NotFound
    user.tf_totp_secret = user.tf_primary_method = user.tf_last_counter = None
    if not user.webauthn:
        user.mf_recovery_codes = None
    work.session.flush()
    audit.record(work, "account:factor:remove", user.id, person_id=user.id, factor=str(Factor.TOTP))
    security_letters.changed(work, user, "totp_removed")


def new_recovery_codes(work: Work, user: User) -> list[str]:
    """New recovery codes in the place of any older ones.

    Only their hashes are kept, so that they are shown now or never. With 80 random bits each, nobody finds one by
    trying, not even who knows the hashes.
    """
    codes = [new_code(secrets.token_bytes) for _ in range(RECOVERY_CODES)]
    user.mf_recovery_codes = [_hash(code) for code in codes]
    work.session.flush()
    audit.record(work, "account:factor:add", user.id, person_id=user.id, factor=str(Factor.RECOVERY))
    return [group(code) for code in codes]


def reset(work: Work, user: User) -> None:
    """Take away all second factors of somebody who has lost them, and end all sessions.

    Staff then set up new ones at the next sign-in. Who may do this, and how the person is known to be the right
    one, is for the caller to see to.
    """
    work.session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    work.session.expire(user, ["webauthn"])
    user.tf_totp_secret = user.tf_primary_method = user.tf_last_counter = user.mf_recovery_codes = None
    work.session.flush()
    sign_ins.end_all(work, user.id, EndReason.FACTORS)
    audit.record(work, "account:factor:remove", user.id, person_id=user.id, factor="all")
    security_letters.changed(work, user, "factors_reset")


def renew_keys(session: Session, authenticator: Authenticator) -> int:
    """Encrypt every secret with the newest key that is not yet; returns how many that were.

    After it has run, a key that is no longer the newest can be taken out of the settings.
    """
    old = select(User).where(User.tf_totp_secret.not_like(f"{authenticator.newest_tag}:%"))
    count = 0
    for user in session.scalars(old):
        renewed = authenticator.renewed(cast("str", user.tf_totp_secret))
        if renewed is not None:
            user.tf_totp_secret = renewed
            count += 1
    session.flush()
    return count


def _use_code(work: Work, user: User, code: str, secret: str) -> bool:
    counter = work.adapters.authenticator.match(code, secret, user.id)
    if counter is None:
        return False
    # One statement looks and writes, so that of two requests with the same code only one finds a row.
    used = work.session.execute(
        update(User)
        .where(User.id == user.id, or_(User.tf_last_counter.is_(None), User.tf_last_counter < counter))
        .values(tf_last_counter=counter),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(used, CursorResult)
    work.session.expire(user, ["tf_last_counter"])
    return used.rowcount == 1


def _use_recovery_code(work: Work, user: User, code: str) -> bool:
    lock(work.session, user)
    codes = user.mf_recovery_codes or []
    hashed = _hash(code)
    if hashed not in codes:
        return False
    codes.remove(hashed)
    work.session.flush()
    security_letters.changed(work, user, "recovery_used", left=len(codes))
    return True


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
