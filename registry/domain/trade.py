"""What a firm exports and sells at home, year by year. Never public (政府信息公开条例 第十五条: 商业秘密)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, Field, Kind, validated
from registry.domain.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

YEARS: Final = 4  # What recognitions ask for goes back three years, and growth needs one more.
_LARGEST: Final = Decimal("999999999999.99")  # What the column holds.
_DECIMALS: Final = 2
# Digits in groups of three, or in one row; then perhaps decimals.
_NUMBER: Final = re.compile(r"([0-9]{1,3}(?:[ ,'][0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")
_UNIT: Final = re.compile(r"[^0-9.,' +-]")
_SECRET: Final = N_("涉及商业秘密。")


def check_amount(raw: str) -> str:
    """Return an amount as a plain decimal number: ``1,234.5``, ``1 234.5`` and ``１２３４．５`` are ``1234.5``.

    Raises:
        InvalidValue: a unit stands with it, it is negative, too large or too exact, or no number at all.
    """
    text = unicodedata.normalize("NFKC", clean_line(raw))
    if unit := _UNIT.search(text):
        shown = N_("请只填写数字，不要写“%(unit)s”；单位见表头。")
        raise InvalidValue(Message(shown, {"unit": text[unit.start() :]}))
    if text.startswith("-"):
        raise InvalidValue(Message(N_("不能是负数。")))
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise InvalidValue(Message(N_("请填写数字，例如 1234.5 或 1,234.5。")))
    whole, decimals = re.sub(r"[ ,']", "", match[1]).lstrip("0") or "0", (match[2] or "").rstrip("0")
    if len(decimals) > _DECIMALS:
        raise InvalidValue(Message(N_("最多两位小数。")))
    amount = f"{whole}.{decimals}" if decimals else whole
    if Decimal(amount) > _LARGEST:
        raise InvalidValue(Message(N_("数字太大，请核对单位。")))
    return amount


def _amount(name: str, label: str, help_text: str) -> Field:
    return Field(
        name,
        label,
        required=False,
        help=help_text,
        example="1234.5",
        max_length=40,
        check=check_amount,
        why_private=_SECRET,
    )


COLUMNS: Final = (
    _amount("revenue", N_("营业收入（万元）"), N_("全年的营业收入。")),
    _amount("exports", N_("出口额（万美元）"), N_("全年的出口额，与海关统计一致。")),
    _amount("domestic_sales", N_("内销额（万元）"), N_("全年在境内销售的金额。")),
    _amount("converted_sales", N_("出口转内销额（万元）"), N_("内销额中，原为出口而生产的产品的金额。")),
)
FIELD: Final = Field(
    "figures",
    N_("贸易数据"),
    Kind.ROWS,
    required=False,
    columns=COLUMNS,
    max_rows=YEARS,
    help=N_("按自然年填写，没有的留空。"),
    why=N_("申请称号和统计内外贸一体化成效时使用，填一次即可。"),
    why_private=_SECRET,
)


def years(today: date) -> tuple[int, ...]:
    """The last full calendar years, the latest first."""
    return tuple(today.year - back for back in range(1, YEARS + 1))


def amounts(rows: Sequence[Mapping[str, Any]], today: date) -> dict[int, dict[str, Decimal | None]]:
    """The figures typed for each year, the latest first; None where nothing was typed.

    Raises:
        InvalidFields: some are no amounts; the name says the row, as in ``figures-0-exports``.
    """
    found: dict[int, dict[str, Decimal | None]] = {}
    wrong: dict[str, Message] = {}
    for number, (year, row) in enumerate(zip(years(today), rows, strict=False)):
        try:
            normal = validated(COLUMNS, row, Facts(today))
        except InvalidFields as error:
            wrong |= {f"{FIELD.name}-{number}-{name}": message for name, message in error.fields.items()}
        else:
            found[year] = {name: Decimal(text) if text else None for name, text in normal.items()}
    if wrong:
        raise InvalidFields(wrong)
    return found


def printed(amount: Decimal | None) -> str:
    """An amount for reading: 12,345.6; empty where there is none."""
    if amount is None:
        return ""
    text = f"{amount:,.2f}"
    return text.rstrip("0").rstrip(".")
