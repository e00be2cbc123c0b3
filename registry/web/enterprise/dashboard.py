"""The firm's first page: what waits for it, and what to do next."""

from __future__ import annotations

from flask import render_template

from registry.domain.workflow import OPEN_STATUSES, Status
from registry.services import certificates, declarations, enterprises, products
from registry.web.enterprise.blueprint import blueprint
from registry.web.work import current_work


@blueprint.get("/")
def dashboard() -> str:
    """What waits for the firm first, then its numbers."""
    work = current_work()
    own = declarations.list_own(work)
    return render_template(
        "enterprise/dashboard.html",
        enterprise=enterprises.own(work),
        to_do=[item for item in own if item.status in {Status.RETURNED, Status.DRAFT}],
        under_review=[item for item in own if item.status in OPEN_STATUSES - {Status.RETURNED, Status.DRAFT}],
        certificates=certificates.list_own(work),
        products=products.list_own(work),
        state_shown=lambda certificate: certificates.state_shown(certificate, work.today),
    )
