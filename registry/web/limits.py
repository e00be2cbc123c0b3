"""How often one address may do what costs something or can be guessed at: one table, and one place that counts.

The address is that of the client: an IPv4 address, or the first 64 bits of an IPv6 address, since one household
has all addresses behind them (RFC 6177). Many people share one address where a carrier or an office translates
addresses, so that the numbers leave room for a crowd: they stop programs, not people. What an account may bear is
counted elsewhere.

Counting happens in the process, or in Redis for all processes together; while Redis is away each process counts for
itself, with the same limits.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, Final, cast

import structlog
from flask import Flask, current_app, make_response, request
from flask_limiter import Limit as LibraryLimit
from flask_limiter import Limiter, RateLimitExceeded
from limits.errors import StorageError

from registry.infrastructure.database import READ, db
from registry.web import kept
from registry.web.errors import error_page

if TYPE_CHECKING:
    from flask import Response

    from registry.config import Settings

log = structlog.get_logger()

_REDIS_SECONDS: Final = 0.5  # The longest that a request waits for Redis, once for connecting and once for the answer.
_IPV6_SITE: Final = 64  # bits


@dataclass(frozen=True, slots=True)
class Limit:
    """What one address may do; endpoints with the same limit are counted together."""

    name: str
    per_minute: int
    per_hour: int | None = None
    gives_back: bool = False  # A long form: what was typed is given back to be sent again.

    def text(self, factor: int) -> str:
        """In the notation of the counting library."""
        periods = (("minute", self.per_minute), ("hour", self.per_hour))
        return ";".join(f"{times * factor}/{period}" for period, times in periods if times)


# An office of fifty that begins to work at nine stays below; a list of leaked passwords does not.
SIGN_IN: Final = Limit("sign-in", 30, 300)
# Whatever shows that somebody is who they were a moment ago. Six digits, of which three are good at a time: guessing at
# this pace takes months, and the account itself bears much less.
PROOF: Final = Limit("proof", 20, 120)
# Each one sends a letter to somebody who may not have asked for it.
LETTER: Final = Limit("letter", 10, 60)
# Each one sends a letter to those of the other side, who expect it: somebody types one in half a minute.
MESSAGE: Final = Limit("message", 20, 200, gives_back=True)
# Where a link in a letter leads. Links cannot be guessed; what is typed there takes a few attempts.
LINK: Final = Limit("link", 20, 120)
# A form of a page that comes back with what is wrong, and a training room that registers together.
REGISTRATION: Final = Limit("registration", 15, 100, gives_back=True)
# Typed by hand: somebody types one in ten seconds, and numbers can be counted through.
LOOK_UP: Final = Limit("look-up", 120)
# Behind a QR code. Codes have 80 random bits, so that guessing is no danger at any pace, and nobody who holds goods
# may be told to wait because of the others behind the same address; this only keeps one machine from taking it all.
CERTIFICATE: Final = Limit("certificate", 1_200)
# Each one keeps the worker busy for some seconds, and lies in the store for a while. Whoever corrects a list sends it
# anew every other minute.
SPREADSHEET: Final = Limit("spreadsheet", 10, 100)
# Each search costs five statements.
SEARCH: Final = Limit("search", 240)

RULES: Final[dict[tuple[str, str], Limit]] = {
    ("POST", "security.login"): SIGN_IN,
    ("POST", "security.finish_oidc"): SIGN_IN,
    ("POST", "security.passkey_login"): SIGN_IN,
    ("POST", "security.second_factor"): PROOF,
    ("POST", "security.confirm"): PROOF,
    ("POST", "security.confirm_by_passkey"): PROOF,
    ("POST", "security.change_password"): PROOF,
    ("POST", "security.reset"): LETTER,
    ("POST", "security.new_password"): LINK,
    ("POST", "account.register"): REGISTRATION,
    ("POST", "account.confirm_registration"): LINK,
    ("POST", "account.invitation"): LINK,
    ("POST", "account.change_address"): LETTER,
    ("POST", "account.confirm_address"): LINK,
    ("POST", "account.download_data"): LETTER,
    ("POST", "enterprise.invite"): LETTER,
    ("POST", "enterprise.resend_invitation"): LETTER,
    ("POST", "enterprise.ask_to_join"): LETTER,
    ("POST", "enterprise.write_message"): MESSAGE,
    ("POST", "review.write_message"): MESSAGE,
    ("POST", "enterprise.upload_import"): SPREADSHEET,
    ("POST", "enterprise.register"): REGISTRATION,
    ("POST", "enterprise.dispute"): REGISTRATION,
    ("GET", "enterprise.known"): LOOK_UP,
    ("GET", "enterprise.standards"): SEARCH,
    ("GET", "enterprise.certification_bodies"): SEARCH,
    ("GET", "public.verify"): LOOK_UP,
    ("GET", "public.certificate"): CERTIFICATE,
    ("GET", "public.certificate_document"): CERTIFICATE,
    ("GET", "public.certificate_picture"): CERTIFICATE,
    ("GET", "public.directory"): SEARCH,
}


def limit_of(method: str, endpoint: str | None) -> Limit | None:
    """The limit for a request; None where there is none. A HEAD costs what a GET costs."""
    return RULES.get(("GET" if method == "HEAD" else method, endpoint or ""))


def _limit() -> Limit:
    """The limit of this request, which has one."""
    return cast("Limit", limit_of(request.method, request.endpoint))


def client() -> str:
    """Whom a request is counted for."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"  # Behind a socket without TRUSTED_PROXIES: all are counted as one.
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, _IPV6_SITE), strict=False))
    return str(address)


def refuse(error: RateLimitExceeded) -> Response:
    """The page that asks to wait, and for how long."""
    limit = _limit()
    log.warning("limit", limit=limit.name, client=client(), path=request.path)
    # Whoever is told to wait shall not keep others waiting for the one connection that writes.
    db.session.bind = db.get_engine(READ)
    answer = make_response((kept.give_back(429) if limit.gives_back else None) or error_page(429))
    answer.headers["Retry-After"] = str(_seconds_left(error))
    return answer


def _seconds_left(error: RateLimitExceeded) -> int:
    """Until the count begins anew; the whole period where that cannot be found out just now."""
    limiter = _limiter()
    try:
        left = limiter.current_limit.window.reset_time - time.time() if limiter.current_limit else 0
    except StorageError:
        left = error.limit.limit.get_expiry()
    return max(1, math.ceil(left))


def _limiter() -> Limiter:
    """This application's counter."""
    return cast("Limiter", current_app.extensions["registry_limits"])


def init_app(app: Flask, settings: Settings) -> None:
    """Count before the guard and the form's key are looked at: what is refused there has cost something too."""

    def allowed() -> str:
        return _limit().text(settings.rate_limit_factor)

    def counted_as(_endpoint: str) -> str:
        return _limit().name

    redis: dict[str, Any] = {
        "socket_connect_timeout": _REDIS_SECONDS,
        "socket_timeout": _REDIS_SECONDS,
        "wrap_exceptions": True,
    }
    limiter = Limiter(
        client,
        default_limits=[LibraryLimit(allowed, scope=counted_as, shared=True)],
        storage_uri=settings.rate_limit_store or "memory://",
        storage_options=redis if settings.rate_limit_store else {},
        in_memory_fallback_enabled=True,
        key_prefix=settings.official_domain,  # Several sites may share one Redis.
    )
    limiter.request_filter(lambda: limit_of(request.method, request.endpoint) is None)
    limiter.init_app(app)
    app.extensions["registry_limits"] = limiter
    app.register_error_handler(RateLimitExceeded, refuse)
