"""What is known is not asked again: how many fields a second declaration needs, beside the first.

政务数据共享条例; the registry's own aim is that a second one needs no more than three tenths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.domain.filings import DECLARATION
from registry.services import factories, filings, products
from tests.factories.evidence import add_evidence
from tests.factories.filings import complete_content, completed, file_certification, file_declaration

if TYPE_CHECKING:
    from registry.models import Filing
    from registry.services.work import Work
    from tests.conftest import Site

INDICATORS = ("铅溶出量", "镉溶出量", "耐热冲击")


def comparison() -> list[dict[str, str]]:
    return [
        {
            "indicator": indicator,
            "unit": "mg/L",
            "overseas_limit": "≤0.5",
            "domestic_limit": "≤0.8",
            "measured": f"0.0{number}",
            "stricter": "",
        }
        for number, indicator in enumerate(INDICATORS, start=1)
    ]


def cells(value: Any) -> int:
    """How many answers a value is: every cell of a table counts."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sum(bool(cell) for row in value for cell in row.values())
    return int(bool(value))


def to_answer(draft: Filing, wanted: dict[str, Any]) -> int:
    """How many answers somebody has to give before the draft says what it is to say."""
    total = 0
    for name in DECLARATION.fields:
        given, asked = draft.content.get(name), wanted.get(name)
        if isinstance(asked, list) and asked and isinstance(asked[0], dict):
            rows = given or [{}] * len(asked)
            total += sum(
                bool(cell) and old.get(column) != cell
                for old, row in zip(rows, asked, strict=True)
                for column, cell in row.items()
            )
        elif asked and given != asked:
            total += 1
    return total


def wanted(work: Work, draft: Filing, product_id: int) -> dict[str, Any]:
    line = factories.to_choose(work, draft.enterprise_id, "")[0]
    report = add_evidence(work, "test_report")
    return complete_content(product_id, line.id, report) | {"comparison": comparison(), "statement": _own(draft)}


def _own(draft: Filing) -> str:
    return str(draft.content["statement"])


def test_a_second_declaration_needs_a_third_of_the_answers_at_most(site: Site) -> None:
    with site.work(site.world.owner) as work:
        first = filings.start(work, "declaration")
        content = wanted(work, first, site.world.product)
        at_first = to_answer(first, content)
        assert at_first > 20  # Otherwise there would be nothing to save.
        filings.submit(work, first.id, revision=completed(work, first, content).revision)

        other = products.add(work, {"name": "高硼硅玻璃碗", "category": "consumer"})
        second = filings.start(work, "declaration", product_id=other.id)
        then = to_answer(second, wanted(work, second, other.id))
    assert then <= 0.3 * at_first  # The aim.


def test_what_happened_in_the_last_year_is_asked_for_again(site: Site) -> None:
    with site.work(site.world.owner) as work:
        for kind, file in (("declaration", file_declaration), ("certification", file_certification)):
            file(work, site.world.product, quality_record="some", quality_note="召回一批，已整改")
            second = filings.start(work, kind)
            assert not second.content.get("quality_record")
            assert not second.content.get("quality_note")


def test_values_measured_are_asked_for_again(site: Site) -> None:
    with site.work(site.world.owner) as work:
        first = filings.start(work, "declaration", product_id=site.world.product)
        content = wanted(work, first, site.world.product)
        filings.submit(work, first.id, revision=completed(work, first, content).revision)
        other = products.add(work, {"name": "高硼硅玻璃碗", "category": "consumer"})
        second = filings.start(work, "declaration", product_id=other.id)
        assert [row["measured"] for row in second.content["comparison"]] == ["", "", ""]
        assert [row["indicator"] for row in second.content["comparison"]] == list(INDICATORS)
        assert {gap.field for gap in filings.gaps(work, second) if gap.step == "standard"} == {
            f"comparison-{number}-measured" for number in range(3)
        }
