from __future__ import annotations

import io
import threading
import time
from typing import TYPE_CHECKING

import pytest
from fontTools.ttLib import TTFont

from registry.infrastructure import fonts as fonts_module
from registry.infrastructure.fonts import (
    BUILDER_VERSION,
    FALLBACKS,
    RARE,
    SERIF,
    SOURCE,
    FontFile,
    FontSet,
    FontsMissing,
    prepare_fonts,
)

FALLBACK_FAMILIES = tuple(family for family, _style, _trusted in FALLBACKS)

if TYPE_CHECKING:
    from pathlib import Path

FEW = frozenset(map(ord, "三同Ag, "))


@pytest.fixture(scope="module")
def source() -> FontFile:
    return fonts_module._installed_fonts()[(SOURCE, "Regular")]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make building a matter of a moment."""
    monkeypatch.setattr(fonts_module, "_repertoires", lambda _source: (FEW, FEW))


def names(font: TTFont) -> list[str]:
    return [font["name"].getDebugName(number) for number in (1, 2, 4, 6)]


# Characters


@pytest.mark.parametrize(
    "text",
    [
        "嘉兴市市场监督管理局",
        "𠮷祥㐀䶮龢堃喆犇",  # beyond GB 2312, one beyond the Basic Multilingual Plane
        "𰀀𫠒",  # extensions G and E, in no edition of Noto
        "Größe, Øresund, Ёлка, Ω μ № ℃ ㎡ ≤≥±×→",
        "유리컵 カップ",
        "（“三同”）——……·、。《》「」￥",
        "thin\u2009space, no-break\u00a0space, ideographic\u3000space\tline\r\nend",
        "e\u0301",  # has a glyph combined
        "",
    ],
)
def test_what_can_be_printed(fonts: FontSet, text: str) -> None:
    assert fonts.missing_glyphs(text) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("玻璃杯😀", ["😀"]),
        ("👨\u200d👩", ["👨", "\u200d", "👩"]),
        ("❤\ufe0f", ["❤", "\ufe0f"]),
        ("🈁🇨🇳⌚⭐", ["🈁", "🇨", "🇳", "⌚", "⭐"]),
        ("😀杯😀", ["😀"]),  # each once
        ("a\u200bb\u202ec\ufeff", ["\u200b", "\u202e", "\ufeff"]),  # unseen, but they make names differ
        ("a\x00b\x1bc", ["\x00", "\x1b"]),
        ("\ue000\U000f0000", ["\ue000", "\U000f0000"]),  # private use: another picture in every font
        ("\ud842", ["\ud842"]),
        ("\u2028", ["\u2028"]),
        ("x\u0302", ["\u0302"]),
        ("葛\U000e0100", ["\U000e0100"]),  # this variant is in none of the fonts
        ("\u0e01\u0e33", ["\u0e01", "\u0e33"]),
    ],
)
def test_what_cannot(fonts: FontSet, text: str, missing: list[str]) -> None:
    assert fonts.missing_glyphs(text) == missing


def test_a_mark_needs_the_font_of_its_base() -> None:
    fonts = FontSet(
        *[None] * 3,  # type: ignore[arg-type]  # The files do not matter.
        fallbacks=(),
        coverages=(frozenset(map(ord, "aé\u0300")), frozenset(map(ord, "b\u0301"))),
    )
    assert fonts.missing_glyphs("a\u0300") == []
    assert fonts.missing_glyphs("e\u0301") == ["e"]  # É's letter alone is not there, the mark would combine.
    assert fonts.missing_glyphs("b\u0301") == []
    assert fonts.missing_glyphs("b\u0300") == ["\u0300"]
    assert fonts.missing_glyphs("\u0301") == []


def test_gb_18030_level_3_is_covered(fonts: FontSet) -> None:
    """GB 18030-2022 asks for the unified ideographs up to extension F."""
    blocks = [
        (0x4E00, 0x9FFF),
        (0x3400, 0x4DBF),
        (0x20000, 0x2A6DF),
        (0x2A700, 0x2B739),
        (0x2B740, 0x2B81D),
        (0x2B820, 0x2CEA1),
        (0x2CEB0, 0x2EBE0),
    ]
    for first, last in blocks:
        assert fonts.missing_glyphs("".join(map(chr, range(first, last + 1)))) == []


def test_other_fonts_count_for_what_they_are_trusted_with(fonts: FontSet) -> None:
    assert fonts.fallbacks == FALLBACK_FAMILIES
    assert fonts.families == (SERIF, RARE, *FALLBACK_FAMILIES)
    for coverage in fonts.coverages[2:]:
        assert 0x1F600 not in coverage
        assert 0xE000 not in coverage


# Built fonts


def test_built_fonts_have_truetype_outlines_and_names_of_their_own(fonts: FontSet) -> None:
    faces = {fonts.regular: (SERIF, "Regular"), fonts.bold: (SERIF, "Bold"), fonts.rare: (RARE, "Regular")}
    for path, (family, style) in faces.items():
        with TTFont(path, lazy=True) as font:
            assert font.sfntVersion == "\0\1\0\0"
            assert "glyf" in font
            assert "CFF " not in font
            full = f"{family} {style}"
            assert names(font) == [family, style, full, full.replace(" ", "")]


def test_outlines_keep_their_shape(source: FontFile) -> None:
    built = TTFont(io.BytesIO(fonts_module._build(source, SERIF, FEW)))
    with TTFont(source.path, fontNumber=source.number, lazy=True) as original:
        ours, theirs = built.getBestCmap(), original.getBestCmap()
        assert set(ours) == FEW
        for code_point in FEW:
            width, left = built["hmtx"][ours[code_point]]
            assert width == original["hmtx"][theirs[code_point]][0]
            assert left == pytest.approx(original["hmtx"][theirs[code_point]][1], abs=2)


def test_the_same_source_gives_the_same_bytes(source: FontFile) -> None:
    assert fonts_module._build(source, SERIF, FEW) == fonts_module._build(source, SERIF, FEW)


def test_variable_fonts_are_refused(fonts: FontSet) -> None:
    with pytest.raises(FontsMissing, match="CFF outlines"):
        fonts_module._build(FontFile(SOURCE, "Regular", fonts.regular), SERIF, FEW)


# The cache


@pytest.mark.usefixtures("few")
def test_fonts_are_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = prepare_fonts(tmp_path / "new" / "folder")
    monkeypatch.setattr(fonts_module, "_build", lambda *_: pytest.fail("built again"))
    assert prepare_fonts(tmp_path / "new" / "folder") == first
    assert {path.suffix for path in first.regular.parent.iterdir()} == {".ttf", ".lock"}
    assert first.regular.stat().st_mode & 0o777 == 0o644


def test_two_at_once_build_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: FontFile) -> None:
    built, paths, start = [], [], threading.Barrier(2)

    def build(*_: object) -> bytes:
        built.append(1)
        time.sleep(0.2)
        return b"font"

    def ask() -> None:
        start.wait()
        paths.append(fonts_module._build_once(tmp_path, source, SERIF, FEW))

    monkeypatch.setattr(fonts_module, "_build", build)
    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert built == [1]
    assert paths[0] == paths[1]
    assert paths[0].read_bytes() == b"font"


def test_another_source_or_builder_is_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts_module, "_build", lambda *_: b"font")
    source = FontFile(SOURCE, "Regular", tmp_path / "source.otf")

    def build_once() -> Path:
        return fonts_module._build_once(tmp_path, source, SERIF, FEW)

    source.path.write_bytes(b"one")
    first = build_once()
    assert build_once() == first
    source.path.write_bytes(b"another")
    second = build_once()
    monkeypatch.setattr(fonts_module, "BUILDER_VERSION", BUILDER_VERSION + 1)
    assert len({first, second, build_once()}) == 3


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(fonts_module.os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        fonts_module._write_atomically(tmp_path / "font.ttf", b"font")
    assert list(tmp_path.iterdir()) == []


# What is not installed


def test_fontconfig_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FontsMissing, match="fontconfig"):
        prepare_fonts(tmp_path)


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_noto_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, style: str) -> None:
    installed = {key: font for key, font in fonts_module._installed_fonts().items() if key != (SOURCE, style)}
    monkeypatch.setattr(fonts_module, "_installed_fonts", lambda: installed)
    with pytest.raises(FontsMissing, match=f"{SOURCE} {style} is not installed"):
        prepare_fonts(tmp_path)


@pytest.mark.usefixtures("few")
def test_without_fonts_for_rare_names_those_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    installed = {key: font for key, font in fonts_module._installed_fonts().items() if key[0] == SOURCE}
    monkeypatch.setattr(fonts_module, "_installed_fonts", lambda: installed)
    fonts = prepare_fonts(tmp_path)
    assert fonts.families == (SERIF, RARE)
    assert fonts.missing_glyphs("𰀀") == ["𰀀"]
    assert [name for name in FALLBACK_FAMILIES if name not in caplog.text] == []
