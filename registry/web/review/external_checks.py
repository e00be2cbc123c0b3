"""Recording a look at the national site for a third party's certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import FileField

from registry.domain.external_check import FIELDS
from registry.infrastructure.inspection import RefusedFile
from registry.services import external_checks as service
from registry.services import reviews, snapshots
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.review.blueprint import blueprint
from registry.web.transaction import commits
from registry.web.uploads import CHOOSE_AGAIN, received, stored_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue


class ScreenshotField(RegistryForm):
    """What the site showed."""

    screenshot = FileField(lazy_gettext("查询结果截图"))


@blueprint.route("/cases/<int:filing_id>/look-up", methods=["GET", "POST"])
@commits
def look_up(filing_id: int) -> ResponseReturnValue:
    """Record what the national site says of the certificate."""
    work = current_work()
    filing = reviews.get_case(work, filing_id)
    form = form_for(*FIELDS, base=ScreenshotField)(data={"checked_on": work.today.isoformat()})
    if request.method == "GET" and not service.may_record(work, filing):
        return redirect(url_for("review.case", filing_id=filing_id))
    sent = False
    if form.validate_on_submit():
        with told_at_fields(form):
            try:
                with received("screenshot") as upload:
                    sent = upload is not None
                    service.record(work, filing, form.typed(), upload.path if upload else None)
                flash(gettext("核对结果已记录。"), "success")
                return redirect(url_for("review.case", filing_id=filing_id))
            except RefusedFile as error:
                form.show_errors({"screenshot": error.message})
        if sent and not form.screenshot.errors:
            form.show_errors({"screenshot": CHOOSE_AGAIN})
        filing = reviews.get_case(work, filing_id)
    page = render_template(
        "review/look_up.html",
        filing=filing,
        declared=snapshots.read(filing.submissions[-1]),
        form=form,
        definitions=FIELDS,
        max_upload_bytes=work.settings.max_upload_bytes,
    )
    return page, form.status


@blueprint.get("/cases/<int:filing_id>/look-up/<int:check_id>")
def screenshot(filing_id: int, check_id: int) -> Response:
    """What the site showed."""
    filing = reviews.get_case(current_work(), filing_id)
    found = next((check for check in filing.external_checks if check.id == check_id), None)
    if found is None or found.screenshot is None:
        abort(404)
    return stored_file(found.screenshot, name=f"{found.checked_on.isoformat()}.jpg")
