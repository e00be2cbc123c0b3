"""What else there is for the products of a filing: certificates that it does not replace, and other filings."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.errors import NotAllowed
from registry.domain.remarks import Weight
from registry.domain.succession import Purpose
from registry.domain.validity import CertificateAction, CertificateState
from registry.domain.workflow import Action
from registry.models import Certificate
from registry.services import certificates, filings, products, replacements, reviews
from registry.services.filings import Incomplete
from tests.at_once import WAIT, at_once
from tests.factories import (
    act,
    approve_all,
    certified,
    change,
    file_certification,
    file_declaration,
    filed,
    start_certification,
    start_complete,
)
from tests.factories.replacements import at, certified_together, file_replacement, fill_in, number_of, replaced
from tests.statements import counted

if TYPE_CHECKING:
    from tests.conftest import Site

LAST = date(2029, 3, 17)  # Of what is issued on the world's first day.
DAY = timedelta(days=1)
SUSPEND, REINSTATE = CertificateAction.SUSPEND, CertificateAction.REINSTATE
KINDS = {"declaration": (start_complete, file_declaration), "certification": (start_certification, file_certification)}


def suspend(site: Site, certificate_id: int, **details: Any) -> None:
    change(site, site.world.city_supervisor, certificate_id, SUSPEND, **details)


def told(site: Site, filing_id: int) -> tuple[list[str], list[str]]:
    """What the firm is told about the products: what keeps it from submitting, and what does not."""
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        gaps = [str(gap.message) for gap in filings.gaps(work, filing) if gap.field == "products"]
        return gaps, [str(note.message) for note in filings.notes(work, filing) if note.field == "products"]


def remarks(site: Site, filing_id: int) -> list[tuple[str, Weight]]:
    """What the reviewer is told about them."""
    with site.work(site.world.county_reviewer) as work:
        found = filings.for_reviewer(work, reviews.get_case(work, filing_id))
        return [(str(each.message), each.weight) for each in found if each.subject == "products"]


def draft_for(site: Site, kind: str = "declaration") -> int:
    with site.work(site.world.owner) as work:
        return KINDS[kind][0](work, site.world.product).id


# Suspended certificates


@pytest.mark.parametrize("kind", KINDS)
def test_a_first_filing_is_no_way_around_a_suspension(site: Site, kind: str) -> None:
    with site.work(site.world.owner) as work:
        before = KINDS[kind][1](work, site.world.product).id
    [old] = approve_all(site, before)
    suspend(site, old)
    draft_id = draft_for(site, kind)
    message = f"产品“高硼硅玻璃杯”的证书 {number_of(site, old)} 已暂停，恢复之前不能为这个产品办理新的备案。"
    assert told(site, draft_id) == ([message], [])
    with site.work(site.world.owner) as work:
        draft = filings.get_own(work, draft_id)
        with pytest.raises(Incomplete):
            filings.submit(work, draft_id, revision=draft.revision)
    change(site, site.world.city_supervisor, old, REINSTATE)
    gaps, [note] = told(site, draft_id)
    assert gaps == []
    assert f"已有有效证书 {number_of(site, old)}，需要修改请办理变更" in note


def test_a_product_added_to_a_change_is_no_way_around_one(site: Site) -> None:
    first, second = certified_together(site, "另一个产品")
    suspend(site, second)
    with site.work(site.world.owner) as work:
        other = certificates.get(work, second).product_id
        draft = replacements.start(work, first, purpose=Purpose.CHANGE)
        chosen = [str(site.world.product), str(other)]
        draft_id = fill_in(work, draft, products=chosen).id
    gaps, notes = told(site, draft_id)
    assert (len(gaps), notes) == (1, [])
    assert number_of(site, second) in gaps[0]


def test_a_suspension_while_it_is_under_review_keeps_it_from_being_approved(site: Site) -> None:
    old = certified(site)
    filing_id = filed(site)
    suspend(site, old)
    [(message, weight)] = remarks(site, filing_id)
    assert ("已暂停" in message, weight) == (True, Weight.WARNING)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    with pytest.raises(NotAllowed, match="已暂停"):
        act(site, site.world.city_reviewer, filing_id, Action.APPROVE)
    change(site, site.world.city_supervisor, old, REINSTATE)
    act(site, site.world.city_reviewer, filing_id, Action.APPROVE)
    with site.work(site.world.owner) as work:
        assert work.session.scalars(select(Certificate.state)).all() == [CertificateState.VALID] * 2


def test_of_a_suspension_and_an_approval_at_once_the_later_one_sees_the_other(site: Site) -> None:
    old, filing_id = certified(site), filed(site)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    suspended = threading.Event()

    def suspend_slowly() -> None:
        with site.work(site.world.city_supervisor) as work:
            certificate = certificates.get(work, old)
            details = {"reason": "抽查不合格", "document_number": "虚构〔2026〕2号", "correct_by": date(2026, 6, 1)}
            certificates.change_state(work, certificate, SUSPEND, revision=certificate.revision, **details)
            suspended.set()
            time.sleep(0.3)

    def approve() -> None:
        suspended.wait(WAIT)
        act(site, site.world.city_reviewer, filing_id, Action.APPROVE)

    first, second = at_once([suspend_slowly, approve])
    assert first is None
    assert isinstance(second, NotAllowed)
    with site.work(site.world.owner) as work:
        assert work.session.scalars(select(Certificate.id)).all() == [old]


def test_a_suspension_ends_with_its_certificate(site: Site) -> None:
    old = certified(site)
    at(site, LAST)
    suspend(site, old, correct_by=LAST + 60 * DAY)
    draft_id = draft_for(site)
    assert len(told(site, draft_id)[0]) == 1
    at(site, LAST + DAY)
    assert told(site, draft_id) == ([], [])


def test_a_renewal_that_waits_hides_no_suspension(site: Site) -> None:
    old = certified(site)
    at(site, LAST - 10 * DAY)
    newer = replaced(site, old, purpose=Purpose.RENEWAL)
    suspend(site, old, correct_by=LAST + 60 * DAY)
    change(site, site.world.city_supervisor, newer, REINSTATE)
    gaps, [note] = told(site, draft_for(site))
    assert [number_of(site, old) in gap for gap in gaps] == [True]
    assert number_of(site, newer) in note
    # Who changes the renewal takes nothing over from the one that is suspended.
    with site.work(site.world.owner) as work:
        draft_id = replacements.start(work, newer, purpose=Purpose.CHANGE).id
    assert told(site, draft_id)[0] == []


# Valid ones


def test_a_valid_certificate_is_told_to_both_and_refuses_nothing(site: Site) -> None:
    old, filing_id = certified(site), filed(site)
    number = number_of(site, old)
    said = f"产品“高硼硅玻璃杯”已有有效证书 {number}，这件申报不替换它；批准之后两张证书同时有效。"
    assert remarks(site, filing_id) == [(said, Weight.NOTE)]
    approve_all(site, filing_id)


def test_what_is_replaced_or_has_ended_or_is_of_another_kind_is_not_told(site: Site) -> None:
    old = certified(site)
    assert told(site, draft_for(site, "certification")) == ([], [])
    filing_id = file_replacement(site, old)
    assert remarks(site, filing_id) == []
    assert told(site, filing_id) == ([], [])
    [newer] = approve_all(site, filing_id)
    change(site, site.world.owner, newer, CertificateAction.WITHDRAW)
    assert told(site, draft_for(site)) == ([], [])
    with site.work(site.world.other_owner) as work:
        draft = start_complete(work, site.world.other_product)
        assert filings.notes(work, draft) == []


def test_an_expired_one_is_not_told(site: Site) -> None:
    certified(site)
    draft_id = draft_for(site)
    assert len(told(site, draft_id)[1]) == 1
    at(site, LAST + DAY)
    assert told(site, draft_id) == ([], [])


def test_what_a_renewal_goes_on_beside_is_not_told(site: Site) -> None:
    old = certified(site)
    at(site, LAST - 10 * DAY)
    newer = replaced(site, old, purpose=Purpose.RENEWAL)
    with site.work(site.world.owner) as work:
        draft_id = replacements.start(work, newer, purpose=Purpose.CHANGE).id
    assert told(site, draft_id) == ([], [])


# Other filings


def test_another_filing_for_the_same_product_is_told(site: Site) -> None:
    first, second = draft_for(site), draft_for(site)
    begun = "产品“高硼硅玻璃杯”还有另一份草稿，请核对是否重复申报。"
    assert told(site, first) == told(site, second) == ([], [begun])
    with site.work(site.world.owner) as work:
        draft = filings.get_own(work, first)
        reference = filings.submit(work, first, revision=draft.revision).reference
    # What was submitted is named, however many drafts there are; of drafts the office knows nothing.
    third = draft_for(site)
    under_way = f"产品“高硼硅玻璃杯”的申报 {reference} 还没有办结，请核对是否重复申报。"
    assert told(site, second)[1] == told(site, third)[1] == [under_way]
    assert remarks(site, first) == []
    with site.work(site.world.owner) as work:
        draft = filings.get_own(work, second)
        other = filings.submit(work, second, revision=draft.revision).reference
    assert remarks(site, first) == [(under_way.replace(str(reference), str(other)), Weight.NOTE)]
    with site.work(site.world.owner) as work:
        filings.withdraw(work, second, revision=filings.get_own(work, second).revision, reason="")
    assert remarks(site, first) == []


def test_a_change_beside_a_first_filing_is_told(site: Site) -> None:
    old = certified(site)
    change_id = file_replacement(site, old)
    filing_id = filed(site)
    with site.work(site.world.owner) as work:
        references = {number: filings.get_own(work, number).reference for number in (change_id, filing_id)}
    assert [references[filing_id] in text for text, _weight in remarks(site, change_id)] == [True]
    assert [references[change_id] in text for text in told(site, filing_id)[1]] == [False, True]


def test_many_products_cost_as_many_statements_as_one(site: Site) -> None:
    def cost(filing_id: int) -> list[int]:
        numbers = []
        with site.work(site.world.owner) as work:
            filing = filings.get_own(work, filing_id)
            for look in (filings.notes, filings.gaps):
                with counted({"write": work.session.get_bind()}) as statements:
                    look(work, filing)
                numbers.append(len(statements))
        with site.work(site.world.county_reviewer) as work:
            case = reviews.get_case(work, filing_id)
            with counted({"write": work.session.get_bind()}) as statements:
                filings.for_reviewer(work, case)
            return [*numbers, len(statements)]

    certified_together(site, "乙产品", "丙产品", "丁产品")
    with site.work(site.world.owner) as work:
        chosen = [str(product.id) for product in products.find_own(work, products.Query()).rows]
        one = file_declaration(work, site.world.product).id
        many = file_declaration(work, site.world.product, products=chosen).id
    assert len(remarks(site, many)) == len(chosen) + 1  # Their certificates, and the other filing of one.
    assert cost(many) == cost(one)
