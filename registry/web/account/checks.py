"""Proving who one is: passwords and codes are looked at here and nowhere else.

Each try is counted and the count committed before anything is looked at, so that however many come at once, none
slips by. A refusal is recorded in a transaction of its own for the same reason. What is answered, and how much work
it takes, is the same whether or not there is such an account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_security import hash_password

from registry.domain.account import normal_password
from registry.domain.messages import N_
from registry.domain.sign_in import Factor, Refused, too_soon
from registry.infrastructure.database import db
from registry.services import attempts, audit, people, second_factors, sign_ins
from registry.web import sessions
from registry.web.work import current_work

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.models import User
    from registry.services.work import Work

WRONG_PASSWORD: Final = N_("邮箱或密码不正确。")
WRONG_OWN_PASSWORD: Final = N_("密码不正确。")
WRONG_CODE: Final = N_("动态码或恢复码不正确，或已经用过。")


def password_of(email: str, password: str) -> User:
    """The person with this address and password.

    Raises:
        Refused: there is none, the person is barred, or the try comes too soon.
    """
    work = current_work()
    user = people.find_by_email(work.session, email)
    _check_password(user, attempts.of_name(work, email, _known_device(email)), password, WRONG_PASSWORD)
    assert user is not None
    return user


def own_password(user: User, password: str) -> None:
    """See that somebody who is signed in knows the password.

    Raises:
        Refused: no, or the try comes too soon.
    """
    key = attempts.of_session(current_work(), user.id, sessions.current().id)
    _check_password(user, key, password, WRONG_OWN_PASSWORD)


def code_of(user: User, typed: str) -> Factor:
    """What a code proves that this person has typed, on the way in.

    Raises:
        Refused: nothing, or the try comes too soon.
    """
    return _check_code(user, attempts.of_person(current_work(), user.id, _known_device(user.email)), typed)


def own_code(user: User, typed: str) -> Factor:
    """What a code proves that somebody has typed who is signed in.

    Raises:
        Refused: nothing, or the try comes too soon.
    """
    return _check_code(user, attempts.of_session(current_work(), user.id, sessions.current().id), typed)


def hashed(password: str) -> str:
    """What is stored of a password. It commits first: nobody waits for the one connection that writes while this runs.

    What the caller has read before, it must read again afterwards.
    """
    db.session.commit()
    return str(hash_password(normal_password(password)))


def _known_device(email: str) -> str:
    """This browser's key where this account was used on it before; else nothing. One statement in any case."""
    key = sessions.device_key()
    return key if sign_ins.knows_device(current_work(), email, key) else ""


def _check_password(user: User | None, key: str, password: str, wrong: str) -> None:
    work = current_work()
    if user is not None:
        # Nobody waits for the one connection that writes while a hash, slow on purpose, is made.
        work.session.expunge(user)
    try:
        _counted(
            work,
            key,
            lambda: _is_right(user, password) and user is not None and user.active,
            reason="password",
            wrong=wrong,
            person_id=user.id if user else None,
        )
    finally:
        if user is not None:
            work.session.add(user)


def _check_code(user: User, key: str, typed: str) -> Factor:
    work = current_work()
    user_id = user.id
    shown: list[Factor] = []

    def look() -> bool:
        factor = second_factors.check(work, user, typed)
        shown.extend([factor] if factor else [])
        return factor is not None

    _counted(work, key, look, reason="code", wrong=WRONG_CODE, person_id=user_id)
    return shown[0]


def refuse(reason: str, person_id: int | None = None) -> None:
    """Put a refusal into the audit trail at once: what comes after may be rolled back."""
    audit.record(current_work(), "account:session:refuse", None, person_id=person_id, success=False, reason=reason)
    db.session.commit()


def _counted(work: Work, key: str, look: Callable[[], bool], *, reason: str, wrong: str, person_id: int | None) -> None:
    tried = attempts.begin(work, key)
    db.session.commit()
    if tried.wait:
        refuse("locked", person_id)
        raise Refused(too_soon(tried.wait))
    if not look():
        db.session.rollback()
        refuse(reason, person_id)
        raise Refused(wrong, wait=tried.wait_after)
    attempts.succeeded(work, key)


def _is_right(user: User | None, password: str) -> bool:
    """Whether this is the person's password; takes as long where there is no person, or no password."""
    password = normal_password(password)
    if user is None or not user.password:
        hash_password(password)
        return False
    return bool(user.verify_and_update_password(password))
