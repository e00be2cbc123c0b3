"""Headers, cookies and the session: what the browser is told about every answer."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Serializer

from registry.web.access import is_public

if TYPE_CHECKING:
    from flask.sessions import SessionMixin

    from registry.config import Settings

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'nonce-{nonce}'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# A module that the nonce lets in imports others by address, so scripts of our own origin are let in as well.
_MODULES: Final = " 'self'"

_FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Also of pictures and documents: a certificate is believed for the address bar above it, so that no other site
    # shall show parts of one. Links to them, and machines that fetch them, are not concerned.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_YEAR: Final = 31_536_000  # seconds


class VisitorSessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie; public pages have none, so that caches may share them."""

    digest_method = staticmethod(hashlib.sha256)  # The library's own is SHA-1.

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, except on a public page."""
        if not is_public(request.endpoint):
            super().save_session(app, session, response)


def forget_visitor() -> None:
    """Take the session off public pages: nothing there can depend on who looks, and nobody is looked up for it."""
    if is_public(request.endpoint):
        session.clear()


def csp_nonce() -> str:
    """The random word that lets this page's own scripts run; one per answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def add_headers(response: Response) -> Response:
    """Add what every answer must carry, unless the view has said something stricter."""
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    if "Content-Security-Policy" not in response.headers:
        script_src = _POLICY["script-src"].format(nonce=csp_nonce()) + _MODULES
        policy = _POLICY | {"script-src": "'none'" if is_public(request.endpoint) else script_src}
        response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    if not is_public(request.endpoint) or response.status_code >= 400:  # noqa: PLR2004  # Errors are not kept.
        response.headers["Cache-Control"] = "private, no-store"
    response.headers.setdefault("Cache-Control", "public, max-age=60")
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response


def sign_with_the_newest_key(app: Flask, settings: Settings) -> None:
    """Let the accounts library sign its tokens with the first of our keys, and accept the others.

    It takes the newest key for the oldest: the signer signs with the last key of a list, and it puts the newest first.
    A token would then be good no longer than the key that is about to go.
    """
    for signer in vars(app.extensions["security"]).values():
        if isinstance(signer, Serializer):
            signer.secret_keys = [key.encode() for key in reversed(settings.secret_keys)]


def init_app(app: Flask, settings: Settings) -> None:
    """Hang the session rules, the headers and `csp_nonce()` on the application."""
    app.session_interface = VisitorSessions()
    app.before_request(forget_visitor)
    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    if app.config["SESSION_COOKIE_SECURE"]:

        @app.after_request
        def require_https(response: Response) -> Response:
            names = "; includeSubDomains" if settings.hsts_subdomains else ""
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}{names}"
            return response
