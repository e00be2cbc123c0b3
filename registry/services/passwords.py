"""Choosing a password, changing it, and setting a new one when it is forgotten."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain.account import PasswordContext, check_email, check_password
from registry.domain.errors import InvalidFields, InvalidValue, NotFound
from registry.domain.messages import N_, Message
from registry.domain.sign_in import RESET_LINK, EndReason
from registry.infrastructure.common_passwords import common_passwords
from registry.models import User
from registry.services import attempts, audit, jobs, links, security_letters, sign_ins
from registry.services.locking import lock

if TYPE_CHECKING:
    from datetime import timedelta

    from registry.models import SignIn
    from registry.services.work import Work

RESET_JOB: Final = "reset-letter"
_PURPOSE: Final = "reset"
_NO_SECOND_LETTER: Final = 300  # seconds: nobody's mailbox is filled by somebody who presses again and again.
_USED: Final = N_("链接无效或已过期，请重新申请。")


def check(work: Work, password: str, again: str, email: str) -> dict[str, Message]:
    """What is wrong with a new password and its repetition, by field."""
    site = work.settings.site
    names = (site.name, *site.name_en.split(), work.settings.official_domain.partition(":")[0])
    return check_password(password, again, PasswordContext(email, names, common_passwords()))


def require_good(work: Work, password: str, again: str, email: str) -> None:
    """See that a new password can be taken.

    It is hashed after this and before it is set, by who calls both: a hash is slow on purpose, and meanwhile no
    transaction may stand open, which on SQLite would keep everybody else from writing.

    Raises:
        InvalidFields: it cannot.
    """
    wrong = check(work, password, again, email)
    if wrong:
        raise InvalidFields(wrong)


def change(work: Work, user: User, password_hash: str, here: SignIn) -> None:
    """Set a new password for somebody who has just proved to be this person; all other sessions end.

    Args:
        work: who acts.
        user: the account.
        password_hash: of a password that is good.
        here: the sign-in that goes on.

    Raises:
        NotAllowed: that one was ended meanwhile, perhaps because the password was set anew by a letter's link.
    """
    sign_ins.stay(work, user, here)
    _set(work, user, password_hash)
    sign_ins.end_all(work, user.id, EndReason.PASSWORD, but=here.id)
    audit.record(work, "account:password:change", user.id, person_id=user.id, how="changed")
    security_letters.changed(work, user, "password_changed")


def ask_for_link(work: Work, email: str) -> None:
    """Ask for a letter to this address, with a link to set a new password.

    Nothing is looked up here: the worker finds out whether there is such an account, and the answer takes as long
    for every address.

    Raises:
        InvalidFields: it has not the form of an address.
    """
    try:
        email = check_email(email)
    except InvalidValue as error:
        raise InvalidFields({"email": error.message}) from error
    digest = hashlib.sha256(email.encode()).hexdigest()[:32]
    key = f"{digest}-{int(work.now.timestamp()) // _NO_SECOND_LETTER}"
    jobs.enqueue(work.session, RESET_JOB, key, {"email": email}, at=work.now)


def send_link(work: Work, payload: dict[str, Any]) -> None:
    """Make the link and write the letter, if there is an account: the handler of the job.

    Raises:
        OSError: the mail server refused or could not be reached; the job is tried again.
    """
    user = work.session.scalar(select(User).where(User.email == payload["email"], User.active))
    if user is None:
        return
    token = make_token(work, user, lasts=RESET_LINK)
    minutes = int(RESET_LINK.total_seconds()) // 60
    security_letters.reset_link(work, user, token, minutes)
    audit.record(work, "account:password:ask", user.id, person_id=user.id)


def make_token(work: Work, user: User, *, lasts: timedelta) -> str:
    """What the end of a link to set this person's password is; good once, and for so long from now."""
    return links.sign(work, _PURPOSE, f"{user.id} {_fingerprint(user)}", lasts=lasts)


def find_by_link(work: Work, token: str) -> User:
    """Whose new password a letter's link is for.

    Raises:
        NotFound: the link was not made by us, is too old, or was used.
    """
    number, _, fingerprint = links.read(work, _PURPOSE, token).partition(" ")
    user = work.session.scalar(select(User).where(User.id == int(number), User.active))
    if user is None or _fingerprint(user) != fingerprint:
        raise NotFound(_USED)
    return user


def reset(work: Work, token: str, password_hash: str) -> User:
    """Set a new password for whoever has opened the letter's link; all sessions end. The second factor stays.

    Args:
        work: when.
        token: the link's end.
        password_hash: of a password that is good.

    Raises:
        NotFound: the link was not made by us, is too old, or was used, perhaps a moment ago.
    """
    user = find_by_link(work, token)
    lock(work.session, user)
    find_by_link(work, token)
    _set(work, user, password_hash)
    sign_ins.end_all(work, user.id, EndReason.PASSWORD)
    attempts.succeeded(work, *attempts.names_of(work, user))
    audit.record(work, "account:password:change", user.id, person_id=user.id, how="reset")
    security_letters.changed(work, user, "password_reset")
    return user


def _set(work: Work, user: User, password_hash: str) -> None:
    user.password = password_hash
    user.fs_uniquifier = secrets.token_urlsafe(32)  # Whatever names the account by this is worth nothing any more.
    work.session.flush()


def _fingerprint(user: User) -> str:
    """Changes with the password, so that a link works once."""
    return hashlib.sha256(f"{user.fs_uniquifier} {user.password}".encode()).hexdigest()[:24]
