"""Two engines from one database: one that writes and one that only reads.

SQLite is told to take its write lock when a writing transaction *begins*: a transaction that reads first and
writes later fails with “database is locked” under load whatever the busy timeout, because its snapshot is stale.
Readers use a second engine without transactions that the database itself holds to reading, so that a GET cannot
write even by mistake and never waits for a writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import bindparam, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import ConnectionPoolEntry

    from registry.config import Settings

BUSY_TIMEOUT_MS: Final = 5_000
# What is raised where the database is locked or away.
BUSY: Final = (OperationalError, PoolTimeout)
WRITE: Final = "default"
READ: Final = "read"

# Gives each request or command its session on the writing engine, and closes it at the end.
db = SQLAlchemy()


def engine_options(settings: Settings) -> dict[str, dict[str, Any]]:
    """What `create_engine` needs for the writing and the reading engine."""
    return {
        # Parameters hold names, addresses and hashes, and errors go to the log.
        WRITE: {"url": settings.database_url, "pool_pre_ping": True, "hide_parameters": True},
        READ: {
            "url": settings.database_read_url,
            "pool_pre_ping": True,
            "hide_parameters": True,
            "isolation_level": "AUTOCOMMIT",
            "connect_args": _read_only_args(settings.database_read_url),
        },
    }


def insert_into(session: Session, model: type[Any]) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of the session's database."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(model)


def update_rows(session: Session, table: Any, key: tuple[str, ...], rows: Sequence[dict[str, Any]]) -> None:
    """Change rows of a table in one statement for all; each of them names the same columns.

    Objects of these rows that the session holds do not learn of it.

    Args:
        session: writes, within its transaction.
        table: the table of a model.
        key: the columns that find a row.
        rows: what the rows are to be, with their keys; at least one.
    """
    # A bound parameter may not have the name of a column that is set.
    conditions = [table.c[name] == bindparam(f"the_{name}") for name in key]
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in key}
    parameters = [row | {f"the_{name}": row[name] for name in key} for row in rows]
    session.connection().execute(table.update().where(*conditions).values(values), parameters)


def prepare(engine: Engine, *, read_only: bool = False) -> None:
    """Hang the SQLite pragmas and the begin rule on an engine; PostgreSQL needs neither."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        # Without this the driver would begin transactions itself, and always deferred ones.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _pragmas(read_only=read_only):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if not read_only:

        @event.listens_for(engine, "begin")
        def begin_immediately(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _pragmas(*, read_only: bool) -> tuple[str, ...]:
    common = (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON")
    if read_only:
        return (*common, "query_only=ON")
    # Write-ahead logging lets readers go on while one writes; FULL keeps every commit through a power cut.
    return (*common, "journal_mode=WAL", "synchronous=FULL")


def _read_only_args(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "postgresql":
        return {"options": "-c default_transaction_read_only=on"}
    return {}
