from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed
from registry.domain.messages import Message
from registry.domain.validity import (
    END_RENEWAL,
    EVENT_LABELS,
    FINAL_STATES,
    ISSUE,
    MOST_DOCUMENT_NUMBER,
    MOST_REASON,
    STATE_CHANGES,
    STATE_LABELS,
    CertificateAction,
    CertificateState,
    DisplayedState,
    Party,
    add_years,
    allowed_changes,
    check_particulars,
    displayed_state,
    last_valid_day,
    resolve_change,
)
from registry.models import CertificateEvent

FIRST = date(2026, 11, 20)
LAST = date(2029, 11, 19)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("stored", "renewed", "before", "during", "after"),
    [
        ("valid", False, "not_yet_valid", "valid", "expired"),
        ("suspended", False, "suspended", "suspended", "expired"),
        ("revoked", False, "revoked", "revoked", "revoked"),
        ("withdrawn", False, "withdrawn", "withdrawn", "withdrawn"),
        ("superseded", False, "superseded", "superseded", "superseded"),
        # What was renewed holds to its last day; then the newer one has begun.
        ("valid", True, "not_yet_valid", "valid", "superseded"),
        ("suspended", True, "suspended", "suspended", "superseded"),
        ("revoked", True, "revoked", "revoked", "revoked"),
        ("withdrawn", True, "withdrawn", "withdrawn", "withdrawn"),
    ],
)
def test_displayed_state(stored: str, renewed: bool, before: str, during: str, after: str) -> None:
    def shown(today: date) -> DisplayedState:
        return displayed_state(CertificateState(stored), FIRST, LAST, today, renewed=renewed)

    assert shown(FIRST - DAY) == before
    assert shown(FIRST) == during
    assert shown(LAST) == during
    assert shown(LAST + DAY) == after


def test_expired_is_never_stored() -> None:
    assert {state.value for state in DisplayedState} - {state.value for state in CertificateState} == {
        "expired",
        "not_yet_valid",
    }


def test_every_displayed_state_has_a_name() -> None:
    assert set(STATE_LABELS) == set(DisplayedState)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2026, 11, 20), 3, date(2029, 11, 20)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2096, 2, 29), 4, date(2100, 2, 28)),
        (date(2024, 2, 29), -1, date(2023, 2, 28)),
        (date(2023, 2, 28), 1, date(2024, 2, 28)),
    ],
)
def test_add_years(day: date, years: int, later: date) -> None:
    assert add_years(day, years) == later


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (date(2026, 11, 20), 3, date(2029, 11, 19)),
        (date(2026, 1, 1), 1, date(2026, 12, 31)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2023, 3, 1), 1, date(2024, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 27)),
    ],
)
def test_last_valid_day(first: date, years: int, last: date) -> None:
    assert last_valid_day(first, years) == last


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(min_value=1, max_value=20))
def test_a_validity_is_as_long_as_its_years(first: date, years: int) -> None:
    days = (last_valid_day(first, years) - first).days + 1
    assert 365 * years <= days <= 366 * years


@pytest.mark.parametrize("years", [0, -1])
def test_a_validity_is_at_least_one_year(years: int) -> None:
    with pytest.raises(ValueError, match="at least one year"):
        last_valid_day(FIRST, years)


@pytest.mark.parametrize("shown", [DisplayedState(state) for state in sorted(FINAL_STATES)])
@pytest.mark.parametrize("by", Party)
def test_nothing_leads_out_of_a_final_state(shown: DisplayedState, by: Party) -> None:
    assert allowed_changes(shown, by) == ()
    for action in CertificateAction:
        with pytest.raises(AlreadyClosed) as caught:
            resolve_change(action, by=by, shown=shown)
        assert STATE_LABELS[shown] in str(caught.value)


def test_every_action_has_a_row_and_no_row_is_ambiguous() -> None:
    assert {change.action for change in STATE_CHANGES} == set(CertificateAction)
    keys = [(change.action, change.by, shown) for change in STATE_CHANGES for shown in change.sources]
    assert len(keys) == len(set(keys))


def test_every_stored_state_can_be_reached() -> None:
    assert {change.target for change in STATE_CHANGES} == set(CertificateState)


def test_the_authority_always_gives_its_reason() -> None:
    assert all(change.needs_reason for change in STATE_CHANGES if change.by is not Party.SYSTEM)


@pytest.mark.parametrize(
    ("by", "shown", "actions"),
    [
        ("authority", "valid", "suspend revoke withdraw"),
        ("authority", "not_yet_valid", "suspend revoke withdraw"),
        ("authority", "suspended", "reinstate revoke withdraw"),
        ("authority", "expired", "revoke"),
        ("holder", "valid", "withdraw"),
        ("holder", "not_yet_valid", "withdraw"),
        ("holder", "suspended", ""),
        ("holder", "expired", ""),
        ("system", "valid", "supersede renew"),
        ("system", "not_yet_valid", "supersede renew"),
        ("system", "suspended", ""),
        ("system", "expired", "renew"),
    ],
)
def test_who_may_do_what(by: str, shown: str, actions: str) -> None:
    state, party = DisplayedState(shown), Party(by)
    assert {change.action for change in allowed_changes(state, party)} == set(actions.split())
    for action in CertificateAction:
        if action in actions.split():
            assert resolve_change(action, by=party, shown=state).action is action
        else:
            with pytest.raises(NotAllowed):
                resolve_change(action, by=party, shown=state)


def test_particulars_of_a_suspension_are_asked_for_all_at_once() -> None:
    suspend = resolve_change(CertificateAction.SUSPEND, by=Party.AUTHORITY, shown=DisplayedState.VALID)
    with pytest.raises(InvalidFields) as caught:
        check_particulars(suspend, today=FIRST, reason=" ")
    assert set(caught.value.fields) == {"reason", "document_number", "until"}
    given_ = {"reason": "抽检不合格", "document_number": "嘉市监〔2026〕12 号"}
    with pytest.raises(InvalidFields) as caught:
        check_particulars(suspend, today=FIRST, until=FIRST, **given_)
    assert caught.value.fields == {"until": Message("整改期限应晚于今天。")}
    check_particulars(suspend, today=FIRST, until=FIRST + DAY, **given_)


def test_particulars_have_to_fit_their_columns() -> None:
    revoke = resolve_change(CertificateAction.REVOKE, by=Party.AUTHORITY, shown=DisplayedState.VALID)
    check_particulars(revoke, today=FIRST, reason="长" * MOST_REASON, document_number="长" * MOST_DOCUMENT_NUMBER)
    with pytest.raises(InvalidFields) as caught:
        check_particulars(
            revoke, today=FIRST, reason="长" * (MOST_REASON + 1), document_number="长" * (MOST_DOCUMENT_NUMBER + 1)
        )
    assert {name: str(message) for name, message in caught.value.fields.items()} == {
        "reason": "最多 2000 个字，现有 2001 个字。",
        "document_number": "最多 80 个字，现有 81 个字。",
    }
    columns = CertificateEvent.__table__.c
    assert columns.document_number.type.length == MOST_DOCUMENT_NUMBER


def test_supersession_needs_nothing_but_the_newer_certificate() -> None:
    for action in (CertificateAction.SUPERSEDE, CertificateAction.RENEW):
        check_particulars(resolve_change(action, by=Party.SYSTEM, shown=DisplayedState.VALID), today=FIRST)


def test_every_event_has_a_name_and_fits_its_column() -> None:
    assert EVENT_LABELS.keys() == {*CertificateAction, ISSUE, END_RENEWAL}
    assert max(map(len, EVENT_LABELS)) <= CertificateEvent.__table__.c.action.type.length
