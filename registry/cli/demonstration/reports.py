"""Test reports that say of themselves that they are made up; one for each family of products."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from registry.services import evidence

if TYPE_CHECKING:
    from datetime import date

    from registry.cli.demonstration.firms import Firm
    from registry.cli.demonstration.goods.model import Family
    from registry.cli.demonstration.press import Press
    from registry.models import Evidence, StoredFile

LABORATORY: Final = "示例检验检测中心（虚构）"
CMA: Final = "200000990001"
CNAS: Final = "L99901"


@dataclass
class ReportShelf:
    """The reports made so far. The same family gives the same bytes, on any day."""

    press: Press
    made: dict[str, StoredFile] = field(default_factory=dict)

    def hand_to(self, firm: Firm) -> Evidence:
        """The firm's report in its library of evidence; put there on the first call."""
        if firm.report is None:
            work = self.press.stage.work(firm.account)
            facts = _facts(firm.family, work.today)
            name = f"{report_number(firm.family)}.pdf"
            firm.report = evidence.add_made(work, self._file(firm.family), name, kind="test_report", facts=facts)
        return firm.report

    def _file(self, family: Family) -> StoredFile:
        if family.key not in self.made:
            self.made[family.key] = self.press.stored("report.html", report_data(family))
        return self.made[family.key]


def _facts(family: Family, today: date) -> dict[str, str]:
    """What the firm enters of the report."""
    return {
        "number": report_number(family),
        "issuer": LABORATORY,
        "cma": CMA,
        "cnas": CNAS,
        "issued_on": (today - timedelta(days=30)).isoformat(),
        "expires_on": "",
        "sample": family.items[0].name,
        "conclusion": f"所检项目符合 {family.domestic[0]}",
    }


def report_number(family: Family) -> str:
    """The number on a family's report."""
    return f"YS-{family.key.upper()}-01"


def report_data(family: Family) -> dict[str, Any]:
    """What is printed on a family's report."""
    indicators = [asdict(row) | {"measured": row.measured[0]} for row in family.indicators]
    return {
        "number": report_number(family),
        "laboratory": LABORATORY,
        "samples": [item.name for item in family.items],
        "overseas": family.overseas,
        "domestic": family.domestic,
        "indicators": indicators,
    }
