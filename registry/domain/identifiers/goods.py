"""Numbers of goods: GTIN on the package, HS code at the customs."""

from __future__ import annotations

from typing import Final

from stdnum import ean

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.text import compact

_GTIN_LENGTHS: Final = frozenset({8, 12, 13, 14})

# Six digits are international; China adds two (tariff), two more (statistics) and three (inspection).
_HS_LENGTHS: Final = frozenset({6, 8, 10, 13})
_LAST_CHAPTER: Final = 98  # 98 is China's chapter for goods without a classification of their own.
_RESERVED_CHAPTER: Final = 77


def normalise_gtin(raw: str) -> str:
    """Return the digits of a bar code number, without blanks and hyphens."""
    return compact(raw).replace("-", "")


def check_gtin(raw: str) -> str:
    """Return a right GTIN-8, -12, -13 or -14 (GS1 General Specifications, section 3) as its digits.

    Raises:
        InvalidValue: empty, not digits, of another length, or with a wrong check digit; the message names the
            right one.
    """
    gtin = normalise_gtin(raw)
    if not gtin:
        raise InvalidValue(Message(N_("请填写商品条码。")))
    if not _is_digits(gtin):
        raise InvalidValue(Message(N_("商品条码（GTIN）只能是数字。")))
    if len(gtin) not in _GTIN_LENGTHS:
        text = N_("商品条码（GTIN）应为 8、12、13 或 14 位数字，现为 %(count)s 位。")
        raise InvalidValue(Message(text, {"count": len(gtin)}))
    if not gtin.strip("0"):
        raise InvalidValue(Message(N_("商品条码（GTIN）不能全为 0。")))
    expected = ean.calc_check_digit(gtin[:-1])
    if gtin[-1] != expected:
        text = N_("商品条码（GTIN）校验不符：末位应为 %(expected)s，现为 %(given)s，请核对包装上的条码。")
        raise InvalidValue(Message(text, {"expected": expected, "given": gtin[-1]}))
    return gtin


def gtin14(gtin: str) -> str:
    """Return a checked GTIN in fourteen digits: the form to compare, whatever length was printed."""
    return gtin.zfill(14)


def same_gtins(gtin: str) -> tuple[str, ...]:
    """Return every way in which a checked GTIN can be printed: the lengths differ by zeros in front only."""
    digits = gtin14(gtin)
    return tuple(digits[-length:] for length in sorted(_GTIN_LENGTHS) if not digits[:-length].strip("0"))


def normalise_hs_code(raw: str) -> str:
    """Return the digits of an HS code, without dots, blanks and hyphens."""
    return compact(raw).replace(".", "").replace("-", "")


def check_hs_code(raw: str) -> str:
    """Return a right HS code of 6, 8, 10 or 13 digits (the 13 of China's declaration form).

    Whether the tariff of a given year knows the code is a question for the reference table, not for its form.

    Raises:
        InvalidValue: empty, not digits, of another length, or in a chapter that does not exist.
    """
    code = normalise_hs_code(raw)
    if not code:
        raise InvalidValue(Message(N_("请填写海关商品编码（HS）。")))
    if not _is_digits(code):
        raise InvalidValue(Message(N_("海关商品编码（HS）只能是数字。")))
    if len(code) not in _HS_LENGTHS:
        raise InvalidValue(_wrong_hs_length(len(code)))
    chapter = int(code[:2])
    if not 1 <= chapter <= _LAST_CHAPTER or chapter == _RESERVED_CHAPTER:
        text = N_("海关商品编码（HS）前两位是章号，没有第 %(chapter)s 章。")
        raise InvalidValue(Message(text, {"chapter": code[:2]}))
    return code


def _wrong_hs_length(count: int) -> Message:
    text = N_("海关商品编码（HS）应为 6、8、10 或 13 位数字，现为 %(count)s 位。")
    if count + 1 in _HS_LENGTHS:
        # Spreadsheets take the code for a number and drop the zero of chapters 01 to 09.
        text = N_(
            "海关商品编码（HS）应为 6、8、10 或 13 位数字，现为 %(count)s 位；"
            "如从电子表格复制，请检查开头的 0 是否丢失。",
        )
    return Message(text, {"count": count})


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
