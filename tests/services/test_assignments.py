"""Who sees to a case, and that nothing is left with somebody who has no seat for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.workflow import Action
from registry.models import Decision, Filing
from registry.services import assignments, reviews, worklists
from tests.at_once import at_once
from tests.factories import act, approve, filed

if TYPE_CHECKING:
    from tests.conftest import Site


def handler(site: Site, filing_id: int) -> int | None:
    with site.work() as work:
        return work.session.get_one(Filing, filing_id).handler_id


def claim(site: Site, user: int, filing_id: int, seen: int | None = None) -> None:
    with site.work(user) as work:
        assignments.claim(work, reviews.get_case(work, filing_id), seen=seen)


def release(site: Site, user: int, filing_id: int) -> None:
    with site.work(user) as work:
        assignments.release(work, reviews.get_case(work, filing_id))


def test_a_case_is_taken_up_and_put_back(site: Site) -> None:
    world, filing = site.world, filed(site)

    claim(site, world.county_reviewer, filing)
    assert handler(site, filing) == world.county_reviewer
    release(site, world.county_reviewer, filing)
    assert handler(site, filing) is None


def test_claiming_leaves_the_revision_alone(site: Site) -> None:
    """A firm that is correcting its declaration must not be told that somebody has acted."""
    filing = filed(site)
    with site.work() as work:
        before = work.session.get_one(Filing, filing).revision

    claim(site, site.world.county_reviewer, filing)

    with site.work() as work:
        assert work.session.get_one(Filing, filing).revision == before


def test_a_colleague_takes_over_only_what_the_page_showed(site: Site) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)

    with pytest.raises(StaleRevision):
        claim(site, world.colleague, filing)
    claim(site, world.colleague, filing, seen=world.county_reviewer)

    assert handler(site, filing) == world.colleague
    with pytest.raises(StaleRevision):
        release(site, world.county_reviewer, filing)


def test_of_two_at_once_one_gets_it(site: Site) -> None:
    world, filing = site.world, filed(site)

    results = at_once(
        [lambda user=user: claim(site, user, filing) for user in (world.county_reviewer, world.colleague)]
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "StaleRevision"]


@pytest.mark.parametrize("who", ["city_reviewer", "county_supervisor", "city_supervisor", "expert"])
def test_only_who_could_decide_may_take_it(site: Site, who: str) -> None:
    filing = filed(site)
    with pytest.raises(NotAllowed):
        claim(site, getattr(site.world, who), filing)


def test_whoever_must_stand_back_may_not_take_it(site: Site) -> None:
    filing = filed(site)
    with pytest.raises(NotAllowed):
        claim(site, site.world.conflicted_reviewer, filing)


@pytest.mark.parametrize("who", ["other_county_reviewer", "commerce_reviewer", "publisher", "security_admin"])
def test_what_lies_outside_is_not_found(site: Site, who: str) -> None:
    filing = filed(site)
    with pytest.raises(NotFound):
        claim(site, getattr(site.world, who), filing)


def test_colleagues_may_still_decide(site: Site) -> None:
    filing = filed(site)
    claim(site, site.world.county_reviewer, filing)

    act(site, site.world.colleague, filing, Action.RETURN, reason="请补充")

    assert handler(site, filing) == site.world.county_reviewer  # Who waits for the correction is still known.


def test_the_next_tier_and_the_end_begin_with_nobody(site: Site) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)
    act(site, world.county_reviewer, filing, Action.RECOMMEND)
    assert handler(site, filing) is None

    claim(site, world.city_reviewer, filing)
    act(site, world.city_reviewer, filing, Action.APPROVE)
    assert handler(site, filing) is None
    with pytest.raises(AlreadyClosed):
        claim(site, world.city_reviewer, filing)


def test_cases_are_handed_to_a_colleague(site: Site) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)

    with site.work(world.security_admin) as work:
        cases = assignments.open_cases(work, world.county_reviewer)
        assert assignments.hand_over(work, world.county_reviewer, world.colleague, cases) == 1

    assert handler(site, filing) == world.colleague


@pytest.mark.parametrize("who", ["city_reviewer", "other_county_reviewer", "commerce_reviewer", "publisher", "owner"])
def test_cases_go_to_nobody_of_another_scope_or_tier(site: Site, who: str) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)

    with site.work(world.security_admin) as work:
        cases = assignments.open_cases(work, world.county_reviewer)
        with pytest.raises(InvalidFields):
            assignments.hand_over(work, world.county_reviewer, getattr(world, who), cases)

    assert handler(site, filing) == world.county_reviewer


def test_what_a_colleague_must_stand_back_from_goes_to_the_pile(site: Site) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)

    with site.work(world.security_admin) as work:
        cases = assignments.open_cases(work, world.county_reviewer)
        assert assignments.hand_over(work, world.county_reviewer, world.conflicted_reviewer, cases) == 0

    assert handler(site, filing) is None


def test_cases_that_moved_on_meanwhile_are_not_handed_over(site: Site) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)

    with site.work(world.security_admin) as work:
        cases = assignments.open_cases(work, world.county_reviewer)
        with pytest.raises(StaleRevision):
            assignments.hand_over(work, world.colleague, None, cases)


def test_a_stand_in_acts_for_the_colleague_whose_case_it_is(site: Site) -> None:
    """The deputy of the small world holds another post of the office, and stands in for the reviewer."""
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)

    act(site, world.deputy, filing, Action.RECOMMEND)

    with site.work() as work:
        decision = work.session.query(Decision).filter_by(filing_id=filing, action="recommend").one()
        assert (decision.actor_id, decision.stands_in_for) == (world.deputy, "测试county")


def test_a_stand_in_with_a_seat_of_their_own_acts_in_their_own_name_elsewhere(site: Site) -> None:
    world = site.world
    with site.work(world.deputy) as work:
        seats = [seat for seat in work.actor.seats if seat.stands_in_for]
        assert [seat.stands_in_for_id for seat in seats] == [world.county_reviewer]
    filing = filed(site)
    with site.work(world.colleague) as work:
        assert reviews.acts_for(work, reviews.get_case(work, filing)) == ""
    with site.work(world.deputy) as work:
        assert reviews.acts_for(work, reviews.get_case(work, filing)) == "测试county"
    with site.work(world.city_supervisor) as work:
        assert reviews.acts_for(work, reviews.get_case(work, filing)) == ""


def test_the_queue_tells_whose_a_case_is(site: Site) -> None:
    filing = filed(site)
    claim(site, site.world.county_reviewer, filing)

    with site.work(site.world.colleague) as work:
        (case,) = worklists.cases(work).page.rows
        assert case.handler is not None
        assert case.handler.name == "测试county"


def test_a_closed_case_is_nobodys(site: Site) -> None:
    filing = filed(site)
    claim(site, site.world.county_reviewer, filing)
    approve(site, filing)

    with site.work() as work:
        assert assignments.count_open(work, site.world.county_reviewer) == 0


def test_when_standing_in_runs_out_the_cases_go_back(site: Site) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.deputy, filing)
    site.clock.moment += timedelta(days=31)

    with site.work() as work:
        assignments.settle(work, world.deputy, world.county_reviewer)

    assert handler(site, filing) == world.county_reviewer
