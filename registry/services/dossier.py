"""A firm's dossier at a glance: what is there, what is missing, and what is good for not much longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from registry.domain import enterprise as definition
from registry.domain import trade as trade_definition
from registry.domain.evidence import Standing
from registry.models import Evidence, Factory, Product, ProductionLine
from registry.services import enterprises, evidence, expiry, trade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.models import Enterprise
    from registry.services.expiry import Expiring
    from registry.services.work import Work

MANAGEMENT: Final = "management_certificate"  # The kind of evidence that has a part of its own.


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the first page of a dossier says."""

    enterprise: Enterprise
    unsaid: tuple[str, ...]  # The labels of the firm's facts that are empty.
    factories: int
    lines: int
    products: int
    without_picture: int
    evidence: Mapping[tuple[str, Standing], int]  # By kind and standing.
    without_number: int  # Pieces in use of which the firm has not said what they are.
    management: tuple[Evidence, ...]  # The newest; their number stands in `evidence`.
    years: tuple[int, ...]
    years_unsaid: tuple[int, ...]
    expiring: tuple[Expiring, ...]

    def count(self, standing: Standing | None = None, *, management: bool = False) -> int:
        """How many pieces of evidence are in use, or stand as asked: management certificates, or all others."""
        return sum(
            count
            for (kind, stands), count in self.evidence.items()
            if (kind == MANAGEMENT) is management
            and (stands is standing if standing else stands is not Standing.RETIRED)
        )


def of_firm(work: Work) -> Dossier:
    """The dossier of the firm that the actor acts for."""
    enterprise = enterprises.own(work)
    facts = enterprises.as_form(enterprise)
    said = trade.list_own(work)
    years = trade_definition.years(work.today)
    return Dossier(
        enterprise=enterprise,
        unsaid=tuple(field.label for field in definition.FIELDS if not facts[field.name]),
        evidence=evidence.count_own(work),
        management=tuple(evidence.find_own(work, evidence.Query(kind=MANAGEMENT)).rows),
        years=years,
        years_unsaid=tuple(year for year in years if year not in said),
        expiring=tuple(expiry.of_firm(work)),
        **_counts(work, enterprise.id),
    )


def _counts(work: Work, enterprise_id: int) -> dict[str, Any]:
    """What is in use, counted in one statement."""
    factories = (Factory.enterprise_id == enterprise_id, Factory.retired_at.is_(None))
    lines = select(func.count(ProductionLine.id)).join(Factory).where(*factories, ProductionLine.retired_at.is_(None))
    products = select(func.count(Product.id)).where(
        Product.enterprise_id == enterprise_id, Product.retired_at.is_(None)
    )
    pieces = select(func.count(Evidence.id)).where(
        Evidence.enterprise_id == enterprise_id, Evidence.retired_at.is_(None)
    )
    counts = {
        "factories": select(func.count(Factory.id)).where(*factories),
        "lines": lines,
        "products": products,
        "without_picture": products.where(~Product.pictures.any()),
        "without_number": pieces.where(Evidence.number == ""),
    }
    row = work.session.execute(select(*(counted.scalar_subquery().label(name) for name, counted in counts.items())))
    return dict(row.mappings().one())
