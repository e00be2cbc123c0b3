"""The firm's filings of every kind: the list, beginning one, where it stands, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain.filings import DEFINITIONS
from registry.domain.workflow import Status
from registry.services import case_messages, corrections
from registry.services import filings as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.filing_beside import submitted_beside
from registry.web.enterprise.filing_words import files_of, title_of, words_of
from registry.web.forms import RegistryForm, message_form
from registry.web.incoming import row_number
from registry.web.messages import translated
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.models import Filing


@blueprint.get("/filings")
def filings() -> str:
    """All filings of the firm, a page at a time."""
    return render_template(
        "enterprise/filings.html",
        page=service.page_own(current_work(), page_number()),
        title_of=title_of,
        address=lambda number: url_for("enterprise.filings", page=number),
    )


@blueprint.post("/filings/new")
@commits
def start_filing() -> ResponseReturnValue:
    """Begin a draft, for a product where the button stood beside one."""
    kind = request.form.get("kind", "declaration")
    draft = service.start(current_work(), kind, product_id=row_number(request.form.get("product_id")))
    return redirect(url_for("enterprise.edit_filing", filing_id=draft.id, step_name=DEFINITIONS[kind].step_names[0]))


@blueprint.get("/declarations/<int:filing_id>")
def declaration(filing_id: int) -> ResponseReturnValue:
    """Where letters led before there were filings of other kinds."""
    return redirect(url_for("enterprise.filing", filing_id=filing_id), 301)


@blueprint.get("/filings/<int:filing_id>")
def filing(filing_id: int) -> str:
    """Where a filing stands, and everything that happened to it."""
    found = service.get_own(current_work(), filing_id)
    return filing_page(found, message_form(found))


def filing_page(found: Filing, messages: RegistryForm) -> str:
    """The page of a filing, with the form for a question or an answer as it stands."""
    work = current_work()
    definition = DEFINITIONS[found.kind]

    def edit_url(name: str) -> str:
        """Where a field is filled in; empty where the form has it no more."""
        if name not in definition.fields:
            return ""
        step = definition.step_of(name).name
        return url_for("enterprise.edit_filing", filing_id=found.id, step_name=step, _anchor=name)

    return render_template(
        "enterprise/filing.html",
        filing=found,
        title=title_of(found),
        certificates=service.certificates_of(work, found),
        beside=submitted_beside(found),
        editable=service.is_editable(work, found),
        returned=corrections.last_return(found),
        edit_url=edit_url,
        first_url=_first_url(found),
        days_left=(found.correct_by - work.today).days if found.correct_by else None,
        messages=messages if case_messages.may_write(work, found) else None,
        labels={name: translated(field.label) for name, field in definition.fields.items()},
        definition=definition,
        words=words_of(found),
        files=files_of(found),
    )


def _first_url(filing: Filing) -> str:
    """Where filling in goes on: of a correction, with the first step that has a remark."""
    definition, returned = DEFINITIONS[filing.kind], corrections.last_return(filing)
    asked = [name for name in definition.fields if returned and name in returned.remarks]
    step = definition.step_of(asked[0]).name if asked else definition.step_names[0]
    return url_for("enterprise.edit_filing", filing_id=filing.id, step_name=step)


@blueprint.route("/filings/<int:filing_id>/withdraw", methods=["GET", "POST"])
@commits
def withdraw_filing(filing_id: int) -> ResponseReturnValue:
    """Take a draft or an undecided filing back."""
    work = current_work()
    found = service.get_own(work, filing_id, to_file=True)
    form = RegistryForm(data={"revision": found.revision})
    if form.validate_on_submit():
        never_sent = found.status == Status.DRAFT
        service.withdraw(work, filing_id, revision=form.shown_revision, reason=request.form.get("reason", ""))
        if never_sent:
            flash(gettext("草稿已放弃。"), "success")
            return redirect(url_for("enterprise.filings"))
        flash(gettext("申报已撤回。"), "success")
        return redirect(url_for("enterprise.filing", filing_id=filing_id))
    return render_template("enterprise/filing_withdraw.html", filing=found, title=title_of(found), form=form)
