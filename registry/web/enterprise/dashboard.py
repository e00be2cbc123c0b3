"""The firm's first page: what waits for it, and what to do next."""

from __future__ import annotations

from typing import Final

from flask import render_template

from registry.domain.claims import WORKING_DAYS, ClaimKind
from registry.services import case_messages, certificates, claims, desk, enterprises, expiry, members, products
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.filing_words import title_of
from registry.web.work import current_work

_MOST_CERTIFICATES: Final = 5


@blueprint.get("/")
def dashboard() -> str:
    """What waits for the firm first, then its numbers."""
    work = current_work()
    asked = case_messages.asked_own(work)
    enterprise = enterprises.own(work)
    return render_template(
        "enterprise/dashboard.html",
        enterprise=enterprise,
        claim=None if enterprise.verified_at else claims.latest_of_firm(work, enterprise.id, ClaimKind.FIRST),
        days=WORKING_DAYS,
        is_owner=work.actor.has(claims.OWNER),
        join_requests=members.requests_waiting(work),
        to_do=desk.to_do(work, asked),
        asked=asked,
        today=work.today,
        under_review=desk.under_review(work),
        title_of=title_of,
        certificates=certificates.page_own(work, 1, per_page=_MOST_CERTIFICATES),
        products=products.count_own(work),
        expiring=expiry.of_firm(work),
        state_shown=lambda certificate: certificates.state_shown(certificate, work.today),
    )
