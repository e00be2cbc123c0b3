"""The firm's own facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from registry.domain.claims import WORKING_DAYS, ClaimKind
from registry.services import claims, enterprises
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import form_for, told_at_fields
from registry.web.forms.choices import enterprise_choices
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/profile")
def profile() -> str:
    """What the registry knows of the firm."""
    work = current_work()
    enterprise = enterprises.own(work)
    return render_template(
        "enterprise/profile.html",
        enterprise=enterprise,
        history=enterprises.history(work.session, enterprise.id),
        is_owner=work.actor.has(claims.OWNER),
        claim=claims.latest_of_firm(work, enterprise.id, ClaimKind.FIRST),
        change=claims.latest_of_firm(work, enterprise.id, ClaimKind.CHANGE),
        days=WORKING_DAYS,
    )


@blueprint.route("/profile/edit", methods=["GET", "POST"])
@commits
def change_profile() -> ResponseReturnValue:
    """Change it."""
    work = current_work()
    enterprise = enterprises.own(work, to_file=True)
    fields = enterprises.fields_to_change(enterprise)
    form_class = form_for(*fields, choices=enterprise_choices(work))
    form = form_class(data=enterprises.as_form(enterprise) | {"revision": enterprise.revision})
    if form.validate_on_submit():
        with told_at_fields(form):
            enterprises.change(work, form.typed(), revision=form.shown_revision)
            flash(gettext("企业资料已保存。"), "success")
            return redirect(url_for("enterprise.profile"))
    return render_template("enterprise/profile_form.html", enterprise=enterprise, form=form, fields=fields), form.status
