"""Trade figures: typed in the usual ways, shown to nobody else, and never in the trail."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.domain.errors import InvalidFields, NotAllowed, StaleRevision
from registry.models import AuditEvent, TradeFigures
from registry.services import trade

if TYPE_CHECKING:
    from tests.conftest import Site

ROWS = [{"revenue": "1,234.5", "exports": "20"}, {}, {"revenue": "900"}, {}]


def test_figures_are_kept_year_by_year(site: Site) -> None:
    with site.work(site.world.filer) as work:
        trade.change(work, ROWS, revision=trade.revision_shown(work))
        kept = trade.list_own(work)
        assert sorted(kept) == [2023, 2025]
        assert (kept[2025].revenue, kept[2025].exports, kept[2025].domestic_sales) == (Decimal("1234.5"), 20, None)
        assert [row["revenue"] for row in trade.as_form(work)] == ["1,234.5", "", "900", ""]
        first = trade.revision_shown(work)
        trade.change(work, trade.as_form(work), revision=first)
        assert trade.revision_shown(work) == first
        trade.change(work, [{"revenue": ""}, {}, {"revenue": "900"}, {}], revision=first)
        assert kept[2025].revenue is None
        work.session.commit()
        events = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "enterprise:trade:change")).all()
        assert [event.payload for event in events] == [{"years": [2025, 2023]}, {"years": [2025]}]


def test_what_somebody_else_has_changed_is_not_overwritten(site: Site) -> None:
    with site.work(site.world.owner) as work:
        shown = trade.revision_shown(work)
        trade.change(work, ROWS, revision=shown)
        with pytest.raises(StaleRevision):
            trade.change(work, ROWS, revision=shown)


def test_wrong_amounts_change_nothing(site: Site) -> None:
    with site.work(site.world.owner) as work:
        with pytest.raises(InvalidFields) as caught:
            trade.change(work, [{"revenue": "1"}, {"exports": "2 万"}], revision=trade.revision_shown(work))
        assert set(caught.value.fields) == {"figures-1-exports"}
        work.session.rollback()
        assert work.session.scalars(select(TradeFigures)).all() == []


def test_figures_are_the_firms_own(site: Site) -> None:
    with site.work(site.world.owner) as work:
        trade.change(work, ROWS, revision=trade.revision_shown(work))
    with site.work(site.world.other_owner) as work:
        assert trade.list_own(work) == {}
    with site.work(site.world.viewer) as work:
        assert len(trade.list_own(work)) == 2
        with pytest.raises(NotAllowed):
            trade.change(work, ROWS, revision=trade.revision_shown(work))
    with site.work(site.world.county_reviewer) as work, pytest.raises(NotAllowed):
        trade.list_own(work)
