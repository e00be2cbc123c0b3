"""The evidence library, and the files in it for those who may read them."""

from __future__ import annotations

from flask import render_template

from registry.services import evidence as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.work import current_work


@blueprint.get("/evidence")
def evidence() -> str:
    """All files of the firm, each once."""
    return render_template("enterprise/evidence.html", evidence=service.list_own(current_work()))
