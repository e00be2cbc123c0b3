from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidValue
from registry.domain.identifiers import check_gtin, check_hs_code, gtin14


@pytest.mark.parametrize(
    ("raw", "gtin"),
    [
        ("6901234567892", "6901234567892"),
        (" 6 901234-567892 ", "6901234567892"),
        ("６９０１２３４５６７８９２", "6901234567892"),
        ("73513537", "73513537"),
        ("036000291452", "036000291452"),
        ("98412345678908", "98412345678908"),
    ],
)
def test_right_gtins(raw: str, gtin: str) -> None:
    assert check_gtin(raw) == gtin


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("", "请填写商品条码。"),
        ("69012345678A2", "商品条码（GTIN）只能是数字。"),
        ("٦٩٠١٢٣٤٥٦٧٨٩٢", "商品条码（GTIN）只能是数字。"),
        ("690123456789", "商品条码（GTIN）校验不符：末位应为 7，现为 9，请核对包装上的条码。"),
        ("69012345678", "商品条码（GTIN）应为 8、12、13 或 14 位数字，现为 11 位。"),
        ("6901234567891", "商品条码（GTIN）校验不符：末位应为 2，现为 1，请核对包装上的条码。"),
        ("0000000000000", "商品条码（GTIN）不能全为 0。"),
    ],
)
def test_wrong_gtins(raw: str, message: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_gtin(raw)
    assert str(caught.value) == message


def test_gtins_of_several_lengths_compare_in_fourteen_digits() -> None:
    assert gtin14(check_gtin("036000291452")) == gtin14(check_gtin("0036000291452")) == "00036000291452"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("6109.10", "610910"),
        ("6109.1000.21", "6109100021"),
        ("0101 2100", "01012100"),
        ("6109100021101", "6109100021101"),
        ("9801001000", "9801001000"),
    ],
)
def test_right_hs_codes(raw: str, code: str) -> None:
    assert check_hs_code(raw) == code


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ("", "请填写"),
        ("61O910", "只能是数字"),
        ("6109", "现为 4 位。"),
        ("1012100", "现为 7 位；如从电子表格复制，请检查开头的 0 是否丢失。"),
        ("000000", "没有第 00 章"),
        ("770000", "没有第 77 章"),
        ("990000", "没有第 99 章"),
    ],
)
def test_wrong_hs_codes(raw: str, part: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_hs_code(raw)
    assert part in str(caught.value)


@given(st.integers(min_value=1, max_value=10**12 - 1).map("{:012d}".format))
def test_exactly_one_check_digit_is_right(digits: str) -> None:
    right = []
    for check_digit in "0123456789":
        with suppress(InvalidValue):
            right.append(check_gtin(digits + check_digit))
    assert len(right) == 1


@given(st.text())
def test_whatever_is_accepted_is_in_normal_form(raw: str) -> None:
    for check in (check_gtin, check_hs_code):
        with suppress(InvalidValue):
            assert check(check(raw)) == check(raw)
