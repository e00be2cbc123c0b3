"""The firm's dossier at a glance: entered once, used in every filing."""

from __future__ import annotations

from flask import render_template

from registry.domain.evidence import Standing
from registry.services import dossier as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.work import current_work


@blueprint.get("/dossier")
def dossier() -> str:
    """Each group with what is there, what is missing, and what is good for not much longer."""
    return render_template(
        "enterprise/dossier.html",
        dossier=service.of_firm(current_work()),
        management=service.MANAGEMENT,
        standings=Standing,
    )
