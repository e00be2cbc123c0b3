"""Choices that come from the code lists, in the shape the controls want."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext

from registry.domain.evidence import STANDING_LABELS, Standing, standing_of
from registry.domain.filings import DEFINITIONS
from registry.domain.requirements import Kind, row_numbers
from registry.domain.roles import Subject
from registry.models import Certification
from registry.services import evidence, factories, products, reference
from registry.web import language
from registry.web.messages import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from registry.models import Evidence, Filing
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


def filing_choices(work: Work, filing: Filing, *, find: str = "", ticked: Iterable[str] = ()) -> dict[str, Any]:
    """What the fields of a filing offer: the firm's dossier, and the code lists.

    Args:
        work: who acts.
        filing: the filing.
        find: what products are looked for, where there are too many to list them all.
        ticked: products ticked on a page that was sent, saved or not.
    """
    choices: dict[str, Any] = {"products": _products(work, filing, find, ticked)}
    for name, field in DEFINITIONS[filing.kind].fields.items():
        if field.kind is Kind.EVIDENCE:
            known = evidence.to_choose(work, filing, field)
            choices[name] = [(str(piece.id), _piece(piece, work.today)) for piece in known]
        elif name in _SOURCES:
            choices[name] = _SOURCES[name](work, filing)
    return choices


def _products(work: Work, filing: Filing, find: str, ticked: Iterable[str]) -> list[tuple[str, str]]:
    chosen = {item.product_id for item in filing.objects} | set(row_numbers(ticked))
    found = products.to_choose(work, filing.enterprise_id, chosen, find)
    return [(str(product.id), products.label(product)) for product in found]


def _piece(piece: Evidence, today: date) -> str:
    """What a piece of evidence is called, and how it stands where that is worth a thought."""
    standing = standing_of(piece.expires_on, today, retired=piece.retired_at is not None)
    told = [] if standing is Standing.VALID else [translated(STANDING_LABELS[standing])]
    if standing in {Standing.EXPIRING, Standing.EXPIRED}:
        told.append(str(piece.expires_on))
    return " · ".join([evidence.label(piece), *told])


def _lines(work: Work, filing: Filing) -> list[tuple[str, str]]:
    return [
        (str(line.id), factories.label(line))
        for line in factories.to_choose(work, filing.enterprise_id, str(filing.content.get("line") or ""))
    ]


def _markets(work: Work, _filing: Filing) -> dict[str, list[tuple[str, str]]]:
    """The markets with the usual ones first."""
    english = language.choose() == language.ENGLISH
    names = {
        country.alpha2: country.name_en if english else country.name
        for country in reference.countries(work.session)
        if country.alpha2 != _HOME
    }
    common: list[tuple[str, str]] = [(code, names[code]) for code in _COMMON_MARKETS if code in names]
    others = [(code, name) for code, name in names.items() if code not in _COMMON_MARKETS]
    return {str(gettext("常见市场")): common, str(gettext("其他国家和地区")): others}


def _bodies(_work: Work, filing: Filing) -> list[tuple[str, str]]:
    """The chosen one: there are hundreds, and the page looks for the others (`web/enterprise/filing_bodies.py`)."""
    body = filing.body if isinstance(filing, Certification) else None
    return [(str(body.id), f"{body.name}（{body.approval_number}）")] if body is not None else []


_SOURCES: Final[Mapping[str, Callable[[Work, Filing], Any]]] = {
    "line": _lines,
    "markets": _markets,
    "body": _bodies,
}
