"""A newer file in an older one's place: in the library, in drafts, and in corrections where that is asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.workflow import Action
from registry.services import evidence, filings
from registry.services.evidence_replacing import replace
from tests.factories import act, filed, pdf_report, start_complete
from tests.factories.evidence import REPORT_FACTS

if TYPE_CHECKING:
    from pathlib import Path

    from registry.services.work import Work
    from tests.conftest import Site

NEWER = REPORT_FACTS | {"number": "FICT-2027-001", "issued_on": "2026-03-01"}


def returned(site: Site, **details: Any) -> int:
    filing_id = filed(site)
    act(site, site.world.county_reviewer, filing_id, Action.RETURN, **details)
    return filing_id


def replaced(work: Work, folder: Path, filing_id: int) -> tuple[list[int], bool]:
    """Which filings kept the older file when it was replaced, and whether this one names the newer one."""
    filing = filings.get_own(work, filing_id)
    old = evidence.get_own(work, int(filing.content["reports"][0]))
    path = folder / "sent.pdf"
    path.write_bytes(pdf_report("new"))
    found = replace(work, old.id, path, "新.pdf", NEWER, revision=old.revision)
    assert old.retired_at is not None
    assert filing in evidence.filings_with(work, old).rows  # It was submitted with it.
    named = filing.content["reports"] == [str(found.new.id)]
    assert (filing in evidence.filings_with(work, found.new).rows) is named
    return [kept.id for kept in found.kept], named


@pytest.mark.parametrize(
    "details", [{"remarks": {"reports": "请换用新的报告"}}, {"reason": "请全面核对"}], ids=["remark", "general"]
)
def test_a_correction_that_is_open_for_it_names_the_newer_one(
    site: Site, tmp_path: Path, details: dict[str, Any]
) -> None:
    filing_id = returned(site, **details)
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        assert replaced(work, tmp_path, filing_id) == ([], True)
        assert draft.content["reports"] == filings.get_own(work, filing_id).content["reports"]
        assert "reports" not in {gap.field for gap in filings.gaps(work, filings.get_own(work, filing_id))}


def test_what_has_expired_since_is_open(site: Site, tmp_path: Path) -> None:
    filing_id = returned(site, remarks={"place": "请写明街道"})
    with site.work(site.world.owner) as work:
        old = evidence.get_own(work, int(filings.get_own(work, filing_id).content["reports"][0]))
        old.expires_on = work.today - timedelta(days=1)
        work.session.flush()
        assert replaced(work, tmp_path, filing_id) == ([], True)


def test_a_correction_that_is_closed_for_it_keeps_the_older_one(site: Site, tmp_path: Path) -> None:
    filing_id = returned(site, remarks={"place": "请写明街道"})
    with site.work(site.world.owner) as work:
        assert replaced(work, tmp_path, filing_id) == ([filing_id], False)
        # It stands as it was submitted, and may be submitted with it again.
        assert {gap.field for gap in filings.gaps(work, filings.get_own(work, filing_id)) if not gap.missing} == set()


def test_after_the_last_day_nothing_is_exchanged(site: Site, tmp_path: Path) -> None:
    filing_id = returned(site, remarks={"reports": "请换用新的报告"})
    site.clock.moment += timedelta(days=60)
    with site.work(site.world.owner) as work:
        assert replaced(work, tmp_path, filing_id) == ([filing_id], False)
