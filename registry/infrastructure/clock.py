"""The time, as an argument: services never ask the machine, so that tests and replays decide what “now” is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final, Protocol
from zoneinfo import ZoneInfo

# Dates on documents and deadlines are those of the office, wherever the server stands.
OFFICE_ZONE: Final = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time; always aware, always UTC."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until it is set; for tests and for demonstration data laid out in the past."""

    moment: datetime

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment


def office_date(moment: datetime) -> date:
    """The calendar date at the office at this moment."""
    return moment.astimezone(OFFICE_ZONE).date()


def office_midnight(day: date) -> datetime:
    """The moment at which a calendar day begins at the office, in UTC."""
    return datetime.combine(day, time(), OFFICE_ZONE).astimezone(UTC)
