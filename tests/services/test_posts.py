"""Giving and ending posts, and posts that were asked for: two people for every right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.errors import AlreadyClosed, Duplicate, InvalidFields, NotAllowed, NotFound
from registry.domain.roles import ADMIN_ROLES, Role
from registry.models import AuditEvent, Bureau, Enterprise, Job, Post, PostProposal, SignIn, User
from registry.services import people, posts, proposals, staff
from tests.at_once import at_once
from tests.factories import filed
from tests.factories.firms import add_person
from tests.factories.world import HAINING, JIAXING
from tests.services.test_assignments import claim, handler
from tests.web import journey

if TYPE_CHECKING:
    from tests.conftest import Site


def bureau_at(site: Site, area: str, subject: str = "market_supervision") -> int:
    with site.work() as work:
        return work.session.scalars(select(Bureau.id).where(Bureau.area_code == area, Bureau.subject == subject)).one()


def post_of(site: Site, user: int) -> int:
    with site.work() as work:
        return work.session.scalars(
            select(Post.id).where(Post.user_id == user, Post.stands_in_for_id.is_(None), Post.until.is_(None))
        ).one()


def roles_of(site: Site, user: int) -> list[str]:
    with site.work() as work:
        return sorted(post.role for post in people.posts_of(work, user))


def give(site: Site, by: int, user: int, role: str, bureau: int | None) -> None:
    with site.work(by) as work:
        posts.give(work, user, role=role, bureau_id=bureau)


def end(site: Site, by: int, post: int, hand_to: dict[int, str] | None = None) -> None:
    with site.work(by) as work:
        posts.end(work, posts.get(work, post), hand_to=hand_to or {})


def letters(site: Site, template: str) -> list[dict[str, Any]]:
    with site.work() as work:
        found = [job.payload for job in work.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))]
    return [letter for letter in found if letter["template"] == template]


def test_a_post_is_given_told_and_recorded(site: Site) -> None:
    world, haining = site.world, bureau_at(site, HAINING)
    cookie = journey.session_cookie(site, world.nobody)
    assert cookie

    give(site, world.security_admin, world.nobody, "reviewer", haining)

    assert roles_of(site, world.nobody) == ["reviewer"]
    assert [letter["to"] for letter in letters(site, "post_changed")] == ["nobody@test.example"]
    with site.work() as work:
        event = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        tags = set(work.session.scalars(select(AuditEvent.tag).where(AuditEvent.person_id == world.nobody)))
        assert event is not None
        assert "admin:post:begin" in tags
        # More rights begin with a new session.
        assert work.session.scalars(select(SignIn.end_reason).where(SignIn.user_id == world.nobody)).all() == ["rights"]


@pytest.mark.parametrize("who", ["system_admin", "audit_admin", "county_reviewer", "owner", "nobody"])
def test_only_the_security_administrator_gives_posts(site: Site, who: str) -> None:
    by = getattr(site.world, who)
    haining = bureau_at(site, HAINING)
    with pytest.raises(NotAllowed):
        give(site, by, site.world.nobody, "reviewer", haining)
    with pytest.raises(NotAllowed):
        end(site, by, post_of(site, site.world.colleague))
    with pytest.raises(NotAllowed), site.work(by) as work:
        proposals.waiting(work)
    with pytest.raises(NotAllowed), site.work(by) as work:
        proposals.decide(work, {1}, granted=True)


def test_nobody_gives_or_ends_a_post_of_their_own(site: Site) -> None:
    by = site.world.security_admin
    with pytest.raises(NotAllowed, match="自己"):
        give(site, by, by, "reviewer", bureau_at(site, HAINING))
    with pytest.raises(NotAllowed, match="自己"):
        end(site, by, post_of(site, by))


@pytest.mark.parametrize("role", sorted(ADMIN_ROLES))
def test_roles_that_exclude_one_another_are_told_at_the_field(site: Site, role: Role) -> None:
    for user in (site.world.county_reviewer, site.world.system_admin, site.world.audit_admin, site.world.owner):
        if roles_of(site, user) == [role]:
            continue
        with pytest.raises(InvalidFields) as refused:
            give(site, site.world.security_admin, user, role, None)
        assert set(refused.value.fields) == {"role"}


def test_whoever_stands_in_for_somebody_becomes_no_administrator(site: Site) -> None:
    world = site.world
    end(site, world.security_admin, post_of(site, world.deputy))
    with site.work() as work:  # Only what the deputy stands in for is left, and it ended with the own post.
        assert people.posts_of(work, world.deputy) == []
    give(site, world.security_admin, world.deputy, "audit_admin", None)


@pytest.mark.parametrize(
    ("role", "named", "field"),
    [("reviewer", False, "bureau"), ("system_admin", True, "bureau"), ("owner", False, "role"), ("", True, "role")],
)
def test_role_and_office_must_fit(site: Site, role: str, named: bool, field: str) -> None:
    bureau = bureau_at(site, HAINING) if named else None
    with pytest.raises(InvalidFields) as refused:
        give(site, site.world.security_admin, site.world.nobody, role, bureau)
    assert set(refused.value.fields) == {field}


def test_a_post_held_already_is_told(site: Site) -> None:
    with pytest.raises(Duplicate):
        give(site, site.world.security_admin, site.world.colleague, "reviewer", bureau_at(site, HAINING))


def test_an_unknown_office_or_account_is_told(site: Site) -> None:
    with pytest.raises(InvalidFields):
        give(site, site.world.security_admin, site.world.nobody, "reviewer", 999_999)
    with pytest.raises(NotFound):
        give(site, site.world.security_admin, 999_999, "reviewer", bureau_at(site, HAINING))
    with pytest.raises(NotFound), site.work(site.world.security_admin) as work:
        posts.get(work, 999_999)


def test_a_deactivated_account_gets_no_post(site: Site) -> None:
    with site.work() as work:
        work.session.get_one(User, site.world.nobody).active = False
    with pytest.raises(InvalidFields):
        give(site, site.world.security_admin, site.world.nobody, "reviewer", bureau_at(site, HAINING))


def test_two_roles_that_exclude_each_other_are_not_given_at_the_same_moment(site: Site) -> None:
    world, haining = site.world, bureau_at(site, HAINING)

    results = at_once(
        [
            lambda: give(site, world.security_admin, world.nobody, "system_admin", None),
            lambda: give(site, world.other_security_admin, world.nobody, "reviewer", haining),
        ]
    )

    assert sorted(type(result).__name__ for result in results) == ["InvalidFields", "NoneType"]
    assert len(roles_of(site, world.nobody)) == 1


def test_ending_a_post_asks_who_goes_on_with_the_cases(site: Site) -> None:
    world, filing, haining = site.world, filed(site), bureau_at(site, HAINING)
    claim(site, world.county_reviewer, filing)
    post = post_of(site, world.county_reviewer)

    for wrong in ({}, {haining: ""}, {haining: str(world.city_reviewer)}, {haining: "x"}):
        with pytest.raises(InvalidFields) as refused:
            end(site, world.security_admin, post, wrong)
        assert set(refused.value.fields) == {f"to-{haining}"}
    end(site, world.security_admin, post, {haining: str(world.colleague)})

    assert handler(site, filing) == world.colleague
    assert roles_of(site, world.county_reviewer) == []
    with pytest.raises(AlreadyClosed):
        end(site, world.security_admin, post)


def test_cases_may_go_back_to_the_pile(site: Site) -> None:
    world, filing, haining = site.world, filed(site), bureau_at(site, HAINING)
    claim(site, world.county_reviewer, filing)

    end(site, world.security_admin, post_of(site, world.county_reviewer), {haining: posts.PILE})

    assert handler(site, filing) is None


def test_who_stands_in_goes_with_the_post_and_so_do_the_cases(site: Site) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.deputy, filing)

    end(site, world.security_admin, post_of(site, world.county_reviewer))

    assert roles_of(site, world.deputy) == ["publisher"]
    assert handler(site, filing) is None
    told = {letter["to"] for letter in letters(site, "stand_in")}
    assert told == {"deputy@test.example", "county@test.example"}


def test_whoever_leaves_the_office_stands_in_no_longer_there(site: Site) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.deputy, filing)

    end(site, world.security_admin, post_of(site, world.deputy))

    assert roles_of(site, world.deputy) == []
    assert handler(site, filing) == world.county_reviewer


def test_an_administrators_post_ends_too(site: Site) -> None:
    end(site, site.world.security_admin, post_of(site, site.world.system_admin))
    assert roles_of(site, site.world.system_admin) == []


# ------------------------------------------------------------------------------------------- posts asked for


def propose(site: Site, user: int, role: str, bureau: int | None) -> int:
    with site.work(site.world.system_admin) as work:
        row = PostProposal(
            user_id=user, bureau_id=bureau, role=role, proposed_at=work.now, proposed_by_id=work.actor.user_id
        )
        work.session.add(row)
        work.session.flush()
        return row.id


def decide(site: Site, by: int, ids: set[int], *, granted: bool = True) -> tuple[int, list[str]]:
    with site.work(by) as work:
        outcome = proposals.decide(work, ids, granted=granted)
        return outcome.done, [str(message) for _row, message in outcome.problems]


def test_many_are_given_at_once_and_the_wrong_ones_wait_on(site: Site) -> None:
    world, haining = site.world, bureau_at(site, HAINING)
    assert journey.session_cookie(site, world.nobody)
    ids = {
        propose(site, world.nobody, "reviewer", haining),
        propose(site, world.nobody, "supervisor", haining),
        propose(site, world.colleague, "reviewer", haining),  # Held already.
        propose(site, world.expert, "system_admin", None),
        propose(site, world.security_admin, "reviewer", haining),
        propose(site, world.owner, "audit_admin", None),
    }

    done, problems = decide(site, world.security_admin, ids)

    assert done == 3
    assert sorted(problems) == sorted(
        [
            "评审专家不能同时担任系统管理员。",
            "不能给自己授予岗位，请由另一位安全管理员办理。",
            "企业账号不能担任管理员，请另建工作账号。",
        ]
    )
    assert roles_of(site, world.nobody) == ["reviewer", "supervisor"]
    with site.work(world.security_admin) as work:
        assert proposals.waiting(work).total == 3
        assert proposals.waiting(work, bureau_id=haining).total == 1
        assert [bureau.id for bureau in proposals.bureaus_waiting(work)] == [haining]
    assert len(letters(site, "post_changed")) == 2
    with site.work() as work:  # More rights begin with a new session.
        assert work.session.scalars(select(SignIn.end_reason).where(SignIn.user_id == world.nobody)).all() == ["rights"]


def test_two_proposals_that_exclude_each_other_are_not_both_given(site: Site) -> None:
    world = site.world
    ids = {
        propose(site, world.nobody, "reviewer", bureau_at(site, HAINING)),
        propose(site, world.nobody, "audit_admin", None),
    }

    done, problems = decide(site, world.security_admin, ids)

    assert (done, len(problems)) == (1, 1)
    assert len(roles_of(site, world.nobody)) == 1


def test_refused_proposals_give_nothing(site: Site) -> None:
    row = propose(site, site.world.nobody, "reviewer", bureau_at(site, HAINING))

    assert decide(site, site.world.security_admin, {row}, granted=False) == (1, [])
    assert decide(site, site.world.security_admin, {row}) == (0, [])
    assert roles_of(site, site.world.nobody) == []
    with site.work() as work:
        found = work.session.get_one(PostProposal, row)
        assert (found.granted, found.decided_by_id) == (False, site.world.security_admin)


def test_the_same_proposal_is_given_once_by_two_at_once(site: Site) -> None:
    world = site.world
    row = propose(site, world.nobody, "reviewer", bureau_at(site, JIAXING))

    results = at_once(
        [lambda by=by: decide(site, by, {row}) for by in (world.security_admin, world.other_security_admin)]
    )

    assert sorted(results) == [(0, []), (1, [])]
    assert roles_of(site, world.nobody) == ["reviewer"]


def test_proposals_for_deactivated_accounts_wait(site: Site) -> None:
    row = propose(site, site.world.nobody, "reviewer", bureau_at(site, HAINING))
    with site.work() as work:
        work.session.get_one(User, site.world.nobody).active = False

    assert decide(site, site.world.security_admin, {row}) == (0, ["账号已停用，请先恢复账号。"])


@pytest.mark.parametrize("ids", [set(), set(range(1, 102))])
def test_none_and_too_many_are_told(site: Site, ids: set[int]) -> None:
    with pytest.raises(InvalidFields), site.work(site.world.security_admin) as work:
        proposals.decide(work, ids, granted=True)


def test_nobody_becomes_administrator_and_member_at_one_moment(site: Site) -> None:
    """Each check passes by itself; only the lock on the person puts them in order."""
    world, person = site.world, add_person(site, "both")
    with site.work(world.system_admin) as work:
        staff.admit(work, person)

    def administer() -> None:
        with site.work(world.security_admin) as work:
            posts.give(work, person, role="audit_admin", bureau_id=None)

    def join() -> None:
        with site.work(world.owner) as work:
            firm = work.session.get_one(Enterprise, world.enterprise)
            people.join(work, work.session.get_one(User, person), firm, Role.FILER)

    results = at_once([administer, join])

    assert [type(result).__name__ for result in results if result is not None] in (
        ["InvalidFields"],
        ["InvalidValue"],
    )
    with site.work() as work:
        assert len(people.actor_of(work.session, person, work.now).seats) == 1


def test_a_post_needs_an_account_that_another_administrator_has_made_or_admitted(site: Site) -> None:
    world, person = site.world, add_person(site, "selfmade")
    with site.work(world.security_admin) as work, pytest.raises(InvalidFields) as refused:
        posts.give(work, person, role="audit_admin", bureau_id=None)
    assert "系统管理员" in str(refused.value.fields["role"])
    with site.work(world.security_admin) as work, pytest.raises(NotAllowed):
        staff.admit(work, person)
    for _twice in range(2):
        with site.work(world.system_admin) as work:
            staff.admit(work, person)
    with site.work(world.security_admin) as work:
        assert posts.give(work, person, role="audit_admin", bureau_id=None).id
    with site.work() as work:
        assert work.session.query(AuditEvent).filter_by(tag="admin:user:admit").count() == 1
