"""Looking up standards while somebody types their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import jsonify, request

from registry.domain.standards import STATUS_LABELS
from registry.services import standards as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.messages import translated
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask import Response

_MOST: Final = 8
_LONGEST: Final = 80  # characters


@blueprint.get("/standards")
def standards() -> Response:
    """What somebody may mean who types this part of a number or title, as JSON."""
    work = current_work()
    found = service.suggestions(work.session, request.args.get("q", "")[:_LONGEST], _MOST)
    return jsonify(
        [
            {"number": known.number, "title": known.title, "status": translated(STATUS_LABELS[known.status])}
            for known in found
        ]
    )
