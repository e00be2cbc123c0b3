"""A first look at a sheet: where there is anything, what is merged or hidden, and whether it has too many rows.

openpyxl's bounded mode tells nothing of merged cells and hidden rows, and reads every text of the workbook before it
gives the first row. So the rows are counted here, before, and a list that is too long costs no more than one that is
just long enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.domain.text import fold
from registry.infrastructure.inspection.verdict import XLSX, Reason, RefusedFile, damaged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry.infrastructure.inspection.package import Package

# Rows that are not counted: a title and notes above the headings, the headings, and an example below them.
ROWS_BESIDES: Final = 21

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_ROW, _CELL, _COLUMN, _MERGED, _SHEET = (f"{_MAIN} {name}" for name in ("row", "c", "col", "mergeCell", "sheet"))
_CONTENT: Final = frozenset(f"{_MAIN} {name}" for name in ("v", "is", "f"))
_TRUE: Final = frozenset({"1", "true"})
_AREA: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
# ECMA-376-1, 18.3.1.73 and 18.3.1.4; what Excel shows.
_LAST_ROW: Final = 1_048_576
_LAST_COLUMN: Final = 16_384


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sheet to be read."""

    title: str
    most_rows: int  # Rows with something in them, `ROWS_BESIDES` not counted.
    optional: bool = False


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of a workbook, and where it is kept."""

    title: str
    hidden: bool
    part: str


@dataclass(frozen=True, slots=True)
class Area:
    """Cells that are one."""

    name: str  # Such as B5:B9.
    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(slots=True)
class Scan:
    """What was seen of a sheet."""

    rows: dict[int, bool] = field(default_factory=dict)  # Rows with something in them; whether they are hidden.
    last_column: int = 0
    beyond: dict[int, int] = field(default_factory=dict)  # By row: the first filled column behind the last that counts.
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)


def sheets_of(package: Package) -> list[SheetPart]:
    """The sheets of a workbook that are tables, in their order.

    Raises:
        RefusedFile: two have the same name.
    """
    (main,) = [link.target for link in package.relationships() if link.kind == "officeDocument"]
    parts = {link.id: link.target for link in package.relationships(main) if link.kind == "worksheet"}
    found: list[SheetPart] = []

    def start(element: str, attributes: Mapping[str, str]) -> None:
        if element == _SHEET and attributes.get(_LINK) in parts:
            hidden = attributes.get("state", "visible") != "visible"
            found.append(SheetPart(attributes["name"], hidden, parts[attributes[_LINK]]))

    package.parse(main, start)
    if len({sheet.title.casefold() for sheet in found}) < len(found):
        raise damaged(XLSX)
    return found


def choose(sheets: Sequence[SheetPart], wanted: Sequence[Wanted]) -> list[SheetPart | None]:
    """The sheets with these names, None for an optional one that is missing.

    Where none has its name, the first one wanted is the first that there is to be seen, as other programs call theirs
    differently. Hidden sheets are not read: nobody who sends the file has seen what is on them.

    Raises:
        RefusedFile: one is missing or hidden.
    """
    by_title = {fold(sheet.title): sheet for sheet in sheets}
    found = [by_title.get(fold(each.title)) for each in wanted]
    if not any(found):
        found[0] = next((sheet for sheet in sheets if not sheet.hidden), None)
    for sheet, each in zip(found, wanted, strict=True):
        if sheet is None and not each.optional:
            raise RefusedFile(Reason.WORKBOOK_SHEET_MISSING, sheet=each.title)
        if sheet is not None and sheet.hidden:
            raise RefusedFile(Reason.WORKBOOK_SHEET_HIDDEN, sheet=sheet.title)
    return found


def scan(package: Package, sheet: SheetPart, *, most_rows: int, most_columns: int) -> Scan:
    """Look through a sheet, until there are too many rows.

    Args:
        package: the workbook.
        sheet: which one.
        most_rows: see `Wanted`.
        most_columns: the last column that counts.

    Raises:
        RefusedFile: too many rows, or rows and cells that are not in order, which readers take in different ways.
    """
    scanner = _Scanner(sheet.title, most_rows, most_columns)
    package.parse(sheet.part, scanner.start)
    return scanner.found


class _Scanner:
    """Takes the elements of a sheet, one after the other."""

    def __init__(self, title: str, most_rows: int, most_columns: int) -> None:
        self.found: Final = Scan()
        self._title = title
        self._most_rows = most_rows
        self._most_columns = most_columns
        self._row = self._column = 0
        self._hidden = False
        self._letters: dict[str, int] = {}

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        if element in _CONTENT:
            self._content()
        elif element == _CELL:
            self._cell(attributes.get("r"))
        elif element == _ROW:
            number = int(attributes.get("r", self._row + 1))
            _refuse_unless(self._row < number <= _LAST_ROW)
            self._row, self._column = number, 0
            self._hidden = attributes.get("hidden") in _TRUE
        elif element == _MERGED:
            self.found.merged.append(_area(attributes["ref"]))
        elif element == _COLUMN and attributes.get("hidden") in _TRUE:
            last = min(int(attributes["max"]), self._most_columns)
            self.found.hidden_columns.update(range(int(attributes["min"]), last + 1))

    def _cell(self, reference: str | None) -> None:
        column = self._column + 1
        if reference is not None:
            letters = reference.rstrip("0123456789")
            _refuse_unless(reference[len(letters) :] == str(self._row))
            if letters not in self._letters:
                self._letters[letters] = _column_number(letters)
            column = self._letters[letters]
        _refuse_unless(self._column < column <= _LAST_COLUMN)
        self._column = column

    def _content(self) -> None:
        if self._row not in self.found.rows:
            self.found.rows[self._row] = self._hidden
            if len(self.found.rows) > self._most_rows + ROWS_BESIDES:
                raise RefusedFile(Reason.WORKBOOK_ROWS, sheet=self._title, limit=self._most_rows)
        if self._column <= self._most_columns:
            self.found.last_column = max(self.found.last_column, self._column)
        else:
            self.found.beyond.setdefault(self._row, self._column)


def _area(name: str) -> Area:
    found = _AREA.fullmatch(name)
    if found is None:
        raise damaged(XLSX)
    left, top, right, bottom = found.groups()
    return Area(name, int(top), int(bottom or top), _column_number(left), _column_number(right or left))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        _refuse_unless("A" <= letter <= "Z")
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _refuse_unless(right: bool) -> None:  # noqa: FBT001 - it is the condition itself
    if not right:
        raise damaged(XLSX)
