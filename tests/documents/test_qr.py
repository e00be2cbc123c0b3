from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from registry.infrastructure import qr
from tests.documents.samples import CODE, URL


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        (URL, URL),
        (f"HTTPS://Santong.Example.GOV.CN/c/{CODE}", URL),
        (f"http://127.0.0.1:8000/c/{CODE}", f"http://127.0.0.1:8000/c/{CODE}"),
    ],
)
def test_scheme_and_host_are_in_lower_case(given: str, printed: str) -> None:
    assert qr.canonical_url(given) == printed


@pytest.mark.parametrize(
    "url",
    [
        "",
        CODE,
        f"ftp://santong.example.gov.cn/c/{CODE}",
        f"https:///c/{CODE}",
        f"https://三同.政务.cn/c/{CODE}",
        f"https://user@santong.example.gov.cn/c/{CODE}",
        f"https://santong.example.gov.cn/c/{CODE}?from=pdf",
        f"https://santong.example.gov.cn/c/{CODE}#top",
        f"https://santong.example.gov.cn/prefix/c/{CODE}",
        f"https://santong.example.gov.cn/C/{CODE}",
        f"https://santong.example.gov.cn/c/{CODE.lower()}",
        f"https://santong.example.gov.cn/c/{CODE[:-1]}",
        f"https://santong.example.gov.cn/c/{CODE[:-1]}U",  # no letter of Crockford's base 32
        f"https://santong.example.gov.cn/c/{CODE}\n",
    ],
)
def test_nothing_but_a_verification_address_is_encoded(url: str) -> None:
    for make in (qr.canonical_url, qr.svg, qr.png):
        with pytest.raises(ValueError, match="not a verification address"):
            make(url)


def test_svg_is_small_and_has_no_size() -> None:
    markup = qr.svg(URL)
    assert len(markup) < 5000
    assert "mm" not in markup
    assert "opacity" not in markup
    assert 'viewBox="0 0 41 41"' in markup  # 33 modules of version 4 and the quiet zone
    assert markup == qr.svg(URL.replace("https://santong", "HTTPS://SANTONG"))


def test_png_can_be_read() -> None:
    with Image.open(io.BytesIO(qr.png(URL, pixels_per_module=3))) as picture:
        assert picture.size == (41 * 3, 41 * 3)
        assert [symbol.text for symbol in zxingcpp.read_barcodes(picture)] == [URL]
