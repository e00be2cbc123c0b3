"""What takes the place of what: changes, editorial ones and renewals, in chains and at the same moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.domain.errors import NotAllowed
from registry.domain.succession import Purpose
from registry.domain.validity import CertificateAction, DisplayedState
from registry.domain.workflow import Action
from registry.infrastructure.database import READ, WRITE, db
from registry.models import AuditEvent, Certificate, FilingProduct, Job
from registry.services import certificates, reviews, snapshots, succession, verification
from tests.at_once import at_once
from tests.factories import (
    act,
    approve,
    approve_all,
    certified,
    change,
    stored_certificate,
)
from tests.factories.replacements import (
    EDITORIAL,
    SUBSTANCE,
    at,
    certified_together,
    change_product,
    facts,
    file_replacement,
    listed,
    number_of,
    replaced,
    scanned,
)
from tests.statements import counted

if TYPE_CHECKING:
    from tests.conftest import Site

LAST = date(2029, 3, 17)  # Of what is issued on the world's first day.
DAY = timedelta(days=1)
RENEW = Purpose.RENEWAL


@pytest.fixture
def two(site: Site) -> list[int]:
    """The certificates of a declaration of two products, the world's own first."""
    return certified_together(site, "另一个产品")


# A change


def test_a_change_takes_over_at_once_and_keeps_the_last_day(site: Site) -> None:
    old = certified(site)
    at(site, date(2027, 5, 1))
    new = replaced(site, old, **SUBSTANCE)
    assert facts(site, old) == ("superseded", "change", new)
    with site.work(site.world.owner) as work:
        found = certificates.get(work, new)
        assert (found.issued_on, found.valid_from, found.valid_until) == (date(2027, 5, 1), date(2027, 5, 1), LAST)
        assert [event.action for event in certificates.get(work, old).events] == ["issue", "supersede"]
        tags = work.session.execute(
            select(AuditEvent.object_id, AuditEvent.payload).where(AuditEvent.tag == "review:certificate:supersede")
        ).all()
        assert [(number, payload["succession"]) for number, payload in tags] == [(old, "change")]
    shown = scanned(site, old)
    assert (shown.state, shown.succession, shown.printed_number) == (DisplayedState.SUPERSEDED, "change", "")
    assert shown.superseded_by_number == number_of(site, new)
    assert listed(site, date(2027, 5, 1)) == [number_of(site, new)]


def test_the_holder_is_told_once(site: Site) -> None:
    old = certified(site)
    number, filing_id = number_of(site, old), file_replacement(site, old, **SUBSTANCE)
    approve(site, filing_id)
    with site.work() as work:
        letters = work.session.scalars(select(Job).where(Job.key.startswith(f"superseded-{filing_id}-"))).all()
        assert {job.payload["to"] for job in letters} == {"owner@test.example", "filer@test.example"}
        assert letters[0].payload["template"] == "certificates_superseded"
        (item,) = letters[0].payload["data"]["items"]
        assert item["succession"] == "change"
        assert (item["old"], item["last_day"], item["first_day"]) == (number, "2029-03-17", "2026-03-18")


def test_a_first_filing_tells_nobody_of_successors(site: Site) -> None:
    certified(site)
    with site.work() as work:
        assert not work.session.scalars(select(Job).where(Job.key.startswith("superseded-"))).all()


# Editorial changes


def test_after_an_editorial_change_the_old_label_stays_good(site: Site) -> None:
    old = certified(site)
    new = replaced(site, old, **EDITORIAL)
    assert facts(site, old) == ("superseded", "editorial", new)
    shown = scanned(site, old)
    assert (shown.state, shown.number) == (DisplayedState.VALID, number_of(site, new))
    assert shown.snapshot["statement"]["signatory_name"] == "另一位签署人"
    assert shown.printed_number == number_of(site, old)
    assert [event.action for event in shown.events] == ["issue", "supersede", "issue"]
    assert scanned(site, new).printed_number == ""
    assert listed(site, date(2026, 3, 18)) == [number_of(site, new)]


@pytest.mark.parametrize(
    ("values", "why"),
    [({"name_en": "Glass tumbler"}, "editorial"), ({"model": "GB-301"}, "change"), ({}, "editorial")],
    ids=["english name", "model", "nothing"],
)
def test_the_products_own_facts_count(site: Site, values: dict[str, str], why: str) -> None:
    old = certified(site)
    change_product(site, **values)
    new = replaced(site, old)
    assert facts(site, old) == ("superseded", why, new)


def test_a_chain_leads_to_the_newest(site: Site) -> None:
    first = certified(site)
    second = replaced(site, first, **EDITORIAL)
    third = replaced(site, second, place="嘉兴市")
    for label in (first, second, third):
        shown = scanned(site, label)
        assert (shown.state, shown.number) == (DisplayedState.VALID, number_of(site, third))
    assert scanned(site, first).printed_number == number_of(site, first)
    assert [event.action for event in scanned(site, first).events] == [
        "issue",
        "supersede",
        "issue",
        "supersede",
        "issue",
    ]


def test_a_chain_ends_where_the_substance_changes(site: Site) -> None:
    first = certified(site)
    second = replaced(site, first, **EDITORIAL)
    third = replaced(site, second, **SUBSTANCE)
    shown = scanned(site, first)
    assert (shown.state, shown.number) == (DisplayedState.SUPERSEDED, number_of(site, second))
    assert shown.superseded_by_number == number_of(site, third)
    # After a change of substance, the newer label has its own chain.
    fourth = replaced(site, third, place="嘉兴市")
    assert scanned(site, third).number == number_of(site, fourth)
    assert scanned(site, second).superseded_by_number == number_of(site, third)


@pytest.mark.parametrize(
    ("action", "state"),
    [("suspend", "suspended"), ("revoke", "revoked"), ("withdraw", "withdrawn"), ("", "expired")],
)
def test_what_befalls_the_newest_is_shown_on_the_oldest_label(site: Site, action: str, state: str) -> None:
    first = certified(site)
    second = replaced(site, first, **EDITORIAL)
    if action:
        change(site, site.world.city_supervisor, second, CertificateAction(action))
    shown = scanned(site, first, LAST if action else LAST + DAY)
    assert (shown.state.value, shown.number) == (state, number_of(site, second))
    assert shown.events[0].action == (action or "issue")


def test_a_chain_that_goes_on_for_ever_is_cut(site: Site) -> None:
    """No office makes one; the page must not either."""
    with site.work() as work:
        one, other = (stored_certificate(work, site.world.enterprise, state="superseded") for _ in range(2))
        for each, newer in ((one, other), (other, one)):
            each.superseded_by, each.succession = newer, "editorial"
            work.session.flush()
        shown = verification.look_up(work.session, one.code, work.today)
        assert shown is not None
        assert shown.state is DisplayedState.SUPERSEDED


def test_statements_of_the_page(site: Site) -> None:
    plain = certified(site)
    first = replaced(site, plain, **SUBSTANCE)
    replaced(site, replaced(site, first, **EDITORIAL), place="嘉兴市")
    with site.app.app_context():
        engines = {name: db.get_engine(name) for name in (WRITE, READ)}
    with site.work() as work:
        codes = [work.session.get_one(Certificate, number).code for number in (plain, first)]
        counts = []
        for code in codes:
            with counted(engines) as sent:
                verification.look_up(work.session, code, work.today)
            counts.append(len(sent))
    assert counts == [2, 3]


def test_documents_and_pictures_stay_where_they_were_printed(site: Site) -> None:
    old = certified(site)
    new = replaced(site, old, **EDITORIAL)
    with site.work() as work:
        for number in (old, new):
            row = work.session.get_one(Certificate, number)
            issued = verification.as_issued(work.session, row.code)
            assert issued is not None
            assert (issued.number, issued.snapshot["code"], issued.document_sha256) == (row.number, row.code, "")
        assert verification.as_issued(work.session, "0" * 16) is None


# At the same moment


@pytest.mark.parametrize("purposes", [("change", "change"), ("renewal", "change")], ids=["changes", "renewal"])
def test_of_two_filings_approved_at_once_one_succeeds(site: Site, purposes: tuple[str, str]) -> None:
    old = certified(site)
    at(site, LAST - 30 * DAY)
    cases = []
    for purpose in purposes:
        case = file_replacement(site, old, purpose=Purpose(purpose), **SUBSTANCE)
        act(site, site.world.county_reviewer, case, Action.RECOMMEND)
        cases.append(case)
        with site.work() as work:  # Out of sight while the second one is filed.
            link = work.session.get_one(FilingProduct, (case, site.world.product))
            link.replaces_id = None
    with site.work() as work:
        for case in cases:
            work.session.get_one(FilingProduct, (case, site.world.product)).replaces_id = old
    results = at_once([lambda case=case: act(site, site.world.city_reviewer, case, Action.APPROVE) for case in cases])  # type: ignore[misc]
    refused = [result for result in results if isinstance(result, NotAllowed)]
    assert (len(refused), results.count(None)) == (1, 1)
    with site.work(site.world.owner) as work:
        issued = list(work.session.scalars(select(Certificate).where(Certificate.id != old)))
        assert [each.id for each in issued] == [certificates.get(work, old).superseded_by_id]


# Several products


def test_several_certificates_of_one_filing_give_way_together(site: Site, two: list[int]) -> None:
    at(site, LAST - 10 * DAY)
    change(site, site.world.city_supervisor, two[0], CertificateAction.SUSPEND, correct_by=LAST + 60 * DAY)
    change(site, site.world.city_supervisor, two[0], CertificateAction.REINSTATE)
    issued = approve_all(site, file_replacement(site, *two, purpose=RENEW))
    assert [facts(site, number) for number in two] == [("valid", "renewal", newer) for newer in issued]


def test_each_product_by_itself_is_editorial_or_not(site: Site, two: list[int]) -> None:
    change_product(site, model="GB-301")
    issued = approve_all(site, file_replacement(site, *two))
    assert [facts(site, number)[1] for number in two] == ["change", "editorial"]
    assert len(issued) == 2


def test_nothing_becomes_of_a_certificate_whose_product_is_not_filed(site: Site, two: list[int]) -> None:
    filing_id = file_replacement(site, *two)
    with site.work(site.world.city_reviewer) as work:
        case = reviews.get_case(work, filing_id)
        declared = snapshots.read(case.submissions[-1])
        some = [product for product in declared["products"] if product["name"] == "另一个产品"]
        found = succession.prospects(work, case, declared | {"products": some})
        assert [prospect.certificate.id for prospect in found] == two[1:]


def test_one_of_several_may_be_changed_alone(site: Site, two: list[int]) -> None:
    filing_id = file_replacement(site, two[1])
    with site.work(site.world.city_reviewer) as work:
        beside = succession.beside_submitted(work, reviews.get_case(work, filing_id))
        assert beside is not None
        # The other product of the old filing is none that has been taken out.
        assert beside.lines == []
        assert [prospect.succession for prospect in beside.prospects] == ["editorial"]
    (new,) = approve_all(site, filing_id)
    assert facts(site, two[0]) == ("valid", "", None)
    assert facts(site, two[1]) == ("superseded", "editorial", new)
