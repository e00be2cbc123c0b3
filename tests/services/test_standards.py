"""The catalogue of standards: numbers looked up, picked and remarked on."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry.domain.filings import DECLARATION
from registry.domain.remarks import for_reviewers
from registry.domain.standards import StandardStatus
from registry.infrastructure.database import db
from registry.services import standards
from registry.services.standards import Counterpart
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from tests.conftest import Site

TODAY = date(2026, 3, 18)
MANY = [f"GB/T {number}-2020" for number in range(1, 51)]

with (Path(__file__).parents[1] / "data" / "standard_no_cases.csv").open(encoding="utf-8", newline="") as _file:
    CASES = [case["input"].replace(r"\t", "\t").replace(r"\n", "\n") for case in csv.DictReader(_file)]


@pytest.fixture
def session(site: Site) -> Iterator[Session]:
    """A session on a site whose code lists were loaded when it was made."""
    with site.app.app_context():
        yield db.session


def said(session: Session, *numbers: str, today: date = TODAY) -> list[tuple[str, str, str]]:
    return [
        (remark.subject, remark.weight.value, str(remark.message))
        for remark in standards.remarks(session, numbers, today)
    ]


def test_many_numbers_are_looked_up_at_once_in_any_spelling(session: Session) -> None:
    written = ["gb／t 8163—2018", "GB 18401-2010（含第1号修改单）", "GB 8163-2018", "ISO 9001:2015", "", *MANY]

    with counted({"": db.engine}) as statements:
        found = standards.look_up(session, written)

    assert len(statements) == 1
    assert {key: (known.number, known.status) for key, known in found.items()} == {
        "gb／t 8163—2018": ("GB/T 8163-2018", StandardStatus.IN_FORCE),
        "GB 18401-2010（含第1号修改单）": ("GB 18401-2010", StandardStatus.IN_FORCE),
    }


def test_a_standard_comes_with_its_first_day_and_what_replaced_it(session: Session) -> None:
    known = standards.look_up(session, ["GB 6675-2003", "GB 7718-2025"])

    assert known["GB 6675-2003"].successors == tuple(f"GB 6675.{part}-2014" for part in (1, 2, 3, 4))
    assert known["GB 7718-2025"].in_force_from == date(2027, 3, 16)
    assert known["GB 7718-2025"].successors == ()


@pytest.mark.parametrize(
    ("written", "weight", "text"),
    [
        ("GB 18401-2003", "warning", "GB 18401-2003 已被 GB 18401-2010 代替，请核对。"),
        ("GB/T 8163-2008", "warning", "GB/T 8163-2008 已被 GB/T 8163-2018 代替，请核对。"),
        ("GB/T 9123-2010", "warning", "GB/T 9123-2010 已废止，请核对。"),
        ("GB 18580-2025", "warning", "GB 18580-2025 自 2026-06-01 起实施，目前尚未生效，请核对。"),
        ("GB 12235", "warning", "GB 12235：目录中是 GB/T 12235-2007，请核对。"),
        ("GB 7000.1-2023", "warning", "GB 7000.1-2023：目录中是 GB/T 7000.1-2023，请核对。"),
        ("GB 7718-2011", "note", "GB 7718-2011 自 2027-03-16 起由 GB 7718-2025 代替。"),
        # Its successors have other numbers, one of which the catalogue does not know.
        ("GB 14748-2006", "note", "GB 14748-2006 自 2026-11-01 起由 GB/T 14748-2025 / GB 46516-2025 代替。"),
        ("GB 14748-2020", "note", "目录中没有 GB 14748-2020，只有 GB 14748-2006，请核对年份。"),
        ("GB/T 99999-2020", "note", "目录中没有 GB/T 99999-2020，请自行核对编号。"),
    ],
)
def test_what_is_said_to_a_number(session: Session, written: str, weight: str, text: str) -> None:
    assert said(session, written) == [(written, weight, text)]


def test_what_is_in_force_needs_no_remark(session: Session) -> None:
    assert said(session, "GB 4806.5-2016", "GB/T 8163-2018", "ISO 7086-1", "T/CCSAS 044-2023", "Q/ABC 001-2024") == []


def test_remarks_change_with_the_days(session: Session) -> None:
    def weight_on(day: date) -> str:
        return said(session, "GB 18580-2017", today=day)[0][1]

    assert (weight_on(date(2026, 5, 31)), weight_on(date(2026, 6, 1))) == ("note", "warning")


def test_remarks_are_in_the_order_of_the_numbers_and_ask_twice_at_most(session: Session) -> None:
    with counted({"": db.engine}) as statements:
        found = said(session, "GB 14748-2006", "GB 12235", *MANY, "GB 12235")

    assert len(statements) == 2
    assert [subject for subject, *_rest in found[:2]] == ["GB 14748-2006", "GB 12235"]
    assert len(found) == 2 + len(MANY)


def test_nothing_is_asked_where_nothing_can_be_known(session: Session) -> None:
    with counted({"": db.engine}) as statements:
        assert said(session) == said(session, "ISO 9001", "") == []

    assert len(statements) == 0


@pytest.mark.parametrize("written", CASES)
def test_recorded_cases(session: Session, written: str) -> None:
    for remark in standards.remarks(session, [written], TODAY):
        assert remark.subject == written
    known = standards.look_up(session, [written])
    assert not known or list(known) == [written]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gb／t 8163—2018", ["GB/T 8163-2018", "GB/T 8163-2008"]),
        ("GB 8163", ["GB/T 8163-2018", "GB/T 8163-2008"]),
        ("8163", ["GB/T 8163-2018", "GB/T 8163-2008"]),
        ("gb 6675.1-2014", ["GB 6675.1-2014", "GB 6675.1-2025"]),
        ("玻璃", ["GB 4806.5-2016"]),
        ("玻璃 4806", ["GB 4806.5-2016"]),
        ("４８０６．５", ["GB 4806.5-2016"]),
        ("t恤", ["GB/T 22849-2024", "GB/T 22849-2014"]),
        ("qb/t 21", ["QB/T 2155-2018", "QB/T 2155-2010"]),
    ],
)
def test_suggestions(session: Session, typed: str, first: list[str]) -> None:
    assert [known.number for known in standards.suggestions(session, typed, 10)][: len(first)] == first


@pytest.mark.parametrize("typed", ["", " \u200b", "%", "_", "不存在的标准", "😀", "ISO 9001", "'; DROP TABLE standard"])
def test_nothing_to_suggest(session: Session, typed: str) -> None:
    assert standards.suggestions(session, typed, 10) == []


def test_suggestions_are_as_many_as_asked_for_and_one_statement(session: Session) -> None:
    with counted({"": db.engine}) as statements:
        found = standards.suggestions(session, "GB", 7)

    assert len(found) == 7
    assert {known.status for known in found} == {StandardStatus.IN_FORCE}
    assert len(statements) == 1


def test_counterparts(session: Session) -> None:
    written = ["gb 4806.5-2016", "GB 4806.1-2016（含修改单）", "GB 4806.9-2023", "GB/T 19001-2016", "CNAS-CL01"]

    with counted({"": db.engine}) as statements:
        found = standards.counterparts(session, [*written, "GB 18401-2030", "GB/T 99999-2020", "ISO 9001:2015", ""])

    assert len(statements) == 1
    assert found == {
        "gb 4806.5-2016": [Counterpart("ISO 7086-1", "related"), Counterpart("ISO 7086-2", "related")],
        "GB 4806.1-2016（含修改单）": [
            Counterpart("(EC) 1935/2004", "related"),
            Counterpart("21 CFR 170-199", "related"),
        ],
        # Of another edition: the pair is of 2016.
        "GB 4806.9-2023": [Counterpart("NSF/ANSI 51", "related"), Counterpart("JIS S 2029", "related")],
        # Not those of the edition of 2008.
        "GB/T 19001-2016": [Counterpart("ISO 9001:2015", "IDT")],
        "CNAS-CL01": [Counterpart("ISO/IEC 17025", "IDT")],
        "GB 18401-2030": [Counterpart("REACH (EC) 1907/2006 Annex XVII", "related")],
    }


def test_what_a_filing_is_told_of_its_standards(site: Site) -> None:
    content = {"domestic_standards": "gb 4806.5—2016\nQ/SC 001", "overseas_standards": ""}
    with site.work() as work:
        notes = standards.notes(work, content, DECLARATION)
        assert [(note.field, note.weight.value, str(note.message)) for note in notes] == [
            ("domestic_standards", "hint", "“gb 4806.5—2016”将记为 GB 4806.5-2016。"),
            ("domestic_standards", "note", "“Q/SC 001”没有写年份，请写全。"),
            ("overseas_standards", "hint", "gb 4806.5—2016 通常与这些境外标准对照：ISO 7086-1 / ISO 7086-2。"),
        ]
        # Reviewers are not told what only helps to type.
        assert [remark.subject for remark in for_reviewers(notes)] == ["domestic_standards"]
