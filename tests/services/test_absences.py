"""Standing in for absent colleagues: by whom, when, and what it gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound
from registry.domain.workflow import Action
from registry.models import Decision, Job, Membership, Post, User
from registry.services import absences, people, posts
from registry.services.worker import Worker
from tests.at_once import at_once
from tests.factories import act, filed
from tests.services.test_assignments import claim, handler
from tests.services.test_posts import bureau_at, end, give, letters, post_of

if TYPE_CHECKING:
    from tests.conftest import Site


@pytest.fixture(autouse=True)
def nobody_stands_in(site: Site) -> None:
    """The small world has a deputy from the beginning; here it begins with none."""
    with site.work() as work:
        work.session.execute(delete(Post).where(Post.stands_in_for_id.is_not(None)))


def delegate(site: Site, holder: int, colleague: int, first: str = "2026-03-18", last: str = "2026-03-20") -> int:
    post = post_of(site, holder)
    with site.work(holder) as work:
        values: dict[str, Any] = {"colleague": str(colleague), "first": first, "last": last}
        return absences.delegate(work, absences.own_post(work, post), values).id


def seats(site: Site, user: int) -> set[tuple[str, str]]:
    with site.work(user) as work:
        return {(str(seat.role), seat.stands_in_for) for seat in work.actor.seats}


def test_a_colleague_stands_in_until_the_end_of_the_last_day(site: Site) -> None:
    world = site.world
    delegate(site, world.county_reviewer, world.deputy)

    assert ("reviewer", "测试county") in seats(site, world.deputy)
    site.clock.moment = datetime(2026, 3, 20, 15, 59, 59, tzinfo=UTC)  # A second before midnight at the office.
    assert ("reviewer", "测试county") in seats(site, world.deputy)
    site.clock.moment += timedelta(seconds=1)
    assert seats(site, world.deputy) == {("publisher", "")}
    assert {letter["to"] for letter in letters(site, "stand_in")} == {"deputy@test.example", "county@test.example"}


def test_standing_in_may_begin_later(site: Site) -> None:
    world = site.world
    delegate(site, world.county_reviewer, world.deputy, "2026-03-25", "2026-03-26")

    assert seats(site, world.deputy) == {("publisher", "")}
    site.clock.moment = datetime(2026, 3, 24, 16, 0, tzinfo=UTC)  # Midnight at the office.
    assert ("reviewer", "测试county") in seats(site, world.deputy)


def test_decisions_say_for_whom(site: Site) -> None:
    world, filing = site.world, filed(site)
    delegate(site, world.county_reviewer, world.deputy)

    act(site, world.deputy, filing, Action.RECOMMEND)

    with site.work() as work:
        decision = work.session.scalars(select(Decision).where(Decision.action == "recommend")).one()
        assert (decision.actor_name, decision.stands_in_for) == ("测试deputy", "测试county")


def test_the_deputys_own_relations_count(site: Site) -> None:
    world, filing = site.world, filed(site)
    delegate(site, world.county_reviewer, world.deputy)
    with site.work() as work:
        deputy = work.session.get_one(User, world.deputy)
        work.session.add(
            Membership(user_id=deputy.id, enterprise_id=world.enterprise, role="viewer", since=work.now, until=work.now)
        )

    with pytest.raises(NotAllowed, match="回避"):
        act(site, world.deputy, filing, Action.RECOMMEND)


@pytest.mark.parametrize(
    "who", ["county_reviewer", "city_reviewer", "other_county_reviewer", "owner", "security_admin"]
)
def test_only_colleagues_of_the_same_office_stand_in(site: Site, who: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        delegate(site, site.world.county_reviewer, getattr(site.world, who))
    assert set(refused.value.fields) == {"colleague"}


def test_where_there_is_no_colleague_nobody_can_be_named(site: Site) -> None:
    with pytest.raises(InvalidFields):
        delegate(site, site.world.other_county_reviewer, site.world.county_reviewer)


@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        ("2026-03-17", "2026-03-20", {"first"}),
        ("2026-03-18", "2026-06-16", {"last"}),
        ("2026-03-20", "2026-03-19", {"last"}),
        ("", "", {"first", "last"}),
        ("2026-02-30", "x", {"first", "last"}),
    ],
)
def test_days_are_checked(site: Site, first: str, last: str, fields: set[str]) -> None:
    with pytest.raises(InvalidFields) as refused:
        delegate(site, site.world.county_reviewer, site.world.deputy, first, last)
    assert set(refused.value.fields) == fields


def test_ninety_days_are_the_most(site: Site) -> None:
    delegate(site, site.world.county_reviewer, site.world.deputy, "2026-03-18", "2026-06-15")


def test_days_do_not_overlap(site: Site) -> None:
    world = site.world
    delegate(site, world.county_reviewer, world.deputy, "2026-03-20", "2026-03-22")

    for first, last in (("2026-03-22", "2026-03-25"), ("2026-03-18", "2026-03-20"), ("2026-03-21", "2026-03-21")):
        with pytest.raises(InvalidFields, match="更正") as refused:
            delegate(site, world.county_reviewer, world.colleague, first, last)
        assert set(refused.value.fields) == {"first"}
    delegate(site, world.county_reviewer, world.colleague, "2026-03-23", "2026-03-25")
    delegate(site, world.county_reviewer, world.colleague, "2026-03-18", "2026-03-19")


def test_of_two_at_once_one_is_arranged(site: Site) -> None:
    world = site.world

    results = at_once(
        [lambda user=user: delegate(site, world.county_reviewer, user) for user in (world.deputy, world.colleague)]
    )

    assert sorted(type(result).__name__ for result in results) == ["InvalidFields", "int"]


def test_standing_in_is_not_passed_on(site: Site) -> None:
    world = site.world
    stand_in = delegate(site, world.county_reviewer, world.deputy)

    with site.work(world.deputy) as work:
        assert [post.role for post in absences.own_posts(work)] == ["publisher"]
        with pytest.raises(NotFound):
            absences.own_post(work, stand_in)
    # Nor to somebody who is away, nor by somebody who stands in.
    with pytest.raises(InvalidFields) as refused:
        delegate(site, world.deputy, world.colleague)
    assert set(refused.value.fields) == {"first"}
    with pytest.raises(InvalidFields) as refused:
        delegate(site, world.colleague, world.county_reviewer)
    assert set(refused.value.fields) == {"colleague"}


def test_administrators_have_nobody_stand_in(site: Site) -> None:
    with site.work(site.world.security_admin) as work:
        assert absences.own_posts(work) == []


def test_the_holder_ends_it_early_and_the_cases_come_back(site: Site) -> None:
    world, filing = site.world, filed(site)
    stand_in = delegate(site, world.county_reviewer, world.deputy)
    claim(site, world.deputy, filing)

    with site.work(world.county_reviewer) as work:
        absences.recall(work, stand_in)

    assert seats(site, world.deputy) == {("publisher", "")}
    assert handler(site, filing) == world.county_reviewer
    assert [letter["data"]["event"] for letter in letters(site, "stand_in")] == ["begin", "begin", "end", "end"]
    with pytest.raises(AlreadyClosed), site.work(world.county_reviewer) as work:
        absences.recall(work, stand_in)


def test_what_has_not_begun_is_called_off(site: Site) -> None:
    world = site.world
    stand_in = delegate(site, world.county_reviewer, world.deputy, "2026-03-25", "2026-03-26")

    with site.work(world.county_reviewer) as work:
        assert [post.id for post in absences.arranged(work)] == [stand_in]
        absences.recall(work, stand_in)
        assert absences.arranged(work) == []

    site.clock.moment = datetime(2026, 3, 25, 3, 0, tzinfo=UTC)
    assert seats(site, world.deputy) == {("publisher", "")}


@pytest.mark.parametrize("who", ["deputy", "colleague", "other_county_reviewer", "security_admin"])
def test_nobody_else_ends_it_there(site: Site, who: str) -> None:
    stand_in = delegate(site, site.world.county_reviewer, site.world.deputy)
    with pytest.raises(NotFound), site.work(getattr(site.world, who)) as work:
        absences.recall(work, stand_in)


def test_the_security_administrator_ends_it_as_a_post(site: Site) -> None:
    world = site.world
    stand_in = delegate(site, world.county_reviewer, world.deputy)

    end(site, world.security_admin, stand_in)

    assert seats(site, world.deputy) == {("publisher", "")}


def test_the_deputy_sees_for_whom(site: Site) -> None:
    world = site.world
    delegate(site, world.county_reviewer, world.deputy)
    with site.work(world.deputy) as work:
        (found,) = absences.arranged(work)
        assert found.stands_in_for is not None
        assert found.stands_in_for.user.name == "测试county"
        assert posts.last_day(found).isoformat() == "2026-03-20"


def test_when_the_time_is_over_the_worker_gives_the_cases_back(site: Site) -> None:
    world, filing = site.world, filed(site)
    delegate(site, world.county_reviewer, world.deputy)
    claim(site, world.deputy, filing)

    def run() -> None:
        with site.app.app_context():
            from registry.infrastructure.database import db  # noqa: PLC0415
            from registry.services.worker import HANDLERS  # noqa: PLC0415

            Worker(db.sessionmaker, site.app.extensions["registry"], HANDLERS).run_due()

    run()
    assert handler(site, filing) == world.deputy
    site.clock.moment = datetime(2026, 3, 20, 16, 0, tzinfo=UTC)
    run()

    assert handler(site, filing) == world.county_reviewer
    with site.work() as work:
        assert work.session.scalars(select(Job.status).where(Job.kind == absences.END_JOB)).all() == ["done"]


def test_a_deputy_becomes_no_administrator_meanwhile(site: Site) -> None:
    world = site.world
    delegate(site, world.county_reviewer, world.deputy, "2026-03-25", "2026-03-26")
    with site.work() as work:
        assert {post.role for post in people.posts_of(work, world.deputy)} == {"publisher", "reviewer"}
    with pytest.raises(InvalidFields):
        give(site, world.security_admin, world.deputy, "audit_admin", None)
    assert bureau_at(site, "330481")


def test_who_would_hold_roles_that_exclude_one_another_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of colleagues names no administrator; somebody may have become one a moment ago."""
    admin = site.world.system_admin
    monkeypatch.setattr(absences, "colleagues", lambda work, _post: [work.session.get_one(User, admin)])
    with pytest.raises(InvalidFields) as refused:
        delegate(site, site.world.county_reviewer, admin)
    assert set(refused.value.fields) == {"colleague"}


def test_a_post_that_has_just_ended_has_nobody_stand_in(site: Site) -> None:
    world = site.world
    number = post_of(site, world.county_reviewer)
    with site.work(world.county_reviewer) as work:
        post = absences.own_post(work, number)
        work.session.expunge_all()
    end(site, world.security_admin, number)
    values = {"colleague": str(world.deputy), "first": "2026-03-18", "last": "2026-03-20"}
    with site.work(world.county_reviewer) as work:
        work.session.add(post)
        with pytest.raises(NotFound):
            absences.delegate(work, post, values)


def test_whose_account_is_deactivated_stands_in_for_nobody(site: Site) -> None:
    with site.work() as work:
        work.session.get_one(User, site.world.deputy).active = False
    with pytest.raises(InvalidFields):
        delegate(site, site.world.county_reviewer, site.world.deputy)
