"""Grids as JSON holds them, on their way from the child process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.domain.grids import Grid, GridRow
from registry.domain.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping


def plain(grid: Grid) -> dict[str, Any]:
    """The grid as lists and dictionaries."""
    return {
        "title": grid.title,
        "hidden_columns": sorted(grid.hidden_columns),
        "rows": [
            [
                row.number,
                list(row.cells.items()),
                [(column, problem.text, dict(problem.args)) for column, problem in row.mistakes.items()],
                sorted(row.dates),
                row.hidden,
            ]
            for row in grid.rows
        ],
    }


def grid_of(answer: Mapping[str, Any]) -> Grid:
    """The grid again."""
    rows = (
        GridRow(
            number,
            dict(cells),
            {column: Message(text, args) for column, text, args in problems},
            frozenset(dates),
            hidden,
        )
        for number, cells, problems, dates, hidden in answer["rows"]
    )
    return Grid(answer["title"], tuple(rows), frozenset(answer["hidden_columns"]))
