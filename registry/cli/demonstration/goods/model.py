"""How a family of products is described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stricter = Literal["overseas", "domestic", "equal"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the comparison table, with the values that a laboratory may have measured."""

    name: str
    unit: str
    overseas: str
    domestic: str
    stricter: Stricter
    measured: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of product within a family."""

    name: str
    name_en: str
    hs_code: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Products that are made to the same standards."""

    key: str
    category: str
    industry: str  # Division of GB/T 4754-2017.
    line: str
    markets: tuple[str, ...]
    overseas: tuple[str, ...]
    domestic: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    items: tuple[Item, ...]
    shape: str  # What its pictures show, see `pictures.SHAPES`.
    has_barcode: bool = True
