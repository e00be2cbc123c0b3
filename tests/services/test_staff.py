"""Work accounts: making them, looking people up, and what the security administrator does with them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.errors import Duplicate, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.sign_in import EndReason
from registry.models import AuditEvent, Bureau, SignIn, User
from registry.services import attempts, passwords, people, posts, staff
from registry.services.staff import Search
from tests.factories import filed
from tests.factories.firms import delivered, link_in
from tests.factories.world import HAINING
from tests.services.test_absences import delegate
from tests.services.test_assignments import claim, handler
from tests.services.test_posts import bureau_at, letters, roles_of
from tests.web import journey

if TYPE_CHECKING:
    from tests.conftest import Site

ZHANG = {"name": "张示例", "email": "Zhang@office.example", "phone": "0573-82520000"}


def names(site: Site, by: int, **search: Any) -> set[str]:
    with site.work(by) as work:
        return {user.name.removeprefix("测试") for user in staff.find(work, Search(**search)).rows}


def test_a_new_account_waits_for_its_owner_to_set_a_password(site: Site) -> None:
    with site.work(site.world.system_admin) as work:
        user = staff.add(work, ZHANG)
        number = user.id
        assert (user.email, user.phone, user.password) == ("zhang@office.example", "0573-82520000", None)

    ((to, _subject, body),) = delivered(site)
    assert to == "zhang@office.example"
    token = link_in(body).rpartition("/")[2]
    with site.work() as work:
        assert passwords.find_by_link(work, token).id == number
    site.clock.moment += timedelta(days=7, seconds=1)
    with pytest.raises(NotFound), site.work() as work:
        passwords.find_by_link(work, token)


def test_the_link_is_sent_again_until_a_password_is_set(site: Site) -> None:
    by = site.world.system_admin
    with site.work(by) as work:
        number = staff.add(work, ZHANG).id
    with site.work(by) as work:
        staff.invite_again(work, number)  # Within the minute it is the same letter.
    assert len(delivered(site)) == 1
    site.clock.moment += timedelta(minutes=1)
    with site.work(by) as work:
        staff.invite_again(work, number)
    assert len(delivered(site)) == 1
    site.clock.moment += timedelta(minutes=1)
    with site.work(by) as work:
        staff.invite_again(work, number)
        work.session.get_one(User, number).password = "x"
    assert delivered(site) == []  # A password was set while the letter waited.
    with pytest.raises(InvalidFields), site.work(by) as work:
        staff.invite_again(work, number)


def test_an_address_that_is_taken_is_told(site: Site) -> None:
    with pytest.raises(Duplicate), site.work(site.world.system_admin) as work:
        staff.add(work, ZHANG | {"email": "OWNER@test.example"})


def test_all_that_is_wrong_is_told_at_once(site: Site) -> None:
    with pytest.raises(InvalidFields) as refused, site.work(site.world.system_admin) as work:
        staff.add(work, {"name": " ", "email": "x", "phone": "1"})
    assert set(refused.value.fields) == {"name", "email", "phone"}


def test_duties_are_kept_apart(site: Site) -> None:
    world = site.world
    for who in ("security_admin", "audit_admin", "city_reviewer", "owner"):
        with pytest.raises(NotAllowed), site.work(getattr(world, who)) as work:
            staff.add(work, ZHANG)
        with pytest.raises(NotAllowed), site.work(getattr(world, who)) as work:
            staff.invite_again(work, world.nobody)
    for who in ("system_admin", "audit_admin", "city_reviewer", "owner"):
        for do in (staff.reactivate, staff.unlock, staff.reset_factors, staff.end_sessions):
            with pytest.raises(NotAllowed), site.work(getattr(world, who)) as work:
                do(work, world.nobody)
        with pytest.raises(NotAllowed), site.work(getattr(world, who)) as work:
            staff.deactivate(work, world.nobody, hand_to={})
    for who in ("audit_admin", "city_reviewer", "owner"):
        with pytest.raises(NotAllowed), site.work(getattr(world, who)) as work:
            staff.find(work, Search())
        with pytest.raises(NotAllowed), site.work(getattr(world, who)) as work:
            staff.person(work, world.nobody)


def test_the_list_finds_by_name_address_post_and_state(site: Site) -> None:
    world, by = site.world, site.world.security_admin
    haining = bureau_at(site, HAINING)

    assert names(site, by, text="audit-admin@TEST") == {"audit-admin"}
    assert names(site, by, text="city") == {"city"}
    assert names(site, by, text="100%") == set()
    assert names(site, by, role="system_admin") == {"system-admin"}
    assert names(site, by, bureau_id=haining) == {
        *("county", "colleague", "conflicted", "county-supervisor", "deputy"),
    }
    assert names(site, by, bureau_id=haining, role="reviewer") == {"county", "colleague", "conflicted", "deputy"}
    assert names(site, by, kind="neither") == {"nobody"}
    assert names(site, by, kind="firm") >= {"owner", "viewer", "filer"}
    assert not names(site, by) & {"owner", "viewer", "filer"}
    with site.work() as work:
        work.session.get_one(User, world.expert).active = False
        work.session.get_one(User, world.publisher).password = None
        work.session.get_one(User, world.nobody).closed_at = work.now
    assert names(site, by, state="inactive") == {"expert"}
    assert names(site, by, state="waiting") == {"publisher"}
    assert not names(site, by, state="active") & {"expert", "publisher", "nobody"}
    with pytest.raises(NotFound), site.work(by) as work:
        staff.get(work, world.nobody)


def test_one_person_with_everything_to_decide_by(site: Site) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)
    journey.session_cookie(site, world.county_reviewer)
    with site.work() as work:
        key = attempts.of_name(work, world.emails[world.county_reviewer])
        for _ in range(7):
            attempts.begin(work, key)

    with site.work(world.security_admin) as work:
        found = staff.person(work, world.county_reviewer)
        assert (found.open_cases, found.signed_in, found.second_factor) == (1, 1, True)
        assert found.last_sign_in == work.now
        assert found.locked_until is not None
        assert found.locked_until > work.now
        assert [post.role for post in found.posts] == ["reviewer"]
        staff.unlock(work, world.county_reviewer)
        assert staff.person(work, world.county_reviewer).locked_until is None


def test_deactivating_ends_sessions_links_and_standing_in_and_keeps_the_posts(site: Site) -> None:
    world, filing = site.world, filed(site)
    journey.session_cookie(site, world.county_reviewer)
    claim(site, world.deputy, filing)  # The deputy stands in for the county's reviewer.
    with site.work() as work:
        user = work.session.get_one(User, world.county_reviewer)
        token = passwords.make_token(work, user, lasts=timedelta(days=1))

    with site.work(world.security_admin) as work:
        staff.deactivate(work, world.county_reviewer, hand_to={})

    assert roles_of(site, world.county_reviewer) == ["reviewer"]
    assert roles_of(site, world.deputy) == ["publisher"]
    assert handler(site, filing) is None
    with site.work() as work:
        reasons = work.session.scalars(select(SignIn.end_reason).where(SignIn.user_id == world.county_reviewer)).all()
        assert reasons == [EndReason.CLOSED]
        with pytest.raises(NotFound):
            passwords.find_by_link(work, token)
    with site.work(world.security_admin) as work:
        staff.reactivate(work, world.county_reviewer)
    with site.work(world.county_reviewer) as work:
        assert [seat.role for seat in work.actor.seats] == ["reviewer"]
    with pytest.raises(NotFound), site.work() as work:
        passwords.find_by_link(work, token)  # Nor does an old letter come back to life.


def test_whoever_is_deactivated_stands_in_for_nobody_any_more(site: Site) -> None:
    world = site.world
    delegate(site, world.county_supervisor, world.colleague)

    with site.work(world.security_admin) as work:
        staff.deactivate(work, world.colleague, hand_to={})

    assert roles_of(site, world.colleague) == ["reviewer"]
    assert {letter["data"]["event"] for letter in letters(site, "stand_in")} == {"begin", "end"}


def test_deactivating_asks_for_each_office_who_goes_on(site: Site) -> None:
    world, filing, haining = site.world, filed(site), bureau_at(site, HAINING)
    claim(site, world.county_reviewer, filing)

    with site.work(world.security_admin) as work:
        cases = staff.cases_to_hand_on(work, world.county_reviewer)
        assert {bureau.id: count for bureau, count in cases.items()} == {haining: 1}
        with pytest.raises(InvalidFields):
            staff.deactivate(work, world.county_reviewer, hand_to={})
    with site.work(world.security_admin) as work:
        assert work.session.get_one(User, world.county_reviewer).active
        staff.deactivate(work, world.county_reviewer, hand_to={haining: str(world.colleague)})

    assert handler(site, filing) == world.colleague


def test_a_stale_page_changes_nothing(site: Site) -> None:
    world = site.world
    with pytest.raises(StaleRevision), site.work(world.security_admin) as work:
        staff.reactivate(work, world.nobody)
    with site.work(world.security_admin) as work:
        staff.deactivate(work, world.nobody, hand_to={})
    with pytest.raises(StaleRevision), site.work(world.other_security_admin) as work:
        staff.deactivate(work, world.nobody, hand_to={})


def test_nobody_bars_or_unlocks_themselves(site: Site) -> None:
    by = site.world.security_admin
    for do in (staff.reactivate, staff.unlock, staff.reset_factors, staff.end_sessions):
        with pytest.raises(NotAllowed, match="自己"), site.work(by) as work:
            do(work, by)
    with pytest.raises(NotAllowed, match="自己"), site.work(by) as work:
        staff.deactivate(work, by, hand_to={})


def test_lost_factors_are_taken_away_and_sessions_ended(site: Site) -> None:
    world = site.world
    journey.session_cookie(site, world.city_reviewer)
    with site.work(world.security_admin) as work:
        staff.reset_factors(work, world.city_reviewer)
        assert work.session.get_one(User, world.city_reviewer).tf_totp_secret is None
        assert staff.person(work, world.city_reviewer).signed_in == 0
    with site.work() as work:
        tags = set(work.session.scalars(select(AuditEvent.tag).where(AuditEvent.person_id == world.city_reviewer)))
        assert "admin:user:reset_factors" in tags


def test_all_sessions_are_ended_and_counted(site: Site) -> None:
    world = site.world
    for _ in range(2):
        journey.session_cookie(site, world.owner)
    with site.work(world.security_admin) as work:
        assert staff.end_sessions(work, world.owner) == 2
        assert staff.end_sessions(work, world.owner) == 0


def test_no_personal_data_stand_in_the_trail(site: Site) -> None:
    with site.work(site.world.system_admin) as work:
        staff.add(work, ZHANG)
    with site.work() as work:
        for event in work.session.scalars(select(AuditEvent)):
            assert "张示例" not in str(event.payload)
            assert "@" not in str(event.payload)


def test_an_office_can_be_chosen_in_the_order_of_areas(site: Site) -> None:
    with site.work(site.world.security_admin) as work:
        found: list[Bureau] = list(staff.bureaus(work))
        assert [bureau.area_code for bureau in found] == sorted(bureau.area_code for bureau in found)
        assert people.posts_of(work, site.world.security_admin)[0].bureau is None
        assert posts.PILE not in {str(bureau.id) for bureau in found}
