"""For the machines that watch the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from registry.infrastructure.health import problems
from registry.web.work import adapters, public_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return _plain("ok\n", 200)


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """The process can do its work: database and file store answer."""
    found = problems(public_session(), adapters().settings.files_dir)
    return _plain("".join(f"{problem}\n" for problem in found) or "ready\n", 503 if found else 200)


def _plain(text: str, status: int) -> Response:
    return Response(text, status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
