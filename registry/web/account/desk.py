"""Where one lands after signing in, and where kept forms are given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, redirect, render_template, url_for

from registry.domain.roles import ADMIN_ROLES, BUREAU_ROLES, CASE_ROLES, ENTERPRISE_ROLES, Role
from registry.services import kept_forms
from registry.web import kept
from registry.web.account.blueprint import blueprint
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

# Where each kind of seat begins to work; of several the first one counts.
_DESKS: Final = (
    (ENTERPRISE_ROLES, "enterprise.dashboard"),
    (frozenset({Role.REVIEWER}), "review.queue"),
    (CASE_ROLES, "bureau.certificates"),
    (frozenset({Role.AUDIT_ADMIN}), "audit.trail"),
    (ADMIN_ROLES, "admin.home"),
    (BUREAU_ROLES, "account.absence"),
)


@blueprint.get("/desk")
def desk() -> ResponseReturnValue:
    """To the desk of the visitor's first seat; a person without one is told what to do."""
    actor = current_work().actor
    for roles, endpoint in _DESKS:
        if actor.has(roles):
            return redirect(url_for(endpoint))
    return render_template("account/no_seat.html")


@blueprint.get("/kept/<token>")
def kept_form(token: str) -> ResponseReturnValue:
    """What the visitor had typed when the session ended."""
    form = kept_forms.find(current_work().session, token, current_work().actor.user_id)
    if form is None:
        abort(404)
    return kept.page(form.path, [(name, value) for name, value in form.fields])
