"""What is particular to the definition of a declaration, and a complete one against it."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest

from registry.domain import documents
from registry.domain.declaration import PERSONAL, PUBLIC_CHOICES, STEPS
from registry.domain.filings import DECLARATION
from registry.domain.requirements import cleaned, find_gaps
from tests.factories import complete_content
from tests.unit.test_filing_definitions import FACTS


def content(**changes: Any) -> dict[str, Any]:
    return complete_content(1, 5, "9") | changes


def test_the_steps_are_what_santong_means() -> None:
    assert DECLARATION.step_names == ("object", "line", "standard", "quality", "statement")


def test_optional_are_only_these() -> None:
    assert {name for name, field in DECLARATION.fields.items() if not field.required} == {
        "batch",
        "quality_note",
        "limits",
        "public",
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"products": ["1", "3"]}, "products"),  # another firm's
        ({"line": "6"}, "line"),
        ({"markets": ["XX"]}, "markets"),
        ({"reports": ["9", "10"]}, "reports"),
        ({"quality_record": "some"}, "quality_note"),
        ({"declared_on": "2026-03-19"}, "declared_on"),
        ({"public": ["contact_phone"]}, "public"),
        ({"statement": "长" * 1001}, "statement"),
        ({"domestic_standards": "GB 1\n" * 51}, "domestic_standards"),
        ({"comparison": [{"indicator": "铅"}]}, "comparison-0-overseas_limit"),
        ({"comparison": [content()["comparison"][0] | {"stricter": "ours"}]}, "comparison-0-stricter"),
        ({"comparison": [{"indicator": "", "unit": " "}]}, "comparison"),
        ({"comparison": content()["comparison"] * 101}, "comparison"),
        ({"reports": ["9"] * 301}, "reports"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_rule(changes: dict[str, Any], field: str) -> None:
    assert find_gaps(STEPS, content(**changes), FACTS)[0].field == field


def test_several_products_and_reports_are_declared_at_once() -> None:
    assert find_gaps(STEPS, content(products=["1", "2"]), FACTS) == []
    assert cleaned(STEPS, content(products=["2", "1"]))["products"] == ["2", "1"]


def test_which_limit_is_the_stricter_one_need_not_be_said() -> None:
    assert find_gaps(STEPS, content(comparison=[content()["comparison"][0] | {"stricter": ""}]), FACTS) == []


def test_standards_are_brought_into_their_normal_form() -> None:
    normal = cleaned(STEPS, content(domestic_standards="gb4806.5—2016\nＧＢ/Ｔ 1-2009"))
    assert normal["domestic_standards"] == ["GB 4806.5-2016", "GB/T 1-2009"]


def test_a_name_is_published_only_where_somebody_has_ticked_it() -> None:
    assert {"signatory_name"} == PERSONAL
    assert {value for value, _label in PUBLIC_CHOICES} > PERSONAL


def test_another_wording_of_the_signature_changes_nothing_of_what_is_attested() -> None:
    editorial = {name for name, field in DECLARATION.fields.items() if field.editorial}
    assert editorial == {"signatory_name", "signatory_function", "place", "declared_on", "public"}


def test_the_document_has_all_parts() -> None:
    """ISO/IEC 17050-1 clause 6.1: number, issuer, object, statement, standards, place, date, signatory, limits."""
    parts = get_type_hints(documents.DeclarationDocument)
    assert {"certificate", "issuer", "enterprise", "product", "production", "standards", "reports", "statement"} == set(
        parts
    )
    assert {"text", "limits", "place", "declared_on", "signatory_name", "signatory_function"} <= set(
        get_type_hints(documents.StatementFacts)
    )
