"""Evidence files, for the firm they belong to and for the offices that review its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from registry.services import evidence
from registry.web import trail
from registry.web.uploads import stored_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/evidence/<int:evidence_id>")
def file(evidence_id: int) -> Response:
    """One file, shown in the browser. That an office read it is recorded: it may hold personal data."""
    work = current_work()
    found = evidence.read(work, evidence_id)
    if found.enterprise_id not in work.actor.enterprise_ids():
        trail.record_read("review:evidence:read", found.id)
    return stored_file(found.file, name=found.file_name)
