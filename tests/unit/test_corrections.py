"""What may be corrected and until when."""

from __future__ import annotations

from datetime import date

import pytest

from registry.domain import corrections
from registry.domain.corrections import (
    answering,
    default_last_day,
    field_of,
    guard_fields,
    guard_in_time,
    is_lapsed,
    last_day,
    opened_fields,
    remarkable,
)
from registry.domain.declaration import SIGNED_FIELD
from registry.domain.differences import Difference, Part
from registry.domain.errors import InvalidFields, NotAllowed
from registry.domain.filings import CERTIFICATION, DECLARATION, DEFINITIONS
from registry.domain.rules import rules_in_force
from registry.domain.workflow import Status

TODAY = date(2026, 3, 18)
RENEWED = {"declared_on", "consent"}


# What is open


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS)
def test_a_general_reason_opens_everything_but_the_products(definition) -> None:
    assert opened_fields(definition, {}) == definition.fields.keys() - {"products"}


@pytest.mark.parametrize(
    ("definition", "remarks", "expected"),
    [
        (DECLARATION, {"place"}, {"place"}),
        (DECLARATION, {"place", "limits"}, {"place", "limits"}),
        (DECLARATION, {"comparison"}, {"comparison"}),
        (DECLARATION, {"statement"}, {"statement"}),
        (DECLARATION, {"products"}, set()),
        (DECLARATION, {"products", "batch"}, {"batch"}),
        (DECLARATION, {"quality_record"}, {"quality_record", "quality_note"}),
        (DECLARATION, {"quality_note"}, {"quality_record", "quality_note"}),
        (CERTIFICATION, {"ccc"}, {"ccc", "ccc_number"}),
        (CERTIFICATION, {"number"}, {"number"}),
    ],
    ids=lambda value: "-".join(sorted(value)) if isinstance(value, set) else value.kind,
)
def test_remarks_open_their_fields(definition, remarks: set[str], expected: set[str]) -> None:
    renewed = RENEWED & definition.fields.keys()
    assert opened_fields(definition, dict.fromkeys(remarks, "请补正")) == expected | renewed


DATE = Difference(DECLARATION.fields["declared_on"], "2026-03-01", "2026-03-18")
PAPER = Difference(SIGNED_FIELD, "0123456789ab", "ba9876543210", part=Part.PAPER)
PLACE = Difference(DECLARATION.fields["place"], "海宁市", "嘉兴市")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], []),
        ([DATE], []),
        ([DATE, PAPER], []),  # Another date is another paper.
        ([PAPER], [PAPER]),  # The same content, signed again: perhaps the wrong file had been sent.
        ([DATE, PLACE, PAPER], [PLACE]),
        ([PLACE, PAPER], [PLACE, PAPER]),
    ],
    ids=["nothing", "date", "date and paper", "paper", "all", "no date"],
)
def test_what_answers_a_reviewer(changes: list[Difference], expected: list[Difference]) -> None:
    assert answering(changes) == expected


def test_what_has_become_wrong_or_was_changed_is_open_as_well() -> None:
    opened = opened_fields(DECLARATION, {"place": "请写明"}, {"markets", "products", "quality_record"})
    assert opened == {"place", "markets", "quality_record", "quality_note"} | RENEWED


def test_a_remark_on_a_field_that_is_no_more_opens_everything() -> None:
    assert opened_fields(DECLARATION, {"manufacturer": "请写全称"}) == DECLARATION.fields.keys() - {"products"}


def test_only_opened_fields_may_be_changed() -> None:
    guard_fields({"place"}, {"place", "limits"})
    guard_fields(set(), set())
    with pytest.raises(NotAllowed, match="只能修改审核意见要求补正的内容"):
        guard_fields({"place", "markets"}, {"place"})


@pytest.mark.parametrize(
    ("control", "field"), [("place", "place"), ("comparison-0-measured", "comparison"), ("comparison-12", "comparison")]
)
def test_the_field_of_a_control(control: str, field: str) -> None:
    assert field_of(control) == field


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS)
def test_what_a_reviewer_may_remark_on(definition) -> None:
    steps = remarkable(definition)
    assert [step.name for step in steps] == list(definition.step_names)
    named = [field.name for step in steps for field in step.fields]
    assert named == [name for name in definition.fields if name not in {"consent", "public"}]


def test_a_step_without_anything_to_remark_on_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    names = frozenset(field.name for field in DECLARATION.step_named("line").fields)
    monkeypatch.setattr(corrections, "_NOT_REMARKED", names)
    assert "line" not in [step.name for step in remarkable(DECLARATION)]


# Until when


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_the_rules_allow_a_time_that_a_reviewer_could_set(kind: str) -> None:
    days = rules_in_force(kind, TODAY).correction_days
    assert corrections.LEAST_DAYS <= days <= corrections.MOST_DAYS
    assert default_last_day(days, TODAY) == date(2026, 4, 17)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", date(2026, 4, 17)),
        (" \u200b", date(2026, 4, 17)),
        ("2026-03-23", date(2026, 3, 23)),
        (" 2026-09-14 ", date(2026, 9, 14)),
        ("20260401", date(2026, 4, 1)),
    ],
)
def test_a_last_day(typed: str, expected: date) -> None:
    assert last_day(typed, days=30, today=TODAY) == expected


@pytest.mark.parametrize("typed", ["2026-02-29", "2026-04-31", "明天", "18.3.2026", "2026-13-01", "9" * 500, "-", "0"])
def test_what_is_no_date_is_told(typed: str) -> None:
    with pytest.raises(InvalidFields) as caught:
        last_day(typed, days=30, today=TODAY)
    assert str(caught.value.fields["correct_by"]) == "请填写日期，例如 2026-03-08。"


@pytest.mark.parametrize("typed", ["2026-03-22", "2026-03-18", "2025-12-31", "0001-01-01", "2026-09-15", "9999-12-31"])
def test_too_near_and_too_far(typed: str) -> None:
    with pytest.raises(InvalidFields) as caught:
        last_day(typed, days=30, today=TODAY)
    assert str(caught.value.fields["correct_by"]) == "补正期限须在 2026-03-23 至 2026-09-14 之间。"


def test_the_29th_of_february_of_a_leap_year_is_a_day() -> None:
    assert last_day("2028-02-29", days=30, today=date(2028, 2, 1)) == date(2028, 2, 29)
    assert default_last_day(30, date(2028, 1, 30)) == date(2028, 2, 29)


def test_a_time_is_only_ever_prolonged() -> None:
    present = date(2026, 4, 17)
    assert last_day("2026-04-18", days=30, today=TODAY, present=present) == date(2026, 4, 18)
    for typed in ("2026-04-17", "2026-04-01"):
        with pytest.raises(InvalidFields) as caught:
            last_day(typed, days=30, today=TODAY, present=present)
        assert str(caught.value.fields["correct_by"]) == "新的期限应晚于现在的期限 2026-04-17。"
    with pytest.raises(InvalidFields):
        last_day("", days=30, today=TODAY, present=present)


@pytest.mark.parametrize(
    ("status", "today", "lapsed"),
    [
        (Status.RETURNED, date(2026, 4, 16), False),
        (Status.RETURNED, date(2026, 4, 17), False),
        (Status.RETURNED, date(2026, 4, 18), True),
        *((status, date(2026, 4, 18), False) for status in Status if status is not Status.RETURNED),
    ],
)
def test_the_last_day_still_counts(status: Status, today: date, lapsed: bool) -> None:
    last = date(2026, 4, 17)
    assert is_lapsed(status, last, today) is lapsed
    assert not is_lapsed(status, None, today)
    if not lapsed:
        guard_in_time(status, last, today)
        return
    with pytest.raises(NotAllowed, match="请审核机关延长期限"):
        guard_in_time(status, last, today)
