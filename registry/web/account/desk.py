"""Where one lands after signing in, and where kept forms are given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, url_for

from registry.domain.roles import ENTERPRISE_ROLES, Role
from registry.services import kept_forms
from registry.web import kept
from registry.web.account.blueprint import blueprint
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/desk")
def desk() -> ResponseReturnValue:
    """To the desk of the visitor's first seat; a person without one is told what to do."""
    actor = current_work().actor
    if actor.has(ENTERPRISE_ROLES):
        return redirect(url_for("enterprise.dashboard"))
    if actor.has(frozenset({Role.REVIEWER})):
        return redirect(url_for("review.queue"))
    if actor.has(frozenset({Role.SUPERVISOR})):
        return redirect(url_for("bureau.certificates"))
    return render_template("account/no_seat.html")


@blueprint.get("/kept/<token>")
def kept_form(token: str) -> ResponseReturnValue:
    """What the visitor had typed when the session ended."""
    form = kept_forms.find(current_work().session, token, current_work().actor.user_id)
    if form is None:
        abort(404)
    return kept.page(form.path, [(name, value) for name, value in form.fields])
