"""A filing whole, to be printed by the firm."""

from __future__ import annotations

from flask import render_template

from registry.services import case_files
from registry.web import copies
from registry.web.enterprise.blueprint import blueprint
from registry.web.work import current_work


@blueprint.get("/filings/<int:filing_id>/print")
def print_filing(filing_id: int) -> str:
    """Everything as it was submitted, or the draft, in as many copies as are handed in."""
    return render_template(
        "enterprise/filing_print.html",
        file=case_files.of_own(current_work(), filing_id),
        copies=copies.chosen(),
        most=copies.MOST,
    )
