"""The revisions under migrations/ lead from nothing to the models and back, on both databases."""

from __future__ import annotations

import os
import secrets
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy import CheckConstraint, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from registry.config import PROJECT_ROOT
from registry.infrastructure.database import WRITE, db, prepare
from registry.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER_URL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'registry.sqlite3'}"


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """An empty database of its own; without a server the test is skipped, but not where CI is set."""
    server = create_engine(SERVER_URL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"migrations_{secrets.token_hex(6)}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no PostgreSQL server is reachable")
    yield make_url(SERVER_URL).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def alembic(request: pytest.FixtureRequest) -> Iterator[Alembic]:
    """The migrations of an application that has nothing but its database."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_ENGINES"] = {WRITE: {"url": request.getfixturevalue(f"{request.param}_url")}}
    app.config["ALEMBIC"] = {"script_location": str(PROJECT_ROOT / "migrations")}
    db.init_app(app)
    migrations = Alembic(app, metadatas=Base.metadata, run_mkdir=False)
    # As the application does: closing asynchronous sessions fails where a browser's event loop runs in this thread.
    app.teardown_appcontext_funcs = [func for func in app.teardown_appcontext_funcs if not iscoroutinefunction(func)]
    with app.app_context():
        prepare(db.get_engine(WRITE))
        yield migrations
        engine = db.get_engine(WRITE)
    engine.dispose()


def test_upgrading_an_empty_database_gives_the_models(alembic: Alembic) -> None:
    alembic.upgrade()

    assert alembic.compare_metadata() == []
    assert not alembic.needs_upgrade()


def test_upgrading_gives_the_models_checks(alembic: Alembic) -> None:
    """Alembic compares columns, keys and indexes, but not CHECK constraints."""
    alembic.upgrade()

    inspector = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {check.name for check in table.constraints if isinstance(check, CheckConstraint)}
        assert {check["name"] for check in inspector.get_check_constraints(table.name)} == wanted, table.name


def test_downgrading_leaves_no_table(alembic: Alembic) -> None:
    alembic.upgrade()

    alembic.downgrade("base")

    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}


def test_every_column_is_explained(alembic: Alembic) -> None:
    """Whoever reads the database without the code reads the comments; SQLite keeps none."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite keeps no comments")
    alembic.upgrade()

    inspector = inspect(db.engine)
    bare = [
        f"{table}.{column['name']}"
        for table in Base.metadata.tables
        for column in inspector.get_columns(table)
        if not column["comment"]
    ]
    assert bare == []


def test_there_is_one_line_of_revisions(alembic: Alembic) -> None:
    assert len(alembic.heads()) == 1
