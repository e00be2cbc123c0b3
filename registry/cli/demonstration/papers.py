"""Licences and letters of authorisation that say of themselves that they are made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.services.papers import Paper

if TYPE_CHECKING:
    from registry.cli.demonstration.press import Press
    from registry.models import StoredFile

_SPECIMEN: Final = "演示企业"


@dataclass
class PaperDesk:
    """Makes papers. Of firms that were verified long ago nobody looks at them: they share a specimen."""

    press: Press
    _made: dict[tuple[str, ...], StoredFile] = field(default_factory=dict)

    def licence(self, name: str = _SPECIMEN, uscc: str = "", day: str = "") -> Paper:
        """A licence with this name, code and date."""
        rows = (("名称", name), ("统一社会信用代码", uscc), ("核准日期", day))
        return self._paper("营业执照", rows, "登记机关：示例市场监督管理局（虚构）")

    def letter(self, name: str = _SPECIMEN, person: str = "演示人员") -> Paper:
        """A letter in which this firm authorises this person."""
        text = f"兹授权 {person} 管理本企业在平台上的账号。（此处盖章：虚构）"
        return self._paper("授权书", (("企业", name), ("被授权人", person)), text)

    def declaration(self) -> Paper:
        """A declaration that was printed, signed and scanned. Nobody looks at more than that it is there."""
        return self._paper("签署的声明", (("签署", "（签字、盖章：虚构）"),), "声明的内容见申报。")

    def _paper(self, title: str, rows: tuple[tuple[str, str], ...], text: str) -> Paper:
        key = (title, text, *(value for _label, value in rows))
        if key not in self._made:
            self._made[key] = self.press.paper(title, rows, text)
        return Paper(self._made[key], f"{title}.pdf")
