"""Drafts that are to replace certificates: which are offered, what is carried over, what stands against them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.errors import InvalidFields, NotAllowed, NotFound
from registry.domain.succession import Purpose
from registry.domain.validity import CertificateAction
from registry.domain.workflow import Action
from registry.models import Certificate, Filing, FilingProduct
from registry.services import certificates, filings, products, replacements, reviews, succession
from tests.at_once import at_once
from tests.factories import (
    act,
    approve_all,
    certified,
    change,
    file_certification,
    file_declaration,
    filed,
    stored_certificate,
)
from tests.factories.replacements import (
    SUBSTANCE,
    at,
    certified_together,
    change_product,
    file_replacement,
    fill_in,
    replaced,
)

if TYPE_CHECKING:
    from tests.conftest import Site

LAST = date(2029, 3, 17)
DAY = timedelta(days=1)
CHANGE, RENEWAL = Purpose.CHANGE, Purpose.RENEWAL


@pytest.fixture
def three(site: Site) -> list[int]:
    """The certificates of a declaration of three products, the world's own first."""
    return certified_together(site, "乙产品", "丙产品")


def begin(site: Site, *numbers: int, purpose: Purpose = CHANGE) -> int:
    with site.work(site.world.owner) as work:
        return replacements.start(work, numbers[0], purpose=purpose, others=numbers[1:]).id


def chosen(site: Site, filing_id: int) -> dict[int, int | None]:
    with site.work(site.world.owner) as work:
        return {item.product_id: item.replaces_id for item in filings.get_own(work, filing_id).objects}


def choose(site: Site, filing_id: int, *numbers: int) -> dict[int, int | None]:
    """Tick these products in the draft."""
    with site.work(site.world.owner) as work:
        revision = filings.get_own(work, filing_id).revision
        values = {"products": [str(number) for number in numbers]}
        filings.save_step(work, filing_id, "object", values, revision=revision)
    return chosen(site, filing_id)


def wrong(site: Site, filing_id: int) -> list[str]:
    """What is wrong with the choice of products."""
    with site.work(site.world.owner) as work:
        found = filings.gaps(work, filings.get_own(work, filing_id))
        return [str(gap.message) for gap in found if gap.field == "products"]


# What is carried over


@pytest.mark.parametrize("file", [file_declaration, file_certification], ids=["declaration", "certification"])
@pytest.mark.parametrize("purpose", [CHANGE, RENEWAL])
def test_everything_is_carried_over_but_what_is_said_anew(site: Site, file: Any, purpose: Purpose) -> None:
    with site.work(site.world.owner) as work:
        filing_id = file(work, site.world.product, quality_record="some", quality_note="召回一批，已整改").id
    (old,) = approve_all(site, filing_id)
    with site.work(site.world.owner) as work:
        at(site, certificates.get(work, old).valid_until)
        draft = replacements.start(work, old, purpose=purpose)
        before = work.session.get_one(Filing, filing_id)
        anew = {name for name in before.content if before.content[name] != draft.content[name]}
        assert anew == ({"declared_on", "consent", "quality_record", "quality_note"} & before.content.keys()) | (
            {"comparison"} & before.content.keys() if purpose is RENEWAL else set()
        )
        assert {draft.content[name] for name in anew - {"comparison"}} == {""}
        rows = [row["measured"] for row in draft.content.get("comparison", [])]
        assert rows == ([] if file is file_certification else ["" if purpose is RENEWAL else "0.02"])
        assert (draft.kind, draft.purpose, draft.status) == (before.kind, purpose, "draft")
        assert type(draft) is type(before)
        missing = {gap.field.partition("-")[0] for gap in filings.gaps(work, draft) if gap.missing}
        assert missing >= anew - {"quality_note"}  # It is asked for with the answer that something happened.


def test_what_has_expired_since_is_told(site: Site) -> None:
    with site.work(site.world.owner) as work:
        filing_id = file_certification(work, site.world.product).id
    (old,) = approve_all(site, filing_id)
    at(site, date(2029, 1, 20))  # Six days after the body's certificate and its file have ended.
    draft_id = begin(site, old, purpose=RENEWAL)
    with site.work(site.world.owner) as work:
        told = {gap.field for gap in filings.gaps(work, filings.get_own(work, draft_id)) if not gap.missing}
    assert told >= {"expires_on", "certificate"}


# Which certificates


def test_certificates_of_one_filing_are_offered_together(site: Site, three: list[int]) -> None:
    with site.work(site.world.owner) as work:
        for number in three:
            assert [each.id for each in replacements.offered(work, number, CHANGE)] == three
    draft_id = begin(site, three[2], three[0])
    assert list(chosen(site, draft_id).values()) == [three[0], three[2]]  # In the order of their issue.
    # One that is in another filing already, suspended or has ended is not offered.
    with site.work(site.world.owner) as work:
        assert [each.id for each in replacements.offered(work, three[1], CHANGE)] == [three[1]]


def test_what_has_ended_or_is_suspended_is_not_offered(site: Site, three: list[int]) -> None:
    change(site, site.world.city_supervisor, three[0], CertificateAction.SUSPEND)
    change(site, site.world.owner, three[2], CertificateAction.WITHDRAW)
    with site.work(site.world.owner) as work:
        assert [each.id for each in replacements.offered(work, three[1], CHANGE)] == [three[1]]
        for number in (three[0], three[2]):
            with pytest.raises(NotAllowed):
                replacements.offered(work, number, CHANGE)
        with pytest.raises(InvalidFields) as caught:
            replacements.start(work, three[1], purpose=CHANGE, others=[three[0]])
        assert set(caught.value.fields) == {"certificates"}


def test_a_certificate_of_another_filing_is_not_taken_along(site: Site, three: list[int]) -> None:
    with site.work(site.world.owner) as work:
        other = products.add(work, {"name": "丁产品", "category": "consumer"}).id
        filing_id = file_declaration(work, other).id
    (alone,) = approve_all(site, filing_id)
    with site.work(site.world.owner) as work, pytest.raises(InvalidFields):
        replacements.start(work, three[0], purpose=CHANGE, others=[alone])


def test_only_the_firm_that_files(site: Site) -> None:
    number = certified(site)
    with site.work() as work:
        of_nothing = stored_certificate(work, site.world.enterprise).id
    with site.work(site.world.owner) as work:
        for missing in (of_nothing, 10**6):
            with pytest.raises(NotFound):
                replacements.start(work, missing, purpose=CHANGE)
    for user, error in ((site.world.other_owner, NotFound), (site.world.viewer, NotAllowed)):
        with site.work(user) as work:
            for call in (replacements.offered, lambda *args: replacements.start(*args[:2], purpose=args[2])):
                with pytest.raises(error):
                    call(work, number, CHANGE)


# When


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        (LAST - 91 * DAY, {RENEWAL: "2028-12-17"}),
        (LAST - 90 * DAY, {}),
        (LAST, {}),
        (LAST + DAY, {CHANGE: "续期"}),
        (LAST + 90 * DAY, {CHANGE: "续期"}),
        (LAST + 91 * DAY, {CHANGE: "续期", RENEWAL: "重新申报"}),
    ],
    ids=["too early", "first day", "last day", "expired", "last day for it", "too late"],
)
def test_what_is_offered_when(site: Site, day: date, refused: dict[Purpose, str]) -> None:
    number = certified(site)
    at(site, day)
    with site.work(site.world.owner) as work:
        options = replacements.options(work, certificates.get(work, number))
        assert options.open_filing is None
        assert options.refusals.keys() == refused.keys()
        for purpose, text in refused.items():
            assert text in str(options.refusals[purpose])
            with pytest.raises(NotAllowed, match=text):
                replacements.start(work, number, purpose=purpose)
        for purpose in {CHANGE, RENEWAL} - refused.keys():
            assert replacements.offered(work, number, purpose)


def test_the_time_runs_for_asking_and_not_for_deciding(site: Site) -> None:
    number = certified(site)
    at(site, LAST + 90 * DAY)
    draft_id = begin(site, number, purpose=RENEWAL)
    at(site, LAST + 91 * DAY)
    assert any("重新申报" in text for text in wrong(site, draft_id))
    at(site, LAST + 90 * DAY)
    with site.work(site.world.owner) as work:
        draft = fill_in(work, filings.get_own(work, draft_id))
        filings.submit(work, draft_id, revision=draft.revision)
    act(site, site.world.county_reviewer, draft_id, Action.RETURN, reason="请补正")
    at(site, LAST + 95 * DAY)
    assert wrong(site, draft_id) == []
    with site.work(site.world.owner) as work:
        draft = fill_in(work, filings.get_own(work, draft_id), place="嘉兴市")
        filings.submit(work, draft_id, revision=draft.revision)
    (new,) = approve_all(site, draft_id)
    with site.work(site.world.owner) as work:
        assert certificates.get(work, new).valid_from == LAST + 95 * DAY


def test_a_certificate_that_was_suspended_when_it_expired_is_not_renewed(site: Site) -> None:
    number = certified(site)
    at(site, LAST)
    change(site, site.world.city_supervisor, number, CertificateAction.SUSPEND, correct_by=LAST + 60 * DAY)
    at(site, LAST + DAY)
    with site.work(site.world.owner) as work:
        assert certificates.state_shown(certificates.get(work, number), work.today) == "expired"
        with pytest.raises(NotAllowed, match="暂停"):
            replacements.start(work, number, purpose=RENEWAL)


# One at a time


def test_one_filing_at_a_time(site: Site) -> None:
    number = certified(site)
    draft_id = begin(site, number)
    at(site, LAST)
    assert begin(site, number, purpose=RENEWAL) == draft_id
    with site.work(site.world.owner) as work:
        assert replacements.options(work, certificates.get(work, number)).open_filing == draft_id
        filing = fill_in(work, filings.get_own(work, draft_id), **SUBSTANCE)
        filings.submit(work, draft_id, revision=filing.revision)
    assert begin(site, number) == draft_id
    act(site, site.world.county_reviewer, draft_id, Action.RETURN, reason="请补正")
    assert begin(site, number) == draft_id
    with site.work(site.world.owner) as work:
        filings.withdraw(work, draft_id, revision=filings.get_own(work, draft_id).revision, reason="")
        assert replacements.options(work, certificates.get(work, number)).open_filing is None
    assert begin(site, number) != draft_id


def test_of_two_presses_at_once_one_begins_a_draft(site: Site) -> None:
    number = certified(site)
    drafts = at_once([lambda: begin(site, number)] * 3)
    assert len(set(drafts)) == 1
    with site.work() as work:
        links = work.session.scalars(select(FilingProduct).where(FilingProduct.replaces_id == number)).all()
        assert [link.filing_id for link in links] == drafts[:1]


def test_of_two_drafts_the_later_one_is_told(site: Site, three: list[int]) -> None:
    """Ticked again in one draft after the certificate had got another: only one of them may go on."""
    first, later = begin(site, three[0]), begin(site, three[1])
    with site.work() as work:
        for filing_id, number in ((first, three[2]), (later, three[2])):
            certificate = work.session.get_one(Certificate, number)
            assert certificate.product_id is not None
            link = FilingProduct(filing_id=filing_id, product_id=certificate.product_id, position=1)
            link.replaces_id = number
            work.session.add(link)
    assert wrong(site, first) == []
    assert any("另一件申报" in text for text in wrong(site, later))


# What is ticked in the draft


def test_a_product_ticked_again_gets_its_certificate_back(site: Site, three: list[int]) -> None:
    draft_id = begin(site, *three)
    before = chosen(site, draft_id)
    numbers = list(before)
    assert choose(site, draft_id, numbers[0]) == {numbers[0]: three[0]}
    assert choose(site, draft_id, *numbers) == before
    assert choose(site, draft_id) == {}
    assert wrong(site, draft_id)[-1].startswith("没有选择要换发证书的产品")
    assert choose(site, draft_id, *numbers) == before
    assert wrong(site, draft_id) == []


def test_a_product_added_gets_a_certificate_of_its_own(site: Site, three: list[int]) -> None:
    with site.work(site.world.owner) as work:
        other = products.add(work, {"name": "丁产品", "category": "consumer"}).id
        elsewhere = products.add(work, {"name": "戊产品", "category": "consumer"}).id
        filing_id = file_declaration(work, elsewhere).id
    approve_all(site, filing_id)
    taken = begin(site, three[1])
    draft_id = begin(site, three[0])
    with site.work(site.world.owner) as work:
        second = certificates.get(work, three[1]).product_id
    assert second is not None
    found = choose(site, draft_id, site.world.product, other, elsewhere, second)
    # One that is under way elsewhere, or was issued on another filing, is not replaced by the way.
    assert found == {site.world.product: three[0], other: None, elsewhere: None, second: None}
    assert taken != draft_id


def test_a_first_filing_replaces_nothing(site: Site) -> None:
    certified(site)
    filing_id = filed(site)
    assert chosen(site, filing_id) == {site.world.product: None}
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert succession.objections(work, filing) == []
        assert succession.beside_now(work, filing, []) is None
        assert succession.beside_submitted(work, filing) is None


def test_a_renewal_of_what_has_been_renewed_meanwhile_is_told(site: Site) -> None:
    number = certified(site)
    at(site, LAST)
    renewed = replaced(site, number, purpose=RENEWAL)
    with site.work(site.world.owner) as work:
        newer = certificates.get(work, renewed).number
        with pytest.raises(NotAllowed, match=newer):
            replacements.start(work, number, purpose=RENEWAL)
        refusals = replacements.options(work, certificates.get(work, number)).refusals
        assert {newer in str(message) for message in refusals.values()} == {True}


# Side by side


def test_the_draft_beside_the_old(site: Site, three: list[int]) -> None:
    change_product(site, model="GB-301")
    draft_id = begin(site, *three[:2])
    with site.work(site.world.owner) as work:
        draft = filings.get_own(work, draft_id)
        draft = filings.save_step(
            work, draft_id, "statement", {"limits": "不适用于定制产品", "place": ""}, revision=draft.revision
        )
        gaps = filings.gaps(work, draft)
        beside = succession.beside_now(work, draft, gaps)
        assert beside is not None
        assert [(line.value.field.name, line.value.before, line.value.after) for line in beside.lines] == [
            ("limits", "", "不适用于定制产品"),
            ("model", "GB-300", "GB-301"),
        ]
        assert beside.incomplete  # The place is missing, and could not be compared.
        assert [prospect.succession for prospect in beside.prospects] == ["change", "change"]
        assert beside.prospects[0].term.last == LAST
        whole = succession.beside_now(work, draft, gaps, whole=True)
        assert whole is not None
        assert [line.value for line in whole.lines if line.changed] == [line.value for line in beside.lines]
        assert len(whole.lines) > len(beside.lines)
        draft = filings.save_step(work, draft_id, "quality", {"quality_record": "none"}, revision=draft.revision)
        filled = filings.save_step(work, draft_id, "statement", {"place": "嘉兴市海宁市"}, revision=draft.revision)
        complete = succession.beside_now(work, filled, filings.gaps(work, filled))
        assert complete is not None
        assert not complete.incomplete  # What has to be said anew is none of it.


def test_a_draft_that_replaces_nothing_any_more_is_beside_nothing(site: Site) -> None:
    draft_id = begin(site, certified(site))
    choose(site, draft_id)
    with site.work(site.world.owner) as work:
        draft = filings.get_own(work, draft_id)
        assert succession.beside_now(work, draft, filings.gaps(work, draft)) is None


def test_a_renewal_without_a_change_says_so(site: Site) -> None:
    number = certified(site)
    at(site, LAST)
    filing_id = file_replacement(site, number, purpose=RENEWAL)
    with site.work(site.world.city_reviewer) as work:
        beside = succession.beside_submitted(work, reviews.get_case(work, filing_id))
        assert beside is not None
        assert beside.lines == []
        assert [(each.succession, each.begins) for each in beside.prospects] == [("renewal", LAST + DAY)]
    approve_all(site, filing_id)
    with site.work(site.world.owner) as work:
        decided = succession.beside_submitted(work, filings.get_own(work, filing_id), whole=True)
        assert decided is not None
        assert (decided.prospects, [each.id for each in decided.replaced]) == ([], [number])
        assert decided.lines
