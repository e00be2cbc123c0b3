"""Sets of decimal values between two ends."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ENDLESS: Final = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Interval:
    """All values between two ends. An end that does not exist is infinite; it is never open."""

    lower: Decimal = -ENDLESS
    upper: Decimal = ENDLESS
    lower_open: bool = False  # Whether the end itself is left out: > and not ≥.
    upper_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no value lies in it."""
        return self.lower > self.upper or (self.lower == self.upper and (self.lower_open or self.upper_open))

    @property
    def is_endless(self) -> bool:
        """Whether every value lies in it."""
        return self.lower == -ENDLESS and self.upper == ENDLESS

    def contains(self, other: Interval) -> bool:
        """Whether every value of the other, which is not empty, lies in this one."""
        return self._beginning <= other._beginning and other._end <= self._end

    def common(self, other: Interval) -> Interval:
        """The values that lie in both; empty where there are none."""
        lower, lower_open = max(self._beginning, other._beginning)
        upper, upper_closed = min(self._end, other._end)
        return Interval(lower, upper, lower_open, not upper_closed)

    def reaches_above(self, other: Interval) -> bool:
        """Whether values of this one lie above all of the other's."""
        return self._end > other._end

    # An open beginning lies after a closed one at the same value, an open end before it.

    @property
    def _beginning(self) -> tuple[Decimal, bool]:
        return self.lower, self.lower_open

    @property
    def _end(self) -> tuple[Decimal, bool]:
        return self.upper, not self.upper_open


EVERYTHING: Final = Interval()
NOTHING_AT_ALL: Final = Interval(Decimal(0), Decimal(0))
AMOUNTS: Final = Interval(lower=Decimal(0))  # What can be detected is never less than nothing.
