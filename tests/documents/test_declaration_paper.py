"""The declaration that a firm signs: what stands on it, on every page, and that it is the firm's own."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from registry.domain.paper_codes import declaration_paper, read_paper_code
from registry.domain.signatures import Original
from registry.infrastructure import qr, signatures
from registry.infrastructure.pdf import MissingGlyph, for_signing
from registry.infrastructure.scans import find_paper_codes
from registry.services import documents
from tests.documents.conftest import STYLESHEET
from tests.documents.paper_samples import IDENTIFICATION, longest, ordinary, product, shortest
from tests.signing_keys import PASSPHRASE, pkcs12

if TYPE_CHECKING:
    from registry.domain.documents import DeclarationContent, DeclarationPaper
    from registry.infrastructure.pdf import DocumentMaker
    from registry.services.work import Work

NOW = datetime(2026, 3, 18, 6, 3, tzinfo=UTC)


def paper(content: DeclarationContent, **how: Any) -> DeclarationPaper:
    return declaration_paper(IDENTIFICATION, content, **how)


def rendered(maker: DocumentMaker, data: DeclarationPaper) -> bytes:
    work = cast("Work", SimpleNamespace(adapters=SimpleNamespace(documents=maker)))
    return documents.render_declaration(work, data)


@pytest.fixture(scope="module")
def printed(maker: DocumentMaker) -> bytes:
    return rendered(maker, paper(ordinary()))


@pytest.fixture(scope="module")
def long_one(maker: DocumentMaker) -> bytes:
    return rendered(maker, paper(longest()))


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page without white space, which falls where lines break."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [squeezed(page.get_textpage().get_text_bounded()) for page in document]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [text for item in (value.values() if isinstance(value, dict) else value) for text in texts(item)]


# What is on the paper


def test_every_fact_is_printed(printed: bytes, long_one: bytes) -> None:
    for pdf, content in ((printed, ordinary()), (long_one, longest())):
        assert unprinted(pdf, content) == []
        assert "2026年11月2日" in "".join(pages(pdf))


def unprinted(pdf: bytes, content: DeclarationContent) -> list[str]:
    text = "".join(pages(pdf))
    words = {"overseas", "domestic", "equal"}  # printed in Chinese
    days = re.compile(r"\d{4}-\d\d-\d\d")  # printed in the long form, except in tables
    facts = [each for each in texts(content) if each not in words and not days.fullmatch(each)]
    return [each for each in facts if squeezed(each) not in text]


def test_what_was_left_empty_is_said_to_be_so(maker: DocumentMaker) -> None:
    pdf = rendered(maker, paper(shortest()))
    assert unprinted(pdf, shortest()) == []
    (text,) = pages(pdf)
    assert "不限批次：声明有效期内生产的全部上述产品" in text
    assert "有效性限制无" in text
    assert "附表" not in text
    assert "检测报告" not in text


def test_it_is_the_firms_own_and_no_certificate(printed: bytes, long_one: bytes) -> None:
    for pdf in (printed, long_one):
        text = "".join(pages(pdf))
        assert "三同产品自我声明" in text
        assert "证书" not in text
        assert "凭证" not in text
        assert "不构成第三方认证" in text
        assert "声明人对其真实性、准确性和产品的持续符合性负责" in text
        assert "http" not in text


def test_it_does_not_look_like_one(printed: bytes, maker: DocumentMaker) -> None:
    """It has none of the lines that frame what the registry issues."""
    with pypdfium2.PdfDocument(printed) as document:
        picture = document[0].render(scale=1, grayscale=True).to_pil()
    edge = round(13 / 25.4 * 72)
    blank = Image.new("L", picture.size, 255)
    for box in ((0, 0, edge, picture.height), (picture.width - edge, 0, picture.width, picture.height)):
        assert ImageChops.difference(picture.crop(box), blank.crop(box)).getbbox() is None


def test_the_ordinary_one_has_a_face_and_an_annex(printed: bytes) -> None:
    face, annex = pages(printed)
    assert "（签字、盖章）" in face
    assert "附表一" in annex
    assert "附表二" in annex


@pytest.mark.parametrize("lines", [0, 6, 9, 12, 15, 24])
def test_whoever_signs_has_the_statement_before_them(maker: DocumentMaker, lines: int) -> None:
    content = ordinary()
    content["standards"]["comparison"] = []
    content["reports"] = []
    content["products"] = [product(number) for number in range(1, lines + 2)]
    (signed,) = [text for text in pages(rendered(maker, paper(content))) if "（签字、盖章）" in text]
    for part in ("本企业声明：", "有效性限制", "沈嘉宁", "质量负责人", "浙江省海宁市", "2026年11月2日"):
        assert part in signed


def test_the_stricter_limit_is_marked(maker: DocumentMaker) -> None:
    """In bold and with a line, which a copy keeps; and in words."""
    content = ordinary()
    content["standards"]["comparison"][0]["stricter"] = ""
    html = maker.fill("declaration.html", paper(content))
    marked = re.findall(r'<td class="stricter">(.*?)</td>', html)
    assert marked == ["≤0.07", "≤3"]
    assert re.findall(r'<td class="short">(.*?)</td>', html) == ["—", "国内", "相同", "境外"]
    style = STYLESHEET.read_text(encoding="utf-8")
    assert re.search(r"\.declaration \.stricter \{\s*font-weight: 700;\s*text-decoration: underline;", style)


def test_every_page_says_what_it_belongs_to(long_one: bytes) -> None:
    code = paper(longest())["paper"]
    found = pages(long_one)
    assert len(found) > 20
    for number, text in enumerate(found, start=1):
        assert f"声明编号{IDENTIFICATION}" in text
        assert code["check_text"] in text
        assert f"第{number}页共{len(found)}页" in text
    # Heads of tables are repeated.
    assert sum("条码（GTIN）" in text for text in found) > 1
    assert sum("境外限值" in text for text in found) > 2
    assert sum("检测结论" in text for text in found) > 5


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_every_page_carries_the_code(printed: bytes, long_one: bytes, dpi: int) -> None:
    for pdf, content in ((printed, ordinary()), (long_one, longest())):
        (code,) = {text for page in qr.decode_pages(pdf, dpi=dpi) for text in page}
        assert code == paper(content)["paper"]["code"]
        read = read_paper_code(code)
        assert read is not None
        assert read.identification == IDENTIFICATION
    assert qr.decode_pdf(printed, dpi=dpi) == [paper(ordinary())["paper"]["code"]] * 2


@pytest.mark.parametrize("turn", [0, 92, 180, 266.5])
def test_the_code_is_read_from_a_scan(printed: bytes, turn: float) -> None:
    """150 dots an inch, black and white, askew."""
    scans = []
    with pypdfium2.PdfDocument(printed) as document:
        for page in document:
            sheet = page.render(scale=150 / 72, grayscale=True).to_pil()
            turned = sheet.rotate(turn, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
            scans.append(turned.point(lambda value: 255 if value > 140 else 0).convert("1"))
    out = io.BytesIO()
    scans[0].save(out, "PDF", resolution=150, save_all=True, append_images=scans[1:])
    assert find_paper_codes(out.getvalue(), "application/pdf") == [[paper(ordinary())["paper"]["code"]]] * 2


def test_nothing_leaves_the_page(long_one: bytes) -> None:
    with pypdfium2.PdfDocument(long_one) as document:
        for page in document:
            text_page = page.get_textpage()
            for index in range(text_page.count_rects()):
                left, bottom, right, top = text_page.get_rect(index)
                assert left > 50  # points; the margins are 20 mm
                assert right < 595 - 50
                assert bottom > 20
                assert top < 842 - 35


def test_rare_characters_and_markup(maker: DocumentMaker) -> None:
    content = ordinary()
    content["enterprise"]["name"] = "𠮷祥㐀䶮𰀀玻璃制品有限公司"
    content["products"][0]["name"] = '<img src="https://evil.example/"> & "杯"'
    content["statement"]["signatory_name"] = "𠮷龢喆"
    text = "".join(pages(rendered(maker, paper(content))))
    for each in ("𠮷祥㐀䶮𰀀玻璃制品有限公司", '<imgsrc="https://evil.example/">&"杯"', "𠮷龢喆"):
        assert each in text


def test_a_specimen_says_so_on_every_page(maker: DocumentMaker, printed: bytes) -> None:
    warning = "演示样张，内容均为虚构，无效"
    found = pages(rendered(maker, paper(ordinary(), specimen=True)))
    assert [warning in text for text in found] == [True, True]
    assert warning not in "".join(pages(printed))


def test_the_annexes_follow_on(maker: DocumentMaker) -> None:
    """Where the first page has no room for the signature, the second has it, and the annexes as well."""
    content = ordinary()
    content["products"] += [product(2), product(3), product(4)]
    first, second = pages(rendered(maker, paper(content)))
    assert "（签字、盖章）" not in first
    for said in ("（签字、盖章）", "附表一", "附表二"):
        assert said in second


# The file


def test_the_same_content_gives_the_same_bytes(maker: DocumentMaker, printed: bytes) -> None:
    assert rendered(maker, paper(ordinary())) == printed
    content = ordinary()
    content["batch"] = "2026 年 3 月起"
    assert rendered(maker, paper(content)) != printed


def test_metadata_and_tags(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as file:
        info = {key: str(value) for key, value in file.docinfo.items()}
        assert info["/Title"] == f"三同产品自我声明 {IDENTIFICATION}"
        assert info["/Author"] == "海宁晶彩玻璃制品有限公司"
        assert info["/Subject"] == "海宁晶彩玻璃制品有限公司：高硼硅玻璃杯"
        assert info["/CreationDate"] == "D:20261102"
        assert file.Root.MarkInfo.Marked
        kinds = {str(item.S) for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item}
        assert {"/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD"} <= kinds
        with file.open_metadata() as xmp:
            assert xmp["pdfuaid:part"] == "1"


def test_several_products_are_named_by_the_first(long_one: bytes) -> None:
    with pikepdf.open(io.BytesIO(long_one)) as file:
        assert str(file.docinfo["/Subject"]).endswith(" 等")


def test_every_object_stands_by_itself(printed: bytes) -> None:
    assert b"/ObjStm" not in printed
    assert b"\nxref\n" in printed
    assert for_signing(printed) == printed


# Signed


def test_it_can_be_signed_and_checked(printed: bytes, long_one: bytes) -> None:
    for document in (printed, long_one):
        signed = signatures.sign(document, pkcs12("p256"), PASSPHRASE, reason="签署声明", location="", at=NOW)
        report = signatures.check(signed, original_sha256=hashlib.sha256(document).hexdigest(), at=NOW)
        assert (report.original, report.problems) == (Original.SAME, ())


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")
def test_poppler_draws_it_without_complaint(printed: bytes) -> None:
    command = ["pdftoppm", "-r", "50", "-gray", "-"]
    assert subprocess.run(command, input=printed, check=True, capture_output=True).stderr == b""


# What is refused


def test_a_character_without_a_glyph_is_named(maker: DocumentMaker) -> None:
    content = ordinary()
    content["products"][0]["variants"][0]["name"] = "300 mL😀"
    with pytest.raises(MissingGlyph, match="😀（U\\+1F600）") as caught:
        rendered(maker, paper(content))
    assert caught.value.characters == ("😀",)
    assert "证书" not in str(caught.value)


def test_a_page_without_its_code_is_not_released(maker: DocumentMaker) -> None:
    data = paper(ordinary())
    data["paper"]["code"] = paper(shortest())["paper"]["code"]
    pdf = maker.render("declaration.html", data)
    other = cast("Any", SimpleNamespace(render=lambda *_: pdf))
    with pytest.raises(documents.UnreadableDocument, match="the QR code on page 1 reads"):
        rendered(other, paper(ordinary()))


def test_no_other_text_becomes_a_code() -> None:
    for text in ("", "https://santong.example.gov.cn/c/K7QX2M9TDW4HP8RC", "SANTONG-DECLARATION:SM-1:00"):
        with pytest.raises(ValueError, match="not a paper code"):
            qr.paper_svg(text)
