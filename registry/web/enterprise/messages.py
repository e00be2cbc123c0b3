"""Questions and answers on a filing, on the firm's side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext

from registry.services import case_messages, filings
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.filings import filing_page
from registry.web.forms import message_form, told_at_fields
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/filings/<int:filing_id>/messages")
@commits
def write_message(filing_id: int) -> ResponseReturnValue:
    """Ask the offices something, or answer them."""
    work = current_work()
    found = filings.get_own(work, filing_id, to_file=True)
    form = message_form(found)
    if form.validate_on_submit():
        with told_at_fields(form):
            case_messages.write_for_firm(work, found, form.typed())
            flash(gettext("已发送，审核人员会看到。"), "success")
            return redirect(url_for("enterprise.filing", filing_id=filing_id, _anchor="messages"))
        found = filings.get_own(work, filing_id)
    return filing_page(found, form), form.status
