"""Filling in a filing: its steps, saved by a press or by themselves, and the last check before submitting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain.errors import InvalidFields, StaleRevision
from registry.domain.filings import DEFINITIONS
from registry.domain.identifiers import normalise_standard_no
from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind
from registry.domain.workflow import Status
from registry.infrastructure.database import db
from registry.services import filings as service
from registry.services.products import MOST_OFFERED
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.correcting import correcting
from registry.web.enterprise.filing_beside import draft_beside
from registry.web.enterprise.filing_bodies import FIELD as BODY
from registry.web.enterprise.filing_bodies import FIND, bodies_for, find_body, words
from registry.web.enterprise.filing_words import files_of, gap_links, progress, title_of, words_of
from registry.web.forms import RegistryForm, form_for
from registry.web.forms.choices import filing_choices
from registry.web.forms.rows import change_rows
from registry.web.jinja import clock
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.domain.requirements import Gap, Step
    from registry.models import Filing
    from registry.web.enterprise.correcting import Correcting

_UNCHANGED: Final = Field(
    "unchanged",
    N_("没有改动"),
    Kind.FLAG,
    required=False,
    choices=(("yes", N_("内容不需要修改，已在“询问与答复”中说明理由")),),
)
_BY_ITSELF: Final = "auto"
_ASKED_FOR: Final = "asked_for"  # The hidden controls that name the fields of a page.
# Where to enter something new that a field offers to choose from; afterwards it is back to the step.
_ADDING = {"products": "enterprise.add_product", "line": "enterprise.add_factory"}


@blueprint.route("/filings/<int:filing_id>/edit/<step_name>", methods=["GET", "POST"])
@commits
def edit_filing(filing_id: int, step_name: str) -> ResponseReturnValue:
    """One step of a draft. What is typed is saved whole; what is wrong with it is shown beside it."""
    work = current_work()
    draft = service.get_own(work, filing_id, to_file=True)
    definition = DEFINITIONS[draft.kind]
    if step_name not in definition.step_names:
        abort(404)
    if not service.is_editable(work, draft):
        return redirect(url_for("enterprise.filing", filing_id=filing_id))
    step = definition.step_named(step_name)
    # A draft is open as a whole, whatever is wrong with it.
    gaps = service.gaps(work, draft) if request.method == "GET" or draft.status == Status.RETURNED else []
    correction = correcting(draft, gaps)
    sent = request.form.getlist("products")
    choices = filing_choices(work, draft, find=request.values.get(FIND, ""), ticked=sent)
    fields = [field for field in step.fields if _is_on_page(field, correction)]
    form = form_for(*fields, choices=choices)(data=draft.content | {"revision": draft.revision})
    _offer_standards(form)
    if form.validate_on_submit():
        return _save_by_itself(draft, step, form) if _is_by_itself() else _save(draft, step, form)
    form.show_errors(_shown(gaps, step, missing=_checks()))
    return _step_page(draft, step, form, gaps, correction)


@blueprint.route("/filings/<int:filing_id>/check", methods=["GET", "POST"])
@commits
def check_filing(filing_id: int) -> ResponseReturnValue:
    """The last look before submitting, with every gap as a link to its field."""
    work = current_work()
    draft = service.get_own(work, filing_id, to_file=True)
    if not service.is_editable(work, draft):
        return redirect(url_for("enterprise.filing", filing_id=filing_id))
    form = form_for(_UNCHANGED)(data={"revision": draft.revision})
    if form.validate_on_submit():
        try:
            service.submit(
                work, filing_id, revision=form.shown_revision, unchanged=form.typed()[_UNCHANGED.name] == "yes"
            )
        except InvalidFields as error:
            db.session.rollback()
            draft = service.get_own(work, filing_id, to_file=True)
            if isinstance(error, service.Incomplete):
                return _check_page(draft, form, error.gaps), 422
            form.show_errors(error.fields)
            return _check_page(draft, form, []), 422
        flash(gettext("已提交审核。办理进展会通知您，也可以随时在这里查看。"), "success")
        return redirect(url_for("enterprise.filing", filing_id=filing_id))
    return _check_page(draft, form, service.gaps(work, draft))


def _is_on_page(field: Field, correction: Correcting) -> bool:
    """Whether the page asks for a field: when it is shown, where that is open; when it is sent, as the page says.

    What is open may change while the page is: a control that was never there must not be read as an empty one. A field
    that is sent although it is closed is for the service to refuse.
    """
    if request.method == "GET":
        return field.name in correction.opened
    sent = any(name == field.name or name.startswith(f"{field.name}-") for name in request.form)
    return sent or field.name in request.form.getlist(_ASKED_FOR)


def _save(draft: Filing, step: Step, form: RegistryForm) -> ResponseReturnValue:
    values = form.typed()
    anchor = change_rows(values)
    pressed = request.form.get("save", "")
    searched = BODY if BODY in values else "products"
    wanted = find_body(values) if searched == BODY else _words_to_find(pressed)
    try:
        service.save_step(current_work(), draft.id, step.name, values, revision=form.shown_revision)
    except StaleRevision:
        db.session.rollback()
        # Nothing was overwritten; whoever presses again has been told, and means it.
        form.form_errors += [_elsewhere(), *_differing(draft, values)]
        form.revision.data = str(draft.revision)
        gaps = service.gaps(current_work(), draft)
        return _step_page(draft, step, form, gaps, correcting(draft, gaps), by_itself=False), 409
    if wanted or pressed == FIND:
        here = url_for(
            "enterprise.edit_filing", filing_id=draft.id, step_name=step.name, find=wanted or None, _anchor=searched
        )
        return redirect(here)
    if anchor or pressed in {"stay", _BY_ITSELF}:
        here = url_for("enterprise.edit_filing", filing_id=draft.id, step_name=step.name, _anchor=anchor)
        return redirect(here)
    adding = _adding(draft, step, pressed)
    if adding:
        return redirect(adding)
    gaps = service.gaps(current_work(), draft)
    wrong = len(_shown(gaps, step, missing=False))
    if wrong:
        text = gettext("已保存。“%(step)s”有 %(count)s 处需要更正。", step=translated(step.label), count=wrong)
        flash(text, "warning")
    return redirect(_after(draft, step, correcting(draft, gaps).opened))


def _words_to_find(pressed: str) -> str:
    """What is looked for among the firm's products: Enter in the control for the words presses 保存."""
    return words() if pressed in {FIND, "stay"} else ""


def _is_by_itself() -> bool:
    """Whether a script asks. A form of one that was kept until somebody signed in again is sent by a person."""
    wanted = request.accept_mimetypes
    return request.form.get("save") == _BY_ITSELF and wanted.accept_json and not wanted.accept_html


def _save_by_itself(draft: Filing, step: Step, form: RegistryForm) -> ResponseReturnValue:
    """The page saves while somebody types, and says so; what is wrong with it is told at once."""
    try:
        saved = service.save_step(current_work(), draft.id, step.name, form.typed(), revision=form.shown_revision)
    except StaleRevision:
        db.session.rollback()
        return jsonify(message=_elsewhere()), 409
    gaps = service.gaps(current_work(), saved)
    return jsonify(
        revision=saved.revision,
        message=gettext("已保存 %(time)s", time=clock(saved.updated_at)),
        problems={name: translated(message) for name, message in _shown(gaps, step, missing=_checks()).items()},
        notes=_notes_by_field(saved),
        filled=_filled(saved, form),
    )


def _filled(saved: Filing, form: RegistryForm) -> dict[str, str]:
    """What the service has put into fields of this page that were sent empty."""
    sent = form.typed()
    return {name: saved.content[name] for name, value in sent.items() if not value and saved.content.get(name)}


def _notes_by_field(filing: Filing) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for note in service.notes(current_work(), filing):
        found.setdefault(note.field, []).append(translated(note.message))
    return found


def _offer_standards(form: RegistryForm) -> None:
    """Let the page look up standards while their numbers are typed."""
    for field in form.definitions:
        if field.check is normalise_standard_no:
            offered = {"data-suggest": url_for("enterprise.standards"), "data-suggest-label": gettext("目录中的标准")}
            form[field.name].render_kw = (form[field.name].render_kw or {}) | offered


def _differing(draft: Filing, values: dict[str, Any]) -> list[str]:
    """Which of the values on this page are others than those that were saved elsewhere."""
    fields = DEFINITIONS[draft.kind].fields
    names = [name for name, value in values.items() if (value or None) != (draft.content.get(name) or None)]
    if not names:
        return []
    labels = gettext("、").join(translated(fields[name].label) for name in names)
    return [gettext("与别处保存的内容不同的有：%(labels)s。", labels=labels)]


def _elsewhere() -> str:
    return translated(N_("这件申报刚在别处修改过。下面是您填写的内容；再按一次保存，将以本页内容为准。"))


def _checks() -> bool:
    """Whether somebody comes from the last check, and is shown what is missing as well."""
    return "check" in request.args


def _shown(gaps: list[Gap], step: Step, *, missing: bool) -> dict[str, Any]:
    """What is wrong on this step by field; what is only missing, when it was asked for."""
    return {gap.field: gap.message for gap in gaps if gap.step == step.name and (missing or not gap.missing)}


def _adding(draft: Filing, step: Step, pressed: str) -> str:
    """The page to enter something new for a field of this step, where its button was pressed."""
    for field in step.fields:
        if pressed == f"add-{field.name}":
            if field.evidence_kind:
                kind = field.evidence_kind
                return url_for("enterprise.add_evidence", kind=kind, filing=draft.id, field=field.name)
            if field.name in _ADDING:
                return url_for(_ADDING[field.name], filing=draft.id)
    return ""


def _after(draft: Filing, step: Step, opened: frozenset[str]) -> str:
    """The next step with something to fill in; after the last one, signing or the check."""
    definition = DEFINITIONS[draft.kind]
    for following in definition.steps[definition.step_names.index(step.name) + 1 :]:
        if any(field.name in opened for field in following.fields):
            return url_for("enterprise.edit_filing", filing_id=draft.id, step_name=following.name)
    last = "enterprise.sign_filing" if definition.signed else "enterprise.check_filing"
    return url_for(last, filing_id=draft.id)


def _step_page(
    draft: Filing, step: Step, form: RegistryForm, gaps: list[Gap], correction: Correcting, *, by_itself: bool = True
) -> str:
    """The page of one step; after a conflict it does not save itself, since a press is what decides."""
    checked = 1 if _checks() else None
    return render_template(
        "enterprise/filing_step.html",
        filing=draft,
        title=title_of(draft),
        definition=DEFINITIONS[draft.kind],
        step=step,
        form=form,
        steps=progress(draft, gaps, step.name, correction.waiting),
        carried_over=service.carried_over(current_work(), draft),
        # After a conflict the page shows what was typed, and notes would speak of what was saved elsewhere.
        notes=service.notes(current_work(), draft) if by_itself else [],
        files=files_of(draft),
        action=url_for("enterprise.edit_filing", filing_id=draft.id, step_name=step.name, check=checked),
        asked_for=_ASKED_FOR,
        by_itself=by_itself,
        bodies=bodies_for(form),
        find=request.values.get(FIND, ""),
        most_offered=MOST_OFFERED,
        correcting=correction,
        last=step.name == DEFINITIONS[draft.kind].step_names[-1],
    )


def _check_page(draft: Filing, form: RegistryForm, gaps: list[Gap]) -> str:
    correction = correcting(draft, gaps)
    return render_template(
        "enterprise/filing_check.html",
        filing=draft,
        title=title_of(draft),
        definition=DEFINITIONS[draft.kind],
        form=form,
        gaps=gap_links(draft, gaps),
        correcting=correction,
        beside=draft_beside(draft, gaps),
        steps=progress(draft, gaps, "check", correction.waiting),
        notes=service.notes(current_work(), draft),
        words=words_of(draft),
        files=files_of(draft),
        edit_url=lambda name: url_for("enterprise.edit_filing", filing_id=draft.id, step_name=name),
    )
