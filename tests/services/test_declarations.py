"""What is particular to declarations: what a new one begins with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from registry.domain.rules import rules_in_force
from registry.services import filings
from tests.factories import file_declaration

if TYPE_CHECKING:
    from tests.conftest import Site


def test_a_declaration_begins_with_the_rules_sentence_and_what_may_be_shown(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration", product_id=site.world.product)
        assert draft.content["statement"] == rules_in_force("declaration", work.today).statement
        assert "同一生产线" in draft.content["statement"]
        assert set(draft.content["public"]) == {
            *("factory_address", "production_line", "comparison", "reports")  # A name only where it is ticked.
        }
        assert draft.content.keys() == {"products", "statement", "public"}


def test_what_was_told_once_is_offered_again(site: Site) -> None:
    with site.work(site.world.owner) as work:
        file_declaration(work, site.world.product, quality_note="", limits="限于出口同款")
        site.clock.moment += timedelta(days=1)
        draft = filings.start(work, "declaration")
        assert draft.content["line"] == str(site.world.line)
        assert draft.content["markets"] == ["DE", "US"]
        assert draft.content["signatory_name"] == "测试签署人"
        assert draft.content["signatory_function"] == "质量负责人"
        assert draft.content["place"] == "嘉兴市海宁市"
        assert "signatory_name" not in draft.content["public"], "what may be shown is asked each time"
        assert filings.carried_over(work, draft) >= {"line", "markets", "signatory_name", "comparison"}
        for own_to_each in ("products", "reports", "consent", "declared_on", "batch", "limits", "quality_record"):
            assert not draft.content.get(own_to_each)
        for row in draft.content["comparison"]:  # The limits are the standard's; what was measured is of the goods.
            assert row["overseas_limit"]
            assert row["measured"] == ""
        # The sentence is the rules', not last year's.
        assert draft.content["statement"] == rules_in_force("declaration", work.today).statement
