"""Reading codes from what people scan: turned, askew, coarse, black and white; and from hostile files."""

from __future__ import annotations

import io
import json
import resource
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import qrcode
from PIL import Image, ImageFilter
from qrcode.constants import ERROR_CORRECT_M

from registry.domain.paper_codes import paper_code
from registry.infrastructure.inspection import JPEG, PDF, PNG, RefusedFile
from registry.infrastructure.scans import DEFAULT_LIMITS, child, find_paper_codes

if TYPE_CHECKING:
    from registry.infrastructure.inspection import Limits

BAD_INPUTS = Path(__file__).parents[1] / "data" / "bad_inputs"
CODE = str(paper_code("SM-2026-000123", "0123456789abcdef" * 4))
A4_INCHES = (8.27, 11.69)
MODULES = 33  # of version 4, which the code needs


def page(dpi: int, text: str = CODE) -> Image.Image:
    """A sheet of paper with the symbol 19 mm wide at the bottom left, as on the document."""
    sheet = Image.new("L", tuple(round(side * 300) for side in A4_INCHES), 255)  # type: ignore[arg-type]
    symbol: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    symbol.add_data(text, optimize=0)
    symbol.make()
    assert text != CODE or symbol.modules_count == MODULES
    side = round(19 / 25.4 * 300)
    sheet.paste(symbol.make_image().convert("L").resize((side, side)), (236, 3200))
    return sheet.resize(tuple(round(side * dpi) for side in A4_INCHES), Image.Resampling.BILINEAR)  # type: ignore[arg-type]


def scanned(sheet: Image.Image, *, turn: float = 0, black_and_white: bool = False) -> Image.Image:
    turned = sheet.rotate(turn, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    soft = turned.filter(ImageFilter.GaussianBlur(0.6))
    return soft.point(lambda value: 255 if value > 140 else 0).convert("1") if black_and_white else soft


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def as_pdf(*pictures: Image.Image, dpi: int = 150) -> bytes:
    out = io.BytesIO()
    pictures[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def found(content: bytes, media_type: str, limits: Limits = DEFAULT_LIMITS) -> list[list[str]]:
    """In this process, so that its coverage is seen."""
    out = io.BytesIO()
    job = {"task": "codes", "media_type": media_type, "sizes": [len(content)], "limits": asdict(limits)}
    child.main(json.dumps(job), io.BytesIO(content), out)
    answer = json.loads(out.getvalue())
    return answer.get("pages") or answer["refused"]


@pytest.fixture(autouse=True)
def rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process keeps its rights."""
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)


@pytest.mark.parametrize("turn", [0, 90, 186, 268, -4])
@pytest.mark.parametrize("black_and_white", [False, True], ids=["grey", "black and white"])
@pytest.mark.parametrize("dpi", [100, 150])
def test_a_scan_is_read(turn: int, black_and_white: bool, dpi: int) -> None:
    scan = scanned(page(dpi), turn=turn, black_and_white=black_and_white)
    assert found(as_pdf(scan, dpi=dpi), PDF) == [[CODE]]
    assert found(encoded(scan, "PNG"), PNG) == [[CODE]]
    assert found(encoded(scan.convert("L"), "JPEG", quality=50), JPEG) == [[CODE]]


def test_the_size_of_a_page_means_nothing() -> None:
    """Some programs make a page of one point a pixel, others one of a stamp's size."""
    scan = scanned(page(150))
    assert found(as_pdf(scan, dpi=72), PDF) == [[CODE]]
    assert found(as_pdf(scan, dpi=1500), PDF) == [[CODE]]


def test_a_photograph_that_says_how_it_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: to be turned by a quarter.
    picture = scanned(page(300), turn=90).convert("RGB")
    assert found(encoded(picture, "JPEG", exif=exif, quality=60), JPEG) == [[CODE]]


def test_each_page_has_its_own_list() -> None:
    other = "https://santong.example.gov.cn/c/K7QX2M9TDW4HP8RC"
    blank = Image.new("L", (1240, 1754), 255)
    assert found(as_pdf(page(150), blank, page(150, other)), PDF) == [[CODE], [], [other]]


def test_pages_beyond_the_limit_are_not_looked_at() -> None:
    file = as_pdf(*[page(150)] * 3)
    assert found(file, PDF, replace(DEFAULT_LIMITS, max_pages=2)) == [[CODE]] * 2


def test_too_many_pixels_are_refused() -> None:
    limits = replace(DEFAULT_LIMITS, max_picture_pixels=1_000_000)
    assert found(encoded(page(150), "PNG"), PNG, limits) == "picture_bomb"


@pytest.mark.parametrize(
    "path",
    sorted(path for path in BAD_INPUTS.rglob("*.p*") if path.suffix in {".pdf", ".png"}),
    ids=lambda path: str(path.relative_to(BAD_INPUTS)),
)
def test_bad_inputs_bring_nothing_down(path: Path) -> None:
    kind = PDF if path.suffix == ".pdf" else PNG
    answer = found(path.read_bytes(), kind)
    assert answer in ("pdf_damaged", "picture_bomb") or not any(answer)


@pytest.mark.parametrize("kind", [PDF, JPEG, PNG])
def test_what_is_nothing_is_damaged(kind: str) -> None:
    assert str(found(b"nothing", kind)).endswith("_damaged")


def test_the_whole_way() -> None:
    assert find_paper_codes(as_pdf(scanned(page(150), turn=92, black_and_white=True)), PDF) == [[CODE]]
    with pytest.raises(RefusedFile):
        find_paper_codes(b"nothing", PNG)
