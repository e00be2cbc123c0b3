"""Tables as spreadsheet programs save and open them: CSV in any encoding, read with each mistake told at its cell."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

# Spreadsheet programs set to Chinese take the wide signs for the narrow ones.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
MOST_BYTES: Final = 2 * 1024 * 1024  # of a file that is read whole, while somebody waits
_DIGITS: Final = re.compile(r"[0-9.\- ]+")

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one cell."""

    line: int  # As the spreadsheet counts: the headings are line 1.
    column: str  # Its heading; empty: the line as a whole.
    message: Message


@dataclass(slots=True)
class Table(Generic[Row]):
    """What was found in a file: the right lines, and what is wrong in the others."""

    headings: Mapping[str, str]  # By the columns' names here.
    rows: list[Row] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def wrong_lines(self) -> int:
        """In how many lines something is wrong."""
        return len({mistake.line for mistake in self.mistakes})

    def add_mistake(self, line: int, name: str, message: Message) -> None:
        """Note what is wrong with a value."""
        self.mistakes.append(Mistake(line, self.headings.get(name, ""), message))

    def add_odd_cells(self, line: int, cells: Mapping[str, str], *, but: Collection[str] = ()) -> None:
        """Note cells beyond the headings, and those that a spreadsheet program would take for a formula."""
        if "" in cells:
            self.add_mistake(line, "", Message(N_("这一行的列比标题多。")))
        for name, cell in cells.items():
            if name and name not in but and cell.lstrip(" ").startswith(FORMULA_SIGNS):
                self.add_mistake(line, name, Message(N_("不能以 =、+、-、@ 开头。")))


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it without running it as a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def without_apostrophe(cell: str) -> str:
    """The cell without the apostrophe that only says it is text: what `harmless` adds, and people before numbers."""
    rest = cell[1:]
    marked = cell.startswith("'") and (rest.startswith(FORMULA_SIGNS) or _DIGITS.fullmatch(rest))
    return rest if marked else cell


def decode(content: bytes) -> str:
    """The text of a file that a spreadsheet has saved: UTF-8 or UTF-16 with a mark, UTF-8 without one, or GB 18030.

    Raises:
        InvalidValue: it is none of these, or no text at all.
    """
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = next((encoding for mark, encoding in marks.items() if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidValue(N_("读不出这个文件，请另存为“CSV UTF-8（逗号分隔）”后再上传。"))


def lines_of(
    text: str, columns: Mapping[str, str], *, optional: Collection[str], most: int
) -> list[tuple[int, dict[str, str]]]:
    """The lines below the headings that are not blank, each with its number and its cells by column.

    What stands beyond the headings comes under the empty name.

    Args:
        text: the file.
        columns: what the columns are called here, by their headings.
        optional: names of the columns that may be left out.
        most: how many lines there may be.

    Raises:
        InvalidValue: a heading is missing, there twice or unknown, quotation marks do not match, or there are too
            many lines.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    try:
        names = _names([clean_line(heading) for heading in next(reader, [])], columns, optional)
        found = []
        for number, cells in enumerate(reader, start=2):
            if any(clean_line(cell) for cell in cells):
                found.append((number, _cells(names, cells, columns.values())))
            if len(found) > most:
                raise InvalidValue(Message(N_("最多 %(most)s 行，请分几个文件导入。"), {"most": most}))
    except csv.Error as error:
        raise InvalidValue(
            Message(N_("第 %(line)s 行读不出来，请检查引号是否成对。"), {"line": reader.line_num})
        ) from error
    return found


def delimiter_of(text: str) -> str:
    """What separates the headings: spreadsheets take what the country uses, or tabs."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(",;\t，", key=first.count)


def _names(headings: Sequence[str], columns: Mapping[str, str], optional: Collection[str]) -> list[str]:
    """What the columns are called here, in the file's order.

    Raises:
        InvalidValue: one is missing, there twice, or unknown.
    """
    while headings and not headings[-1]:
        headings = headings[:-1]
    unknown = [heading for heading in headings if heading not in columns]
    if unknown:
        raise InvalidValue(Message(N_("不认识的列：%(columns)s。请使用模板的标题。"), {"columns": _listed(unknown)}))
    missing = [heading for heading, name in columns.items() if heading not in headings and name not in optional]
    if missing:
        raise InvalidValue(Message(N_("缺少列：%(columns)s。请使用模板的标题。"), {"columns": _listed(missing)}))
    if len(set(headings)) < len(headings):
        raise InvalidValue(N_("有重复的列。请使用模板的标题。"))
    return [columns[heading] for heading in headings]


def _listed(headings: Sequence[str]) -> str:
    """The first few of them, not at full length: a file that is no table has anything in its first line."""
    return "、".join(heading[:20] or "—" for heading in headings[:5])


def _cells(names: Sequence[str], cells: Sequence[str], known: Collection[str]) -> dict[str, str]:
    found = dict.fromkeys(known, "") | dict(zip(names, cells, strict=False))
    more = [cell for cell in cells[len(names) :] if clean_line(cell)]
    return found | ({"": more[0]} if more else {})
