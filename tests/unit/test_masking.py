from __future__ import annotations

import pytest

from registry.domain.masking import mask_address, mask_email, mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800001234", "138****1234"),
        ("0573-55500001", "057****0001"),
        ("+86 13800001234", "+86****1234"),
        ("110", "****10"),
        ("", ""),
    ],
)
def test_phones(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("email", "shown"),
    [("zhang@firm.example", "z***@firm.example"), ("z@firm.example", "z***@firm.example"), ("", ""), ("x", "x***")],
)
def test_addresses_of_mail(email: str, shown: str) -> None:
    assert mask_email(email) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("𠮷田样例", "𠮷***"),
        ("Jane Fictional", "J***"),
        ("张", "张*"),
        (" ", ""),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("203.0.113.77", "203.0.113.*"),
        ("2001:db8:1:2::7", "2001:0db8:0001:*"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_network_addresses(address: str, shown: str) -> None:
    assert mask_address(address) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("寄给 li.si+x@firm.example 的信", "寄给 l***@firm.example 的信"),
        ("电话13800001234。", "电话138****1234。"),
        ("电话 0573-55500001", "电话 057****0001"),
        ("编号 913304810000000000、SM-2026-0000012345678901", "编号 913304810000000000、SM-2026-0000012345678901"),
        ("2026-11-20T09:38:11.250711Z", "2026-11-20T09:38:11.250711Z"),
    ],
)
def test_texts(text: str, shown: str) -> None:
    assert mask_text(text) == shown
