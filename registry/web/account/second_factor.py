"""Setting up the second factor: authenticator app, recovery codes, passkeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext
from flask_security import current_user
from wtforms import StringField

from registry.domain.errors import NotAllowed
from registry.domain.messages import N_
from registry.domain.sign_in import Factor, Refused, needs_second_factor
from registry.infrastructure import qr
from registry.services import passkeys as passkey_service
from registry.services import second_factors, sign_ins
from registry.web import sessions
from registry.web.account import passkey_forms
from registry.web.account.blueprint import security
from registry.web.forms import RegistryForm, told_at_fields
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.work import adapters, current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.models import User

_SECRET: Final = "totp"  # noqa: S105  # The name of a place in the session; what is there is encrypted.
_LAST_ONE: Final = N_("您的岗位要求第二重验证，至少保留一种方式。")


class FirstCodeForm(RegistryForm):
    """The first code, which shows that the app has the secret."""

    code = StringField(
        lazy_gettext("应用显示的 6 位动态码"),
        render_kw={"required": True, "autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "8"},
    )


class PasskeyForm(RegistryForm):
    """A name for a passkey; the browser's answer comes with it."""

    name = StringField(lazy_gettext("名称"), render_kw={"required": True, "autocomplete": "off", "maxlength": "60"})


@security.get("/second-factor")
def second_factors_page() -> ResponseReturnValue:
    """Which ways there are; where staff are sent who have none yet."""
    return render_template("account/second_factors.html", halfway=sessions.is_halfway(), **_context())


@security.route("/second-factor/app", methods=["GET", "POST"])
@commits
def set_up_app() -> ResponseReturnValue:
    """Put a secret into an authenticator app and show a first code of it."""
    form = FirstCodeForm()
    secret = session.get(_SECRET)
    if secret is None:
        secret = session[_SECRET] = adapters().authenticator.new_secret(current_user.id)
    if form.validate_on_submit():
        with told_at_fields(form):
            typed, here = form["code"].data or "", sessions.current()
            codes = second_factors.set_up(current_work(), _changing(), secret, typed, but=here.id)
            session.pop(_SECRET)
            sessions.renew([Factor.TOTP])
            flash(gettext("已开启动态码验证。"), "success")
            return _with_codes(codes)
    shown = adapters().authenticator.describe(secret, current_user.id, current_user.email)
    page = render_template("account/set_up_app.html", form=form, shown=shown, picture=qr.otpauth(shown.address))
    return page, form.status


@security.post("/second-factor/app/remove")
@commits
def remove_app() -> ResponseReturnValue:
    """Ask for codes of the app no more."""
    user = _changing()
    if not user.webauthn:
        _keep_one()
    second_factors.remove(current_work(), user)
    flash(gettext("已关闭动态码验证。"), "success")
    return redirect(url_for("security.sessions"))


@security.post("/second-factor/recovery")
@commits
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes, shown on this page and never again."""
    user = _changing()
    if not second_factors.methods_of(user):
        raise NotAllowed
    return _with_codes(second_factors.new_recovery_codes(current_work(), user))


@security.post("/second-factor/passkeys")
@commits
def ask_passkey() -> ResponseReturnValue:
    """The page that asks the browser for a new passkey."""
    return _passkey_page(PasskeyForm())


@security.post("/second-factor/passkeys/add")
@commits
def add_passkey() -> ResponseReturnValue:
    """Keep a new passkey."""
    form, user = PasskeyForm(), _user()
    had_codes = bool(user.mf_recovery_codes)
    try:
        challenge = passkey_forms.challenge_of("new", user)
    except Refused as refusal:
        flash(translated(refusal.message), "error")
        return redirect(url_for("security.second_factors_page"))
    with told_at_fields(form):
        passkey_service.add(
            current_work(),
            _changing(),
            name=form["name"].data or "",
            answer=request.form.get("credential", ""),
            challenge=challenge.text,
            but=sessions.current().id,
        )
        codes = [] if had_codes else second_factors.new_recovery_codes(current_work(), user)
        sessions.renew([Factor.PASSKEY])
        flash(gettext("已添加通行密钥。"), "success")
        return _with_codes(codes)
    return _passkey_page(form), form.status


@security.post("/second-factor/passkeys/<int:number>/remove")
@commits
def remove_passkey(number: int) -> ResponseReturnValue:
    """Take one passkey away."""
    user = _changing()
    if not user.tf_totp_secret and len(user.webauthn) == 1:
        _keep_one()
    passkey_service.remove(current_work(), user, number)
    flash(gettext("已删除通行密钥。"), "success")
    return redirect(url_for("security.second_factors_page"))


def _user() -> User:
    return cast("User", current_user._get_current_object())  # noqa: SLF001  # What the proxy stands for.


def _changing() -> User:
    """The person whose factors are to be changed, in a session that still counts and while nobody else changes them."""
    sign_ins.stay(current_work(), _user(), sessions.current())
    return _user()


def _keep_one() -> None:
    """Refuse to leave staff without any second factor."""
    if sign_ins.must_be_strong(current_work(), current_user.id):
        raise NotAllowed(_LAST_ONE)


def _context() -> dict[str, object]:
    return {
        "methods": second_factors.methods_of(_user()),
        "needs_one": needs_second_factor(seat.role for seat in current_work().actor.seats),
        "passkeys": list(current_user.webauthn),
        "codes_left": len(current_user.mf_recovery_codes or ()),
        "more_passkeys": len(current_user.webauthn) < passkey_service.MOST_PASSKEYS,
        "passkeys_work": adapters().passkeys.is_usable,
    }


def _passkey_page(form: PasskeyForm) -> str:
    asked = passkey_forms.for_new(_user())
    return render_template("account/add_passkey.html", form=form, asked=asked)


def _with_codes(codes: list[str]) -> ResponseReturnValue:
    """The page with recovery codes, or where one came from where there are none to show."""
    if codes:
        return render_template("account/recovery_codes.html", codes=codes)
    return redirect(url_for("security.sessions"))
