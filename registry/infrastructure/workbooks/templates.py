"""The workbook to fill in: headings, an example, lists to choose from, and how to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.domain.messages import N_, Message
from registry.domain.requirements import Kind
from registry.infrastructure.workbooks.sheets import NOTE_ROW, TITLE_ROW, columns_of, heading_of, writing

if TYPE_CHECKING:
    from pathlib import Path

    from registry.domain.bulk import Sheet, Template
    from registry.domain.requirements import Field
    from registry.infrastructure.workbooks.sheets import Book, Say

_HEADER_ROW: Final = 2
_EXAMPLE_ROW: Final = 3
_GUIDE_SHEET: Final = N_("填写说明")
_GUIDE_COLUMNS: Final = (
    (N_("列"), 24),
    (N_("是否必填"), 12),
    (N_("填写要求"), 48),
    (N_("可填内容"), 48),
    (N_("示例"), 32),
)
_GUIDE: Final = (
    N_("带 * 的列必填。请不要改动标题和工作表名称；列的顺序可以调整，模板以外的列不会读取。"),
    N_("请直接填写，或“粘贴为数值”。公式、合并的单元格和错误值不能导入。"),
    N_("条码、编号等请保持“文本”格式，以免 Excel 改动长数字和开头的 0。"),
    N_("一格填写多项时，用“、”分隔，或按 Alt+Enter 换行，每行一项。"),
    N_("隐藏的行也会读取，隐藏的工作表不会读取。"),
    N_("更新已有内容时以表格为准，空白的格子会清空原有内容；整列或整张工作表留空的，不改动。"),
    N_("其他工作表只要填了一行，就以它为准：第一张表中的每一行，在那里没有列出的内容都会删去。"),
)
_MOST_LISTED: Final = 30  # More choices than that are looked up in the column's own list.


def write_template(path: Path, template: Template, *, say: Say = str) -> None:
    """Write the workbook to fill in.

    Headings and choices stay Chinese in every language, since the reader knows them by name.

    Args:
        path: where to; a file that is there is overwritten.
        template: what is asked for.
        say: turns a message into a text.

    Raises:
        OSError: it cannot be written.
    """
    with writing(path) as book:
        for sheet in template.sheets:
            _write_sheet(book, sheet, say)
        _write_guide(book, template, say)


def _write_sheet(book: Book, sheet: Sheet, say: Say) -> None:
    target = book.add_sheet(sheet.title)
    places = {field.name: number for number, field in enumerate(sheet.fields, start=1)}
    columns = columns_of(sheet, places)
    last_row = _EXAMPLE_ROW + sheet.most_rows
    book.lay_out(target, columns, header_row=_HEADER_ROW, last_row=last_row, say=say)
    book.write(target, TITLE_ROW, 0, sheet.title, "title")
    note = N_(
        "第 %(example)s 行是示例，导入时跳过；请从第 %(first)s 行起填写，最多 %(most)s 行。各列要求见“%(guide)s”。"
    )
    rows = {"example": _EXAMPLE_ROW + 1, "first": _EXAMPLE_ROW + 2, "most": sheet.most_rows, "guide": _GUIDE_SHEET}
    book.write(target, NOTE_ROW, 0, say(Message(note, rows)), "note")
    for column, field in columns.items():
        required = heading_of(field) != field.label
        book.write(target, _HEADER_ROW, column, heading_of(field), "required" if required else "heading")
    for column, field in columns.items():
        write = book.write_moment if field.kind is Kind.DATE else book.write
        write(target, _EXAMPLE_ROW, column, sheet.example[field.name], "example")


def _write_guide(book: Book, template: Template, say: Say) -> None:
    target = book.add_sheet(_GUIDE_SHEET)
    for column, (_heading, width) in enumerate(_GUIDE_COLUMNS):
        target.set_column(column, column, width)
    book.write(target, TITLE_ROW, 0, say(Message(_GUIDE_SHEET)), "title")
    row = TITLE_ROW + 1
    for note in (*_GUIDE, *template.notes):
        book.write(target, row, 0, say(Message(note)), "note")
        row += 1
    for sheet in template.sheets:
        row += 1
        book.write(target, row, 0, sheet.title, "strong")
        row += 1
        for column, (heading, _width) in enumerate(_GUIDE_COLUMNS):
            book.write(target, row, column, say(Message(heading)), "heading")
        for field in sheet.fields:
            row += 1
            for column, text in enumerate(_guidance(field, sheet.example[field.name], say)):
                book.write(target, row, column, text, "plain")
        row += 1


def _guidance(field: Field, example: str, say: Say) -> tuple[str, ...]:
    """What the guide says of a column."""
    required = N_("必填") if field.required else N_("选填")
    if field.required_if is not None:
        required = N_("按情况必填")
    labels = [label for _code, label in field.choices]
    choices = "、".join(labels)
    if len(labels) > _MOST_LISTED:
        choices = say(Message(N_("见该列的下拉列表，共 %(count)s 项。"), {"count": len(labels)}))
    wanted = "\n".join(say(Message(text)) for text in (field.help, field.why) if text)
    return field.label, say(Message(required)), wanted, choices, example
