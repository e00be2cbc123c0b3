"""The reviewer's queue."""

from __future__ import annotations

from flask import render_template, request, url_for

from registry.services import claim_decisions, worklists
from registry.web.pagination import page_number
from registry.web.review.blueprint import blueprint
from registry.web.titles import titled
from registry.web.work import current_work


@blueprint.get("/")
def queue() -> str:
    """The cases of the reviewer's region × subject, those waiting for the reviewer first."""
    pile = request.args.get("pile", "waiting")
    work = current_work()
    found = worklists.cases(work, pile=pile, page=page_number())
    return render_template(
        "review/queue.html",
        queue=found,
        title_of=lambda filing: titled([item.product.name for item in filing.objects]),
        claims_waiting=claim_decisions.count_waiting(work),
        pile=pile if pile in found.counts else "waiting",
        address=lambda number: url_for("review.queue", pile=pile, page=number),
    )
