"""What the session remembers while somebody signs in at the identity service, and until the account is linked."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import session, url_for

from registry.domain.sign_in import HALFWAY
from registry.web.account import targets
from registry.web.work import adapters

if TYPE_CHECKING:
    from registry.infrastructure.identity import Person

_FLOW: Final = "oidc_flow"
_WAITING: Final = "oidc"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account there that no account here belongs to yet."""

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One sign-in on its way."""

    nonce: str
    verifier: str
    target: str
    begun_at: int  # seconds since 1970


def name() -> str:
    """What the button says; empty where no service is set."""
    settings = adapters().settings
    return settings.oidc_name if settings.oidc_issuer else ""


def back() -> str:
    """Where the service sends the browser back to: under the public name, which is the one it knows."""
    return adapters().settings.public_url + url_for("security.return_from_oidc")


def start() -> tuple[str, Flow]:
    """Remember a new sign-in; gives its state, which the service sends back."""
    state, nonce, verifier = (secrets.token_urlsafe(36) for _ in range(3))
    flow = Flow(nonce, verifier, targets.asked_for() or "", _now())
    session[_FLOW] = {"state": state, "nonce": nonce, "verifier": verifier, "target": flow.target, "at": flow.begun_at}
    return state, flow


def take(state: str) -> Flow | None:
    """The sign-in that this browser has begun with this state; it can be taken once."""
    noted = session.pop(_FLOW, None)
    if noted is None or _is_old(noted["at"]) or not hmac.compare_digest(noted["state"].encode(), state.encode()):
        return None
    return Flow(noted["nonce"], noted["verifier"], noted["target"], noted["at"])


def wait(person: Person) -> None:
    """Remember somebody until it is known who that is here."""
    session[_WAITING] = {"iss": person.issuer, "sub": person.subject, "name": person.name[:60], "at": _now()}


def waiting() -> Waiting | None:
    """Who waits to be linked; None where nobody does, or it took too long."""
    noted = session.get(_WAITING)
    if noted is None or _is_old(noted["at"]):
        return None
    return Waiting(noted["iss"], noted["sub"], noted["name"])


def is_waiting() -> bool:
    """Whether somebody waits to be linked."""
    return waiting() is not None


def forget() -> None:
    """Nobody waits any more."""
    session.pop(_WAITING, None)


def _now() -> int:
    return int(adapters().clock.now().timestamp())


def _is_old(moment: int) -> bool:
    return _now() - moment > HALFWAY.total_seconds()
