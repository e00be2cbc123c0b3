"""The rows that somebody sent, given back with what is wrong: in a column of its own, and at the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.domain.grids import REMARKS_HEADING
from registry.domain.messages import N_, Message
from registry.infrastructure.workbooks.sheets import NOTE_ROW, TITLE_ROW, columns_of, fitting, writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

    from registry.domain.bulk import Checked, Mistake, Sheet, Template
    from registry.domain.grids import FilledSheet, GridRow
    from registry.infrastructure.workbooks.sheets import Book, Say

NOTHING_WRONG: Final = Message(N_("没有问题"))

_LEGEND: Final = N_("标红的单元格有错误，原因见“处理结果”列和批注。改正后可以直接上传本文件。")
_REMARKS_WIDTH: Final = 60
_MOST_NOTES: Final = 2_000  # A spreadsheet program becomes slow with more; the column has all that is wrong.


def write_remarks(
    path: Path,
    template: Template,
    sheets: Sequence[FilledSheet],
    checked: Checked,
    *,
    outcome: Message = NOTHING_WRONG,
    say: Say = str,
) -> None:
    """Write the same rows again, in the same places, with what is wrong with them.

    The workbook can be corrected and sent again. Everything in it is text, and nothing is run. Columns that were not
    asked for are kept; what stood above the headings, and formats, are not.

    Args:
        path: where to; a file that is there is overwritten.
        template: what was to be filled in.
        sheets: what was sent, as `read` gives it.
        checked: what `bulk.check` found in it.
        outcome: what is said of rows without a mistake.
        say: turns a message into a text.

    Raises:
        OSError: it cannot be written.
    """
    remarks = _remarks(checked, sheets[0].title, say)
    mistakes: dict[tuple[str, int], list[Mistake]] = {}
    for mistake in checked.mistakes:
        mistakes.setdefault((mistake.sheet, mistake.row), []).append(mistake)
    with writing(path) as book:
        for sheet, filled in zip(template.sheets, sheets, strict=True):
            if filled.is_missing:
                continue
            writer = _Writer(book, sheet, filled, say)
            writer.begin()
            for row in filled.rows:
                place = filled.title, row.number
                writer.write(row, mistakes.get(place, ()), remarks.get(place) or say(outcome))
            writer.end()


def _remarks(checked: Checked, first: str, say: Say) -> dict[tuple[str, int], str]:
    """What is said of rows that are right themselves, while rows of other sheets that belong to them are not."""
    text = N_("工作表“%(sheet)s”第 %(row)s 行有错误。")
    return {
        (first, entry.row): say(Message(text, {"sheet": entry.mistakes[0].sheet, "row": entry.mistakes[0].row}))
        for entry in checked.entries
        if entry.mistakes
    }


class _Writer:
    """Writes one sheet. Rows and columns count from 1 here, as in what was read."""

    def __init__(self, book: Book, sheet: Sheet, filled: FilledSheet, say: Say) -> None:
        self._book = book
        self._sheet = sheet
        self._filled = filled
        self._say = say
        self._labels = {field.name: Message(field.label) for field in sheet.fields}
        self._target: Worksheet = book.add_sheet(filled.title)
        earlier = [column for column, heading in filled.headings.items() if heading == REMARKS_HEADING]
        used = (column for row in filled.rows for column in row.cells)
        self._remarks = earlier[0] if earlier else max(*filled.headings, *used) + 1
        self._notes = 0

    def begin(self) -> None:
        """Write what stands above the rows."""
        header_row = self._filled.header_row
        columns = columns_of(self._sheet, self._filled.columns)
        last_row = header_row + self._sheet.most_rows
        self._book.lay_out(self._target, columns, header_row=header_row - 1, last_row=last_row, say=self._say)
        self._target.set_column(self._remarks - 1, self._remarks - 1, _REMARKS_WIDTH)
        if header_row > TITLE_ROW + 1:
            self._book.write(self._target, TITLE_ROW, 0, self._sheet.title, "title")
        if header_row > NOTE_ROW + 1:
            self._book.write(self._target, NOTE_ROW, 0, self._say(Message(_LEGEND)), "note")
        required = {self._filled.columns[name] for name in self._sheet.required}
        for column, heading in self._filled.headings.items():
            self._put(header_row, column, heading, "required" if column in required else "heading")
        self._put(header_row, self._remarks, REMARKS_HEADING, "required")

    def write(self, row: GridRow, mistakes: Sequence[Mistake], remark: str) -> None:
        """Write one row, with what is wrong in it, or else with the remark."""
        wrong = {self._filled.columns[each.column]: each.message for each in mistakes if each.cell}
        for column in sorted({*row.cells, *wrong} - {self._remarks}):
            # A date stays a date, so that what is wrong about it shows again where nobody has mended it.
            write = self._book.write_moment if column in row.dates else self._book.write
            look = "wrong" if column in wrong else "plain"
            write(self._target, row.number - 1, column - 1, row.cells.get(column, ""), look)
            if column in wrong and self._notes < _MOST_NOTES:
                self._notes += 1
                note = fitting(self._say(wrong[column]))
                self._target.write_comment(row.number - 1, column - 1, note, {"x_scale": 2})
        lines = "\n".join(self._line(mistake) for mistake in mistakes)
        self._put(row.number, self._remarks, lines or remark, "wrong" if lines else "plain")

    def end(self) -> None:
        """Let people pick out the rows by what is said of them."""
        last = self._filled.rows[-1].number if self._filled.rows else self._filled.header_row
        self._target.autofilter(self._filled.header_row - 1, 0, last - 1, self._remarks - 1)

    def _line(self, mistake: Mistake) -> str:
        """What is wrong, with its place; a mistake of the whole row, or of rows elsewhere, says itself where it is."""
        label = self._labels.get(mistake.column)
        if label is None:
            return self._say(mistake.message)
        text = N_("%(cell)s %(column)s：%(problem)s") if mistake.cell else N_("%(column)s：%(problem)s")
        return self._say(Message(text, {"cell": mistake.cell, "column": label, "problem": mistake.message}))

    def _put(self, row: int, column: int, text: str, look: str) -> None:
        self._book.write(self._target, row - 1, column - 1, text, look)
