"""The firm's trade figures, year by year; shown to nobody else on the firm's desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from registry.domain import trade as definition
from registry.services import trade as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import form_for, told_at_fields
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/trade")
def trade() -> str:
    """The last years' figures."""
    work = current_work()
    rows = zip(definition.years(work.today), service.as_form(work), strict=True)
    return render_template("enterprise/trade.html", rows=list(rows), fields=definition.COLUMNS)


@blueprint.route("/trade/edit", methods=["GET", "POST"])
@commits
def change_trade() -> ResponseReturnValue:
    """Set them."""
    work = current_work()
    known = {"figures": service.as_form(work), "revision": service.revision_shown(work)}
    form = form_for(definition.FIELD)(data=known)
    if form.validate_on_submit():
        with told_at_fields(form):
            service.change(work, form.typed()["figures"], revision=form.shown_revision)
            flash(gettext("贸易数据已保存。"), "success")
            return redirect(url_for("enterprise.trade"))
    page = render_template(
        "enterprise/trade_form.html", form=form, years=definition.years(work.today), field=definition.FIELD
    )
    return page, form.status
