from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry.domain import rules
from registry.domain.roles import Subject, Tier
from registry.domain.rules import rules_in_force, rules_of


def test_the_present_rules() -> None:
    found = rules_in_force("declaration", date(2026, 3, 18))
    assert found.version == "2020-1"
    assert found.route == (Tier.COUNTY, Tier.CITY)
    assert found.validity_years == 3
    assert found.subject is Subject.MARKET_SUPERVISION
    assert "声明人" in found.responsibility
    assert "认证" not in found.statement + found.responsibility  # 认证认可条例 第九条
    assert rules_of("declaration", "2020-1") == found


def test_the_first_day_counts() -> None:
    assert rules_in_force("declaration", date(2020, 9, 17)).version == "2020-1"
    with pytest.raises(LookupError, match="2020-09-16"):
        rules_in_force("declaration", date(2020, 9, 16))


def test_an_unknown_version_is_an_error() -> None:
    with pytest.raises(LookupError, match="1999-1"):
        rules_of("declaration", "1999-1")


def test_new_rules_apply_from_their_day_and_leave_the_old_ones_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    old = rules_in_force("declaration", date(2026, 3, 18))
    new = replace(old, version="2027-1", in_force_from=date(2027, 7, 1), validity_years=5)
    monkeypatch.setitem(rules._VERSIONS, "declaration", (old, new))
    assert rules_in_force("declaration", date(2027, 6, 30)) == old
    assert rules_in_force("declaration", date(2027, 7, 1)) == new
    assert rules_of("declaration", "2020-1") == old
    assert rules_of("declaration", "2027-1") == new
