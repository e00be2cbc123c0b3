"""Corrections of filings that were sent back: what is open, what was said, what has changed, and reminders.

What may be changed and when it is too late, `domain/corrections.py` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from registry.domain.corrections import REMINDER_DAYS, field_of, guard_fields, is_lapsed, opened_fields
from registry.domain.differences import Difference, Part, compare, compare_snapshots
from registry.domain.filings import DEFINITIONS, SAID_ANEW
from registry.domain.workflow import Action, Status
from registry.infrastructure.clock import office_midnight
from registry.models import Filing
from registry.services import jobs, notifications, products, snapshots
from registry.services.filing_kinds import kind_named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from registry.domain.requirements import Gap, Step
    from registry.models import Decision
    from registry.services.work import Work

REMINDER_JOB: Final = "correction_reminder"
_LAPSED: Final = -1  # days left: the letter on the day after the last one
_MORNING: Final = timedelta(hours=8)  # Letters come when an office opens, and not in the night.


@dataclass(frozen=True, slots=True)
class Said:
    """One remark, question or answer about a field, as both sides may read it."""

    at: datetime
    office: str  # The office's name; empty: the firm.
    text: str
    asked_now: bool  # It stands in the return that is to be answered now.


def last_return(filing: Filing) -> Decision | None:
    """The decision that the firm is to answer now; None where it has answered, or was never asked."""
    if filing.status != Status.RETURNED:
        return None
    return next(decision for decision in reversed(filing.decisions) if decision.action == Action.RETURN)


def said_of(filing: Filing) -> dict[str, list[Said]]:
    """What was remarked, asked and answered, by field, the oldest first; what is about no field stands under ""."""
    now = last_return(filing)
    found: dict[str, list[Said]] = {}
    for decision in filing.decisions:
        office = decision.bureau.name if decision.bureau else ""
        for name, text in decision.remarks.items():
            found.setdefault(name, []).append(Said(decision.decided_at, office, text, decision is now))
    for message in filing.messages:
        office = message.bureau.name if message.bureau else ""
        found.setdefault(message.field, []).append(Said(message.written_at, office, message.text, asked_now=False))
    return {name: sorted(each, key=lambda said: said.at) for name, each in found.items()}


def to_say_anew(filing: Filing) -> dict[str, Any]:
    """What a filing that is sent back says from then on: all that it said, but for what every submission says anew."""
    return filing.content | dict.fromkeys(SAID_ANEW & filing.content.keys(), "")


def changes_now(work: Work, filing: Filing, gaps: Iterable[Gap], step: Step | None = None) -> list[Difference]:
    """What the firm has changed since it last submitted a filing that was sent back; of a step, its fields only.

    Fields with gaps are left out: what is wrong with them says enough.
    """
    if filing.status != Status.RETURNED:
        return []
    wrong = _wrong(gaps)
    asked = step.fields if step else DEFINITIONS[filing.kind].fields.values()
    fields = [field for field in asked if field.name not in wrong]
    before, content = snapshots.read(filing.submissions[-1]), snapshots.resolved(work, filing, fields)
    if step:
        return compare(fields, before["content"], content)
    products.load_whole(work, [item.product_id for item in filing.objects])
    after = {
        "content": content,
        "products": snapshots.products_now(filing),
        "enterprise": snapshots.enterprise_of(filing),
    }
    signed = {} if wrong else kind_named(filing.kind).submitted(work, filing)
    return compare_snapshots(fields, before, after | signed)


def changes_submitted(filing: Filing) -> list[Difference]:
    """What the last submission says otherwise than the one before it; nothing where there was only one."""
    if len(filing.submissions) == 1:
        return []
    before, after = (snapshots.read(submission) for submission in filing.submissions[-2:])
    return compare_snapshots(DEFINITIONS[filing.kind].fields.values(), before, after)


def open_fields(filing: Filing, gaps: Iterable[Gap], changes: Iterable[Difference]) -> frozenset[str]:
    """The fields that the firm may change now: of a draft all, of a filing that was sent back what is to be corrected.

    Args:
        filing: the draft.
        gaps: what keeps it from being submitted: a field that has become wrong is open, or nobody could mend it.
        changes: what was changed already, and may be changed again.
    """
    definition, asked = DEFINITIONS[filing.kind], last_return(filing)
    if asked is None:
        return frozenset(definition.fields)
    changed = {change.field.name for change in changes if change.part is Part.CONTENT}
    return opened_fields(definition, asked.remarks, _wrong(gaps) | changed)


def guard_step(work: Work, filing: Filing, step: Step, changed: Collection[str], gaps: Collection[Gap]) -> None:
    """Refuse that fields of a step are changed which are not open.

    Raises:
        NotAllowed: there is one among them.
    """
    guard_fields(changed, open_fields(filing, gaps, changes_now(work, filing, gaps, step)))


def lapsed(work: Work, filing: Filing) -> bool:
    """Whether the time for the correction is over."""
    return is_lapsed(filing.status, filing.correct_by, work.today)


def remind_later(work: Work, filing: Filing, decision: Decision) -> None:
    """Have letters written before the last day of a correction, and when it has gone by."""
    assert decision.correct_by is not None
    payload = {"filing_id": filing.id, "correct_by": decision.correct_by.isoformat()}
    for days in (*REMINDER_DAYS, _LAPSED):
        due = office_midnight(decision.correct_by - timedelta(days=days)) + _MORNING
        if due > work.now:
            key = f"{filing.id}-{decision.sequence}-{days}"
            jobs.enqueue(work.session, REMINDER_JOB, key, payload, at=work.now, due=due)


def remind(work: Work, payload: dict[str, Any]) -> None:
    """Remind a firm of its correction, if it is still awaited by that day: the handler of the job."""
    filing = work.session.get_one(Filing, payload["filing_id"])
    correct_by = date.fromisoformat(payload["correct_by"])
    if filing.correct_by == correct_by:
        # A worker that was away for some days tells what is left when it is back.
        notifications.correction_due(work, filing, max(_LAPSED, (correct_by - work.today).days))


def _wrong(gaps: Iterable[Gap]) -> set[str]:
    return {field_of(gap.field) for gap in gaps}
