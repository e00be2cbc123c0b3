"""Registering a firm together with its first account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_security import hash_password, login_user
from wtforms import PasswordField

from registry.domain import account
from registry.domain import enterprise as definition
from registry.services import registrations
from registry.web.account.blueprint import blueprint
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.forms.choices import enterprise_choices
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class PasswordFields(RegistryForm):
    """A new password, typed twice."""

    password = PasswordField(lazy_gettext("密码"), render_kw={"required": True, "autocomplete": "new-password"})
    password_again = PasswordField(
        lazy_gettext("再输入一次密码"), render_kw={"required": True, "autocomplete": "new-password"}
    )


@blueprint.route("/register", methods=["GET", "POST"])
@commits
def register() -> ResponseReturnValue:
    """Register a firm; the person who does it becomes the owner of its file and is signed in."""
    work = current_work()
    if work.visitor is not None:
        return redirect(url_for("account.desk"))
    fields = (*account.FIELDS, definition.CODE_FIELD, *definition.FIELDS)
    form = form_for(*fields, choices=enterprise_choices(work), base=PasswordFields)()
    if form.validate_on_submit():
        with told_at_fields(form):
            user = registrations.register(
                work,
                form.typed(),
                password=form["password"].data or "",
                password_again=form["password_again"].data or "",
                hash_password=hash_password,
            )
            login_user(user)
            flash(gettext("企业已登记。下一步：登记产品。"), "success")
            return redirect(url_for("enterprise.dashboard"))
    return render_template("account/register.html", form=form, account=account, definition=definition), form.status
