"""What every template may use."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Flask, request, url_for
from flask_babel import gettext

from registry.domain import masking, withdrawal
from registry.domain.codes import group
from registry.domain.evidence import STANDING_LABELS, Standing, kind_named, standing_of
from registry.domain.filings import DEFINITIONS
from registry.domain.product import CATEGORIES
from registry.domain.roles import FILING_ROLES
from registry.domain.succession import PURPOSE_LABELS
from registry.domain.validity import EVENT_LABELS
from registry.domain.workflow import ACTION_LABELS, STATUS_LABELS, TIER_LABELS
from registry.infrastructure.clock import OFFICE_ZONE, office_date
from registry.services import corrections
from registry.web import acting, changes, kept, language, navigation
from registry.web.access import is_public
from registry.web.messages import translated
from registry.web.work import current_work

if TYPE_CHECKING:
    from datetime import datetime

    from registry.config import Settings
    from registry.models import Evidence


def long_date(day: date | str) -> str:
    """A date in a text: 2026年11月20日, or 20 November 2026."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    if language.choose() == language.ENGLISH:
        return f"{day.day} {day:%B %Y}"
    return f"{day.year}年{day.month}月{day.day}日"


def short_date(day: date) -> str:
    """A date in a table: 2026-11-20."""
    return day.isoformat()


def short_time(moment: datetime) -> str:
    """A moment in a table: 2026-11-20 14:03, at the office."""
    return f"{moment.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"


def clock(moment: datetime) -> str:
    """When something was saved, at the office: 14:03 today, 2026-11-19 14:03 on another day."""
    today = office_date(current_work().now)
    local = moment.astimezone(OFFICE_ZONE)
    return f"{local:%H:%M}" if local.date() == today else short_time(moment)


def _standing(piece: Evidence) -> Standing:
    """How a piece of evidence stands today."""
    return standing_of(piece.expires_on, current_work().today, retired=piece.retired_at is not None)


def reason_words(reason: str) -> str:
    """The reason of a change of a certificate's state; what was chosen from a list is translated."""
    chosen, note = withdrawal.parts_of(reason)
    if not chosen or not note:
        return translated(chosen) or note
    return str(gettext("%(label)s：%(text)s", label=translated(chosen), text=note))


def page_context() -> dict[str, Any]:
    """What layouts need; a public page gets nothing that depends on who looks at it."""
    common = {
        "lang": language.tag(),
        "other_lang_url": language.other_url(),
        "footer_nav": navigation.footer(),
    }
    if is_public(request.endpoint):
        return common | {"public_nav": navigation.public(), "home_url": url_for("public.home")}
    return common | navigation.private()


def init_app(app: Flask, settings: Settings) -> None:
    """Register filters, globals and the layouts' context."""
    site = settings.site
    app.jinja_env.filters |= {
        "long_date": long_date,
        "short_date": short_date,
        "short_time": short_time,
        "clock": clock,
        "group_code": group,
        "translated": translated,
        "mask_name": masking.mask_name,
        "mask_phone": masking.mask_phone,
        "mask_email": masking.mask_email,
        "mask_address": masking.mask_address,
        "in_words": lambda value, words: words.get(value, value),
        "said": changes.in_words,
        "status_label": lambda status: translated(STATUS_LABELS[status]),
        "tier_label": lambda tier: translated(TIER_LABELS[tier]),
        "action_label": lambda action: translated(ACTION_LABELS[action]),
        "event_label": lambda action: translated(EVENT_LABELS[action]),
        "reason_words": reason_words,
        "purpose_label": lambda purpose: translated(PURPOSE_LABELS[purpose]),
        "standing": _standing,
        "standing_label": lambda standing: translated(STANDING_LABELS[standing]),
        "evidence_label": lambda kind: translated(kind_named(kind).label),
        "attestation_label": lambda kind: translated(DEFINITIONS[kind].attestation),
        "attested": lambda certificate: json.loads(certificate.snapshot),
        "category_label": lambda category: translated(dict(CATEGORIES)[category]),
    }
    app.jinja_env.globals |= {
        "form_owner": kept.owner_token,
        "form_owner_field": kept.OWNER_FIELD,
        "form_firm": lambda: acting.form_firm(current_work().visitor),
        "form_firm_field": acting.FIELD,
        "may_file": lambda: current_work().actor.has(FILING_ROLES),
    }
    app.jinja_env.globals["carried_language"] = language.carried
    app.jinja_env.tests["lapsed"] = lambda filing: corrections.lapsed(current_work(), filing)
    changes.init_app(app)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.context_processor(page_context)

    @app.context_processor
    def site_context() -> dict[str, Any]:
        english = language.choose() == language.ENGLISH
        return {
            "site": {
                "name": site.name_en if english else site.name,
                "organiser": site.organiser,
                "contact": site.contact,
                "icp": site.icp,
                "police_record": site.police_record,
                "site_code": site.site_code,
                "help_url": site.report_error_url,
                "official_domain": settings.official_domain,
                "is_demonstration": settings.demonstration,
            }
        }
