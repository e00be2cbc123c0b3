"""Choosing the certification body of a filing: there are hundreds, so they are looked for.

By name, former name or approval number. Where scripts run, the list follows the words; without, a button saves the
step and comes back with what was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from flask import get_template_attribute, jsonify, request, url_for

from registry.domain.requirements import row_numbers
from registry.services import certification_bodies as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask import Response

    from registry.services.certification_bodies import Suggestion
    from registry.web.forms import RegistryForm

FIELD: Final = "body"
FIND: Final = "find"  # The control for the words, and the button beside it.
_DECIDES: Final = "issued_on"  # What counts is the state of the approval on this day.
_LONGEST: Final = 100  # characters


@dataclass(frozen=True, slots=True)
class Bodies:
    """What is offered."""

    text: str  # The words looked for.
    chosen: Suggestion | None
    found: tuple[Suggestion, ...]
    day: date  # The day of the states.

    @property
    def url(self) -> str:
        """Where the page asks while somebody types."""
        return url_for("enterprise.certification_bodies")

    @property
    def decides(self) -> str:
        """The control with the day that counts."""
        return _DECIDES


@blueprint.get("/certification-bodies")
def certification_bodies() -> Response:
    """What somebody may mean who types these words, as the choices of the field."""
    args = request.args
    bodies = _bodies(args.get("q", ""), args.get("chosen", ""), args.get("on", ""))
    return jsonify(html=get_template_attribute("components/body_field.html", "body_choices")(bodies))


def bodies_for(form: RegistryForm) -> Bodies | None:
    """What the field offers on a step's page; None where the step does not ask for a body."""
    if FIELD not in form:
        return None
    day = form[_DECIDES].data if _DECIDES in form else ""
    return _bodies(request.values.get(FIND, ""), form[FIELD].data or "", day or "")


def words() -> str:
    """What somebody typed to look for."""
    return request.form.get(FIND, "").strip()[:_LONGEST]


def find_body(values: dict[str, Any]) -> str:
    """Choose the body whose whole name or number was typed; else give the words to look for, if there are any.

    Args:
        values: of the step, as typed; the body that was found is put into them.
    """
    text = words()
    if not text or (values[FIELD] and request.form.get("save") != FIND):
        return ""  # Something is chosen; words that are left over mean nothing.
    body = service.named(current_work().session, text)
    if body is None:
        return text
    values[FIELD] = str(body.id)
    return ""


def _bodies(text: str, chosen: str, day: str) -> Bodies:
    work = current_work()
    text = text.strip()[:_LONGEST]
    on = _day(day) or work.today
    number = next(iter(row_numbers([chosen])), None)
    known = service.suggestion_of(work.session, number, on) if number is not None else None
    found = service.suggestions(work.session, text, on)
    return Bodies(text, known, tuple(each for each in found if each != known), on)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
