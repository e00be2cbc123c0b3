"""One page of a list, with the count of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from sqlalchemy import func

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.base import ExecutableOption

PER_PAGE: Final = 20

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page; pages count from 1."""

    rows: Sequence[Row]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list still has one."""
        return max(1, -(-self.total // self.per_page))


def paginate(
    session: Session, statement: Select[Any], number: int, *options: ExecutableOption, per_page: int = PER_PAGE
) -> Page[Any]:
    """Read one page in two statements. A page beyond the end is the last one, as links grow old."""
    count = statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = session.scalar(count) or 0
    pages = max(1, -(-total // per_page))
    number = min(max(number, 1), pages)
    rows = session.scalars(statement.options(*options).limit(per_page).offset((number - 1) * per_page)).all()
    return Page(rows, number, total, per_page)
