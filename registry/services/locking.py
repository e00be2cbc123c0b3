"""Putting people who act at the same moment in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.models import Base


def lock(session: Session, row: Base) -> None:
    """Read a row again under a lock that lasts until the commit. On SQLite the transaction is the lock."""
    # Only the row's own table: PostgreSQL cannot lock what hangs on it by an outer join.
    table = inspect(type(row)).base_mapper.local_table
    session.refresh(row, with_for_update={"of": table})
