"""Checking by hand: a code or a number is typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from registry.services import verification
from registry.web.public.blueprint import blueprint
from registry.web.work import public_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/verify")
def verify() -> ResponseReturnValue:
    """Go to the certificate that is meant, or say what a code looks like."""
    typed = request.args.get("q", "").strip()
    code = verification.find_code(public_session(), typed) if typed else None
    if code is not None:
        return redirect(url_for("public.certificate", typed=code))
    return render_template("public/verify.html", typed=typed), 404 if typed else 200
