"""The process that looks for QR codes in one file, and ends; see ``inspection.errand``."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

import pypdfium2
import zxingcpp

from registry.infrastructure.inspection.errand import run
from registry.infrastructure.inspection.judge import blaming_the_file
from registry.infrastructure.inspection.picture import opened_whole
from registry.infrastructure.inspection.verdict import PDF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from registry.infrastructure.inspection.errand import Answer, Errand
    from registry.infrastructure.inspection.verdict import Limits

# Pixels of a page's longer side. A4 has these at 212 and 300 dots an inch: below, codes at 100 dots an inch are missed;
# above, nothing more is found. The size that a page claims means nothing: some programs make one point of each pixel.
_LEAST_SIDE: Final = 2480
_LARGEST_SIDE: Final = 3508
_QR_CODE: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def main(description: str, sent: BinaryIO, out: BinaryIO) -> None:
    """Do the one job that is described in JSON, and write the answer; see ``errand.run``."""
    run(description, sent, out, _TASKS)


def _codes(errand: Errand) -> Answer:
    content, limits, media_type = errand.parts[0], errand.limits, errand.job["media_type"]
    with blaming_the_file(media_type, limits):
        pages = _pages(content, limits) if media_type == PDF else [_picture(content, limits)]
        found = [[symbol.text for symbol in zxingcpp.read_barcodes(page, formats=_QR_CODE)] for page in pages]
    return {"pages": found}, b""


def _pages(pdf: bytes, limits: Limits) -> Iterator[Image.Image]:
    """Each page as a picture in grey, one at a time."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number in range(min(len(document), limits.max_pages)):
            page = document[number]
            yield page.render(scale=_LEAST_SIDE / max(page.get_size()), grayscale=True).to_pil()
            page.close()


def _picture(content: bytes, limits: Limits) -> Image.Image:
    """A picture in grey, of a size in which codes are found."""
    grey = opened_whole(BytesIO(content), limits).convert("L")
    side = max(grey.size)
    scale = min(max(side, _LEAST_SIDE), _LARGEST_SIDE) / side
    return grey.resize((max(1, round(grey.width * scale)), max(1, round(grey.height * scale))))


_TASKS: Final = {"codes": _codes}
