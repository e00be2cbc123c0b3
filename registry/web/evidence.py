"""Evidence files, for the firm they belong to and for the offices that review its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from registry.services import evidence
from registry.web.uploads import stored_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/evidence/<int:evidence_id>")
def file(evidence_id: int) -> Response:
    """One file, shown in the browser."""
    found = evidence.read(current_work(), evidence_id)
    return stored_file(found.file, name=found.file_name)
