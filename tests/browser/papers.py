"""What people bring along: a picture of the product, a laboratory's report, and what they type."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from registry.domain.identifiers import make_uscc

FIRM = "海宁虚构器皿有限公司"
PRODUCT = "虚构双层玻璃杯"
EMAIL = "newcomer@test.example"
ACCOUNT_PASSWORD = "a-fictional-password"
HAINING = "330481"

REGISTRATION: dict[str, Any] = {
    "uscc": make_uscc("91330481T00000090"),
    "name": FIRM,
    "area": HAINING,
    "address": "示例路 9 号",
    "industry": "30",
    "contact_name": "测试联系人",
    "contact_phone": "0573-55500009",
}
PERSON: dict[str, Any] = {
    "person_name": "测试负责人",
    "password": ACCOUNT_PASSWORD,
    "password_again": ACCOUNT_PASSWORD,
    "privacy": "yes",
}
PRODUCT_FACTS: dict[str, Any] = {
    "name": PRODUCT,
    "brand": "虚构牌",
    "model": "SC-350 350 mL",
    "category": "consumer",
    "gtin": "6901234567892",
}
ADDRESS = "浙江省嘉兴市海宁市示例路 9 号"  # As the form of a factory has it already.
LINE: dict[str, Any] = {"lines-0-name": "一号车间 B2 吹制线"}
STANDARD: dict[str, Any] = {
    "markets": ["DE", "US"],
    "overseas_standards": "ISO 7086-1\nISO 7086-2",
    "domestic_standards": "GB 4806.5-2016",
}
INDICATORS = (
    ("铅溶出量", "mg/L", "≤0.5", "≤0.8", "0.02", "overseas"),
    ("镉溶出量", "mg/L", "≤0.25", "≤0.07", "<0.005", "domestic"),
)
INDICATOR_COLUMNS = ("indicator", "unit", "overseas_limit", "domestic_limit", "measured", "stricter")
REPORT: dict[str, Any] = {
    "number": "FICT-2026-009",
    "issuer": "虚构玻璃制品检测中心",
    "cnas": "L0699",
    "issued_on": "2026-02-01",
    "conclusion": "所检项目符合 GB 4806.5-2016",
}
STATEMENT: dict[str, Any] = {
    "statement": "本企业声明：上述产品符合所列标准，出口与内销同线、同标、同质。",
    "signatory_name": "测试签署人",
    "signatory_function": "质量负责人",
    "place": "嘉兴市海宁市",
    "declared_on": "2026-03-01",
    "public": ["production_line", "comparison", "reports", "signatory_name"],
    "consent": "yes",
}


def row(list_name: str, number: int, values: dict[str, Any]) -> dict[str, Any]:
    """Values of one row, under the names that its controls have in the page."""
    return {f"{list_name}-{number}-{name}": value for name, value in values.items()}


def indicator_row(number: int) -> dict[str, Any]:
    return row("comparison", number, dict(zip(INDICATOR_COLUMNS, INDICATORS[number], strict=True)))


@cache
def picture() -> dict[str, Any]:
    """A drawn glass, as a file to choose."""
    image = Image.new("RGB", (800, 800), "#eef2f5")
    draw = ImageDraw.Draw(image)
    draw.polygon([(250, 130), (550, 130), (500, 690), (300, 690)], fill="#cfe2ee", outline="#5d7f95", width=8)
    draw.polygon([(272, 330), (528, 330), (496, 678), (304, 678)], fill="#9cc3d9")
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return {"name": "杯子.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


@cache
def report() -> dict[str, Any]:
    """A page of a made-up laboratory, as a file to choose."""
    image = Image.new("RGB", (827, 1169), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((80, 80, 747, 1089), outline="#1a1f2b", width=3)
    for line in range(18):
        draw.rectangle((130, 200 + 45 * line, 400 + (line * 97) % 300, 212 + 45 * line), fill="#4a5363")
    buffer = BytesIO()
    image.save(buffer, "PDF", resolution=100)
    return {"name": "检测报告.pdf", "mimeType": "application/pdf", "buffer": buffer.getvalue()}


def signed(document: bytes) -> dict[str, Any]:
    """A declaration printed, signed by hand and scanned in grey at 150 dots to the inch, as a file to choose."""
    pages = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(document)]
    draw = ImageDraw.Draw(pages[-1])
    width, height = pages[-1].size
    draw.line([(width * 0.6 + 8 * step, height * 0.8 - (step * 37) % 40) for step in range(24)], fill=60, width=4)
    buffer = BytesIO()
    pages[0].save(buffer, "PDF", resolution=150, save_all=True, append_images=pages[1:])
    return {"name": "签署的声明.pdf", "mimeType": "application/pdf", "buffer": buffer.getvalue()}
