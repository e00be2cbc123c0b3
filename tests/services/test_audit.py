"""The audit trail: what is written there, that nobody changes it, and that somebody who did is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from registry.domain.audit import FIRST_PREVIOUS, TAGS, chain_hash
from registry.infrastructure.database import READ, db
from registry.models import AuditEvent, Base, FrozenRowError
from registry.models.base import is_frozen
from registry.services import audit
from tests.at_once import at_once
from tests.factories.certificates import certified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.conftest import Site

ISSUE = "review:certificate:issue"


def note(site: Site, *numbers: str, user: int | None = None) -> None:
    with site.work(user) as work:
        for number in numbers:
            audit.record(work, ISSUE, 7, number=number)


def newest(site: Site, count: int = 1) -> list[AuditEvent]:
    with site.app.app_context():
        return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(count)))


def verdict(site: Site, known: tuple[int, str] | None = None) -> audit.Verdict:
    with site.app.app_context():
        db.session.bind = db.get_engine(READ)  # The check needs no more than reading.
        return audit.check(db.session, known=known)


@pytest.fixture
def intruder(site: Site) -> Iterator[Connection]:
    """Somebody at the database's console who can switch triggers off."""
    engine = create_engine(site.database.url, poolclass=NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            # The test's copy of the database is thrown away afterwards.
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection


def test_an_event_says_who_what_where_and_when(site: Site) -> None:
    with site.work(site.world.owner) as work:
        audit.record(work, ISSUE, 7, person_id=site.world.viewer, success=False, number="STD-1")
    (row,) = newest(site)
    assert (row.at, row.tag, row.success) == (site.clock.now(), ISSUE, False)
    assert (row.actor_id, row.person_id, row.object_id) == (site.world.owner, site.world.viewer, 7)
    assert (row.request_id, row.payload, row.origin) == ("test-request", {"number": "STD-1"}, "")


@pytest.mark.parametrize(
    ("tag", "details"),
    [
        ("account:session:steal", {}),
        (ISSUE, {}),
        (ISSUE, {"number": "STD-1", "more": 1}),
        (ISSUE, {"number": 1}),
        ("account:user:register", {"email": "x"}),
    ],
)
def test_only_known_tags_with_their_details(site: Site, tag: str, details: dict[str, Any]) -> None:
    with site.work() as work, pytest.raises(ValueError, match=tag):
        audit.record(work, tag, **details)


def test_tags_keep_to_the_grammar() -> None:
    for tag, known in TAGS.items():
        source, subject, action = tag.split(":")
        assert all(part.replace("-", "_").isidentifier() for part in (source, subject, action)), tag
        assert len(tag) <= AuditEvent.__table__.c.tag.type.length
        assert known.label
        assert set(known.payload.values()) <= {str, int, bool, list}, tag


def test_rows_are_numbered_and_chained(site: Site) -> None:
    note(site, "A", "B")
    note(site, "C")
    third, second, first = newest(site, 3)
    assert [third.id - 2, second.id - 1] == [first.id, first.id]
    assert (second.previous, third.previous) == (first.hash, second.hash)
    with site.app.app_context():
        rows = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        assert [row.id for row in rows] == list(range(1, len(rows) + 1))
        assert rows[0].previous == FIRST_PREVIOUS
    assert verdict(site) == audit.Verdict(third.id, third.hash)


def test_what_is_undone_is_not_told(site: Site) -> None:
    before = verdict(site)
    with site.work() as work:
        audit.record(work, ISSUE, 7, number="A")
        work.session.rollback()
    assert verdict(site) == before


def test_a_savepoint_is_no_commit(site: Site) -> None:
    """What is recorded before or after one is written once, at the end."""
    with site.work() as work:
        audit.record(work, ISSUE, 7, number="A")
        with work.session.begin_nested():
            pass
        audit.record(work, ISSUE, 7, number="B")
        assert work.session.scalar(select(func.count()).where(AuditEvent.tag == ISSUE)) == 0
    assert [row.payload["number"] for row in newest(site, 2)] == ["B", "A"]
    assert verdict(site).broken is None


def test_many_writers_make_one_chain(site: Site) -> None:
    before = verdict(site).rows

    def write(number: int) -> None:
        with site.work(site.world.owner) as work:
            # Each has written something else before, as a use case has.
            work.session.execute(text("UPDATE enterprise SET revision = revision WHERE id = 0"))
            audit.record(work, ISSUE, number, number=str(number))
            audit.record(work, ISSUE, number, number=f"{number} again")

    results = at_once([lambda number=number: write(number) for number in range(12)])

    assert results == [None] * 12
    assert verdict(site).rows == before + 24
    assert verdict(site).broken is None


# Nobody changes it


FROZEN = [mapper.class_ for mapper in Base.registry.mappers if is_frozen(mapper.class_)]


@pytest.mark.parametrize("model", sorted(FROZEN, key=lambda model: model.__name__))
def test_the_database_refuses_to_change_frozen_rows(site: Site, tmp_path: Path, model: type[Base]) -> None:
    certified(site, tmp_path)
    note(site, "A")
    first = next(iter(model.__table__.primary_key))
    attempts = [update(model).values({first.name: first}), delete(model)]
    if site.database.url.startswith("postgresql"):
        attempts.append(text(f"TRUNCATE {model.__tablename__} CASCADE"))
    for attempt in attempts:
        with site.app.app_context():
            if not db.session.scalar(select(func.count()).select_from(model)):
                pytest.skip("the small world has no such row: see the table's own tests")
            with pytest.raises(DBAPIError, match="never changed or deleted"):
                db.session.execute(attempt)
            db.session.rollback()


def test_a_row_is_not_replaced_either(site: Site, tmp_path: Path) -> None:
    """SQLite's REPLACE takes the old row away without asking any trigger about a deletion."""
    certified(site, tmp_path)
    if not site.database.url.startswith("sqlite"):
        pytest.skip("only SQLite has REPLACE")
    for model in sorted(FROZEN, key=lambda model: model.__name__):
        with site.app.app_context():
            table = model.__table__
            row = db.session.execute(select(table).limit(1)).mappings().first()
            if row is None:
                continue
            replacing = insert(table).prefix_with("OR REPLACE")
            for values in (dict(row), {**row, "id": row["id"] + 1_000}):
                if model.__name__ in {"Consent", "EnterpriseVersion", "SignedPaper"} and values["id"] != row["id"]:
                    continue  # Nothing else is unique there, so that this is another row.
                with pytest.raises(DBAPIError, match="never changed or deleted"):
                    db.session.execute(replacing.values(values))
                db.session.rollback()


def test_the_models_refuse_it_before_the_database_does(site: Site) -> None:
    note(site, "A")
    with site.work() as work:
        work.session.get_one(AuditEvent, 1).success = False
        with pytest.raises(FrozenRowError):
            work.session.flush()
        work.session.rollback()


# Who did it all the same is found


def test_a_changed_row_is_named(site: Site, intruder: Connection) -> None:
    note(site, "A", "B", "C")
    number = newest(site, 2)[1].id
    for column, value in (("success", False), ("actor_id", 1), ("payload", {"number": "Z"}), ("tag", "x:y:z")):
        table = AuditEvent.__table__
        kept = intruder.execute(select(table.c[column]).where(table.c.id == number)).scalar_one()
        intruder.execute(update(table).where(table.c.id == number).values({column: value}))
        intruder.commit()
        found = verdict(site)
        assert (found.rows, found.broken, found.why) == (number - 1, number, "changed"), column
        intruder.execute(update(table).where(table.c.id == number).values({column: kept}))
        intruder.commit()
    assert verdict(site).broken is None


def test_a_row_taken_out_is_missed(site: Site, intruder: Connection) -> None:
    note(site, "A", "B", "C")
    number = newest(site, 2)[1].id
    intruder.execute(delete(AuditEvent).where(AuditEvent.id == number))
    intruder.commit()
    found = verdict(site)
    assert (found.broken, found.why) == (number, "missing")


def test_a_row_made_to_fit_does_not_link(site: Site, intruder: Connection) -> None:
    """Whoever gives a changed row a right hash breaks the link to the next one."""
    note(site, "A", "B")
    table = AuditEvent.__table__
    number = newest(site, 2)[1].id
    row = dict(intruder.execute(select(table).where(table.c.id == number)).mappings().one())
    row["success"] = False
    row["hash"] = chain_hash(audit._hashed(row))  # The intruder knows the code.
    intruder.execute(update(table).where(table.c.id == number).values(row))
    intruder.commit()
    found = verdict(site)
    assert (found.broken, found.why) == (number + 1, "unlinked")


def test_an_end_cut_off_shows_only_against_a_note_kept_elsewhere(site: Site, intruder: Connection) -> None:
    note(site, "A", "B")
    known = newest(site)[0].id, newest(site)[0].hash
    intruder.execute(delete(AuditEvent).where(AuditEvent.id == known[0]))
    intruder.commit()
    assert verdict(site).broken is None
    found = verdict(site, known)
    assert (found.broken, found.why) == (known[0], "cut off")


def test_a_chain_made_anew_shows_against_the_note(site: Site, intruder: Connection) -> None:
    note(site, "A")
    known = newest(site)[0].id, newest(site)[0].hash
    table = AuditEvent.__table__
    row = dict(intruder.execute(select(table).where(table.c.id == known[0])).mappings().one())
    row["success"] = False
    row["hash"] = chain_hash(audit._hashed(row))  # The intruder knows the code.
    intruder.execute(delete(table).where(table.c.id == known[0]))
    intruder.execute(insert(table).values(row))
    intruder.commit()
    assert verdict(site).broken is None
    found = verdict(site, known)
    assert (found.broken, found.why) == (known[0], "changed")


# Commands


def test_the_commands(site: Site, intruder: Connection) -> None:
    note(site, "A", "B")
    run = site.app.test_cli_runner().invoke
    head = run(args=["audit", "head"]).output.strip()
    assert head == f"{newest(site)[0].id}:{newest(site)[0].hash}"
    whole = run(args=["audit", "check", "--known", head])
    assert (whole.exit_code, head in whole.output) == (0, True)
    assert run(args=["audit", "check", "--known", "7"]).exit_code == 2
    intruder.execute(update(AuditEvent).where(AuditEvent.id == 1).values(object_id=0))
    intruder.commit()
    broken = run(args=["audit", "check"])
    assert broken.exit_code == 1
    assert "Row 1 is changed" in broken.output


def test_an_empty_chain_is_whole(site: Site, intruder: Connection) -> None:
    intruder.execute(delete(AuditEvent))
    intruder.commit()
    assert verdict(site) == audit.Verdict(0, FIRST_PREVIOUS)


def test_what_was_undone_to_a_savepoint_is_not_told_and_the_rest_is(site: Site) -> None:
    with site.work(site.world.owner) as work:
        audit.record(work, "enterprise:product:add", 1)
        savepoint = work.session.begin_nested()
        audit.record(work, "enterprise:product:add", 2)
        savepoint.rollback()
        with work.session.begin_nested():
            audit.record(work, "enterprise:product:add", 3)
    with site.work() as work:
        told = work.session.scalars(
            select(AuditEvent.object_id).where(AuditEvent.tag == "enterprise:product:add").order_by(AuditEvent.id)
        ).all()
        assert told[-2:] == [1, 3]
