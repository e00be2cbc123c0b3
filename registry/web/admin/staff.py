"""Looking people up, one person, and making a work account."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain import staff as definition
from registry.domain.administration import DUTIES, Duty
from registry.domain.errors import InvalidFields
from registry.domain.roles import ROLE_LABELS
from registry.services import staff as service
from registry.web import trail
from registry.web.admin import choices
from registry.web.admin.blueprint import blueprint
from registry.web.forms import form_for, told_at_fields
from registry.web.incoming import row_number
from registry.web.messages import translated
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/staff")
def staff() -> str:
    """The accounts of those who work for bureaus; others on request. Addresses are masked here."""
    work = current_work()
    args = request.args
    search = service.Search(
        text=args.get("q", "").strip()[:100],
        kind=args.get("kind", ""),
        state=args.get("state", ""),
        role=args.get("role", ""),
        bureau_id=row_number(args.get("bureau_id")),
    )
    kept = {name: value for name, value in asdict(search).items() if value}
    if "text" in kept:
        kept["q"] = kept.pop("text")
    return render_template(
        "admin/staff.html",
        page=service.find(work, search, page=page_number()),
        search=search,
        kept=kept,
        now=work.now,
        roles=choices.roles(),
        bureaus=choices.bureaus(work),
        role_labels=ROLE_LABELS,
        address=lambda number: url_for("admin.staff", **kept, page=number),
        may_add=work.actor.has(DUTIES[Duty.ADD_STAFF]),
    )


@blueprint.get("/staff/<int:user_id>")
def person(user_id: int) -> str:
    """One account. That somebody looked at it is recorded: name, address and telephone are personal data."""
    work = current_work()
    found = service.person(work, user_id)
    trail.record_read("admin:user:read", user_id, person_id=user_id)
    return render_template(
        "admin/person.html",
        person=found,
        user=found.user,
        now=work.now,
        itself=user_id == work.actor.user_id,
        role_labels=ROLE_LABELS,
        may_add=work.actor.has(DUTIES[Duty.ADD_STAFF]),
        may_post=work.actor.has(DUTIES[Duty.GIVE_POSTS]),
        may_bar=work.actor.has(DUTIES[Duty.ACCOUNTS]),
    )


@blueprint.route("/staff/new", methods=["GET", "POST"])
@commits
def add_staff() -> ResponseReturnValue:
    """Make a work account; its owner gets a letter with a link to set a password."""
    form = form_for(*definition.FIELDS)()
    if form.validate_on_submit():
        with told_at_fields(form):
            user = service.add(current_work(), form.typed())
            flash(gettext("账号已建立，设置密码的链接已发出。岗位由安全管理员授予。"), "success")
            return redirect(url_for("admin.person", user_id=user.id))
    return render_template("admin/staff_form.html", form=form, definition=definition), form.status


@blueprint.post("/staff/<int:user_id>/admit")
@commits
def admit(user_id: int) -> ResponseReturnValue:
    """Take an account that a person made as one for work."""
    service.admit(current_work(), user_id)
    flash(gettext("已确认为工作账号，安全管理员可以授予岗位。"), "success")
    return redirect(url_for("admin.person", user_id=user_id))


@blueprint.post("/staff/<int:user_id>/invite")
@commits
def invite_again(user_id: int) -> ResponseReturnValue:
    """Send the link to set a password once more."""
    try:
        service.invite_again(current_work(), user_id)
        flash(gettext("链接已再次发出，7 天内有效。"), "success")
    except InvalidFields as error:
        flash(translated(error.fields["user"]), "warning")
    return redirect(url_for("admin.person", user_id=user_id))
