"""What takes the place of a certificate, and for how long."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint

from registry.domain.errors import NotAllowed
from registry.domain.succession import (
    PURPOSE_LABELS,
    RENEWAL_DAYS,
    Purpose,
    Succession,
    Term,
    first_day,
    guard_purpose,
    renewal_window,
    succession_of,
    term_of,
)
from registry.domain.validity import CertificateState, DisplayedState, displayed_state
from registry.models import Base, Certificate, Filing

FIRST, LAST = date(2026, 3, 18), date(2029, 3, 17)
OLD = Term(FIRST, LAST)
DAY = timedelta(days=1)
YEARS = 3


@pytest.mark.parametrize(
    ("purpose", "shown", "editorial", "succession"),
    [
        ("change", "valid", False, "change"),
        ("change", "valid", True, "editorial"),
        ("change", "not_yet_valid", True, "editorial"),
        ("renewal", "valid", False, "renewal"),
        ("renewal", "valid", True, "renewal"),
        ("renewal", "expired", False, "renewal"),
        # Decided after the last day: there is no validity left to take over.
        ("change", "expired", False, "renewal"),
        ("change", "expired", True, "renewal"),
    ],
)
def test_why(purpose: str, shown: str, editorial: bool, succession: str) -> None:
    assert succession_of(Purpose(purpose), DisplayedState(shown), editorial=editorial) == succession


@pytest.mark.parametrize(
    ("succession", "today", "first", "last"),
    [
        ("change", FIRST + DAY, FIRST + DAY, LAST),
        ("editorial", LAST, LAST, LAST),
        ("change", FIRST - DAY, FIRST, LAST),  # It has not begun yet.
        ("renewal", LAST - 60 * DAY, LAST + DAY, date(2032, 3, 17)),
        ("renewal", LAST, LAST + DAY, date(2032, 3, 17)),
        ("renewal", LAST + DAY, LAST + DAY, date(2032, 3, 17)),
        ("renewal", LAST + 10 * DAY, date(2029, 3, 27), date(2032, 3, 26)),
        (None, date(2028, 2, 29), date(2028, 2, 29), date(2031, 2, 28)),
    ],
)
def test_term(succession: str | None, today: date, first: date, last: date) -> None:
    replaced = (OLD, Succession(succession)) if succession else None
    assert term_of(today, YEARS, replaced=replaced) == Term(first, last)


@pytest.mark.parametrize("succession", Succession)
def test_it_ends_with_what_it_rests_on(succession: Succession) -> None:
    today = LAST - 30 * DAY
    begins = first_day(today, OLD, succession)
    for ends in (begins, begins + 5 * DAY):
        found = term_of(today, YEARS, replaced=(OLD, succession), ends_with=ends)
        assert found == Term(begins, min(ends, term_of(today, YEARS, replaced=(OLD, succession)).last))
    with pytest.raises(NotAllowed, match=begins.isoformat()):
        term_of(today, YEARS, replaced=(OLD, succession), ends_with=begins - DAY)


def test_what_rests_on_nothing_for_long_is_not_longer_for_it() -> None:
    assert term_of(FIRST, YEARS, ends_with=date(2040, 1, 1)) == Term(FIRST, LAST)


@given(st.dates(date(2025, 1, 1), date(2031, 1, 1)))
def test_a_renewal_loses_no_day_and_leaves_no_gap(today: date) -> None:
    """On every day one of both holds, or the new one has begun at once after the old one had ended."""
    new = term_of(today, YEARS, replaced=(OLD, Succession.RENEWAL))
    assert new.first == (LAST + DAY if today <= LAST else today)
    for day in (new.first - DAY, new.first):
        old_state = displayed_state(CertificateState.VALID, OLD.first, OLD.last, day, renewed=True)
        new_state = displayed_state(CertificateState.VALID, new.first, new.last, day)
        valid = [state for state in (old_state, new_state) if state is DisplayedState.VALID]
        assert len(valid) == (0 if day > LAST and day < new.first else 1)


@pytest.mark.parametrize(
    ("purpose", "shown", "today", "said"),
    [
        ("change", "valid", FIRST, ""),
        ("change", "not_yet_valid", FIRST - DAY, ""),
        ("change", "expired", LAST + DAY, "请申请续期"),
        ("renewal", "valid", LAST - RENEWAL_DAYS - DAY, "2028-12-17 起"),
        ("renewal", "valid", LAST - RENEWAL_DAYS, ""),
        ("renewal", "valid", LAST, ""),
        ("renewal", "expired", LAST + RENEWAL_DAYS, ""),
        ("renewal", "expired", LAST + RENEWAL_DAYS + DAY, "请重新申报"),
    ],
)
def test_what_may_be_asked_for_when(purpose: str, shown: str, today: date, said: str) -> None:
    if said:
        with pytest.raises(NotAllowed, match=said):
            guard_purpose(Purpose(purpose), DisplayedState(shown), LAST, today)
    else:
        guard_purpose(Purpose(purpose), DisplayedState(shown), LAST, today)


def test_the_window_is_as_long_before_as_after() -> None:
    window = renewal_window(LAST)
    assert (LAST - window.first, window.last - LAST) == (RENEWAL_DAYS, RENEWAL_DAYS)


def test_the_database_knows_every_word() -> None:
    assert set(PURPOSE_LABELS) == set(Purpose)
    for table, name, words in ((Filing, "purpose", Purpose), (Certificate, "succession", Succession)):
        constraints = Base.metadata.tables[table.__tablename__].constraints
        (check,) = [each for each in constraints if each.name == f"ck_{table.__tablename__}_{name}"]
        assert isinstance(check, CheckConstraint)
        assert set(str(check.sqltext).split("'")[1::2]) - {""} == {word.value for word in words}
