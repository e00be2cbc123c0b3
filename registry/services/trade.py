"""A firm's trade figures, year by year: for the firm itself, and for who reviews its cases; never public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain import trade as definition
from registry.domain.errors import StaleRevision
from registry.models import TradeFigures
from registry.services import audit, enterprises
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry.services.work import Work

_YEAR_PLACES: Final = 100_000  # More than the revisions of four years will ever add up to.


def list_own(work: Work) -> dict[int, TradeFigures]:
    """What the actor's firm has said of the last years, by year."""
    return _of(work, enterprises.own(work).id)


def revision_shown(work: Work) -> int:
    """Counts the changes of the years that the form is about; another year's form has another number."""
    return _revision(work, list_own(work))


def change(work: Work, rows: Sequence[Mapping[str, Any]], *, revision: int) -> None:
    """Set the figures of the last years, the latest first, as typed. The trail keeps which years, and no amount.

    Raises:
        InvalidFields: some are no amounts.
        StaleRevision: somebody else changed them since the form was shown, or a year has ended meanwhile.
    """
    enterprise = enterprises.own(work, to_file=True)
    lock(work.session, enterprise)
    known = _of(work, enterprise.id)
    if _revision(work, known) != revision:
        raise StaleRevision
    changed = []
    for year, amounts in definition.amounts(rows, work.today).items():
        row = known.get(year)
        before = {name: getattr(row, name) if row else None for name in amounts}
        if before == amounts:
            continue
        if row is None:
            row = TradeFigures(enterprise_id=enterprise.id, year=year)
            work.session.add(row)
        for name, amount in amounts.items():
            setattr(row, name, amount)
        row.updated_at = work.now
        changed.append(year)
    if changed:
        work.session.flush()
        audit.record(work, "enterprise:trade:change", enterprise.id, years=changed)


def as_form(work: Work) -> list[dict[str, str]]:
    """The figures as the form wants them, a row for each year, the latest first."""
    known = list_own(work)
    return [
        {field.name: definition.printed(getattr(known.get(year), field.name, None)) for field in definition.COLUMNS}
        for year in definition.years(work.today)
    ]


def _of(work: Work, enterprise_id: int) -> dict[int, TradeFigures]:
    found = work.session.scalars(
        select(TradeFigures).where(
            TradeFigures.enterprise_id == enterprise_id, TradeFigures.year.in_(definition.years(work.today))
        )
    )
    return {figures.year: figures for figures in found}


def _revision(work: Work, known: Mapping[int, TradeFigures]) -> int:
    return work.today.year * _YEAR_PLACES + sum(figures.revision for figures in known.values())
