"""Certification bodies: looking one up, and what its approval was on a day. Reading only; everybody may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, case, select
from sqlalchemy.orm import selectinload

from registry.domain import certification_bodies as definition
from registry.domain.text import compact
from registry.models import CertificationBody, CertificationField

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from registry.domain.validity import DisplayedState

MOST_SUGGESTIONS: Final = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One body to choose."""

    body_id: int
    approval_number: str
    name: str
    former_names: tuple[str, ...]
    state: DisplayedState


@dataclass(frozen=True, slots=True)
class Standing:
    """What a body was on a day."""

    approval_number: str
    name: str
    state: DisplayedState
    in_scope: bool | None  # Whether it might certify the project; None: that cannot be told.


def named(session: Session, text: str) -> CertificationBody | None:
    """The body with this number or name, also a former one, in any spelling; None where none or several have it."""
    key = compact(text)
    if not key:
        return None
    found = session.scalars(select(CertificationBody).where(_is_whole(key)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def suggestions(session: Session, text: str, day: date, *, most: int = MOST_SUGGESTIONS) -> list[Suggestion]:
    """Bodies whose number or names have all these words, with their state on a day: exact ones first.

    Bodies that may not certify on that day are among them, so that nobody takes one for unknown.
    """
    key = compact(text)
    if not key:
        return []
    closeness = case((_is_whole(key), 0), (CertificationBody.keys.contains(f"\n{key}", autoescape=True), 1), else_=2)
    statement = select(CertificationBody).where(has_words(text)).order_by(closeness, CertificationBody.approval_number)
    bodies = session.scalars(statement.options(selectinload(CertificationBody.events)).limit(most))
    return [_suggestion(body, day) for body in bodies]


def suggestion_of(session: Session, body_id: int, day: date) -> Suggestion | None:
    """One body as it would be suggested, with its state on a day; None where there is no such body."""
    body = session.get(CertificationBody, body_id)
    return _suggestion(body, day) if body is not None else None


def has_words(text: str) -> ColumnElement[bool]:
    """The condition that number or names have every one of these words."""
    words = [CertificationBody.keys.contains(compact(word), autoescape=True) for word in text.split()]
    return and_(*words)


def state_of(body: CertificationBody, day: date) -> DisplayedState:
    """The state of a body's approval on a day."""
    return definition.state_on(body.events, definition.first_day(body.approval_number, body.approved_on), day)


def state_on(session: Session, body_id: int, day: date) -> DisplayedState | None:
    """The state of a body's approval on a day; None where there is no such body."""
    body = session.get(CertificationBody, body_id)
    return state_of(body, day) if body is not None else None


def in_scope_on(session: Session, body_id: int, project: str, day: date) -> bool | None:
    """Whether a body might certify a project on a day; None where that cannot be told.

    Args:
        session: reads only.
        body_id: row number of the body.
        project: as the certificate says it: a code, a name or both.
        day: the day the certificate was issued.
    """
    body = session.get(CertificationBody, body_id)
    return definition.in_scope_on(body.scopes, project, fields(session), day) if body is not None else None


def standing(session: Session, body_id: int, project: str, day: date) -> Standing | None:
    """Everything that a certificate's rules ask of its body; None where there is no such body."""
    body = session.get(CertificationBody, body_id)
    if body is None:
        return None
    in_scope = definition.in_scope_on(body.scopes, project, fields(session), day)
    return Standing(body.approval_number, body.name, state_of(body, day), in_scope)


def fields(session: Session, *, english: bool = False) -> dict[str, str]:
    """Names of the certification fields by their codes; what is compared are those in Chinese."""
    name = CertificationField.name_en if english else CertificationField.name
    statement = select(CertificationField.code, name).order_by(CertificationField.code)
    return dict(session.execute(statement).all())


def _suggestion(body: CertificationBody, day: date) -> Suggestion:
    return Suggestion(body.id, body.approval_number, body.name, tuple(body.former_names), state_of(body, day))


def _is_whole(key: str) -> ColumnElement[bool]:
    return CertificationBody.keys.contains(f"\n{key}\n", autoescape=True)
