"""The firms' products: which variants of its family a firm makes, under which numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stdnum import ean

from registry.services import products

if TYPE_CHECKING:
    from registry.cli.demonstration.firms import Firm
    from registry.cli.demonstration.goods.model import Family, Item
    from registry.cli.demonstration.stage import Stage
    from registry.models import Product


_PACKS: Final = ("2 件装", "6 件装")
_PACKED: Final = 12  # Every so many products.
_SOLD_ONLINE: Final = 8


@dataclass(frozen=True, slots=True)
class Goods:
    """One product of one firm, before it is entered."""

    number: int  # Among all products of the demonstration.
    firm: Firm
    item: Item
    model: str

    @property
    def gtin(self) -> str:
        """A right number from a company prefix of zeros, on the piece or (one in twenty) on the carton."""
        if not self.firm.family.has_barcode:
            return ""
        digits = f"69000000{self.number:04d}"
        if self.number % 20 == 0:
            digits = f"1{digits}"
        return digits + str(ean.calc_check_digit(digits))

    def as_form(self) -> dict[str, Any]:
        """What the firm types into the form; some come in several packs, and some are sold in a shop."""
        return {
            "name": self.item.name,
            "name_en": self.item.name_en,
            "brand": self.firm.entry.brand,
            "model": self.model,
            "category": self.firm.family.category,
            "gtin": self.gtin,
            "hs_code": self.item.hs_code,
            "variants": [self._pack(place, size) for place, size in enumerate(_PACKS, start=1)]
            if self.number % _PACKED == 1
            else [],
            "links": [
                {"shop": f"{self.firm.entry.brand}演示网店", "url": f"https://shop.example.com/{self.number:04d}"}
            ]
            if self.number % _SOLD_ONLINE == 1
            else [],
        }

    def _pack(self, place: int, size: str) -> dict[str, str]:
        digits = f"6900000{place}{self.number:04d}"
        gtin = digits + str(ean.calc_check_digit(digits)) if self.firm.family.has_barcode else ""
        return {"name": size, "gtin": gtin, "hs_code": ""}


def variants(family: Family) -> list[tuple[Item, str]]:
    """Every item in every model, neighbours of different kinds."""
    most = max(len(item.models) for item in family.items)
    return [(item, item.models[i]) for i in range(most) for item in family.items if i < len(item.models)]


def enter(stage: Stage, goods: Goods) -> Product:
    """Enter the product for its firm."""
    return products.add(stage.work(goods.firm.account), goods.as_form())


def rename(stage: Stage, goods: Goods, product: Product) -> None:
    """Give a product another English name after its certificate was issued; the public page says so."""
    changed = products.as_form(product) | {"name_en": f"{product.name_en} (new edition)"}
    products.change(stage.work(goods.firm.account), product.id, changed, revision=product.revision)
