"""What a bureau checks of the visitor's own firm: that it is who it says, and what its new licence says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain import claims as definition
from registry.domain.claims import ClaimKind, ClaimStatus
from registry.domain.enterprise import LICENCE_FIELDS
from registry.services import claims, enterprises
from registry.web.enterprise import paper_fields
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import form_for, told_at_fields
from registry.web.forms.choices import enterprise_choices
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/verification", methods=["GET", "POST"])
@commits
def verify() -> ResponseReturnValue:
    """Where the firm's verification stands; and better papers, where the first ones were refused."""
    work = current_work()
    enterprise = claims.own(work)
    claim = claims.latest_of_firm(work, enterprise.id, ClaimKind.FIRST)
    if request.method == "POST" and (enterprise.verified_at or (claim and claim.status == ClaimStatus.OPEN)):
        return redirect(url_for("enterprise.verify"))  # An old page: there is nothing to send now.
    form = form_for(definition.STATEMENT_FIELD, base=paper_fields.PaperFields)()
    if form.validate_on_submit():
        papers = paper_fields.kept(form, "licence", "letter")
        with told_at_fields(form):
            if len(papers) == paper_fields.BOTH:
                claims.ask_to_verify(work, **papers, statement=form.typed()["statement"])
                flash(gettext("材料已提交核验。"), "success")
                return redirect(url_for("enterprise.verify"))
    page = render_template(
        "enterprise/verification.html",
        enterprise=enterprise,
        claim=claim,
        form=form,
        statement=definition.STATEMENT_FIELD,
        max_upload_bytes=work.settings.max_upload_bytes,
        days=definition.WORKING_DAYS,
    )
    return page, form.status


@blueprint.route("/profile/licence", methods=["GET", "POST"])
@commits
def change_licence() -> ResponseReturnValue:
    """Tell the bureau what the new licence of a verified firm says."""
    work = current_work()
    enterprise = claims.own(work)
    if enterprise.verified_at is None:
        return redirect(url_for("enterprise.change_profile"))
    fields = (*LICENCE_FIELDS, definition.EFFECTIVE_FIELD, definition.STATEMENT_FIELD)
    form_class = form_for(*fields, choices=enterprise_choices(work), base=paper_fields.LicenceField)
    form = form_class(data=enterprises.as_form(enterprise) | {"revision": enterprise.revision})
    if form.validate_on_submit():
        papers = paper_fields.kept(form, "licence")
        with told_at_fields(form):
            if papers:
                typed = form.typed()
                claims.propose_change(work, typed, **papers, revision=form.shown_revision, statement=typed["statement"])
                flash(gettext("变更已提交核验，通过后更新企业资料。"), "success")
                return redirect(url_for("enterprise.profile"))
    page = render_template(
        "enterprise/licence_form.html",
        enterprise=enterprise,
        form=form,
        fields=fields,
        max_upload_bytes=work.settings.max_upload_bytes,
        days=definition.WORKING_DAYS,
    )
    return page, form.status
