"""Corrections: what a firm may change in a filing that was sent back, and until when.

That a correction has lapsed follows from its last day whenever it is read and is stored nowhere, so that nothing has
to run at midnight and the status stays the replay of the decisions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from registry.domain.differences import Part
from registry.domain.errors import InvalidFields, NotAllowed
from registry.domain.filings import SAID_ANEW
from registry.domain.messages import N_, Message
from registry.domain.text import clean_line
from registry.domain.workflow import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from registry.domain.differences import Difference
    from registry.domain.filings import Definition
    from registry.domain.requirements import Step

LEAST_DAYS: Final = 5  # A firm has to get a paper stamped, or ask a laboratory.
MOST_DAYS: Final = 180
REMINDER_DAYS: Final = (7, 1)  # That many days before the last one, the firm is reminded.

LAPSED_LABEL: Final = N_("逾期未补正")
LAPSED: Final = N_(
    "补正期限已过，现在不能修改或再次提交；已填写的内容仍然保留。需要继续补正的，请在这件申报的“询问与答复”中说明原因，请审核机关延长期限。"
)
CLOSED_FIELD: Final = N_("这次只能修改审核意见要求补正的内容。其他内容需要修改的，请在“询问与答复”中说明。")

# The tiers below have recommended these products and are not asked again.
_FIXED: Final = frozenset({"products"})
# Ticking a box for somebody else makes no sense.
_NOT_REMARKED: Final = frozenset({"consent", "public"})


def remarkable(definition: Definition) -> tuple[Step, ...]:
    """The steps with those of their fields that a reviewer may ask to be corrected."""
    steps = (
        replace(step, fields=tuple(field for field in step.fields if field.name not in _NOT_REMARKED))
        for step in definition.steps
    )
    return tuple(step for step in steps if step.fields)


def opened_fields(definition: Definition, remarks: Mapping[str, Any], besides: Collection[str] = ()) -> frozenset[str]:
    """The fields that may be changed in a filing that was sent back.

    Those that carry a remark, with those that depend on one another by their answers; everything, where the reason is
    a general one or names a field that forms have no more. A table is one field. The products stay as they are.

    Args:
        definition: what this kind of filing asks for.
        remarks: what the reviewer asked to be corrected, by field.
        besides: what else has to be open: fields that have become wrong since, or were changed already.
    """
    fields = definition.fields
    if not remarks or not remarks.keys() <= fields.keys():
        return frozenset(fields) - _FIXED
    asked = remarks.keys() | frozenset(besides)
    ties = {(name, field.required_if[0]) for name, field in fields.items() if field.required_if is not None}
    tied = {each for tie in ties if asked & set(tie) for each in tie}
    return frozenset(fields) & (asked | tied | SAID_ANEW) - _FIXED


def answering(changes: Collection[Difference]) -> list[Difference]:
    """Those of the changes by which a firm can have answered a reviewer.

    Date and consent are said anew with every submission, and another date makes another paper: both would be changes
    of a filing in which nothing was corrected.

    Args:
        changes: what has changed since the last submission.
    """
    found = [each for each in changes if each.part is not Part.CONTENT or each.field.name not in SAID_ANEW]
    is_dated_anew = len(found) < len(changes)
    return [each for each in found if not (is_dated_anew and each.part is Part.PAPER)]


def field_of(control: str) -> str:
    """The field that a control belongs to: of `comparison-0-measured`, the comparison."""
    return control.partition("-")[0]


def guard_fields(changed: Collection[str], opened: Collection[str]) -> None:
    """Let through changes of opened fields only.

    Raises:
        NotAllowed: a field was changed that is not to be corrected.
    """
    if not set(changed) <= set(opened):
        raise NotAllowed(CLOSED_FIELD)


def default_last_day(days: int, today: date) -> date:
    """The last day for a correction that was asked for today, where the reviewer sets no other one."""
    return today + timedelta(days=days)


def last_day(typed: str, *, days: int, today: date, present: date | None = None) -> date:
    """The last day for a correction, as a reviewer sets it.

    Args:
        typed: a date as it was typed; empty for the rule's own time, where none was set before.
        days: calendar days that the rules allow.
        today: when it is set.
        present: the last day so far, which can only become a later one; None: it is the first.

    Raises:
        InvalidFields: it is no date, or too near, too far, or no later than before.
    """
    typed = clean_line(typed)
    if not typed and present is None:
        return default_last_day(days, today)
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise _wrong(Message(N_("请填写日期，例如 2026-03-08。"))) from None
    earliest, latest = today + timedelta(days=LEAST_DAYS), today + timedelta(days=MOST_DAYS)
    if not earliest <= day <= latest:
        bounds = {"earliest": earliest.isoformat(), "latest": latest.isoformat()}
        raise _wrong(Message(N_("补正期限须在 %(earliest)s 至 %(latest)s 之间。"), bounds))
    if present is not None and day <= present:
        raise _wrong(Message(N_("新的期限应晚于现在的期限 %(present)s。"), {"present": present.isoformat()}))
    return day


def is_lapsed(status: str, correct_by: date | None, today: date) -> bool:
    """Whether the firm has let the last day for its correction go by. That day itself still counts."""
    return status == Status.RETURNED and correct_by is not None and today > correct_by


def guard_in_time(status: str, correct_by: date | None, today: date) -> None:
    """Let a firm correct until the last day.

    Raises:
        NotAllowed: the correction has lapsed; the message says what to do.
    """
    if is_lapsed(status, correct_by, today):
        raise NotAllowed(LAPSED)


def _wrong(message: Message) -> InvalidFields:
    return InvalidFields({"correct_by": message})
