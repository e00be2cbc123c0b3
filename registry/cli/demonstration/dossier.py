"""What firms keep besides: certificates of their management systems and trade figures; and goods declared together."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from registry.cli.demonstration.products import Goods, variants
from registry.services import evidence, trade

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from registry.cli.demonstration.firms import Firm
    from registry.cli.demonstration.press import Press
    from registry.cli.demonstration.stage import Scene, Stage

_KIND: Final = "management_certificate"
_CYCLE: Final = timedelta(days=3 * 365)
# By the firm's number, the days from today until the certificate's last one: within 60 days, over, and far ahead.
_CERTIFICATES: Final = {1: 20, 2: 400, 7: 700, 15: -10, 20: 52, 25: 900, 43: 330, 50: 610}
_IN_THE_LIBRARY_FOR: Final = 50  # days
_BODY: Final = "示例认证中心（虚构）"
_WITH_FIGURES: Final = (1, 2, 4, 10, 18, 28, 41, 49)
_FIGURES_SENT: Final = 30  # days ago
_TOGETHER: Final = 20  # The firm that declares three products together.
_THREE: Final = 3


def scenes(stage: Stage, press: Press, firms: Sequence[Firm], random: Random) -> Iterator[Scene]:
    """Everything of this kind, each at its moment."""
    for number, days in _CERTIFICATES.items():
        yield _certify_system(stage, press, firms[number - 1], days, random)
    for number in _WITH_FIGURES:
        yield _tell_figures(stage, firms[number - 1], random)


def declared_together(firms: Sequence[Firm], first_number: int) -> tuple[Goods, ...]:
    """Three products of one firm that are declared in one filing."""
    firm = firms[_TOGETHER - 1]
    chosen = variants(firm.family)[:_THREE]
    return tuple(
        Goods(first_number + place, firm, item, f"{model}-{first_number + place}")
        for place, (item, model) in enumerate(chosen)
    )


def _certify_system(stage: Stage, press: Press, firm: Firm, days: int, random: Random) -> Scene:
    last = stage.today + timedelta(days=days)
    number = f"901Q-{firm.number:04d}/虚构"
    yield stage.moment(min(_IN_THE_LIBRARY_FOR, firm.registered_days_ago - 5), random)
    rows = (("证书编号", number), ("企业", firm.entry.name), ("有效期至", last.isoformat()))
    stored = press.paper("质量管理体系认证证书", rows, f"认证机构：{_BODY}")
    facts = {
        "basis": "GB/T 19001-2016",
        "number": number,
        "issuer": _BODY,
        "scope": "设计、生产和销售（虚构）",
        "issued_on": (last - _CYCLE).isoformat(),
        "expires_on": last.isoformat(),
    }
    evidence.add_made(stage.work(firm.account), stored, "管理体系证书.pdf", kind=_KIND, facts=facts)


def _tell_figures(stage: Stage, firm: Firm, random: Random) -> Scene:
    """Four years, the latest first; a firm that is new has fewer."""
    yield stage.moment(min(_FIGURES_SENT, firm.registered_days_ago - 5), random)
    work = stage.work(firm.account)
    rows = [_year(random, back) for back in range(4)]
    trade.change(work, rows, revision=trade.revision_shown(work))


def _year(random: Random, back: int) -> dict[str, Any]:
    revenue = random.randint(4_000, 30_000) - 300 * back
    domestic = round(revenue * random.uniform(0.3, 0.6))
    return {
        "revenue": str(revenue),
        "exports": str(round((revenue - domestic) / 7.1, 1)),
        "domestic_sales": str(domestic),
        "converted_sales": str(round(domestic * random.uniform(0.2, 0.5))),
    }
