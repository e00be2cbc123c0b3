"""Prints the papers of the demonstration, each of which says of itself that it is made up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from registry.infrastructure.pdf import DocumentMaker
from registry.services import files

if TYPE_CHECKING:
    from registry.cli.demonstration.stage import Stage
    from registry.models import StoredFile

_HERE: Final = Path(__file__).parent


@dataclass
class Press:
    """One maker of documents for all papers, with the fonts that the registry has loaded anyway."""

    stage: Stage

    def stored(self, template: str, data: dict[str, Any]) -> StoredFile:
        """Print a paper, and keep it as the registry keeps what it made itself: nobody has to look inside."""
        return files.keep_document(self.stage.work(), self._maker.render(template, data))

    def paper(self, title: str, rows: tuple[tuple[str, str], ...], text: str) -> StoredFile:
        """A page with a title, some facts and a sentence; facts that are empty are left out."""
        return self.stored("paper.html", {"title": title, "rows": [row for row in rows if row[1]], "text": text})

    @cached_property
    def _maker(self) -> DocumentMaker:
        adapters = self.stage.adapters
        return DocumentMaker(
            fonts_dir=adapters.settings.fonts_dir,
            templates=_HERE,
            stylesheet=_HERE / "report.css",
            fonts=adapters.fonts,
        )
