"""What people may do with the data the registry holds of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.domain.errors import InvalidFields, NotAllowed, NotFound
from registry.domain.roles import Role
from registry.models import AuditEvent, Decision, Enterprise, Job, Membership, User
from registry.services import own_data, people
from tests.at_once import at_once
from tests.factories.certificates import filed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site

SURE = {"sure": "yes"}


def letters(site: Site, template: str) -> list[dict[str, str]]:
    with site.work() as work:
        jobs = work.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))
        return [{"to": job.payload["to"], **job.payload["data"]} for job in jobs if job.payload["template"] == template]


def test_name_and_telephone_are_corrected(site: Site) -> None:
    with site.work(site.world.viewer) as work:
        assert own_data.correct(work, {"person_name": " 李 样例 ", "phone": "13800001234"}) == ["person_name", "phone"]
        assert own_data.correct(work, {"person_name": "李 样例", "phone": "13800001234"}) == []
    with site.work() as work:
        user = work.session.get_one(User, site.world.viewer)
        assert (user.name, user.phone) == ("李 样例", "13800001234")
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "account:user:correct")).one()
        assert (event.person_id, event.payload) == (user.id, {"fields": ["person_name", "phone"]})


def test_nobody_is_without_a_name(site: Site) -> None:
    with site.work(site.world.viewer) as work, pytest.raises(InvalidFields) as refused:
        own_data.correct(work, {"person_name": " ", "phone": "1"})
    assert refused.value.fields.keys() == {"person_name", "phone"}


def test_a_new_address_counts_when_its_owner_has_said_so(site: Site) -> None:
    viewer, old = site.world.viewer, site.world.emails[site.world.viewer]
    with site.work(viewer) as work:
        own_data.ask_new_address(work, "New@Test.Example")
    (letter,) = letters(site, "new_address")
    token = letter["link"].rpartition("/")[2]
    assert letter["to"] == "new@test.example"
    with site.work(site.world.owner) as work, pytest.raises(NotFound):
        own_data.confirm_address(work, token)
    with site.work(viewer) as work:
        assert own_data.asked_address(work, token) == "new@test.example"
        assert own_data.confirm_address(work, token).email == "new@test.example"
        own_data.confirm_address(work, token)
    assert [letter["to"] for letter in letters(site, "address_changed")] == [old]


def test_a_link_for_a_new_address_grows_old(site: Site) -> None:
    with site.work(site.world.viewer) as work:
        own_data.ask_new_address(work, "new@test.example")
    token = letters(site, "new_address")[0]["link"].rpartition("/")[2]
    site.clock.moment += own_data.ADDRESS_LINK + timedelta(seconds=1)
    with site.work(site.world.viewer) as work, pytest.raises(NotFound):
        own_data.confirm_address(work, token)


def test_whether_an_address_is_taken_is_not_told(site: Site) -> None:
    with site.work(site.world.viewer) as work:
        own_data.ask_new_address(work, site.world.emails[site.world.owner])
    assert letters(site, "new_address") == []


def test_an_address_taken_meanwhile_is_told_at_its_field(site: Site) -> None:
    with site.work(site.world.viewer) as work:
        own_data.ask_new_address(work, "new@test.example")
    token = letters(site, "new_address")[0]["link"].rpartition("/")[2]
    with site.work() as work:
        work.session.get_one(User, site.world.nobody).email = "new@test.example"
    with site.work(site.world.viewer) as work, pytest.raises(InvalidFields) as refused:
        own_data.confirm_address(work, token)
    assert refused.value.fields.keys() == {"email"}


def test_the_file_holds_all_that_is_known_and_nothing_of_others(site: Site, tmp_path: Path) -> None:
    filed(site, tmp_path)
    with site.work(site.world.owner) as work:
        document = own_data.document(work)
    text = json.dumps(document, ensure_ascii=False)
    assert document["account"]["email"] == site.world.emails[site.world.owner]
    assert [(item["enterprise"], item["role"]) for item in document["memberships"]] == [
        ("海宁虚构玻璃制品有限公司", "owner")
    ]
    assert [item["action"] for item in document["decisions"]] == ["submit"]
    assert "enterprise:filing:submit" in {event["tag"] for event in document["audit"]}
    others = {email for user, email in site.world.emails.items() if user != site.world.owner}
    assert not [email for email in others if f'"{email}"' in text]
    assert "password" not in document["account"]
    with site.work() as work:
        assert work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "account:user:export")).one().success


def test_closing_takes_the_person_out_and_leaves_the_firm(site: Site, tmp_path: Path) -> None:
    filing_id = filed(site, tmp_path)
    world = site.world
    with site.work() as work:
        firm = work.session.get_one(Enterprise, world.enterprise)
        people.join(work, work.session.get_one(User, world.viewer), firm, Role.OWNER)
    with site.work(world.owner) as work:
        own_data.close(work, SURE)
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        assert (user.email, user.name, user.phone) == (f"closed-{user.id}@closed.invalid", "已注销用户", "")
        assert (user.password, user.active, user.closed_at) == (None, False, site.clock.now())
        memberships = work.session.scalars(select(Membership).where(Membership.user_id == user.id))
        assert all(membership.until is not None for membership in memberships)
        decision = work.session.scalars(select(Decision).where(Decision.filing_id == filing_id)).first()
        assert decision is not None
        assert decision.actor_id == user.id
        # Whoever once belonged to a firm stays related to it, also under the next account's number.
        assert people.actor_of(work.session, user.id, work.now).related_enterprises == {world.enterprise}


def test_closing_is_meant_or_not_done(site: Site) -> None:
    with site.work(site.world.nobody) as work, pytest.raises(InvalidFields):
        own_data.close(work, {"sure": ""})
    with site.work(site.world.nobody) as work:
        assert own_data.what_forbids_closing(work) == []
        own_data.close(work, SURE)


def test_the_last_owner_hands_the_firm_over_first(site: Site) -> None:
    with site.work(site.world.owner) as work:
        (message,) = own_data.what_forbids_closing(work)
        assert message.args == {"enterprise": "海宁虚构玻璃制品有限公司"}
        with pytest.raises(NotAllowed):
            own_data.close(work, SURE)


def test_staff_give_their_posts_back_first(site: Site) -> None:
    with site.work(site.world.county_reviewer) as work, pytest.raises(NotAllowed, match="岗位"):
        own_data.close(work, SURE)


def test_the_last_two_owners_do_not_leave_at_one_moment(site: Site) -> None:
    world = site.world
    with site.work() as work:
        firm = work.session.get_one(Enterprise, world.enterprise)
        people.join(work, work.session.get_one(User, world.viewer), firm, Role.OWNER)

    def leave(user: int) -> None:
        with site.work(user) as work:
            own_data.close(work, SURE)

    results = at_once([lambda user=user: leave(user) for user in (world.owner, world.viewer)])

    assert sorted(type(result) for result in results if result is not None) == [NotAllowed]
