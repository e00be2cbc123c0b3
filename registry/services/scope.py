"""Region × subject as a condition of the query: what lies outside is not found, whatever the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from registry.domain.roles import CASE_ROLES, Role, Subject
from registry.models import Area, Bureau, Certificate, Claim, Enterprise, Filing

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


def supervised(actor: Actor, roles: frozenset[Role] = CASE_ROLES) -> ColumnElement[bool]:
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


def claimed(actor: Actor) -> ColumnElement[bool]:
    """Claims that the actor's offices check: 市场监管 of the firm's county, or the nearest office above it."""
    seats = [
        Claim.enterprise_id.in_(
            select(Enterprise.id)
            .join(Area, Area.code == Enterprise.area_code)
            .where(Area.path.startswith(seat.area_path, autoescape=True), ~_nearer_office(seat.area_path))
        )
        for seat in actor.seats
        if seat.role is Role.REVIEWER and seat.subject is Subject.MARKET_SUPERVISION
    ]
    return or_(false(), *seats)


def _nearer_office(area_path: str) -> ColumnElement[bool]:
    """Whether an office stands between this one and the firm's area."""
    place = aliased(Area)
    return (
        exists()
        .where(
            Bureau.area_code == place.code,
            Bureau.subject == Subject.MARKET_SUPERVISION,
            # A path begins with the paths of all areas above; no code has a sign that LIKE knows.
            Area.path.like(place.path + "%"),
            func.length(place.path) > len(area_path),
        )
        .correlate(Area)
    )
