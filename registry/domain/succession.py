"""What takes the place of a certificate, why, and for how long: after a change, or when it is renewed.

A change is no renewal and a renewal costs no day. Why it is so: docs/decisions/0022-succession.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from registry.domain.errors import NotAllowed
from registry.domain.messages import N_, Message
from registry.domain.validity import DisplayedState, last_valid_day

if TYPE_CHECKING:
    from collections.abc import Mapping

# A holder of a CCC certificate asks for the next one in the 90 days before it ends (强制性产品认证管理规定 第二十五条).
# As long after the last day, who has missed it may still begin from what was filed; later on, lines, reports and
# standards have to be told anew, and a new filing says so.
RENEWAL_DAYS: Final = timedelta(days=90)


class Purpose(StrEnum):
    """What a filing is for."""

    FIRST = "first"
    CHANGE = "change"
    RENEWAL = "renewal"


PURPOSE_LABELS: Final[Mapping[Purpose, str]] = MappingProxyType(
    {Purpose.FIRST: N_("首次申报"), Purpose.CHANGE: N_("变更"), Purpose.RENEWAL: N_("续期")}
)


class Succession(StrEnum):
    """Why a newer certificate has taken the place of another."""

    CHANGE = "change"
    RENEWAL = "renewal"
    EDITORIAL = "editorial"  # Nothing attested has changed: labels with the old number stay good.


@dataclass(frozen=True, slots=True)
class Term:
    """The days on which a certificate is valid, both ends among them."""

    first: date
    last: date


def succession_of(purpose: Purpose, shown: DisplayedState, *, editorial: bool) -> Succession:
    """Why the new certificate will take the place of the old one.

    A change that is decided after the last day has no validity left to take over: it renews.

    Args:
        purpose: what was asked for.
        shown: the state of the old certificate.
        editorial: whether nothing has changed of what is attested.
    """
    if purpose is Purpose.RENEWAL or shown is DisplayedState.EXPIRED:
        return Succession.RENEWAL
    return Succession.EDITORIAL if editorial else Succession.CHANGE


def first_day(today: date, old: Term, succession: Succession) -> date:
    """The first day of a certificate that is issued today in the place of another one.

    A renewal begins when the old one has ended, so that neither a day is lost nor a gap is left; a change holds at
    once, and of one that has not begun yet, from the same day.
    """
    return max(today, old.last + timedelta(days=1) if succession is Succession.RENEWAL else old.first)


def term_of(
    today: date,
    years: int,
    *,
    replaced: tuple[Term, Succession] | None = None,
    ends_with: date | None = None,
) -> Term:
    """The validity of a certificate that is issued today.

    Args:
        today: the day of issue.
        years: how long the rules let it be valid.
        replaced: what it takes the place of, and why; after a change the last day stays what it was.
        ends_with: the last day of the certificate that it rests on, where it rests on one.

    Raises:
        NotAllowed: what it rests on ends before it could begin.
    """
    first = first_day(today, *replaced) if replaced else today
    last = last_valid_day(first, years)
    if replaced and replaced[1] is not Succession.RENEWAL:
        last = replaced[0].last
    if ends_with is not None and ends_with < first:
        days = {"last": ends_with.isoformat(), "first": first.isoformat()}
        raise NotAllowed(Message(N_("认证证书的有效期止于 %(last)s，早于凭证的生效日期 %(first)s。"), days))
    return Term(first, min(last, ends_with) if ends_with else last)


def renewal_window(last: date) -> Term:
    """The days on which a renewal may be asked for."""
    return Term(last - RENEWAL_DAYS, last + RENEWAL_DAYS)


def guard_purpose(purpose: Purpose, shown: DisplayedState, last: date, today: date) -> None:
    """Let a firm ask for this now.

    Args:
        purpose: change or renewal.
        shown: the state of the certificate.
        last: its last day.
        today: the day of asking.

    Raises:
        NotAllowed: it has expired and can be renewed only, or it is too early or too late to renew it.
    """
    if purpose is Purpose.CHANGE:
        if shown is DisplayedState.EXPIRED:
            raise NotAllowed(N_("证书已过期，不能申请变更，请申请续期。"))
        return
    window = renewal_window(last)
    days = {"days": RENEWAL_DAYS.days, "first": window.first.isoformat(), "last": window.last.isoformat()}
    if today < window.first:
        raise NotAllowed(Message(N_("有效期届满前 %(days)s 天起可以申请续期，即 %(first)s 起。"), days))
    if today > window.last:
        raise NotAllowed(Message(N_("过期超过 %(days)s 天（%(last)s 为最后一天），不能再续期，请重新申报。"), days))
