"""A case whole, to be printed by an office."""

from __future__ import annotations

from flask import render_template

from registry.services import case_files
from registry.web import copies, trail
from registry.web.review.blueprint import blueprint
from registry.web.work import current_work


@blueprint.get("/cases/<int:filing_id>/print")
def print_case(filing_id: int) -> str:
    """Everything as it was submitted. That an office printed it is recorded: paper goes anywhere."""
    file = case_files.in_scope(current_work(), filing_id)
    trail.record_read("review:filing:print", filing_id, copies=copies.chosen())
    return render_template("review/case_print.html", file=file, copies=copies.chosen(), most=copies.MOST)
