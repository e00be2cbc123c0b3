"""The firm's first page: what waits for it, and what to do next."""

from __future__ import annotations

from flask import render_template

from registry.domain.claims import WORKING_DAYS, ClaimKind
from registry.domain.workflow import OPEN_STATUSES, Status
from registry.services import certificates, claims, declarations, enterprises, members, products
from registry.web.enterprise.blueprint import blueprint
from registry.web.work import current_work


@blueprint.get("/")
def dashboard() -> str:
    """What waits for the firm first, then its numbers."""
    work = current_work()
    own = declarations.list_own(work)
    enterprise = enterprises.own(work)
    return render_template(
        "enterprise/dashboard.html",
        enterprise=enterprise,
        claim=None if enterprise.verified_at else claims.latest_of_firm(work, enterprise.id, ClaimKind.FIRST),
        days=WORKING_DAYS,
        is_owner=work.actor.has(claims.OWNER),
        join_requests=members.requests_waiting(work),
        to_do=[item for item in own if item.status in {Status.RETURNED, Status.DRAFT}],
        under_review=[item for item in own if item.status in OPEN_STATUSES - {Status.RETURNED, Status.DRAFT}],
        certificates=certificates.list_own(work),
        products=products.list_own(work),
        state_shown=lambda certificate: certificates.state_shown(certificate, work.today),
    )
