"""What is particular to the definition of a certification, and a complete one against it."""

from __future__ import annotations

from typing import Any

import pytest

from registry.domain.certification import SCHEMES, STEPS, keep_printed_number
from registry.domain.errors import InvalidValue
from registry.domain.filings import CERTIFICATION
from registry.domain.requirements import cleaned, find_gaps
from tests.factories import complete_certification
from tests.unit.test_filing_definitions import FACTS


def content(**changes: Any) -> dict[str, Any]:
    return complete_certification(1, 5, 7, "9") | changes


def test_the_steps() -> None:
    assert CERTIFICATION.step_names == ("object", "certificate", "parties", "ccc", "statement")


def test_optional_are_only_these() -> None:
    assert {name for name, field in CERTIFICATION.fields.items() if not field.required} == {
        "ccc_number",
        "quality_note",
        "public",
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"products": ["3"]}, "products"),
        ({"line": "6"}, "line"),
        ({"body": "8"}, "body"),  # not in the register
        ({"number": "—/—"}, "number"),
        ({"number": "1" * 81}, "number"),
        ({"scheme": "by_heart"}, "scheme"),
        ({"standards": "GB 1\n" + "长" * 81}, "standards"),
        ({"markets": ["XX"]}, "markets"),
        ({"first_issued_on": "2026-03-19"}, "first_issued_on"),
        ({"issued_on": "2026-03-19"}, "issued_on"),
        ({"expires_on": "2029-02-29"}, "expires_on"),
        ({"certificate": ["9"] * 6}, "certificate"),
        ({"ccc": "yes"}, "ccc_number"),
        ({"ccc": "yes", "ccc_number": "-"}, "ccc_number"),
        ({"quality_record": "some"}, "quality_note"),
        ({"public": ["signatory_name"]}, "public"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_rule(changes: dict[str, Any], field: str) -> None:
    assert [gap.field for gap in find_gaps(STEPS, content(**changes), FACTS)] == [field]


@pytest.mark.parametrize("scheme", [value for value, _label in SCHEMES])
def test_each_scheme_is_taken(scheme: str) -> None:
    assert find_gaps(STEPS, content(scheme=scheme), FACTS) == []


def test_a_compulsory_certificate_is_named_where_the_product_needs_one() -> None:
    assert find_gaps(STEPS, content(ccc="yes", ccc_number="2009010702358369"), FACTS) == []


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("00114E22766R2L/3502", "00114E22766R2L/3502"),
        (" 901P26－0001 / 虚构 ", "901P26－0001 / 虚构"),
        ("n° 12\u200b", "n° 12"),
    ],
)
def test_a_number_is_kept_as_it_is_printed(raw: str, kept: str) -> None:
    assert keep_printed_number(raw) == kept
    assert cleaned(STEPS, content(number=raw))["number"] == kept


@pytest.mark.parametrize("raw", ["", " ", "—/—", "*"])
def test_a_number_without_digit_and_letter_is_none(raw: str) -> None:
    with pytest.raises(InvalidValue):
        keep_printed_number(raw)
