from __future__ import annotations

import base64
import io
import logging
import pickle
import re
import shutil
import subprocess
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from jinja2 import UndefinedError
from PIL import Image
from weasyprint.text import ffi

from registry.domain.errors import InvalidValue
from registry.infrastructure import pdf as pdf_module
from registry.infrastructure import qr
from registry.infrastructure.pdf import DocumentMaker, MissingGlyph, ResourceRefused, SubsetterMissing
from registry.services.documents import certificate_pdf
from tests.documents.conftest import STYLESHEET, TEMPLATES
from tests.documents.samples import CODE, URL, comparison, fullest, longest, ordinary, reports, shortest, variants

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry.domain.documents import DeclarationDocument

TEMPLATE = "certificate_declaration.html"

PICTURE_OF_A_FILE = base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    b'<image href="file:///etc/passwd" width="9" height="9"/></svg>'
).decode()


def rendered(maker: DocumentMaker, document: DeclarationDocument) -> bytes:
    return certificate_pdf(maker, TEMPLATE, document)


@pytest.fixture(scope="module")
def printed(maker: DocumentMaker) -> bytes:
    return rendered(maker, ordinary())


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page without white space, which falls where lines break."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [re.sub(r"\s", "", page.get_textpage().get_text_bounded()) for page in document]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def facts(value: Any) -> list[str]:
    return [text for text in pdf_module._texts(value) if text]


# What is on the paper


@pytest.mark.parametrize("document", [ordinary(), shortest()], ids=["ordinary", "shortest"])
def test_every_fact_is_printed(maker: DocumentMaker, document: DeclarationDocument) -> None:
    text = "".join(pages(rendered(maker, document)))
    codes = {CODE, URL, "overseas", "domestic", "equal"}  # printed grouped, as a QR code, and in Chinese
    days = re.compile(r"\d{4}-\d\d-\d\d")  # printed in the long form, except in tables
    for fact in facts(document):
        if fact not in codes and not days.fullmatch(fact):
            assert squeezed(fact) in text
    assert "K7QX-2M9T-DW4H-P8RC" in text
    assert "2026年11月20日至2029年11月19日" in text


def test_wording_stays_within_the_law(printed: bytes) -> None:
    text = "".join(pages(printed))
    assert "三同产品自我声明备案凭证" in text
    assert "本凭证不构成第三方认证，也不构成对产品的推荐" in text
    assert "声明人对其真实性、准确性和产品的持续符合性负责" in text
    assert "认证证书" not in text


def test_an_ordinary_certificate_has_one_face_and_one_annex(printed: bytes) -> None:
    face, annex = pages(printed)
    assert "嘉兴市市场监督管理局" in face
    assert "附表一" in annex
    assert "附表二" in annex


def test_without_tables_there_is_one_page(maker: DocumentMaker) -> None:
    (face,) = pages(rendered(maker, shortest()))
    assert "附表" not in face


@pytest.mark.parametrize(
    ("rows", "count", "shown"),
    [(3, 0, ["附表一同标"]), (0, 3, ["附表一同质"]), (3, 3, ["附表一同标", "附表二同质"])],
)
def test_annexes_are_numbered(maker: DocumentMaker, rows: int, count: int, shown: list[str]) -> None:
    document = ordinary()
    document["standards"]["comparison"] = comparison(rows)
    document["reports"] = reports(count)
    assert re.findall("附表[一二]同[标质]", pages(rendered(maker, document))[-1]) == shown


def many_standards() -> DeclarationDocument:
    document = ordinary()
    document["standards"]["overseas"] = [f"EN {number}:2012" for number in range(12130, 12160)]
    return document


def one_line_too_many() -> DeclarationDocument:
    """Four standards and a limit on validity: what once threw the foot to an otherwise empty page."""
    document = ordinary()
    document["product"]["variants"] = []
    document["production"]["production_line"] = ""
    document["standards"]["domestic"] = ["GB 4806.5-2016", "GB/T 8163-2018", "Q/SC 001-2025", "GB 4806.1-2016"]
    document["statement"]["limits"] = "不适用于定制产品"
    return document


def many_variants() -> DeclarationDocument:
    document = ordinary()
    document["product"]["variants"] = variants(80)
    return document


def a_long_name() -> DeclarationDocument:
    document = ordinary()
    document["product"]["name"] = longest()["product"]["name"]
    return document


def english_names() -> DeclarationDocument:
    document = ordinary()
    document["product"]["name_en"] = longest()["product"]["name_en"]
    document["enterprise"]["name_en"] = longest()["enterprise"]["name_en"]
    return document


FACES = {
    make.__name__: make
    for make in (
        shortest,
        ordinary,
        one_line_too_many,
        many_standards,
        many_variants,
        a_long_name,
        english_names,
        longest,
        fullest,
    )
}


@pytest.fixture(scope="module")
def made(maker: DocumentMaker) -> Callable[[str], bytes]:
    """Each of them once for the module: the long ones take seconds."""
    return cache(lambda name: rendered(maker, FACES[name]()))


@pytest.mark.parametrize("name", FACES)
def test_authority_date_code_and_note_stand_on_the_first_page(made: Callable[[str], bytes], name: str) -> None:
    face, *annexes = pages(made(name))
    for said in (FACES[name]()["issuer"]["name"], "查验码K7QX", "本凭证仅证明", "适用规则版本：2020-1"):
        assert squeezed(said) in face
        assert not [text for text in annexes if squeezed(said) in text]
    assert face.count("2026年11月20日") == 2  # The first day of validity, and under the authority's name.
    assert qr.decode_pages(made(name)) == [[URL], *([] for _ in annexes)]


@pytest.mark.parametrize("name", ["one_line_too_many", "many_standards", "many_variants", "a_long_name", "longest"])
def test_what_leaves_the_face_stands_whole_in_the_annex(made: Callable[[str], bytes], name: str) -> None:
    text = "".join(pages(made(name)))
    in_other_words = {CODE, URL, "overseas", "domestic", "equal"}
    for fact in facts(FACES[name]()):
        if fact not in in_other_words and not re.fullmatch(r"\d{4}-\d\d-\d\d", fact):
            assert squeezed(fact) in text, fact


def test_a_specimen_says_so_on_every_page(maker: DocumentMaker) -> None:
    document = many_standards()
    document["certificate"]["specimen"] = True
    for text in pages(rendered(maker, document)):
        assert "演示样张，内容均为虚构，无效" in text


def test_what_is_a_line_too_long_is_set_closer_and_stays(made: Callable[[str], bytes]) -> None:
    face, annex = pages(made("one_line_too_many"))
    assert "GB4806.1-2016" in face
    assert "不适用于定制产品" in face
    assert "登载事项（续）" not in annex


def test_the_face_names_the_annex(made: Callable[[str], bytes]) -> None:
    face, *annexes = pages(made("many_standards"))
    assert "EN12130:2012等30项，见附表一" in face
    assert "4项，执行较严者，见附表二" in face
    assert "2份，见附表三" in face
    assert re.findall("附表[一二三四](?:登载事项|产品规格|同标|同质)", "".join(annexes)) == [
        "附表一登载事项",
        "附表二同标",
        "附表三同质",
    ]
    face, *annexes = pages(made("a_long_name"))
    assert "大兴安岭野生蓝莓浓缩果汁饮料" in face
    assert "……（全文见附表一）" in face


def test_variants_stand_on_the_face_or_are_a_table(maker: DocumentMaker) -> None:
    document = ordinary()
    face, annex = pages(rendered(maker, document))
    assert "规格300mL双层带木盖（6901234500000）；350mL双层带木盖（6901234500001）" in face
    assert "产品规格" not in annex
    document["product"]["variants"] = [*variants(4), {"name": "散装", "gtin": "", "hs_code": "7013990000"}]
    face, annex = pages(rendered(maker, document))
    assert "规格共5种，见附表一" in face
    assert "附表一产品规格" in annex
    assert "450mL双层带木盖69012345000037013.37.00" in annex  # The product's HS code, where it has none of its own.
    assert "散装—7013990000" in annex
    document = shortest()
    document["product"]["variants"] = [{"name": "散装", "gtin": "", "hs_code": ""}]
    (face,) = pages(rendered(maker, document))
    assert "规格散装" in face
    document["product"]["variants"] *= 5
    assert "散装——" in pages(rendered(maker, document))[1]


def test_a_long_certificate_flows_on(made: Callable[[str], bytes]) -> None:
    document = longest()
    texts = pages(made("longest"))
    assert len(texts) > 3
    number = document["certificate"]["number"]
    for page, text in enumerate(texts, start=1):
        assert number in text
        assert f"第{page}页共{len(texts)}页" in text
    assert squeezed(document["enterprise"]["name"]) in texts[0]
    # Heads of tables are repeated.
    assert sum("境外限值" in text for text in texts) > 1


def test_nothing_touches_the_frame(made: Callable[[str], bytes]) -> None:
    with pypdfium2.PdfDocument(made("fullest")) as document:
        for page in document:
            text_page = page.get_textpage()
            for index in range(text_page.count_rects()):
                left, bottom, right, top = text_page.get_rect(index)
                assert left > 60  # points; the inner line of the frame is at 35
                assert right < 595 - 60
                assert bottom > 40
                assert top < 842 - 40


def test_the_qr_code_can_be_read_from_a_scan(printed: bytes) -> None:
    for dpi in (100, 150, 300):
        assert qr.decode_pdf(printed, dpi=dpi) == [URL]


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")
def test_poppler_reads_it_too(printed: bytes) -> None:
    command = ["pdftoppm", "-r", "150", "-gray", "-f", "1", "-l", "1", "-"]
    drawn = subprocess.run(command, input=printed, check=True, capture_output=True)
    assert drawn.stderr == b""
    with Image.open(io.BytesIO(drawn.stdout)) as picture:
        assert [symbol.text for symbol in zxingcpp.read_barcodes(picture)] == [URL]


def test_the_qr_code_is_large_enough(printed: bytes) -> None:
    with pypdfium2.PdfDocument(printed) as document:
        picture = document[0].render(scale=300 / 72, grayscale=True).to_pil()
    (symbol,) = zxingcpp.read_barcodes(picture)
    corners = symbol.position
    assert (corners.top_right.x - corners.top_left.x) / 300 * 25.4 > 22  # millimetres, without the quiet zone


def test_markup_in_names_is_text(maker: DocumentMaker) -> None:
    document = ordinary()
    document["product"]["name"] = '<img src="https://evil.example/"> & "杯"'
    assert squeezed(document["product"]["name"]) in pages(rendered(maker, document))[0]


# The file


def test_the_same_data_gives_the_same_bytes(fonts_dir: Path, maker: DocumentMaker, printed: bytes) -> None:
    rendered(maker, many_standards())
    assert rendered(maker, ordinary()) == printed
    another = DocumentMaker(fonts_dir=fonts_dir, templates=TEMPLATES, stylesheet=STYLESHEET)
    assert rendered(another, ordinary()) == printed


def test_threads_may_share_a_maker(maker: DocumentMaker, printed: bytes) -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(rendered(maker, ordinary()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [printed] * 3


def test_metadata(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as file:
        info = {key: str(value) for key, value in file.docinfo.items()}
        assert info["/Title"] == "三同产品自我声明备案凭证 STD-330481-2026-000123-X"
        assert info["/Author"] == "嘉兴市市场监督管理局"
        assert info["/Subject"] == "海宁晶彩玻璃制品有限公司：高硼硅玻璃杯"
        assert "同线同标同质" in info["/Keywords"]
        assert info["/CreationDate"] == "D:20261120"
        assert file.Root.Lang == "zh-Hans"
        assert "/Outlines" not in file.Root
        with file.open_metadata() as xmp:
            assert xmp["dc:title"] == info["/Title"]
            assert xmp["pdfuaid:part"] == "1"


def test_it_is_tagged(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as file:
        assert file.Root.MarkInfo.Marked
        assert file.Root.ViewerPreferences.DisplayDocTitle
        elements = [item for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
        kinds = {str(item.S) for item in elements}
        assert {"/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure"} <= kinds
        (figure,) = [item for item in elements if item.S == "/Figure"]
        assert str(figure.Alt) == f"查验二维码：{URL}"


def test_fonts_are_truetype_subsets_of_the_chain(maker: DocumentMaker) -> None:
    document = ordinary()
    document["enterprise"]["name"] = "𠮷祥㐀䶮𰀀玻璃制品有限公司"
    with pikepdf.open(io.BytesIO(rendered(maker, document))) as file:
        fonts = [item for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        for font in fonts:
            assert "/FontFile2" in font
            assert "/FontFile3" not in font
        families = {str(font.FontFamily) for font in fonts}
    assert families == {"Cert Serif", "Cert Serif Rare", "BabelStone Han"}
    assert "𠮷祥㐀䶮𰀀" in "".join(pages(rendered(maker, document)))


def test_it_is_small(printed: bytes) -> None:
    assert len(printed) < 120_000


def test_the_style_sheet_names_the_fonts_in_their_order(maker: DocumentMaker) -> None:
    families = ", ".join(f'"{family}"' for family in maker.fonts.families)
    assert f"{families};" in STYLESHEET.read_text(encoding="utf-8")


def test_the_renderer_has_nothing_to_complain_about(
    maker: DocumentMaker, caplog: pytest.LogCaptureFixture, fonts_dir: Path
) -> None:
    with caplog.at_level(logging.WARNING):
        DocumentMaker(fonts_dir=fonts_dir, templates=TEMPLATES, stylesheet=STYLESHEET)
        rendered(maker, longest())
    assert caplog.messages == []


def test_the_first_that_is_one_page_is_taken_else_the_last(tmp_path: Path, fonts_dir: Path) -> None:
    (tmp_path / "x.html").write_text(
        "<html lang=zh><title>x</title>{% for _ in range(lines) %}<p>行</p>{% endfor %}"
        "{% if face_only is not defined %}<p class=annex>附表</p>{% endif %}",
        encoding="utf-8",
    )
    maker = DocumentMaker(fonts_dir=fonts_dir, templates=tmp_path, stylesheet=STYLESHEET)
    ways = [{"lines": lines} for lines in (300, 200, 10, 9)]
    assert maker.first_fitting("x.html", ways) == {"lines": 10}
    assert maker.first_fitting("x.html", ways[:2]) == {"lines": 200}


# What is refused


def test_a_character_without_a_glyph_is_refused(maker: DocumentMaker) -> None:
    document = ordinary()
    document["reports"][1]["conclusion"] = "合格😀"
    document["standards"]["markets"].append("\ue000")
    with pytest.raises(MissingGlyph) as caught:
        rendered(maker, document)
    assert caught.value.characters == ("\ue000", "😀")
    assert isinstance(caught.value, InvalidValue)
    assert "😀（U+1F600）" in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).characters == caught.value.characters


def test_boxes_never_leave(maker: DocumentMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when the check beforehand errs, the layout engine's own answer counts."""
    monkeypatch.setattr(type(maker.fonts), "missing_glyphs", lambda *_: [])
    document = ordinary()
    document["product"]["name"] = "\U0010fffd杯"
    with pytest.raises(MissingGlyph) as caught:
        rendered(maker, document)
    assert caught.value.characters == ("\U0010fffd",)


def test_a_missing_value_is_refused(maker: DocumentMaker) -> None:
    document = ordinary()
    del document["enterprise"]["uscc"]  # type: ignore[misc]
    with pytest.raises(UndefinedError):
        rendered(maker, document)


@pytest.mark.parametrize(
    "markup",
    [
        '<img alt="x" src="https://example.org/x.png">',
        '<img alt="x" src="file:///etc/passwd">',
        '<img alt="x" src="relative.png">',
        '<img alt="x" src="cert-font:other">',
        '<link rel="stylesheet" href="http://example.org/x.css">',
        '<p style="background: url(https://example.org/x.png)">x</p>',
        '<link rel="attachment" href="file:///etc/passwd">',
        f'<img alt="x" src="data:image/svg+xml;base64,{PICTURE_OF_A_FILE}">',
    ],
)
def test_nothing_is_fetched(tmp_path: Path, fonts_dir: Path, markup: str) -> None:
    (tmp_path / "x.html").write_text(f"<html lang=zh><title>x</title>{markup}", encoding="utf-8")
    maker = DocumentMaker(fonts_dir=fonts_dir, templates=tmp_path, stylesheet=STYLESHEET)
    with pytest.raises(ResourceRefused):
        maker.render("x.html", {})


def test_a_style_sheet_fetches_nothing_either(tmp_path: Path, fonts_dir: Path) -> None:
    (tmp_path / "x.css").write_text('@import "https://example.org/x.css";', encoding="utf-8")
    with pytest.raises(ResourceRefused, match=r"example\.org"):
        DocumentMaker(fonts_dir=fonts_dir, templates=TEMPLATES, stylesheet=tmp_path / "x.css")


def test_the_subsetter_is_needed(fonts_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffi, "harfbuzz_subset", None)
    with pytest.raises(SubsetterMissing, match="libharfbuzz-subset0"):
        DocumentMaker(fonts_dir=fonts_dir, templates=TEMPLATES, stylesheet=STYLESHEET)


# Small parts


def test_days_have_no_leading_zeros_in_text() -> None:
    assert pdf_module._long_date("2026-03-07") == "2026年3月7日"
    with pytest.raises(ValueError, match="Invalid isoformat"):
        pdf_module._long_date("tomorrow")


def test_texts_are_found_at_any_depth() -> None:
    nested = {"a": "1", "b": [{"c": "2"}, ("3",)], "d": None, "e": 4}
    assert list(pdf_module._texts(nested)) == ["1", "2", "3"]
