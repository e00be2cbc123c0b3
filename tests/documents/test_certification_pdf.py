"""The voucher of a third-party certification: what is on the paper, and that it is none of the body's."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

from registry.infrastructure import qr
from registry.infrastructure.pdf import DocumentMaker, MissingGlyph
from registry.services.documents import certificate_pdf
from tests.documents.certification_samples import NUMBER, fullest, longest, ordinary, shortest
from tests.documents.samples import CODE, URL, variants
from tests.documents.test_pdf import facts, pages, squeezed

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.domain.documents import CertificationDocument

TEMPLATE = "certificate_certification.html"


def rendered(maker: DocumentMaker, document: CertificationDocument) -> bytes:
    return certificate_pdf(maker, TEMPLATE, document)


@pytest.fixture(scope="module")
def printed(maker: DocumentMaker) -> bytes:
    return rendered(maker, ordinary())


@pytest.mark.parametrize("document", [ordinary(), shortest()], ids=["ordinary", "shortest"])
def test_every_fact_is_printed(maker: DocumentMaker, document: CertificationDocument) -> None:
    (text,) = pages(rendered(maker, document))
    for fact in facts(document):
        if fact not in {CODE, URL} and not re.fullmatch(r"\d{4}-\d\d-\d\d", fact):  # Printed grouped, and in long form.
            assert squeezed(fact) in text
    for said in ("K7QX-2M9T-DW4H-P8RC", "2026年1月15日", "初次获证2023年1月15日", "认证有效期至2029年11月19日"):
        assert said in text
    assert "2026年11月20日至2029年11月19日，不晚于认证证书到期" in text


def test_wording_stays_within_the_law(printed: bytes) -> None:
    (text,) = pages(printed)
    assert "三同产品认证结果备案凭证" in text
    assert "本凭证不是认证证书，也不构成对产品的推荐" in text
    assert "认证证书的状态以认证机构公布的为准" in text
    assert "认证机构对其负责" in text
    assert "自我声明" not in text


def test_what_was_not_released_leaves_no_empty_line(maker: DocumentMaker) -> None:
    (text,) = pages(rendered(maker, shortest()))
    for label in ("工厂地址", "生产线", "CCC", "品牌", "None"):
        assert label not in text


def many_standards_and_variants() -> CertificationDocument:
    document = ordinary()
    document["certification"]["standards"] = [f"GB/T 27{number}.1-2026" for number in range(1000, 1050)]
    document["product"]["variants"] = variants(80)
    document["product"]["name_en"] = longest()["product"]["name_en"]
    return document


FACES = {make.__name__: make for make in (shortest, ordinary, many_standards_and_variants, longest, fullest)}


@pytest.fixture(scope="module")
def made(maker: DocumentMaker) -> Callable[[str], bytes]:
    """Each of them once for the module: the long ones take seconds."""
    return cache(lambda name: rendered(maker, FACES[name]()))


@pytest.mark.parametrize("name", FACES)
def test_authority_date_code_and_note_stand_on_the_first_page(made: Callable[[str], bytes], name: str) -> None:
    face, *annexes = pages(made(name))
    for said in (FACES[name]()["issuer"]["name"], "查验码K7QX", "本凭证不是认证证书", "适用规则版本：2020-1"):
        assert squeezed(said) in face
    assert face.count("2026年11月20日") == 2  # The first day of validity, and under the authority's name.
    assert qr.decode_pages(made(name)) == [[URL], *([] for _ in annexes)]


@pytest.mark.parametrize("name", ["many_standards_and_variants", "longest"])
def test_what_leaves_the_face_stands_whole_in_the_annex(made: Callable[[str], bytes], name: str) -> None:
    texts = pages(made(name))
    assert len(texts) > 1
    for page, text in enumerate(texts, start=1):
        assert NUMBER in text
        assert f"第{page}页共{len(texts)}页" in text
    whole = "".join(texts)
    for fact in facts(FACES[name]()):
        if fact not in {CODE, URL} and not re.fullmatch(r"\d{4}-\d\d-\d\d", fact):
            assert squeezed(fact) in whole, fact


def test_nothing_touches_the_frame(made: Callable[[str], bytes]) -> None:
    with pypdfium2.PdfDocument(made("fullest")) as file:
        for sheet in file:
            text_page = sheet.get_textpage()
            for index in range(text_page.count_rects()):
                left, bottom, right, top = text_page.get_rect(index)
                assert left > 60  # points; the inner line of the frame is at 35
                assert right < 595 - 60
                assert bottom > 40
                assert top < 842 - 40


def test_the_qr_code_reads_back(printed: bytes) -> None:
    for dpi in (100, 300):
        assert qr.decode_pdf(printed, dpi=dpi) == [URL]


def test_rare_characters_and_markup(maker: DocumentMaker) -> None:
    document = ordinary()
    document["certification"]["body"] = "𠮷祥㐀䶮认证（虚构）"
    document["parties"][0]["name"] = "<b>𰀀</b> & 虚构有限公司"
    (text,) = pages(rendered(maker, document))
    assert "𠮷祥㐀䶮认证" in text
    assert "<b>𰀀</b>&虚构有限公司" in text
    document["certification"]["number"] = "901😀"
    with pytest.raises(MissingGlyph) as caught:
        rendered(maker, document)
    assert caught.value.characters == ("😀",)


def test_it_is_tagged_and_says_what_it_is(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as file:
        assert str(file.docinfo["/Title"]) == f"三同产品认证结果备案凭证 {NUMBER}"
        assert "第三方认证" in str(file.docinfo["/Keywords"])
        assert file.Root.Lang == "zh-Hans"
        assert file.Root.MarkInfo.Marked
        elements = [item for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
        assert {"/H1", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure"} <= {str(item.S) for item in elements}
        (figure,) = [item for item in elements if item.S == "/Figure"]
        assert str(figure.Alt) == f"查验二维码：{URL}"
        with file.open_metadata() as xmp:
            assert xmp["pdfuaid:part"] == "1"


def test_the_same_data_gives_the_same_bytes(maker: DocumentMaker, printed: bytes) -> None:
    rendered(maker, many_standards_and_variants())
    assert rendered(maker, ordinary()) == printed
