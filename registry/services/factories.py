"""Factories and production lines of one's own firm: entered once, chosen in every filing (同线)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from registry.domain import factory as definition
from registry.domain.errors import InvalidFields, NotFound, StaleRevision
from registry.domain.messages import N_
from registry.domain.repeats import repeated
from registry.domain.requirements import Facts, row_numbers, validated
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES
from registry.models import Factory, ProductionLine
from registry.services import audit, enterprises
from registry.services.constraints import unique
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.models import Enterprise
    from registry.services.work import Work

_CONSTRAINT: Final = "uq_factory_enterprise_id_manufacturer_address"
_LINE_CONSTRAINT: Final = "uq_production_line_factory_id_name"
_TAKEN: Final = N_("这家生产企业在这个地址的工厂已登记过；已停用的，可以在列表中恢复使用。")
_LINE_TAKEN: Final = N_("这家工厂已有同名的生产线；已停用的，可以恢复使用。")


def list_own(work: Work) -> list[Factory]:
    """The factories of the actor's firms with their lines: those in use first, in the order of entering."""
    return list(
        work.session.scalars(
            select(Factory)
            .where(Factory.enterprise_id.in_(work.actor.enterprise_ids()))
            .options(selectinload(Factory.lines))
            .order_by(Factory.retired_at.is_not(None), Factory.id)
        )
    )


def to_choose(work: Work, enterprise_id: int, chosen: str) -> list[ProductionLine]:
    """What a filing offers: the lines in use, and the one chosen already; factory by factory."""
    in_use = ProductionLine.retired_at.is_(None) & Factory.retired_at.is_(None)
    return list(
        work.session.scalars(
            select(ProductionLine)
            .join(ProductionLine.factory)
            .where(Factory.enterprise_id == enterprise_id, in_use | ProductionLine.id.in_(row_numbers([chosen])))
            .options(contains_eager(ProductionLine.factory))
            .order_by(Factory.id, ProductionLine.id)
        )
    )


def line_with(work: Work, line_id: int) -> ProductionLine:
    """A production line with its factory. Whoever asks has made sure that it is the firm's."""
    return work.session.scalars(
        select(ProductionLine).where(ProductionLine.id == line_id).options(joinedload(ProductionLine.factory))
    ).one()


def words_of(work: Work, enterprise_id: int, chosen: str) -> list[str]:
    """What is said of the line that a filing has chosen: manufacturer, address and name. Of a foreign one, nothing."""
    own = select(Factory.manufacturer, Factory.address, ProductionLine.name).join(ProductionLine.factory)
    found = work.session.execute(
        own.where(Factory.enterprise_id == enterprise_id, ProductionLine.id.in_(row_numbers([chosen])))
    ).first()
    return list(found) if found is not None else []


def label(line: ProductionLine) -> str:
    """What a line is called in a list to choose from: no two of a firm are called the same."""
    return f"{line.name} · {line.factory.manufacturer} · {line.factory.address}"


def first_values(enterprise: Enterprise) -> dict[str, str]:
    """What the form of a new factory begins with: mostly it is the firm's own."""
    return {
        "manufacturer": enterprise.name,
        "manufacturer_uscc": enterprise.uscc,
        "address": enterprise.full_address,
    }


def get_own(work: Work, factory_id: int, *, to_change: bool = False) -> Factory:
    """One factory of the actor's firms.

    Raises:
        NotFound: there is no such factory, or it is another firm's.
    """
    ids = work.actor.enterprise_ids(FILING_ROLES if to_change else ENTERPRISE_ROLES)
    factory = work.session.scalar(select(Factory).where(Factory.id == factory_id, Factory.enterprise_id.in_(ids)))
    if factory is None:
        raise NotFound
    return factory


def get_own_line(work: Work, line_id: int) -> ProductionLine:
    """One line of the actor's firms, for somebody who may change it.

    Raises:
        NotFound: there is no such line, or it is another firm's.
    """
    line = work.session.scalar(
        select(ProductionLine)
        .join(Factory)
        .where(
            ProductionLine.id == line_id,
            Factory.enterprise_id.in_(work.actor.enterprise_ids(FILING_ROLES)),
        )
        .options(joinedload(ProductionLine.factory))
    )
    if line is None:
        raise NotFound
    return line


def add(work: Work, values: Mapping[str, Any]) -> Factory:
    """Enter a factory with at least one production line.

    Raises:
        InvalidFields: fields are missing or wrong, or a line stands there twice.
        Duplicate: the firm has entered this manufacturer at this address before.
    """
    fields = (*definition.FIELDS, definition.LINES_FIELD)
    normal = validated(fields, values, Facts(work.today))
    twice = repeated("lines", "name", values["lines"])
    if twice:
        raise InvalidFields(twice)
    factory = Factory(enterprise_id=enterprises.own(work, to_file=True).id, created_at=work.now)
    _fill(factory, normal)
    factory.lines = [ProductionLine(name=line["name"]) for line in normal["lines"]]
    with unique(work.session, _CONSTRAINT, "address", _TAKEN):
        work.session.add(factory)
    audit.record(work, "enterprise:factory:add", factory.id, lines=len(factory.lines))
    return factory


def change(work: Work, factory_id: int, values: Mapping[str, Any], *, revision: int) -> Factory:
    """Change a factory's facts. What was submitted keeps those it was submitted with.

    Raises:
        InvalidFields: fields are missing or wrong.
        Duplicate: another factory of the firm is the same.
        StaleRevision: somebody else changed it since the form was shown.
    """
    factory = get_own(work, factory_id, to_change=True)
    lock(work.session, factory)
    if factory.revision != revision:
        raise StaleRevision
    normal = validated(definition.FIELDS, values, Facts(work.today))
    with unique(work.session, _CONSTRAINT, "address", _TAKEN):
        changed = _fill(factory, normal)
    if changed:
        audit.record(work, "enterprise:factory:change", factory.id, fields=changed)
    return factory


def set_retired(work: Work, factory_id: int, *, retired: bool) -> Factory:
    """Take a factory with its lines off the lists to choose from, or put it back. Nothing is deleted."""
    factory = get_own(work, factory_id, to_change=True)
    lock(work.session, factory)
    if retired is (factory.retired_at is None):
        factory.retired_at = work.now if retired else None
        work.session.flush()
        audit.record(work, _RETIRE if retired else _RESTORE, factory.id)
    return factory


def add_line(work: Work, factory_id: int, values: Mapping[str, Any]) -> ProductionLine:
    """Enter one more line of a factory.

    Raises:
        InvalidFields: it has no name, or too long a one.
        Duplicate: the factory has a line of this name.
    """
    factory = get_own(work, factory_id, to_change=True)
    normal = validated((definition.LINE_FIELD,), values, Facts(work.today))
    line = ProductionLine(name=normal["name"])
    with unique(work.session, _LINE_CONSTRAINT, "name", _LINE_TAKEN):
        factory.lines.append(line)
    audit.record(work, "enterprise:line:add", line.id)
    return line


def rename_line(work: Work, line_id: int, values: Mapping[str, Any], *, revision: int) -> ProductionLine:
    """Give a line another name. What was submitted keeps the one it was submitted with.

    Raises:
        InvalidFields: there is no name, or too long a one.
        Duplicate: the factory has another line of this name.
        StaleRevision: somebody else changed it since the form was shown.
    """
    line = get_own_line(work, line_id)
    lock(work.session, line)
    if line.revision != revision:
        raise StaleRevision
    normal = validated((definition.LINE_FIELD,), values, Facts(work.today))
    if line.name != normal["name"]:
        with unique(work.session, _LINE_CONSTRAINT, "name", _LINE_TAKEN):
            line.name = normal["name"]
        audit.record(work, "enterprise:line:change", line.id)
    return line


def set_line_retired(work: Work, line_id: int, *, retired: bool) -> ProductionLine:
    """Take a line off the lists to choose from, or put it back. Nothing is deleted."""
    line = get_own_line(work, line_id)
    lock(work.session, line)
    if retired is (line.retired_at is None):
        line.retired_at = work.now if retired else None
        work.session.flush()
        audit.record(work, _RETIRE_LINE if retired else _RESTORE_LINE, line.id)
    return line


def as_form(factory: Factory) -> dict[str, str]:
    """The factory's facts as the form wants them."""
    return {field.name: getattr(factory, field.name) for field in definition.FIELDS}


_RETIRE: Final = "enterprise:factory:retire"
_RESTORE: Final = "enterprise:factory:restore"
_RETIRE_LINE: Final = "enterprise:line:retire"
_RESTORE_LINE: Final = "enterprise:line:restore"


def _fill(factory: Factory, normal: Mapping[str, Any]) -> list[str]:
    changed = [field.name for field in definition.FIELDS if getattr(factory, field.name) != normal[field.name]]
    for name in changed:
        setattr(factory, name, normal[name])
    return changed
