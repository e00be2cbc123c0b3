"""Licences and letters of authorisation that say of themselves that they are made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from registry.infrastructure.pdf import DocumentMaker
from registry.services import files
from registry.services.papers import Paper

if TYPE_CHECKING:
    from registry.cli.demonstration.stage import Stage

_HERE: Final = Path(__file__).parent
_SPECIMEN: Final = "演示企业"


@dataclass
class PaperDesk:
    """Makes papers. Of firms that were verified long ago nobody looks at them: they share a specimen."""

    stage: Stage
    _maker: DocumentMaker | None = None
    _made: dict[tuple[str, ...], bytes] = field(default_factory=dict)

    def licence(self, name: str = _SPECIMEN, uscc: str = "", day: str = "") -> Paper:
        """A licence with this name, code and date."""
        rows = (("名称", name), ("统一社会信用代码", uscc), ("核准日期", day))
        return self._paper("营业执照", rows, "登记机关：示例市场监督管理局（虚构）")

    def letter(self, name: str = _SPECIMEN, person: str = "演示人员") -> Paper:
        """A letter in which this firm authorises this person."""
        text = f"兹授权 {person} 管理本企业在平台上的账号。（此处盖章：虚构）"
        return self._paper("授权书", (("企业", name), ("被授权人", person)), text)

    def _paper(self, title: str, rows: tuple[tuple[str, str], ...], text: str) -> Paper:
        key = (title, text, *(value for _label, value in rows))
        if key not in self._made:
            data = {"title": title, "rows": [row for row in rows if row[1]], "text": text}
            self._made[key] = self._document_maker().render("paper.html", data)
        return Paper(files.keep_document(self.stage.work(), self._made[key]), f"{title}.pdf")

    def _document_maker(self) -> DocumentMaker:
        if self._maker is None:
            fonts = self.stage.adapters.settings.fonts_dir
            self._maker = DocumentMaker(fonts_dir=fonts, templates=_HERE, stylesheet=_HERE / "report.css")
        return self._maker
