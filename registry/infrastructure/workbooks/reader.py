"""Reads the sheets of a workbook or a CSV file into grids. Runs in a child process, since openpyxl sees hostile XML.

Reading is bounded by rows and columns: a file of five kilobytes may have a cell in XFD1048576.
"""

from __future__ import annotations

import csv
import io
import warnings
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook.defined_name import DefinedNameList

from registry.domain.grids import WHOLE_ROW, Grid, GridRow, can_be_titled, outside_headings
from registry.domain.messages import N_, Message
from registry.domain.tables import decode, delimiter_of
from registry.domain.text import clean_text
from registry.infrastructure.inspection.package import opened
from registry.infrastructure.inspection.verdict import CSV, Reason, RefusedFile
from registry.infrastructure.inspection.workbook import examine
from registry.infrastructure.workbooks import cells
from registry.infrastructure.workbooks.cells import Shown
from registry.infrastructure.workbooks.scan import ROWS_BESIDES, choose, scan, sheets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    from registry.infrastructure.inspection.verdict import Limits
    from registry.infrastructure.workbooks.scan import Area, Scan, Wanted

_PER_MISTAKE: Final = 50  # characters, about: what is wrong with a cell is read as well


def read_grids(path: Path, wanted: Sequence[Wanted], limits: Limits, *, most_columns: int) -> list[Grid | None]:
    """Judge a file, and read these sheets of it; None stands for an optional one that is missing.

    Raises:
        RefusedFile: it is not accepted, lacks a sheet, or has too many rows or too much text.
        Exception: whatever else openpyxl raises; the caller takes it for damage.
    """
    if examine(path, limits).media_type == CSV:
        if not all(each.optional for each in wanted[1:]):
            raise RefusedFile(Reason.CSV_ONE_SHEET)
        return [_read_csv(path, wanted[0], most_columns, _Room(limits)), *(None for _each in wanted[1:])]
    with opened(path, limits) as package:
        sheets = [
            (sheet.title, scan(package, sheet, most_rows=each.most_rows, most_columns=most_columns)) if sheet else None
            for sheet, each in zip(choose(sheets_of(package), wanted), wanted, strict=True)
        ]
    room = _Room(limits)
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # What openpyxl drops (extensions, conditional formats) is nothing we read.
        reader = _CellReader(file, read_only=True, keep_links=False)
        reader.read()
        book = reader.wb
        return [
            _grid(book[found[0]], book.epoch, found[1], _titled(found[0], each), room) if found else None
            for found, each in zip(sheets, wanted, strict=True)
        ]


def _titled(title: str, wanted: Wanted) -> str:
    """What a sheet is called when it goes back with remarks: as it came, unless no sheet of ours can be called so."""
    return title if can_be_titled(title) else wanted.title


class _Room:
    """How much may still be read: many cells may share one text, so the size of a file says nothing of its content."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.max_text

    def cut(self, value: Shown) -> Shown:
        """A cell no longer than any form takes; what is cut off is wrong."""
        if len(value.text) <= self._limits.max_cell:
            return value
        problem = Message(N_("这一格超过 %(most)s 个字，请缩短。"), {"most": self._limits.max_cell})
        return Shown(value.text[: self._limits.max_cell], value.problem or problem, value.is_moment)

    def take(self, row: GridRow) -> GridRow:
        """Count a row, with what is wrong in it.

        Raises:
            RefusedFile: there is no room for it.
        """
        self._left -= sum(map(len, row.cells.values())) + _PER_MISTAKE * len(row.mistakes)
        if self._left < 0:
            raise RefusedFile(Reason.WORKBOOK_TEXT, limit=self._limits.max_text // 10_000)
        return row


class _CellReader(ExcelReader):  # type: ignore[misc]  # openpyxl ships no types.
    """Reads cells and their formats, and leaves out what often breaks the library and is nothing to us."""

    def read_workbook(self) -> None:
        """Read the list of sheets, without names of cells and print titles."""
        super().read_workbook()
        self.parser.defined_names = DefinedNameList()

    def read_chartsheet(self, _sheet: object, _relationship: object) -> None:
        """Read no charts."""

    def read_properties(self) -> None:
        """Read neither author nor dates."""

    def read_custom(self) -> None:
        """Read no properties of other programs."""


def _grid(sheet: ReadOnlyWorksheet, epoch: datetime, seen: Scan, title: str, room: _Room) -> Grid:
    """The rows in which something was seen."""
    merged = _merged(seen)
    rows = []
    last = max(seen.rows, default=0)
    numbered = enumerate(sheet.iter_rows(max_row=last, max_col=seen.last_column or 1), start=1) if last else ()
    for number, row in numbered:
        if number not in seen.rows:
            continue
        problems = dict(merged.get(number, {}))
        if number in seen.beyond:
            problems[WHOLE_ROW] = outside_headings(number, seen.beyond[number])
        values = (room.cut(cells.shown(cell, epoch)) for cell in row)
        found = _row(number, values, problems, hidden=seen.rows[number])
        rows += [room.take(found)] if found else []
    return Grid(title, tuple(rows), frozenset(seen.hidden_columns))


def _row(number: int, values: Iterable[Shown], problems: dict[int, Message], *, hidden: bool = False) -> GridRow | None:
    """One row, unless nothing can be seen in it."""
    texts, dates = {}, set()
    for column, value in enumerate(values, start=1):
        if value.problem is not None:
            problems.setdefault(column, value.problem)
        if value.is_moment:
            dates.add(column)
        if value.text and clean_text(value.text):
            texts[column] = value.text
    if not texts and WHOLE_ROW not in problems:
        return None
    return GridRow(number, texts, problems, frozenset(dates), hidden)


def _merged(seen: Scan) -> dict[int, dict[int, Message]]:
    """What is told at each of the merged cells, by row and column; only rows with something in them count."""
    found: dict[int, dict[int, Message]] = {}
    rows = sorted(seen.rows)
    for area in seen.merged:
        message = Message(N_("单元格已合并（%(area)s），请取消合并，每行分别填写。"), {"area": area.name})
        columns = range(area.first_column, min(area.last_column, seen.last_column) + 1)
        for row in _between(rows, area) if columns else ():
            found.setdefault(row, {}).update(dict.fromkeys(columns, message))
    return found


def _between(rows: Sequence[int], area: Area) -> Sequence[int]:
    return rows[bisect_left(rows, area.first_row) : bisect_right(rows, area.last_row)]


def _read_csv(path: Path, wanted: Wanted, most_columns: int, room: _Room) -> Grid:
    """The one table of a CSV file, with rows and columns as a spreadsheet program numbers them."""
    content = decode(path.read_bytes())
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter_of(content), strict=True)
    rows = []
    try:
        for number, typed in enumerate(reader, start=1):
            problems = {}
            beyond = next((column for column, cell in enumerate(typed, 1) if column > most_columns and cell.strip()), 0)
            if beyond:
                problems[WHOLE_ROW] = outside_headings(number, beyond)
            found = _row(number, map(room.cut, _csv_cells(typed[:most_columns])), problems)
            rows += [room.take(found)] if found else []
            if len(rows) > wanted.most_rows + ROWS_BESIDES:
                raise RefusedFile(Reason.WORKBOOK_ROWS, sheet=wanted.title, limit=wanted.most_rows)
    except csv.Error as error:
        raise RefusedFile(Reason.CSV_DAMAGED, line=reader.line_num) from error
    return Grid(wanted.title, tuple(rows))


def _csv_cells(typed: Iterable[str]) -> Iterator[Shown]:
    for cell in typed:
        # People write ="0123" to keep a spreadsheet program from taking away the zero.
        kept = cell.startswith('="') and cell.endswith('"') and '"' not in cell[2:-1]
        yield cells.text(cell[2:-1] if kept else cell)
