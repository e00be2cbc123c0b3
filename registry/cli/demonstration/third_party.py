"""Third-party certifications of the demonstration: which firm, what happens, and until when the certificate holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.cli.demonstration import certification_bodies as bodies
from registry.cli.demonstration import scripts, texts
from registry.cli.demonstration.products import Goods, variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from registry.cli.demonstration.certified import CertifiedCase
    from registry.cli.demonstration.firms import Firm
    from registry.cli.demonstration.stage import Scene

_NEVER: Final = ("not_found", "国家平台查无此证书编号。")
_OTHER_DATE: Final = ("differs", "国家平台显示的有效期与申报不一致。")


def half_draft(case: CertifiedCase) -> Scene:
    """A draft with its first two steps."""
    yield from scripts.fresh_draft(case)
    yield case.pace.after(0, 2)
    case.fill(("object", "certificate"))


def looked_up_at_county(case: CertifiedCase) -> Scene:
    """Waiting for the county, which has found the certificate, and been asked something."""
    yield from scripts.waiting_at_county(case)
    yield case.pace.after(1, 2)
    case.look_up(case.county)
    case.ask("认证机构下月换发证书，备案能否先办理？")


def asked_at_city(case: CertifiedCase) -> Scene:
    """Waiting for the city, which has asked for an annex and been answered; nobody has looked the certificate up."""
    yield from scripts.waiting_at_city(case)
    yield case.pace.after(1, 2)
    case.ask_firm(case.city, "证书附件未列明申报的型号，请说明。", "certificate")
    yield case.pace.after(1, 2)
    case.ask("型号在附件第 2 页，已按同一系列认证。", "certificate")


def differs_at_city(case: CertifiedCase) -> Scene:
    """Waiting for the city, which has found something else."""
    yield from scripts.waiting_at_city(case)
    yield case.pace.after(1, 2)
    case.look_up(case.city, "unavailable", "网站维护。")
    yield case.pace.after(1, 1)
    case.look_up(case.city, *_OTHER_DATE)


def returned_by_county(case: CertifiedCase) -> Scene:
    """Sent back by the county, with time left."""
    yield from scripts.waiting_at_county(case)
    yield case.pace.after(1, 3)
    case.send_back(case.county, texts.CERTIFICATION_RETURNED)


def lapsed(case: CertifiedCase) -> Scene:
    """Sent back by the city and not corrected in time."""
    yield from scripts.waiting_at_city(case)
    yield case.pace.after(1, 3)
    case.send_back(case.city, texts.CERTIFICATION_RETURNED)


def rejected(case: CertifiedCase) -> Scene:
    """Rejected by the city, since there is no such certificate."""
    yield from scripts.waiting_at_city(case)
    yield case.pace.after(1, 3)
    case.look_up(case.city, *_NEVER)
    yield case.pace.now()
    case.reject_because(texts.CERTIFICATION_REJECTED)


def issued(case: CertifiedCase) -> Scene:
    """A certificate; the city has looked up the body's."""
    yield from scripts.waiting_at_city(case)
    yield case.pace.after(1, 3)
    case.look_up(case.city)
    yield case.pace.now()
    case.approve()


def suspended(case: CertifiedCase) -> Scene:
    """A certificate that is suspended, as the body's is."""
    yield from issued(case)
    yield case.pace.not_before(30, 10)
    case.suspend()


@dataclass(frozen=True, slots=True)
class Entry:
    """One case: who files, what happens, when it began, and the body's certificate."""

    firm: int  # Its number in the list.
    play: Callable[[CertifiedCase], Scene]
    days_ago: int
    ends_in: int  # Days from today until the last one of the body's certificate.
    body: str = bodies.APPROVED
    products: int = 1


CAST: Final = (
    Entry(1, half_draft, 6, 700),
    Entry(22, scripts.waiting_at_county, 9, 800),
    Entry(21, looked_up_at_county, 12, 400),
    Entry(5, asked_at_city, 15, 650),
    Entry(8, differs_at_city, 16, 30),
    Entry(1, returned_by_county, 14, 500),
    Entry(26, lapsed, 62, 600),
    Entry(3, issued, 210, 480),  # Its goods are in the compulsory catalogue.
    Entry(1, issued, 190, 45),  # Certificate and voucher end within 60 days.
    Entry(28, issued, 300, 420, bodies.SUSPENDED),  # Suspended since.
    Entry(43, issued, 330, 360, bodies.FOOD_ONLY),
    Entry(50, issued, 120, 900, bodies.FOOD_ONLY, products=3),
    Entry(2, issued, 520, -30),  # Theirs has expired, and so has ours.
    Entry(34, suspended, 260, 520),
    Entry(7, rejected, 90, 300),
    Entry(13, scripts.withdrawn, 40, 300),
)


def days_ago(firm: int) -> int:
    """When a firm's first case of this kind began; 0 where it has none."""
    return max((entry.days_ago for entry in CAST if entry.firm == firm), default=0)


def cast(firms: Sequence[Firm], first_number: int) -> Iterator[tuple[Entry, tuple[Goods, ...]]]:
    """Every case with its goods; their numbers go on from here."""
    number = first_number
    for entry in CAST:
        firm = firms[entry.firm - 1]
        chosen = []
        for item, model in variants(firm.family)[: entry.products]:
            chosen.append(
                Goods(number, firm, item, f"{model}-{number}")
            )  # A model that the firm makes for nothing else.
            number += 1
        yield entry, tuple(chosen)
