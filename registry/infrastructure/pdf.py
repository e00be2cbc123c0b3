"""Documents as PDF files: a template, the data, one style sheet, and nothing from anywhere else.

WeasyPrint lays out. What it would do silently is refused here: a character without a glyph (it prints a box),
a resource that cannot be had (it leaves a gap), a value that the template expects and the data lacks.
The same data gives the same bytes, so a document can be made again and compared.
"""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pikepdf
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text import ffi
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from registry.domain.codes import group
from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.infrastructure import qr
from registry.infrastructure.fonts import prepare_fonts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from registry.infrastructure.fonts import FontSet

# Tags and the XMP of PDF/UA-1 (ISO 14289-1), and an identifier computed from the content. PDF/A-3a with the
# machine-readable credential inside, and the signature after it, take over from here.
PDF_OPTIONS: Final[Mapping[str, Any]] = {"pdf_variant": "pdf/ua-1", "pdf_identifier": True}

# Where the style sheet finds the fonts: `cert-font:regular` and so on, which only this module understands.
FONT_SCHEME: Final = "cert-font:"

# What relative addresses are relative to, so that they are refused and not passed over.
NOWHERE: Final = "https://document.invalid/"


class SubsetterMissing(RuntimeError):  # noqa: N818  # It states a fact about the machine.
    """The library that cuts fonts down to the used glyphs is absent; one page would take five seconds."""


class ResourceRefused(RuntimeError):  # noqa: N818  # It states a fact about the document.
    """A template or style sheet asked for something outside of the document."""


class MissingGlyph(InvalidValue):
    """Some characters cannot be printed; `characters` holds each of them once."""

    def __init__(self, characters: Sequence[str]) -> None:
        """Take the characters that no font has."""
        listed = "、".join(f"{character}（U+{ord(character):04X}）" for character in characters)
        text = N_("这些字符无法印在文件上：%(characters)s，请更换后再试。")
        super().__init__(Message(text, {"characters": listed}))
        self.characters = tuple(characters)

    def __reduce__(self) -> tuple[type[MissingGlyph], tuple[tuple[str, ...]]]:
        return type(self), (self.characters,)


class DocumentMaker:
    """Makes PDF files from templates. One per process: it keeps fonts and style sheet loaded.

    Threads may share it; they take turns, because Pango's font maps may not be used by two threads at once.
    """

    def __init__(self, *, fonts_dir: Path, templates: Path, stylesheet: Path, fonts: FontSet | None = None) -> None:
        """Load everything that all documents have in common.

        Args:
            fonts_dir: folder for the built fonts; filled by the first process that needs them.
            fonts: those fonts, where the process has them already.
            templates: folder of the documents' templates.
            stylesheet: the one CSS file of all documents.

        Raises:
            SubsetterMissing: libharfbuzz-subset is not installed.
            FontsMissing: a needed font is not installed.
            ResourceRefused: the style sheet asks for something other than the fonts.
        """
        require_subsetter()
        self.fonts = fonts or prepare_fonts(fonts_dir)
        self._templates = _environment(templates)
        faces = {"regular": self.fonts.regular, "bold": self.fonts.bold, "rare": self.fonts.rare}
        self._fetcher = _Fetcher({FONT_SCHEME + name: path for name, path in faces.items()})
        self._font_config = FontConfiguration()
        with self._fetcher.strictly():
            self._css = CSS(
                string=stylesheet.read_text(encoding="utf-8"),
                url_fetcher=self._fetcher,
                font_config=self._font_config,
            )
        self._turn = threading.Lock()

    def fill(self, template_name: str, data: Mapping[str, Any]) -> str:
        """Return the HTML of a document, before it is laid out.

        Raises:
            MissingGlyph: a character of the data cannot be printed.
            jinja2.UndefinedError: the data lacks something that the template prints.
        """
        if missing := self.fonts.missing_glyphs("".join(_texts(data))):
            raise MissingGlyph(missing)
        return self._templates.get_template(template_name).render(data)

    def render(self, template_name: str, data: Mapping[str, Any]) -> bytes:
        """Return the PDF file of a template filled in with `data` (see `registry.domain.documents`).

        Raises:
            MissingGlyph: a character of the data cannot be printed.
            ResourceRefused: the template asks for something outside of the document.
            jinja2.UndefinedError: the data lacks something that the template prints.
        """
        html = self.fill(template_name, data)
        with self._turn, self._fetcher.strictly():
            document = self._layout(html)
            pdf: bytes = document.write_pdf(**PDF_OPTIONS)
        # What the layout engine itself could not print, in case it thinks otherwise than the character maps.
        if boxes := sorted({code_point for font in document.fonts.values() for code_point in font.missing}):
            raise MissingGlyph([chr(code_point) for code_point in boxes])
        return pdf

    def first_fitting(self, template_name: str, ways: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return the first of these data whose face, without annexes, is one page; the last where none is.

        Raises:
            MissingGlyph: a character of the data cannot be printed.
            ResourceRefused: the template asks for something outside of the document.
            jinja2.UndefinedError: the data lacks something that the template prints.
        """
        data: Mapping[str, Any] = {}
        for data in ways:
            html = self.fill(template_name, {**data, "face_only": True})
            with self._turn, self._fetcher.strictly():
                if len(self._layout(html).pages) == 1:
                    break
        return data

    def _layout(self, html: str) -> Any:
        return HTML(string=html, base_url=NOWHERE, url_fetcher=self._fetcher).render(
            font_config=self._font_config, stylesheets=[self._css], **PDF_OPTIONS
        )


def for_signing(pdf: bytes) -> bytes:
    """Return a document of ours in the oldest form of PDF files, with every object by itself and a plain table of them.

    Every signing program can continue that. And what checks signatures finds an object at once, where WeasyPrint's
    one stream of all objects is read from its beginning for each: a document of twenty-six pages then takes longer
    than a check may.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return out.getvalue()


def count_pages(pdf: bytes) -> int:
    """How many pages a document of ours has."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def require_subsetter() -> None:
    """Check that WeasyPrint has found HarfBuzz's subsetter; Pango does not bring it along.

    Raises:
        SubsetterMissing: it has not.
    """
    if ffi.harfbuzz_subset is None:
        raise SubsetterMissing("libharfbuzz-subset is not installed (Debian: libharfbuzz-subset0).")


class _Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no type hints.
    """Gives out the built fonts and data: addresses, and remembers what else was asked for.

    WeasyPrint goes on without what it cannot get, in some places whatever is raised here: hence the memory.
    """

    def __init__(self, fonts: Mapping[str, Path]) -> None:
        super().__init__(allowed_protocols={"data"})
        self._fonts = fonts
        self._refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        font = self._fonts.get(url)
        if font is not None:
            return URLFetcherResponse(url, font.read_bytes(), {"Content-Type": "font/ttf"})
        try:
            return super().fetch(url, headers)
        except Exception:
            self._refused.append(url)
            raise

    @contextmanager
    def strictly(self) -> Iterator[None]:
        """Raise ResourceRefused at the end of the block when anything was refused in it."""
        self._refused.clear()
        yield
        if self._refused:
            raise ResourceRefused(f"The document asks for {', '.join(self._refused)}.")


def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        group=group, long_date=_long_date, qr_address=_qr_address, paper_qr_address=_paper_qr_address
    )
    return environment


def _long_date(day: str) -> str:
    """Return an ISO 8601 day as it stands in Chinese text, without leading zeros (GB/T 15835-2011)."""
    parsed = date.fromisoformat(day)
    return f"{parsed.year}年{parsed.month}月{parsed.day}日"


def _qr_address(url: str) -> str:
    """Return the QR code of `url` as an address for `<img src>`."""
    return _picture_address(qr.svg(url))


def _paper_qr_address(code: str) -> str:
    """Return the QR code of a paper code as an address for `<img src>`."""
    return _picture_address(qr.paper_svg(code))


def _picture_address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _texts(value: Any) -> Iterator[str]:
    """Yield all strings in nested mappings and lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
