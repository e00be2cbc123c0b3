"""办事指南: what a firm must know before it files, and what each field of a form asks for."""

from __future__ import annotations

from flask import render_template, request

from registry.domain import guide as definition
from registry.domain.guide_texts import FEES, REMEDIES, TEXTS
from registry.domain.roles import Subject
from registry.infrastructure.clock import office_date
from registry.services import bureaus, reference
from registry.web.public.blueprint import blueprint
from registry.web.work import adapters, public_session


@blueprint.get("/guide")
def guides() -> str:
    """All guides, and all forms that are explained field by field."""
    return render_template("public/guides.html", guides=TEXTS, forms=definition.FORMS)


@blueprint.get("/guide/<kind>")
def guide(kind: str) -> str:
    """One guide, with the offices of the county that was chosen."""
    session, area = public_session(), request.args.get("area", "")
    return render_template(
        "public/guide.html",
        guide=definition.guide_of(kind, office_date(adapters().clock.now())),
        registration=definition.REGISTRATION,
        fees=FEES,
        remedies=REMEDIES,
        max_bytes=adapters().settings.max_upload_bytes,
        places=reference.served_areas(session, Subject.MARKET_SUPERVISION),
        area=area,
        offices=bureaus.serving(session, area, Subject.MARKET_SUPERVISION),
    )


@blueprint.get("/guide/fields/<form>")
def guide_fields(form: str) -> str:
    """What each field of a form asks for, why, and an example; each has an address that the form can link to."""
    return render_template(
        "public/guide_fields.html", form=form, forms=definition.FORMS, groups=definition.groups_of(form)
    )
