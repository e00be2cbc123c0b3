from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.domain.standards import STATUS_LABELS, KnownStandard, StandardStatus, doubt_about, remark_on

FIRST = date(2027, 3, 16)
DAY = timedelta(days=1)
OLD = KnownStandard("GB 7718-2011", "旧版", StandardStatus.REPLACED, None, ("GB 7718-2025",))
NEW = KnownStandard("GB 7718-2025", "新版", StandardStatus.UPCOMING, FIRST)
CATALOGUE = {
    each.number: each
    for each in (
        OLD,
        NEW,
        KnownStandard("GB/T 12235-1989", "", StandardStatus.REPLACED, None, ("GB/T 12235-2007",)),
        KnownStandard("GB/T 12235-2007", ""),
        KnownStandard("GB 14748-2006", "", StandardStatus.REPLACED, None, ("GB/T 14748-2025", "GB 46516-2025")),
        KnownStandard("GB/T 9123-2010", "", StandardStatus.WITHDRAWN),
        KnownStandard("GB 12238-1989", "", StandardStatus.WITHDRAWN, None, ("GB/T 12238-2008",)),
        KnownStandard("GB/T 100-2000", "", StandardStatus.REPLACED),
        KnownStandard("GB/T 200-2030", "", StandardStatus.UPCOMING),
        KnownStandard("GB/T 300-2000", "", StandardStatus.REPLACED, None, ("GB/T 200-2030",)),
    )
}


def test_every_status_has_a_name() -> None:
    assert set(STATUS_LABELS) == set(StandardStatus)


@pytest.mark.parametrize(("day", "old", "new"), [(-DAY, "in_force", "upcoming"), (0 * DAY, "replaced", "in_force")])
def test_an_edition_is_in_force_until_its_successor_is(day: timedelta, old: str, new: str) -> None:
    assert OLD.status_on(FIRST + day, CATALOGUE) == old
    assert NEW.status_on(FIRST + day, CATALOGUE) == new


@pytest.mark.parametrize("status", [StandardStatus.IN_FORCE, StandardStatus.UPCOMING])
def test_the_first_day_counts_and_not_what_was_entered(status: StandardStatus) -> None:
    known = replace(NEW, status=status)

    assert known.status_on(FIRST - DAY, {}) is StandardStatus.UPCOMING
    assert known.status_on(FIRST, {}) is StandardStatus.IN_FORCE


def test_what_was_replaced_by_something_unknown_is_replaced() -> None:
    assert OLD.status_on(FIRST - DAY, {}) is StandardStatus.REPLACED


def test_one_successor_in_force_is_enough() -> None:
    both = replace(OLD, successors=("GB 7718-2025", "GB/T 12235-2007"))

    assert both.status_on(FIRST - DAY, CATALOGUE) is StandardStatus.REPLACED


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # In force, or nothing that this catalogue could know.
        ("GB/T 12235-2007", None),
        ("ＧＢ／Ｔ12235－2007（含修改单）", None),
        ("ISO 9001:2015", None),
        ("(EU) 10/2011", None),
        ("T/CCSAS 044-2023", None),
        ("Q/ABC 001-2024", None),
        ("REACH", None),
        ("", None),
        ("GB/T 300-2000", None),  # Nobody knows from when on.
        ("GB/T 12235-1989", ("warning", "GB/T 12235-1989 已被 GB/T 12235-2007 代替，请核对。")),
        ("gb 14748-2006", ("warning", "GB 14748-2006 已被 GB/T 14748-2025 / GB 46516-2025 代替，请核对。")),
        ("GB/T 100-2000", ("warning", "GB/T 100-2000 已被代替，请核对。")),
        ("GB/T 9123-2010", ("warning", "GB/T 9123-2010 已废止，请核对。")),
        ("GB 12238-89", ("warning", "GB 12238-1989 已废止，可参照 GB/T 12238-2008，请核对。")),
        ("GB 7718-2025", ("warning", "GB 7718-2025 自 2027-03-16 起实施，目前尚未生效，请核对。")),
        ("GB/T 200-2030", ("warning", "GB/T 200-2030 尚未实施，请核对。")),
        ("GB 7718-2011", ("note", "GB 7718-2011 自 2027-03-16 起由 GB 7718-2025 代替。")),
        # Known otherwise: what is in force comes first.
        ("GB 12235", ("warning", "GB 12235：目录中是 GB/T 12235-2007，请核对。")),
        ("GB 12235-2007", ("warning", "GB 12235-2007：目录中是 GB/T 12235-2007，请核对。")),
        ("GB/T 14748-2006", ("warning", "GB/T 14748-2006：目录中是 GB 14748-2006，请核对。")),
        ("GB 7718", ("warning", "GB 7718：目录中是 GB 7718-2011，请核对。")),
        ("GB/T 9123", ("warning", "GB/T 9123：目录中是 GB/T 9123-2010，请核对。")),
        # Not known: no mistake.
        (
            "GB 12235-2020",
            ("note", "目录中没有 GB 12235-2020，只有 GB/T 12235-1989 / GB/T 12235-2007，请核对年份。"),
        ),
        ("GB/T 99999-2020", ("note", "目录中没有 GB/T 99999-2020，请自行核对编号。")),
    ],
)
def test_what_the_catalogue_says(written: str, expected: tuple[str, str] | None) -> None:
    found = remark_on(written, CATALOGUE, FIRST - DAY)

    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found.subject, found.weight.value, str(found.message)) == (written, *expected)


@pytest.mark.parametrize(
    ("written", "domestic", "expected"),
    [
        ("GB 4806.5-2016", True, None),
        ("gb／t 8163—2018", True, None),
        ("GB 6675.1-2014/XG1-2022", True, None),
        ("Q/SC 001-2024", True, None),
        ("Q/SC 001", True, "“Q/SC 001”没有写年份，请写全。"),
        ("GB 4806.5", False, "“GB 4806.5”没有写年份，请写全。"),
        ("GB 4806.5-2026-1", True, "“GB 4806.5-2026-1”不像标准编号，请核对；一行只写一个编号，不写名称。"),
        ("随便写的标准", True, "“随便写的标准”不像标准编号，请核对；一行只写一个编号，不写名称。"),
        ("欧盟玩具指令", False, "“欧盟玩具指令”不像标准编号，请核对；一行只写一个编号，不写名称。"),
        ("ISO 7086-1", True, "“ISO 7086-1”不像标准编号，请核对；一行只写一个编号，不写名称。"),
        ("ISO 7086-1", False, None),
        ("REACH", False, None),
        ("加州 65 号提案", False, None),
    ],
)
def test_what_is_odd_by_itself(written: str, domestic: bool, expected: str | None) -> None:
    found = doubt_about(written, domestic=domestic)
    assert (found and str(found.message)) == expected
