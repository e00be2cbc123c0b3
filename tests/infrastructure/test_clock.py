from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from registry.infrastructure.clock import FixedClock, SystemClock, office_date


def test_the_machines_clock_is_in_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=10)


def test_a_fixed_clock_stands_still_until_it_is_set() -> None:
    clock = FixedClock(datetime(2026, 3, 18, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2026, 3, 18, tzinfo=UTC)
    clock.moment += timedelta(days=1)
    assert clock.now() == datetime(2026, 3, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 17, 15, 59, 59, tzinfo=UTC), date(2026, 3, 17)),
        (datetime(2026, 3, 17, 16, 0, tzinfo=UTC), date(2026, 3, 18)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_date_at_the_office(moment: datetime, day: date) -> None:
    assert office_date(moment) == day
