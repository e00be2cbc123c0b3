"""Counting failed tries, so that guessing takes longer than anybody lives.

A try is counted *before* what was typed is looked at, and taken back when it was right: however many come at the same
moment, each has to pass the counter first. Names are counted whether or not there is such an account, so that the
counter tells nobody which there are.

A device on which somebody has signed in before counts for itself: whoever goes on guessing elsewhere keeps the owner
out of no browser of the owner's. Who is signed in and proves it again is counted by person and session.
"""

from __future__ import annotations

import hmac
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from registry.domain.sign_in import FORGOTTEN_AFTER, wait_after
from registry.infrastructure.database import insert_into
from registry.models import SignInFailure
from registry.services import sign_ins

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.models import User
    from registry.services.work import Work

_DIGEST: Final = "sha256"


def of_name(work: Work, email: str, device: str = "") -> str:
    """The key under which tries on a sign-in name are counted. It tells nobody the name.

    Args:
        work: with the key of the hash.
        email: the name as typed.
        device: the key of a device that this account was used on before; empty: any other.
    """
    return _key(work, f"name:{email.strip().lower()}" + (f":{device}" if device else ""))


def of_person(work: Work, user_id: int, device: str = "") -> str:
    """The key under which tries on a person's second factors are counted, on a known device or on any other."""
    return _key(work, f"factor:{user_id}" + (f":{device}" if device else ""))


def of_session(work: Work, user_id: int, sign_in_id: int) -> str:
    """The key under which tries of somebody who is signed in, and proves it again, are counted."""
    return _key(work, f"session:{user_id}:{sign_in_id}")


def names_of(work: Work, user: User) -> list[str]:
    """The keys under which tries on a person's password are counted: elsewhere, and on each known device."""
    return [of_name(work, user.email, device) for device in _places(work, user)]


def all_of(work: Work, user: User, devices: Collection[str] | None = None) -> list[str]:
    """The keys under which tries to sign in as this person are counted, by password or by second factor.

    Args:
        work: to look for the devices.
        user: the account.
        devices: the ones it was used on, where the caller knows them already.
    """
    places = _places(work, user) if devices is None else ["", *sorted(devices)]
    return [key for place in places for key in (of_name(work, user.email, place), of_person(work, user.id, place))]


@dataclass(frozen=True, slots=True)
class Try:
    """One try, counted."""

    wait: int  # seconds that have to pass before what is typed is looked at; 0: this try may be
    wait_after: int  # seconds that will have to pass after this one, should it fail


def begin(work: Work, key: str) -> Try:
    """Count a try.

    The caller commits before it looks at what was typed, and calls `succeeded` when that was right.
    """
    row = _locked(work.session, key, work.now)
    if row.locked_until is not None and row.locked_until > work.now:
        wait = math.ceil((row.locked_until - work.now).total_seconds())
        return Try(wait, wait)
    if row.last_at <= work.now - FORGOTTEN_AFTER:
        row.failures = 0
    row.failures += 1
    row.last_at = work.now
    penalty = wait_after(row.failures)
    row.locked_until = work.now + penalty
    work.session.flush()
    return Try(0, math.ceil(penalty.total_seconds()))


def succeeded(work: Work, *keys: str) -> None:
    """Forget the failures under these keys: the person has come in."""
    work.session.execute(
        delete(SignInFailure).where(SignInFailure.key.in_(keys)), execution_options={"synchronize_session": "fetch"}
    )


def _locked(session: Session, key: str, now: datetime) -> SignInFailure:
    """The counter, made where it is missing, under a lock that lasts until the commit."""
    row = insert_into(session, SignInFailure).values(key=key, failures=0, last_at=now)
    session.execute(row.on_conflict_do_nothing(index_elements=["key"]))
    return session.scalars(
        select(SignInFailure)
        .where(SignInFailure.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _places(work: Work, user: User) -> list[str]:
    return ["", *sorted(sign_ins.device_keys(work, user.id))]


def _key(work: Work, name: str) -> str:
    return hmac.new(work.settings.secret_keys[0].encode(), name.encode(), _DIGEST).hexdigest()
