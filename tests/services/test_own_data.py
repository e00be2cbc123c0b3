"""What people may do with the data the registry holds of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.domain.errors import InvalidFields, NotAllowed, NotFound
from registry.domain.roles import Role
from registry.domain.sign_in import Factor
from registry.models import AuditEvent, Claim, Decision, Enterprise, Job, Membership, SignIn, User
from registry.services import (
    claim_decisions,
    claims,
    members,
    notifications,
    own_data,
    passwords,
    people,
    registrations,
    sign_ins,
)
from registry.services.sign_ins import Device
from tests.at_once import at_once
from tests.factories.certificates import filed
from tests.factories.firms import approve_claim, delivered, link_in, papers, registered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site

SURE = {"sure": "yes"}


def letters(site: Site, template: str) -> list[dict[str, str]]:
    with site.work() as work:
        jobs = work.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))
        return [{"to": job.payload["to"], **job.payload["data"]} for job in jobs if job.payload["template"] == template]


def sent_token(site: Site, to: str) -> str:
    """The end of the link in the only letter that the worker sends now."""
    ((address, _subject, body),) = delivered(site)
    assert address == to
    return link_in(body).rpartition("/")[2]


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
    token = sent_token(site, "new@test.example")
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
    token = sent_token(site, "new@test.example")
    site.clock.moment += own_data.ADDRESS_LINK + timedelta(seconds=1)
    with site.work(site.world.viewer) as work, pytest.raises(NotFound):
        own_data.confirm_address(work, token)


def test_whether_an_address_is_taken_is_not_told(site: Site) -> None:
    with site.work(site.world.viewer) as work:
        own_data.ask_new_address(work, site.world.emails[site.world.owner])
    assert delivered(site) == []


def test_asking_does_the_same_for_every_address_and_is_recorded(site: Site) -> None:
    viewer, taken = site.world.viewer, site.world.emails[site.world.owner]
    for email in (taken, "new@test.example", "New@test.example"):
        with site.work(viewer) as work:
            own_data.ask_new_address(work, email)
    with site.work() as work:
        jobs = work.session.scalars(select(Job).order_by(Job.id)).all()
        assert [(job.kind, job.payload) for job in jobs] == [
            (own_data.LETTER_JOB, {"user_id": viewer, "email": taken}),
            (own_data.LETTER_JOB, {"user_id": viewer, "email": "new@test.example"}),
        ]
        events = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "account:user:ask-address")).all()
        assert [(event.person_id, event.payload) for event in events] == [(viewer, {})] * 3
    assert [to for to, _subject, _body in delivered(site)] == ["new@test.example"]
    site.clock.moment += timedelta(minutes=5)
    with site.work(viewer) as work:
        own_data.ask_new_address(work, "new@test.example")
    assert len(delivered(site)) == 1


def test_a_barred_account_gets_no_letter(site: Site) -> None:
    with site.work(site.world.viewer) as work:
        own_data.ask_new_address(work, "new@test.example")
        work.session.get_one(User, site.world.viewer).active = False
    assert delivered(site) == []


def test_a_new_address_ends_other_sessions_and_all_links_from_before(site: Site) -> None:
    viewer = site.world.viewer
    with site.work(viewer) as work:
        user = work.session.get_one(User, viewer)
        here, there = (
            sign_ins.begin(work, user, factors=[Factor.PASSWORD], device=Device("", "", key * 64)).id for key in "ab"
        )
        reset = passwords.make_token(work, user, lasts=timedelta(hours=1))
        token, other = (own_data.make_token(work, user, f"{name}@test.example") for name in ("new", "newer"))
    with site.work(viewer) as work:
        own_data.confirm_address(work, token, but=here)
    with site.work(viewer) as work:
        assert work.session.get_one(SignIn, here).ended_at is None
        assert work.session.get_one(SignIn, there).end_reason == "address"
        with pytest.raises(NotFound):
            own_data.confirm_address(work, other)
        with pytest.raises(NotFound):
            passwords.find_by_link(work, reset)


def test_a_link_dies_with_a_new_password(site: Site) -> None:
    viewer = site.world.viewer
    with site.work(viewer) as work:
        user = work.session.get_one(User, viewer)
        token = own_data.make_token(work, user, "new@test.example")
        passwords.reset(work, passwords.make_token(work, user, lasts=timedelta(hours=1)), "hash")
    with site.work(viewer) as work, pytest.raises(NotFound):
        own_data.asked_address(work, token)


def test_an_address_taken_meanwhile_is_told_at_its_field(site: Site) -> None:
    with site.work(site.world.viewer) as work:
        own_data.ask_new_address(work, "new@test.example")
    token = sent_token(site, "new@test.example")
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


def test_an_owner_who_cannot_sign_in_is_no_other_owner(site: Site) -> None:
    world = site.world
    with site.work() as work:
        firm = work.session.get_one(Enterprise, world.enterprise)
        people.join(work, work.session.get_one(User, world.viewer), firm, Role.OWNER)
        work.session.get_one(User, world.viewer).active = False
    with site.work(world.owner) as work, pytest.raises(NotAllowed):
        own_data.close(work, SURE)


def test_what_waits_for_a_bureau_is_taken_back_and_words_are_forgotten(site: Site) -> None:
    """What was granted stays as it was: it is why somebody owns a firm."""
    world, said = site.world, "我是测试nobody，电话 13812345678"

    def dispute(enterprise: int) -> int:
        with site.work(world.nobody) as work:
            firm = work.session.get_one(Enterprise, enterprise)
            return claims.dispute(work, firm, **papers(work), statement=said).id

    refused, waiting = dispute(world.enterprise), dispute(world.other_enterprise)
    with site.work(world.county_reviewer) as work:
        shown = claims.revision_shown(work.session.get_one(Claim, refused))
        claim_decisions.refuse(work, refused, revision=shown, reasons=["unreadable"])
    granted = dispute(world.enterprise)
    approve_claim(site, world.county_reviewer, granted)
    with site.work() as work:
        firm = work.session.get_one(Enterprise, world.enterprise)
        people.join(work, work.session.get_one(User, world.viewer), firm, Role.OWNER)
    with site.work(world.nobody) as work:
        own_data.close(work, SURE)
    with site.work() as work:
        found = {claim.id: (claim.status, claim.statement) for claim in work.session.scalars(select(Claim))}
        assert found == {refused: ("refused", ""), waiting: ("withdrawn", ""), granted: ("approved", said)}
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "enterprise:claim:withdraw")).one()
        assert event.object_id == waiting


def test_a_claim_is_not_approved_while_the_account_closes(site: Site) -> None:
    """Whichever comes first, the firm is left with an owner who can sign in, or with the one it had."""
    world = site.world
    with site.work(world.nobody) as work:
        claim_id = claims.dispute(work, work.session.get_one(Enterprise, world.enterprise), **papers(work)).id

    def close() -> None:
        with site.work(world.nobody) as work:
            own_data.close(work, SURE)

    at_once([close, lambda: approve_claim(site, world.county_reviewer, claim_id)])

    with site.work() as work:
        assert members.owner_count(work, world.enterprise) == 1


def outbox(site: Site) -> str:
    with site.work() as work:
        return "\n".join(str(payload) for payload in work.session.scalars(select(Job.payload)))


def test_letters_to_and_about_the_person_leave_the_outbox_and_no_others(site: Site) -> None:
    world, old = site.world, site.world.emails[site.world.nobody]
    with site.work(world.nobody) as work:
        firm = work.session.get_one(Enterprise, world.enterprise)
        request = members.ask_to_join(work, firm, {"message": "我是质量部的"}).id  # A letter to the owner.
    with site.work(world.owner) as work:
        members.answer(work, request, {"role": "viewer"}, grant=True)  # One to the person.
    delivered(site)
    with site.work() as work:
        work.session.get_one(User, world.nobody).email = "moved@test.example"
        notifications.address_changed(work, work.session.get_one(User, world.nobody), old)
    with site.work(world.nobody) as work:
        own_data.ask_new_address(work, "third@test.example")
        passwords.ask_for_link(work, "moved@test.example")
        registrations.ask(work, {"email": "moved@test.example"})
    with site.work() as work:
        # Somebody else has the old address by now.
        user = people.add_user(work, email=old, name="另一人", password_hash=None)
        notifications.to_person(work, user.id, key="other", template="join_answered", data={"enterprise": "甲厂"})
    with site.work(world.owner) as work:
        viewer = people.membership_of(work.session, world.viewer, world.enterprise)
        assert viewer is not None
        members.change_role(work, viewer.id, {"role": "filer"})
    with site.work(world.nobody) as work:
        own_data.close(work, SURE)
    text = outbox(site)
    for gone in ("测试nobody", "moved@test.example", "third@test.example", "我是质量部的"):
        assert gone not in text, gone
    assert "另一人" in text
    assert world.emails[world.viewer] in text


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


def test_who_leaves_an_unverified_firm_alone_is_told(site: Site) -> None:
    registered(site, site.world.nobody)
    with site.work(site.world.nobody) as work:
        assert own_data.left_alone(work) == ["海宁新企业有限公司"]
        assert own_data.what_forbids_closing(work) == []
    with site.work(site.world.owner) as work:
        assert own_data.left_alone(work) == []
