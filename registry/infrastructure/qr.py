"""QR codes (GB/T 18284, ISO/IEC 18004) of verification addresses and paper codes, and reading them back.

A printed address is a promise for ever, so no address but a verification address is ever encoded, in exactly one
spelling. Level M, because nothing covers a part of the symbol: a logo would need level Q.
"""

from __future__ import annotations

import base64
import io
import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import pypdfium2
import qrcode
import zxingcpp
from qrcode.constants import ERROR_CORRECT_M

from registry.domain.paper_codes import read_paper_code

if TYPE_CHECKING:
    from collections.abc import Iterator

# The last part is a public code: sixteen characters of Crockford's base 32. A host with Chinese letters is
# written in its ASCII form (xn--…), which every scanner understands.
_ADDRESS: Final = re.compile(r"(?P<origin>(?i:https?)://[A-Za-z0-9.-]+(?::[0-9]+)?)(?P<path>/c/[0-9A-HJKMNP-TV-Z]{16})")
_POINTS_PER_INCH: Final = 72


def canonical_url(url: str) -> str:
    """Return a verification address with scheme and host in lower case.

    Raises:
        ValueError: it is not of the form https://HOST/c/<public code>. Plain http is let through for
            development; what production may use is the settings' business.
    """
    match = _ADDRESS.fullmatch(url)
    if match is None:
        raise ValueError(f"not a verification address: {url}")
    return match["origin"].lower() + match["path"]


def svg(url: str) -> str:
    """Return the symbol as an SVG document with its quiet zone of four modules and without a size of its own.

    Neighbouring dark modules of a row are one rectangle, all rectangles one path: half the size
    of the library's own SVG, and drawn in half the time.

    Raises:
        ValueError: see `canonical_url`.
    """
    return _drawn(_symbol(canonical_url(url)).get_matrix())


def paper_svg(code: str) -> str:
    """Return the symbol of the code on a declaration that is to be signed, like `svg`.

    Raises:
        ValueError: it is no paper code, see `registry.domain.paper_codes`.
    """
    if read_paper_code(code) is None:
        raise ValueError(f"not a paper code: {code}")
    return _drawn(_symbol(code).get_matrix())


def _drawn(rows: list[list[bool]]) -> str:
    path = "".join(f"M{x},{y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _dark_runs(row))
    size = len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{path}"/></svg>'


def otpauth(address: str) -> str:
    """Return a data address of the symbol for an authenticator app: the one thing besides that is ever encoded.

    It is shown once, to the person whose secret it holds, and never printed.

    Raises:
        ValueError: it is no otpauth address.
    """
    if not address.startswith("otpauth://totp/"):
        raise ValueError("not an otpauth address")
    symbol: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    symbol.add_data(address)
    symbol.make()
    # On white also where the page is dark: cameras of telephones read no light symbol on a dark ground.
    picture = _drawn(symbol.get_matrix()).replace("<path", '<rect width="100%" height="100%" fill="#fff"/><path')
    encoded = base64.b64encode(picture.encode()).decode()
    return f"data:image/svg+xml;base64,{encoded}"


def png(url: str, *, pixels_per_module: int = 10) -> bytes:
    """Return the symbol as a black and white PNG, for a firm to put on its packaging.

    Raises:
        ValueError: see `canonical_url`.
    """
    symbol = _symbol(canonical_url(url))
    symbol.box_size = pixels_per_module
    buffer = io.BytesIO()
    symbol.make_image().save(buffer, "PNG")
    return buffer.getvalue()


def decode_pdf(pdf: bytes, *, dpi: int = 150) -> list[str]:
    """Return the texts of all QR codes on all pages, as a phone would read them from paper.

    Args:
        pdf: the document.
        dpi: the fineness of the picture in dots an inch; 150 is that of a modest office scanner.
    """
    return [text for page in decode_pages(pdf, dpi=dpi) for text in page]


def decode_pages(pdf: bytes, *, dpi: int = 150) -> list[list[str]]:
    """Return the texts of the QR codes on each page; see `decode_pdf`."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            [symbol.text for symbol in _read(page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True).to_pil())]
            for page in document
        ]


def _symbol(text: str) -> qrcode.QRCode[Any]:
    symbol: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    # One piece of data, in byte mode for an address, so that the same text gives the same symbol in every version.
    symbol.add_data(text, optimize=0)
    symbol.make()
    return symbol


def _dark_runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield start and length of each run of dark modules."""
    for dark, run in groupby(enumerate(row), key=itemgetter(1)):
        if dark:
            columns = [column for column, _ in run]
            yield columns[0], len(columns)


def _read(picture: Any) -> list[Any]:
    return list(zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)))
