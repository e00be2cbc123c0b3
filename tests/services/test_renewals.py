"""Renewals: early ones take no day away, and what befalls a certificate befalls the renewal that waits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.domain.errors import AlreadyClosed, NotAllowed
from registry.domain.succession import Purpose
from registry.domain.validity import CertificateAction, DisplayedState
from registry.domain.workflow import Action
from registry.models import AuditEvent
from registry.services import certificates, expiry, filings, reviews, succession
from tests.factories import (
    act,
    approve,
    certified,
    change,
    file_certification,
    stored_certificate,
)
from tests.factories.certificates import look_up
from tests.factories.replacements import (
    SUBSTANCE,
    at,
    facts,
    file_replacement,
    listed,
    number_of,
    replaced,
    scanned,
)

if TYPE_CHECKING:
    from tests.conftest import Site

LAST = date(2029, 3, 17)  # Of what is issued on the world's first day.
DAY = timedelta(days=1)
RENEW = Purpose.RENEWAL


# Renewals


def test_an_early_renewal_begins_when_the_old_one_ends(site: Site) -> None:
    old = certified(site)
    at(site, LAST - 30 * DAY)
    new = replaced(site, old, purpose=RENEW)
    assert facts(site, old) == ("valid", "renewal", new)
    with site.work(site.world.owner) as work:
        found, before = certificates.get(work, new), certificates.get(work, old)
        assert (found.valid_from, found.valid_until) == (LAST + DAY, date(2032, 3, 17))
        event = before.events[-1]
        assert (event.action, event.to_state, event.effective_on, event.reason) == (
            "renew",
            "valid",
            LAST + DAY,
            found.number,
        )
        assert (before.state, found.state) == ("valid", "valid")
    expected = {
        LAST: ("valid", "not_yet_valid"),
        LAST + DAY: ("superseded", "valid"),
        date(2032, 3, 18): ("superseded", "expired"),
    }
    for day, states in expected.items():
        assert (scanned(site, old, day).state, scanned(site, new, day).state) == states
        valid = [number for number, state in zip((old, new), states, strict=True) if state == "valid"]
        assert listed(site, day) == [number_of(site, number) for number in valid]
    shown = scanned(site, old, LAST + DAY)
    assert (shown.succession, shown.superseded_from) == ("renewal", LAST + DAY)
    assert shown.superseded_by_number == number_of(site, new)


@pytest.mark.parametrize("days", [1, 90])
def test_a_late_renewal_begins_on_the_day_of_issue(site: Site, days: int) -> None:
    old = certified(site)
    at(site, LAST + days * DAY)
    new = replaced(site, old, purpose=RENEW)
    assert facts(site, old) == ("valid", "renewal", new)
    assert scanned(site, old).state is DisplayedState.SUPERSEDED
    with site.work(site.world.owner) as work:
        found = certificates.get(work, new)
        assert (found.valid_from, found.issued_on) == (work.today, work.today)
        assert certificates.get(work, old).events[-1].effective_on == work.today


def test_a_renewal_that_is_decided_late_leaves_a_gap_and_no_overlap(site: Site) -> None:
    old = certified(site)
    at(site, LAST - DAY)
    filing_id = file_replacement(site, old, purpose=RENEW)
    at(site, LAST + 5 * DAY)
    new = approve(site, filing_id)
    with site.work(site.world.owner) as work:
        assert certificates.get(work, new).valid_from == LAST + 5 * DAY


def test_a_change_that_is_decided_after_the_last_day_renews(site: Site) -> None:
    old = certified(site)
    at(site, LAST)
    filing_id = file_replacement(site, old, **SUBSTANCE)
    at(site, LAST + 3 * DAY)
    with site.work(site.world.city_reviewer) as work:
        beside = succession.beside_submitted(work, reviews.get_case(work, filing_id))
        assert beside is not None
        (prospect,) = beside.prospects
        assert (prospect.succession, prospect.begins) == ("renewal", LAST + 3 * DAY)
    new = approve(site, filing_id)
    assert facts(site, old) == ("valid", "renewal", new)
    with site.work(site.world.owner) as work:
        assert certificates.get(work, new).valid_from == LAST + 3 * DAY


def test_a_renewal_rests_on_a_certificate_that_lasts(site: Site) -> None:
    """The body's certificate ends on 2029-01-14, and ours with it; a renewal needs the body's next one."""
    with site.work(site.world.owner) as work:
        filing_id = file_certification(work, site.world.product).id
    old = approve(site, filing_id)
    last = date(2029, 1, 14)
    at(site, last - 60 * DAY)
    with pytest.raises(filings.Incomplete) as caught:
        file_replacement(site, old, purpose=RENEW)
    assert [(gap.step, gap.field) for gap in caught.value.gaps] == [("certificate", "expires_on")]
    assert "2029-01-15" in str(caught.value.gaps[0].message)
    with site.work(site.world.owner) as work:
        draft_id = succession.open_filings(work, [old]).get(old)
        assert draft_id is None  # What was refused was rolled back.
    new = replaced(site, old, purpose=RENEW, issued_on="2027-05-01", expires_on="2031-10-31", number="901P28-0002")
    with site.work(site.world.owner) as work:
        found = certificates.get(work, new)
        assert (found.valid_from, found.valid_until) == (last + DAY, date(2031, 10, 31))


def test_a_renewal_is_not_issued_on_what_has_ended_before_it_begins(site: Site) -> None:
    with site.work(site.world.owner) as work:
        filing_id = file_certification(work, site.world.product).id
    old = approve(site, filing_id)
    at(site, date(2029, 1, 14))
    renewal = file_replacement(site, old, purpose=RENEW, issued_on="2027-05-01", expires_on="2029-01-20")
    act(site, site.world.county_reviewer, renewal, Action.RECOMMEND)
    at(site, date(2029, 1, 21))
    look_up(site, site.world.city_reviewer, renewal)
    with pytest.raises(NotAllowed, match="2029-01-20"):
        act(site, site.world.city_reviewer, renewal, Action.APPROVE)
    assert facts(site, old) == ("valid", "", None)


def test_what_was_renewed_is_announced_no_more(site: Site) -> None:
    old = certified(site)
    at(site, LAST - 30 * DAY)

    def announced() -> list[str]:
        with site.work(site.world.owner) as work:
            return [item.number for item in expiry.of_firm(work) if item.what == "certificate"]

    assert announced() == [number_of(site, old)]
    replaced(site, old, purpose=RENEW)
    assert announced() == []


# While a renewal waits for its first day


def renewed_early(site: Site) -> tuple[int, int]:
    old = certified(site)
    at(site, LAST - 30 * DAY)
    return old, replaced(site, old, purpose=RENEW)


def shown_states(site: Site, *numbers: int, day: date | None = None) -> list[str]:
    with site.work(site.world.owner) as work:
        return [certificates.state_shown(certificates.get(work, number), day or work.today).value for number in numbers]


def test_a_measure_of_an_office_takes_hold_of_the_renewal_too(site: Site) -> None:
    old, new = renewed_early(site)
    supervisor = site.world.city_supervisor
    until = {"correct_by": LAST + 60 * DAY}
    change(site, supervisor, old, CertificateAction.SUSPEND, **until)
    assert shown_states(site, old, new) == ["suspended", "suspended"]
    # The old one's last day has gone by: the suspension goes on with the newer one.
    assert shown_states(site, old, new, day=LAST + DAY) == ["superseded", "suspended"]
    change(site, supervisor, old, CertificateAction.REINSTATE)
    assert shown_states(site, old, new) == ["valid", "not_yet_valid"]
    change(site, supervisor, new, CertificateAction.SUSPEND, **until)
    assert shown_states(site, old, new) == ["valid", "suspended"]
    # What the newer one is already, it does not become again.
    change(site, supervisor, old, CertificateAction.SUSPEND, **until)
    change(site, supervisor, old, CertificateAction.REVOKE)
    assert shown_states(site, old, new) == ["revoked", "revoked"]
    with site.work(supervisor) as work:
        events = [[event.action for event in certificates.get(work, number).events] for number in (old, new)]
        documents = {event.document_number for event in certificates.get(work, new).events[1:]}
    assert events == [
        ["issue", "renew", "suspend", "reinstate", "suspend", "revoke"],
        ["issue", "suspend", "reinstate", "suspend", "revoke"],
    ]
    assert documents == {"虚构〔2026〕1号"}
    assert facts(site, old)[1:] == ("renewal", new)


@pytest.mark.parametrize("by", ["city_supervisor", "owner"])
def test_a_renewal_that_ends_before_it_begins_never_was(site: Site, by: str) -> None:
    old, new = renewed_early(site)
    change(site, getattr(site.world, by), new, CertificateAction.WITHDRAW)
    assert facts(site, old) == ("valid", "", None)
    assert shown_states(site, old, new) == ["valid", "withdrawn"]
    assert shown_states(site, old, day=LAST + DAY) == ["expired"]
    with site.work(site.world.owner) as work:
        event, number = certificates.get(work, old).events[-1], certificates.get(work, new).number
        assert (event.action, event.to_state, event.reason) == ("end_renewal", "valid", number)
        tag = f"{'enterprise' if by == 'owner' else 'bureau'}:certificate:end-renewal"
        assert work.session.scalars(select(AuditEvent.object_id).where(AuditEvent.tag == tag)).all() == [old]
    again = replaced(site, old, purpose=RENEW)
    assert facts(site, old) == ("valid", "renewal", again)


def test_what_the_holder_does_to_the_old_one_leaves_the_renewal_alone(site: Site) -> None:
    old, new = renewed_early(site)
    change(site, site.world.owner, old, CertificateAction.WITHDRAW)
    assert shown_states(site, old, new) == ["withdrawn", "not_yet_valid"]
    # The renewal ends as well: there is nothing any more that it could leave as it was.
    change(site, site.world.owner, new, CertificateAction.WITHDRAW)
    assert shown_states(site, old, new) == ["withdrawn", "withdrawn"]
    assert facts(site, old)[1:] == ("renewal", new)


def test_a_change_of_what_was_renewed_is_one_of_the_renewal(site: Site) -> None:
    old, new = renewed_early(site)
    with pytest.raises(NotAllowed, match=number_of(site, new)):
        file_replacement(site, old, **SUBSTANCE)
    newest = replaced(site, new, **SUBSTANCE)
    with site.work(site.world.owner) as work:
        found = certificates.get(work, newest)
        assert (found.valid_from, found.valid_until) == (LAST + DAY, date(2032, 3, 17))
    assert shown_states(site, old, new, newest) == ["valid", "superseded", "not_yet_valid"]
    # A measure still finds the one that is to begin, and its end frees the first.
    change(site, site.world.city_supervisor, old, CertificateAction.SUSPEND, correct_by=LAST + 60 * DAY)
    assert shown_states(site, old, new, newest) == ["suspended", "superseded", "suspended"]
    change(site, site.world.city_supervisor, newest, CertificateAction.REVOKE)
    assert facts(site, old) == ("suspended", "", None)


def test_what_has_begun_frees_nothing_when_it_ends(site: Site) -> None:
    old, new = renewed_early(site)
    at(site, LAST + DAY)
    change(site, site.world.city_supervisor, new, CertificateAction.REVOKE)
    assert facts(site, old) == ("valid", "renewal", new)
    assert shown_states(site, old, new) == ["superseded", "revoked"]
    with pytest.raises(AlreadyClosed):
        change(site, site.world.city_supervisor, old, CertificateAction.REVOKE)


def test_a_certificate_of_no_product_that_has_not_begun_ends_alone(site: Site) -> None:
    with site.work() as work:
        number = stored_certificate(work, site.world.enterprise, valid_from=date(2026, 4, 1)).id
    change(site, site.world.owner, number, CertificateAction.WITHDRAW)
    assert shown_states(site, number) == ["withdrawn"]
