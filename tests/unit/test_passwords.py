"""Which passwords somebody who guesses would try first."""

from __future__ import annotations

import pytest

from registry.domain.account import PasswordContext, check_password, normal_password
from registry.infrastructure.common_passwords import common_passwords

CONTEXT = PasswordContext("zhang.san@firm.example", ("三同产品公示查询平台", "Santong"), common_passwords())


def wrong(password: str) -> str:
    found = check_password(password, password, CONTEXT)
    return str(found.get("password", ""))


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "早上七点半去南湖边跑步",
        "trolley-Umbrella-93-lake",
        "x7Kq!m2Pz9",
        "fictional-password",
        "jiaxing nanhu wanshang sanbu",
    ],
)
def test_a_sentence_is_taken(password: str) -> None:
    assert wrong(password) == ""


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "至少"),
        ("short1234", "至少"),
        ("x" * 129, "最多"),
        ("1380013800013", "数字"),
        ("2026032020260320", "数字"),
        ("aaaaaaaaaaaa", "重复"),
        ("abcabcabcabc", "重复"),
        ("abababababab", "重复"),
        ("abcdefghijkl", "重复"),
        ("zyxwvutsrqpo", "重复"),
        ("123456789ab", "重复"),
        ("zhang.san2026!", "邮箱"),
        ("my Santong 2026!", "网站"),
        ("三同产品公示查询平台888", "网站"),
        ("password123!", "常见"),
        ("PASSWORD2026", "常见"),
        ("P@ssw0rd2026", "常见"),
        ("woaini1314520", "常见"),
        ("1314520woaini", "常见"),
        ("zhangwei19900101", "常见"),
        ("qwertyuiop", "常见"),
        ("qazwsxedc123", "常见"),
        ("iloveyou5201314", "常见"),
        ("admin@123456", "常见"),
        ("welcome2026!", "常见"),
        ("ｐａｓｓｗｏｒｄ１２３", "常见"),
    ],
)
def test_what_others_would_guess_is_not(password: str, why: str) -> None:
    assert why in wrong(password)


def test_both_must_be_the_same() -> None:
    good = "correct horse battery"
    assert "password_again" in check_password(good, good + "x", CONTEXT)
    assert check_password("ｃorrect horse battery", good, CONTEXT) == {}  # The same keys in another width.
    assert normal_password("ｃ") == "c"


def test_the_list_is_long_enough() -> None:
    assert len(common_passwords()) > 10_000
    assert all(word == word.lower() for word in common_passwords())
