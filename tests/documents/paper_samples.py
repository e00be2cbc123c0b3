"""Declarations to sign: an ordinary one, the shortest and the longest that the forms allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.documents import samples

if TYPE_CHECKING:
    from registry.domain.documents import DeclarationContent, PaperProduct

IDENTIFICATION = "SM-2026-000123"


def product(number: int) -> PaperProduct:
    return {
        "name": f"示例玻璃杯 {number} 号",
        "name_en": f"Sample tumbler No. {number}",
        "brand": "示例牌",
        "model": f"GB-{number:03d}",
        "variants": [],
        "gtin": "",
    }


def ordinary() -> DeclarationContent:
    printed = samples.ordinary()
    return {
        "enterprise": printed["enterprise"],
        "products": [
            {
                "name": "高硼硅玻璃杯",
                "name_en": "Borosilicate glass tumbler",
                "brand": "晶彩 JINGCAI",
                "model": "GB-300",
                "variants": [{"name": "300 mL", "gtin": "6901234567892"}, {"name": "500 mL 双层", "gtin": ""}],
                "gtin": "6901234567892",
            }
        ],
        "batch": "",
        "production": printed["production"],
        "standards": printed["standards"],
        "reports": printed["reports"],
        "statement": printed["statement"],
    }


def shortest() -> DeclarationContent:
    content = ordinary()
    content["products"] = [product(1) | {"name_en": "", "brand": "", "model": ""}]
    content["enterprise"]["name_en"] = ""
    content["standards"]["comparison"] = []
    content["reports"] = []
    return content


def longest() -> DeclarationContent:
    """As long as the forms allow: 50 products, 100 rows, 300 reports, names of 200 characters."""
    printed = samples.longest()
    content = ordinary()
    content.update(
        {
            "enterprise": printed["enterprise"],
            "production": printed["production"],
            "batch": printed["product"]["batch"],
            "statement": printed["statement"],
            "products": [product(number) for number in range(1, 51)],
        }
    )
    content["products"][0].update(
        {
            "name": printed["product"]["name"],
            "name_en": printed["product"]["name_en"],
            "brand": printed["product"]["brand"],
            "model": printed["product"]["model"],
            "variants": [
                {"name": f"{size} mL×24 瓶（无菌冷灌装）", "gtin": "6901234567892"} for size in range(100, 130)
            ],
        }
    )
    content["standards"] = printed["standards"] | {"comparison": samples.comparison(100)}
    content["reports"] = samples.reports(300)
    return content
