"""Which of two limits is the stricter one, and whether a measured value keeps to both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from registry.domain.limits.interval import AMOUNTS

if TYPE_CHECKING:
    from registry.domain.limits.interval import Interval
    from registry.domain.limits.reading import Limit, Measured, Reading

Side = Literal["overseas", "domestic"]
Stricter = Literal["overseas", "domestic", "equal"]


class Conformity(StrEnum):
    """What a measured value shows about a limit."""

    WITHIN = "within"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"  # Unreadable, or the value may lie on either side of the limit.


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a measured value shows about the two limits."""

    overseas: Conformity = Conformity.UNKNOWN
    domestic: Conformity = Conformity.UNKNOWN

    @property
    def outside(self) -> tuple[Side, ...]:
        """The limits that the value breaks."""
        sides: tuple[Side, ...] = ("overseas", "domestic")
        return tuple(side for side in sides if getattr(self, side) is Conformity.OUTSIDE)

    @property
    def overall(self) -> Conformity:
        """Within when both limits are kept to, outside when either is broken, and unknown otherwise."""
        if self.outside:
            return Conformity.OUTSIDE
        both_kept = self.overseas is self.domestic is Conformity.WITHIN
        return Conformity.WITHIN if both_kept else Conformity.UNKNOWN


def stricter(overseas: Limit | None, domestic: Limit | None) -> Stricter | None:
    """Say which limit is the stricter one: the one whose every value the other allows as well.

    “Not detected” is stricter than any upper limit; with a detection limit it allows what lies below that one. Two
    limits in the same words are equal even where nobody could compute with them (不得脱落). None where it cannot be
    said: a limit is missing or unreadable, their units differ, or each allows something that the other does not.
    """
    if overseas is None or domestic is None:
        return None
    if overseas.text == domestic.text:
        return "equal"
    allowed = _comparable(overseas, domestic)
    if allowed is None:
        return None
    there, here = allowed
    if there == here:
        return "equal"
    if here.contains(there):
        return "overseas"
    return "domestic" if there.contains(here) else None


def judge(measured: Measured | None, overseas: Limit | None, domestic: Limit | None) -> Verdict:
    """Say whether a measured value keeps to the limits.

    A value of which only “at most” is known is within where its upper end is, outside where no value up to there is
    allowed, and unknown in between: ``≤0.05`` against ``<0.05`` may be exactly 0.05, so it does not show that the
    limit is kept, nor that it is broken. A range of values that were found breaks a limit with either end. ``未检出``
    without a detection limit keeps to every limit that allows nothing at all.
    """
    return Verdict(_conformity(measured, overseas), _conformity(measured, domestic))


def same_unit(one: Reading, other: Reading) -> bool:
    """Whether both numbers are of one unit, as far as they are numbers."""
    return one.unit == other.unit or not (one.has_number and other.has_number)


def _conformity(measured: Measured | None, limit: Limit | None) -> Conformity:
    if measured is None or limit is None or measured.interval is None or limit.interval is None:
        return Conformity.UNKNOWN
    if not same_unit(measured, limit):
        return Conformity.UNKNOWN
    if limit.interval.contains(measured.interval) or (_is_any_method(limit) and measured.not_detected):
        return Conformity.WITHIN
    if _is_any_method(measured):  # How much the method could not see is not known.
        return Conformity.UNKNOWN
    if measured.was_found or limit.interval.common(measured.interval).is_empty:
        return Conformity.OUTSIDE
    return Conformity.UNKNOWN


def _comparable(one: Limit, other: Limit) -> tuple[Interval, Interval] | None:
    """What the limits allow, in terms that can be compared; None where there are none."""
    if one.interval is None or other.interval is None or not same_unit(one, other):
        return None
    if not one.not_detected and not other.not_detected:
        return one.interval, other.interval
    if one.not_detected and other.not_detected and _is_any_method(one) is not _is_any_method(other):
        return None  # One of them does not say how little a method must see.
    amounts = one.interval.common(AMOUNTS), other.interval.common(AMOUNTS)
    return None if any(amount.is_empty for amount in amounts) else amounts


def _is_any_method(reading: Reading) -> bool:
    """Whether it is “not detected” without saying how little a method must see."""
    return reading.not_detected and reading.detection_limit is None
