"""One maker of documents for the whole run, and the built fonts kept from run to run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry.config import PROJECT_ROOT
from registry.infrastructure.pdf import DocumentMaker

if TYPE_CHECKING:
    from registry.infrastructure.fonts import FontSet

TEMPLATES = PROJECT_ROOT / "templates/documents"
STYLESHEET = PROJECT_ROOT / "static/css/documents.css"


@pytest.fixture(scope="session")
def fonts_dir(pytestconfig: pytest.Config) -> Path:
    # Building takes 40 seconds; what was built depends on nothing but the system's fonts and the builder.
    return Path(pytestconfig.cache.mkdir("document-fonts"))


@pytest.fixture(scope="session")
def maker(fonts_dir: Path) -> DocumentMaker:
    return DocumentMaker(fonts_dir=fonts_dir, templates=TEMPLATES, stylesheet=STYLESHEET)


@pytest.fixture(scope="session")
def fonts(maker: DocumentMaker) -> FontSet:
    return maker.fonts
