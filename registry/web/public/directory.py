"""The public directory: search, filters, pages; every result has a stable address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from flask_babel import gettext

from registry.domain.filings import DEFINITIONS
from registry.domain.product import CATEGORIES
from registry.domain.validity import STATE_LABELS, DisplayedState
from registry.infrastructure.clock import office_date
from registry.services import directory as service
from registry.web.messages import translated
from registry.web.pagination import page_number
from registry.web.public.blueprint import blueprint
from registry.web.work import adapters, public_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_ALL = "all"


@blueprint.get("/directory")
def directory() -> ResponseReturnValue:
    """Certificates by words, place, category, who attests, and state."""
    session, today = public_session(), office_date(adapters().clock.now())
    query = _query()
    places = service.areas(session)
    return render_template(
        "public/directory.html",
        query=query,
        state=request.args.get("state") or DisplayedState.VALID,
        page=service.find(session, query, today),
        places=places,
        categories=CATEGORIES,
        kinds=tuple(DEFINITIONS),
        states=[(state.value, label) for state, label in STATE_LABELS.items()],
        active=_active(query, {code: name for _city, choices in places for code, name in choices}),
        address=lambda number: url_for("public.directory", **(_args() | {"page": number})),
    )


def _query() -> service.Query:
    state = request.args.get("state") or DisplayedState.VALID.value
    known = {item.value: item for item in DisplayedState}
    return service.Query(
        text=request.args.get("q", "")[:100],
        area=request.args.get("area", ""),
        category=request.args.get("category", ""),
        kind=request.args.get("kind", ""),
        state=None if state == _ALL else known.get(state, DisplayedState.VALID),
        page=page_number(),
    )


def _args() -> dict[str, Any]:
    """What is asked for, as it stands in the address, without the page's number."""
    return {name: value for name in ("q", "area", "category", "kind", "state") if (value := request.args.get(name))}


def _active(query: service.Query, places: dict[str, str]) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    found = []
    if query.text:
        found.append(("q", gettext("关键词"), query.text))
    if query.area:
        found.append(("area", gettext("地区"), places.get(query.area, query.area)))
    if query.category:
        found.append(("category", gettext("类别"), translated(dict(CATEGORIES).get(query.category, query.category))))
    if query.kind:
        known = DEFINITIONS.get(query.kind)
        found.append(("kind", gettext("证明方式"), translated(known.attestation) if known else query.kind))
    if query.state is not DisplayedState.VALID:
        label = translated(STATE_LABELS[query.state]) if query.state else gettext("全部（含历史）")
        found.append(("state", gettext("状态"), label))
    return [
        {"label": label, "value": value, "remove": url_for("public.directory", **{**_args(), name: None})}
        for name, label, value in found
    ]
