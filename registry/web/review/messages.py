"""Questions and answers on a case, on the office's side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext

from registry.services import case_messages, reviews
from registry.web.forms import message_form, told_at_fields
from registry.web.review.blueprint import blueprint
from registry.web.review.cases import case_page, decision_form
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/cases/<int:filing_id>/messages")
@commits
def write_message(filing_id: int) -> ResponseReturnValue:
    """Ask the firm something, or answer it."""
    work = current_work()
    filing = reviews.get_case(work, filing_id)
    form = message_form(filing)
    if form.validate_on_submit():
        with told_at_fields(form):
            case_messages.write_for_office(work, filing, form.typed())
            flash(gettext("已发送，企业会收到通知。"), "success")
            return redirect(url_for("review.case", filing_id=filing_id, _anchor="messages"))
        filing = reviews.get_case(work, filing_id)
    return case_page(filing, decision_form(filing, formdata=None), form), form.status
