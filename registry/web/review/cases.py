"""One case: what was declared, the evidence beside it, and the decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from wtforms import HiddenField, TextAreaField

from registry.domain.declaration import STEPS
from registry.domain.errors import NotAllowed
from registry.domain.messages import N_
from registry.domain.workflow import Action
from registry.services import declarations, reviews
from registry.web.forms import RegistryForm, told_at_fields
from registry.web.messages import translated
from registry.web.review.blueprint import blueprint
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_DONE: Final = {
    Action.RECOMMEND: N_("已推荐至上一级审核。"),
    Action.APPROVE: N_("已准予备案，凭证正在生成。"),
    Action.RETURN: N_("已退回补正，企业会收到通知。"),
    Action.REJECT: N_("已作出不予备案决定，企业会收到通知。"),
}


class DecisionForm(RegistryForm):
    """A decision: the action is the button that was pressed."""

    action = HiddenField()
    reason = TextAreaField(lazy_gettext("审核意见"))


@blueprint.route("/cases/<int:filing_id>", methods=["GET", "POST"])
@commits
def case(filing_id: int) -> ResponseReturnValue:
    """Show the case as it was submitted, and decide on it."""
    work = current_work()
    filing = reviews.get_case(work, filing_id)
    form = DecisionForm(data={"revision": filing.revision})
    remarks = {name.removeprefix("remark-"): text for name, text in request.form.items() if name.startswith("remark-")}
    if form.validate_on_submit():
        action = _pressed()
        with told_at_fields(form):
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
    page = render_template(
        "review/case.html",
        filing=filing,
        form=form,
        remarks=remarks,
        declared=json.loads(filing.submissions[-1].snapshot),
        submission=filing.submissions[-1],
        steps=STEPS,
        **_words(),
        actions=reviews.possible_actions(work, filing),
        own_firm=reviews.is_own_firm(work.actor, filing),
        certificate=declarations.certificate_of(work, filing),
    )
    return page, form.status


def _words() -> dict[str, dict[str, str]]:
    """Labels for what the snapshot holds as values."""
    fields = {field.name: field for step in STEPS for field in step.fields}
    return {
        "labels": {name: translated(field.label) for name, field in fields.items()},
        "quality": {value: translated(label) for value, label in fields["quality_record"].choices},
    }


def _pressed() -> Action:
    """The action of the button; reviewers' pages have buttons for reviewers' actions only."""
    pressed = request.form.get("action", "")
    for action in _DONE:
        if action == pressed:
            return action
    raise NotAllowed
