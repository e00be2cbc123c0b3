"""Signing in at the identity service, and linking the account there with the one here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user

from registry.domain.errors import Duplicate
from registry.domain.sign_in import Factor
from registry.infrastructure.identity import IdentityRefused
from registry.services import identities
from registry.web.account import checks, oidc_session
from registry.web.account.blueprint import security
from registry.web.account.sign_in import go_on
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.work import adapters, current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.infrastructure.identity import IdentityService

log = structlog.get_logger()


@security.get("/oidc")
def begin_oidc() -> ResponseReturnValue:
    """To the identity service."""
    service = _service()
    state, flow = oidc_session.start()
    try:
        address = service.address(back=oidc_session.back(), state=state, nonce=flow.nonce, verifier=flow.verifier)
    except IdentityRefused as refusal:
        return _failed(refusal)
    return redirect(address)


@security.get("/oidc/return")
def return_from_oidc() -> ResponseReturnValue:
    """Back from there: the page sends on what the service gave, since an address that is opened changes nothing."""
    _service()
    if "code" not in request.args:
        return _failed(IdentityRefused(request.args.get("error", "no code")))
    given = {name: request.args.get(name, "") for name in ("code", "state")}
    return render_template("account/oidc_return.html", given=given)


@security.post("/oidc/finish")
@commits
def finish_oidc() -> ResponseReturnValue:
    """Find out who that was."""
    service = _service()
    flow = oidc_session.take(request.form.get("state", ""))
    if flow is None:
        return _failed(IdentityRefused("state"))
    try:
        person = service.person(
            back=oidc_session.back(),
            code=request.form.get("code", ""),
            nonce=flow.nonce,
            verifier=flow.verifier,
            since=flow.begun_at,
        )
    except IdentityRefused as refusal:
        return _failed(refusal)
    user = identities.find(current_work(), person.issuer, person.subject)
    if user is not None and not current_user.is_authenticated:
        factor = Factor.OIDC_STRONG if person.strong else Factor.OIDC
        return go_on(user, [factor], target=flow.target, is_fresh=person.is_fresh)
    oidc_session.wait(person)
    page = "security.link_identity" if current_user.is_authenticated else "security.login"
    return redirect(url_for(page, next=flow.target or None))


@security.route("/oidc/link", methods=["GET", "POST"])
@commits
def link_identity() -> ResponseReturnValue:
    """Link the account there with the one here, if that is wanted."""
    found = oidc_session.waiting()
    if found is None:
        return redirect(url_for("account.desk"))
    if request.method == "POST":
        oidc_session.forget()
        if request.form.get("action") == "link":
            _link(found)
        return redirect(url_for("account.desk"))
    return render_template("account/oidc_link.html", waiting=found, oidc=oidc_session.name())


@security.post("/oidc/<int:number>/unlink")
@commits
def unlink_identity(number: int) -> ResponseReturnValue:
    """Take a link back."""
    identities.unlink(current_work(), current_user._get_current_object(), number)  # noqa: SLF001
    flash(gettext("已取消关联。"), "success")
    return redirect(url_for("security.sessions"))


def _link(found: oidc_session.Waiting) -> None:
    try:
        identities.link(current_work(), current_user._get_current_object(), found.issuer, found.subject)  # noqa: SLF001
        flash(gettext("已关联。以后可以用统一身份认证登录。"), "success")
    except Duplicate as error:
        flash(translated(error.message), "error")


def _service() -> IdentityService:
    service = adapters().identity
    if service is None:
        abort(404)
    return service


def _failed(refusal: IdentityRefused) -> ResponseReturnValue:
    """Why is for the log; the visitor can only try again, or come in another way."""
    log.warning("identity service", reason=str(refusal))
    if request.method == "POST":
        checks.refuse("oidc")
    flash(gettext("统一身份认证没有成功，请再试一次，或用其他方式登录。"), "error")
    return redirect(url_for("security.login"))
