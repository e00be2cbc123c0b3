"""A filing whole, to be printed by the firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from registry.services import case_files
from registry.web import copies
from registry.web.enterprise.blueprint import blueprint
from registry.web.uploads import kept_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask import Response


@blueprint.get("/filings/<int:filing_id>/print")
def print_filing(filing_id: int) -> str:
    """Everything as it was submitted, or the draft, in as many copies as are handed in."""
    return render_template(
        "enterprise/filing_print.html",
        file=case_files.of_own(current_work(), filing_id),
        copies=copies.chosen(),
        most=copies.MOST,
    )


@blueprint.get("/filings/<int:filing_id>/pictures/<int:number>")
def filing_picture(filing_id: int, number: int) -> Response:
    """A picture of a product as it is printed; they count from 1 through all of them."""
    pictures = case_files.own_pictures(current_work(), filing_id)
    if not 1 <= number <= len(pictures):
        abort(404)
    return kept_file(pictures[number - 1], "image/jpeg", name=f"{number}.jpg")
