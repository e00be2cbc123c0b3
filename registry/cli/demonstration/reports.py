"""Test reports that say of themselves that they are made up; one for each family of products."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from registry.infrastructure.pdf import DocumentMaker
from registry.services import evidence

if TYPE_CHECKING:
    from registry.cli.demonstration.firms import Firm
    from registry.cli.demonstration.goods.model import Family
    from registry.cli.demonstration.stage import Stage
    from registry.models import Evidence

LABORATORY: Final = "示例检验检测中心（虚构）"
CMA: Final = "200000990001"
CNAS: Final = "L99901"
_HERE: Final = Path(__file__).parent


@dataclass
class ReportShelf:
    """The reports made so far. The same family gives the same bytes, on any day."""

    stage: Stage
    made: dict[str, Path] = field(default_factory=dict)
    _maker: DocumentMaker | None = None

    def hand_to(self, firm: Firm) -> Evidence:
        """The firm's report in its library of evidence; sent on the first call."""
        if firm.report is None:
            path = self._file(firm.family)
            work = self.stage.work(firm.account)
            firm.report = evidence.add(work, path, f"{report_number(firm.family)}.pdf", kind="test_report")
        return firm.report

    def _file(self, family: Family) -> Path:
        if family.key not in self.made:
            path = self.stage.folder / f"{family.key}.pdf"
            path.write_bytes(self._document_maker().render("report.html", report_data(family)))
            self.made[family.key] = path
        return self.made[family.key]

    def _document_maker(self) -> DocumentMaker:
        if self._maker is None:
            fonts = self.stage.adapters.settings.fonts_dir
            self._maker = DocumentMaker(fonts_dir=fonts, templates=_HERE, stylesheet=_HERE / "report.css")
        return self._maker


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
