"""Claims on the bureau's desk: whose firms are, and what their licences say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import TextAreaField

from registry.domain.claims import KIND_LABELS, REFUSALS, STATUS_LABELS, ClaimStatus
from registry.domain.enterprise import LICENCE_FIELDS
from registry.domain.identifiers import registration_kind, uscc_warnings
from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind
from registry.services import claim_decisions as service
from registry.services import claims as claim_service
from registry.services import enterprises
from registry.web import trail
from registry.web.bureau.blueprint import blueprint
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.uploads import stored_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.models import Claim

_REASONS = Field("reasons", N_("不通过的原因"), Kind.CHOICES, required=False, choices=REFUSALS)


class DecisionFields(RegistryForm):
    """What a refusal adds to the fixed reasons."""

    text = TextAreaField(lazy_gettext("给申请人的说明"))


@blueprint.get("/claims")
def claims() -> str:
    """What waits first, the oldest on top."""
    return render_template(
        "bureau/claims.html",
        page=service.list_in_scope(current_work(), page=page_number()),
        kinds=KIND_LABELS,
        statuses=STATUS_LABELS,
        address=lambda number: url_for("bureau.claims", page=number),
    )


@blueprint.route("/claims/<int:claim_id>", methods=["GET", "POST"])
@commits
def claim(claim_id: int) -> ResponseReturnValue:
    """The firm's facts, the papers beside each other, and the decision."""
    found = service.get(current_work(), claim_id)
    form = form_for(_REASONS, base=DecisionFields)(data={"revision": claim_service.revision_shown(found)})
    if form.validate_on_submit():
        with told_at_fields(form):
            _decide(claim_id, form)
            return redirect(url_for("bureau.claims"))
        found = service.get(current_work(), claim_id)
    return _page(found, form), form.status


@blueprint.get("/claims/<int:claim_id>/<paper>")
def claim_paper(claim_id: int, paper: str) -> Response:
    """The licence or the letter. That it was read is recorded: both hold personal data."""
    found, file, name = service.get_paper(current_work(), claim_id, paper)
    trail.record_read("bureau:claim:read", claim_id, person_id=found.user_id, paper=paper)
    return stored_file(file, name=name)


def _decide(claim_id: int, form: RegistryForm) -> None:
    pressed = request.form.get("action")
    if pressed == "approve":
        decided = service.approve(current_work(), claim_id, revision=form.shown_revision)
        if decided.status == ClaimStatus.APPROVED:
            flash(gettext("核验通过，申请人会收到通知。"), "success")
        else:
            flash(gettext("未作变更，已按“未通过”办结：%(reason)s", reason=gettext(decided.reason)), "warning")
    elif pressed == "refuse":
        reasons, text = form.typed()["reasons"], form["text"].data or ""
        service.refuse(current_work(), claim_id, revision=form.shown_revision, reasons=reasons, text=text)
        flash(gettext("已作出不予通过的决定，申请人会收到原因。"), "success")
    else:
        abort(400)


def _page(found: Claim, form: RegistryForm) -> str:
    work, enterprise = current_work(), found.enterprise
    code = (found.proposed or {}).get("uscc", enterprise.uscc)
    return render_template(
        "bureau/claim.html",
        claim=found,
        enterprise=enterprise,
        form=form,
        code=code,
        registered_as=registration_kind(code),
        warnings=uscc_warnings(code),
        history=enterprises.history(work.session, enterprise.id),
        owners=service.owners(work, enterprise.id),
        others=service.others_open(work, found),
        stand_back=service.must_stand_back(work, found),
        changes=_changes(found),
        kinds=KIND_LABELS,
        statuses=STATUS_LABELS,
    )


def _changes(found: Claim) -> list[tuple[str, str, str]]:
    """What a change changes: the label, what stands there now, and what it is to be."""
    if not found.proposed:
        return []
    work = current_work()
    now, then = enterprises.as_form(found.enterprise), dict(found.proposed)
    now["area"], then["area"] = (enterprises.area_name(work, values["area"]) for values in (now, then))
    return [(field.label, now[field.name], then[field.name]) for field in LICENCE_FIELDS]
