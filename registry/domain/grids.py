"""A sheet of a workbook as people filled it in: its cells as text, and under which headings they stand.

`Grid` is what was read, whatever the file's format. `find_columns` finds the headings in it, wherever they are, and
gives the rows below them. What is wrong with a cell stays with its row, so that it can be told at its address.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.text import clean_line, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Mistakes are kept by column number; columns count from 1, and this is the row as a whole.
WHOLE_ROW: Final = 0
# The last heading of a workbook that went back with remarks; it is not read when it comes again.
REMARKS_HEADING: Final = N_("处理结果")
# The sheet of a workbook of ours that holds the lists to choose from.
CHOICES_TITLE: Final = "选项"

# What spreadsheet programs allow as the name of a sheet.
_LONGEST_TITLE: Final = 31
_NOT_IN_TITLES: Final = frozenset("[]:*?/\\")
_HEADER_WITHIN: Final = 20  # rows: above the headings there are a title and some notes
_FEWEST_HEADINGS: Final = 2  # One alone may stand in a title as well.
_LETTERS: Final = 26


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row with something in it."""

    number: int  # As the spreadsheet program shows it.
    cells: Mapping[int, str]  # Text by column number, without cells that show nothing.
    mistakes: Mapping[int, Message] = field(default_factory=dict)  # What cannot be read as text.
    dates: frozenset[int] = frozenset()  # Columns that hold a date or time, and not a text that looks like one.
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it was read."""

    title: str
    rows: tuple[GridRow, ...] = ()  # In order, without blank ones.
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A sheet whose headings are known."""

    title: str
    header_row: int
    headings: Mapping[int, str]  # As typed, by column number.
    columns: Mapping[str, int]  # Column numbers by the names that were asked for.
    rows: tuple[GridRow, ...]  # Those below the headings that have something under one of them.
    missing_headings: tuple[str, ...] = ()  # Of optional columns that are not there.
    hidden_columns: frozenset[int] = frozenset()

    @classmethod
    def missing(cls, title: str) -> FilledSheet:
        """An optional sheet that is not there."""
        return cls(title, 0, {}, {}, ())

    @property
    def is_missing(self) -> bool:
        """Whether there is no such sheet."""
        return not self.header_row

    @property
    def hidden_rows(self) -> tuple[int, ...]:
        """Numbers of the rows that were read although the spreadsheet program hides them, as filters do."""
        return tuple(row.number for row in self.rows if row.hidden)

    @property
    def hidden_headings(self) -> tuple[str, ...]:
        """Headings of the columns that were read although they are hidden."""
        return tuple(self.headings[column] for column in sorted(self.hidden_columns & {*self.columns.values()}))

    @property
    def extra_headings(self) -> tuple[str, ...]:
        """Headings that nobody asked for; what stands under them is not read."""
        known = {*self.columns.values()}
        return tuple(
            heading
            for column, heading in self.headings.items()
            if column not in known and _key(heading) != _key(REMARKS_HEADING)
        )


def can_be_titled(title: str) -> bool:
    """Whether a sheet of a workbook of ours can have this name; other programs are less strict."""
    allowed = len(title) <= _LONGEST_TITLE and _NOT_IN_TITLES.isdisjoint(title) and title == title.strip("'")
    return allowed and fold(title) != fold(CHOICES_TITLE)


def column_letters(number: int) -> str:
    """What spreadsheet programs call a column: 3 is C, 16384 is XFD."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """What spreadsheet programs call a cell, such as C12."""
    return f"{column_letters(column)}{row}"


def find_columns(grid: Grid, headings: Mapping[str, str], *, required: Iterable[str]) -> FilledSheet:
    """Find the headings in a sheet, and the rows below them.

    The headings may stand in any order, in any of the first rows, with others among them. Width, case, blanks and
    the stars that mark required columns do not count.

    Args:
        grid: the sheet.
        headings: what each column is headed, by its name.
        required: names of the columns that must be there.

    Raises:
        InvalidValue: the headings are not found, or not beyond doubt, or a required one is missing.
    """
    names = {_key(heading): name for name, heading in headings.items()}
    header = _header(grid, names, headings)
    _refuse_doubts(grid, header, names)
    columns = {names[key]: column for column, text in header.cells.items() if (key := _key(text)) in names}
    missing = [headings[name] for name in required if name not in columns]
    if missing:
        raise InvalidValue(Message(N_("缺少列：%(columns)s。请使用模板的标题。"), {"columns": _listed(missing)}))
    shown = {column: clean_line(text) for column, text in header.cells.items()}
    rows = tuple(
        _with_doubts(row, shown, columns)
        for row in grid.rows
        if row.number > header.number and _is_filled(row, shown, columns)
    )
    left = tuple(heading for name, heading in headings.items() if name not in columns)
    return FilledSheet(grid.title, header.number, shown, columns, rows, left, grid.hidden_columns)


def outside_headings(row: int, column: int) -> Message:
    """What is told of a cell that stands under no heading."""
    text = N_("%(cell)s 不在任何标题下，请删除，或移到有标题的列。")
    return Message(text, {"cell": address(row, column)})


def _key(heading: str) -> str:
    """The form in which headings are compared."""
    return fold(heading).replace(" ", "").strip("*")


def _header(grid: Grid, names: Mapping[str, str], headings: Mapping[str, str]) -> GridRow:
    """The row with the most headings, the first of them."""

    def known(row: GridRow) -> int:
        return len({key for text in row.cells.values() if (key := _key(text)) in names})

    found = max((row for row in grid.rows if row.number <= _HEADER_WITHIN), key=known, default=None)
    if found is None or known(found) < min(_FEWEST_HEADINGS, len(names)):
        text = N_("工作表“%(sheet)s”中没有找到标题行。请使用模板，不要改动标题：%(columns)s。")
        raise InvalidValue(Message(text, {"sheet": grid.title, "columns": _listed(headings.values())}))
    return found


def _refuse_doubts(grid: Grid, header: GridRow, names: Mapping[str, str]) -> None:
    """Refuse headings that are merged or computed, or stand there twice."""
    for column, problem in header.mistakes.items():
        if column == WHOLE_ROW:
            raise InvalidValue(problem)
        where = address(header.number, column)
        text = N_("工作表“%(sheet)s”的标题有问题（%(cell)s）：%(problem)s")
        raise InvalidValue(Message(text, {"sheet": grid.title, "cell": where, "problem": problem}))
    found: dict[str, int] = {}
    for column, text in header.cells.items():
        key = _key(text)
        if key in names and key in found:
            places = f"{address(header.number, found[key])}、{address(header.number, column)}"
            twice = N_("有重复的列：%(column)s（%(cells)s）。请只保留一个。")
            raise InvalidValue(Message(twice, {"column": clean_line(text), "cells": places}))
        found[key] = column


def _is_filled(row: GridRow, headings: Mapping[int, str], columns: Mapping[str, int]) -> bool:
    """Whether there is more in a row than under headings that nobody asked for."""
    return bool((row.cells.keys() | row.mistakes.keys()) - (headings.keys() - columns.values()))


def _with_doubts(row: GridRow, headings: Mapping[int, str], columns: Mapping[str, int]) -> GridRow:
    """The row with what is wrong with it as a whole: it is the headings again, or goes beyond them."""
    if all(_key(row.cells.get(column, "")) == _key(headings[column]) for column in columns.values()):
        return replace(row, mistakes={**row.mistakes, WHOLE_ROW: Message(N_("这一行又是标题，请删除。"))})
    outside = sorted(row.cells.keys() - headings.keys())
    if not outside or WHOLE_ROW in row.mistakes:
        return row
    return replace(row, mistakes={**row.mistakes, WHOLE_ROW: outside_headings(row.number, outside[0])})


def _listed(headings: Iterable[str]) -> str:
    return "、".join(headings)
