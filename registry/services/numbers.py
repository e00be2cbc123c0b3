"""Serial numbers without gaps or doubles, whoever asks at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.infrastructure.database import insert_into
from registry.models import NumberSeries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def next_serial(session: Session, series: str) -> int:
    """The next number of a series, from 1. It is given back when the transaction is rolled back."""
    statement = insert_into(session, NumberSeries).values(name=series, last=1)
    raised = statement.on_conflict_do_update(index_elements=["name"], set_={"last": NumberSeries.last + 1})
    return int(session.execute(raised.returning(NumberSeries.last)).scalar_one())
