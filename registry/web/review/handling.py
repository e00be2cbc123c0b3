"""Taking a case up, and putting it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from registry.services import assignments, reviews
from registry.web.incoming import row_number
from registry.web.review.blueprint import blueprint
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/cases/<int:filing_id>/claim")
@commits
def claim_case(filing_id: int) -> ResponseReturnValue:
    """Take a case up; `seen` is the handler whom the page showed."""
    work = current_work()
    filing = reviews.get_case(work, filing_id)
    assignments.claim(work, filing, seen=row_number(request.form.get("seen")))
    flash(gettext("您已承办这件申报。"), "success")
    return redirect(url_for("review.case", filing_id=filing_id))


@blueprint.post("/cases/<int:filing_id>/release")
@commits
def release_case(filing_id: int) -> ResponseReturnValue:
    """Put a case of one's own back on the common pile."""
    work = current_work()
    assignments.release(work, reviews.get_case(work, filing_id))
    flash(gettext("已放回待办，其他审核人员可以承办。"), "success")
    return redirect(url_for("review.case", filing_id=filing_id))
