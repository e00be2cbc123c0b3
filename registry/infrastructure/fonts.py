"""The fonts that certificates are printed with, and which characters they can print.

A certificate is set in “Cert Serif”, made here once from the system's Noto Serif CJK SC and kept in a cache:

* regular and bold hold the GB 2312 repertoire with Latin, Greek and Cyrillic letters and the usual signs;
* “Cert Serif Rare” holds everything else that Noto has, in one weight.

Two faces, because the small one is loaded for every certificate and the large one for few. Both have TrueType
outlines: a subset of a CFF font is blank in MuPDF and invalid in PDF/A (ISO 19005-3), so Noto itself never
gets into a document. What Noto lacks comes from other fonts with TrueType outlines: letters with rare marks and
subscripts (B₁) from DejaVu Serif, ideographs from BabelStone Han and HanaMin.

What cannot be printed has to be known before printing, because a renderer puts a box there and says nothing:
`FontSet.missing_glyphs` answers from the same character maps that the renderer will use.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import logging
import os
import shutil
import subprocess
import tempfile
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

log = logging.getLogger(__name__)

BUILDER_VERSION: Final = 1  # Raise it when the code below would build other bytes from the same source.
SERIF: Final = "Cert Serif"
RARE: Final = "Cert Serif Rare"
SOURCE: Final = "Noto Serif CJK SC"

# What the table “maxp” (ISO/IEC 14496-22) says of instructions and composite glyphs; neither is used.
UNUSED_BY_THE_FONT: Final = (
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
)

# Curves may move by this much when cubic ones become quadratic: 1/1000 of the type size is a thousandth of a
# millimetre in running text.
MAX_CURVE_ERROR: Final = 1.0

# Kerning, composition and mark placement; regional, vertical and alternate forms would only add glyphs.
LAYOUT_FEATURES: Final = ("ccmp", "kern", "mark", "mkmk")

# Blocks that may hold emoji. Noto draws some of them as text, but the layout engine may ask for any emoji
# font of the machine first, so that what is printed would depend on where it is printed.
PICTOGRAPHS: Final = (
    range(0x2300, 0x2400),
    range(0x2600, 0x27C0),
    range(0x2B00, 0x2C00),
    range(0x1F000, 0x1FB00),
)

# Unified and compatibility ideographs with radicals and strokes, extensions A to H.
IDEOGRAPHS: Final = (
    range(0x2E80, 0x2FE0),
    range(0x31C0, 0x31F0),
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x32400),
)

# The letters and signs of Cert Serif beside GB 2312: ASCII, Latin with its extensions, marks, Greek and
# Cyrillic, punctuation, superscripts and currencies, letter-like signs, number forms, arrows and mathematics,
# enclosed numbers, CJK punctuation, squared units (㎡, ㎏) and full-width forms.
LETTERS_AND_SIGNS: Final = (
    range(0x0020, 0x007F),
    range(0x00A0, 0x0180),
    range(0x0300, 0x0500),
    range(0x1E00, 0x1F00),
    range(0x2000, 0x2300),
    range(0x2460, 0x2500),
    range(0x3000, 0x3040),
    range(0x3300, 0x3400),
    range(0xFF00, 0xFFF0),
)


# What else is printed when Noto lacks it: family, style, and what it is trusted with. Fonts for rare ideographs
# have emoji and private-use characters as well, which are not wanted. BabelStone Han comes before HanaMin,
# because it draws the forms of the mainland's standard and HanaMin those of Japan's.
FALLBACKS: Final = (
    ("DejaVu Serif", "Book", (range(0x0100, 0x0250), range(0x1E00, 0x1F00), range(0x2070, 0x20A0))),
    ("BabelStone Han", "Regular", IDEOGRAPHS),
    ("HanaMinA", "Regular", IDEOGRAPHS),
    ("HanaMinB", "Regular", IDEOGRAPHS),
)


class FontsMissing(RuntimeError):  # noqa: N818  # It states a fact about the machine.
    """A font that no certificate can be printed without is not installed."""


@dataclass(frozen=True)
class FontFile:
    """One installed font: a file and, for a collection (.ttc), the number of the font in it."""

    family: str
    style: str
    path: Path
    number: int = 0


@dataclass(frozen=True)
class FontSet:
    """The fonts of a process that prints certificates. Make it with `prepare_fonts`."""

    regular: Path
    bold: Path
    rare: Path
    fallbacks: tuple[str, ...]  # names of installed families for what Noto lacks
    coverages: tuple[frozenset[int], ...]  # the code points of each font, in the order in which fonts are tried

    @property
    def families(self) -> tuple[str, ...]:
        """The names for CSS `font-family`, in the order in which they are tried."""
        return (SERIF, RARE, *self.fallbacks)

    def missing_glyphs(self, text: str) -> list[str]:
        """Return the characters of `text` that cannot be printed, each once, in order of appearance.

        White space can always be printed. Never printable: control and invisible format characters (names
        that look alike must be alike), private-use characters (GB 18030-2022 gives them real code points) and
        emoji. A combining mark or variation selector is printable where the font of the character before it
        has it, or has the two combined.
        """
        missing: dict[str, None] = {}
        base = ""
        for character in text:
            if not self._can_print(character, base):
                missing[character] = None
            if not unicodedata.category(character).startswith("M"):
                base = character
        return list(missing)

    def _can_print(self, character: str, base: str) -> bool:
        match unicodedata.category(character):
            case "Zs":
                return True  # A space that a font lacks is made from its ordinary space.
            case "Cc":
                return character in "\t\n\r"
            case "Cf" | "Co" | "Cs" | "Zl" | "Zp":
                return False
            case "Mn" | "Mc" | "Me" if base:
                combined = unicodedata.normalize("NFC", base + character)
                return ord(character) in self._font_of(base) or (len(combined) == 1 and self._has(combined))
            case _:
                return self._has(character)

    def _has(self, character: str) -> bool:
        return any(ord(character) in font for font in self.coverages)

    def _font_of(self, character: str) -> frozenset[int]:
        return next((font for font in self.coverages if ord(character) in font), frozenset())


def prepare_fonts(cache: Path) -> FontSet:
    """Find the system's fonts, build Cert Serif in the folder `cache` if need be, and read what they cover.

    The first call for a folder takes about 40 seconds of one processor, later ones about half a second. Any
    number of processes may call it at once: one builds, the others wait. Files of older sources or builders
    stay in the folder, since a process that is still running may use them; it is safe to delete them.

    Raises:
        FontsMissing: fontconfig or Noto Serif CJK SC (regular and bold, with CFF outlines) is not installed.
    """
    installed = _installed_fonts()
    regular, bold = (_required(installed, style) for style in ("Regular", "Bold"))
    common, rare = _repertoires(regular)
    paths = (
        _build_once(cache, regular, SERIF, common),
        _build_once(cache, bold, SERIF, common),
        _build_once(cache, regular, RARE, rare),
    )
    fallbacks = {}
    for family, style, trusted in FALLBACKS:
        font = installed.get((family, style))
        if font is None:
            log.warning("The font %s is not installed: names with its rare characters will be refused.", family)
        else:
            fallbacks[family] = _within(_coverage(font.path, font.number), trusted)
    return FontSet(
        *paths,
        fallbacks=tuple(fallbacks),
        coverages=(_coverage(paths[0], 0), _coverage(paths[2], 0), *fallbacks.values()),
    )


# ---------------------------------------------------------------------------------------------- finding


def _installed_fonts() -> dict[tuple[str, str], FontFile]:
    """Ask fontconfig, because the renderer asks it as well: both then mean the same file."""
    program = shutil.which("fc-list")
    if program is None:
        raise FontsMissing("fc-list is not installed (Debian: fontconfig).")
    listing = subprocess.run(  # noqa: S603  # A fixed command without any input of a user.
        [program, "--format", "%{family}|%{style}|%{file}|%{index}\n"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    fonts: dict[tuple[str, str], FontFile] = {}
    for line in sorted(listing.splitlines()):
        families, styles, path, index = line.split("|")
        for family in families.split(","):
            # The high half of fontconfig's index numbers the named instance of a variable font.
            font = FontFile(family, styles.split(",")[0], Path(path), int(index) & 0xFFFF)
            fonts.setdefault((font.family, font.style), font)
    return fonts


def _required(installed: dict[tuple[str, str], FontFile], style: str) -> FontFile:
    font = installed.get((SOURCE, style))
    if font is None:
        raise FontsMissing(f"{SOURCE} {style} is not installed (Debian: fonts-noto-cjk).")
    return font


def _within(code_points: Iterable[int], ranges: tuple[range, ...]) -> frozenset[int]:
    return frozenset(chain.from_iterable(ranges)).intersection(code_points)


def _gb2312() -> Iterator[int]:
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            # Rows and cells that the standard leaves empty decode to nothing.
            yield from map(ord, bytes((row, cell)).decode("gb2312", errors="ignore"))


def _repertoires(source: FontFile) -> tuple[frozenset[int], frozenset[int]]:
    """Return the characters of Cert Serif and those of Cert Serif Rare."""
    available = _coverage(source.path, source.number)
    available -= _within(available, PICTOGRAPHS) - frozenset(_gb2312())
    common = available & (frozenset(_gb2312()) | _within(available, LETTERS_AND_SIGNS))
    return common, available - common


# --------------------------------------------------------------------------------------------- coverage


def _coverage(path: Path, number: int) -> frozenset[int]:
    """Return the code points of the font's character map (ISO/IEC 14496-22 “cmap”)."""
    with TTFont(path, fontNumber=number, lazy=True) as font:
        return frozenset(font.getBestCmap())


# --------------------------------------------------------------------------------------------- building


@lru_cache(maxsize=8)
def _digest(path: Path, _changed: int) -> str:
    """Hash a source font; the time of its last change is there to miss the cache when it has changed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build_once(cache: Path, source: FontFile, family: str, code_points: frozenset[int]) -> Path:
    """Return the path of the built face; build it when that was never done for this source and version."""
    wanted = repr((BUILDER_VERSION, family, _digest(source.path, source.path.stat().st_mtime_ns), sorted(code_points)))
    key = hashlib.sha256(wanted.encode()).hexdigest()[:16]
    stem = f"{family}-{source.style}".lower().replace(" ", "-")
    path = cache / f"{stem}-{key}.ttf"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with _exclusive(cache / f"{stem}.lock"):
            if not path.exists():
                _write_atomically(path, _build(source, family, code_points))
    return path


@contextmanager
def _exclusive(lock: Path) -> Iterator[None]:
    """Let one process at a time pass; the lock goes with the process, so a killed one blocks nobody."""
    with lock.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_atomically(path: Path, content: bytes) -> None:
    """Write so that the path holds either nothing or the whole content, even after a crash."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".building-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)  # A worker under another account reads the same cache.
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _build(source: FontFile, family: str, code_points: frozenset[int]) -> bytes:
    """Return a TrueType font `family` with the given characters of `source`: same input, same bytes."""
    options = subset.Options(
        layout_features=list(LAYOUT_FEATURES),
        name_IDs=[],
        drop_tables=["BASE", "DSIG", "VORG", "vhea", "vmtx"],
    )
    with TTFont(source.path, fontNumber=source.number, lazy=True, recalcTimestamp=False) as font:
        if "CFF " not in font:
            raise FontsMissing(f"{source.path.name} is not the static edition of {SOURCE} with CFF outlines.")
        outlines = font.getGlyphSet()
        # The outlines are drawn anew below; subsetting them first would take half of the time for nothing.
        del font["CFF "]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=code_points)
        subsetter.subset(font)
        order = [name for name in outlines if name in subsetter.glyphs_retained]
        _add_outlines(font, {name: _quadratic(name, outlines) for name in order})
        _name(font, family, source.style)
        buffer = io.BytesIO()
        font.save(buffer)
    return buffer.getvalue()


def _quadratic(name: str, outlines: Mapping[str, Any]) -> Any:
    """Return the TrueType glyph (quadratic curves, outer contours clockwise) of a CFF outline."""
    pen = TTGlyphPen(outlines)
    outlines[name].draw(Cu2QuPen(pen, MAX_CURVE_ERROR, reverse_direction=True))
    return pen.glyph()


def _add_outlines(font: TTFont, glyphs: Mapping[str, Any]) -> None:
    """Make `font` a TrueType font of these glyphs, in this order."""
    font.setGlyphOrder(list(glyphs))
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = list(glyphs), dict(glyphs)
    metrics = font["hmtx"].metrics
    for name, glyph in glyphs.items():
        glyph.recalcBounds(font["glyf"])
        metrics[name] = (metrics[name][0], glyph.xMin)  # A TrueType glyph starts at its left side bearing.
    maxp = font["maxp"]
    maxp.tableVersion, maxp.maxZones = 0x00010000, 1  # The profile of a font without instructions.
    for field in UNUSED_BY_THE_FONT:
        setattr(maxp, field, 0)
    font["post"].formatType = 3.0  # without names of glyphs
    font.sfntVersion = "\0\1\0\0"


def _name(font: TTFont, family: str, style: str) -> None:
    """Give the font a name of its own; the SIL licence asks that a changed font does not keep its name."""
    table = font["name"]
    table.names = []
    full = f"{family} {style}"
    names = {1: family, 2: style, 3: f"{full} {BUILDER_VERSION}", 4: full, 6: full.replace(" ", "")}
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
