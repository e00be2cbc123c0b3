"""账号安全: where one is signed in, and what keeps the account safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_security import current_user

from registry.domain.masking import mask_address
from registry.domain.sign_in import FACTOR_LABELS, EndReason, needs_second_factor
from registry.services import identities, second_factors, sign_ins
from registry.web import sessions as web_sessions
from registry.web.account import oidc_session
from registry.web.account.blueprint import security
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.models import SignIn


@security.get("/sessions")
def sessions() -> ResponseReturnValue:
    """Where one is signed in, and which factors are set up."""
    work = current_work()
    here = web_sessions.current().id
    return render_template(
        "account/sessions.html",
        rows=[_row(each, here) for each in sign_ins.own(work)],
        methods=second_factors.methods_of(current_user),
        codes_left=len(current_user.mf_recovery_codes or ()),
        compulsory=needs_second_factor(seat.role for seat in work.actor.seats),
        oidc=oidc_session.name(),
        identities=identities.of(work, current_user.id) if oidc_session.name() else [],
    )


@security.post("/sessions/<int:number>/end")
@commits
def end_session(number: int) -> ResponseReturnValue:
    """End one of one's own sessions."""
    sign_ins.end(current_work(), number, EndReason.ENDED)
    flash(gettext("已结束这台设备上的登录。"), "success")
    return redirect(url_for("security.sessions"))


@security.post("/sessions/end-others")
@commits
def end_other_sessions() -> ResponseReturnValue:
    """End all of one's sessions but this one."""
    count = sign_ins.end_all(current_work(), current_user.id, EndReason.ENDED, but=web_sessions.current().id)
    flash(gettext("已退出其他 %(count)s 台设备。", count=count), "success")
    return redirect(url_for("security.sessions"))


def _row(sign_in: SignIn, here: int) -> dict[str, object]:
    labels = dict.fromkeys(translated(FACTOR_LABELS.get(each, each)) for each in sign_in.factors.split("+"))
    return {
        "id": sign_in.id,
        "device": sign_in.device,
        "at": sign_in.at,
        "address": mask_address(sign_in.origin),
        "factors": " + ".join(labels),
        "here": sign_in.id == here,
    }
