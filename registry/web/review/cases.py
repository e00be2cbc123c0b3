"""One case: what was declared, the evidence beside it, and the decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from wtforms import StringField, TextAreaField

from registry.domain.declaration import STEPS
from registry.domain.errors import InvalidFields
from registry.domain.messages import N_, Message
from registry.domain.workflow import Action
from registry.services import assignments, certificates, declarations, reviews
from registry.web.forms import RegistryForm, told_at_fields
from registry.web.messages import translated
from registry.web.review.blueprint import blueprint
from registry.web.transaction import commits
from registry.web.uploads import kept_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

_DONE: Final = {
    Action.RECOMMEND: N_("已推荐至上一级审核。"),
    Action.APPROVE: N_("已准予备案，证书正在生成。"),
    Action.RETURN: N_("已退回补正，企业会收到通知。"),
    Action.REJECT: N_("已作出不予备案决定，企业会收到通知。"),
}


# What can be asked to be corrected; ticking a box for somebody else makes no sense.
_REMARKED: Final = [field for step in STEPS for field in step.fields if field.name not in {"consent", "public"}]


class DecisionForm(RegistryForm):
    """A decision: the action is the button that was pressed, and each field declared may carry a remark."""

    reason = TextAreaField(lazy_gettext("审核意见"))


for _field in _REMARKED:
    setattr(DecisionForm, f"remark-{_field.name}", StringField(lazy_gettext(_field.label)))


@blueprint.route("/cases/<int:filing_id>", methods=["GET", "POST"])
@commits
def case(filing_id: int) -> ResponseReturnValue:
    """Show the case as it was submitted, and decide on it."""
    work = current_work()
    filing = reviews.get_case(work, filing_id)
    form = DecisionForm(data={"revision": filing.revision})
    remarks = {field.name: form[f"remark-{field.name}"].data or "" for field in _REMARKED}
    if form.validate_on_submit():
        with told_at_fields(form):
            action = _pressed()
            reviews.apply_action(
                work,
                filing,
                action,
                revision=form.shown_revision,
                reason=form.reason.data or "",
                remarks=remarks if action is Action.RETURN else None,
            )
            flash(translated(_DONE[action]), "success")
            return redirect(url_for("review.queue"))
        filing = reviews.get_case(work, filing_id)
    replaced = certificates.to_be_superseded(work, filing)
    page = render_template(
        "review/case.html",
        filing=filing,
        form=form,
        remarks=[form[f"remark-{name}"] for name in remarks],
        declared=json.loads(filing.submissions[-1].snapshot),
        submission=filing.submissions[-1],
        **_words(),
        actions=reviews.possible_actions(work, filing),
        own_firm=reviews.is_own_firm(work.actor, filing),
        may_claim=assignments.may_claim(work, filing),
        own_id=work.actor.user_id,
        acting_for=reviews.acts_for(work, filing),
        certificate=declarations.certificate_of(work, filing),
        replaced=replaced,
        replaced_state=certificates.state_shown(replaced, work.today) if replaced else None,
    )
    return page, form.status


@blueprint.post("/cases/<int:filing_id>/contact")
@commits
def case_contact(filing_id: int) -> str:
    """Whom to call at the firm, whole. Asking for it is recorded, so it is a button and not a link."""
    enterprise = reviews.read_contact(current_work(), filing_id)
    return render_template("review/case_contact.html", enterprise=enterprise, filing_id=filing_id)


@blueprint.get("/cases/<int:filing_id>/pictures/<int:number>")
def case_picture(filing_id: int, number: int) -> Response:
    """A picture of the product as it was submitted, and would be published; they count from 1."""
    declared = json.loads(reviews.get_case(current_work(), filing_id).submissions[-1].snapshot)
    pictures = declared["product"]["pictures"]
    if not 1 <= number <= len(pictures):
        abort(404)
    return kept_file(pictures[number - 1], "image/jpeg", name=f"{number}.jpg")


def _words() -> dict[str, dict[str, str]]:
    """Labels for what the snapshot holds as values."""
    fields = {field.name: field for step in STEPS for field in step.fields}
    return {
        "labels": {name: translated(field.label) for name, field in fields.items()},
        "quality": {value: translated(label) for value, label in fields["quality_record"].choices},
        "public": {value: translated(label) for value, label in fields["public"].choices},
    }


def _pressed() -> Action:
    """The action of the button; Enter in a line of the form presses none of them."""
    pressed = request.form.get("action", "")
    for action in _DONE:
        if action == pressed:
            return action
    raise InvalidFields({"action": Message(N_("请按下面的一个按钮作出决定。"))})
