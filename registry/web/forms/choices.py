"""Choices that come from the code lists, in the shape the controls want."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext

from registry.domain.roles import Subject
from registry.services import products, reference
from registry.web import language

if TYPE_CHECKING:
    from registry.services.work import Work

# The largest destinations of the goods made here; the rest follows in the order of the codes.
_COMMON_MARKETS: Final = (
    "US",
    "DE",
    "FR",
    "GB",
    "NL",
    "IT",
    "ES",
    "JP",
    "KR",
    "AU",
    "CA",
    "RU",
    "VN",
    "TH",
    "MY",
    "AE",
)


_HOME: Final = "CN"  # No overseas market.


def enterprise_choices(work: Work) -> dict[str, Any]:
    """Places that an office serves, and industries."""
    return {
        "area": dict(reference.served_areas(work.session, Subject.MARKET_SUPERVISION)),
        "industry": dict(reference.industries(work.session)),
    }


def declaration_choices(work: Work) -> dict[str, Any]:
    """The firm's products, and the markets with the usual ones first."""
    english = language.choose() == language.ENGLISH
    names = {
        country.alpha2: country.name_en if english else country.name
        for country in reference.countries(work.session)
        if country.alpha2 != _HOME
    }
    common = [(code, names[code]) for code in _COMMON_MARKETS if code in names]
    others = [(code, name) for code, name in names.items() if code not in _COMMON_MARKETS]
    own = [(str(product.id), _product_label(product)) for product in products.list_own(work)]
    return {
        "product": own,
        "markets": {gettext("常见市场"): common, gettext("其他国家和地区"): others},
    }


def _product_label(product: Any) -> str:
    return " · ".join(part for part in (product.name, product.brand, product.model) if part)
