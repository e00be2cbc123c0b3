"""The public directory: 公示 and 查询 only, in the order of issue. Nothing is recommended, ranked or paid for.

产品质量法 第二十五条 forbids a government body to recommend products.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, func, or_, select

from registry.domain.codes import read_number
from registry.domain.succession import Succession
from registry.domain.text import clean_line
from registry.domain.validity import FINAL_STATES, CertificateState, DisplayedState, displayed_state
from registry.models import Area, Certificate
from registry.services import scope
from registry.services.paging import Page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

PER_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for; empty fields do not count."""

    text: str = ""
    area: str = ""  # code of a province, city or county
    category: str = ""
    kind: str = ""  # Who attests: declaration or certification.
    state: DisplayedState | None = DisplayedState.VALID  # None: all, with history
    page: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory."""

    code: str
    number: str
    kind: str
    state: DisplayedState
    product_name: str
    enterprise_name: str
    category: str
    area_name: str
    issued_on: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Found(Page[Entry]):
    """One page, and how many there are of each kind, whichever of them is asked for."""

    kinds: Mapping[str, int] = field(default_factory=dict)


def find(session: Session, query: Query, today: date) -> Found:
    """One page of the directory, newest first."""
    conditions = _conditions(session, query, today)
    counted = select(Certificate.kind, func.count()).where(*conditions).group_by(Certificate.kind)
    kinds = dict(session.execute(counted).all())
    if query.kind:
        conditions.append(Certificate.kind == clean_line(query.kind))
    total = kinds.get(clean_line(query.kind), 0) if query.kind else sum(kinds.values())
    page = min(max(query.page, 1), max(1, -(-total // PER_PAGE)))
    rows = session.execute(
        select(
            Certificate.code,
            Certificate.number,
            Certificate.kind,
            Certificate.state,
            Certificate.product_name,
            Certificate.enterprise_name,
            Certificate.category,
            Area.name.label("area_name"),
            Certificate.issued_on,
            Certificate.valid_from,
            Certificate.valid_until,
            Certificate.succession,
        )
        .join(Area, Area.code == Certificate.area_code)
        .where(*conditions)
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    entries = [
        Entry(
            code=row.code,
            number=row.number,
            kind=row.kind,
            state=displayed_state(
                CertificateState(row.state),
                row.valid_from,
                row.valid_until,
                today,
                renewed=row.succession == Succession.RENEWAL,
            ),
            product_name=row.product_name,
            enterprise_name=row.enterprise_name,
            category=row.category,
            area_name=row.area_name,
            issued_on=row.issued_on,
            valid_until=row.valid_until,
        )
        for row in rows
    ]
    return Found(entries, page, total, PER_PAGE, kinds)


def areas(session: Session) -> list[tuple[str, list[tuple[str, str]]]]:
    """The places with certificates, for the filter: each city with its counties that have any."""
    used = select(Certificate.area_code).distinct()
    counties = session.execute(select(Area).where(Area.code.in_(used)).order_by(Area.path)).scalars().all()
    cities = {
        area.code: area
        for area in session.scalars(select(Area).where(Area.code.in_({c.parent_code for c in counties})))
    }
    groups: dict[str, list[tuple[str, str]]] = {}
    for county in counties:
        city = cities[county.parent_code or ""]
        groups.setdefault(city.name, [(city.code, city.name)]).append((county.code, county.name))
    return list(groups.items())


def state_condition(state: DisplayedState, today: date) -> ColumnElement[bool]:
    """The condition for a displayed state; it says the same as `domain.validity.displayed_state`."""
    over = and_(Certificate.state.not_in(list(FINAL_STATES)), Certificate.valid_until < today)
    renewed = Certificate.succession == Succession.RENEWAL
    if state is DisplayedState.SUPERSEDED:
        return or_(Certificate.state == CertificateState.SUPERSEDED, and_(over, renewed))
    if state.value in FINAL_STATES:
        return Certificate.state == state.value
    if state is DisplayedState.EXPIRED:
        return and_(over, ~renewed)
    running = Certificate.valid_until >= today
    if state is DisplayedState.SUSPENDED:
        return and_(running, Certificate.state == CertificateState.SUSPENDED)
    begun = Certificate.valid_from <= today
    valid = and_(running, Certificate.state == CertificateState.VALID)
    return and_(valid, begun if state is DisplayedState.VALID else ~begun)


def _conditions(session: Session, query: Query, today: date) -> list[ColumnElement[bool]]:
    """What is asked for, but for the kind."""
    conditions = []
    text = clean_line(query.text)
    if text:
        number = read_number(text)
        matches = [
            # Upper and lower case are one, on both databases.
            Certificate.product_name.icontains(text, autoescape=True),
            Certificate.enterprise_name.icontains(text, autoescape=True),
            Certificate.number == (number or text.upper()),
        ]
        conditions.append(or_(*matches))
    if query.area:
        path = session.scalar(select(Area.path).where(Area.code == clean_line(query.area)))
        conditions.append(scope.in_area(Certificate.area_code, path or "/"))
    if query.category:
        conditions.append(Certificate.category == clean_line(query.category))
    if query.state is not None:
        conditions.append(state_condition(query.state, today))
    return conditions
