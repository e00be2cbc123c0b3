"""Putting people who act at the same moment in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from registry.models import User

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from registry.models import Base


def lock(session: Session, row: Base) -> None:
    """Read a row again under a lock that lasts until the commit. On SQLite the transaction is the lock."""
    # Only the row's own table: PostgreSQL cannot lock what hangs on it by an outer join.
    table = inspect(type(row)).base_mapper.local_table
    session.refresh(row, with_for_update={"of": table})


def hold(session: Session, row: Base) -> None:
    """Read a row again, and let nobody change it before the commit; others may refer to it meanwhile."""
    table = inspect(type(row)).base_mapper.local_table
    session.refresh(row, with_for_update={"read": True, "of": table})


def lock_people(session: Session, user_ids: Collection[int]) -> None:
    """Let nobody else change what these people may do before the commit.

    Roles exclude one another across rows of several tables, so that no constraint can see to it. The order is always
    that of the numbers: two who wait for each other's people would wait for ever.
    """
    session.execute(select(User.id).where(User.id.in_(user_ids)).order_by(User.id).with_for_update())
