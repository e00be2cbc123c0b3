"""What every template may use."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Flask, request, url_for

from registry.domain import masking
from registry.domain.codes import group
from registry.domain.product import CATEGORIES
from registry.domain.validity import EVENT_LABELS
from registry.domain.workflow import ACTION_LABELS, STATUS_LABELS, TIER_LABELS
from registry.infrastructure.clock import OFFICE_ZONE
from registry.web import acting, kept, language, navigation
from registry.web.access import is_public
from registry.web.messages import translated
from registry.web.work import current_work

if TYPE_CHECKING:
    from datetime import datetime

    from registry.config import Settings


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
        "group_code": group,
        "translated": translated,
        "mask_name": masking.mask_name,
        "mask_phone": masking.mask_phone,
        "mask_email": masking.mask_email,
        "mask_address": masking.mask_address,
        "in_words": lambda value, words: words.get(value, value),
        "status_label": lambda status: translated(STATUS_LABELS[status]),
        "tier_label": lambda tier: translated(TIER_LABELS[tier]),
        "action_label": lambda action: translated(ACTION_LABELS[action]),
        "event_label": lambda action: translated(EVENT_LABELS[action]),
        "category_label": lambda category: translated(dict(CATEGORIES)[category]),
    }
    app.jinja_env.globals |= {
        "form_owner": kept.owner_token,
        "form_owner_field": kept.OWNER_FIELD,
        "form_firm": lambda: acting.form_firm(current_work().visitor),
        "form_firm_field": acting.FIELD,
    }
    app.jinja_env.globals["carried_language"] = language.carried
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
