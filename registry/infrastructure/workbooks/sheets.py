"""How the sheets look that people fill in or get back: headings, widths, lists to choose from, and cells of text.

All cells are texts, so that a spreadsheet program neither takes digits away nor runs what somebody has typed as a
formula (OWASP: CSV injection), also after the cell has been edited.
"""

from __future__ import annotations

import unicodedata
from contextlib import contextmanager, suppress
from datetime import date, datetime, time
from io import BytesIO
from itertools import zip_longest
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from registry.domain.bulk_cells import NO, YES
from registry.domain.grids import CHOICES_TITLE, column_letters
from registry.domain.messages import N_, Message
from registry.domain.requirements import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from registry.domain.bulk import Sheet

    Say = Callable[[Message], str]

LONGEST_CELL: Final = 32_767  # UTF-16 units, as Excel counts; also of a note.

# Rows are counted as XlsxWriter does, from 0.
TITLE_ROW: Final = 0
NOTE_ROW: Final = 1

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_NARROWEST, _WIDEST = 10, 42  # of a column, in narrow characters
_A4: Final = 9
_LONGEST_HINT_TITLE, _LONGEST_HINT = 32, 255  # XlsxWriter drops longer ones, since Excel calls the file damaged.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)
_BASE: Final = {"valign": "top", "text_wrap": True}
_FRAMED: Final = {**_BASE, "border": 1, "border_color": "#D5DAE2"}
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 16},
    "note": {"font_color": "#4A5363"},
    "plain": _BASE,
    "strong": {**_BASE, "bold": True},
    "heading": {**_FRAMED, "bg_color": "#EDF0F4"},
    "required": {**_FRAMED, "bg_color": "#E9F1FA", "bold": True},
    "example": {**_FRAMED, "bg_color": "#F6F7F9", "font_color": "#4A5568", "italic": True},
    "wrong": {**_FRAMED, "bg_color": "#FBECEB", "font_color": "#A61B1B"},
}
_TEXT: Final = "@"
_DAY: Final = "yyyy-mm-dd"
# Moments and the format in which each is shown as it is written in text.
_MOMENTS: Final = (
    (date.fromisoformat, _DAY),
    (datetime.fromisoformat, "yyyy-mm-dd hh:mm:ss"),
    (time.fromisoformat, "hh:mm:ss"),
)


class Book:
    """A workbook that is being written, row by row from the top of each sheet."""

    def __init__(self, workbook: Workbook) -> None:
        """Begin a workbook."""
        self.workbook: Final = workbook
        self._styles: dict[tuple[str, str], Format] = {}
        self._lists: dict[tuple[str, ...], str] = {}

    def add_sheet(self, title: str) -> Worksheet:
        """A further sheet, printed on A4 across."""
        sheet = self.workbook.add_worksheet(title)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        return sheet

    def write(self, sheet: Worksheet, row: int, column: int, text: str, look: str) -> None:
        """Write a text, as long as cells may be; never as a formula, number or link."""
        if text:
            sheet.write_string(row, column, fitting(text), self._style(look, _TEXT))
        else:
            sheet.write_blank(row, column, None, self._style(look, _TEXT))

    def write_moment(self, sheet: Worksheet, row: int, column: int, text: str, look: str) -> None:
        """Write a date or a time as such; what is none stays text."""
        for read, number_format in _MOMENTS:
            with suppress(ValueError):
                sheet.write_datetime(row, column, read(text), self._style(look, number_format))
                return
        self.write(sheet, row, column, text, look)

    def lay_out(
        self, sheet: Worksheet, columns: Mapping[int, Field], *, header_row: int, last_row: int, say: Say
    ) -> None:
        """Give the columns their widths and formats, and what a spreadsheet program checks and tells while one types.

        Args:
            sheet: where.
            columns: fields by column, counted from 0.
            header_row: where the headings are.
            last_row: down to where people may fill in.
            say: turns a message into a text.
        """
        for column, field in columns.items():
            width = max(_width(heading_of(field)), _width(field.example), _NARROWEST) + 2
            wide = field.kind in {Kind.TEXT, Kind.LINES}
            style = self._style("plain", _DAY if field.kind is Kind.DATE else _TEXT)
            sheet.set_column(column, column, _WIDEST if wide else min(width, _WIDEST), style)
            validation = self._validation(field, say)
            if validation["validate"] != "any" or validation["input_message"]:
                sheet.data_validation(header_row + 1, column, last_row, column, validation)
        sheet.freeze_panes(header_row + 1, 0)
        sheet.repeat_rows(header_row)

    def write_lists(self) -> None:
        """Write the lists to choose from onto a sheet that nobody sees."""
        if not self._lists:
            return
        sheet = self.workbook.add_worksheet(CHOICES_TITLE)
        for number, row in enumerate(zip_longest(*self._lists)):
            for column, label in enumerate(row):
                if label is not None:
                    self.write(sheet, number, column, label, "plain")
        sheet.hide()

    def _style(self, look: str, number_format: str) -> Format:
        if (look, number_format) not in self._styles:
            made = self.workbook.add_format({**_LOOKS[look], "num_format": number_format})
            self._styles[look, number_format] = made
        return self._styles[look, number_format]

    def _validation(self, field: Field, say: Say) -> dict[str, Any]:
        parts = [say(Message(field.help))] if field.help else []
        parts += [say(Message(N_("例：%(example)s"), {"example": Message(field.example)}))] if field.example else []
        shown = {"input_title": field.label[:_LONGEST_HINT_TITLE], "input_message": "\n".join(parts)[:_LONGEST_HINT]}
        if field.kind is Kind.DATE:
            last = "=TODAY()" if field.not_future else _LAST_DAY
            wrong = say(Message(N_("请填写日期，例如 2026-03-08。")))
            limits = {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": last}
            return shown | limits | {"error_message": wrong}
        labels = (YES, NO) if field.kind is Kind.FLAG else tuple(label for _code, label in field.choices)
        if labels:
            wrong = say(Message(N_("请从列表中选择。")))
            # Where several may be chosen the list only proposes one: the others are typed behind it.
            strict = field.kind is not Kind.CHOICES
            return shown | {
                "validate": "list",
                "source": f"={self._list(labels)}",
                "show_error": strict,
                "error_message": wrong,
            }
        return shown | {"validate": "any"}

    def _list(self, labels: tuple[str, ...]) -> str:
        """The name of a range with these labels: a list within the rule may have 255 characters, and no commas."""
        if labels not in self._lists:
            column = len(self._lists)
            name = f"list_{column + 1}"
            letters = column_letters(column + 1)
            where = f"='{CHOICES_TITLE}'!${letters}$1:${letters}${len(labels)}"
            self.workbook.define_name(name, where)
            self._lists[labels] = name
        return self._lists[labels]


@contextmanager
def writing(path: Path) -> Iterator[Book]:
    """A workbook to write; it is there, whole, when the block ends without an error.

    Raises:
        OSError: it cannot be written.
    """
    content = BytesIO()
    with TemporaryDirectory() as folder:  # The rows lie in files meanwhile.
        workbook = Workbook(content, {**_OPTIONS, "tmpdir": folder})
        book = Book(workbook)
        try:
            yield book
            book.write_lists()
            workbook.close()
        except FileCreateError as error:
            raise error.args[0] from error  # It is an OSError in a wrapping that is none.
        finally:
            for sheet in workbook.worksheets():
                sheet.row_data_fh.close()  # The library forgets it when something fails.
    path.write_bytes(content.getbuffer())


def columns_of(sheet: Sheet, places: Mapping[str, int]) -> dict[int, Field]:
    """The fields of a sheet by column, counted from 0; the places count from 1."""
    return {places[field.name] - 1: field for field in sheet.fields if field.name in places}


def heading_of(field: Field) -> str:
    """The heading of a column, with a star where it has to be filled in."""
    return f"{field.label} *" if field.required and field.required_if is None else field.label


def fitting(text: str) -> str:
    """The text as far as a cell takes it; what no file can hold (half a character) becomes a question mark."""
    units = text.encode("utf-16-le", "replace")[: LONGEST_CELL * 2]
    return units.decode("utf-16-le", "ignore")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
