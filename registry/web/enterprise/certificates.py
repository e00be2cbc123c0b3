"""The firm's certificates: looking at one, giving one up, asking for a new one in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import TextAreaField

from registry.domain.declaration import STEP_NAMES
from registry.domain.validity import CertificateAction
from registry.services import certificates as service
from registry.services import declarations
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import RegistryForm, told_at_fields
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class WithdrawalForm(RegistryForm):
    """Giving a certificate up."""

    reason = TextAreaField(lazy_gettext("注销的原因"))


@blueprint.get("/certificates")
def certificates() -> str:
    """All certificates of the firm."""
    work = current_work()
    return render_template(
        "enterprise/certificates.html",
        certificates=service.list_own(work),
        state_shown=lambda certificate: service.state_shown(certificate, work.today),
    )


@blueprint.get("/certificates/<int:certificate_id>")
def certificate(certificate_id: int) -> str:
    """One certificate: state, document, history, and what can be done."""
    work = current_work()
    found = service.get(work, certificate_id)
    return render_template(
        "enterprise/certificate.html",
        certificate=found,
        state=service.state_shown(found, work.today),
        changes={change.action for change in service.possible_changes(work, found)},
    )


@blueprint.route("/certificates/<int:certificate_id>/withdraw", methods=["GET", "POST"])
@commits
def withdraw_certificate(certificate_id: int) -> ResponseReturnValue:
    """Give a certificate up, for instance when production has ended."""
    work = current_work()
    found = service.get(work, certificate_id)
    form = WithdrawalForm(data={"revision": found.revision})
    if form.validate_on_submit():
        with told_at_fields(form):
            service.change_state(
                work,
                found,
                CertificateAction.WITHDRAW,
                revision=form.shown_revision,
                reason=form.reason.data or "",
            )
            flash(gettext("证书已注销。"), "success")
            return redirect(url_for("enterprise.certificate", certificate_id=certificate_id))
    return render_template("enterprise/certificate_withdraw.html", certificate=found, form=form), form.status


@blueprint.post("/certificates/<int:certificate_id>/replace")
@commits
def replace_certificate(certificate_id: int) -> ResponseReturnValue:
    """Begin a declaration that is to take the certificate's place."""
    draft = declarations.start_replacement(current_work(), certificate_id)
    flash(gettext("已从原申报复制内容，请核对并更新。新证书签发后，原证书标记为“已换发”。"), "info")
    return redirect(url_for("enterprise.edit_declaration", declaration_id=draft.id, step_name=STEP_NAMES[0]))
