"""Code lists for forms and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from registry.models import Area, Bureau, CccClass, Country, HsCode, Industry

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

Groups = list[tuple[str, list[tuple[str, str]]]]  # Group's label, then value and label of each choice.
_HEADING_DIGITS: Final = 4
_HS_LEVELS: Final = (2, 4, 6)  # digits of chapter, heading and subheading; what follows is national


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


def ccc_classes(session: Session) -> list[CccClass]:
    """The classes of the compulsory certification catalogue, in the order of their codes."""
    return list(session.scalars(select(CccClass).order_by(CccClass.code)))


def ccc_classes_of(session: Session, hs_codes: Collection[str]) -> dict[str, list[CccClass]]:
    """The classes that goods with these HS codes may belong to, by code; a hint: headings are wider than classes."""
    classes = ccc_classes(session) if hs_codes else []
    return {code: [each for each in classes if code[:_HEADING_DIGITS] in each.hs_headings.split()] for code in hs_codes}


def hs_names(session: Session, hs_codes: Collection[str]) -> dict[str, list[HsCode]]:
    """What each of these codes stands for, the chapter first; what the table has not heard of is left out."""
    levels = {code: list(dict.fromkeys(code[:digits] for digits in _HS_LEVELS)) for code in hs_codes}
    wanted = {part for parts in levels.values() for part in parts}
    known = {row.code: row for row in session.scalars(select(HsCode).where(HsCode.code.in_(wanted)))}
    return {code: [known[part] for part in parts if part in known] for code, parts in levels.items()}


def _grouped(rows: object) -> Groups:
    groups: dict[str, list[tuple[str, str]]] = {}
    for group, value, label in rows:  # type: ignore[attr-defined]
        groups.setdefault(group, []).append((value, label))
    return list(groups.items())
