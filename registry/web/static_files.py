"""Styles, scripts and pictures of our own, under addresses that change with their content.

A browser keeps such a file for a year and asks nobody; the page that names it is always newer.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, current_app, request
from werkzeug.security import safe_join

if TYPE_CHECKING:
    from flask import Response

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_FOR_NOW: Final = "public, max-age=300"  # A script that another one imports has an address without version.
_LENGTH: Final = 12  # hexadecimal digits of a SHA-256; a clash would have to be with the file's own past


def version(name: str) -> str | None:
    """What stands for the content of a static file; None where there is no such file."""
    path = safe_join(current_app.static_folder or "", name)
    try:
        changed = Path(path).stat().st_mtime_ns if path else None
    except (OSError, ValueError):
        return None
    return _digest(Path(path), changed) if path and changed else None


@lru_cache(maxsize=1024)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_LENGTH]


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the version into addresses of static files."""
    if endpoint == "static":
        values.setdefault("v", version(values.get("filename", "")))


def tell_caches(response: Response) -> Response:
    """Let a file be kept for ever under the address of this very content, and briefly under any other.

    While an update is under way, an old process may be asked for a new version; what it has is not kept.
    """
    if request.endpoint == "static" and response.status_code < 400:  # noqa: PLR2004  # Errors are not kept.
        asked = request.args.get("v")
        same = asked is not None and asked == version((request.view_args or {}).get("filename", ""))
        response.headers["Cache-Control"] = _FOR_EVER if same else _FOR_NOW
    return response


def init_app(app: Flask) -> None:
    """Version addresses, and tell caches."""
    app.url_defaults(add_version)
    app.after_request(tell_caches)
