"""Corrections: deadlines and what comes of them, what is open, what has changed, and reminders."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.differences import Part
from registry.domain.errors import InvalidFields, NotAllowed, StaleRevision
from registry.domain.filings import DECLARATION
from registry.domain.workflow import Action, Status
from registry.infrastructure.clock import office_midnight
from registry.models import Filing, Job
from registry.services import corrections, filings, products, reviews, snapshots, worklists
from registry.services.reviews import apply_action
from tests.at_once import at_once
from tests.factories import act, file_declaration, filed, start_complete
from tests.factories.filings import corrected
from tests.factories.firms import delivered
from tests.statements import counted

if TYPE_CHECKING:
    from registry.domain.differences import Difference
    from registry.services.work import Work
    from tests.conftest import Site

DEFAULT = date(2026, 4, 17)  # Thirty days after the day of the tests.


def returned(site: Site, reviewer: str = "county_reviewer", **details: Any) -> int:
    """A declaration that was sent back for its place."""
    filing_id = filed(site)
    send_back(site, filing_id, reviewer, **details)
    return filing_id


def send_back(site: Site, filing_id: int, reviewer: str = "county_reviewer", **details: Any) -> None:
    details = details or {"remarks": {"place": "请写明县（市）"}}
    act(site, getattr(site.world, reviewer), filing_id, Action.RETURN, **details)


def extend(site: Site, filing_id: int, day: str, who: str = "county_reviewer") -> None:
    act(site, getattr(site.world, who), filing_id, Action.EXTEND, reason="同意延长", correct_by=day)


def save(site: Site, filing_id: int, step: str, **values: Any) -> None:
    with site.work(site.world.owner) as work:
        revision = filings.get_own(work, filing_id).revision
        filings.save_step(work, filing_id, step, values, revision=revision)


def resubmit(site: Site, filing_id: int, **options: Any) -> None:
    with site.work(site.world.owner) as work:
        draft = corrected(work, filings.get_own(work, filing_id))
        filings.submit(work, filing_id, revision=draft.revision, **options)


def to_day(site: Site, day: str) -> None:
    """Noon of this day at the office."""
    site.clock.moment = office_midnight(date.fromisoformat(day)) + timedelta(hours=12)


def deadlines(site: Site, filing_id: int) -> tuple[date | None, date | None]:
    """What the filing says, and what its last decision said."""
    with site.work() as work:
        filing = work.session.get_one(Filing, filing_id)
        return filing.correct_by, filing.decisions[-1].correct_by


# The last day


def test_a_return_allows_what_the_rules_allow(site: Site) -> None:
    filing_id = returned(site)
    assert deadlines(site, filing_id) == (DEFAULT, DEFAULT)
    save(site, filing_id, "statement", place="海宁市")
    resubmit(site, filing_id)
    assert deadlines(site, filing_id) == (None, None)


def test_a_reviewer_sets_another_day(site: Site) -> None:
    filing_id = returned(site, reason="请补正", correct_by="2026-03-23")
    assert deadlines(site, filing_id) == (date(2026, 3, 23), date(2026, 3, 23))


@pytest.mark.parametrize("day", ["2026-02-29", "2026-03-22", "2026-09-15", "x" * 10_000])
def test_a_wrong_day_is_told_with_all_else_that_is_wrong(site: Site, day: str) -> None:
    filing_id = filed(site)
    with pytest.raises(InvalidFields) as caught:
        send_back(site, filing_id, remarks={"place": "长" * 10_000, "limits": "长" * 2_001}, correct_by=day)
    assert set(caught.value.fields) == {"correct_by", "remark-place", "remark-limits"}
    with pytest.raises(InvalidFields) as caught:
        send_back(site, filing_id, reason="", correct_by=day)
    assert set(caught.value.fields) == {"correct_by", "reason"}
    assert deadlines(site, filing_id) == (None, None)


def test_other_actions_take_no_notice_of_a_day(site: Site) -> None:
    filing_id = filed(site)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND, correct_by="nonsense")
    assert deadlines(site, filing_id) == (None, None)


def test_the_letter_says_until_when(site: Site) -> None:
    filing_id = returned(site)
    letters = [text for _to, subject, text in delivered(site) if "请补正" in subject]
    assert len(letters) == 2  # Owner and filer.
    assert all("2026-04-17" in text for text in letters)
    extend(site, filing_id, "2026-05-01")
    letters = [text for _to, subject, text in delivered(site) if "补正期限已延长" in subject]
    assert len(letters) == 2
    assert all("2026-05-01" in text and "同意延长" in text for text in letters)


# Lapsing


def test_after_the_last_day_nothing_can_be_corrected(site: Site) -> None:
    filing_id = returned(site)
    save(site, filing_id, "statement", place="第一次修改")
    to_day(site, "2026-04-17")
    save(site, filing_id, "statement", place="第二次修改")
    to_day(site, "2026-04-18")
    with pytest.raises(NotAllowed, match="补正期限已过"):
        save(site, filing_id, "statement", place="第三次修改")
    with pytest.raises(NotAllowed, match="补正期限已过"):
        resubmit(site, filing_id)
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert (filing.status, filing.content["place"]) == (Status.RETURNED, "第二次修改")
        assert corrections.lapsed(work, filing)
        assert not filings.is_editable(work, filing)
        assert reviews.possible_actions(work, filing) == (Action.WITHDRAW,)
        # The one writer of the status refuses as well, whoever calls it.
        with pytest.raises(NotAllowed, match="补正期限已过"):
            apply_action(work, filing, Action.RESUBMIT, revision=filing.revision)


def test_a_lapsed_case_is_taken_up_again(site: Site) -> None:
    filing_id = returned(site)
    save(site, filing_id, "statement", place="海宁市")
    to_day(site, "2026-05-01")
    extend(site, filing_id, "2026-05-06")
    with site.work(site.world.owner) as work:
        assert filings.is_editable(work, filings.get_own(work, filing_id))
    resubmit(site, filing_id)
    with site.work(site.world.county_reviewer) as work:
        case = reviews.get_case(work, filing_id)
        assert [decision.action for decision in case.decisions] == ["submit", "return", "extend", "resubmit"]
        assert (case.status, case.tier) == ("under_review", "county")


def test_a_lapsed_case_can_be_withdrawn(site: Site) -> None:
    filing_id = returned(site)
    to_day(site, "2026-05-01")
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        filings.withdraw(work, filing_id, revision=filing.revision, reason="不再需要")
    assert deadlines(site, filing_id) == (None, None)


def test_what_was_sent_back_before_there_were_deadlines_never_lapses(site: Site) -> None:
    filing_id = returned(site)
    with site.work() as work:
        work.session.get_one(Filing, filing_id).correct_by = None
    to_day(site, "2027-03-18")
    save(site, filing_id, "statement", place="海宁市")
    extend(site, filing_id, "")
    assert deadlines(site, filing_id)[0] == date(2027, 4, 17)


def test_piles(site: Site) -> None:
    filing_id = returned(site)

    def counts() -> dict[str, int]:
        with site.work(site.world.county_reviewer) as work:
            return {name: count for name, count in worklists.cases(work).counts.items() if count}

    assert counts() == {"returned": 1}
    to_day(site, "2026-04-17")
    assert counts() == {"returned": 1}
    to_day(site, "2026-04-18")
    assert counts() == {"lapsed": 1}
    with site.work(site.world.county_reviewer) as work:
        assert [case.id for case in worklists.cases(work, pile="lapsed").page.rows] == [filing_id]
    with site.work() as work:
        work.session.get_one(Filing, filing_id).correct_by = None
    assert counts() == {"returned": 1}


# More time


@pytest.mark.parametrize("reviewer", ["county_reviewer", "city_reviewer"])
def test_only_the_tier_that_asked_gives_more_time(site: Site, reviewer: str) -> None:
    world = site.world
    filing_id = filed(site)
    if reviewer == "city_reviewer":
        act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    send_back(site, filing_id, reviewer)
    others = {"county_reviewer", "city_reviewer", "county_supervisor", "conflicted_reviewer"} - {reviewer}
    for who in others:
        with pytest.raises(NotAllowed):
            extend(site, filing_id, "2026-05-01", who)
    extend(site, filing_id, "2026-05-01", reviewer)
    assert deadlines(site, filing_id) == (date(2026, 5, 1), date(2026, 5, 1))


@pytest.mark.parametrize("day", ["", "2026-04-17", "2026-04-01", "2026-09-15", "2026-02-29"])
def test_more_time_is_a_later_day(site: Site, day: str) -> None:
    filing_id = returned(site)
    with pytest.raises(InvalidFields) as caught:
        extend(site, filing_id, day)
    assert set(caught.value.fields) == {"correct_by"}
    assert deadlines(site, filing_id) == (DEFAULT, DEFAULT)


def test_more_time_needs_a_reason_and_a_case_with_the_firm(site: Site) -> None:
    filing_id = filed(site)
    with pytest.raises(NotAllowed):
        extend(site, filing_id, "2026-05-01")
    send_back(site, filing_id)
    with pytest.raises(InvalidFields) as caught:
        act(site, site.world.county_reviewer, filing_id, Action.EXTEND, correct_by="2026-05-01")
    assert set(caught.value.fields) == {"reason"}


def test_of_two_reviewers_one_gives_more_time(site: Site) -> None:
    filing_id = returned(site)
    with site.work(site.world.county_reviewer) as work:
        revision = reviews.get_case(work, filing_id).revision

    def give(who: int, day: str) -> None:
        with site.work(who) as work:
            case = reviews.get_case(work, filing_id)
            apply_action(work, case, Action.EXTEND, revision=revision, reason="延长", correct_by=day)

    world = site.world
    results = at_once([lambda: give(world.county_reviewer, "2026-05-01"), lambda: give(world.colleague, "2026-05-02")])
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "StaleRevision"]


def test_the_firm_s_page_is_stale_after_more_time_was_given(site: Site) -> None:
    """The page shows a last day that is no more, and a reason that was not read."""
    filing_id = returned(site)
    with site.work(site.world.owner) as work:
        revision = filings.get_own(work, filing_id).revision
    extend(site, filing_id, "2026-05-01")
    with pytest.raises(StaleRevision), site.work(site.world.owner) as work:
        filings.save_step(work, filing_id, "statement", {"place": "海宁市"}, revision=revision)


# What is open


def opened(site: Site, filing_id: int) -> frozenset[str]:
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        gaps = filings.gaps(work, filing)
        return corrections.open_fields(filing, gaps, corrections.changes_now(work, filing, gaps))


def test_of_a_draft_everything_is_open(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        assert "products" in corrections.open_fields(draft, [], [])
        assert corrections.last_return(draft) is None
        assert corrections.changes_now(work, draft, []) == []


def test_closed_fields_are_refused(site: Site) -> None:
    filing_id = returned(site)
    assert opened(site, filing_id) == {"place", "declared_on", "consent"}
    save(site, filing_id, "statement", place="海宁市", declared_on="2026-03-18")
    with pytest.raises(NotAllowed, match="只能修改审核意见要求补正的内容"):
        save(site, filing_id, "statement", place="海宁市", statement="另一段声明")
    for step, name, value in (
        ("standard", "markets", ["DE"]),
        ("standard", "comparison", []),
        ("quality", "reports", []),
        ("object", "products", [str(site.world.other_product)]),
    ):
        with pytest.raises(NotAllowed):
            save(site, filing_id, step, **{name: value})
    with site.work(site.world.owner) as work:
        assert filings.get_own(work, filing_id).content["statement"] == "本企业声明：上述产品符合所列标准。"


def test_closed_fields_may_be_sent_as_they_are(site: Site) -> None:
    filing_id = returned(site)
    save(site, filing_id, "standard", markets=["DE", "US"], domestic_standards="GB 4806.5-2016")
    save(site, filing_id, "statement", place="海宁市", limits="")
    resubmit(site, filing_id)


def test_a_general_reason_opens_everything_but_the_products(site: Site) -> None:
    filing_id = returned(site, reason="请全面核对")
    save(site, filing_id, "standard", markets=["DE"])
    save(site, filing_id, "statement", statement="另一段声明")
    with pytest.raises(NotAllowed):
        save(site, filing_id, "object", products=[])


def test_a_remark_on_a_table_opens_the_table(site: Site) -> None:
    filing_id = returned(site, remarks={"comparison": "请补充镉溶出量"})
    with site.work(site.world.owner) as work:
        rows = filings.get_own(work, filing_id).content["comparison"]
    save(site, filing_id, "standard", comparison=[*rows, rows[0] | {"indicator": "镉溶出量"}])
    with pytest.raises(NotAllowed):
        save(site, filing_id, "standard", markets=["DE"])


def test_what_has_become_wrong_can_be_mended_and_mended_again(site: Site) -> None:
    filing_id = returned(site)
    with site.work() as work:
        filing = work.session.get_one(Filing, filing_id)
        filing.content = filing.content | {"markets": ["XX"]}  # As if the country were no more on the list.
    assert "markets" in opened(site, filing_id)
    save(site, filing_id, "standard", markets=["DE"])
    assert "markets" in opened(site, filing_id)
    save(site, filing_id, "standard", markets=["DE", "US"])
    assert "markets" not in opened(site, filing_id)  # It says again what was submitted.


def test_more_time_leaves_open_what_was_open(site: Site) -> None:
    filing_id = returned(site)
    extend(site, filing_id, "2026-05-01")
    assert opened(site, filing_id) == {"place", "declared_on", "consent"}


# What has changed


def changed(differences: list[Difference]) -> list[tuple[str, str, str]]:
    return [(each.part.value, each.field.name, each.change.value) for each in differences]


def now(work: Work, filing: Filing, step: str = "") -> list[Difference]:
    gaps = filings.gaps(work, filing)
    return corrections.changes_now(work, filing, gaps, DECLARATION.step_named(step) if step else None)


def test_what_has_changed_since_the_last_submission(site: Site) -> None:
    filing_id = returned(site, reason="请全面核对")
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert now(work, filing) == []
    save(site, filing_id, "standard", markets=["DE", "JP"], domestic_standards="GB 4806.5-2016\n")
    save(site, filing_id, "statement", place="海宁市", limits="仅限出口批次")
    with site.work(site.world.owner) as work:
        product = products.get_own(work, site.world.product, to_change=True)
        product.brand = "新虚构牌"
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert changed(now(work, filing)) == [
            ("content", "markets", "changed"),
            ("content", "limits", "added"),
            ("content", "place", "changed"),
            ("product", "brand", "changed"),
        ]
        assert changed(now(work, filing, "standard")) == [("content", "markets", "changed")]
        assert changed(now(work, filing, "line")) == []


def test_what_is_wrong_is_not_called_changed(site: Site) -> None:
    filing_id = returned(site, reason="请全面核对")
    save(site, filing_id, "statement", place="海宁市", declared_on="2026-02-31")
    save(site, filing_id, "standard", overseas_standards="", markets=[])
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert changed(now(work, filing)) == [("content", "place", "changed")]


def test_both_sides_are_told_the_same(site: Site) -> None:
    filing_id = returned(site, reason="请全面核对")
    save(site, filing_id, "statement", place="海宁市")
    with site.work(site.world.owner) as work:
        before = now(work, filings.get_own(work, filing_id))
    resubmit(site, filing_id)
    with site.work(site.world.county_reviewer) as work:
        case = reviews.get_case(work, filing_id)
        assert corrections.changes_submitted(case) == before
        assert [(each.before, each.after) for each in before] == [("嘉兴市海宁市", "海宁市")]


def test_a_first_submission_has_changed_nothing(site: Site) -> None:
    filing_id = filed(site)
    with site.work(site.world.county_reviewer) as work:
        assert corrections.changes_submitted(reviews.get_case(work, filing_id)) == []


def test_a_correction_that_changes_nothing_is_asked_about(site: Site) -> None:
    filing_id = returned(site)
    save(site, filing_id, "statement", place=" 嘉兴市海宁市 ")
    with pytest.raises(InvalidFields) as caught:
        resubmit(site, filing_id)
    assert "没有改动" in str(caught.value.fields["unchanged"])
    resubmit(site, filing_id, unchanged=True)
    send_back(site, filing_id)
    save(site, filing_id, "statement", place="海宁市")
    resubmit(site, filing_id)


# What is said anew


@pytest.mark.parametrize("details", [{}, {"reason": "请全面核对"}], ids=["remark", "general"])
def test_date_and_consent_are_said_anew_with_every_submission(site: Site, details: dict[str, Any]) -> None:
    filing_id = returned(site, **details)
    extend(site, filing_id, "2026-05-01")
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert (filing.content["declared_on"], filing.content["consent"]) == ("", "")
        gaps = filings.gaps(work, filing)
        assert {gap.field for gap in gaps} == {"declared_on", "consent", "signed"}
        assert {"declared_on", "consent"} <= corrections.open_fields(filing, gaps, [])
        [note] = [note for note in filings.notes(work, filing) if note.field == "declared_on"]
        assert "填原来的日期，不必重新签署" in str(note.message)
        with pytest.raises(filings.Incomplete):
            filings.submit(work, filing_id, revision=filing.revision, unchanged=True)
        assert snapshots.read(filing.submissions[-1])["content"]["consent"] == "yes"  # What was submitted stays.
    save(site, filing_id, "statement", declared_on="2026-03-18", consent="yes")
    extend(site, filing_id, "2026-06-01")  # More time is no new return.
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert (filing.content["declared_on"], filing.content["consent"]) == ("2026-03-18", "yes")
        assert "declared_on" not in {note.field for note in filings.notes(work, filing)}


def test_what_is_unchanged_and_dated_as_before_needs_no_new_signature(site: Site) -> None:
    filing_id = returned(site)
    save(site, filing_id, "statement", declared_on="2026-03-01", consent="yes")
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert filings.gaps(work, filing) == []
        with pytest.raises(InvalidFields) as caught:
            filings.submit(work, filing_id, revision=filing.revision)
        assert set(caught.value.fields) == {"unchanged"}


def test_another_date_alone_is_no_answer(site: Site) -> None:
    filing_id = returned(site)
    with site.work(site.world.owner) as work:
        filing = corrected(work, filings.get_own(work, filing_id), declared_on="2026-03-18")
        assert changed(now(work, filing)) == [("content", "declared_on", "changed")]
        with pytest.raises(InvalidFields) as caught:
            filings.submit(work, filing_id, revision=filing.revision)
        assert set(caught.value.fields) == {"unchanged"}
        filings.submit(work, filing_id, revision=filing.revision, unchanged=True)


def test_a_changed_product_is_a_change(site: Site) -> None:
    filing_id = returned(site, remarks={"products": "请补充型号"})
    with site.work(site.world.owner) as work:
        products.get_own(work, site.world.product, to_change=True).model = "GB-300 甲"
    resubmit(site, filing_id)
    with site.work(site.world.county_reviewer) as work:
        (one,) = corrections.changes_submitted(reviews.get_case(work, filing_id))
        assert (one.part, one.product, one.after) == (Part.PRODUCT, "高硼硅玻璃杯", "GB-300 甲")


def test_comparing_takes_no_more_statements_for_more_products(site: Site) -> None:
    def asked(filing_id: int) -> int:
        with site.work(site.world.owner) as work:
            filing = filings.get_own(work, filing_id)
            gaps = filings.gaps(work, filing)
            with counted({"write": work.session.get_bind()}) as statements:
                corrections.changes_now(work, filing, gaps)
            return len(statements)

    one = returned(site)
    with site.work(site.world.owner) as work:
        values = {"name": "玻璃盘", "category": "consumer", "brand": "", "model": "", "gtin": "", "hs_code": ""}
        values |= {"name_en": "", "variants": [], "links": []}
        others = [products.add(work, values | {"name": f"玻璃盘 {number}"}).id for number in range(4)]
        chosen = [str(site.world.product), *map(str, others)]
        draft = start_complete(work, site.world.product, products=chosen)
        many = filings.submit(work, draft.id, revision=draft.revision).id
    send_back(site, many)
    assert asked(many) == asked(one)


# What was said


def test_what_was_said_about_a_field(site: Site) -> None:
    filing_id = returned(site)
    save(site, filing_id, "statement", place="海宁市")
    resubmit(site, filing_id)
    site.clock.moment += timedelta(days=1)
    send_back(site, filing_id, remarks={"place": "请写到街道", "limits": "请说明"})
    with site.work(site.world.owner) as work:
        said = corrections.said_of(filings.get_own(work, filing_id))
        assert set(said) == {"place", "limits"}
        assert [(each.text, each.asked_now) for each in said["place"]] == [
            ("请写明县（市）", False),
            ("请写到街道", True),
        ]
        assert {each.office for each in said["place"]} == {"虚构330481market_supervision局"}


# Reminders


def reminders(site: Site, day: str) -> list[tuple[str, str]]:
    """The letters about deadlines that the worker sends on this day: about what, and to whom."""
    to_day(site, day)
    return [
        (subject, to)
        for to, subject, _text in delivered(site)
        if "补正期限还有" in subject or "补正期限已过" in subject or "请在今天" in subject
    ]


def test_reminders_come_in_time_and_once(site: Site) -> None:
    returned(site)
    assert reminders(site, "2026-03-18") == []
    assert reminders(site, "2026-04-09") == []
    found = reminders(site, "2026-04-10")
    assert sorted(to for _subject, to in found) == ["filer@test.example", "owner@test.example"]
    assert {subject for subject, _to in found} == {"补正期限还有 7 天（SM-2026-000001）"}
    assert reminders(site, "2026-04-11") == []
    assert {subject for subject, _to in reminders(site, "2026-04-16")} == {"补正期限还有 1 天（SM-2026-000001）"}
    assert reminders(site, "2026-04-17") == []
    assert {subject for subject, _to in reminders(site, "2026-04-18")} == {"补正期限已过（SM-2026-000001）"}
    assert reminders(site, "2026-05-18") == []


def test_a_short_time_has_fewer_reminders(site: Site) -> None:
    filing_id = returned(site, reason="请补正", correct_by="2026-03-23")
    with site.work() as work:
        jobs = work.session.scalars(select(Job).where(Job.kind == corrections.REMINDER_JOB).order_by(Job.due_at))
        assert [job.key for job in jobs] == [f"{filing_id}-2-1", f"{filing_id}-2--1"]


@pytest.mark.parametrize("how", ["resubmitted", "withdrawn"])
def test_who_has_answered_is_not_reminded(site: Site, how: str) -> None:
    filing_id = returned(site)
    if how == "resubmitted":
        resubmit(site, filing_id, unchanged=True)
    else:
        with site.work(site.world.owner) as work:
            filing = filings.get_own(work, filing_id)
            filings.withdraw(work, filing_id, revision=filing.revision, reason="")
    assert reminders(site, "2026-05-18") == []


def test_more_time_moves_the_reminders(site: Site) -> None:
    filing_id = returned(site)
    extend(site, filing_id, "2026-05-01")
    assert reminders(site, "2026-04-18") == []
    assert {subject for subject, _to in reminders(site, "2026-04-24")} == {"补正期限还有 7 天（SM-2026-000001）"}


def test_the_same_day_asked_for_twice_is_reminded_of_once(site: Site) -> None:
    filing_id = returned(site, reason="请补正", correct_by="2026-04-01")
    resubmit(site, filing_id, unchanged=True)
    send_back(site, filing_id, reason="再补正", correct_by="2026-04-01")
    assert len(reminders(site, "2026-03-31")) == 2  # One letter each to owner and filer.


def test_a_worker_that_was_away_tells_what_is_left(site: Site) -> None:
    returned(site)
    assert {subject for subject, _to in reminders(site, "2026-04-14")} == {"补正期限还有 3 天（SM-2026-000001）"}
    assert {subject for subject, _to in reminders(site, "2026-04-17")} == {"请在今天完成补正（SM-2026-000001）"}
    assert len(reminders(site, "2026-06-30")) == 2


def test_the_other_county_s_filing_is_not_touched(site: Site) -> None:
    with site.work(site.world.other_owner) as work:
        filing_id = file_declaration(work, site.world.other_product).id
    returned(site)
    assert deadlines(site, filing_id) == (None, None)
