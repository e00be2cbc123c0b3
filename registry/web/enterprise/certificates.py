"""The firm's certificates: looking at one, asking for a change or a renewal, giving some up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain import withdrawal
from registry.domain.errors import InvalidFields
from registry.domain.filings import DEFINITIONS
from registry.domain.messages import N_, Message
from registry.domain.requirements import Field, Kind, row_numbers
from registry.domain.succession import Purpose
from registry.services import certificates as service
from registry.services import replacements, succession, withdrawals
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import form_for, told_at_fields
from registry.web.incoming import row_number
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue

    from registry.models import Certificate

_CHOSEN: Final = Field("certificates", N_("证书"), Kind.CHOICES)
_NONE_CHOSEN: Final = {_CHOSEN.name: Message(N_("请至少选择一张证书。"))}


@blueprint.get("/certificates")
def certificates() -> str:
    """All certificates of the firm, a page at a time."""
    work = current_work()
    return render_template(
        "enterprise/certificates.html",
        page=service.page_own(work, page_number()),
        state_shown=lambda certificate: service.state_shown(certificate, work.today),
        address=lambda number: url_for("enterprise.certificates", page=number),
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
        options=replacements.options(work, found),
    )


@blueprint.route("/certificates/<int:certificate_id>/<any(change, renewal):purpose>", methods=["GET", "POST"])
@commits
def replace_certificate(certificate_id: int, purpose: str) -> ResponseReturnValue:
    """Begin a filing whose certificates are to take the place of this one and of others of the same filing."""
    work, asked_for = current_work(), Purpose(purpose)
    found = service.get(work, certificate_id)
    known = succession.open_filings(work, [found.id]).get(found.id)
    if known is not None:
        flash(gettext("这张证书已有一件申报正在办理，请在这里继续。"), "info")
        return redirect(url_for("enterprise.filing", filing_id=known))
    offered = replacements.offered(work, certificate_id, asked_for)
    choices = [(str(each.id), _name(each)) for each in offered]
    form = form_for(_CHOSEN, choices={_CHOSEN.name: choices})(data={_CHOSEN.name: [str(found.id)]})
    if form.validate_on_submit():
        with told_at_fields(form):
            chosen = row_numbers(form.typed()[_CHOSEN.name])
            if not chosen:
                raise InvalidFields(_NONE_CHOSEN)
            first = found.id if found.id in chosen else chosen[0]
            draft = replacements.start(work, first, purpose=asked_for, others=set(chosen) - {first})
            flash(gettext("已带入原申报的全部内容，请核对并更新。"), "info")
            step_name = DEFINITIONS[draft.kind].step_names[0]
            return redirect(url_for("enterprise.edit_filing", filing_id=draft.id, step_name=step_name))
    page = render_template(
        "enterprise/certificate_replace.html",
        certificate=found,
        today=work.today,
        purpose=asked_for,
        form=form,
    )
    return page, form.status


@blueprint.route("/certificates/<int:certificate_id>/withdraw", methods=["GET", "POST"])
@commits
def withdraw_certificate(certificate_id: int) -> ResponseReturnValue:
    """Give certificates up, for instance when production has ended."""
    work = current_work()
    found = service.get(work, certificate_id)
    offered = withdrawals.offered(work, found)
    if request.method == "POST":
        withdrawals.guard(work, found)
    elif not offered:
        return redirect(url_for("enterprise.certificate", certificate_id=certificate_id))
    # Each with the revision that was shown.
    choices = [(f"{each.id}-{each.revision}", _name(each)) for each in offered]
    ahead = service.renewal_ahead(work, found)
    ticked = [value for each, (value, _) in zip(offered, choices, strict=True) if each in {found, ahead}]
    form = form_for(_CHOSEN, *withdrawal.FIELDS, choices={_CHOSEN.name: choices})(data={_CHOSEN.name: ticked})
    if form.validate_on_submit():
        with told_at_fields(form):
            typed = form.typed()
            revisions = _revisions(typed.pop(_CHOSEN.name))
            withdrawals.withdraw(work, revisions, typed)
            flash(gettext("已注销 %(count)s 张证书。", count=len(revisions)), "success")
            return redirect(url_for("enterprise.certificate", certificate_id=certificate_id))
    page = render_template(
        "enterprise/certificate_withdraw.html",
        certificate=found,
        form=form,
        definitions=withdrawal.FIELDS,
    )
    return page, form.status


def _name(certificate: Certificate) -> str:
    return str(gettext("%(product)s（%(number)s）", product=certificate.product_name, number=certificate.number))


def _revisions(values: Iterable[str]) -> dict[int, int]:
    """The certificates that were ticked, each with the revision that was shown; what cannot be one is left out."""
    pairs = [(row_number(number), row_number(revision)) for number, _, revision in (v.partition("-") for v in values)]
    return {number: revision for number, revision in pairs if number is not None and revision is not None}
