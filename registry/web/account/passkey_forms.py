"""What the page and the browser say to each other about passkeys.

A page carries what the browser shall be asked, and under our signature the challenge in it and when it was made; the
browser's answer comes back with both in an ordinary form. The script that asks the browser is `static/js/passkey.js`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from flask import request

from registry.domain.errors import NotFound
from registry.domain.sign_in import Refused
from registry.infrastructure.database import db
from registry.infrastructure.passkeys import new_challenge
from registry.services import links, passkeys
from registry.services.passkeys import Challenge
from registry.web.account import checks
from registry.web.work import adapters, current_work

if TYPE_CHECKING:
    from registry.models import User

_ANSWERED_WITHIN: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page needs to ask the browser."""

    options: str  # JSON for the browser
    state: str  # ours, signed


def for_signature(purpose: str, user: User | None = None) -> Asked | None:
    """Ask for a passkey of this person, or for any; None on a site where browsers know none."""
    if not adapters().passkeys.is_usable:
        return None
    challenge = new_challenge()
    options = passkeys.ask_for_signature(current_work(), challenge, user)
    return Asked(json.dumps(options), _signed(purpose, challenge, user))


def for_new(user: User) -> Asked:
    """Ask for a new passkey; the person gets a random name for it, so that only a POST may call this."""
    challenge = new_challenge()
    options = passkeys.ask_for_new(current_work(), user, challenge)
    return Asked(json.dumps(options), _signed("new", challenge, user))


def challenge_of(purpose: str, user: User | None = None) -> Challenge:
    """The challenge that this request's form answers.

    Raises:
        Refused: it was made for another purpose or person, or too long ago.
    """
    try:
        signed = links.read(current_work(), _purpose(purpose, user), request.form.get("state", ""))
    except NotFound as error:
        raise Refused(passkeys.FAILED) from error
    text, _, moment = signed.partition(" ")
    return Challenge(text, datetime.fromisoformat(moment))


def signed_by(purpose: str, user: User | None = None) -> User:
    """Whose passkey has answered this request's form.

    Raises:
        Refused: the answer is not true; the refusal is recorded.
    """
    work, answer = current_work(), request.form.get("credential", "")
    claimed = passkeys.owner_of(work, answer)
    person_id = claimed.id if claimed else None
    try:
        return passkeys.use(work, answer, challenge_of(purpose, user), user)
    except Refused:
        db.session.rollback()
        checks.refuse("passkey", person_id)
        raise


def _signed(purpose: str, challenge: str, user: User | None) -> str:
    work = current_work()
    value = f"{challenge} {work.now.isoformat()}"
    return links.sign(work, _purpose(purpose, user), value, lasts=_ANSWERED_WITHIN)


def _purpose(purpose: str, user: User | None) -> str:
    return f"passkey-{purpose}-{user.id if user else 'anybody'}"
