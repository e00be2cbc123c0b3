"""What every table shares: constraint names, column types and the rule for frozen rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Date,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    event,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapper, mapped_column
from sqlalchemy.types import TypeDecorator

# Named constraints can be dropped by a migration, and a violation's name leads to a field's message.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python. SQLite stores no zone, so it is taken off and put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def json_type() -> JSON:
    """A type for JSON documents. A column whose changes in place count needs one of its own."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


JsonDocument = json_type()

# SQLite numbers rows by itself only for a column declared exactly INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The model base; every table of the registry hangs on its metadata."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        date: Date(),
        dict[str, Any]: JsonDocument,
        list[Any]: JsonDocument,
    }


def id_column() -> Any:
    """A row number as primary key."""
    return mapped_column(BigId, primary_key=True, comment="Row number")


_FROZEN: set[type[Any]] = set()

AnyModel = TypeVar("AnyModel", bound="Base")


class FrozenRowError(RuntimeError):
    """Somebody tried to change or delete a row that was approved, signed or recorded."""


def frozen(model: type[AnyModel]) -> type[AnyModel]:
    """Class decorator: rows of this table are written once (snapshots, decisions, the audit trail)."""

    def refuse(_mapper: Mapper[Any], _connection: Connection, row: Base) -> None:
        raise FrozenRowError(f"{type(row).__name__} rows are never changed or deleted.")

    event.listen(model, "before_update", refuse)
    event.listen(model, "before_delete", refuse)
    _FROZEN.add(model)
    return model


def is_frozen(model: type[Any]) -> bool:
    """Whether rows of this table are written once; the database refuses a change as well, by a trigger."""
    return model in _FROZEN


def freeze_columns(model: type[Base], *names: str) -> None:
    """Refuse any change of these columns once a row is stored, and its deletion."""

    def refuse_change(_mapper: Mapper[Any], _connection: Connection, row: Base) -> None:
        changed = [name for name in names if inspect(row).attrs[name].history.has_changes()]
        if changed:
            raise FrozenRowError(f"{model.__name__}.{', '.join(changed)} never changes once stored.")

    def refuse_deletion(_mapper: Mapper[Any], _connection: Connection, _row: Base) -> None:
        raise FrozenRowError(f"{model.__name__} rows are never deleted.")

    event.listen(model, "before_update", refuse_change)
    event.listen(model, "before_delete", refuse_deletion)
