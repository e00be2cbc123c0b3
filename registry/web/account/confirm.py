"""Showing once more that it is really oneself, before something that cannot be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import lazy_gettext
from flask_security import current_user
from wtforms import PasswordField, StringField

from registry.domain.sign_in import Factor, Refused
from registry.services import audit, second_factors
from registry.web import sessions
from registry.web.account import checks, passkey_forms, targets
from registry.web.account.blueprint import security
from registry.web.forms import RegistryForm
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class ByPassword(RegistryForm):
    """For those without a second factor."""

    proof = PasswordField(lazy_gettext("密码"), render_kw={"required": True, "autocomplete": "current-password"})


class ByCode(RegistryForm):
    """For those with a second factor; a recovery code where neither app nor passkey is at hand."""

    proof = StringField(
        lazy_gettext("动态码或恢复码"),
        render_kw={"required": True, "autocomplete": "one-time-code", "maxlength": "40", "spellcheck": "false"},
    )


@security.route("/confirm", methods=["GET", "POST"])
@commits
def confirm() -> ResponseReturnValue:
    """Show the second factor again, or the password where there is none."""
    methods = second_factors.methods_of(current_user)
    form = ByCode() if methods else ByPassword()
    if form.validate_on_submit():
        try:
            return _confirmed(_shown(form))
        except Refused as refusal:
            form["proof"].errors = [*map(translated, refusal.messages)]
    passkey = passkey_forms.for_signature("confirm", current_user) if Factor.PASSKEY in methods else None
    return render_template("account/confirm.html", form=form, methods=methods, passkey=passkey), form.status


@security.post("/confirm/passkey")
@commits
def confirm_by_passkey() -> ResponseReturnValue:
    """Show a passkey again."""
    try:
        passkey_forms.signed_by("confirm", current_user._get_current_object())  # noqa: SLF001
    except Refused as refusal:
        flash(translated(refusal.message), "error")
        return redirect(url_for("security.confirm", next=targets.asked_for()))
    return _confirmed(Factor.PASSKEY)


def _shown(form: RegistryForm) -> Factor:
    proof = form["proof"].data or ""
    if isinstance(form, ByCode):
        return checks.own_code(current_user._get_current_object(), proof)  # noqa: SLF001
    checks.own_password(current_user._get_current_object(), proof)  # noqa: SLF001
    return Factor.PASSWORD


def _confirmed(factor: Factor) -> ResponseReturnValue:
    sessions.renew([factor])
    audit.record(current_work(), "account:session:confirm", None, person_id=current_user.id, factor=str(factor))
    return redirect(targets.wanted())
