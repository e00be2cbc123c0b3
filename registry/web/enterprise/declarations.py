"""Filing a self-declaration: the list, the draft's steps, the last check, submitting, taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain.declaration import STEP_NAMES, STEPS, step_named
from registry.domain.errors import StaleRevision
from registry.domain.requirements import Kind
from registry.infrastructure.database import db
from registry.infrastructure.inspection import RefusedFile
from registry.services import declarations as service
from registry.services import evidence
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import RegistryForm, form_for
from registry.web.forms.choices import declaration_choices
from registry.web.incoming import row_number
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.uploads import received
from registry.web.work import current_work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from registry.domain.messages import Message
    from registry.domain.requirements import Gap, Step
    from registry.models import Declaration, Evidence

    Refused = tuple[dict[str, str], str, Message]  # Row, column, and why.


@blueprint.get("/declarations")
def declarations() -> str:
    """All declarations of the firm."""
    return render_template("enterprise/declarations.html", declarations=service.list_own(current_work()))


@blueprint.post("/declarations/new")
@commits
def start_declaration() -> ResponseReturnValue:
    """Begin a draft, for a product where the button stood beside one."""
    draft = service.start(current_work(), product_id=row_number(request.form.get("product_id")))
    return redirect(url_for("enterprise.edit_declaration", declaration_id=draft.id, step_name=STEP_NAMES[0]))


@blueprint.get("/declarations/<int:declaration_id>")
def declaration(declaration_id: int) -> str:
    """Where a declaration stands, and everything that happened to it."""
    work = current_work()
    found = service.get_own(work, declaration_id)
    return render_template(
        "enterprise/declaration.html",
        declaration=found,
        certificate=service.certificate_of(work, found),
        editable=found.status in service.EDITABLE,
        labels={field.name: translated(field.label) for step in STEPS for field in step.fields},
        steps=STEPS,
        words=_words(declaration_choices(work)),
        files=_files(found),
    )


@blueprint.route("/declarations/<int:declaration_id>/edit/<step_name>", methods=["GET", "POST"])
@commits
def edit_declaration(declaration_id: int, step_name: str) -> ResponseReturnValue:
    """One step of a draft. What is typed is saved whole; what is wrong with it is shown beside it."""
    if step_name not in STEP_NAMES:
        abort(404)
    work, step = current_work(), step_named(step_name)
    draft = service.get_own(work, declaration_id, to_file=True)
    if draft.status not in service.EDITABLE:
        return redirect(url_for("enterprise.declaration", declaration_id=declaration_id))
    form_class = form_for(*step.fields, choices=declaration_choices(work))
    form = form_class(data=draft.content | {"revision": draft.revision})
    if form.validate_on_submit():
        return _save(draft, step, form)
    gaps = service.gaps(work, draft)
    checking = "check" in request.args
    form.show_errors(
        {gap.field: gap.message for gap in gaps if gap.step == step.name and (checking or not gap.missing)}
    )
    return _step_page(draft, step, form, gaps)


@blueprint.route("/declarations/<int:declaration_id>/check", methods=["GET", "POST"])
@commits
def check_declaration(declaration_id: int) -> ResponseReturnValue:
    """The last look before submitting, with every gap as a link to its field."""
    work = current_work()
    draft = service.get_own(work, declaration_id, to_file=True)
    if draft.status not in service.EDITABLE:
        return redirect(url_for("enterprise.declaration", declaration_id=declaration_id))
    form = RegistryForm(data={"revision": draft.revision})
    if form.validate_on_submit():
        try:
            service.submit(work, declaration_id, revision=form.shown_revision)
        except service.Incomplete as error:
            db.session.rollback()
            draft = service.get_own(work, declaration_id, to_file=True)
            return _check_page(draft, form, error.gaps), 422
        flash(gettext("已提交审核。办理进展会通知您，也可以随时在这里查看。"), "success")
        return redirect(url_for("enterprise.declaration", declaration_id=declaration_id))
    return _check_page(draft, form, service.gaps(work, draft))


@blueprint.route("/declarations/<int:declaration_id>/withdraw", methods=["GET", "POST"])
@commits
def withdraw_declaration(declaration_id: int) -> ResponseReturnValue:
    """Take a draft or an undecided filing back."""
    work = current_work()
    found = service.get_own(work, declaration_id, to_file=True)
    form = RegistryForm(data={"revision": found.revision})
    if form.validate_on_submit():
        reason = request.form.get("reason", "")
        service.withdraw(work, declaration_id, revision=form.shown_revision, reason=reason)
        flash(gettext("申报已撤回。"), "success")
        return redirect(url_for("enterprise.declaration", declaration_id=declaration_id))
    return render_template("enterprise/declaration_withdraw.html", declaration=found, form=form)


def _save(draft: Declaration, step: Step, form: RegistryForm) -> ResponseReturnValue:
    values = form.typed()
    refused_rows = _receive_files(step, values)
    anchor = _change_rows(values)
    refused = _by_control(values, refused_rows)
    try:
        service.save_step(current_work(), draft.id, step.name, values, revision=form.shown_revision)
    except StaleRevision:
        db.session.rollback()
        # Nothing was overwritten; whoever presses again has been told, and means it.
        form.form_errors.append(gettext("这件申报刚在别处修改过。下面是您填写的内容；再按一次保存，将以本页内容为准。"))
        form.revision.data = str(draft.revision)
        return _step_page(draft, step, form, service.gaps(current_work(), draft)), 409
    if refused:
        # The rest is saved all the same; the page shows what was kept.
        fresh = form_for(*step.fields, choices=declaration_choices(current_work()))(
            formdata=None, data=draft.content | {"revision": draft.revision}
        )
        fresh.show_errors(refused)
        return _step_page(draft, step, fresh, service.gaps(current_work(), draft)), 422
    if anchor or request.form.get("save") == "stay":
        here = url_for("enterprise.edit_declaration", declaration_id=draft.id, step_name=step.name, _anchor=anchor)
        return redirect(here)
    return redirect(_after(draft, step))


def _receive_files(step: Step, values: dict[str, Any]) -> list[Refused]:
    """Take the files of all rows into the evidence library; returns what was refused, by row and column."""
    refused = []
    for field in step.fields:
        files = [column.name for column in field.columns if column.kind is Kind.FILE]
        for number, row in enumerate(values[field.name] if files else []):
            for column in files:
                try:
                    with received(f"{field.name}-{number}-{column}_file") as upload:
                        if upload is not None:
                            added = evidence.add(current_work(), upload.path, upload.name, kind="test_report")
                            row[column] = str(added.id)
                except RefusedFile as error:
                    refused.append((row, column, error.message))
    return refused


def _by_control(values: dict[str, Any], refused: list[Refused]) -> dict[str, Message]:
    """What was refused by the name of its control: rows may have moved up since, or gone."""
    return {
        f"{name}-{number}-{column}": message
        for name, rows in values.items()
        if isinstance(rows, list)
        for number, row in enumerate(rows)
        for refused_row, column, message in refused
        if row is refused_row
    }


def _change_rows(values: dict[str, Any]) -> str:
    """Add or remove a row where such a button was pressed, and return the table to go back to."""
    added, removed = request.form.get("add", ""), request.form.get("remove", "")
    if isinstance(values.get(added), list):
        values[added].append({})
        return added
    name, _, number = removed.rpartition("-")
    rows, index = values.get(name), row_number(number)
    if isinstance(rows, list) and index is not None and index < len(rows):
        del rows[index]
        return name
    return ""


def _after(draft: Declaration, step: Step) -> str:
    """The next step, or the check after the last one."""
    following = STEP_NAMES.index(step.name) + 1
    if following == len(STEP_NAMES):
        return url_for("enterprise.check_declaration", declaration_id=draft.id)
    return url_for("enterprise.edit_declaration", declaration_id=draft.id, step_name=STEP_NAMES[following])


def _step_page(draft: Declaration, step: Step, form: RegistryForm, gaps: list[Gap]) -> str:
    returned = draft.decisions[-1] if draft.status == "returned" else None
    return render_template(
        "enterprise/declaration_step.html",
        declaration=draft,
        step=step,
        form=form,
        steps=_progress(draft, gaps, step.name),
        files=_files(draft),
        returned=returned,
        max_upload_bytes=current_work().settings.max_upload_bytes,
        last=step.name == STEP_NAMES[-1],
    )


def _check_page(draft: Declaration, form: RegistryForm, gaps: list[Gap]) -> str:
    return render_template(
        "enterprise/declaration_check.html",
        declaration=draft,
        form=form,
        gaps=[_link(draft, gap) for gap in gaps],
        steps=_progress(draft, gaps, "check"),
        definition=STEPS,
        words=_words(declaration_choices(current_work())),
        files=_files(draft),
        edit_url=lambda name: url_for("enterprise.edit_declaration", declaration_id=draft.id, step_name=name),
    )


def _progress(draft: Declaration, gaps: list[Gap], current: str) -> list[dict[str, Any]]:
    """The list of steps with what is done and what is missing."""
    items = []
    for step in STEPS:
        missing = sum(gap.step == step.name for gap in gaps)
        url = url_for("enterprise.edit_declaration", declaration_id=draft.id, step_name=step.name)
        items.append(
            {
                "label": translated(step.label),
                "url": url,
                "current": step.name == current,
                "done": not missing,
                "missing": missing,
            }
        )
    url = url_for("enterprise.check_declaration", declaration_id=draft.id)
    items.append({"label": gettext("检查并提交"), "url": url, "current": current == "check", "note": " "})
    return items


def _link(draft: Declaration, gap: Gap) -> dict[str, str]:
    anchor = gap.field + ("_file" if gap.field.rpartition("-")[2] in _FILE_COLUMNS else "")
    url = url_for("enterprise.edit_declaration", declaration_id=draft.id, step_name=gap.step, check=1, _anchor=anchor)
    text = gettext("%(label)s：%(text)s", label=translated(gap.label), text=translated(gap.message))
    return {"href": url, "text": text}


# A file's control has another name than its column, which holds the number of what is kept.
_FILE_COLUMNS: Final = {
    column.name for step in STEPS for field in step.fields for column in field.columns if column.kind is Kind.FILE
}


def _words(choices: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The words for the values of every choice, by field."""
    words = {
        field.name: {value: translated(label) for value, label in field.choices}
        for step in STEPS
        for outer in step.fields
        for field in (outer, *outer.columns)
    }
    words["product"] = dict(choices["product"])
    words["markets"] = {value: label for group in choices["markets"].values() for value, label in group}
    return words


def _files(declaration: Declaration) -> dict[str, Evidence]:
    """The kept report files by the numbers that the rows carry."""
    numbers = [row.get("evidence", "") for row in declaration.content.get("reports", [])]
    return evidence.by_ids(current_work(), numbers, declaration.enterprise_id)
