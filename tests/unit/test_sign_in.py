"""How patient the sign-in is, what counts as two factors, and what devices are called."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.domain.roles import Role
from registry.domain.sign_in import (
    ADMIN_SESSION,
    END_LABELS,
    FACTOR_LABELS,
    FIRM_SESSION,
    STAFF_SESSION,
    EndReason,
    Factor,
    Refused,
    device_words,
    is_strong,
    needs_second_factor,
    session_length,
    too_soon,
    wait_after,
)


@pytest.mark.parametrize(
    ("factors", "strong"),
    [
        ([], False),
        ([Factor.PASSWORD], False),
        ([Factor.OIDC], False),
        ([Factor.PASSWORD, Factor.MAIL], False),
        ([Factor.PASSWORD, Factor.OIDC], False),
        ([Factor.TOTP], False),
        ([Factor.PASSKEY], True),
        ([Factor.OIDC_STRONG], True),
        ([Factor.PASSWORD, Factor.TOTP], True),
        ([Factor.PASSWORD, Factor.RECOVERY], True),
        ([Factor.OIDC, Factor.TOTP], True),
        ([Factor.PASSWORD, Factor.PASSWORD], False),
    ],
)
def test_two_factors_are_two_different_ones(factors: list[Factor], strong: bool) -> None:
    assert is_strong(factors) is strong


def test_the_strictest_role_decides() -> None:
    assert session_length([]) == FIRM_SESSION
    assert session_length([Role.OWNER]) == FIRM_SESSION
    assert session_length([Role.OWNER, Role.REVIEWER]) == STAFF_SESSION
    assert session_length([Role.AUDIT_ADMIN]) == ADMIN_SESSION
    assert not needs_second_factor([Role.OWNER, Role.VIEWER])
    assert all(needs_second_factor([role]) for role in Role if role not in {Role.OWNER, Role.FILER, Role.VIEWER})


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    assert wait_after(5) == timedelta(0)
    assert [wait_after(count).total_seconds() for count in (6, 7, 8, 9, 10, 11, 10_000)] == [
        30,
        60,
        120,
        240,
        480,
        900,
        900,
    ]


def test_everything_has_its_words() -> None:
    assert FACTOR_LABELS.keys() == set(Factor)
    assert END_LABELS.keys() == set(EndReason)
    assert str(too_soon(60)) == "尝试次数过多，请在 60 秒后再试。"
    assert str(too_soon(61)) == "尝试次数过多，请在 2 分钟后再试。"
    assert [str(each) for each in Refused("不对。", wait=30).messages] == ["不对。", str(too_soon(30))]
    assert [str(each) for each in Refused("不对。").messages] == ["不对。"]


# Browsers tell a long story of their ancestors.
@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                " Chrome/126.0.0.0 Safari/537.36"
            ),
            "Chrome · Windows",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                " Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
            ),
            "Edge · Windows",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                " Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            "Safari · iPhone",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                " Mobile/15E148 MicroMessenger/8.0.49"
            ),
            "微信 · iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox · Linux"),
        (
            (
                "Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00) AppleWebKit/537.36 (KHTML, like Gecko)"
                " Chrome/99.0 HuaweiBrowser/15.0 Mobile Safari/537.36"
            ),
            "华为浏览器 · HarmonyOS",
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                " Version/17.5 Safari/605.1.15"
            ),
            "Safari · macOS",
        ),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_devices_have_the_names_that_people_use(agent: str, words: str) -> None:
    assert device_words(agent) == words
