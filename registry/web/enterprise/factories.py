"""The firm's factories and their production lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain import factory as definition
from registry.services import enterprises
from registry.services import factories as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.errands import errand_for, here
from registry.web.forms import form_for, told_at_fields
from registry.web.forms.rows import with_changed_rows
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from registry.domain.requirements import Field
    from registry.models import Factory
    from registry.web.enterprise.errands import Errand
    from registry.web.forms import RegistryForm

_FIELDS = (*definition.FIELDS, definition.LINES_FIELD)


@blueprint.get("/factories")
def factories() -> str:
    """All factories of the firm, each with its lines."""
    return render_template("enterprise/factories.html", factories=service.list_own(current_work()))


@blueprint.route("/factories/new", methods=["GET", "POST"])
@commits
def add_factory() -> ResponseReturnValue:
    """Enter a factory with its first lines; begun with the firm's own name and address."""
    work, errand = current_work(), errand_for("line")
    form = form_for(*_FIELDS)(data=service.first_values(enterprises.own(work)))
    if form.validate_on_submit():
        changed = with_changed_rows(form)
        if changed is not None:
            return _factory_page(changed, errand)
        with told_at_fields(form):
            added = service.add(work, form.typed())
            if errand:
                return errand.finish(added.lines[0].id)
            flash(gettext("工厂已登记，申报时可以直接选用。"), "success")
            return redirect(_place(added.id))
    return _factory_page(form, errand)


@blueprint.route("/factories/<int:factory_id>/edit", methods=["GET", "POST"])
@commits
def change_factory(factory_id: int) -> ResponseReturnValue:
    """Change a factory's facts."""
    work = current_work()
    known = service.get_own(work, factory_id, to_change=True)
    form = form_for(*definition.FIELDS)(data=service.as_form(known) | {"revision": known.revision})
    if form.validate_on_submit():
        with told_at_fields(form):
            service.change(work, factory_id, form.typed(), revision=form.shown_revision)
            flash(gettext("工厂已保存。已提交的申报不受影响。"), "success")
            return redirect(_place(factory_id))
    return _page(form, definition.FIELDS, gettext("修改工厂"), gettext("保存工厂")), form.status


@blueprint.post("/factories/<int:factory_id>/retire")
@commits
def retire_factory(factory_id: int) -> ResponseReturnValue:
    """Offer a factory no more, or again."""
    retired = request.form.get("retired") == "yes"
    service.set_retired(current_work(), factory_id, retired=retired)
    flash(gettext("工厂已停用，申报时不再列出。") if retired else gettext("工厂已恢复使用。"), "success")
    return redirect(_place(factory_id))


@blueprint.route("/factories/<int:factory_id>/lines/new", methods=["GET", "POST"])
@commits
def add_line(factory_id: int) -> ResponseReturnValue:
    """Enter one more line of a factory."""
    work, errand = current_work(), errand_for("line")
    factory = service.get_own(work, factory_id, to_change=True)
    form = form_for(definition.LINE_FIELD)()
    if form.validate_on_submit():
        with told_at_fields(form):
            added = service.add_line(work, factory_id, form.typed())
            if errand:
                return errand.finish(added.id)
            flash(gettext("生产线已登记。"), "success")
            return redirect(_place(factory_id))
    lead = f"{factory.manufacturer} · {factory.address}"
    fields = (definition.LINE_FIELD,)
    return _page(form, fields, gettext("增加生产线"), gettext("登记生产线"), lead=lead, errand=errand), form.status


@blueprint.route("/lines/<int:line_id>/edit", methods=["GET", "POST"])
@commits
def change_line(line_id: int) -> ResponseReturnValue:
    """Give a line another name."""
    work = current_work()
    known = service.get_own_line(work, line_id)
    form = form_for(definition.LINE_FIELD)(data={"name": known.name, "revision": known.revision})
    if form.validate_on_submit():
        with told_at_fields(form):
            service.rename_line(work, line_id, form.typed(), revision=form.shown_revision)
            flash(gettext("生产线已保存。已提交的申报不受影响。"), "success")
            return redirect(_place(known.factory_id))
    fields = (definition.LINE_FIELD,)
    return _page(form, fields, gettext("修改生产线"), gettext("保存生产线")), form.status


@blueprint.post("/lines/<int:line_id>/retire")
@commits
def retire_line(line_id: int) -> ResponseReturnValue:
    """Offer a line no more, or again."""
    retired = request.form.get("retired") == "yes"
    line = service.set_line_retired(current_work(), line_id, retired=retired)
    flash(gettext("生产线已停用，申报时不再列出。") if retired else gettext("生产线已恢复使用。"), "success")
    return redirect(_place(line.factory_id))


def _place(factory_id: int) -> str:
    return url_for("enterprise.factories", _anchor=f"factory-{factory_id}")


def _factory_page(form: RegistryForm, errand: Errand | None) -> ResponseReturnValue:
    others = [known for known in service.list_own(current_work()) if known.retired_at is None]
    page = _page(form, _FIELDS, gettext("登记工厂"), gettext("登记工厂"), errand=errand, others=others)
    return page, form.status


def _page(
    form: RegistryForm,
    fields: tuple[Field, ...],
    heading: str,
    button: str,
    *,
    lead: str = "",
    errand: Errand | None = None,
    others: Sequence[Factory] = (),
) -> str:
    return render_template(
        "enterprise/factory_form.html",
        form=form,
        fields=fields,
        heading=heading,
        button=button,
        lead=lead,
        errand=errand,
        others=others,
        action=here(errand),
        back=errand.url if errand else url_for("enterprise.factories"),
    )
