import json
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.domain.filenames import EXTENSIONS, MAX_LENGTH, UNNAMED, display_name

DATA = Path(__file__).parents[1] / "data"
NASTY: list[str] = json.loads((DATA / "bad_inputs/handmade/filenames.json").read_text(encoding="utf-8"))
NAUGHTY: list[str] = json.loads((DATA / "blns.json").read_text(encoding="utf-8"))

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"

# Lone surrogates too, which hypothesis leaves out unless it is asked; and pieces that the rules are about.
PIECES = st.sampled_from(
    [".pdf", ".PDF", ".jpeg", ".exe", "con", "NUL", ".", " ", "-", "/", "\\", ":", "漢", "e\u0301", "\u202e"]
)
ANY_NAME = st.lists(PIECES | st.text(alphabet=st.characters(exclude_categories=[]), max_size=60)).map("".join)


def assert_safe(name: str, media_type: str) -> None:
    """What every answer must be, whatever went in."""
    assert name.endswith(EXTENSIONS[media_type])
    assert len(name) <= MAX_LENGTH
    assert unicodedata.is_normalized("NFC", name)
    assert not set(name) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for each in name)
    assert name[0] not in ".-~ "
    stem = name[: name.rindex(".")]
    assert stem == stem.rstrip(". ")
    assert stem
    assert not stem.lower().endswith((".pdf", ".jpg", ".jpeg", ".png"))
    assert name.split(".", maxsplit=1)[0].strip().upper() not in {
        "CON",
        "PRN",
        "AUX",
        "NUL",
        "COM1",
        "LPT1",
        "CONIN$",
    }
    # Every character can be sent: RFC 8187, which Content-Disposition uses, is percent-encoded UTF-8.
    quote(name)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("三同自我声明书（盖章版）.pdf", "三同自我声明书（盖章版）.pdf"),
        ("检测报告 2024年度【终稿】-副本(2).PDF", "检测报告 2024年度【终稿】-副本(2).pdf"),
        ("检测报告 V1.2", "检测报告 V1.2.pdf"),
        ("型号A／B：甲.pdf", "型号A／B：甲.pdf"),
        ("𠮷野家.pdf", "𠮷野家.pdf"),
        ("葛\U000e0100城.pdf", "葛\U000e0100城.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\win.ini.pdf", "win.ini.pdf"),
        ("C:\\Users\\张三\\报告.pdf", "报告.pdf"),
        ("a.pdf\0.exe", "a.pdf.exe.pdf"),
        ("a.pdf.exe", "a.pdf.exe.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a.docx", "a.docx.pdf"),
        ("扫描件.jpg", "扫描件.pdf"),
        ("a.jpg.PDF.pdf", "a.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("-rf.pdf", "rf.pdf"),
        ("~/a.pdf", "a.pdf"),
        ("a .pdf", "a.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul.txt", "_nul.txt.pdf"),
        ("com¹", "_com¹.pdf"),
        ("console.pdf", "console.pdf"),
        ("a:b|c?.pdf", "a_b_c_.pdf"),
        ("a.pdf\u2215..", "a.pdf_.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
        ("\ud800报告\udfff.pdf", "报告.pdf"),
        ("", f"{UNNAMED}.pdf"),
        (".pdf", f"{UNNAMED}.pdf"),
        ("folder/", f"{UNNAMED}.pdf"),
        ("\u3164\u200b.pdf", f"{UNNAMED}.pdf"),
        ("漢" * 130 + ".pdf", "漢" * 116 + ".pdf"),
        ("漢" * 116 + ".pdf", "漢" * 116 + ".pdf"),
        ("漢" * 112 + ".pdf.exe.pdf", "漢" * 112 + ".pdf"),
    ],
)
def test_display_name_of_a_pdf(raw: str, shown: str) -> None:
    assert display_name(raw, PDF) == shown
    assert_safe(shown, PDF)


@pytest.mark.parametrize(
    ("raw", "media_type", "shown"),
    [
        ("a.JPEG", JPEG, "a.jpeg"),
        ("a.jpg", JPEG, "a.jpg"),
        ("a", JPEG, "a.jpg"),
        ("a.png", JPEG, "a.jpg"),
        ("a.pdf", PNG, "a.png"),
    ],
)
def test_the_extension_is_that_of_the_content(raw: str, media_type: str, shown: str) -> None:
    assert display_name(raw, media_type) == shown


def test_a_cut_never_parts_a_letter_from_its_marks() -> None:
    # There is no composed letter for this one, so it stays two characters in NFC.
    assert display_name("漢" * 115 + "m\u0302" * 9, PDF) == "漢" * 115 + ".pdf"
    assert display_name("\u0302" * 200, PDF) == "\u0302" * 116 + ".pdf"


def test_other_media_types_have_no_names() -> None:
    with pytest.raises(KeyError):
        display_name("a.svg", "image/svg+xml")


@pytest.mark.parametrize("raw", NASTY + NAUGHTY)
def test_nasty_names_become_safe(raw: str) -> None:
    assert_safe(display_name(raw, PDF), PDF)


@given(ANY_NAME, st.sampled_from(sorted(EXTENSIONS)))
@example("e.pdf.\u200b", PDF)
def test_any_string_becomes_safe_and_then_stays(raw: str, media_type: str) -> None:
    once = display_name(raw, media_type)
    assert_safe(once, media_type)
    assert display_name(once, media_type) == once
