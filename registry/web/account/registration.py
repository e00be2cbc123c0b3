"""Making an account: an address, the letter's link, name and password; or by an invitation's link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_security import current_user
from wtforms import HiddenField, PasswordField

from registry.domain import account, privacy
from registry.domain.roles import ROLE_LABELS, Role
from registry.domain.sign_in import Factor
from registry.services import invitations, registrations
from registry.web import sessions
from registry.web.account import checks
from registry.web.account.blueprint import blueprint
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.models import User


class PasswordFields(RegistryForm):
    """A new password, typed twice."""

    password = PasswordField(lazy_gettext("密码"), render_kw={"required": True, "autocomplete": "new-password"})
    password_again = PasswordField(
        lazy_gettext("再输入一次密码"), render_kw={"required": True, "autocomplete": "new-password"}
    )


class NewAccountFields(PasswordFields):
    """Besides the password: which version of the privacy notice the page showed."""

    notice = HiddenField()


@blueprint.route("/register", methods=["GET", "POST"])
@commits
def register() -> ResponseReturnValue:
    """Ask for the letter. The answer is the same for every address."""
    work = current_work()
    if work.visitor is not None:
        return redirect(url_for("enterprise.register"))
    form = form_for(account.EMAIL_FIELD)()
    if form.validate_on_submit():
        with told_at_fields(form):
            registrations.ask(work, form.typed())
            return redirect(url_for("account.registration_sent"))
    return render_template("account/register.html", form=form, account=account), form.status


@blueprint.get("/register/sent")
def registration_sent() -> str:
    """What to do now, whoever asked."""
    return render_template("account/register_sent.html", hours=registrations.LINK_LASTS.total_seconds() // 3600)


@blueprint.route("/register/<token>", methods=["GET", "POST"])
@commits
def confirm_registration(token: str) -> ResponseReturnValue:
    """The letter's link: name, password and consent make the account, and the person is signed in."""
    work = current_work()
    email = registrations.address_of(work, token)
    if current_user.is_authenticated:
        return redirect(url_for("enterprise.register"))
    if registrations.has_account(work, email):
        flash(gettext("这个邮箱已经有账号，请直接登录。"), "info")
        return redirect(url_for("security.login"))
    form = _new_account_form()
    if form.validate_on_submit():
        with told_at_fields(form):
            _begin(_registered(form, email))
            flash(gettext("账号已建立。下一步：登记企业。"), "success")
            return redirect(url_for("enterprise.register"))
    return _new_account_page(form, email, url_for("account.confirm_registration", token=token))


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@commits
def invitation(token: str) -> ResponseReturnValue:
    """An invitation's link: accept it, with the account of the invited address or a new one."""
    work = current_work()
    found = invitations.find(work, token)
    if not current_user.is_authenticated and registrations.has_account(work, found.email):
        flash(gettext("请用收到邀请的邮箱登录，登录后接受邀请。"), "info")
        return redirect(url_for("security.login", next=url_for("account.invitation", token=token)))
    is_new = not current_user.is_authenticated
    form = _new_account_form() if is_new else RegistryForm()
    if form.validate_on_submit():
        with told_at_fields(form):
            user = _registered(form, found.email) if is_new else current_user._get_current_object()  # noqa: SLF001
            membership = invitations.accept(work, token, user)
            if is_new:
                _begin(user)
            flash(gettext("您已加入企业：%(name)s", name=membership.enterprise.name), "success")
            return redirect(url_for("enterprise.dashboard", enterprise=membership.enterprise_id))
    role = translated(ROLE_LABELS[Role(found.role)])
    if is_new:
        here = url_for("account.invitation", token=token)
        return _new_account_page(form, found.email, here, firm=found.enterprise.name, role=role)
    page = render_template(
        "account/invitation.html", invitation=found, role=role, form=form, fits=current_user.email == found.email
    )
    return page, form.status


def _new_account_form() -> RegistryForm:
    form = form_for(*registrations.FIELDS, base=NewAccountFields)()
    if not form.is_submitted():
        form["notice"].data = privacy.current().version
    return form


def _registered(form: RegistryForm, email: str) -> User:
    password = form["password"].data or ""
    person = registrations.newcomer(
        current_work(),
        email,
        form.typed() | {"notice": form["notice"].data},
        password=password,
        password_again=form["password_again"].data or "",
    )
    return registrations.register(current_work(), person, checks.hashed(password))


def _begin(user: User) -> None:
    sessions.begin(user, [Factor.MAIL, Factor.PASSWORD])


def _new_account_page(form: RegistryForm, email: str, here: str, **more: Any) -> ResponseReturnValue:
    if form["notice"].data != privacy.current().version:
        form["notice"].data, form["privacy"].data = privacy.current().version, []
    page = render_template("account/new_account.html", form=form, email=email, here=here, account=account, **more)
    return page, form.status
