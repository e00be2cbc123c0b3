"""Choosing the firm to act for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, url_for
from flask_babel import gettext

from registry.web import acting
from registry.web.account.blueprint import blueprint
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/act-for")
def act_for() -> ResponseReturnValue:
    """Act for another of one's firms; the session remembers it, see `web.acting`."""
    actor, asked = current_work().actor, acting.named()
    seat = actor.enterprise_seat
    if asked is None or seat is None or not acting.serves(actor, asked):
        abort(404)
    flash(gettext("现在代表：%(name)s", name=seat.enterprise_name), "info")
    return redirect(url_for("enterprise.dashboard"))
