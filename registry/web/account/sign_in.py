"""Signing in, by password and second factor, and signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import lazy_gettext
from flask_security import current_user
from wtforms import EmailField, PasswordField, StringField

from registry.domain.sign_in import Factor, Refused
from registry.services import second_factors
from registry.web import sessions
from registry.web.account import checks, halfway, oidc_session, passkey_forms, targets
from registry.web.account.blueprint import security
from registry.web.forms import RegistryForm
from registry.web.messages import translated
from registry.web.transaction import commits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from registry.models import User


class SignInForm(RegistryForm):
    """Address and password. Sessions are never remembered beyond the working day, so there is no box for that."""

    email = EmailField(lazy_gettext("登录邮箱"), render_kw={"required": True, "autocomplete": "username"})
    password = PasswordField(lazy_gettext("密码"), render_kw={"required": True, "autocomplete": "current-password"})


class CodeForm(RegistryForm):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(
        lazy_gettext("动态码或恢复码"),
        render_kw={"required": True, "autocomplete": "one-time-code", "maxlength": "40", "spellcheck": "false"},
    )


@security.route("/login", methods=["GET", "POST"])
@commits
def login() -> ResponseReturnValue:
    """Address and password; whichever is wrong, the answer is the same."""
    if current_user.is_authenticated:
        return redirect(targets.wanted())
    form = SignInForm()
    if form.validate_on_submit():
        try:
            user = checks.password_of(form["email"].data or "", form["password"].data or "")
            return go_on(user, [Factor.PASSWORD])
        except Refused as refusal:
            form.form_errors = [*map(translated, refusal.messages)]
    return sign_in_page(form), form.status


@security.route("/login/second", methods=["GET", "POST"])
@commits
def second_factor() -> ResponseReturnValue:
    """The second factor: a code, or a passkey."""
    on_the_way = halfway.found()
    if on_the_way is None:
        return redirect(url_for("security.login", next=targets.asked_for()))
    user, factors = on_the_way
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return finish(user, [*factors, checks.code_of(user, form["code"].data or "")])
        except Refused as refusal:
            form["code"].errors = [*map(translated, refusal.messages)]
    methods = second_factors.methods_of(user)
    passkey = passkey_forms.for_signature("second", user) if Factor.PASSKEY in methods else None
    return render_template("account/second_factor.html", form=form, methods=methods, passkey=passkey), form.status


@security.post("/login/passkey")
@commits
def passkey_login() -> ResponseReturnValue:
    """Sign in with a passkey: alone, or after the password."""
    on_the_way = halfway.found()
    try:
        owner = passkey_forms.signed_by("second", on_the_way[0]) if on_the_way else passkey_forms.signed_by("first")
    except Refused as refusal:
        flash(translated(refusal.message), "error")
        page = "security.second_factor" if on_the_way else "security.login"
        return redirect(url_for(page, next=targets.asked_for()))
    return finish(owner, [*(on_the_way[1] if on_the_way else []), Factor.PASSKEY])


@security.post("/logout")
@commits
def logout() -> ResponseReturnValue:
    """End the session."""
    sessions.end()
    return redirect(url_for("public.home"))


def go_on(
    user: User, factors: Sequence[Factor], target: str | None = None, *, is_fresh: bool = True
) -> ResponseReturnValue:
    """After the first factor: on to the second one, where the person has set one up."""
    target = target or targets.asked_for()
    if second_factors.methods_of(user) and Factor.OIDC_STRONG not in factors:
        halfway.start(user, factors)
        return redirect(url_for("security.second_factor", next=target))
    return finish(user, factors, target, is_fresh=is_fresh)


def finish(
    user: User, factors: Sequence[Factor], target: str | None = None, *, is_fresh: bool = True
) -> ResponseReturnValue:
    """After the last factor: the person is signed in."""
    target = target or targets.asked_for()
    halfway.forget()
    sessions.begin(user, factors, is_fresh=is_fresh)
    if oidc_session.is_waiting():
        return redirect(url_for("security.link_identity", next=target))
    return redirect(target or url_for("account.desk"))


def sign_in_page(form: SignInForm) -> str:
    """The page, with why the last session ended where one has."""
    halfway.forget()
    return render_template(
        "account/sign_in.html",
        form=form,
        ended=sessions.why_ended(),
        passkey=passkey_forms.for_signature("first"),
        oidc=oidc_session.name(),
        waiting=oidc_session.is_waiting(),
    )
