"""The definition of a declaration, and a complete one against it."""

from __future__ import annotations

from datetime import date
from typing import Any, get_type_hints

import pytest

from registry.domain import documents
from registry.domain.declaration import PUBLIC_CHOICES, STEP_NAMES, STEPS, step_named
from registry.domain.requirements import Facts, Kind, cleaned, find_gaps
from tests.factories import complete_content

FACTS = Facts(
    date(2026, 3, 18),
    {"product": frozenset({"1"}), "markets": frozenset({"DE", "US"}), "evidence": frozenset({"9"})},
)
FIELDS = [(step, field) for step in STEPS for field in step.fields]
BLANK: dict[Kind, Any] = {Kind.CHOICES: [], Kind.ROWS: []}


def content(**changes: Any) -> dict[str, Any]:
    return complete_content(1, "9") | changes


def test_a_complete_declaration_has_no_gaps() -> None:
    assert find_gaps(STEPS, content(), FACTS) == []


def test_names_are_unique_and_steps_are_found_by_name() -> None:
    names = [field.name for _step, field in FIELDS]
    assert len(set(names)) == len(names)
    assert STEP_NAMES == ("object", "line", "standard", "quality", "statement")
    assert [step_named(name) for name in STEP_NAMES] == list(STEPS)
    with pytest.raises(KeyError):
        step_named("nothing")


@pytest.mark.parametrize(("step", "field"), FIELDS, ids=[field.name for _step, field in FIELDS])
def test_each_field_left_out(step: Any, field: Any) -> None:
    found = find_gaps(STEPS, content(**{field.name: BLANK.get(field.kind, "")}), FACTS)
    wanted = [(step.name, field.name, True)] if field.required else []
    assert [(gap.step, gap.field, gap.missing) for gap in found] == wanted


def test_optional_are_only_these() -> None:
    assert {field.name for _step, field in FIELDS if not field.required} == {
        "batch",
        "quality_note",
        "limits",
        "public",
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product": "2"}, "product"),  # another firm's
        ({"markets": ["XX"]}, "markets"),
        ({"quality_record": "some"}, "quality_note"),
        ({"declared_on": "2026-03-19"}, "declared_on"),
        ({"public": ["contact_phone"]}, "public"),
        ({"statement": "长" * 1001}, "statement"),
    ],
)
def test_each_rule(changes: dict[str, Any], field: str) -> None:
    assert [gap.field for gap in find_gaps(STEPS, content(**changes), FACTS)] == [field]


@pytest.mark.parametrize(
    ("column", "value"),
    [("evidence", "10"), ("cma", "123"), ("cnas", "X1"), ("issued_on", "2026-03-19"), ("number", "")],
)
def test_each_rule_of_a_report(column: str, value: str) -> None:
    report = content()["reports"][0] | {column: value}
    assert [gap.field for gap in find_gaps(STEPS, content(reports=[report]), FACTS)] == [f"reports-0-{column}"]


def test_standards_are_brought_into_their_normal_form() -> None:
    normal = cleaned(STEPS, content(domestic_standards="gb4806.5—2016\nＧＢ/Ｔ 1-2009"))
    assert normal["domestic_standards"] == ["GB 4806.5-2016", "GB/T 1-2009"]


def test_a_firm_chooses_among_fields_that_exist() -> None:
    assert {value for value, _label in PUBLIC_CHOICES} <= {field.name for _step, field in FIELDS}


def test_the_document_has_all_parts() -> None:
    """ISO/IEC 17050-1 clause 6.1: number, issuer, object, statement, standards, place, date, signatory, limits."""
    parts = get_type_hints(documents.DeclarationDocument)
    assert {"certificate", "issuer", "enterprise", "product", "production", "standards", "reports", "statement"} == set(
        parts
    )
    assert {"text", "limits", "place", "declared_on", "signatory_name", "signatory_function"} <= set(
        get_type_hints(documents.StatementFacts)
    )
