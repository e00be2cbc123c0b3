"""The evidence library: facts, search, expiry, a newer file in an older one's place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from registry.domain.errors import InvalidFields, NotFound, StaleRevision
from registry.domain.evidence import Standing
from registry.domain.filings import DEFINITIONS
from registry.models import AuditEvent, Evidence, Filing, StoredFile
from registry.services import evidence, filings
from tests.factories import add_evidence, file_declaration, pdf_report, start_complete
from tests.factories.evidence import REPORT_FACTS

if TYPE_CHECKING:
    from pathlib import Path

    from registry.services.work import Work
    from tests.conftest import Site

TODAY = date(2026, 3, 18)


def sent(folder: Path, title: str = "") -> Path:
    path = folder / "sent.pdf"
    path.write_bytes(pdf_report(title))
    return path


def put(work: Work, number: str, kind: str = "test_report", **facts: Any) -> Evidence:
    """A piece as if it had been inspected."""
    return evidence.get_own(work, int(add_evidence(work, kind, number=number, **facts)))


def numbers(work: Work, **query: Any) -> list[str]:
    return [piece.number for piece in evidence.find_own(work, evidence.Query(**query)).rows]


def tags(work: Work) -> list[tuple[str, dict[str, Any]]]:
    work.session.commit()
    found = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(event.tag.rpartition(":")[2], event.payload) for event in found if ":evidence:" in event.tag]


def test_a_file_comes_with_what_the_firm_says_of_it(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        added, is_new = evidence.add_or_find(
            work, sent(tmp_path), "报告.pdf", kind="test_report", facts=REPORT_FACTS | {"expires_on": "2026-05-01"}
        )
        assert is_new
        assert (added.number, added.number_key, added.issuer) == ("FICT-2026-001", "FICT-2026-001", "虚构检测中心")
        assert (added.issued_on, added.expires_on) == (date(2026, 2, 1), date(2026, 5, 1))
        assert added.details is not None
        assert added.details["cnas"] == "L0699"
        assert evidence.as_form(added) == REPORT_FACTS | {"expires_on": "2026-05-01", "visibility": "review"}
        again = evidence.add_or_find(
            work, sent(tmp_path), "另一个名字.pdf", kind="test_report", facts=REPORT_FACTS | {"number": "X"}
        )
        assert again == (added, False)
        assert added.number == "FICT-2026-001"


def test_wrong_facts_keep_nothing(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        with pytest.raises(InvalidFields):
            evidence.add(work, sent(tmp_path), "报告.pdf", kind="test_report", facts={"number": "X"})
        with pytest.raises(KeyError):
            evidence.add(work, sent(tmp_path), "报告.pdf", kind="portrait")
        assert work.session.scalars(select(StoredFile)).all() == []


def test_facts_may_come_later_and_a_file_that_comes_again_is_used_again(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        bare = evidence.add(work, sent(tmp_path), "报告.pdf", kind="test_report")
        assert bare.number == ""
        assert evidence.same_number(work, bare) == []
        evidence.set_retired(work, bare.id, retired=True)
        assert evidence.add(work, sent(tmp_path), "报告.pdf", kind="test_report", facts=REPORT_FACTS) is bare
        assert (bare.number, bare.retired_at) == ("FICT-2026-001", None)
        assert [tag for tag, _payload in tags(work)] == ["add", "retire", "change", "restore"]


def test_changing_what_is_said(site: Site) -> None:
    with site.work(site.world.filer) as work:
        piece = put(work, "A-1")
        facts = evidence.as_form(piece) | {"number": "A-2", "visibility": "public", "cnas": "cnas l0700"}
        evidence.change(work, piece.id, facts, revision=1)
        assert (piece.number_key, piece.visibility, piece.revision) == ("A-2", "public", 2)
        evidence.change(work, piece.id, evidence.as_form(piece), revision=2)
        assert tags(work)[-1] == ("change", {"fields": ["number", "number_key", "details", "visibility"]})
        with pytest.raises(StaleRevision):
            evidence.change(work, piece.id, facts, revision=1)
        with pytest.raises(InvalidFields):
            evidence.change(work, piece.id, facts | {"issued_on": "soon"}, revision=2)


def test_finding(site: Site) -> None:
    with site.work(site.world.owner) as work:
        put(work, "WT-2026/001", issuer="虚构质检院")
        put(work, "WT-2026/002", expires_on="2026-04-01")
        put(work, "WT-2025/003", expires_on="2026-03-17")
        put(work, "901P26-7", kind="certification_certificate", expires_on="2026-05-17")
        retired = put(work, "WT-2024/004")
        evidence.set_retired(work, retired.id, retired=True)
        every = ["901P26-7", "WT-2025/003", "WT-2026/002", "WT-2026/001"]
        for query, found in (
            ({}, every),
            ({"kind": "test_report"}, every[1:]),
            ({"kind": "licence"}, []),
            ({"standing": Standing.VALID}, ["WT-2026/001"]),
            ({"standing": Standing.EXPIRING}, ["901P26-7", "WT-2026/002"]),
            ({"standing": Standing.EXPIRED}, ["WT-2025/003"]),
            ({"standing": Standing.RETIRED}, ["WT-2024/004"]),
            ({"text": "ｗｔ—2026／"}, ["WT-2026/002", "WT-2026/001"]),
            ({"text": "虚构质检"}, ["WT-2026/001"]),
            ({"text": "认证证书"}, ["901P26-7"]),
            ({"text": "认证", "kind": "test_report"}, []),
            ({"text": "%"}, []),
        ):
            assert numbers(work, **query) == found, query
        assert evidence.count_own(work) == {
            ("test_report", Standing.VALID): 1,
            ("test_report", Standing.EXPIRING): 1,
            ("test_report", Standing.EXPIRED): 1,
            ("test_report", Standing.RETIRED): 1,
            ("certification_certificate", Standing.EXPIRING): 1,
        }
    with site.work(site.world.other_owner) as work:
        assert numbers(work) == []
        assert evidence.count_own(work) == {}


def test_hundreds_of_reports_are_read_a_page_at_a_time(site: Site) -> None:
    with site.work(site.world.owner) as work:
        first = put(work, "WT-0")
        rows = [
            {
                "enterprise_id": first.enterprise_id,
                "file_id": first.file_id,
                "kind": f"other{number}",
                "file_name": f"{number}.pdf",
                "number": f"WT-{number}",
                "uploaded_by_id": site.world.owner,
                "created_at": work.now,
            }
            for number in range(1, 301)
        ]
        work.session.execute(insert(Evidence), rows)
        page = evidence.find_own(work, evidence.Query(page=16))
        assert (page.total, page.pages, [piece.number for piece in page.rows]) == (301, 16, ["WT-0"])


def test_a_newer_file_takes_the_place_of_an_older_one(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        filed = file_declaration(work, site.world.product)
        old = filed.evidence[0]
        draft = start_complete(work, site.world.product)
        other = put(work, "WT-OTHER")
        content = {"reports": [str(other.id), str(old.id)]}
        draft = filings.save_step(work, draft.id, "quality", content, revision=draft.revision)
        assert evidence.filings_with(work, old).rows == [draft, filed]
        facts = REPORT_FACTS | {"number": "FICT-2027-001", "issued_on": "2026-03-01"}
        new, is_new = evidence.replace(work, old.id, sent(tmp_path, "new"), "新.pdf", facts, revision=old.revision)
        assert (new.kind, new.retired_at, is_new) == ("test_report", None, True)
        assert old.retired_at == work.now
        # What was submitted keeps the old one; the draft goes on with the new one, in the same place.
        assert filed.evidence == [old]
        assert draft.content["reports"] == [str(new.id), str(other.id)]
        assert evidence.filings_with(work, new).rows == [draft]
        assert evidence.filings_with(work, old).rows == [filed]
        field = DEFINITIONS[draft.kind].fields["reports"]
        assert {piece.id for piece in evidence.to_choose(work, draft, field)} == {new.id, other.id}
        assert [tag for tag, _payload in tags(work)][-2:] == ["add", "retire"]


def test_of_a_newer_file_that_is_known_the_facts_stay(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        old = evidence.add(work, sent(tmp_path), "报告.pdf", kind="test_report", facts=REPORT_FACTS)
        facts = REPORT_FACTS | {"number": "FICT-2027-001"}
        newer = evidence.add(work, sent(tmp_path, "new"), "新.pdf", kind="test_report", facts=facts)
        typed = REPORT_FACTS | {"number": "OTHER"}
        found = evidence.replace(work, old.id, sent(tmp_path, "new"), "新.pdf", typed, revision=old.revision)
        assert (*found, newer.number) == (newer, False, "FICT-2027-001")


def test_of_thousands_of_drafts_the_newest_are_listed(site: Site) -> None:
    with site.work(site.world.owner) as work:
        piece, other = put(work, "WT-1"), put(work, "WT-2")
        begun = start_complete(work, site.world.product)
        columns = [column.name for column in Filing.__table__.columns if column.name != "id"]
        draft = {name: getattr(begun, name) for name in columns}
        # The one names it; the other has its number in another field.
        number = str(piece.id)
        contents = [begun.content | changes for changes in ({"reports": [number]}, {"reports": [], "line": number})]
        rows = [draft | {"content": content} for content in contents for _ in range(30)]
        work.session.execute(insert(Filing.__table__), rows)
        found = evidence.filings_with(work, piece)
        assert (found.total, len(found.rows)) == (30, 20)
        assert [filing.id for filing in found.rows] == list(range(begun.id + 30, begun.id + 10, -1))
        assert evidence.filings_with(work, other).total == 0


def test_the_same_file_replaces_nothing(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        old = evidence.add(work, sent(tmp_path), "报告.pdf", kind="test_report", facts=REPORT_FACTS)
        with pytest.raises(InvalidFields) as caught:
            evidence.replace(work, old.id, sent(tmp_path), "报告.pdf", REPORT_FACTS, revision=old.revision)
        assert set(caught.value.fields) == {"file"}
        with pytest.raises(StaleRevision):
            evidence.replace(work, old.id, sent(tmp_path, "new"), "报告.pdf", REPORT_FACTS, revision=0)
        assert old.retired_at is None


def test_one_number_on_two_files_is_noticed(site: Site) -> None:
    with site.work(site.world.owner) as work:
        first, second = put(work, "WT-1"), put(work, "wt－1")
        assert evidence.same_number(work, second) == [first]
        put(work, "WT-1", kind="certification_certificate")
        assert evidence.same_number(work, first) == [second]
        evidence.set_retired(work, second.id, retired=True)
        assert evidence.same_number(work, first) == []


def test_retiring_twice_is_retiring_once(site: Site) -> None:
    with site.work(site.world.owner) as work:
        piece = put(work, "WT-1")
        for retired in (True, True, False, False):
            evidence.set_retired(work, piece.id, retired=retired)
        assert [tag for tag, _payload in tags(work)] == ["retire", "restore"]


def test_evidence_of_others_is_not_found(site: Site) -> None:
    with site.work(site.world.owner) as work:
        number = put(work, "WT-1").id
    with site.work(site.world.viewer) as work:
        assert evidence.get_own(work, number).id == number
    for person in (site.world.viewer, site.world.other_owner):
        with site.work(person) as work, pytest.raises(NotFound):
            evidence.set_retired(work, number, retired=True)


def test_the_last_day_still_counts(site: Site) -> None:
    with site.work(site.world.owner) as work:
        for days in (-1, 0, 60, 61):
            put(work, f"WT{days}", expires_on=str(TODAY + timedelta(days=days)))
        assert numbers(work, standing=Standing.EXPIRED) == ["WT-1"]
        assert numbers(work, standing=Standing.EXPIRING) == ["WT60", "WT0"]
        assert numbers(work, standing=Standing.VALID) == ["WT61"]
