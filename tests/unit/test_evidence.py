"""What the library asks of each kind of file, and how a piece stands on a day."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import CheckConstraint

from registry.domain import evidence
from registry.domain.errors import InvalidFields
from registry.domain.evidence import Standing
from registry.models import Evidence
from tests.factories.evidence import REPORT_FACTS

TODAY = date(2026, 3, 18)
REPORT = evidence.kind_named("test_report")


def wrong(facts: dict[str, Any]) -> set[str]:
    with pytest.raises(InvalidFields) as caught:
        evidence.columns_of(REPORT, facts, TODAY)
    return set(caught.value.fields)


def test_the_facts_of_a_report() -> None:
    columns = evidence.columns_of(REPORT, REPORT_FACTS | {"number": " fict／2026—1 ", "expires_on": "20270201"}, TODAY)
    assert columns == {
        "number": "fict／2026—1",
        "number_key": "FICT/2026-1",
        "issuer": "虚构检测中心",
        "issued_on": date(2026, 2, 1),
        "expires_on": date(2027, 2, 1),
        "details": {
            "cma": "",
            "cnas": "L0699",
            "sample": "高硼硅玻璃杯 GB-300",
            "conclusion": "所检项目符合 GB 4806.5-2016",
        },
        "visibility": "review",
    }
    assert evidence.facts_of(REPORT, SimpleNamespace(**columns)) == REPORT_FACTS | {
        "number": "fict／2026—1",
        "expires_on": "2027-02-01",
        "visibility": "review",
    }


def test_what_is_wrong_is_told_by_field() -> None:
    assert wrong({}) == {"number", "issuer", "issued_on", "conclusion"}
    assert wrong(REPORT_FACTS | {"cnas": "0699", "issued_on": "2026-03-19"}) == {"cnas", "issued_on"}
    assert wrong(REPORT_FACTS | {"expires_on": "2026-01-31"}) == {"expires_on"}
    assert wrong(REPORT_FACTS | {"visibility": "everybody"}) == {"visibility"}


def test_a_kind_without_further_facts_has_no_details() -> None:
    licence = evidence.kind_named("licence")
    facts = {"number": "虚构许 1", "issuer": "虚构局", "issued_on": "2026-01-01", "visibility": "public"}
    columns = evidence.columns_of(licence, facts, TODAY)
    assert (columns["details"], columns["expires_on"], columns["visibility"]) == (None, None, "public")
    assert evidence.facts_of(licence, SimpleNamespace(**columns)) == facts | {"expires_on": ""}


@pytest.mark.parametrize("kind", evidence.KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_the_columns_and_fits_them(kind: evidence.EvidenceKind) -> None:
    fields = {field.name: field for field in kind.fields}
    assert fields.keys() >= evidence.COLUMNS
    for name in ("number", "issuer"):
        assert fields[name].max_length <= getattr(Evidence.__table__.c, name).type.length
    assert len(kind.name) <= Evidence.__table__.c.kind.type.length  # type: ignore[attr-defined]
    assert len(evidence.number_key("㍿" * 80)) <= evidence.MOST_KEY


def test_an_unknown_kind() -> None:
    with pytest.raises(KeyError):
        evidence.kind_named("portrait")


def test_the_table_takes_the_same_visibilities() -> None:
    (check,) = (
        item
        for item in Evidence.__table__.constraints  # type: ignore[attr-defined]
        if isinstance(item, CheckConstraint) and "visibility" in str(item.name)
    )
    assert all(f"'{value}'" in str(check.sqltext) for value, _label in evidence.VISIBILITIES)


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        (None, Standing.VALID),
        (-1, Standing.EXPIRED),
        (0, Standing.EXPIRING),
        (60, Standing.EXPIRING),
        (61, Standing.VALID),
    ],
)
def test_how_a_piece_stands(days: int | None, standing: Standing) -> None:
    last = None if days is None else TODAY + timedelta(days=days)
    assert evidence.standing_of(last, TODAY, retired=False) is standing
    assert evidence.standing_of(last, TODAY, retired=True) is Standing.RETIRED


def test_counting_what_is_in_use() -> None:
    counts = {("licence", Standing.VALID): 2, ("licence", Standing.EXPIRED): 1, ("other", Standing.RETIRED): 4}
    assert evidence.in_use(counts) == {"licence": 3}
