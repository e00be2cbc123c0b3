"""From when, until when and in which state a certificate holds.

Dates are calendar days at the registry's seat; both ends are days on which the certificate is valid. What time alone
brings about is computed when a certificate is read and never stored, so no job has to run for it to be true: that it
has begun, that it has expired, and that the one it was renewed by has taken its place.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed
from registry.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Mapping

_FEBRUARY: Final = 2
_LEAP_DAY: Final = 29

# Characters; the column that keeps a document's number holds no more.
MOST_REASON: Final = 2_000
MOST_DOCUMENT_NUMBER: Final = 80


class CertificateState(StrEnum):
    """The states that are stored. Each is the outcome of somebody's decision."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class DisplayedState(StrEnum):
    """The states that people see: the stored ones, and two that follow from the dates."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"


STATE_LABELS: Final[Mapping[DisplayedState, str]] = MappingProxyType(
    {
        DisplayedState.VALID: N_("有效"),
        DisplayedState.SUSPENDED: N_("暂停"),
        DisplayedState.REVOKED: N_("撤销"),
        DisplayedState.WITHDRAWN: N_("注销"),
        DisplayedState.SUPERSEDED: N_("已换发"),
        DisplayedState.EXPIRED: N_("过期"),
        DisplayedState.NOT_YET_VALID: N_("尚未生效"),
    },
)

# Nothing leads out of these, neither a decision nor the passing of time. As strings, because they are the
# same for the stored and for the displayed state.
FINAL_STATES: Final[frozenset[str]] = frozenset(
    {CertificateState.REVOKED, CertificateState.WITHDRAWN, CertificateState.SUPERSEDED},
)


def displayed_state(
    stored: CertificateState,
    valid_from: date,
    valid_until: date,
    today: date,
    *,
    renewed: bool = False,
) -> DisplayedState:
    """Return the state to show on a given day.

    A final state stays, because how a certificate ended says more than that its time has run out meanwhile.
    After the last day everything else is expired, a suspended certificate too: a suspension is a time to
    put things right, which ends with the certificate, and “suspended” would promise that it may come back.
    (The suspension stays in the public history.) One that was renewed holds to its last day like any other; then the
    newer one begins and takes its place, and says how things stand. Before the first day a suspension is shown rather
    than the wait.

    Args:
        stored: the state as last decided.
        valid_from: the first day of validity.
        valid_until: the last one.
        today: the day on which it is looked at.
        renewed: whether there is a newer certificate that begins when this one ends, or has begun after it.
    """
    if stored in FINAL_STATES:
        return DisplayedState(stored)
    if today > valid_until:
        return DisplayedState.SUPERSEDED if renewed else DisplayedState.EXPIRED
    if stored == CertificateState.VALID and today < valid_from:
        return DisplayedState.NOT_YET_VALID
    return DisplayedState(stored)


def add_years(day: date, years: int) -> date:
    """Return the same day of the year some years later; 29 February becomes the 28th where there is no 29th.

    The end of the month stands in for a day that it does not have: 民法典 第二百零二条.

    Raises:
        ValueError: the year is outside of what a date can hold.
    """
    year = day.year + years
    if (day.month, day.day) == (_FEBRUARY, _LEAP_DAY) and not calendar.isleap(year):
        return date(year, _FEBRUARY, _LEAP_DAY - 1)
    return day.replace(year=year)


def last_valid_day(valid_from: date, years: int) -> date:
    """Return the last day of a validity of some years: the day before the anniversary.

    2026-11-20 and three years give 2029-11-19. From 29 February the time is full on 28 February, when the
    year has no anniversary of its own.

    Raises:
        ValueError: less than one year, or outside of what a date can hold.
    """
    if years < 1:
        raise ValueError(f"a validity is at least one year, not {years}")
    anniversary = add_years(valid_from, years)
    return anniversary - timedelta(days=1) if anniversary.day == valid_from.day else anniversary


class CertificateAction(StrEnum):
    """What can be done to an issued certificate."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    RENEW = "renew"


# What befalls a certificate besides and changes no state of its own: it is issued, and the one that was to renew it has
# ended before it began.
ISSUE: Final = "issue"
END_RENEWAL: Final = "end_renewal"

EVENT_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ISSUE: N_("签发"),
        CertificateAction.SUSPEND: N_("暂停"),
        CertificateAction.REINSTATE: N_("恢复"),
        CertificateAction.REVOKE: N_("撤销"),
        CertificateAction.WITHDRAW: N_("注销"),
        CertificateAction.SUPERSEDE: N_("换发"),
        CertificateAction.RENEW: N_("续期换发"),
        END_RENEWAL: N_("续期终止"),
    },
)


class Party(StrEnum):
    """Who changes a certificate's state."""

    AUTHORITY = "authority"
    HOLDER = "holder"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """One row of the table: who may do what to a certificate, and what has to be given with it."""

    action: CertificateAction
    by: Party
    # What people see before the change. The dates count: nobody suspends what has expired.
    sources: frozenset[DisplayedState]
    # What is stored after it.
    target: CertificateState
    needs_reason: bool = False
    # The number of the authority's document (文号).
    needs_document_number: bool = False
    # The day by which the holder has to have put things right.
    needs_until: bool = False


_RUNNING: Final = frozenset({DisplayedState.VALID, DisplayedState.NOT_YET_VALID})

STATE_CHANGES: Final[tuple[StateChange, ...]] = (
    StateChange(
        action=CertificateAction.SUSPEND,
        by=Party.AUTHORITY,
        sources=_RUNNING,
        target=CertificateState.SUSPENDED,
        needs_reason=True,
        needs_document_number=True,
        needs_until=True,
    ),
    StateChange(
        action=CertificateAction.REINSTATE,
        by=Party.AUTHORITY,
        sources=frozenset({DisplayedState.SUSPENDED}),
        target=CertificateState.VALID,
        needs_reason=True,
        needs_document_number=True,
    ),
    # A false statement may come to light after the last day, and the record has to say so.
    StateChange(
        action=CertificateAction.REVOKE,
        by=Party.AUTHORITY,
        sources=_RUNNING | {DisplayedState.SUSPENDED, DisplayedState.EXPIRED},
        target=CertificateState.REVOKED,
        needs_reason=True,
        needs_document_number=True,
    ),
    # Production has ended, or the rule went away.
    StateChange(
        action=CertificateAction.WITHDRAW,
        by=Party.AUTHORITY,
        sources=_RUNNING | {DisplayedState.SUSPENDED},
        target=CertificateState.WITHDRAWN,
        needs_reason=True,
    ),
    # A holder cannot withdraw while suspended: that would be a way around a revocation.
    StateChange(
        action=CertificateAction.WITHDRAW,
        by=Party.HOLDER,
        sources=_RUNNING,
        target=CertificateState.WITHDRAWN,
        needs_reason=True,
    ),
    # After a change a newer certificate takes the place of this one at once; the reason is that certificate.
    StateChange(
        action=CertificateAction.SUPERSEDE,
        by=Party.SYSTEM,
        sources=_RUNNING,
        target=CertificateState.SUPERSEDED,
    ),
    # A renewal takes away no day of what it renews, so that this one stays what it is; see `displayed_state`. One that
    # is renewed late has expired before.
    StateChange(
        action=CertificateAction.RENEW,
        by=Party.SYSTEM,
        sources=_RUNNING | {DisplayedState.EXPIRED},
        target=CertificateState.VALID,
    ),
)


def allowed_changes(shown: DisplayedState, by: Party) -> tuple[StateChange, ...]:
    """Return what a party may do to a certificate that is shown in a state."""
    return tuple(change for change in STATE_CHANGES if change.by == by and shown in change.sources)


def resolve_change(action: CertificateAction, *, by: Party, shown: DisplayedState) -> StateChange:
    """Return the row of the table that a party's action takes.

    Raises:
        AlreadyClosed: the certificate is in a final state.
        NotAllowed: the action is not open to this party in this state.
    """
    for change in allowed_changes(shown, by):
        if change.action == action:
            return change
    label = {"state": Message(STATE_LABELS[shown])}
    if shown in FINAL_STATES:
        raise AlreadyClosed(Message(N_("证书状态为“%(state)s”，不能再变更。"), label))
    raise NotAllowed(Message(N_("证书状态为“%(state)s”，不能进行此项操作。"), label))


def check_particulars(
    change: StateChange,
    *,
    today: date,
    reason: str = "",
    document_number: str = "",
    until: date | None = None,
) -> None:
    """Check that everything is given that a change has to carry.

    Raises:
        InvalidFields: something is missing or too long, or the time to put things right has passed; all at once.
    """
    wrong: dict[str, Message] = {}
    for name, text, most in (
        ("reason", reason, MOST_REASON),
        ("document_number", document_number, MOST_DOCUMENT_NUMBER),
    ):
        if len(text) > most:
            limits = {"most": most, "count": len(text)}
            wrong[name] = Message(N_("最多 %(most)s 个字，现有 %(count)s 个字。"), limits)
    if change.needs_reason and not reason.strip():
        wrong["reason"] = Message(N_("请填写原因。"))
    if change.needs_document_number and not document_number.strip():
        wrong["document_number"] = Message(N_("请填写文号。"))
    if change.needs_until and until is None:
        wrong["until"] = Message(N_("请填写整改期限。"))
    elif change.needs_until and until is not None and until <= today:
        wrong["until"] = Message(N_("整改期限应晚于今天。"))
    if wrong:
        raise InvalidFields(wrong)
