"""Filling the code lists from the files in `registry/data`.

The lists are compared row by row with what the database holds, so that loading again is quick, says what
has changed and touches nothing else. Nothing is deleted: filings and certificates refer to codes that a newer
list may have dropped.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.config import PROJECT_ROOT
from registry.infrastructure.database import update_rows
from registry.models import (
    Area,
    CccClass,
    CertificationField,
    Country,
    HsCode,
    Industry,
    Standard,
    StandardPair,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from registry.models import Base

DATA_DIR: Final = PROJECT_ROOT / "registry" / "data"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did to one table."""

    table: str
    rows: int
    added: int
    changed: int


def load(session: Session, folder: Path = DATA_DIR) -> list[Loaded]:
    """Bring all code lists up to the files, and tell table by table what that changed."""
    return [
        _merge(session, Area, ("code",), _areas(folder)),
        _merge(session, Industry, ("code",), _industries(folder)),
        _merge(session, Country, ("alpha2",), _read(folder / "countries.csv")),
        _merge(session, HsCode, ("code",), _hs_codes(folder)),
        _merge(session, Standard, ("number",), _standards(folder)),
        _merge(session, StandardPair, ("number", "overseas"), _read(folder / "standard_pairs.csv")),
        _merge(session, CertificationField, ("code",), _read(folder / "certification_fields.csv")),
        _merge(session, CccClass, ("code",), _read(folder / "ccc_catalogue.csv")),
    ]


def is_loaded(session: Session) -> bool:
    """Whether the code lists have been loaded at all."""
    return session.scalar(select(Area.code).limit(1)) is not None


def _areas(folder: Path) -> list[Row]:
    """Divisions and zones, each after the area above it."""
    names_en = {row["code"]: row["name_en"] for row in _read(folder / "area_names_en.csv")}
    statutory = [row | {"kind": "statutory"} for row in _read(folder / "areas.csv")]
    zones = [row | {"kind": "functional_zone", "level": "county"} for row in _read(folder / "functional_zones.csv")]
    rows = statutory + zones
    parents = {row["code"]: row["parent_code"] for row in rows}
    for row in rows:
        row |= {
            "name_en": names_en.get(row["code"], ""),
            "parent_code": row["parent_code"] or None,
            "path": _path(row["code"], parents),
        }
    return sorted(rows, key=lambda row: (row["path"].count("/"), row["code"]))


def _path(code: str, parents: Mapping[str, str]) -> str:
    """The codes from the province down to this area, each followed by a slash."""
    above = parents[code]
    return f"{_path(above, parents) if above else ''}{code}/"


def _industries(folder: Path) -> list[Row]:
    rows = [
        row | {"level": int(row["level"]), "parent_code": row["parent_code"] or None}
        for row in _read(folder / "industries.csv")
    ]
    return sorted(rows, key=lambda row: (row["level"], row["code"]))


def _hs_codes(folder: Path) -> list[Row]:
    rows = [row | {"parent_code": row["parent_code"] or None} for row in _read(folder / "hs_codes.csv")]
    return sorted(rows, key=lambda row: (len(row["code"]), row["code"]))


def _standards(folder: Path) -> list[Row]:
    """Without where each row was taken from, which matters to whoever keeps the file."""
    return [
        {name: value for name, value in row.items() if name != "source"}
        | {"in_force_from": date.fromisoformat(row["in_force_from"]) if row["in_force_from"] else None}
        for row in _read(folder / "standards.csv")
    ]


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _merge(session: Session, model: type[Base], key: tuple[str, ...], rows: list[Row]) -> Loaded:
    """Insert the rows whose key is new and update those that read differently, in the order given."""
    table: Table = model.__table__  # type: ignore[assignment]  # Declared wider than it is.
    names = tuple(rows[0])
    known = {_values(row, key): row for row in _stored(session, table, names)}
    added = [row for row in rows if _values(row, key) not in known]
    changed = [row for row in rows if known.get(_values(row, key), row) != row]
    if added:
        session.execute(table.insert(), added)
    if changed:
        update_rows(session, table, key, changed)
    return Loaded(table.name, len(rows), len(added), len(changed))


def _stored(session: Session, table: Table, names: Iterable[str]) -> list[Row]:
    return [dict(row) for row in session.execute(select(*(table.c[name] for name in names))).mappings()]


def _values(row: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)
