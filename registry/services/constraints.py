"""A broken uniqueness rule of the database becomes a message at a field.

Looking first and inserting later leaves a gap that two requests can pass at once; the database's own constraint has
none. Looking first is still worth while, since it gives the better message in the usual case.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from registry.domain.errors import Duplicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from registry.models import Base


@contextmanager
def unique(session: Session, constraint: str, field: str, message: str) -> Iterator[None]:
    """Flush what the block adds; a violation of this constraint is told at this field.

    Raises:
        Duplicate: the constraint refused the row. Other violations pass through.
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        if broken_constraint(error) != constraint:
            raise
        raise Duplicate(field, message) from error


def add_once(session: Session, row: Base, constraint: str) -> bool:
    """Store a row; False where somebody stored one like it at the same moment, which is then there to be read."""
    try:
        with unique(session, constraint, "", ""):
            session.add(row)
    except Duplicate:
        return False
    return True


def broken_constraint(error: IntegrityError) -> str:
    """The name of the constraint that refused a row; empty where it has none."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    # SQLite names the columns; the naming convention gives the name back.
    columns = re.findall(r"(\w+)\.(\w+)", str(error.orig)) if "UNIQUE" in str(error.orig) else []
    return "_".join(["uq", columns[0][0], *(column for _table, column in columns)]) if columns else ""
