"""One's own data: seeing, correcting, taking along, and closing the account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, session, url_for
from flask_babel import gettext
from flask_security import logout_user

from registry.domain import account
from registry.services import own_data
from registry.web import sessions
from registry.web.account.blueprint import blueprint
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/profile", methods=["GET", "POST"])
@commits
def profile() -> ResponseReturnValue:
    """The person's own data, and correcting them."""
    work = current_work()
    user = own_data.own(work)
    form = form_for(*account.OWN_FIELDS)(data={"person_name": user.name, "phone": user.phone})
    if form.validate_on_submit():
        with told_at_fields(form):
            own_data.correct(work, form.typed())
            flash(gettext("您的信息已保存。"), "success")
            return redirect(url_for("account.profile"))
    return render_template("account/profile.html", form=form, account=account, email=user.email), form.status


@blueprint.route("/profile/address", methods=["GET", "POST"])
@commits
def change_address() -> ResponseReturnValue:
    """Ask for another sign-in address. The answer is the same whether it is taken or not."""
    work = current_work()
    form = form_for(account.EMAIL_FIELD)()
    if form.validate_on_submit():
        with told_at_fields(form):
            own_data.ask_new_address(work, form["email"].data or "")
            flash(gettext("我们已向新邮箱发送一封信，打开信中的链接后生效。"), "success")
            return redirect(url_for("account.profile"))
    return render_template("account/address_form.html", form=form, account=account), form.status


@blueprint.route("/address/<token>", methods=["GET", "POST"])
@commits
def confirm_address(token: str) -> ResponseReturnValue:
    """Where the letter's link leads. Opening it changes nothing: programs that look through mail open links, too."""
    work = current_work()
    form = RegistryForm()
    email = own_data.asked_address(work, token)
    if form.validate_on_submit():
        with told_at_fields(form):
            own_data.confirm_address(work, token, but=sessions.current().id)
            sessions.renew()
            flash(gettext("登录邮箱已更改，下次请用新邮箱登录。"), "success")
            return redirect(url_for("account.profile"))
    return render_template("account/address_confirm.html", form=form, token=token, email=email), form.status


@blueprint.post("/profile/data")
@commits
def download_data() -> Response:
    """Everything the registry holds of the person, as a file."""
    work = current_work()
    text = json.dumps(own_data.document(work), ensure_ascii=False, indent=2)
    name = f"my-data-{work.today.isoformat()}.json"
    return Response(
        text, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@blueprint.route("/profile/close", methods=["GET", "POST"])
@commits
def close() -> ResponseReturnValue:
    """Close the account, after saying what goes and what stays."""
    work = current_work()
    form = form_for(own_data.CONFIRMATION)()
    if form.validate_on_submit():
        with told_at_fields(form):
            own_data.close(work, form.typed())
            logout_user()
            session.clear()  # Else the next page would say that the session has run out.
            flash(gettext("账号已注销，您的个人信息已删除。"), "success")
            return redirect(url_for("security.login"))
    page = render_template(
        "account/close.html",
        form=form,
        forbidden=own_data.what_forbids_closing(work),
        left_alone=own_data.left_alone(work),
    )
    return page, form.status
