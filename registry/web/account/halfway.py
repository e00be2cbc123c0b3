"""Between the password and the second factor: who is on the way, and how far. Nobody is signed in yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import session

from registry.domain.sign_in import HALFWAY, Factor
from registry.infrastructure.database import db
from registry.services import people
from registry.web.work import adapters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.models import User

_KEY: Final = "halfway"


def start(user: User, factors: Sequence[Factor]) -> None:
    """Note what has been shown so far."""
    now = int(adapters().clock.now().timestamp())
    session[_KEY] = {"user": user.fs_uniquifier, "factors": [str(factor) for factor in factors], "at": now}


def found() -> tuple[User, list[Factor]] | None:
    """Who is on the way, with what has been shown; None where nobody is, or it took too long."""
    noted = session.get(_KEY)
    if noted is None or adapters().clock.now().timestamp() - noted["at"] > HALFWAY.total_seconds():
        return None
    user = people.find_by_uniquifier(db.session, noted["user"])
    return (user, [Factor(factor) for factor in noted["factors"]]) if user is not None and user.active else None


def forget() -> None:
    """Go back to the beginning."""
    session.pop(_KEY, None)
