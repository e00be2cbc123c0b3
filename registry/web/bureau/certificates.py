"""Certificates under a bureau's eye: the list, one of them, and changing its state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from wtforms import StringField, TextAreaField

from registry.domain.filings import DEFINITIONS
from registry.domain.messages import N_
from registry.domain.validity import STATE_LABELS, CertificateAction, DisplayedState
from registry.services import certificates as service
from registry.services import worklists
from registry.web.bureau.blueprint import blueprint
from registry.web.forms import DateField, RegistryForm, told_at_fields
from registry.web.messages import translated
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

# What is done, and what the page says afterwards.
ACTIONS: Final = {
    CertificateAction.SUSPEND: (N_("暂停证书"), N_("证书已暂停，查验页面即时显示。")),
    CertificateAction.REINSTATE: (N_("恢复证书"), N_("证书已恢复有效。")),
    CertificateAction.REVOKE: (N_("撤销证书"), N_("证书已撤销，编号不再使用。")),
    CertificateAction.WITHDRAW: (N_("注销证书"), N_("证书已注销。")),
}


class ChangeForm(RegistryForm):
    """A change of state with its particulars."""

    reason = TextAreaField(lazy_gettext("原因"))
    document_number = StringField(lazy_gettext("文号"))
    until = DateField(lazy_gettext("整改期限"))


@blueprint.get("/certificates")
def certificates() -> str:
    """All certificates of the office's area and subject."""
    work = current_work()
    known = {state.value: state for state in DisplayedState}
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    text = request.args.get("q", "").strip()[:100]
    return render_template(
        "bureau/certificates.html",
        page=worklists.certificates(work, state=known.get(state), kind=kind, text=text, page=page_number()),
        state=state,
        kind=kind,
        kinds=tuple(DEFINITIONS),
        text=text,
        states=[(value.value, label) for value, label in STATE_LABELS.items()],
        state_shown=lambda certificate: service.state_shown(certificate, work.today),
        address=lambda number: url_for("bureau.certificates", state=state, kind=kind, q=text, page=number),
    )


@blueprint.get("/certificates/<int:certificate_id>")
def certificate(certificate_id: int) -> str:
    """One certificate, its history, and what can be done."""
    work = current_work()
    found = service.get(work, certificate_id)
    return render_template(
        "bureau/certificate.html",
        certificate=found,
        state=service.state_shown(found, work.today),
        changes=service.possible_changes(work, found),
        actions=ACTIONS,
    )


@blueprint.route("/certificates/<int:certificate_id>/<action_name>", methods=["GET", "POST"])
@commits
def change_certificate(certificate_id: int, action_name: str) -> ResponseReturnValue:
    """Suspend, reinstate, revoke or withdraw a certificate."""
    if action_name not in ACTIONS:
        abort(404)
    work, action = current_work(), CertificateAction(action_name)
    found = service.get(work, certificate_id)
    change = next((row for row in service.possible_changes(work, found) if row.action is action), None)
    form = ChangeForm(data={"revision": found.revision})
    if request.method == "GET" and change is None:
        return redirect(url_for("bureau.certificate", certificate_id=certificate_id))
    if form.validate_on_submit():
        with told_at_fields(form):
            service.change_state(
                work,
                found,
                action,
                revision=form.shown_revision,
                reason=form.reason.data or "",
                document_number=form.document_number.data or "",
                correct_by=_day(form.until.data),
            )
            flash(translated(ACTIONS[action][1]), "success")
            return redirect(url_for("bureau.certificate", certificate_id=certificate_id))
    page = render_template(
        "bureau/certificate_change.html",
        certificate=found,
        change=change,
        ahead=service.renewal_ahead(work, found),
        title=ACTIONS[action][0],
        form=form,
    )
    return page, form.status


def _day(text: str | None) -> date | None:
    """A date as typed; None where it is none, which the domain then asks for."""
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None
