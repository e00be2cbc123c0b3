"""What stands on the face of a certificate, and what in its annexes: the face is one page, whatever a firm has said.

Authority, date, QR code and the legal note stand on the first page. So whatever may be long is a part, which the face
can name in a line or two while an annex has it whole. How much a page holds nobody can compute from characters alone:
`arrangements` gives the ways to set the face, the roomiest first, and whoever sets it takes the first that is one page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypedDict
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from registry.domain.documents import (
        CertificationDocument,
        DeclarationDocument,
        PartyFacts,
        ProductFacts,
        RegistryFacts,
        VariantFacts,
    )

Density = Literal["roomy", "close", "dense"]


class FacePart(TypedDict):
    """One part as the face says it."""

    label: str
    values: list[str]  # whole; empty: there is nothing to say
    joined_by: str  # several values in a row, none of them broken; empty: each has its line
    short: str  # what the face says in the place of the values; empty: it has them whole
    annex: str  # which one has them then


class Face(TypedDict):
    """How the face is set, and which annexes follow it."""

    density: Density
    parts: dict[str, FacePart]
    annexes: dict[str, str]  # name → its number in Chinese, in the order of print


# So many variants are read in a line; more are a table.
MOST_VARIANTS_ON_FACE: Final = 4

_TRIED: Final[tuple[Density, ...]] = ("roomy", "close")
_CONTINUED: Final = "continued"
_ANNEXES: Final = (_CONTINUED, "variants", "comparison", "reports")
_NUMERALS: Final = "一二三四"
# Chinese characters to a line beside the labels; Latin ones are half as wide.
_LINE: Final = 30
# More than a page has at all.
_MOST_LINES: Final = 45
# How much of a name stays on the face: two lines with the words that follow it, of an English one a single line.
_BEGINNING: Final = 36
_BEGINNING_EN: Final = 22
# Of a list, the first is named where it is short.
_FIRST: Final = 15
_CLIPPED: Final = "{beginning}……（全文见附表{number}）"


@dataclass(frozen=True, slots=True)
class _Part:
    label: str
    values: tuple[str, ...]
    short: str  # {first}, {count}, {beginning}, {number}: of the annex
    joined_by: str = ""
    annex: str = _CONTINUED
    most: int = _BEGINNING  # Of the beginning.
    weight: int = 1  # How much more it belongs on the face than others.

    def shortened(self, number: str) -> str:
        """What the face says when the annex of this number has the rest."""
        first, *_ = self.values
        return self.short.format(
            first=first, count=len(self.values), beginning=_beginning(first, self.most), number=number
        )

    @property
    def saved(self) -> int:
        """About how many lines are won by taking it off the face."""
        whole = [self.joined_by.join(self.values)] if self.joined_by else "\n".join(self.values).split("\n")
        return sum(_lines(line) for line in whole) - _lines(self.shortened(_NUMERALS[0]))


def arrangements(data: DeclarationDocument | CertificationDocument) -> Iterator[dict[str, Face]]:
    """Ways to set a certificate's face, the roomiest first, as what the template needs besides the data.

    With each step the part leaves the face that wins the most room, of names after others; the last one is the
    smallest that there is. The same data gives the same arrangements.
    """
    parts = _parts(data)
    at_once = {name for name, part in parts.items() if part.annex == "variants" and _are_many(part)}
    movable = [name for name, part in parts.items() if name not in at_once and part.values and part.saved > 0]
    movable.sort(key=lambda name: parts[name].saved / parts[name].weight, reverse=True)
    for count in range(len(movable) + 1):
        if sum(parts[name].saved for name in movable[count:]) > _MOST_LINES:
            continue  # Not worth setting.
        moved = at_once.union(movable[:count])
        for density in _TRIED:
            yield {"face": _face(data, parts, moved, density)}
    yield {"face": _face(data, parts, at_once.union(movable), "dense")}


def _are_many(part: _Part) -> bool:
    return len(part.values) > MOST_VARIANTS_ON_FACE


def _face(
    data: DeclarationDocument | CertificationDocument, parts: Mapping[str, _Part], moved: set[str], density: Density
) -> Face:
    needed = {parts[name].annex for name in moved}
    if "standards" in data:
        tables = {"comparison": data["standards"]["comparison"], "reports": data["reports"]}
        needed |= {name for name, rows in tables.items() if rows}
    annexes: dict[str, str] = dict(zip((name for name in _ANNEXES if name in needed), _NUMERALS, strict=False))
    return {
        "density": density,
        "parts": {
            name: {
                "label": part.label,
                "values": list(part.values),
                "joined_by": part.joined_by,
                "short": part.shortened(annexes[part.annex]) if name in moved else "",
                "annex": part.annex,
            }
            for name, part in parts.items()
        },
        "annexes": annexes,
    }


def _parts(data: DeclarationDocument | CertificationDocument) -> dict[str, _Part]:
    """Everything that may be long, in the order of the face."""
    production = data["production"]
    return {
        **_registry_parts(data),
        "manufacturer": _name("生产企业", production["manufacturer"]),
        "factory_address": _text("工厂地址", production["factory_address"]),
        "production_line": _text("生产线", production["production_line"]),
        **(_declared(data) if "statement" in data else _certified(data)),
    }


def _registry_parts(data: RegistryFacts) -> dict[str, _Part]:
    enterprise, product = data["enterprise"], data["product"]
    return {
        "enterprise": _name("企业名称", enterprise["name"]),
        "enterprise_en": _name_en("企业英文名称", enterprise["name_en"]),
        "registered_address": _text("注册地址", enterprise["registered_address"]),
        **_product_parts(product),
    }


def _product_parts(product: ProductFacts) -> dict[str, _Part]:
    return {
        "product": _name("产品名称", product["name"]),
        "product_en": _name_en("产品英文名称", product["name_en"]),
        "brand": _text("品牌", product["brand"]),
        "model": _text("型号规格", product["model"]),
        "variants": _Part(
            "规格",
            tuple(map(_variant, product["variants"])),
            "共 {count} 种，见附表{number}",
            joined_by="；",
            annex="variants",
        ),
        "batch": _text("批次", product["batch"]),
    }


def _declared(data: DeclarationDocument) -> dict[str, _Part]:
    standards, statement = data["standards"], data["statement"]
    signatory = "　".join(filter(None, (statement["signatory_name"], statement["signatory_function"])))
    return {
        "markets": _list("境外目标市场", standards["markets"], "个", "、"),
        "overseas": _list("境外标准", standards["overseas"], "项", "；"),
        "domestic": _list("国内标准", standards["domestic"], "项", "；"),
        "statement": _text("符合性声明", statement["text"], "声明全文见附表{number}。"),
        "limits": _text("有效性限制", statement["limits"]),
        "signatory": _text("签署人", signatory),
        "place": _text("签署地点", statement["place"]),
    }


def _certified(data: CertificationDocument) -> dict[str, _Part]:
    certified = data["certification"]
    return {
        "body": _name("认证机构", f"{certified['body']}（{certified['approval_number']}）"),
        "certificate_number": _text("证书编号", certified["number"]),
        "project": _text("认证项目", certified["project"]),
        "standards": _list("认证依据", certified["standards"], "项", "；"),
        "markets": _list("境外目标市场", certified["markets"], "个", "、"),
        "ccc_number": _text("CCC 证书编号", certified["ccc_number"]),
        "parties": _Part("各方", tuple(map(_party, data["parties"])), "见附表{number}"),
    }


def _text(label: str, text: str, short: str = "见附表{number}") -> _Part:
    return _Part(label, (text,) if text else (), short)


def _name(label: str, text: str) -> _Part:
    """Something that the face always begins to say."""
    return _Part(label, (text,) if text else (), _CLIPPED, weight=2)


def _name_en(label: str, text: str) -> _Part:
    return _Part(label, (text,) if text else (), _CLIPPED, most=_BEGINNING_EN)


def _list(label: str, values: Sequence[str], unit: str, joined_by: str) -> _Part:
    named = "".join(values[:1])
    others = f" 等 {{count}} {unit}" if named.isascii() else f"等 {{count}} {unit}"
    said = "{first}" + others if _width(named) <= _FIRST else f"共 {{count}} {unit}"
    return _Part(label, tuple(values), said + "，见附表{number}", joined_by)


def _variant(variant: VariantFacts) -> str:
    return f"{variant['name']}（{variant['gtin']}）" if variant["gtin"] else variant["name"]


def _party(party: PartyFacts) -> str:
    return f"{party['role']}：" + "，".join(filter(None, (party["name"], party["address"])))


def _lines(text: str) -> int:
    """About how many lines a text takes."""
    return max(1, math.ceil(_width(text) / _LINE))


def _beginning(text: str, most: int) -> str:
    """As much of a text as is at most so wide, without a piece of a Latin word at its end."""
    width, place = 0.0, 0
    while place < len(text) and width + _width(text[place]) <= most:
        width += _width(text[place])
        place += 1
    beginning, around = text[:place], text[place - 1 : place + 1]
    if len(around) > 1 and around.isascii() and around.isalnum():
        beginning = beginning.rpartition(" ")[0] or beginning
    return beginning.rstrip()


def _width(text: str) -> float:
    """How wide a text is set, in Chinese characters."""
    return sum(1.0 if east_asian_width(character) in "WFA" else 0.5 for character in text)
