"""Counting failed tries, so that guessing takes longer than anybody lives.

A try is counted *before* what was typed is looked at, and taken back when it was right: however many come at the same
moment, each has to pass the counter first. Names are counted whether or not there is such an account, so that the
counter tells nobody which there are.
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

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.services.work import Work

_DIGEST: Final = "sha256"


def of_name(work: Work, email: str) -> str:
    """The key under which tries on a sign-in name are counted. It tells nobody the name."""
    return _key(work, f"name:{email.strip().lower()}")


def of_person(work: Work, user_id: int) -> str:
    """The key under which tries on a person's second factors are counted."""
    return _key(work, f"factor:{user_id}")


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


def succeeded(work: Work, key: str) -> None:
    """Forget the failures under this key: the person has come in."""
    work.session.execute(
        delete(SignInFailure).where(SignInFailure.key == key), execution_options={"synchronize_session": "fetch"}
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


def _key(work: Work, name: str) -> str:
    return hmac.new(work.settings.secret_keys[0].encode(), name.encode(), _DIGEST).hexdigest()
