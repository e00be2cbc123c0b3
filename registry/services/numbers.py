"""Serial numbers without gaps or doubles, whoever asks at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from registry.models import NumberSeries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def next_serial(session: Session, series: str) -> int:
    """The next number of a series, from 1. It is given back when the transaction is rolled back."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(NumberSeries).values(name=series, last=1)  # type: ignore[attr-defined]
    return session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"last": NumberSeries.last + 1}
        ).returning(NumberSeries.last),
        execution_options={"populate_existing": True},
    ).scalar_one()
