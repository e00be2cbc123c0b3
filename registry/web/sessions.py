"""The visitor's session: a signed cookie that names a row, and lasts no longer than the row and its owner's patience.

What the cookie holds: whose session it is (put there by the accounts library), `sign_in`, the number of the row it
rests on, `seen`, when the last page was asked for, and `idle`, for how many seconds it may lie unused. The row is
read in the statement that finds the person, so that a session which can be ended costs no page a statement more.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, after_this_request, g, request, session
from flask_security import current_user, login_user, logout_user
from flask_security.utils import set_request_attr

from registry.domain.messages import N_, Message
from registry.domain.sign_in import (
    DEVICE_KNOWN,
    END_LABELS,
    EndReason,
    device_words,
    needs_second_factor,
    session_length,
)
from registry.infrastructure.database import db
from registry.services import sign_ins
from registry.services.sign_ins import Device
from registry.web.work import adapters, current_work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from flask import Response

    from registry.domain.sign_in import Factor
    from registry.models import SignIn, User

_ROW, _SEEN, _IDLE = "sign_in", "seen", "idle"
_REFRESH: Final = 60  # seconds: a cookie with every answer would be a waste
# In the address that a page asks for by itself, again and again, while somebody may have gone long ago.
UNATTENDED: Final = "unattended"
_CARRIED: Final = ("lang", "oidc")  # What is known before signing in and is needed after it.


def load(uniquifier: str) -> User | None:
    """Who is there, for the accounts library; None where the session has ended, however good its signature."""
    number, seen, idle = session.get(_ROW), session.get(_SEEN), session.get(_IDLE)
    if not (isinstance(number, int) and isinstance(seen, int) and isinstance(idle, int)):
        return None
    now = adapters().clock.now()
    if now.timestamp() - seen > idle:
        return None
    found = sign_ins.find(db.session, uniquifier, number, now)
    if found is None:
        return None
    user, g.sign_in = found
    set_request_attr("fs_authn_via", "session")
    return user


def current() -> SignIn:
    """The sign-in that this request's session rests on. Only where somebody is signed in."""
    assert current_user.is_authenticated
    found: SignIn = g.sign_in
    return found


def begin(user: User, factors: Sequence[Factor], *, is_fresh: bool = True) -> None:
    """Sign a person in: a new row, and a session in which nothing is left of the one before (no session fixation)."""
    work = current_work()
    sign_in = sign_ins.begin(work, user, factors=factors, device=_device(), is_fresh=is_fresh)
    carried = {name: session[name] for name in _CARRIED if name in session}
    session.clear()
    _establish(user, sign_in)
    session.update(carried)


def renew(factors: Sequence[Factor] = ()) -> None:
    """Put a new session in the place of this one, with factors shown since then; copies of the old cookie are dead."""
    user = current_user._get_current_object()  # noqa: SLF001  # The proxy's own way to what it stands for.
    _establish(user, sign_ins.renew(current_work(), current(), factors=factors))


def end() -> None:
    """Sign the person out: the row ends, and the cookie with it."""
    sign_ins.end(current_work(), current().id, EndReason.SIGN_OUT)
    logout_user()
    session.clear()
    _forget_request()


def is_attended() -> bool:
    """Whether a person asks for the page, and not the page itself while it waits for something."""
    return request.method not in {"GET", "HEAD"} or UNATTENDED not in request.args


def touch() -> None:
    """Note that the person is there, at most once a minute."""
    now = int(adapters().clock.now().timestamp())
    if now - session.get(_SEEN, 0) >= _REFRESH:
        session[_SEEN] = now
        session[_IDLE] = _idle_seconds()


def is_fresh(limit: timedelta) -> bool:
    """Whether the person has proved to be there within this time."""
    return adapters().clock.now() - current().confirmed_at <= limit


def is_protected() -> bool:
    """Whether the person has set up a second factor."""
    return sign_ins.is_protected(current_user)


def is_halfway() -> bool:
    """Whether the person may only set up a second factor: staff who have shown one."""
    roles = (seat.role for seat in current_work().actor.seats)
    return not current().strong and needs_second_factor(roles)


def why_ended() -> Message | None:
    """Why the session that the cookie names lasts no longer; None where it names none."""
    number, seen, idle = session.get(_ROW), session.get(_SEEN), session.get(_IDLE)
    if current_user.is_authenticated or not (
        isinstance(number, int) and isinstance(seen, int) and isinstance(idle, int)
    ):
        return None
    sign_in = sign_ins.find_any(db.session, number)
    if sign_in is not None and sign_in.end_reason:
        return Message(END_LABELS.get(sign_in.end_reason, END_LABELS[EndReason.RENEWED]))
    if sign_in is not None and not sign_in.strong and sign_ins.is_protected(sign_in.user):
        return Message(END_LABELS[EndReason.FACTORS])
    if adapters().clock.now().timestamp() - seen > idle:
        return Message(N_("您 %(minutes)s 分钟没有操作，已自动退出。"), {"minutes": idle // 60})
    return Message(N_("登录时间已到上限，请重新登录。"))


def _establish(user: User, sign_in: SignIn) -> None:
    login_user(user)
    g.sign_in = sign_in
    _forget_request()
    session[_ROW] = sign_in.id
    session[_SEEN] = int(adapters().clock.now().timestamp())
    session[_IDLE] = _idle_seconds()


def _idle_seconds() -> int:
    roles = (seat.role for seat in current_work().actor.seats)
    return math.floor(session_length(roles).idle.total_seconds())


def _forget_request() -> None:
    """What this request knew of the visitor before is no longer true."""
    for name in ("work", "csrf_token"):
        g.pop(name, None)


# The device


def _cookie_name() -> str:
    return "__Host-device" if _is_secure() else "device"


def _is_secure() -> bool:
    return adapters().settings.public_url.startswith("https://")


def device_key() -> str:
    """What stands for this browser in the table of sign-ins; one that stands for nothing where it has no name yet."""
    return hashlib.sha256(_device_name().encode()).hexdigest()


def _device_name() -> str:
    known = request.cookies.get(_cookie_name(), "")
    return known if known.isascii() and len(known) == 43 else ""  # noqa: PLR2004  # 32 random bytes.


def _device() -> Device:
    """This browser, by a random name of its own in a cookie; it gets one where it has none yet."""
    known = _device_name() or secrets.token_urlsafe(32)
    cookie: dict[str, Any] = {
        "max_age": DEVICE_KNOWN,
        "secure": _is_secure(),
        "httponly": True,
        "samesite": "Lax",
        "path": "/",
    }

    @after_this_request
    def remember(response: Response) -> Response:
        response.set_cookie(_cookie_name(), known, **cookie)
        return response

    return Device(
        origin=request.remote_addr or "",
        words=device_words(request.headers.get("User-Agent", "")),
        key=hashlib.sha256(known.encode()).hexdigest(),
    )


def init_app(app: Flask) -> None:
    """Put our sessions in the place of the accounts library's; nobody signs in by a token in an address or a header.

    Its own protection compares browser and network address, which change on a train; ours is the row.
    """
    app.login_manager.session_protection = None  # type: ignore[attr-defined]  # The library puts it there.
    app.login_manager.user_loader(load)  # type: ignore[attr-defined]  # The library puts it there.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
