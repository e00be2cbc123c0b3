"""Certification bodies: the state of an approval on a day, what it may certify then, and names in any spelling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from registry.domain.certification_bodies import (
    NamedCode,
    check_approval,
    check_change,
    dated_scopes,
    first_day,
    in_scope_on,
    keys_of,
    latest_event,
    names_before,
    parse_scopes,
    scope_changes,
    state_on,
)
from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.text import compact

FIRST = date(2015, 6, 1)
TODAY = date(2026, 3, 18)
FIELDS = {"A01": "质量管理体系", "A02": "环境管理体系", "Z-FSMS": "食品安全管理体系"}


@dataclass
class Event:
    state: str
    effective_on: date | None = None
    expires_on: date | None = None


@dataclass
class Scope:
    code: str
    valid_from: date | None = None
    valid_until: date | None = None
    name: str = ""


HISTORY = (
    Event("valid", None, date(2021, 5, 31)),
    Event("suspended", date(2018, 3, 1), date(2021, 5, 31)),
    Event("valid", date(2018, 9, 1), date(2021, 5, 31)),
    Event("valid", date(2021, 9, 1), date(2027, 8, 31)),
    Event("revoked", date(2025, 1, 1), date(2027, 8, 31)),
)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2015-05-31", "not_yet_valid"),
        ("2015-06-01", "valid"),
        ("2018-02-28", "valid"),
        ("2018-03-01", "suspended"),
        ("2018-08-31", "suspended"),
        ("2018-09-01", "valid"),
        ("2021-05-31", "valid"),
        ("2021-06-01", "expired"),
        ("2021-08-31", "expired"),
        ("2021-09-01", "valid"),
        ("2024-12-31", "valid"),
        ("2025-01-01", "revoked"),
        ("2030-01-01", "revoked"),  # How it ended says more than that its time has run out.
    ],
)
@pytest.mark.parametrize("events", [HISTORY, (HISTORY[0], *reversed(HISTORY[1:]))], ids=["as it came", "later"])
def test_the_past_answers_for_every_day(events: tuple[Event, ...], day: str, state: str) -> None:
    assert state_on(events, FIRST, date.fromisoformat(day)) == state


def test_of_two_from_one_day_the_one_recorded_last_counts() -> None:
    day = date(2020, 1, 1)
    wrong, right = Event("revoked", day), Event("suspended", day)

    assert state_on([Event("valid"), wrong, right], FIRST, day) == "suspended"
    assert latest_event([Event("valid"), right, wrong], FIRST, TODAY) is wrong
    assert latest_event([], FIRST, TODAY) is None


def test_an_approval_without_a_known_end_lasts() -> None:
    assert state_on([Event("valid")], FIRST, date(2999, 1, 1)) == "valid"


def test_a_suspended_approval_runs_out_as_well() -> None:
    events = [Event("valid", None, date(2020, 1, 1)), Event("suspended", date(2019, 1, 1), date(2020, 1, 1))]
    assert state_on(events, FIRST, date(2020, 1, 1)) == "suspended"
    assert state_on(events, FIRST, date(2020, 1, 2)) == "expired"


def test_without_its_day_an_approval_begins_with_the_year_in_the_number() -> None:
    assert first_day("CNCA-RF-2003-01", None) == date(2003, 1, 1)
    assert first_day("CNCA-R-2002-001", date(2002, 8, 8)) == date(2002, 8, 8)


@pytest.mark.parametrize(
    ("project", "answer"),
    [
        ("A010101 质量管理体系认证（ISO9000）", True),
        ("a01", True),
        ("Ａ０１", True),
        ("质量管理体系认证", True),
        ("质量 管理体系", True),
        ("A020101 环境管理体系认证", False),
        ("环境管理体系认证", False),
        ("A11 质量", False),
        ("同线同标同质产品认证", None),
        ("", None),
        ("A0 质", None),
    ],
)
def test_a_scope_covers_the_codes_that_begin_so(project: str, answer: bool | None) -> None:
    assert in_scope_on([Scope("A01")], project, FIELDS, TODAY) is answer


def test_a_name_that_only_the_body_has_is_found_in_the_project() -> None:
    scopes = [Scope("Z-OWN", name="绿色搬运服务")]
    assert in_scope_on(scopes, "绿色搬运服务认证", FIELDS, TODAY) is True
    assert in_scope_on(scopes, "绿色包装", FIELDS, TODAY) is None


def test_what_counts_is_the_day() -> None:
    scopes = [Scope("A01", None, date(2020, 12, 31)), Scope("A02", date(2021, 1, 1))]
    answers = [
        in_scope_on(scopes, code, FIELDS, day)
        for code in ("A01", "A02")
        for day in (date(2020, 12, 31), date(2021, 1, 1))
    ]
    assert answers == [True, False, False, True]


def test_without_any_fields_nobody_can_tell() -> None:
    assert in_scope_on([], "A01", FIELDS, TODAY) is None


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("A01 质量管理体系", [("A01", "质量管理体系")]),
        ("A01", [("A01", "质量管理体系")]),
        ("质量管理体系", [("A01", "质量管理体系")]),
        ("ａ０１：质量管理体系（含建筑）", [("A01", "质量管理体系（含建筑）")]),
        ("A02 环境管理体系；\n\n A01质量管理体系 ;a02", [("A01", "质量管理体系"), ("A02", "环境管理体系")]),
        ("PV77", [("PV77", "")]),
        ("z-fsms", [("Z-FSMS", "食品安全管理体系")]),
        ("", []),
    ],
)
def test_fields_are_read_by_code_or_name(text: str, scopes: list[tuple[str, str]]) -> None:
    assert parse_scopes(text, FIELDS) == scopes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("没有这个领域", "“没有这个领域”没有代码，请写成“A01 质量管理体系”。"),
        ("ISO9001 质量", "“ISO9001 质量”没有代码，请写成“A01 质量管理体系”。"),
        ("A01 " + "长" * 121, "最多 120 个字，现有 121 个字。"),
        ("\n".join(f"A{number}" for number in range(100, 301)), "最多 200 行，现有 201 行。"),
    ],
    ids=["unknown name", "no code", "long", "many"],
)
def test_what_is_no_field_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_scopes(text, FIELDS)
    assert str(refused.value) == message


def test_fields_change_from_a_day_on_and_the_past_stays() -> None:
    day = date(2026, 1, 1)
    kept, ended = Scope("A01"), Scope("A02", date(2020, 1, 1))
    past = Scope("Z-FSMS", None, date(2019, 12, 31))
    planned = Scope("PV01", date(2026, 6, 1))
    ends = Scope("PV02", None, date(2026, 12, 31))
    wanted = [NamedCode(code, "") for code in ("A01", "PV02", "Z-FSMS")]

    added, changes = scope_changes([kept, ended, past, planned, ends], wanted, day)

    assert [scope.code for scope in added] == ["PV02", "Z-FSMS"]
    assert changes == [
        (ended, date(2025, 12, 31)),
        (planned, date(2026, 5, 31)),  # Never holds.
        (ends, date(2025, 12, 31)),
    ]
    planned.valid_until = date(2026, 5, 31)
    assert scope_changes([planned], [], day) == ([], [])


def test_only_what_ever_held_is_shown_with_its_days() -> None:
    always, ended, begun = Scope("A01"), Scope("A02", None, TODAY), Scope("A03", TODAY)
    never = Scope("A10", TODAY, date(2026, 3, 17))
    assert dated_scopes([always, ended, begun, never]) == [ended, begun]


def test_the_first_fields_need_no_day() -> None:
    assert scope_changes([], [NamedCode("A01", "")], None) == ([("A01", "")], [])


def test_names_are_found_in_any_spelling() -> None:
    keys = keys_of("CNCA-R-2002-105", "中环联合（北京）认证中心有限公司", ["旧 名"])
    for text in ("cnca－r－2002—105", "中环联合(北京) 认证中心有限公司", "旧名"):
        assert f"\n{compact(text)}\n" in keys


@pytest.mark.parametrize(
    ("name", "former", "old", "names"),
    [
        ("新名", [], "旧名", ["旧名"]),
        ("新名", ["更旧"], "旧名", ["旧名", "更旧"]),
        ("名（一）", ["更旧"], "名(一)", ["更旧"]),  # Another spelling is no other name.
        ("新名", ["旧 名", "新名", "更旧", "更旧"], "旧名", ["旧名", "更旧"]),
    ],
)
def test_a_name_that_is_given_up_becomes_a_former_one(name: str, former: list[str], old: str, names: list[str]) -> None:
    assert names_before(name, former, old) == names


@pytest.mark.parametrize(
    ("number", "approved_on", "expires_on", "wrong"),
    [
        ("CNCA-R-2002-001", None, None, ""),
        ("CNCA-R-2026-001", None, None, ""),
        ("CNCA-R-2027-001", None, None, "approved_on"),
        ("CNCA-R-9999-901", FIRST, FIRST, ""),
        ("CNCA-R-2002-001", FIRST, date(2015, 5, 31), "expires_on"),
    ],
)
def test_an_approvals_days_have_to_be_possible(
    number: str, approved_on: date | None, expires_on: date | None, wrong: str
) -> None:
    if not wrong:
        check_approval(number, approved_on, expires_on, TODAY)
        return
    with pytest.raises(InvalidFields) as refused:
        check_approval(number, approved_on, expires_on, TODAY)
    assert set(refused.value.fields) == {wrong}


@pytest.mark.parametrize(
    ("state", "effective_on", "expires_on", "reason", "wrong"),
    [
        ("valid", None, None, "", set()),
        ("valid", FIRST, FIRST, "", set()),
        ("suspended", TODAY, None, "整改", set()),
        ("suspended", TODAY, None, "", {"reason"}),
        ("revoked", date(2015, 5, 31), None, "", {"reason", "effective_on"}),
        ("valid", TODAY, date(2026, 3, 17), "", {"expires_on"}),
        ("valid", None, date(2015, 5, 31), "", {"expires_on"}),
    ],
)
def test_a_change_has_to_be_possible(
    state: str, effective_on: date | None, expires_on: date | None, reason: str, wrong: set[str]
) -> None:
    if not wrong:
        check_change(state, effective_on, expires_on, reason, FIRST)
        return
    with pytest.raises(InvalidFields) as refused:
        check_change(state, effective_on, expires_on, reason, FIRST)
    assert set(refused.value.fields) == wrong
