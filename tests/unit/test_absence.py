"""On which days a colleague may stand in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from registry.domain.absence import MOST_DAYS, check_days
from registry.domain.errors import InvalidFields

TODAY = date(2026, 3, 18)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, MOST_DAYS - 1), (365, 365 + MOST_DAYS - 1)])
def test_days_that_may_be(first: int, last: int) -> None:
    check_days(TODAY + timedelta(first), TODAY + timedelta(last), TODAY)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, 3, "first"), (366, 367, "first"), (2, 1, "last"), (0, MOST_DAYS, "last")],
)
def test_days_that_may_not_be(first: int, last: int, field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        check_days(TODAY + timedelta(first), TODAY + timedelta(last), TODAY)

    assert set(refused.value.fields) == {field}
