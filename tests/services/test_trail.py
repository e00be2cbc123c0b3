"""Reading the audit trail."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text, update
from sqlalchemy.pool import NullPool

from registry.infrastructure.database import READ, WRITE, db
from registry.models import AuditEvent, User
from registry.services import audit, trail
from registry.services.trail import Query
from tests.factories import worker
from tests.statements import counted

if TYPE_CHECKING:
    from tests.conftest import Site

ISSUE = "review:certificate:issue"


def note(site: Site, number: int, user: int | None = None, *, person: int | None = None, success: bool = True) -> None:
    with site.work(user) as work:
        audit.record(work, ISSUE, number, person_id=person, success=success, number=str(number))


def found(site: Site, query: Query, before: int | None = None) -> list[int | None]:
    with site.work() as work:
        return [entry.event.object_id for entry in trail.search(work, query, before=before).rows]


def test_by_person_object_kind_time_and_outcome(site: Site) -> None:
    world = site.world
    note(site, 101, world.owner)
    note(site, 102, world.county_reviewer, person=world.owner, success=False)
    site.clock.moment += timedelta(days=2)
    note(site, 103, world.viewer)
    only = Query(tag=ISSUE)
    assert found(site, only) == [103, 102, 101]
    assert found(site, Query(tag=ISSUE, person=world.owner)) == [102, 101]
    assert found(site, Query(tag=ISSUE, person=world.viewer)) == [103]
    assert found(site, Query(object_id=102, tag=ISSUE)) == [102]
    assert found(site, Query(tag=ISSUE, success=False)) == [102]
    assert found(site, Query(tag=ISSUE, success=True)) == [103, 101]
    assert found(site, Query(tag="account:user:register", object_id=101)) == []
    assert only.given == ["tag"]
    assert Query(person=1, success=False).given == ["person", "success"]


def test_days_are_those_at_the_office(site: Site) -> None:
    """14:03 at the office on the 18th; after sixteen o'clock in UTC the 19th has begun there."""
    note(site, 101)
    site.clock.moment += timedelta(hours=10)
    note(site, 102)
    first, second = date(2026, 3, 18), date(2026, 3, 19)
    assert found(site, Query(tag=ISSUE, since=first, until=first)) == [101]
    assert found(site, Query(tag=ISSUE, since=second)) == [102]
    assert found(site, Query(tag=ISSUE, until=first)) == [101]
    assert found(site, Query(tag=ISSUE, since=first, until=second)) == [102, 101]


def test_pages_follow_one_another_without_gap(site: Site) -> None:
    with site.work() as work:
        for number in range(1, trail.PER_PAGE + 11):
            audit.record(work, ISSUE, number, number=str(number))
    with site.work() as work:
        first = trail.search(work, Query(tag=ISSUE))
        second = trail.search(work, Query(tag=ISSUE), before=first.older)
        assert [entry.event.object_id for entry in first.rows] == list(range(60, 10, -1))
        assert [entry.event.object_id for entry in second.rows] == list(range(10, 0, -1))
        assert second.older is None


def test_the_number_of_statements_does_not_grow(site: Site) -> None:
    note(site, 1, site.world.owner)
    sent = []
    for _round in range(2):
        with (
            site.app.app_context(),
            counted({"read": db.get_engine(READ), "write": db.get_engine(WRITE)}) as statements,
        ):
            with site.work() as work:
                trail.search(work, Query(tag=ISSUE))
            sent.append(len(statements))
        for number in range(60):
            note(site, number, site.world.viewer, person=site.world.owner)
    assert sent[0] == sent[1] == 2


def test_people_are_shown_by_the_name_they_have_today(site: Site) -> None:
    note(site, 1, site.world.owner, person=site.world.viewer)
    with site.work() as work:
        work.session.get_one(User, site.world.owner).name = "改过名字"
    with site.work() as work:
        (entry,) = trail.search(work, Query(tag=ISSUE)).rows
        assert (entry.actor, entry.person) == ("改过名字", work.session.get_one(User, site.world.viewer).name)


@pytest.mark.parametrize(("typed", "hits"), [("测试owner", 1), ("OWNER@", 2), ("%", 0), ("  ", 0), ("没有", 0)])
def test_people_are_found_by_name_or_address(site: Site, typed: str, hits: int) -> None:
    with site.work() as work:
        assert len(trail.people_named(work, typed)) == hits


def test_a_copy_holds_all_that_the_hashes_cover(site: Site) -> None:
    note(site, 1, site.world.owner)
    note(site, 2)
    with site.work(site.world.viewer) as work:
        heading, *rows = list(trail.export(work, Query(tag=ISSUE)))
    assert heading == [column.name for column in AuditEvent.__table__.columns]
    assert [row[heading.index("payload")] for row in rows] == ['{"number": "1"}', '{"number": "2"}']
    assert rows[1][heading.index("previous")] == rows[0][heading.index("hash")]
    with site.work() as work:
        (entry,) = trail.search(work, Query(tag="admin:trail:export")).rows
        assert (entry.event.actor_id, entry.event.payload) == (site.world.viewer, {"filters": ["tag"]})


def test_the_worker_checks_the_chain_and_says_so_in_it(site: Site) -> None:
    note(site, 1)
    with site.work() as work:
        trail.ask_for_check(work)
        trail.ask_for_check(work)
    with site.app.app_context():
        worker(site).run_due()
    with site.work() as work:
        check = trail.last_check(work)
        assert check is not None
        assert check.success
        assert check.payload["rows"] == check.id - 1
        assert check.payload["head"] == check.previous


def test_the_worker_finds_what_was_cut_off_since_its_last_check(site: Site) -> None:
    note(site, 1)
    for _round in range(2):
        with site.work() as work:
            trail.ask_for_check(work)
        with site.app.app_context():
            worker(site).run_due()
        site.clock.moment += timedelta(minutes=1)
    engine = create_engine(site.database.url, poolclass=NullPool)
    with engine.connect() as intruder:
        if engine.dialect.name == "postgresql":
            intruder.execute(text("SET session_replication_role = replica"))
        else:
            intruder.execute(text("DROP TRIGGER audit_event_no_update"))
        intruder.execute(update(AuditEvent).where(AuditEvent.id == 2).values(success=False))
        intruder.commit()
    with site.work() as work:
        trail.ask_for_check(work)
    with site.app.app_context():
        worker(site).run_due()
    with site.work() as work:
        check = trail.last_check(work)
        assert check is not None
        assert (check.success, check.payload["broken"], check.payload["why"]) == (False, 2, "changed")


def test_once_a_day_the_worker_asks_by_itself(site: Site) -> None:
    for _round in range(2):
        with site.app.app_context():
            worker(site).tidy()
            worker(site).run_due()
    with site.work() as work:
        assert len(trail.search(work, Query(tag=trail.CHECKED)).rows) == 1
