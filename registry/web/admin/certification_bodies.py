"""The register of certification bodies: the list, one body with its history, adding and changing, a table of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import FileField

from registry.domain import certification_bodies as definition
from registry.domain.certification_body_table import COLUMNS, MOST_ROWS, TEMPLATE
from registry.domain.tables import MOST_BYTES
from registry.services import certification_bodies as bodies
from registry.services import certification_body_import as importing
from registry.services import certification_body_register as service
from registry.web import language
from registry.web.admin import table_files
from registry.web.admin.blueprint import blueprint
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue

    from registry.domain.requirements import Field
    from registry.models import CertificationBody
    from registry.services.work import Work

    Change = Callable[..., None]

_MOST_SHOWN: Final = 200  # mistakes; nobody corrects more before trying again


class ImportForm(RegistryForm):
    """A file."""

    file = FileField(lazy_gettext("认证机构表（CSV）"))


@blueprint.get("/certification-bodies")
def certification_bodies() -> str:
    """The whole register, or what was searched for."""
    work = current_work()
    text = request.args.get("q", "").strip()[:100]
    return render_template(
        "admin/certification_bodies.html",
        page=service.find(work, text=text, page=page_number()),
        text=text,
        state_of=lambda body: bodies.state_of(body, work.today),
        latest=service.latest,
        address=lambda number: url_for("admin.certification_bodies", q=text or None, page=number),
    )


@blueprint.get("/certification-bodies/<int:body_id>")
def certification_body(body_id: int) -> str:
    """One body with everything that befell its approval."""
    work = current_work()
    body = service.get(work, body_id)
    return render_template(
        "admin/certification_body.html",
        body=body,
        state=bodies.state_of(body, work.today),
        events=service.history(body),
        held=definition.scopes_on(body.scopes, work.today),
        dated=definition.dated_scopes(body.scopes),
        today=work.today,
    )


@blueprint.route("/certification-bodies/new", methods=["GET", "POST"])
@commits
def add_certification_body() -> ResponseReturnValue:
    """Add a body."""
    form = form_for(*definition.NEW_FIELDS)()
    if form.validate_on_submit():
        with told_at_fields(form):
            body = service.add(current_work(), form.typed())
            flash(gettext("认证机构已列入名录。"), "success")
            return redirect(url_for("admin.certification_body", body_id=body.id))
    page = render_template(
        "admin/certification_body_form.html",
        form=form,
        fields=definition.NEW_FIELDS,
        heading=gettext("新增认证机构"),
        submit_label=gettext("列入名录"),
        known=_known_fields(current_work()),
    )
    return page, form.status


@blueprint.route("/certification-bodies/<int:body_id>/edit", methods=["GET", "POST"])
@commits
def change_certification_body(body_id: int) -> ResponseReturnValue:
    """Change what is known of a body."""
    return _changed(
        body_id,
        definition.FIELDS,
        service.as_form,
        service.change,
        {"heading": gettext("修改机构信息"), "submit_label": gettext("保存修改")},
    )


@blueprint.route("/certification-bodies/<int:body_id>/state", methods=["GET", "POST"])
@commits
def change_certification_body_state(body_id: int) -> ResponseReturnValue:
    """Record a suspension, a renewal or the end of a body's approval, from a day on."""
    return _changed(
        body_id,
        definition.STATE_FIELDS,
        lambda _body: {},
        service.change_state,
        {"heading": gettext("变更批准状态"), "submit_label": gettext("记录变更")},
    )


@blueprint.route("/certification-bodies/<int:body_id>/scopes", methods=["GET", "POST"])
@commits
def change_certification_body_scopes(body_id: int) -> ResponseReturnValue:
    """Record what a body may certify, from a day on."""
    return _changed(
        body_id,
        definition.SCOPE_FIELDS,
        service.scopes_as_form,
        service.change_scopes,
        {"heading": gettext("变更认证领域"), "submit_label": gettext("记录变更"), "lists_fields": True},
    )


@blueprint.route("/certification-bodies/import", methods=["GET", "POST"])
@commits
def import_certification_bodies() -> ResponseReturnValue:
    """Add and change the bodies in a table: all of them, or none where there is a mistake."""
    form, table = ImportForm(), None
    if form.validate_on_submit():
        work = current_work()
        with told_at_fields(form):
            table = importing.read(work, table_files.uploaded_text())
            if not table.mistakes:
                result = importing.write(work, table)
                flash(
                    gettext(
                        "已导入：新增 %(added)s 家，更新 %(changed)s 家，%(unchanged)s 家没有变化。",
                        added=result.added,
                        changed=result.changed,
                        unchanged=result.unchanged,
                    ),
                    "success",
                )
                return redirect(url_for("admin.certification_bodies"))
    page = render_template(
        "admin/certification_body_import.html",
        form=form,
        table=table,
        shown=table.mistakes[:_MOST_SHOWN] if table else [],
        columns=list(COLUMNS),
        most=MOST_ROWS,
        most_bytes=MOST_BYTES,
    )
    return page, 422 if table else form.status


@blueprint.get("/certification-bodies/import/template.csv")
def certification_body_template() -> Response:
    """A table to begin with."""
    return table_files.template(TEMPLATE, "certification-bodies.csv")


def _changed(
    body_id: int,
    fields: tuple[Field, ...],
    shown: Callable[[CertificationBody], Mapping[str, str]],
    change: Change,
    words: Mapping[str, Any],
) -> ResponseReturnValue:
    """A form about a body that is there, and what it does."""
    work = current_work()
    body = service.get(work, body_id)
    form = form_for(*fields)(data={**shown(body), "revision": body.revision})
    if form.validate_on_submit():
        with told_at_fields(form):
            change(work, body, form.typed(), revision=form.shown_revision)
            flash(gettext("变更已记录。"), "success")
            return redirect(url_for("admin.certification_body", body_id=body_id))
        body = service.get(work, body_id)
    known = _known_fields(work) if words.get("lists_fields") else {}
    page = render_template(
        "admin/certification_body_form.html", form=form, fields=fields, body=body, known=known, **words
    )
    return page, form.status


def _known_fields(work: Work) -> dict[str, str]:
    """The codes that may be entered, with names in the visitor's language."""
    return bodies.fields(work.session, english=language.choose() == language.ENGLISH)
