"""Who acts for a firm: inviting, asking, roles, and the owner who cannot be the last to go."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from registry.domain.errors import AlreadyClosed, Duplicate, InvalidFields, InvalidValue, NotAllowed, NotFound
from registry.domain.roles import Role
from registry.infrastructure.database import db
from registry.models import AuditEvent, Enterprise, Invitation, Job, JoinRequest, Membership, User
from registry.services import invitations, members, people
from tests.at_once import at_once
from tests.factories.firms import add_person, delivered, link_in

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site

FRIEND = "friend@test.example"


def join(site: Site, user: int, role: Role, enterprise: int | None = None) -> int:
    with site.work() as work:
        firm = work.session.get_one(Enterprise, enterprise or site.world.enterprise)
        return people.join(work, work.session.get_one(User, user), firm, role).id


def roles(site: Site, enterprise: int | None = None) -> dict[int, str]:
    with site.work() as work:
        found = work.session.scalars(
            select(Membership).where(
                Membership.enterprise_id == (enterprise or site.world.enterprise), Membership.until.is_(None)
            )
        )
        return {membership.user_id: membership.role for membership in found}


def seat(work: Work, user: int, enterprise: int) -> int:
    membership = people.membership_of(work.session, user, enterprise)
    assert membership is not None
    return membership.id


def tags(site: Site) -> set[str]:
    with site.work() as work:
        return set(work.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.like("enterprise:%"))))


# Inviting


def invite(site: Site, email: str = FRIEND, role: str = "filer") -> str:
    """The token in the letter."""
    with site.work(site.world.owner) as work:
        invitations.invite(work, {"email": email, "role": role})
    letter = next(letter for letter in delivered(site) if letter[0] == email.lower())
    return link_in(letter[2]).rpartition("/")[2]


def test_an_invited_person_joins_once_in_the_role(site: Site) -> None:
    friend = add_person(site, "friend")
    token = invite(site, "Friend@Test.example")
    with site.work(friend) as work:
        assert invitations.find(work, token).role == "filer"
        membership = invitations.accept(work, token, work.session.get_one(User, friend))
        assert (membership.enterprise_id, membership.role) == (site.world.enterprise, "filer")
    with site.work(friend) as work, pytest.raises(NotFound):
        invitations.accept(work, token, work.session.get_one(User, friend))
    assert roles(site)[friend] == "filer"
    assert {"enterprise:member:invite", "enterprise:member:accept"} <= tags(site)


def test_the_secret_of_the_link_stands_in_no_table(site: Site) -> None:
    token = invite(site)
    with site.app.app_context():
        rows = [
            str(tuple(row))
            for model in (Invitation, Job, AuditEvent)
            for row in db.session.execute(select(model.__table__))
        ]
        assert rows
        assert not [row for row in rows if token in row]


@pytest.mark.parametrize("how", ["remove", "demote", "hand over", "leave", "lose the account"])
def test_an_owner_who_is_gone_leaves_no_way_back_in(site: Site, how: str) -> None:
    """An invitation to another address of their own, say, made before."""
    world, friend = site.world, add_person(site, "friend")
    second = add_person(site, "second")
    join(site, second, Role.OWNER)
    token = invite(site, role="owner")
    with site.work(world.owner if how in {"hand over", "leave"} else second) as work:
        theirs = seat(work, world.owner, world.enterprise)
        if how == "remove":
            members.remove(work, theirs)
        elif how == "demote":
            members.change_role(work, theirs, {"role": "filer"})
        elif how == "hand over":
            members.hand_over(work, seat(work, second, world.enterprise))
        elif how == "leave":
            members.leave(work)
        else:
            work.session.get_one(User, world.owner).active = False
    with site.work(friend) as work:
        with pytest.raises(NotFound):
            invitations.find(work, token)
        with pytest.raises(NotFound):
            invitations.accept(work, token, work.session.get_one(User, friend))
    assert friend not in roles(site)
    with site.work(second) as work:
        assert bool(invitations.list_open(work)) is (how == "lose the account")
    assert ("enterprise:member:revoke" in tags(site)) is (how != "lose the account")


def test_an_owner_who_was_none_when_it_is_accepted_lets_nobody_in(site: Site) -> None:
    """Whatever has ended the seat: the invitation itself still stands open."""
    token, friend = invite(site), add_person(site, "friend")
    with site.work() as work:
        work.session.get_one(Membership, seat(work, site.world.owner, site.world.enterprise)).until = work.now
    with site.work(friend) as work, pytest.raises(NotFound):
        invitations.accept(work, token, work.session.get_one(User, friend))


def test_whoever_sends_an_invitation_again_answers_for_it(site: Site) -> None:
    world, friend, second = site.world, add_person(site, "friend"), add_person(site, "second")
    join(site, second, Role.OWNER)
    invite(site)
    with site.work() as work:
        work.session.get_one(User, world.owner).active = False
    site.clock.moment += timedelta(minutes=1)
    with site.work(second) as work:
        invitations.resend(work, invitations.list_open(work)[0].id)
    (letter,) = delivered(site)
    assert letter[0] == FRIEND
    with site.work(friend) as work:
        invitations.accept(work, link_in(letter[2]).rpartition("/")[2], work.session.get_one(User, friend))
    assert roles(site)[friend] == "filer"


def test_no_letter_goes_out_for_an_owner_who_is_gone_or_about_what_was_deleted(site: Site) -> None:
    second = add_person(site, "second")
    join(site, second, Role.OWNER)
    with site.work(site.world.owner) as work:
        for name in ("one", "two"):
            invitations.invite(work, {"email": f"{name}@test.example", "role": "viewer"})
        work.session.delete(invitations.list_open(work)[0])
    with site.work(site.world.owner) as work:
        members.leave(work)
    assert delivered(site) == []
    with site.work() as work:
        assert set(work.session.scalars(select(Job.status).where(Job.kind == invitations.LETTER_JOB))) == {"done"}


def test_somebody_else_cannot_take_it_up(site: Site) -> None:
    token = invite(site)
    with site.work(site.world.nobody) as work, pytest.raises(NotAllowed):
        invitations.accept(work, token, work.session.get_one(User, site.world.nobody))
    assert site.world.nobody not in roles(site)


def test_a_link_lasts_a_week_and_can_be_sent_again_or_taken_back(site: Site) -> None:
    token = invite(site)
    with site.work(site.world.owner) as work:
        (waiting,) = invitations.list_open(work)
        number = waiting.id
    site.clock.moment += timedelta(days=7)
    with site.work() as work:
        assert invitations.find(work, token).id == number
    site.clock.moment += timedelta(seconds=1)
    with site.work() as work, pytest.raises(NotFound):
        invitations.find(work, token)
    with site.work(site.world.owner) as work:
        invitations.resend(work, number)
    (letter,) = delivered(site)
    newer = link_in(letter[2]).rpartition("/")[2]
    with site.work() as work:
        assert invitations.find(work, newer).id == number
        with pytest.raises(NotFound):
            invitations.find(work, token)
    with site.work(site.world.owner) as work:
        invitations.revoke(work, number)
    with site.work() as work, pytest.raises(NotFound):
        invitations.find(work, newer)
    for call in (invitations.revoke, invitations.resend):
        with site.work(site.world.owner) as work, pytest.raises(NotFound):
            call(work, number)
    assert {"enterprise:member:resend", "enterprise:member:revoke"} <= tags(site)


def test_no_letter_goes_out_about_what_was_taken_back(site: Site) -> None:
    with site.work(site.world.owner) as work:
        number = invitations.invite(work, {"email": FRIEND, "role": "viewer"}).id
    with site.work(site.world.owner) as work:
        invitations.revoke(work, number)
    assert delivered(site) == []


def test_who_is_a_member_or_invited_already_is_told(site: Site) -> None:
    invite(site)
    with site.work(site.world.owner) as work:
        for email in (FRIEND, site.world.emails[site.world.viewer]):
            with pytest.raises(Duplicate) as caught:
                invitations.invite(work, {"email": email.upper(), "role": "viewer"})
            assert caught.value.field == "email"
        for values, field in (
            ({"email": "x", "role": "filer"}, "email"),
            ({"email": "a@test.example", "role": "reviewer"}, "role"),
        ):
            with pytest.raises(InvalidFields) as wrong:
                invitations.invite(work, values)
            assert set(wrong.value.fields) == {field}


def test_only_owners_manage_and_only_their_own_firm(site: Site) -> None:
    world = site.world
    invite(site)
    with site.work(world.owner) as work:
        number = invitations.list_open(work)[0].id
        other = seat(work, world.other_owner, world.other_enterprise)
        with pytest.raises(NotFound):
            members.remove(work, other)
    for user in (world.viewer, world.filer):
        with site.work(user) as work:
            mine = seat(work, world.owner, world.enterprise)
            for call in (
                lambda work=work: invitations.invite(work, {"email": "x@test.example", "role": "viewer"}),
                lambda work=work: invitations.revoke(work, number),
                lambda work=work: invitations.resend(work, number),
                lambda work=work, mine=mine: members.remove(work, mine),
                lambda work=work, mine=mine: members.change_role(work, mine, {"role": "viewer"}),
                lambda work=work, mine=mine: members.hand_over(work, mine),
            ):
                with pytest.raises(NotAllowed):
                    call()
    with site.work(world.other_owner) as work:
        mine = seat(work, world.owner, world.enterprise)
        for call in (
            lambda: invitations.revoke(work, number),
            lambda: members.remove(work, mine),
            lambda: members.change_role(work, mine, {"role": "viewer"}),
            lambda: members.hand_over(work, mine),
            lambda: members.answer(work, 1, {}, grant=False),
        ):
            with pytest.raises(NotFound):
                call()


def test_an_administrator_of_the_site_joins_no_firm(site: Site) -> None:
    with site.work() as work:
        user = people.add_user(work, email=FRIEND, name="管理", password_hash="x")
        people.appoint(work, user, None, Role.SYSTEM_ADMIN)
        firm = work.session.get_one(Enterprise, site.world.enterprise)
        with pytest.raises(InvalidValue):
            people.join(work, user, firm, Role.VIEWER)


# Asking to be let in


def ask(site: Site, user: int) -> int:
    with site.work(user) as work:
        firm = work.session.get_one(Enterprise, site.world.enterprise)
        return members.ask_to_join(work, firm, {"message": "我是质量部的"}).id


@pytest.mark.parametrize("grant", [True, False])
def test_owners_answer_who_asks(site: Site, *, grant: bool) -> None:
    world = site.world
    number = ask(site, world.nobody)
    (letter,) = delivered(site)
    assert letter[0] == world.emails[world.owner]
    assert "我是质量部的" in letter[2]
    with pytest.raises(Duplicate):
        ask(site, world.nobody)
    with site.work(world.viewer) as work:
        assert members.requests_waiting(work) == []
    with site.work(world.owner) as work:
        assert [request.id for request in members.requests_waiting(work)] == [number]
        if grant:
            with pytest.raises(InvalidFields):
                members.answer(work, number, {"role": "king"}, grant=True)
        members.answer(work, number, {"role": "viewer"}, grant=grant)
    assert roles(site).get(world.nobody) == ("viewer" if grant else None)
    (letter,) = delivered(site)
    assert letter[0] == world.emails[world.nobody]
    assert letter[1].startswith("您已加入企业" if grant else "加入企业的申请未获同意")
    with site.work(world.owner) as work, pytest.raises(AlreadyClosed):
        members.answer(work, number, {"role": "viewer"}, grant=grant)
    with site.work(world.nobody) as work:
        assert [request.granted for request in members.requests_made(work)] == [grant]
    if not grant:
        assert ask(site, world.nobody) != number


def test_members_and_firms_without_an_owner_are_not_asked(site: Site) -> None:
    with pytest.raises(Duplicate):
        ask(site, site.world.viewer)
    with site.work() as work:
        work.session.get_one(User, site.world.owner).active = False
    with pytest.raises(NotAllowed):
        ask(site, site.world.nobody)
    with site.work() as work:
        assert work.session.scalar(select(func.count()).select_from(JoinRequest)) == 0


def test_of_two_owners_who_answer_at_once_one_does(site: Site) -> None:
    second = add_person(site, "second")
    join(site, second, Role.OWNER)
    number = ask(site, site.world.nobody)

    def answer(user: int, role: str) -> str:
        with site.work(user) as work:
            members.answer(work, number, {"role": role}, grant=True)
            return role

    results = at_once([lambda: answer(site.world.owner, "filer"), lambda: answer(second, "viewer")])
    (given,) = [result for result in results if isinstance(result, str)]
    assert [type(result) for result in results if result != given] == [AlreadyClosed]
    assert roles(site)[site.world.nobody] == given


# Roles


def test_a_role_is_changed_and_told(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        mine = seat(work, world.viewer, world.enterprise)
        assert members.change_role(work, mine, {"role": "viewer"}).id == mine  # As before: nothing happens.
        given = members.change_role(work, mine, {"role": "filer"})
        assert (given.role, given.id != mine) == ("filer", True)
        with pytest.raises(NotFound):  # That seat has ended.
            members.change_role(work, mine, {"role": "viewer"})
        with pytest.raises(InvalidFields):
            members.change_role(work, given.id, {"role": "reviewer"})
    (letter,) = delivered(site)
    assert letter[0] == world.emails[world.viewer]
    assert "您在企业中的角色已调整" in letter[1]
    assert "enterprise:member:role" in tags(site)


@pytest.mark.parametrize("how", ["hand over", "role", "answer"])
def test_nobody_owns_a_firm_who_cannot_sign_in(site: Site, how: str) -> None:
    world = site.world
    number = ask(site, world.nobody)
    with site.work() as work:
        for user in (world.viewer, world.nobody):
            work.session.get_one(User, user).active = False
    with site.work(world.owner) as work:
        theirs = seat(work, world.viewer, world.enterprise)
        calls = {
            "hand over": lambda: members.hand_over(work, theirs),
            "role": lambda: members.change_role(work, theirs, {"role": "owner"}),
            "answer": lambda: members.answer(work, number, {"role": "owner"}, grant=True),
        }
        with pytest.raises(NotAllowed, match="停用"):
            calls[how]()
        work.session.rollback()
    assert [user for user, role in roles(site).items() if role == "owner"] == [world.owner]
    with site.work(world.owner) as work:  # Other roles do not matter.
        members.change_role(work, seat(work, world.viewer, world.enterprise), {"role": "filer"})
        assert members.answer(work, number, {"role": "viewer"}, grant=True).granted


def test_who_is_removed_is_out_and_told(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        members.remove(work, seat(work, world.viewer, world.enterprise))
        with pytest.raises(NotAllowed):
            members.remove(work, seat(work, world.owner, world.enterprise))
    assert world.viewer not in roles(site)
    (letter,) = delivered(site)
    assert letter[1].startswith("您已不是企业成员")
    with site.work(world.viewer) as work:
        assert work.actor.enterprise_ids() == ()
        assert work.actor.related_enterprises == {world.enterprise}


def test_the_last_owner_stays(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        mine = seat(work, world.owner, world.enterprise)
        with pytest.raises(NotAllowed, match="唯一"):
            members.leave(work)
        with pytest.raises(NotAllowed, match="唯一"):
            members.change_role(work, mine, {"role": "viewer"})
        with pytest.raises(NotAllowed):
            members.hand_over(work, mine)
    inactive = add_person(site, "inactive")
    join(site, inactive, Role.OWNER)
    with site.work() as work:
        work.session.get_one(User, inactive).active = False
    with site.work(world.owner) as work, pytest.raises(NotAllowed, match="唯一"):
        members.leave(work)


def test_who_lost_the_seat_meanwhile_does_nothing_with_it(site: Site) -> None:
    """As after waiting for the lock that somebody else held."""
    world = site.world
    with site.work(world.owner) as work:
        other = seat(work, world.filer, world.enterprise)
        people.leave(work, people.membership_of(work.session, world.owner, world.enterprise))  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            members.remove(work, other)
        work.session.rollback()
    with site.work(world.viewer) as work:
        people.leave(work, people.membership_of(work.session, world.viewer, world.enterprise))  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            members.leave(work)
        work.session.rollback()


def test_of_two_owners_one_may_step_down_without_a_letter(site: Site) -> None:
    second = add_person(site, "second")
    join(site, second, Role.OWNER)
    with site.work(second) as work:
        members.change_role(work, seat(work, second, site.world.enterprise), {"role": "filer"})
    assert roles(site)[second] == "filer"
    assert delivered(site) == []


def test_who_was_let_in_in_another_way_meanwhile_keeps_that_role(site: Site) -> None:
    number = ask(site, site.world.nobody)
    token = invite(site, site.world.emails[site.world.nobody], "viewer")
    join(site, site.world.nobody, Role.FILER)
    with site.work(site.world.owner) as work:
        assert members.answer(work, number, {"role": "viewer"}, grant=True).granted
    with site.work(site.world.nobody) as work:
        user = work.session.get_one(User, site.world.nobody)
        assert invitations.accept(work, token, user).role == "filer"
    assert roles(site)[site.world.nobody] == "filer"


def test_an_owner_hands_over_and_everybody_may_leave(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        members.hand_over(work, seat(work, world.viewer, world.enterprise))
    assert (roles(site)[world.viewer], roles(site)[world.owner]) == ("owner", "filer")
    with site.work(world.owner) as work:
        members.leave(work)
    with site.work(world.conflicted_reviewer) as work:
        members.leave(work)
    assert roles(site) == {world.viewer: "owner", world.filer: "filer"}
    with site.work(world.nobody) as work, pytest.raises(NotAllowed):
        members.leave(work)
    assert {"enterprise:member:hand-over", "enterprise:member:leave"} <= tags(site)


@pytest.mark.parametrize("how", ["leave", "remove", "demote"])
def test_the_last_two_owners_cannot_go_at_the_same_moment(site: Site, how: str) -> None:
    first, second = site.world.owner, add_person(site, "second")
    join(site, second, Role.OWNER)

    def go(user: int, other: int) -> str:
        with site.work(user) as work:
            if how == "leave":
                members.leave(work)
            elif how == "remove":
                members.remove(work, seat(work, other, site.world.enterprise))
            else:
                members.change_role(work, seat(work, other, site.world.enterprise), {"role": "viewer"})
            return "done"

    results = at_once([lambda: go(first, second), lambda: go(second, first)])
    assert results.count("done") == 1, results
    assert list(roles(site).values()).count("owner") == 1
