"""Code lists for forms and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from registry.models import Area, Bureau, Country, Industry

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Groups = list[tuple[str, list[tuple[str, str]]]]  # Group's label, then value and label of each choice.


def served_areas(session: Session, subject: str) -> Groups:
    """The counties and functional zones that an office handles filings for, by city."""
    city = aliased(Area)
    rows = session.execute(
        select(city.name, Area.code, Area.name)
        .join(city, city.code == Area.parent_code)
        .where(
            Area.level == "county",
            exists().where(Bureau.area_code == Area.code, Bureau.subject == subject, Bureau.tier == "county"),
        )
        .order_by(Area.path)
    )
    return _grouped((city_name, code, name) for city_name, code, name in rows)


def industries(session: Session) -> Groups:
    """The divisions (大类) of GB/T 4754-2017, by section."""
    section = aliased(Industry)
    rows = session.execute(
        select(section.name, Industry.code, Industry.name)
        .join(section, section.code == Industry.section_code)
        .where(Industry.level == 2)  # noqa: PLR2004  # Divisions: see the column's comment.
        .order_by(Industry.code)
    )
    return _grouped((section_name, code, f"{code} {name}") for section_name, code, name in rows)


def countries(session: Session) -> list[Country]:
    """All countries and regions, in the order of their codes."""
    return list(session.scalars(select(Country).order_by(Country.alpha2)))


def _grouped(rows: object) -> Groups:
    groups: dict[str, list[tuple[str, str]]] = {}
    for group, value, label in rows:  # type: ignore[attr-defined]
        groups.setdefault(group, []).append((value, label))
    return list(groups.items())
