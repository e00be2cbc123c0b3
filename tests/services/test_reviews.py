"""Moving filings: who may, on which revision, and that the status equals the replay of the decisions."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound, RegistryError, StaleRevision
from registry.domain.roles import Role
from registry.domain.workflow import Action, Status
from registry.models import AuditEvent, Bureau, Certificate, Decision, Filing, FrozenRowError, Job, User
from registry.services import certificates, evidence, filings, people, reviews
from tests.at_once import WAIT, at_once
from tests.factories import act, approve, file_declaration, filed, start_complete
from tests.factories.filings import corrected
from tests.factories.world import JIAXING
from tests.unit.test_workflow import EXPECTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.services.work import Work
    from tests.conftest import Site

# Where a declaration goes from each place, as written out for the table's own test.
STEPS = {
    (place, action): target
    for route, place, action, _party, target in (line.split() for line in EXPECTED.splitlines() if line)
    if route == "county>city"
}


def add_office_person(site: Site, area: str, role: Role = Role.REVIEWER) -> int:
    """One more person at the market supervision office of an area; the office is made where there is none."""
    with site.work() as work:
        bureau = work.session.scalar(
            select(Bureau).where(Bureau.area_code == area, Bureau.subject == "market_supervision")
        )
        if bureau is None:
            bureau = Bureau(name=f"虚构{area}局", area_code=area, subject="market_supervision", tier="city")
            work.session.add(bureau)
        user = people.add_user(
            work, email=f"{area}-{random.random()}@test.example", name="另一位测试人员", password_hash="x"
        )
        people.appoint(work, user, bureau, role)
        return user.id


def place_of(status: str, tier: str) -> str:
    return f"{status}/{tier}" if tier else status


def replayed(filing: Filing) -> str:
    """Where the decisions say that the filing stands."""
    place = "draft"
    for number, decision in enumerate(filing.decisions, start=1):
        assert decision.sequence == number
        assert place_of(decision.from_status, decision.from_tier) == place
        place = STEPS[place, decision.action]
        assert place_of(decision.to_status, decision.to_tier) == place
        assert (decision.correct_by is not None) is place.startswith("returned")
    assert filing.correct_by == (filing.decisions[-1].correct_by if filing.decisions else None)
    return place


# Scope


def test_who_sees_a_case(site: Site) -> None:
    world = site.world
    other_city = add_office_person(site, "330100")
    filing_id = filed(site)
    certificate_id = approve(site, filing_id)
    with site.work(world.owner) as work:
        (evidence_id,) = [item.id for item in filings.get_own(work, filing_id).evidence]
    seeing = {
        "case": {"county_reviewer", "city_reviewer", "county_supervisor", "city_supervisor", "conflicted_reviewer"},
        "evidence": {
            *{"county_reviewer", "city_reviewer", "county_supervisor", "city_supervisor", "conflicted_reviewer"},
            *{"owner", "viewer"},
        },
        "certificate": {
            *{"county_reviewer", "city_reviewer", "county_supervisor", "city_supervisor", "conflicted_reviewer"},
            *{"owner", "viewer"},
        },
    }
    everybody = {
        "owner": world.owner,
        "viewer": world.viewer,
        "other_owner": world.other_owner,
        "county_reviewer": world.county_reviewer,
        "other_county_reviewer": world.other_county_reviewer,
        "city_reviewer": world.city_reviewer,
        "city_supervisor": world.city_supervisor,
        "county_supervisor": world.county_supervisor,
        "commerce_reviewer": world.commerce_reviewer,
        "conflicted_reviewer": world.conflicted_reviewer,
        "nobody": world.nobody,
        "other_city": other_city,
    }

    def sees(reading: Callable[[], Any]) -> bool:
        try:
            reading()
        except NotFound:
            return False
        return True

    found: dict[str, set[str]] = {"case": set(), "evidence": set(), "certificate": set()}
    for name, user in everybody.items():
        with site.work(user) as work:
            if sees(lambda: reviews.get_case(work, filing_id)):
                found["case"].add(name)
            if sees(lambda: evidence.read(work, evidence_id)):
                found["evidence"].add(name)
            if sees(lambda: certificates.get(work, certificate_id)):
                found["certificate"].add(name)
    assert found == seeing


def test_offices_do_not_see_drafts(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        (evidence_id,) = [item.id for item in evidence.find_own(work, evidence.Query()).rows]
        draft_id, revision = draft.id, draft.revision
    for _round in ("draft", "withdrawn before it was submitted"):
        with site.work(site.world.county_reviewer) as work:
            with pytest.raises(NotFound):
                reviews.get_case(work, draft_id)
            with pytest.raises(NotFound):
                evidence.read(work, evidence_id)
        with site.work(site.world.owner) as work:
            if filings.get_own(work, draft_id).status == Status.DRAFT:
                filings.withdraw(work, draft_id, revision=revision, reason="")


def test_without_a_visitor_nothing_is_anybodys(site: Site) -> None:
    with site.work() as work, pytest.raises(NotAllowed):
        reviews.get_case(work, 1)


# Guards


def possible(site: Site, user: int, filing_id: int) -> list[str]:
    with site.work(user) as work:
        return [action.value for action in reviews.possible_actions(work, work.session.get_one(Filing, filing_id))]


def test_what_is_offered_to_whom(site: Site) -> None:
    world = site.world
    filing_id = filed(site)
    idle = (world.city_supervisor, world.county_supervisor, world.commerce_reviewer, world.other_county_reviewer)
    strangers = (world.viewer, world.other_owner, world.nobody, world.conflicted_reviewer)
    assert possible(site, world.owner, filing_id) == ["withdraw"]
    assert possible(site, world.county_reviewer, filing_id) == ["recommend", "return"]
    for user in (world.city_reviewer, *idle, *strangers):
        assert possible(site, user, filing_id) == []
    act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    assert possible(site, world.city_reviewer, filing_id) == ["approve", "return", "reject"]
    for user in (world.county_reviewer, *idle, *strangers):
        assert possible(site, user, filing_id) == []
    act(site, world.city_reviewer, filing_id, Action.RETURN, reason="请补正")
    assert possible(site, world.owner, filing_id) == ["resubmit", "withdraw"]
    assert possible(site, world.city_reviewer, filing_id) == ["extend"]
    for user in (world.county_reviewer, *idle, *strangers):
        assert possible(site, user, filing_id) == []


def test_nobody_acts_outside_their_seat(site: Site) -> None:
    world = site.world
    filing_id = filed(site)
    tried = [
        (world.city_reviewer, Action.RETURN),  # The case lies with the county.
        (world.county_reviewer, Action.APPROVE),
        (world.county_reviewer, Action.REJECT),
        (world.county_reviewer, Action.WITHDRAW),
        (world.other_county_reviewer, Action.RECOMMEND),
        (world.commerce_reviewer, Action.RECOMMEND),
        (world.city_supervisor, Action.RECOMMEND),
        (world.county_supervisor, Action.RECOMMEND),
        (world.owner, Action.RECOMMEND),
        (world.owner, Action.SUBMIT),
        (world.other_owner, Action.WITHDRAW),
        (world.viewer, Action.WITHDRAW),
        (world.nobody, Action.WITHDRAW),
    ]
    for user, action in tried:
        with site.work(user) as work:
            filing = work.session.get_one(Filing, filing_id)
            with pytest.raises(NotAllowed):
                reviews.apply_action(work, filing, action, revision=filing.revision, reason="试一试")
    with site.work() as work:
        filing = work.session.get_one(Filing, filing_id)
        assert (filing.status, filing.tier, len(filing.decisions)) == ("under_review", "county", 1)


def test_who_is_related_to_the_firm_stands_back(site: Site) -> None:
    filing_id = filed(site)
    with site.work(site.world.conflicted_reviewer) as work:
        case = reviews.get_case(work, filing_id)
        assert reviews.is_own_firm(work.actor, case)
        assert reviews.possible_actions(work, case) == ()
        with pytest.raises(NotAllowed, match="回避"):
            reviews.apply_action(work, case, Action.RECOMMEND, revision=case.revision)
    with site.work(site.world.county_reviewer) as work:
        assert not reviews.is_own_firm(work.actor, reviews.get_case(work, filing_id))


def test_a_membership_that_has_ended_still_counts(site: Site) -> None:
    filing_id = filed(site)
    with site.work(site.world.conflicted_reviewer) as work:
        for membership in work.session.get_one(User, work.actor.user_id).memberships:
            membership.until = work.now
    with site.work(site.world.conflicted_reviewer) as work:
        assert work.actor.enterprise_ids() == ()
        case = reviews.get_case(work, filing_id)
        with pytest.raises(NotAllowed, match="回避"):
            reviews.apply_action(work, case, Action.RECOMMEND, revision=case.revision)


def test_reasons(site: Site) -> None:
    filing_id = filed(site)

    def sent_back(**details: Any) -> InvalidFields:
        with pytest.raises(InvalidFields) as caught:
            act(site, site.world.county_reviewer, filing_id, Action.RETURN, **details)
        return caught.value

    assert str(sent_back().fields["reason"]) == "请填写原因，企业将看到这段文字。"
    assert list(sent_back(reason=" \u200b\n", remarks={"place": "  "}).fields) == ["reason"]
    assert str(sent_back(reason="长" * 2001).fields["reason"]) == "最多 2000 个字，现有 2001 个字。"
    assert list(sent_back(remarks={"place": "长" * 2001}).fields) == ["remark-place"]
    remarks = {"place": " 请写明\u200b县（市） ", "batch": " "}
    act(site, site.world.county_reviewer, filing_id, Action.RETURN, reason="长" * 2000, remarks=remarks)
    with site.work(site.world.owner) as work:
        decision = filings.get_own(work, filing_id).decisions[-1]
        assert decision.remarks == {"place": "请写明县（市）"}
        assert (decision.actor_name, decision.bureau and decision.bureau.area_code) == ("测试county", "330481")


def test_remarks_alone_are_a_reason(site: Site) -> None:
    filing_id = filed(site)
    act(site, site.world.county_reviewer, filing_id, Action.RETURN, remarks={"place": "请写明"})
    with site.work(site.world.owner) as work:
        assert filings.get_own(work, filing_id).status == Status.RETURNED


@pytest.mark.parametrize("tier", ["county", "city"])
def test_a_return_comes_back_to_the_tier_that_asked(site: Site, tier: str) -> None:
    world = site.world
    filing_id = filed(site)
    if tier == "city":
        act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    reviewer = world.county_reviewer if tier == "county" else world.city_reviewer
    act(site, reviewer, filing_id, Action.RETURN, reason="请补正")
    with site.work(world.owner) as work:
        draft = filings.get_own(work, filing_id)
        assert (draft.status, draft.tier) == ("returned", tier)
        filings.submit(work, filing_id, revision=corrected(work, draft, place="三号线").revision)
    with site.work(reviewer) as work:
        case = reviews.get_case(work, filing_id)
        assert (case.status, case.tier) == ("under_review", tier)
        first, second = case.submissions
        assert "三号线" not in first.snapshot
        assert "三号线" in second.snapshot
        assert replayed(case) == f"under_review/{tier}"


def test_stale_and_closed(site: Site) -> None:
    filing_id = filed(site)
    with site.work(site.world.county_reviewer) as work:
        shown = reviews.get_case(work, filing_id).revision
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    for user in (site.world.county_reviewer, site.world.city_reviewer):
        with pytest.raises(StaleRevision), site.work(user) as work:
            reviews.apply_action(work, reviews.get_case(work, filing_id), Action.APPROVE, revision=shown)
    act(site, site.world.city_reviewer, filing_id, Action.REJECT, reason="不符合")
    for action in Action:
        with pytest.raises(AlreadyClosed):
            act(site, site.world.city_reviewer, filing_id, action, reason="再试")
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert filing.closed_at == site.clock.moment
        assert filings.certificates_of(work, filing) == []


def test_decisions_and_submissions_are_frozen(site: Site) -> None:
    filing_id = filed(site)
    for change in ("reason", "delete", "submission"):
        with site.work(site.world.county_reviewer) as work:
            case = reviews.get_case(work, filing_id)
            if change == "reason":
                case.decisions[0].reason = "改写"
            elif change == "submission":
                case.submissions[0].snapshot = "{}"
            else:
                work.session.delete(case.decisions[0])
            with pytest.raises(FrozenRowError):
                work.session.flush()
            work.session.rollback()


def test_each_step_is_in_the_audit_trail(site: Site) -> None:
    filing_id = filed(site)
    approve(site, filing_id)
    with site.work() as work:
        rows = work.session.scalars(select(AuditEvent).where(AuditEvent.object_id == filing_id).order_by(AuditEvent.id))
        found = [(row.tag, row.actor_id) for row in rows if ":filing:" in row.tag]
    world = site.world
    assert found == [
        ("enterprise:filing:start", world.owner),
        ("enterprise:filing:submit", world.owner),
        ("review:filing:recommend", world.county_reviewer),
        ("review:filing:approve", world.city_reviewer),
    ]


# Replay


def test_a_long_random_walk_equals_its_replay(site: Site) -> None:
    """Right and wrong actions by everybody, on cases that are begun again when they have ended."""
    world, chance = site.world, random.Random(20260318)
    users = (world.owner, world.county_reviewer, world.city_reviewer, world.conflicted_reviewer, world.viewer)
    outcomes: Counter[str] = Counter()
    filing_id = 0
    for _step in range(70):
        if not filing_id:
            with site.work(world.owner) as work:
                filing_id = start_complete(work, world.product).id
        user, action = chance.choice(users), chance.choice(list(Action))
        if chance.random() < 0.4:  # Mostly something sensible, so that cases get anywhere.
            user, action = chance.choice(sensible(site, filing_id) or [(user, action)])
        with site.work(user) as work:
            filing = work.session.get_one(Filing, filing_id)
            stale = chance.random() < 0.1
            before = place_of(filing.status, filing.tier)
            outcome = walk(work, filing, action, filing.revision - stale)
            if outcome != "done":
                work.session.rollback()
                filing = work.session.get_one(Filing, filing_id)
                assert place_of(filing.status, filing.tier) == before
            else:
                assert not stale
                assert STEPS[before, action] == place_of(filing.status, filing.tier)
            outcomes[outcome] += 1
            work.session.refresh(filing)
            place = replayed(filing)
            assert place == place_of(filing.status, filing.tier)
            issued = work.session.scalar(select(func.count()).where(Certificate.filing_id == filing_id))
            assert issued == (place == "approved")
            if outcome == "AlreadyClosed":
                filing_id = 0
    assert outcomes["done"] > 20
    assert {"NotAllowed", "StaleRevision", "AlreadyClosed"} <= outcomes.keys(), outcomes


def sensible(site: Site, filing_id: int) -> list[tuple[int, Action]]:
    """What the table allows from here, by somebody who may; withdrawing and rejecting end a case too soon."""
    world = site.world
    with site.work() as work:
        filing = work.session.get_one(Filing, filing_id)
        place, tier = place_of(filing.status, filing.tier), filing.tier
    reviewer = world.county_reviewer if tier == "county" else world.city_reviewer
    firm = {Action.SUBMIT, Action.RESUBMIT}
    ending = {Action.WITHDRAW, Action.REJECT}
    actions = [Action(action) for at, action in STEPS if at == place and action not in ending]
    return [(world.owner if action in firm else reviewer, action) for action in actions]


def walk(work: Work, filing: Filing, action: Action, revision: int) -> str:
    submitting = {"draft": Action.SUBMIT, "returned": Action.RESUBMIT}.get(filing.status)
    try:
        if action is submitting:
            if action is Action.RESUBMIT:
                before = filing.revision
                revision += corrected(work, filing).revision - before
            filings.submit(work, filing.id, revision=revision, unchanged=True)
            return "done"
        until = (work.today + timedelta(days=31 + len(filing.decisions))).isoformat()
        reviews.apply_action(work, filing, action, revision=revision, reason="测试", correct_by=until)
    except RegistryError as error:
        return type(error).__name__
    return "done"


# At the same moment


def jobs_of(work: Work, kind: str, key: str) -> int:
    return work.session.scalar(select(func.count()).where(Job.kind == kind, Job.key.startswith(key))) or 0


def test_double_submit_and_double_approve(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        draft = start_complete(work, world.product)
        filing_id, shown = draft.id, draft.revision
        filings.submit(work, filing_id, revision=shown)
    with pytest.raises(StaleRevision), site.work(world.owner) as work:
        filings.submit(work, filing_id, revision=shown)
    act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    with site.work(world.city_reviewer) as work:
        shown = reviews.get_case(work, filing_id).revision
    act(site, world.city_reviewer, filing_id, Action.APPROVE)
    with pytest.raises(AlreadyClosed), site.work(world.city_reviewer) as work:
        reviews.apply_action(work, reviews.get_case(work, filing_id), Action.APPROVE, revision=shown)
    with site.work() as work:
        assert work.session.scalar(select(func.count()).select_from(Certificate)) == 1
        assert jobs_of(work, "certificate_document", "") == 1
        assert jobs_of(work, "mail", f"filing-{filing_id}-") == 6  # submitted, recommended, approved; to two
        assert jobs_of(work, "mail", f"filing-{filing_id}-3-{world.owner}") == 1


def deciding(  # noqa: PLR0917
    site: Site, user: int, filing_id: int, action: Action, revision: int, met: threading.Barrier
) -> str:
    """Decide on the revision shown; on PostgreSQL all have read the case before the first decides."""
    with site.work(user) as work:
        case = reviews.get_case(work, filing_id)
        if work.session.get_bind().dialect.name == "postgresql":
            met.wait(WAIT)
        reviews.apply_action(work, case, action, revision=revision, reason="同时")
    return action


@pytest.mark.parametrize("other", [Action.APPROVE, Action.REJECT, Action.RETURN])
def test_of_two_who_decide_at_once_one_wins(site: Site, other: Action) -> None:
    world = site.world
    colleague = add_office_person(site, JIAXING)
    filing_id = filed(site)
    act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    with site.work(colleague) as work:
        revision = reviews.get_case(work, filing_id).revision
    met = threading.Barrier(2)
    results = at_once(
        [
            lambda: deciding(site, world.city_reviewer, filing_id, Action.APPROVE, revision, met),
            lambda: deciding(site, colleague, filing_id, other, revision, met),
        ]
    )
    (won,) = [result for result in results if isinstance(result, str)]
    (lost,) = [result for result in results if not isinstance(result, str)]
    assert isinstance(lost, StaleRevision if won == Action.RETURN else AlreadyClosed)
    with site.work(colleague) as work:
        case = reviews.get_case(work, filing_id)
        assert [decision.action for decision in case.decisions] == ["submit", "recommend", won]
        assert replayed(case) == place_of(case.status, case.tier)
        assert work.session.scalar(select(func.count()).select_from(Certificate)) == (won == Action.APPROVE)
        assert jobs_of(work, "certificate_document", "") == (won == Action.APPROVE)
        assert jobs_of(work, "mail", f"filing-{filing_id}-3-") == 2  # to owner and filer


def test_twenty_submissions_and_approvals_at_once(site: Site) -> None:
    world, many = site.world, 20
    with site.work(world.owner) as work:
        drafts = [start_complete(work, world.product) for _number in range(many)]
        shown = {draft.id: draft.revision for draft in drafts}

    def submit(filing_id: int) -> str | None:
        with site.work(world.owner) as work:
            return filings.submit(work, filing_id, revision=shown[filing_id]).reference

    references = at_once([lambda number=number: submit(number) for number in shown])  # type: ignore[misc]
    assert sorted(references) == [f"SM-2026-{number:06d}" for number in range(1, many + 1)]
    with site.work(world.county_reviewer) as work:
        for filing_id in shown:
            case = reviews.get_case(work, filing_id)
            reviews.apply_action(work, case, Action.RECOMMEND, revision=case.revision)
    at_once([lambda number=number: act(site, world.city_reviewer, number, Action.APPROVE) for number in shown])  # type: ignore[misc]
    with site.work() as work:
        numbers = sorted(work.session.scalars(select(Certificate.number)))
        assert [number[:-2] for number in numbers] == [f"STD-330400-2026-{each:06d}" for each in range(1, many + 1)]
        assert len(set(work.session.scalars(select(Certificate.code)))) == many
        assert work.session.scalar(select(func.count()).select_from(Decision)) == 3 * many


def test_double_submit_at_once(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        filing_id, shown = draft.id, draft.revision

    def submit() -> int:
        with site.work(site.world.owner) as work:
            return filings.submit(work, filing_id, revision=shown).id

    results = at_once([submit, submit, submit])
    assert [type(result) for result in results].count(StaleRevision) == 2
    with site.work(site.world.county_reviewer) as work:
        case = reviews.get_case(work, filing_id)
        assert (len(case.submissions), len(case.decisions), case.reference) == (1, 1, "SM-2026-000001")


def test_a_filing_of_the_other_county_stays_there(site: Site) -> None:
    with site.work(site.world.other_owner) as work:
        filing_id = file_declaration(work, site.world.other_product).id
    with pytest.raises(NotFound):
        act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    act(site, site.world.other_county_reviewer, filing_id, Action.RECOMMEND)
    act(site, site.world.city_reviewer, filing_id, Action.APPROVE)
