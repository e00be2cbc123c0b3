"""The audit administrator's desk, and what is recorded although the request changes nothing."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from registry.infrastructure.database import db
from registry.models import AuditEvent
from registry.services import audit
from tests.factories.certificates import filed, worker
from tests.web.journey import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site
    from tests.harness import Browser


@pytest.fixture
def auditor(site: Site) -> Browser:
    return signed_in(site, site.world.audit_admin)


def events(site: Site, tag: str) -> list[AuditEvent]:
    with site.app.app_context():
        return db.session.query(AuditEvent).filter_by(tag=tag).order_by(AuditEvent.id).all()


def test_the_newest_stand_first_and_can_be_searched(site: Site, auditor: Browser, tmp_path: Path) -> None:
    filed(site, tmp_path)
    page = auditor.get("/audit/").page
    assert "提交申报" in page.text
    assert "测试owner" in page.text
    only = auditor.get(
        f"/audit/?person={site.world.owner}&tag=enterprise:filing:submit&since=2026-03-18&outcome=yes"
    ).page
    assert len(only.all("tbody/tr") or only.all("tr")[1:]) == 1
    nothing = auditor.get("/audit/?outcome=no&tag=enterprise:filing:submit").page
    assert "没有符合条件的记录" in nothing.text


@pytest.mark.parametrize(
    "query", ["person=x", "person=9" * 30, "since=gestern", "tag=a:b:c", "before=-1", "outcome=%00"]
)
def test_nonsense_is_left_out(auditor: Browser, query: str) -> None:
    assert auditor.get(f"/audit/?{query}").status_code in {200, 400}


def test_searching_is_recorded_word_for_word_and_so_is_each_page(site: Site, auditor: Browser) -> None:
    auditor.get(f"/audit/?person={site.world.owner}&outcome=no")
    auditor.get("/audit/?before=3")
    first, second = events(site, "admin:trail:read")
    assert (first.actor_id, first.person_id) == (site.world.audit_admin, site.world.owner)
    assert first.payload == {"filters": [f"person={site.world.owner}", "success=False"]}
    assert second.payload == {"filters": ["before=3"]}


def test_whoever_looks_for_people_is_recorded(site: Site, auditor: Browser) -> None:
    auditor.get("/audit/people?q=zzz")
    auditor.get("/audit/people?q=owner")
    (event,) = events(site, "admin:user:find")
    assert (event.actor_id, event.payload) == (site.world.audit_admin, {"found": 2})


def test_nobody_fills_the_trail_with_refusals(site: Site) -> None:
    stranger = signed_in(site, site.world.viewer)
    for _round in range(65):
        assert stranger.get("/review/cases/1").status_code == 403
    assert len(events(site, "web:request:refuse")) == 60
    site.clock.moment += timedelta(minutes=11)
    stranger.get("/review/cases/1")
    assert len(events(site, "web:request:refuse")) == 61


def test_people_are_found_and_their_addresses_masked(site: Site, auditor: Browser) -> None:
    page = auditor.get("/audit/people?q=owner").page
    assert "o***@test.example" in page.text
    assert site.world.emails[site.world.owner] not in page.text
    assert "没有找到" in auditor.get("/audit/people?q=zzz").page.text


def test_the_copy_is_a_table_without_formulas(site: Site, auditor: Browser) -> None:
    with site.work(site.world.owner) as work:
        audit.record(work, "enterprise:enterprise:change", 7, fields=["=1+1"])
    answer = auditor.submit(auditor.get("/audit/?tag=enterprise:enterprise:change").page, "导出查询结果")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-2026-03-18.csv"'
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["tag"] for row in rows] == ["enterprise:enterprise:change"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    assert events(site, "admin:trail:export")[0].payload == {"filters": ["tag"]}


def test_a_check_is_asked_for_and_shown(site: Site, auditor: Browser) -> None:
    page = auditor.get("/audit/").page
    assert "还没有核对过" in page.text
    auditor.submit(page, "现在核对")
    with site.app.app_context():
        worker(site).run_due()
    assert "记录完整" in auditor.get("/audit/").page.text


# What is recorded although nothing changes


def test_a_refusal_is_recorded(site: Site, tmp_path: Path) -> None:
    filing = filed(site, tmp_path)
    stranger = signed_in(site, site.world.other_county_reviewer)
    assert stranger.get(f"/review/cases/{filing}").status_code == 404
    assert stranger.get("/enterprise/").status_code == 403
    found = [
        (event.actor_id, event.object_id, event.success, event.payload) for event in events(site, "web:request:refuse")
    ]
    me = site.world.other_county_reviewer
    assert found == [
        (me, filing, False, {"endpoint": "review.case", "method": "GET", "reason": "NotFound"}),
        (me, None, False, {"endpoint": "enterprise.dashboard", "method": "GET", "reason": "role"}),
    ]


def test_who_is_not_signed_in_is_not_recorded(site: Site, browser: Browser) -> None:
    browser.get("/review/")
    browser.get("/nothing")
    assert events(site, "web:request:refuse") == []


def test_evidence_that_an_office_reads_is_recorded_and_the_firms_own_is_not(
    site: Site, tmp_path: Path, owner: Browser
) -> None:
    filed(site, tmp_path)
    assert owner.get("/evidence/1").status_code == 200
    assert signed_in(site, site.world.county_reviewer).get("/evidence/1").status_code == 200
    (event,) = events(site, "review:evidence:read")
    assert (event.actor_id, event.object_id) == (site.world.county_reviewer, 1)


def test_what_cannot_be_recorded_is_not_shown(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filed(site, tmp_path)
    reviewer = signed_in(site, site.world.county_reviewer)

    def busy(*_args: object, **_details: object) -> None:
        raise OperationalError("INSERT", {}, Exception("locked"))

    monkeypatch.setattr(audit, "record", busy)
    assert reviewer.get("/evidence/1").status_code == 503
    # A refusal is one whether it can be recorded or not.
    assert reviewer.get("/review/cases/999").status_code == 404


def test_the_contact_is_masked_until_it_is_asked_for(site: Site, tmp_path: Path) -> None:
    filing = filed(site, tmp_path)
    reviewer = signed_in(site, site.world.county_reviewer)
    page = reviewer.get(f"/review/cases/{filing}").page
    assert "057****0001" in page.text
    assert "0573-55500001" not in page.text
    assert events(site, "review:contact:read") == []
    shown = reviewer.submit(page, "显示全部").page
    assert "0573-55500001" in shown.text
    (event,) = events(site, "review:contact:read")
    assert (event.actor_id, event.object_id) == (site.world.county_reviewer, site.world.enterprise)
