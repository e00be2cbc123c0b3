"""What is good for not much longer is shown, and announced by letter once for each piece and date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.domain.validity import CertificateState
from registry.models import Job
from registry.services import evidence, expiry
from tests.factories import add_evidence, stored_certificate, worker
from tests.factories.firms import delivered

if TYPE_CHECKING:
    from tests.conftest import Site

TODAY = date(2026, 3, 18)


def announced(site: Site) -> list[tuple[str, str, str]]:
    """A round of the worker's tidying, and the letters of it."""
    with site.app.app_context():
        worker(site).tidy()
    return [letter for letter in delivered(site) if "到期" in letter[1]]


def test_what_ends_soon_is_shown_the_first_first(site: Site) -> None:
    with site.work(site.world.owner) as work:
        add_evidence(work, "test_report", number="WT-60", expires_on=str(TODAY + timedelta(days=60)))
        add_evidence(work, "test_report", number="WT-61", expires_on=str(TODAY + timedelta(days=61)))
        add_evidence(work, "test_report", number="WT-0", expires_on=str(TODAY))
        add_evidence(work, "test_report", number="WT-GONE", expires_on=str(TODAY - timedelta(days=1)))
        retired = add_evidence(work, "test_report", number="WT-OLD", expires_on=str(TODAY))
        evidence.set_retired(work, int(retired), retired=True)
        evidence.get_own(work, int(add_evidence(work, "test_report", number="WT-1", expires_on=str(TODAY)))).number = ""
        soon = TODAY + timedelta(days=30)
        for state in CertificateState:
            stored_certificate(work, site.world.enterprise, state=state, valid_until=soon)
        stored_certificate(work, site.world.other_enterprise, valid_until=soon)
        found = expiry.of_firm(work)
        assert [(item.label, item.number, item.last_day) for item in found if item.what == "evidence"] == [
            ("检测报告", "WT-0", TODAY),
            ("检测报告", "检测报告.pdf", TODAY),
            ("检测报告", "WT-60", TODAY + timedelta(days=60)),
        ]
        certificates = [item for item in found if item.what == "certificate"]
        assert [item.label for item in certificates] == ["三同产品自我声明备案凭证"] * 2  # Valid, and suspended.
        assert [item.last_day for item in found] == sorted(item.last_day for item in found)
    with site.work(site.world.other_owner) as work:
        assert [item.what for item in expiry.of_firm(work)] == ["certificate"]


def test_each_piece_is_announced_once(site: Site) -> None:
    with site.work(site.world.owner) as work:
        number = add_evidence(work, "test_report", number="WT-SOON", expires_on="2026-04-01")
        add_evidence(work, "test_report", number="WT-LATER", expires_on="2026-06-01")
        stored_certificate(work, site.world.enterprise, valid_until=date(2026, 5, 1))
        stored_certificate(work, site.world.other_enterprise, valid_until=date(2026, 5, 2))
    letters = announced(site)
    # The owner and those who file; whoever only looks is not written to.
    assert sorted(to for to, _subject, _body in letters) == [
        "filer@test.example",
        "other-owner@test.example",
        "owner@test.example",
    ]
    ours = next(body for to, _subject, body in letters if to == "owner@test.example")
    assert "2026-04-01　检测报告　WT-SOON" in ours
    assert "2026-05-01　三同产品自我声明备案凭证" in ours
    assert "WT-LATER" not in ours
    assert "2026-05-02" not in ours
    assert "/enterprise/dossier?enterprise=" in ours
    # Not again on that day, not on the next ones, and not when the letters have been forgotten.
    for days in (0, 1, 1, 31, 12):
        site.clock.moment += timedelta(days=days)
        assert [letter for letter in announced(site) if "WT-SOON" in letter[2]] == []
    with site.work(site.world.owner) as work:
        piece = evidence.get_own(work, int(number))
        facts = evidence.as_form(piece) | {"expires_on": "2026-06-15"}
        evidence.change(work, piece.id, facts, revision=piece.revision)
    site.clock.moment += timedelta(days=1)
    assert sorted(to for to, _subject, body in announced(site) if "WT-SOON" in body) == [
        "filer@test.example",
        "owner@test.example",
    ]


def test_what_comes_near_later_is_announced_then(site: Site) -> None:
    with site.work(site.world.owner) as work:
        add_evidence(work, "test_report", number="WT-LATER", expires_on="2026-05-20")
    assert announced(site) == []
    site.clock.moment += timedelta(days=3)
    bodies = [body for _to, _subject, body in announced(site)]
    assert len(bodies) == 2
    assert all("WT-LATER" in body for body in bodies)


def test_many_pieces_are_one_letter(site: Site) -> None:
    with site.work(site.world.owner) as work:
        for number in range(3):
            add_evidence(work, "test_report", number=f"WT-{number}", expires_on="2026-04-01")
    letters = announced(site)
    assert len(letters) == 2
    assert "有 3 项材料" in letters[0][1]


def test_what_was_announced_is_forgotten_when_its_day_has_passed(site: Site) -> None:
    with site.work(site.world.owner) as work:
        add_evidence(work, "test_report", number="WT-SOON", expires_on="2026-05-17")
    announced(site)
    for days, left in ((60, 1), (31, 0)):
        site.clock.moment += timedelta(days=days)
        announced(site)
        with site.work() as work:
            assert len(work.session.scalars(select(Job).where(Job.kind == expiry.ANNOUNCED)).all()) == left


def test_announcing_twice_writes_once(site: Site) -> None:
    with site.work(site.world.owner) as work:
        add_evidence(work, "test_report", number="WT-SOON", expires_on="2026-04-01")
    for _twice in range(2):
        with site.work() as work:
            expiry.announce(work, {})
    assert len([letter for letter in delivered(site) if "到期" in letter[1]]) == 2
