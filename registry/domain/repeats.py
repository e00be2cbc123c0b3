"""Rows of a form that say the same thing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.domain.messages import N_, Message
from registry.domain.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TWICE: Final = N_("与上面一行重复。")


def repeated(
    field: str, column: str, rows: Sequence[Mapping[str, str]], key: Callable[[str], str] = fold
) -> dict[str, Message]:
    """What to say at each cell whose value stands in a row above, by the cell's name; empty cells do not count.

    Args:
        field: the name of the table.
        column: the column that has to differ.
        rows: as typed, and right each by itself.
        key: gives the form in which two values are compared.
    """
    seen: set[str] = set()
    found = {}
    for number, row in enumerate(rows):
        value = row.get(column, "")
        same = key(value) if value.strip() else ""
        if same and same in seen:
            found[f"{field}-{number}-{column}"] = Message(_TWICE)
        seen.add(same)
    return found
