"""Offices: the list, adding one, changing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain import bureau as definition
from registry.services import bureaus as service
from registry.web.admin.blueprint import blueprint
from registry.web.forms import form_for, told_at_fields
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/bureaus")
def bureaus() -> str:
    """All offices."""
    text = request.args.get("q", "").strip()[:100]
    return render_template(
        "admin/bureaus.html",
        page=service.find(current_work(), text=text, page=page_number()),
        text=text,
        subjects=definition.SUBJECT_LABELS,
        address=lambda number: url_for("admin.bureaus", q=text or None, page=number),
    )


@blueprint.route("/bureaus/new", methods=["GET", "POST"])
@commits
def add_bureau() -> ResponseReturnValue:
    """Add an office."""
    form = form_for(*definition.SCOPE_FIELDS, *definition.FIELDS)()
    if form.validate_on_submit():
        with told_at_fields(form):
            service.add(current_work(), form.typed())
            flash(gettext("主管部门已新增。"), "success")
            return redirect(url_for("admin.bureaus"))
    return render_template("admin/bureau_form.html", form=form, definition=definition, bureau=None), form.status


@blueprint.route("/bureaus/<int:bureau_id>", methods=["GET", "POST"])
@commits
def change_bureau(bureau_id: int) -> ResponseReturnValue:
    """Change what an office is called; what it answers for stays, and the page says why it cannot be deleted."""
    work = current_work()
    bureau = service.get(work, bureau_id)
    form = form_for(*definition.FIELDS)(data=service.as_form(bureau) | {"revision": bureau.revision})
    if form.validate_on_submit():
        with told_at_fields(form):
            service.change(work, bureau, form.typed(), revision=form.shown_revision)
            flash(gettext("主管部门已修改。"), "success")
            return redirect(url_for("admin.bureaus"))
        bureau = service.get(work, bureau_id)
    page = render_template(
        "admin/bureau_form.html",
        form=form,
        definition=definition,
        bureau=bureau,
        use=service.use(work, bureau),
    )
    return page, form.status
