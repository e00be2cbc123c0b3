"""Region × subject as a condition of the query: what lies outside is not found, whatever the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, or_, select

from registry.domain.roles import BUREAU_ROLES, CASE_ROLES, Role
from registry.models import Area, Bureau, Certificate, Filing

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

    from registry.domain.roles import Actor


def reviewable(actor: Actor, roles: frozenset[Role] = CASE_ROLES) -> ColumnElement[bool]:
    """Filings the actor's offices may read: ever submitted, in the area, of the subject."""
    seats = [
        and_(Filing.subject == seat.subject, in_area(Filing.area_code, seat.area_path))
        for seat in actor.seats
        if seat.role in roles
    ]
    return and_(Filing.submitted_at.is_not(None), or_(false(), *seats))


def supervised(actor: Actor, roles: frozenset[Role] = BUREAU_ROLES) -> ColumnElement[bool]:
    """Certificates the actor's offices look after: in the area, issued by the same line of offices."""
    seats = [
        and_(
            in_area(Certificate.area_code, seat.area_path),
            Certificate.bureau_id.in_(select(Bureau.id).where(Bureau.subject == seat.subject)),
        )
        for seat in actor.seats
        if seat.role in roles
    ]
    return or_(false(), *seats)


def in_area(column: InstrumentedAttribute[str], area_path: str) -> ColumnElement[bool]:
    """Rows whose area is this one or lies below it."""
    return column.in_(select(Area.code).where(Area.path.startswith(area_path, autoescape=True)))
