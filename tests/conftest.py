"""The application on a database of its own: SQLite always, PostgreSQL when a server is reachable (in CI it must be).

A database with migrations, reference data and the small world of `tests/factories` is made once for a run and copied
for every test, so that tests commit for real.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from registry.app import create_app
from registry.config import PROJECT_ROOT, Settings
from registry.infrastructure.clock import FixedClock
from registry.infrastructure.database import READ, WRITE, db
from registry.models import Base
from registry.services import people, reference_data
from registry.services.work import Work
from tests import chromium as programs
from tests.factories import World, build_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Playwright

NOW = datetime(2026, 3, 18, 6, 3, tzinfo=UTC)  # 14:03 at the office

ENGINES = ("sqlite", "postgresql")
# Too large to be put back for every test; no test on the site changes them.
_CODE_LISTS = frozenset(
    {"area", "ccc_class", "certification_field", "country", "hs_code", "industry", "standard", "standard_pair"}
)
_END_OTHER_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
SERVER_URL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@dataclass
class Site:
    """One application with its database, put back to the start before each test."""

    app: Flask
    world: World
    clock: FixedClock
    database: SqliteDatabase | PostgresqlDatabase
    data_dir: Path

    def reset(self) -> None:
        """Put database, files, clock and remembered pages back to where the run began."""
        with self.app.app_context():
            for name in (WRITE, READ):
                db.get_engine(name).dispose()
        self.database.restore()
        shutil.rmtree(self.data_dir / "files", ignore_errors=True)
        (self.data_dir / "files").mkdir(parents=True)
        self.clock.moment = NOW

    @contextmanager
    def work(self, user_id: int | None = None) -> Iterator[Work]:
        """A unit of work for this person, committed at the end."""
        with self.app.app_context():
            adapters = self.app.extensions["registry"]
            actor = people.actor_of(db.session, user_id, self.clock.now()) if user_id is not None else None
            yield Work(db.session, adapters, actor, "test-request")
            db.session.commit()


class SqliteDatabase:
    """A file, kept beside its copy."""

    def __init__(self, folder: Path) -> None:
        self._file, self._kept = folder / "registry.sqlite3", folder / "kept.sqlite3"
        self.url = f"sqlite:///{self._file}"

    def keep(self) -> None:
        with create_engine(self.url, poolclass=NullPool).connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        shutil.copyfile(self._file, self._kept)

    def restore(self) -> None:
        for suffix in ("-wal", "-shm"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._file)

    def drop(self) -> None:
        """The folder goes with the run."""


class PostgresqlDatabase:
    """A database on the server, with a copy of what the tests may change beside it.

    Making the database anew for each test would take twenty times as long as putting its few rows back.
    """

    def __init__(self, folder: Path) -> None:
        self._name = f"registry_test_{os.getpid()}_{abs(hash(folder)) % 10_000}"
        self._server = create_engine(SERVER_URL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
        self.url = make_url(SERVER_URL).set(database=self._name).render_as_string(hide_password=False)
        self._own = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._restoring = ""
        with self._server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {self._name}"))

    def keep(self) -> None:
        tables = [f'"{table.name}"' for table in Base.metadata.sorted_tables if table.name not in _CODE_LISTS]
        with self._own.connect() as connection:
            connection.execute(text("CREATE SCHEMA kept"))
            for table in tables:
                connection.execute(text(f"CREATE TABLE kept.{table} AS TABLE public.{table}"))
            sequences = connection.execute(text("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences"))
            counters = [f"SELECT setval('{name}', {max(last, 1)}, {last > 0})" for name, last in sequences]
        self._restoring = ";".join(
            [
                _END_OTHER_CONNECTIONS,
                "BEGIN",
                "SET LOCAL session_replication_role = replica",  # Foreign keys are not looked at meanwhile.
                *(f"DELETE FROM public.{table}" for table in tables),
                *(f"INSERT INTO public.{table} SELECT * FROM kept.{table}" for table in tables),
                *counters,
                "COMMIT",
            ]
        )

    def restore(self) -> None:
        with self._own.connect() as connection:
            connection.exec_driver_sql(self._restoring)

    def drop(self) -> None:
        with self._server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)"))
        self._server.dispose()


@pytest.fixture(scope="session")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Site]]:
    """Gives the site on an engine, made when it is first asked for."""
    sites: dict[str, Site] = {}

    def open_on(engine: str) -> Site:
        if engine not in sites:
            sites[engine] = _make_site(engine, tmp_path_factory.mktemp(engine))
        return sites[engine]

    yield open_on
    for site in sites.values():
        with site.app.app_context():
            for name in (WRITE, READ):
                db.get_engine(name).dispose()
        site.database.drop()


@pytest.fixture(params=ENGINES)
def site(request: pytest.FixtureRequest, open_site: Callable[[str], Site]) -> Site:
    """The site as it was at the beginning, on each engine in turn."""
    try:
        found = open_site(request.param)
    except OperationalError:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no {request.param} server is reachable")
    found.reset()
    return found


@pytest.fixture
def world(site: Site) -> World:
    """Who is there."""
    return site.world


def test_settings(data_dir: Path, database_url: str) -> Settings:
    """Settings of a test site; fonts are shared with the project, because building them takes a while."""
    return Settings(
        environment="testing",
        secret_keys=("test-key-2", "test-key-1"),
        password_salt="test-salt",
        database_url=database_url,
        database_read_url=database_url,
        data_dir=data_dir,
        fonts_dir=PROJECT_ROOT / "var" / "fonts",
        public_url="https://santong.example.gov.cn",
        max_upload_bytes=2 * 1024 * 1024,
        rate_limit_factor=1_000,
    )


test_settings.__test__ = False  # type: ignore[attr-defined]


def _make_site(engine: str, folder: Path) -> Site:
    database = SqliteDatabase(folder) if engine == "sqlite" else PostgresqlDatabase(folder)
    clock = FixedClock(NOW)
    app = create_app(test_settings(folder, database.url), clock)
    with app.app_context():
        app.extensions["alembic"].upgrade()
        reference_data.load(db.session)
        work = Work(db.session, app.extensions["registry"])
        world = build_world(work)
        db.session.commit()
        db.session.close()
        db.get_engine(WRITE).dispose()
    database.keep()
    return Site(app, world, clock, database, folder)


# One Playwright for a whole run: a process can have no second one beside it.


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    with programs.launched(playwright) as browser:
        if browser is None:
            pytest.skip("no Chromium on this machine: install one, or name it in CHROMIUM")
        yield browser
