"""Registering a firm, and what to do about one that somebody else has registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from registry.domain import claims as claim_definition
from registry.domain import enterprise as definition
from registry.domain.claims import KIND_LABELS, STATUS_LABELS, ClaimKind
from registry.domain.errors import NotFound
from registry.domain.identifiers import normalise_uscc
from registry.domain.messages import N_
from registry.infrastructure.database import db
from registry.services import claim_decisions, claims, enterprises, members
from registry.web.enterprise import paper_fields
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.forms.choices import enterprise_choices
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.models import Enterprise
    from registry.services.papers import Paper

_FIELDS = (definition.CODE_FIELD, *definition.FIELDS)


@blueprint.route("/register", methods=["GET", "POST"])
@commits
def register() -> ResponseReturnValue:
    """Register a firm; the person who does it becomes the owner of its file, and a bureau checks the papers."""
    work = current_work()
    fields = (*_FIELDS, claim_definition.STATEMENT_FIELD)
    form = form_for(*fields, choices=enterprise_choices(work), base=paper_fields.PaperFields)()
    if form.validate_on_submit():
        papers = paper_fields.kept(form, "licence", "letter")
        with told_at_fields(form):
            enterprises.check(work, form.typed())
            if len(papers) == paper_fields.BOTH:
                return _registered(form, papers)
        paper_fields.ask_again(form, papers)
    page = render_template(
        "enterprise/register.html",
        form=form,
        definition=definition,
        statement=claim_definition.STATEMENT_FIELD,
        max_upload_bytes=work.settings.max_upload_bytes,
        days=claim_definition.WORKING_DAYS,
    )
    return page, form.status


@blueprint.get("/authorisation")
def authorisation() -> str:
    """A letter of authorisation to print, fill in, seal and photograph."""
    return render_template("enterprise/authorisation.html", name=current_work().actor.name, today=current_work().today)


@blueprint.get("/known/<uscc>")
def known(uscc: str) -> ResponseReturnValue:
    """A firm that is registered already: ask its owner, or dispute it."""
    return _known_page(_find(uscc), form_for(members.MESSAGE_FIELD)())


@blueprint.post("/known/<uscc>/join")
@commits
def ask_to_join(uscc: str) -> ResponseReturnValue:
    """Ask the owners to be let in."""
    form = form_for(members.MESSAGE_FIELD)()
    if form.validate_on_submit():
        with told_at_fields(form):
            members.ask_to_join(current_work(), _find(uscc), form.typed())
            flash(gettext("已把申请发给账号所有人，答复会发到您的邮箱。"), "success")
            return redirect(url_for("enterprise.requests"))
    return _known_page(_find(uscc), form)


@blueprint.route("/known/<uscc>/dispute", methods=["GET", "POST"])
@commits
def dispute(uscc: str) -> ResponseReturnValue:
    """Say to the bureau, with the firm's papers, that the firm's file belongs to the visitor."""
    work, enterprise = current_work(), _find(uscc)
    form = form_for(claim_definition.STATEMENT_FIELD, base=paper_fields.PaperFields)()
    if form.validate_on_submit():
        papers = paper_fields.kept(form, "licence", "letter")
        with told_at_fields(form):
            if len(papers) == paper_fields.BOTH:
                claims.dispute(work, enterprise, **papers, statement=form.typed()["statement"])
                flash(gettext("异议已提交主管部门，办理结果会发到您的邮箱。"), "success")
                return redirect(url_for("enterprise.requests"))
        paper_fields.ask_again(form, papers)
    page = render_template(
        "enterprise/dispute.html",
        uscc=enterprise.uscc,
        form=form,
        statement=claim_definition.STATEMENT_FIELD,
        max_upload_bytes=work.settings.max_upload_bytes,
        days=claim_definition.WORKING_DAYS,
    )
    return page, form.status


@blueprint.get("/requests")
def requests() -> str:
    """What the visitor has asked owners and bureaus, and what came of it."""
    work = current_work()
    return render_template(
        "enterprise/requests.html",
        claims=claims.list_own(work),
        join_requests=members.requests_made(work),
        revision_shown=claims.revision_shown,
        kinds=KIND_LABELS,
        statuses=STATUS_LABELS,
    )


@blueprint.post("/claims/<int:claim_id>/withdraw")
@commits
def withdraw_claim(claim_id: int) -> ResponseReturnValue:
    """Take papers back before they are checked."""
    claims.withdraw(current_work(), claim_id, revision=RegistryForm().shown_revision)
    flash(gettext("已撤回。"), "success")
    return redirect(url_for("enterprise.requests"))


def _registered(form: RegistryForm, papers: dict[str, Paper]) -> ResponseReturnValue:
    typed = form.typed()
    try:
        claim = claims.register_firm(current_work(), typed, **papers, statement=typed["statement"])
    except enterprises.AlreadyRegistered as known_firm:
        db.session.rollback()
        return redirect(url_for("enterprise.known", uscc=known_firm.uscc))
    if claim.kind == ClaimKind.DISPUTE:
        flash(gettext("这家企业已由他人登记，尚未核验。您的材料已作为归属异议提交主管部门。"), "warning")
        return redirect(url_for("enterprise.known", uscc=claim.enterprise.uscc))
    flash(gettext("企业已登记，材料已提交核验。下一步：登记产品。"), "success")
    return redirect(url_for("enterprise.dashboard", enterprise=claim.enterprise_id))


def _find(uscc: str) -> Enterprise:
    enterprise = enterprises.find(current_work().session, normalise_uscc(uscc))
    if enterprise is None:
        raise NotFound(N_("这个代码没有登记过的企业。"))
    return enterprise


def _known_page(enterprise: Enterprise, form: RegistryForm) -> ResponseReturnValue:
    work = current_work()
    page = render_template(
        "enterprise/known.html",
        enterprise=enterprise,
        is_member=claims.serves(work, enterprise),
        owners=claim_decisions.owners(work, enterprise.id),
        form=form,
        message=members.MESSAGE_FIELD,
        claim=next((c for c in claims.list_own(work) if c.enterprise_id == enterprise.id), None),
        request_made=next((r for r in members.requests_made(work) if r.enterprise_id == enterprise.id), None),
        statuses=STATUS_LABELS,
    )
    return page, form.status
