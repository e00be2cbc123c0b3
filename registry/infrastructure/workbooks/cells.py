"""What a person sees in a cell, as text.

Digits are kept and never cut: a number has all of its decimals, and at least as many as its format shows. Zeros in
front and percent signs come from the format as well; other formats (currencies, fractions, thousands) only decorate.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from registry.domain.bulk_cells import NO, YES
from registry.domain.messages import N_, Message
from registry.domain.tables import without_apostrophe

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell


class Shown(NamedTuple):
    """A cell as text, what is wrong with it, and whether it is a moment and not a text that looks like one."""

    text: str
    problem: Message | None = None
    is_moment: bool = False


FORMULA: Final = Message(N_("这里是公式，请复制后“粘贴为数值”。"))
LOST_DIGITS: Final = Message(N_("Excel 已把长数字改成近似值，请把单元格设为文本后重填。"))
NO_DATE: Final = Message(N_("Excel 显示不出这个日期（######），请重新填写。"))

# ECMA-376-1, 18.18.11, and what newer versions of Excel have added.
_ERROR: Final = re.compile(r"#(?:DIV/0!|N/A|NAME\?|(?:NULL|NUM|REF|VALUE|SPILL|CALC|FIELD)!|GETTING_DATA)")
# ECMA-376-1, 18.8.30: formats that Excel has built in for Chinese alone; openpyxl takes them for plain numbers.
_CHINESE_MOMENTS: Final = frozenset({*range(27, 37), *range(50, 59)})
_SHOWN_AS_HASHES: Final = Shown("######", NO_DATE)
# Days in a workbook have no zone.
_FIRST_DAYS: Final = {WINDOWS_EPOCH: datetime(1900, 1, 1), MAC_EPOCH: MAC_EPOCH}  # noqa: DTZ001
_BEYOND_PRECISION: Final = 10**15  # Excel keeps fifteen digits.
_TINY: Final = Decimal("1e-9")
# A long number that was copied, or saved as CSV, the way a narrow column shows it.
_ROUNDED: Final = re.compile(r"[1-9](?:\.[0-9]+)?[Ee]\+(?:1[1-9]|[2-9][0-9])")
# In a format: texts in quotation marks, colours and places in brackets, room for a character, an escaped one.
_DECORATION: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|[_*\\].')
_FIXED: Final = re.compile(r"[#,]*(0*)(?:\.(0*)#*)?")
_HASHES: Final = re.compile(r"#{3,}")
# How Excel writes control characters into XML (ECMA-376-1, 22.9.2.19).
_ESCAPED: Final = re.compile(r"_x000([9AaDd])_")


def shown(cell: ReadOnlyCell, epoch: datetime) -> Shown:
    """What a person sees in a cell that openpyxl has read.

    Args:
        cell: of a workbook read with its formulas.
        epoch: the day that the workbook counts from.
    """
    value, kind = cell.value, cell.data_type
    if value is None:
        return Shown("")
    if kind == "n":
        return _number_or_moment(cell, epoch)
    if kind == "f":
        return Shown(value if isinstance(value, str) else getattr(value, "text", None) or "=", FORMULA)
    if kind == "b":
        return Shown(YES if value else NO)
    if kind == "e":
        return _error(value)
    return _moment(value, epoch) if kind == "d" else text(str(value))


def text(typed: str) -> Shown:
    """What a person sees in a cell with a text in it, also in one of a CSV file."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), typed)
    plain = without_apostrophe(plain.replace("\r\n", "\n").replace("\r", "\n").strip())
    if _ERROR.fullmatch(plain):
        return _error(plain)
    if _HASHES.fullmatch(plain):
        return _SHOWN_AS_HASHES
    if plain.startswith("="):
        return Shown(plain, FORMULA)  # In a cell of text it is not computed, which is not what people want to send.
    return Shown(plain, LOST_DIGITS if _ROUNDED.fullmatch(plain) else None)


def number(value: float, number_format: str) -> Shown:
    """A number as text, without the noise of binary fractions."""
    if not isfinite(value) or abs(value) >= _BEYOND_PRECISION:
        return Shown(f"{value:.5E}", LOST_DIGITS)  # As it is shown, and known again when it comes back.
    exact = Decimal(format(value, ".15g"))
    section = _DECORATION.sub("", number_format.partition(";")[0]).strip()
    percent = "%" if section.endswith("%") else ""
    if percent:
        exact *= 100
    if exact and abs(exact) < _TINY:
        return Shown(f"{exact.normalize():E}{percent}")
    fixed = _FIXED.fullmatch(section.removesuffix("%"))
    digits, decimals = (len(part or "") for part in fixed.groups()) if fixed else (0, 0)
    whole, _, rest = format(abs(exact), "f").partition(".")
    rest = rest.rstrip("0").ljust(decimals, "0")
    sign = "-" if exact < 0 else ""
    return Shown(f"{sign}{whole.rjust(digits, '0')}{'.' if rest else ''}{rest}{percent}")


def _error(value: str) -> Shown:
    return Shown(value, Message(N_("这里是错误值 %(value)s，请改正或清空。"), {"value": value}))


def _number_or_moment(cell: ReadOnlyCell, epoch: datetime) -> Shown:
    if cell.style_array.numFmtId not in _CHINESE_MOMENTS:
        return number(cell.value, cell.number_format)
    try:
        return _moment(from_excel(cell.value, epoch), epoch)
    except (OverflowError, ValueError):
        return _SHOWN_AS_HASHES


def _moment(value: Any, epoch: datetime) -> Shown:
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return Shown(f"{minutes // 60}:{minutes % 60:02}:{seconds:02}", None, is_moment=True)
    if isinstance(value, time):
        return Shown(value.isoformat("seconds"), None, is_moment=True)
    if not isinstance(value, datetime):
        return Shown(value.isoformat(), None, is_moment=True)
    if value < _FIRST_DAYS[epoch]:
        return _SHOWN_AS_HASHES
    text_of_it = value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return Shown(text_of_it, None, is_moment=True)
