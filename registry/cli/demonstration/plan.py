"""Which firm plays which case: dealt from one deck, the same way each time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from registry.cli.demonstration import scripts, third_party
from registry.cli.demonstration.firm_list import FIRMS
from registry.cli.demonstration.firms import Firm
from registry.cli.demonstration.products import Goods, variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from registry.cli.demonstration.cases import Case
    from registry.cli.demonstration.stage import Scene

SEED: Final = "santong"


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of case, how many of it there are, and how many days ago they began (at least, at most)."""

    play: Callable[[Case], Scene]
    count: int
    days_ago: tuple[int, int]


PARTS: Final = (
    Part(scripts.only_product, 8, (5, 400)),
    Part(scripts.fresh_draft, 5, (1, 10)),
    Part(scripts.half_draft, 6, (3, 30)),
    Part(scripts.wrong_draft, 4, (3, 20)),
    Part(scripts.waiting_at_county, 16, (3, 28)),
    Part(scripts.waiting_at_city, 8, (8, 35)),
    Part(scripts.returned_by_county, 5, (10, 40)),
    Part(scripts.returned_by_city, 4, (15, 45)),
    Part(scripts.resubmitted, 4, (15, 45)),
    Part(scripts.rejected, 4, (30, 300)),
    Part(scripts.withdrawn, 4, (20, 250)),
    Part(scripts.issued, 78, (12, 1030)),
    Part(scripts.product_changed, 2, (60, 600)),
    Part(scripts.reinstated, 4, (250, 900)),
    Part(scripts.suspended, 6, (200, 900)),
    Part(scripts.revoked, 5, (250, 900)),
    Part(scripts.withdrawn_by_holder, 4, (250, 900)),
    Part(scripts.withdrawn_by_bureau, 2, (250, 900)),
    Part(scripts.superseded, 8, (300, 1000)),
)
# Certificates hold for three years: these are about to expire, and those have.
_ABOUT_TO_EXPIRE: Final = (1050, 1075)
EXPIRING: Final = Part(scripts.issued, 4, (1050, 1085))
RENEWALS: Final = (
    Part(scripts.renewal_waiting, 2, _ABOUT_TO_EXPIRE),
    Part(scripts.renewed, 2, _ABOUT_TO_EXPIRE),
)
EXPIRED: Final = Part(scripts.issued, 15, (1130, 1800))
DECK: Final = (*PARTS, EXPIRING, *RENEWALS, EXPIRED)

_BY_PLAY: Final = {part.play: part for part in PARTS}
_WAITING: Final = _BY_PLAY[scripts.waiting_at_county]
_WAITING_AT_CITY: Final = _BY_PLAY[scripts.waiting_at_city]
_VALID: Final = _BY_PLAY[scripts.issued]
# A bit of everything for the firm to begin with.
_FIRST_FIRM: Final = (
    _VALID,
    EXPIRING,
    _BY_PLAY[scripts.suspended],
    _BY_PLAY[scripts.superseded],
    EXPIRED,
    _BY_PLAY[scripts.returned_by_county],
    _BY_PLAY[scripts.half_draft],
    _WAITING,
)
# Work for every reviewer of 嘉兴, and for the cities.
_FIRST_OF_COUNTY: Final = (_WAITING, _VALID)
_FIRST_OF_CITY: Final = (_WAITING, _VALID, _WAITING_AT_CITY)
_ONE_OF_EACH_CITY: Final = frozenset({"330481", "140105", "140821"})


@dataclass(frozen=True, slots=True)
class Role:
    """One product with the part that was dealt to it."""

    goods: Goods
    part: Part
    days_ago: int


def cast() -> tuple[list[Firm], list[Role]]:
    """All firms, and their products with what happens to each."""
    random = Random(SEED)  # noqa: S311  # Made-up data, the same each time.
    firms = [Firm(number, entry) for number, entry in enumerate(FIRMS, start=1)]
    goods = list(_goods(firms))
    set_parts = _set_parts(goods)
    deck = _rest_of_deck(set_parts)
    random.shuffle(deck)
    roles = []
    for product in goods:
        part = set_parts.get(product.number) or deck.pop()
        roles.append(Role(product, part, random.randint(*part.days_ago)))
    for firm in firms:
        first = max(role.days_ago for role in roles if role.goods.firm is firm)
        first = max(first, third_party.days_ago(firm.number))
        firm.registered_days_ago = first + random.randint(10, 60)
    return firms, roles


def _goods(firms: list[Firm]) -> Iterator[Goods]:
    number = 0
    for firm in firms:
        choice = variants(firm.family)
        for index in range(_product_count(firm)):
            number += 1
            item, model = choice[(firm.number - 1 + index) % len(choice)]
            yield Goods(number, firm, item, model)


def _product_count(firm: Firm) -> int:
    """Eight for the firm to begin with, then four, and three from the seventeenth on: 200 in all."""
    if firm.number == 1:
        return 8
    return 4 if firm.number <= 16 else 3  # noqa: PLR2004  # See above.


def _set_parts(goods: list[Goods]) -> dict[int, Part]:
    """The parts that are not dealt, by the number of the product."""
    parts = dict(enumerate(_FIRST_FIRM, start=1))
    served = {FIRMS[0].area}
    for product in goods:
        area = product.firm.entry.area
        if area not in served:
            served.add(area)
            parts |= dict(enumerate(_parts_of_first(area), start=product.number))
    return parts


def _parts_of_first(area: str) -> tuple[Part, ...]:
    """The parts of the first firm of an area."""
    if area in _ONE_OF_EACH_CITY:
        return _FIRST_OF_CITY
    return _FIRST_OF_COUNTY if area.startswith("3304") else ()


def _rest_of_deck(set_parts: dict[int, Part]) -> list[Part]:
    taken = Counter(id(part) for part in set_parts.values())
    return [part for part in DECK for _ in range(part.count - taken[id(part)])]
