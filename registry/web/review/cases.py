"""One case: what was declared, the evidence beside it, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import StringField, TextAreaField

from registry.domain.corrections import default_last_day, remarkable
from registry.domain.errors import InvalidFields
from registry.domain.external_check import MATCHES, RESULTS, UNAVAILABLE
from registry.domain.filings import DEFINITIONS
from registry.domain.messages import N_, Message
from registry.domain.remarks import Weight
from registry.domain.rules import rules_of
from registry.domain.workflow import Action, Status
from registry.services import (
    assignments,
    case_messages,
    certifications,
    corrections,
    declaration_papers,
    external_checks,
    filings,
    reviews,
    snapshots,
    succession,
)
from registry.web import trail
from registry.web.forms import DateField, RegistryForm, message_form, told_at_fields
from registry.web.messages import translated
from registry.web.review.blueprint import blueprint
from registry.web.side_by_side import is_whole, side_by_side
from registry.web.titles import titled
from registry.web.transaction import commits
from registry.web.uploads import kept_file, stored_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from registry.domain.filings import Definition
    from registry.models import Filing, SignedPaper
    from registry.services.work import Work

_DONE: Final = {
    Action.RECOMMEND: N_("已推荐至上一级审核。"),
    Action.APPROVE: N_("已准予备案，证书正在生成。"),
    Action.RETURN: N_("已退回补正，企业会收到通知。"),
    Action.REJECT: N_("已作出不予备案决定，企业会收到通知。"),
    Action.EXTEND: N_("补正期限已延长，企业会收到通知。"),
}
_REMARK: Final = "remark-"


class DecisionForm(RegistryForm):
    """A decision: the action is the button that was pressed, and each field filed may carry a remark."""

    reason = TextAreaField(lazy_gettext("审核意见"))
    correct_by = DateField(lazy_gettext("补正期限"))

    @property
    def remarks(self) -> dict[str, str]:
        """What was typed at the fields filed, by their names."""
        return {
            control.name.removeprefix(_REMARK): control.data or ""
            for control in self
            if control.name.startswith(_REMARK)
        }


def decision_form(filing: Filing, **options: Any) -> DecisionForm:
    """The form of a decision on this case, with the day that the rules allow for a correction.

    Args:
        filing: the case.
        options: for the form itself; formdata=None where another form of the page was sent.
    """
    fields = [field for step in remarkable(DEFINITIONS[filing.kind]) for field in step.fields]
    remarks = {f"{_REMARK}{field.name}": StringField(translated(field.label)) for field in fields}
    days = rules_of(filing.kind, filing.rules_version).correction_days
    day = "" if filing.correct_by else default_last_day(days, current_work().today).isoformat()
    form_class: type[DecisionForm] = type("Form", (DecisionForm,), remarks)
    return form_class(data={"revision": filing.revision, "correct_by": day}, **options)


@blueprint.route("/cases/<int:filing_id>", methods=["GET", "POST"])
@commits
def case(filing_id: int) -> ResponseReturnValue:
    """Show the case as it was submitted, and decide on it."""
    work = current_work()
    filing = reviews.get_case(work, filing_id)
    form = decision_form(filing)
    if form.validate_on_submit():
        with told_at_fields(form):
            action = _pressed()
            reviews.apply_action(
                work,
                filing,
                action,
                revision=form.shown_revision,
                reason=form.reason.data or "",
                remarks=form.remarks if action is Action.RETURN else None,
                correct_by=form.correct_by.data or "",
            )
            flash(translated(_DONE[action]), "success")
            return redirect(url_for("review.queue"))
        filing = reviews.get_case(work, filing_id)
    return case_page(filing, form, message_form(filing, formdata=None)), form.status


def case_page(filing: Filing, form: DecisionForm, messages: RegistryForm) -> str:
    """The page of a case, with the forms for a decision and for a question or an answer as they stand."""
    work, definition = current_work(), DEFINITIONS[filing.kind]
    declared = snapshots.read(filing.submissions[-1])
    beside = succession.beside_submitted(work, filing, whole=is_whole())
    return render_template(
        "review/case.html",
        filing=filing,
        title=titled([product["name"] for product in declared["products"]]),
        form=form,
        remarkable=remarkable(definition),
        messages=messages if case_messages.may_write(work, filing) else None,
        said=corrections.said_of(filing),
        changes=corrections.changes_submitted(filing),
        days_left=(filing.correct_by - work.today).days if filing.correct_by else None,
        declared=declared,
        evidence=[item for name in definition.evidence_fields for item in declared["content"][name]],
        submission=filing.submissions[-1],
        paper=_paper(work, filing, declared),
        checks=_checks(work, filing),
        may_look_up=external_checks.may_record(work, filing),
        check_results={value: translated(label) for value, label in RESULTS},
        **_words(definition),
        actions=reviews.possible_actions(work, filing),
        own_firm=reviews.is_own_firm(work.actor, filing),
        may_claim=assignments.may_claim(work, filing),
        own_id=work.actor.user_id,
        acting_for=reviews.acts_for(work, filing),
        certificates=filings.certificates_of(work, filing),
        beside=beside and side_by_side(filing, beside, endpoint="review.case", pictures=_pictures(filing, declared)),
    )


@blueprint.post("/cases/<int:filing_id>/contact")
@commits
def case_contact(filing_id: int) -> str:
    """Whom to call at the firm, whole. Asking for it is recorded, so it is a button and not a link."""
    enterprise = reviews.read_contact(current_work(), filing_id)
    return render_template("review/case_contact.html", enterprise=enterprise, filing_id=filing_id)


@blueprint.get("/cases/<int:filing_id>/pictures/<int:number>")
def case_picture(filing_id: int, number: int) -> Response:
    """A picture of a product as it was submitted, and would be published; they count from 1 through all of them."""
    declared = snapshots.read(reviews.get_case(current_work(), filing_id).submissions[-1])
    pictures = [picture for product in declared["products"] for picture in product["pictures"]]
    if not 1 <= number <= len(pictures):
        abort(404)
    return kept_file(pictures[number - 1], "image/jpeg", name=f"{number}.jpg")


@blueprint.get("/cases/<int:filing_id>/declaration")
def case_paper(filing_id: int) -> Response:
    """The declaration as the firm signed it."""
    work = current_work()
    filing = reviews.get_case(work, filing_id)
    paper = _paper(work, filing, snapshots.read(filing.submissions[-1]))
    if paper is None:
        abort(404)
    trail.record_read("review:evidence:read", None)
    return stored_file(paper.file, name=paper.name)


def _pictures(filing: Filing, declared: dict[str, Any]) -> dict[str, str]:
    """The addresses of the pictures submitted, by digest."""
    digests = [picture for product in declared["products"] for picture in product["pictures"]]
    return {
        digest: url_for("review.case_picture", filing_id=filing.id, number=number)
        for number, digest in enumerate(digests, start=1)
    }


def _paper(work: Work, filing: Filing, declared: dict[str, Any]) -> SignedPaper | None:
    """The signed declaration that belongs to a submission; those before revision 0003 have none."""
    known = declared.get("paper")
    return declaration_papers.named(work, filing, known) if known else None


_WEIGHT_LOOK: Final = {Weight.WARNING: "fail", Weight.NOTE: "warn"}
_LOOK_UP_LOOK: Final = {MATCHES: "pass", UNAVAILABLE: "warn"}


def _checks(work: Work, filing: Filing) -> list[dict[str, str]]:
    """What the registry has compared, and how a third party's certificate was found; while it is under review."""
    if filing.status != Status.UNDER_REVIEW:
        return []
    labels = DEFINITIONS[filing.kind].fields
    found = [
        {
            "result": _WEIGHT_LOOK[remark.weight],
            "label": translated(labels[remark.subject].label),
            "why": translated(remark.message),
        }
        for remark in filings.for_reviewer(work, filing)
    ]
    return [_looked_up(filing), *found] if external_checks.applies_to(filing) else found


def _looked_up(filing: Filing) -> dict[str, str]:
    check = certifications.last_look_up(filing)
    result = _LOOK_UP_LOOK.get(check.result, "fail") if check else "warn"
    text = (
        gettext("%(day)s %(result)s", day=check.checked_on.isoformat(), result=translated(dict(RESULTS)[check.result]))
        if check
        else gettext("本次提交后还没有核对；批准之前要有一次“查到，内容一致”的记录。")
    )
    return {"result": result, "label": gettext("国家认监委网站核对"), "why": text}


def _words(definition: Definition) -> dict[str, dict[str, Any]]:
    """Labels for what the snapshot holds as values."""
    fields = definition.fields
    return {
        "labels": {name: translated(field.label) for name, field in fields.items()},
        "words": {name: {value: translated(label) for value, label in field.choices} for name, field in fields.items()},
    }


def _pressed() -> Action:
    """The action of the button; Enter in a line of the form presses none of them."""
    pressed = request.form.get("action", "")
    for action in _DONE:
        if action == pressed:
            return action
    raise InvalidFields({"action": Message(N_("请按下面的一个按钮作出决定。"))})
