"""The two engines: one writes and takes its lock at once, the other cannot write at all."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from registry.config import Settings
from registry.infrastructure.database import READ, WRITE, db, engine_options, prepare
from registry.models import Area, Enterprise, Job
from tests.conftest import test_settings as settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site

only_sqlite = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO country (alpha2, name, name_en) VALUES ('ZZ', 'x', 'x')",
        "UPDATE enterprise SET name = 'x'",
        "DELETE FROM audit_event",
        "CREATE TABLE another (a INTEGER)",
    ],
)
def test_the_reading_engine_refuses_writes(site: Site, statement: str) -> None:
    with site.app.app_context():
        with db.get_engine(READ).connect() as connection, pytest.raises(DBAPIError, match=r"(?i)read.?only"):
            connection.execute(text(statement))
        with db.get_engine(WRITE).begin() as connection:
            assert connection.scalar(select(Enterprise.name).limit(1)) != "x"


def test_a_session_on_the_reading_engine_cannot_flush(site: Site) -> None:
    with site.app.app_context():
        db.session.bind = db.get_engine(READ)
        db.session.get_one(Enterprise, site.world.enterprise).name = "x"
        with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
            db.session.flush()


@only_sqlite
def test_readers_do_not_wait_for_a_writer_and_see_what_is_committed(site: Site) -> None:
    with site.app.app_context():
        name = select(Enterprise.name).where(Enterprise.id == site.world.enterprise)
        with db.get_engine(WRITE).begin() as writer, db.get_engine(READ).connect() as reader:
            before = reader.scalar(name)
            writer.execute(text("UPDATE enterprise SET name = 'new'"))
            assert reader.scalar(name) == before
            writer.commit()
            assert reader.scalar(name) == "new"


@only_sqlite
def test_a_writing_transaction_takes_its_lock_when_it_begins(site: Site) -> None:
    """Though it has only read: a second one must wait, and gives up after the busy timeout."""
    with site.app.app_context():
        engine = db.get_engine(WRITE)
        with engine.begin() as first:
            first.execute(select(Area).limit(1))
            raw = engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA busy_timeout=50")
            finally:
                raw.close()
            with pytest.raises(OperationalError, match="locked"), engine.begin():
                pytest.fail("two transactions write at once")
        with engine.begin() as second:
            second.execute(select(Area).limit(1))


@only_sqlite
def test_who_waits_gets_the_lock_in_the_end(site: Site) -> None:
    """A transaction that reads first and then writes is never told “locked” for having begun too early."""
    began, done = threading.Event(), []

    def add_one() -> None:
        began.wait(10)
        with site.work() as work:
            firm = work.session.get_one(Enterprise, site.world.enterprise)
            firm.address += "+"
            done.append(firm.address)

    threads = [threading.Thread(target=add_one) for _number in range(6)]
    for thread in threads:
        thread.start()
    with site.work() as work:
        work.session.get_one(Enterprise, site.world.enterprise)
        began.set()
    for thread in threads:
        thread.join(20)
    assert sorted(done) == [f"示例路 1 号{'+' * number}" for number in range(1, 7)]


@only_sqlite
def test_pragmas(site: Site) -> None:
    wanted = {
        WRITE: {"busy_timeout": 5000, "foreign_keys": 1, "query_only": 0, "journal_mode": "wal", "synchronous": 2},
        READ: {"busy_timeout": 5000, "foreign_keys": 1, "query_only": 1, "journal_mode": "wal"},
    }
    with site.app.app_context():
        for name, pragmas in wanted.items():
            with db.get_engine(name).connect() as connection:
                assert {key: connection.scalar(text(f"PRAGMA {key}")) for key in pragmas} == pragmas


def test_foreign_keys_hold(site: Site) -> None:
    with site.work() as work:
        with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
            work.session.execute(text("DELETE FROM area WHERE code = '330481'"))
        work.session.rollback()


def test_moments_are_stored_in_utc_and_need_a_zone(site: Site) -> None:
    east = datetime(2026, 3, 18, 14, 3, 5, 123456, tzinfo=timezone(timedelta(hours=8)))
    row = {"kind": "x", "key": "1", "payload": {}, "status": "due", "tries": 0, "error": "", "created_at": east}
    with site.work() as work:
        work.session.execute(insert(Job).values(**row, due_at=east))
        job = work.session.scalars(select(Job)).one()
        assert job.due_at == east
        assert job.due_at.tzinfo is UTC
        assert job.finished_at is None
        assert work.session.scalars(select(Job).where(Job.due_at <= east)).all() == [job]
        with pytest.raises(StatementError, match="without a time zone"):
            work.session.execute(select(Job).where(Job.due_at <= datetime(2026, 3, 18)))  # noqa: DTZ001
        work.session.rollback()


def test_names_outside_the_bmp_are_stored(site: Site) -> None:
    with site.work() as work:
        firm = work.session.get_one(Enterprise, site.world.enterprise)
        firm.name, firm.founded_on = "𠮷祥有限公司", date(2008, 8, 8)
        work.session.flush()
        work.session.expire(firm)
        assert firm.name == "𠮷祥有限公司"
        found = select(Enterprise.id).where(Enterprise.name.contains("𠮷"))
        assert work.session.scalars(found).all() == [firm.id]


def test_options_for_each_database(tmp_path: Path) -> None:
    lite = settings_for(tmp_path, "sqlite:///x")
    assert engine_options(lite)[READ]["connect_args"] == {}
    large = Settings(
        **{**lite.__dict__, "database_url": "postgresql+psycopg://a/b", "database_read_url": "postgresql://c/d"}
    )
    options = engine_options(large)
    assert (options[WRITE]["url"], options[READ]["url"]) == ("postgresql+psycopg://a/b", "postgresql://c/d")
    assert options[READ]["connect_args"] == {"options": "-c default_transaction_read_only=on"}


def test_postgresql_needs_no_preparing() -> None:
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    prepare(engine)
    assert not list(engine.dispatch.begin)


def test_errors_do_not_tell_what_was_written(site: Site) -> None:
    """They go to the log, and parameters hold names, addresses and hashes."""
    with site.app.app_context():
        for name in (WRITE, READ):
            with db.get_engine(name).connect() as connection, pytest.raises(DBAPIError) as caught:
                connection.execute(text("SELECT nothing FROM enterprise WHERE name = :name"), {"name": "张三丰"})
            assert "张三丰" not in str(caught.value)
