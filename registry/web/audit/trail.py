"""The audit trail: searching it, taking a copy along, having it checked. Nobody changes it, so there is no more."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain.tables import harmless
from registry.services import trail as service
from registry.web import trail as recording
from registry.web.audit.blueprint import blueprint
from registry.web.incoming import row_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

_OUTCOMES: Final = {"yes": True, "no": False}


@blueprint.get("/")
def trail() -> str:
    """Search by person, object, kind, time and outcome. That the trail was searched is itself recorded."""
    work, query = current_work(), _query(request.args)
    before = row_number(request.args.get("before"))
    recording.record_read("admin:trail:read", None, person_id=query.person, filters=_filters(query, before))
    return render_template(
        "audit/trail.html",
        query=query,
        asked=_asked(request.args),
        found=service.search(work, query, before=before),
        labels=service.labels(),
        check=service.last_check(work),
        address=lambda **more: url_for("audit.trail", **_asked(request.args) | more),
    )


@blueprint.get("/people")
def people() -> str:
    """Whom to look for: accounts by a part of their name or address, addresses masked."""
    text = request.args.get("q", "").strip()[:100]
    found = service.people_named(current_work(), text)
    if found:
        recording.record_read("admin:user:find", None, found=len(found))
    return render_template("audit/people.html", text=text, people=found)


@blueprint.post("/export")
@commits
def export() -> Response:
    """What the search finds, as a table; every column that the chain's hashes cover is in it."""
    work = current_work()
    buffer = io.StringIO()
    buffer.write("\ufeff")  # Spreadsheets take it for UTF-8 only with this mark before it.
    writer = csv.writer(buffer)
    writer.writerows([harmless(cell) for cell in row] for row in service.export(work, _query(request.form)))
    name = f"audit-{work.today.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(buffer.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.post("/check")
@commits
def check() -> ResponseReturnValue:
    """Have the whole chain checked."""
    service.ask_for_check(current_work())
    flash(gettext("正在核对，结果稍后显示在本页上方。"), "success")
    return redirect(url_for("audit.trail"))


def _query(values: Mapping[str, str]) -> service.Query:
    """What was asked for; what cannot be read is left out, and shows as not chosen."""
    tag = values.get("tag", "")
    return service.Query(
        person=row_number(values.get("person")),
        tag=tag if tag in service.labels() else "",
        object_id=row_number(values.get("object")),
        since=_day(values.get("since")),
        until=_day(values.get("until")),
        success=_OUTCOMES.get(values.get("outcome", "")),
    )


def _filters(query: service.Query, before: int | None) -> list[str]:
    """What was looked for, word for word: who reads the trail is read about there."""
    words = [f"{name}={getattr(query, name)}" for name in query.given]
    return [*words, f"before={before}"] if before is not None else words


def _asked(values: Mapping[str, str]) -> dict[str, Any]:
    return {name: values[name] for name in ("person", "tag", "object", "since", "until", "outcome") if values.get(name)}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None
