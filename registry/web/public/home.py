"""The front page, and the page about the registry."""

from __future__ import annotations

from flask import render_template

from registry.domain import privacy as definition
from registry.web.public.blueprint import blueprint


@blueprint.get("/")
def home() -> str:
    """What one can do here: check a certificate, search, file."""
    return render_template("public/home.html")


@blueprint.get("/about")
def about() -> str:
    """What 三同 is, what the registry attests and what it does not."""
    return render_template("public/about.html")


@blueprint.get("/privacy")
def privacy() -> str:
    """How personal data are handled (个人信息保护法 第十七条)."""
    return render_template("public/privacy.html", notice=definition.current())
