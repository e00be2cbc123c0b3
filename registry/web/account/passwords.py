"""Changing one's password, and setting a new one by a letter's link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_security import current_user
from wtforms import EmailField, PasswordField

from registry.domain.account import SHORTEST_PASSWORD
from registry.domain.sign_in import Refused
from registry.services import passwords
from registry.web import sessions
from registry.web.account import checks
from registry.web.account.blueprint import security
from registry.web.forms import RegistryForm, told_at_fields
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_NEW = {"required": True, "autocomplete": "new-password"}


class NewPasswordForm(RegistryForm):
    """A new password, typed twice."""

    password = PasswordField(lazy_gettext("新密码"), render_kw=_NEW)
    password_again = PasswordField(lazy_gettext("再输入一次新密码"), render_kw=_NEW)


class ChangePasswordForm(NewPasswordForm):
    """With the old one, so that nobody changes it at somebody else's screen."""

    old_password = PasswordField(
        lazy_gettext("现在的密码"), render_kw={"required": True, "autocomplete": "current-password"}
    )


class ResetForm(RegistryForm):
    """Whose password it is."""

    email = EmailField(lazy_gettext("登录邮箱"), render_kw={"required": True, "autocomplete": "username"})


@security.route("/change-password", methods=["GET", "POST"])
@commits
def change_password() -> ResponseReturnValue:
    """Change the password; who has none yet asks for a letter."""
    if not current_user.password:
        return redirect(url_for("security.reset"))
    form = ChangePasswordForm()
    if form.validate_on_submit() and _knows_the_old_one(form):
        with told_at_fields(form):
            new_hash = _hash_of_new_one(form, current_user.email)
            user = current_user._get_current_object()  # noqa: SLF001  # What the proxy stands for.
            passwords.change(current_work(), user, new_hash, sessions.current())
            sessions.renew()
            flash(gettext("密码已更改，其他设备上的登录都已结束。"), "success")
            return redirect(url_for("security.sessions"))
    return render_template("account/change_password.html", form=form, least=SHORTEST_PASSWORD), form.status


@security.route("/reset", methods=["GET", "POST"])
@commits
def reset() -> ResponseReturnValue:
    """Ask for a letter with a link. The answer is the same for every address."""
    form = ResetForm()
    if form.validate_on_submit():
        with told_at_fields(form):
            passwords.ask_for_link(current_work(), form["email"].data or "")
            return render_template("account/reset_sent.html")
    return render_template("account/reset.html", form=form), form.status


@security.route("/reset/<token>", methods=["GET", "POST"])
@commits
def new_password(token: str) -> ResponseReturnValue:
    """Set a new password. The second factor is asked for at the next sign-in as ever."""
    user = passwords.find_by_link(current_work(), token)
    form = NewPasswordForm()
    if form.validate_on_submit():
        with told_at_fields(form):
            passwords.reset(current_work(), token, _hash_of_new_one(form, user.email))
            flash(gettext("密码已重设，请用新密码登录。"), "success")
            return redirect(url_for("security.login"))
    page = render_template("account/new_password.html", form=form, token=token, user=user, least=SHORTEST_PASSWORD)
    return page, form.status


def _hash_of_new_one(form: NewPasswordForm, email: str) -> str:
    password = form["password"].data or ""
    passwords.require_good(current_work(), password, form["password_again"].data or "", email)
    return checks.hashed(password)


def _knows_the_old_one(form: ChangePasswordForm) -> bool:
    try:
        user = current_user._get_current_object()  # noqa: SLF001  # What the proxy stands for.
        checks.own_password(user, form["old_password"].data or "")
    except Refused as refusal:
        form["old_password"].errors = [*map(translated, refusal.messages)]
        return False
    return True
