from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from registry.domain import trade
from registry.domain.errors import InvalidFields, InvalidValue

TODAY = date(2026, 3, 18)


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ("1234.5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1 234 567.50", "1234567.5"),
        ("１，２３４．５", "1234.5"),
        ("1'234", "1234"),
        ("0", "0"),
        ("00.00", "0"),
        ("0012.30", "12.3"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_usual_ways_to_write_an_amount(raw: str, amount: str) -> None:
    assert trade.check_amount(raw) == amount


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("1234.5万", "不要写“万”"),
        ("12 亿元", "不要写“亿元”"),
        ("¥100", "不要写“¥100”"),
        ("1e5", "不要写“e5”"),
        ("-5", "负数"),
        ("−5", "不要写"),
        ("1.234", "两位小数"),
        ("1,23", "请填写数字"),
        ("12 34", "请填写数字"),
        ("1.", "请填写数字"),
        ("1,234.5.6", "请填写数字"),
        ("1000000000000", "太大"),
    ],
)
def test_what_is_refused_says_what_to_do(raw: str, says: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        trade.check_amount(raw)
    assert says in str(caught.value)


def test_the_last_full_years() -> None:
    assert trade.years(TODAY) == (2025, 2024, 2023, 2022)
    assert trade.years(date(2027, 1, 1)) == (2026, 2025, 2024, 2023)


def test_rows_become_years() -> None:
    rows = [{"revenue": "1,000", "exports": ""}, {}, {"converted_sales": "0"}, {"revenue": "2"}, {"revenue": "3"}]
    found = trade.amounts(rows, TODAY)
    assert list(found) == [2025, 2024, 2023, 2022]
    assert found[2025] == {"revenue": 1000, "exports": None, "domestic_sales": None, "converted_sales": None}
    assert found[2023]["converted_sales"] == 0
    with pytest.raises(InvalidFields) as caught:
        trade.amounts([{"revenue": "a"}, {"revenue": "1"}, {"exports": "2 万"}], TODAY)
    assert set(caught.value.fields) == {"figures-0-revenue", "figures-2-exports"}


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, ""),
        (Decimal(0), "0"),
        (Decimal("1000.00"), "1,000"),
        (Decimal("1234567.50"), "1,234,567.5"),
        (Decimal("0.05"), "0.05"),
    ],
)
def test_printed(amount: Decimal | None, text: str) -> None:
    assert trade.printed(amount) == text
