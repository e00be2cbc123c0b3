from __future__ import annotations

import pytest

from registry.domain.account import FIELDS, LONGEST_PASSWORD, SHORTEST_PASSWORD, check_email, check_password
from registry.domain.errors import InvalidValue

SENTENCE = "a walk by the lake before work " * 5


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("zhang@example.com", "zhang@example.com"),
        ("  Zhang.San@Example.COM ", "zhang.san@example.com"),
        ("张三@例子.测试网", "张三@例子.测试网"),
    ],
)
def test_addresses_are_kept_in_lower_case(raw: str, address: str) -> None:
    assert check_email(raw) == address
    assert check_email(address) == address


@pytest.mark.parametrize(
    "raw", ["", "zhang", "zhang@", "@example.com", "a b@example.com", "a@example.com\0", "a@b@c.com"]
)
def test_what_is_no_address_is_refused(raw: str) -> None:
    with pytest.raises(InvalidValue, match="邮箱格式不正确"):
        check_email(raw)


@pytest.mark.parametrize(
    ("password", "again", "wrong"),
    [
        (SENTENCE[:SHORTEST_PASSWORD], SENTENCE[:SHORTEST_PASSWORD], {}),
        (SENTENCE[:LONGEST_PASSWORD], SENTENCE[:LONGEST_PASSWORD], {}),
        ("一二三四五六七八九十", "一二三四五六七八九十", {}),
        ("x" * (SHORTEST_PASSWORD - 1), "x" * (SHORTEST_PASSWORD - 1), {"password": "密码至少 10 位。"}),
        ("", "", {"password": "密码至少 10 位。"}),
        ("x" * (LONGEST_PASSWORD + 1), "x" * (LONGEST_PASSWORD + 1), {"password": "密码最多 128 位。"}),
        (SENTENCE[:10], SENTENCE[:11], {"password_again": "两次输入的密码不一致。"}),
        ("Password-10", "password-10", {"password_again": "两次输入的密码不一致。"}),
    ],
)
def test_passwords(password: str, again: str, wrong: dict[str, str]) -> None:
    assert {field: str(message) for field, message in check_password(password, again).items()} == wrong


def test_all_fields_are_required() -> None:
    assert [field.name for field in FIELDS if field.required] == ["person_name", "email", "privacy"]
