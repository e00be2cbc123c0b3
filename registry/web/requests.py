"""A number for every request, on its page, in its log lines and in the audit trail; and one log line each."""

from __future__ import annotations

import re
import time
import uuid
from typing import Final

import structlog
from flask import Flask, Response, g, request

from registry.web.work import adapters

log = structlog.get_logger()

_GIVEN: Final = re.compile(r"[A-Za-z0-9-]{8,36}")


def begin() -> None:
    """Take the number that our own proxy has given, or make one; a stranger's would mislead the audit trail."""
    given = request.headers.get("X-Request-ID", "") if adapters().settings.trusted_proxies else ""
    g.request_id = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def end(response: Response) -> Response:
    """Log the request without its query, which may hold what people search for."""
    if request.endpoint != "static":
        milliseconds = round((time.perf_counter() - g.began) * 1000)
        log.info("request", method=request.method, path=request.path, status=response.status_code, ms=milliseconds)
    return response


def init_app(app: Flask) -> None:
    """Number requests before anything else happens to them."""
    app.before_request(begin)
    app.after_request(end)
