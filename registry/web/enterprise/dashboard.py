"""The firm's first page: what waits for it, and what to do next."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import render_template

from registry.domain.claims import WORKING_DAYS, ClaimKind
from registry.domain.workflow import OPEN_STATUSES, Status
from registry.services import case_messages, certificates, claims, enterprises, expiry, filings, members, products
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.filing_words import title_of
from registry.web.work import current_work

if TYPE_CHECKING:
    from registry.models import Filing


@blueprint.get("/")
def dashboard() -> str:
    """What waits for the firm first, then its numbers."""
    work = current_work()
    own = filings.list_own(work)
    asked = case_messages.asked_own(work)
    enterprise = enterprises.own(work)
    return render_template(
        "enterprise/dashboard.html",
        enterprise=enterprise,
        claim=None if enterprise.verified_at else claims.latest_of_firm(work, enterprise.id, ClaimKind.FIRST),
        days=WORKING_DAYS,
        is_owner=work.actor.has(claims.OWNER),
        join_requests=members.requests_waiting(work),
        to_do=sorted((item for item in own if item.status in filings.EDITABLE or item.id in asked), key=_urgency),
        asked=asked,
        today=work.today,
        under_review=[item for item in own if item.status in OPEN_STATUSES - {Status.RETURNED, Status.DRAFT}],
        title_of=title_of,
        certificates=certificates.list_own(work),
        products=products.count_own(work),
        expiring=expiry.of_firm(work),
        state_shown=lambda certificate: certificates.state_shown(certificate, work.today),
    )


def _urgency(filing: Filing) -> tuple[bool, date]:
    """Corrections first, the nearest last day before the others; then the rest as it comes."""
    return filing.correct_by is None, filing.correct_by or date.max
