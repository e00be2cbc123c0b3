"""What can be chosen in a filing's fields: products, lines, markets, bodies and evidence, by field name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from registry.domain.filings import DEFINITIONS
from registry.domain.requirements import Facts, Kind, row_numbers
from registry.models import CertificationBody, Factory, Product, ProductionLine
from registry.services import evidence, reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry.models import Filing
    from registry.services.work import Work

    Known = Callable[[Work, Filing], frozenset[str]]


def facts(work: Work, filing: Filing) -> Facts:
    """What the completeness check must know from outside of the filing."""
    choices = {}
    for name, field in DEFINITIONS[filing.kind].fields.items():
        if field.kind is Kind.EVIDENCE:
            choices[name] = evidence.own_ids(work, filing.enterprise_id, field.evidence_kind)
        elif name in _SOURCES:
            choices[name] = _SOURCES[name](work, filing)
    return Facts(work.today, choices)


def _products(work: Work, filing: Filing) -> frozenset[str]:
    # Of the chosen ones alone: a firm may have thousands.
    chosen = row_numbers(filing.content.get("products") or [])
    own = select(Product.id).where(Product.enterprise_id == filing.enterprise_id, Product.id.in_(chosen))
    return _numbers(work.session.scalars(own))


def _lines(work: Work, filing: Filing) -> frozenset[str]:
    own = select(ProductionLine.id).join(Factory).where(Factory.enterprise_id == filing.enterprise_id)
    return _numbers(work.session.scalars(own))


def _markets(work: Work, _filing: Filing) -> frozenset[str]:
    return frozenset(country.alpha2 for country in reference.countries(work.session))


def _bodies(work: Work, _filing: Filing) -> frozenset[str]:
    return _numbers(work.session.scalars(select(CertificationBody.id)))


def _numbers(ids: object) -> frozenset[str]:
    return frozenset(str(number) for number in ids)  # type: ignore[attr-defined]


_SOURCES: Final[Mapping[str, Known]] = {
    "products": _products,
    "line": _lines,
    "markets": _markets,
    "body": _bodies,
}
