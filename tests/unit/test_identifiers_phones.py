from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidValue
from registry.domain.identifiers import check_mobile, check_phone, normalise_phone


@pytest.mark.parametrize(
    ("raw", "phone"),
    [
        ("138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("(86)13800138000", "+8613800138000"),
        ("0573-82520000", "0573-82520000"),
        ("（0573）8252 0000", "0573-82520000"),
        ("057382520000", "0573-82520000"),
        ("0573-8252000", "0573-8252000"),
        ("010 6655 4433", "010-66554433"),
        ("021-66554433-801", "021-66554433-801"),
        ("021-66554433转801", "021-66554433-801"),
        ("021-66554433 ext. 801", "021-66554433-801"),
        ("+86 573 8252 0000", "+86-573-82520000"),
        ("+86 (0)573 8252-0000", "+86-573-82520000"),
        ("86-573-82520000", "+86-573-82520000"),
        ("0086-573-82520000", "+86-573-82520000"),
        ("+86 10 66554433", "+86-10-66554433"),
        ("400-800-1234", "4008001234"),
    ],
)
def test_right_numbers(raw: str, phone: str) -> None:
    assert check_phone(raw) == phone
    assert check_phone(phone) == phone
    assert normalise_phone(raw) == phone


@pytest.mark.parametrize(
    "raw",
    [
        "1380013800",
        "138001380000",
        "12800138000",
        "82520000",
        "573-82520000",
        "+1 202 555 0100",
        "电话",
        "0573-1",
    ],
)
def test_wrong_numbers(raw: str) -> None:
    with pytest.raises(InvalidValue, match="电话号码应为 11 位手机号码"):
        check_phone(raw)


@pytest.mark.parametrize(("check", "message"), [(check_phone, "请填写电话号码。"), (check_mobile, "请填写手机号码。")])
def test_empty_numbers(check, message: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check(" ")
    assert str(caught.value) == message


def test_mobile() -> None:
    assert check_mobile("+86 138 0013 8000") == "+8613800138000"
    with pytest.raises(InvalidValue, match="现为 10 位数字"):
        check_mobile("138 0013 800")
    with pytest.raises(InvalidValue, match="现为 12 位数字"):
        check_mobile("0573-82520000")


@given(st.text() | st.text(alphabet="+()-0123456789转 ", max_size=20))
def test_whatever_is_accepted_is_in_normal_form(raw: str) -> None:
    with suppress(InvalidValue):
        assert check_phone(check_phone(raw)) == check_phone(raw)
