"""Workbooks for the tests: whole ones made by openpyxl, and odd ones that no spreadsheet program would write."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

HEADINGS = ("产品名称 *", "类别 *", "生产日期", "商品条码", "说明")
ROW = ("示例瓷碗（虚构）", "一般消费品", "2026-03-01", "6901234567892", "")

SHEET = "xl/worksheets/sheet1.xml"
CONTENT_TYPES = "[Content_Types].xml"


def made(
    path: Path,
    *rows: Iterable[Any],
    headings: Iterable[Any] = HEADINGS,
    title: str = "产品",
    change: Callable[[Workbook], object] | None = None,
) -> Path:
    """Write a workbook with these rows below the headings, after ``change`` has had its way with it."""
    book = Workbook()
    book.active.title = title
    for row in (headings, *rows):
        book.active.append(list(row))
    if change:
        change(book)
    book.save(path)
    return path


def rewritten(path: Path, parts: Mapping[str, Callable[[bytes], bytes] | bytes | None], **options: Any) -> Path:
    """Exchange, change, add or remove parts of an archive."""
    with zipfile.ZipFile(path) as archive:
        contents = {info.filename: archive.read(info) for info in archive.infolist()}
    for name, part in parts.items():
        if part is None:
            del contents[name]
        else:
            contents[name] = part(contents[name]) if callable(part) else part
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    """A change of a part; what is to be replaced must be in it."""

    def change(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode())

    return change


def with_rows(path: Path, rows: str, **more: str) -> Path:
    """A workbook whose sheet has these rows as XML; ``before`` and ``after`` stand around them."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<worksheet xmlns="{namespace}">{more.get("before", "")}<sheetData>{rows}</sheetData>'
        f"{more.get('after', '')}</worksheet>"
    )
    return rewritten(made(path), {SHEET: sheet.encode()})


def row(number: int | None, *cells: str, **attributes: str) -> str:
    """A row of texts as XML, from column A on; a text that begins like XML is taken as a cell's content."""
    names = "" if number is None else f' r="{number}"'
    names += "".join(f' {name}="{value}"' for name, value in attributes.items())
    inside = "".join(
        f"<c>{cell}</c>" if cell.startswith("<") else f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells
    )
    return f"<row{names}>{inside}</row>"
