"""Whose a firm is: registering with papers, the bureau's decision, disputes, and changes of the licence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from registry.domain.claims import NO_ACCOUNT, NOT_OWNER, OVERTAKEN, REFUSALS, ClaimKind
from registry.domain.errors import AlreadyClosed, Duplicate, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.identifiers import make_uscc
from registry.domain.roles import Role
from registry.models import AuditEvent, Bureau, Certificate, Claim, Enterprise, Invitation, Membership, User
from registry.services import (
    claim_decisions,
    claims,
    enterprises,
    filings,
    invitations,
    members,
    people,
    products,
    verification,
)
from registry.services.claims import revision_shown
from tests.at_once import at_once
from tests.factories import certified, filed, start_complete
from tests.factories.firms import FACTS, add_person, approve_claim, delivered, papers, register_firm, registered

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site

CODE = FACTS["uscc"]


def row(site: Site, claim_id: int) -> Claim:
    with site.work() as work:
        claim = work.session.get_one(Claim, claim_id)
        assert claim.enterprise.id
        work.session.expunge_all()
        return claim


def refuse(site: Site, user: int, claim_id: int, reasons: tuple[str, ...] = ("unreadable",), text: str = "") -> None:
    with site.work(user) as work:
        shown = revision_shown(claim_decisions.get(work, claim_id))
        claim_decisions.refuse(work, claim_id, revision=shown, reasons=reasons, text=text)


def owners(site: Site, enterprise_id: int) -> set[int]:
    with site.work() as work:
        return {owner.id for owner in claim_decisions.owners(work, enterprise_id)}


def last_tags(work: Work, count: int) -> list[str]:
    return list(work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id.desc()).limit(count)))[::-1]


# Registering with papers


def test_a_firm_waits_for_its_county_and_is_verified(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    claim = row(site, claim_id)
    assert (claim.kind, claim.status, claim.enterprise.verified_at) == ("first", "open", None)
    with site.work(site.world.county_reviewer) as work:
        assert claim_decisions.list_in_scope(work).rows[0].id == claim_id
    approve_claim(site, site.world.county_reviewer, claim_id)
    claim = row(site, claim_id)
    assert (claim.status, claim.decided_by_id) == ("approved", site.world.county_reviewer)
    assert claim.enterprise.verified_at == claim.decided_at == site.clock.moment
    assert owners(site, claim.enterprise_id) == {site.world.nobody}
    letters = delivered(site)
    assert [(to, subject) for to, subject, _body in letters] == [
        (site.world.emails[site.world.nobody], f"企业核验已通过（{FACTS['name']}）")
    ]
    with site.work() as work:
        approved = select(AuditEvent).where(AuditEvent.tag == "bureau:claim:approve").order_by(AuditEvent.id.desc())
        event = work.session.scalars(approved.limit(1)).one()
        assert (event.actor_id, event.person_id) == (site.world.county_reviewer, site.world.nobody)
        assert (event.object_id, event.payload) == (claim_id, {"kind": "first"})


def test_papers_are_required_facts_are_checked_and_a_long_statement_is_told(site: Site) -> None:
    with site.work(site.world.nobody) as work:
        with pytest.raises(InvalidFields) as caught:
            register_firm(work, FACTS | {"uscc": "1"})
        assert set(caught.value.fields) == {"uscc"}
        with pytest.raises(InvalidFields) as caught:
            claims.register_firm(work, FACTS, **papers(work), statement="长" * 1001)
        assert set(caught.value.fields) == {"statement"}
        work.session.rollback()


def test_refused_papers_are_replaced_by_better_ones(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    with site.work(site.world.nobody) as work, pytest.raises(Duplicate):
        claims.ask_to_verify(work, **papers(work))
    refuse(site, site.world.county_reviewer, claim_id, ("no_seal", "other"), "请在落款处盖章。")
    claim = row(site, claim_id)
    assert claim.status == "refused"
    assert claim.reason == f"{dict(REFUSALS)['no_seal']}\n请在落款处盖章。"
    (letter,) = delivered(site)
    assert "请在落款处盖章。" in letter[2]
    with site.work(site.world.nobody) as work:
        again = claims.ask_to_verify(work, **papers(work)).id
    approve_claim(site, site.world.county_reviewer, again)
    with site.work(site.world.nobody) as work, pytest.raises(NotAllowed):
        claims.ask_to_verify(work, **papers(work))


@pytest.mark.parametrize(
    ("reasons", "text", "field"),
    [
        ((), "为什么", "reasons"),
        (("made up",), "", "reasons"),
        (("other",), " ", "text"),
        (("other",), "长" * 1001, "text"),
    ],
)
def test_a_refusal_says_why(site: Site, reasons: tuple[str, ...], text: str, field: str) -> None:
    claim_id = registered(site, site.world.nobody)
    with site.work(site.world.county_reviewer) as work:
        shown = revision_shown(claim_decisions.get(work, claim_id))
        with pytest.raises(InvalidFields) as caught:
            claim_decisions.refuse(work, claim_id, revision=shown, reasons=reasons, text=text)
        assert set(caught.value.fields) == {field}
        work.session.rollback()
    assert row(site, claim_id).status == "open"


def test_a_person_takes_a_claim_back(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    with site.work(site.world.owner) as work, pytest.raises(NotFound):
        claims.withdraw(work, claim_id, revision=1)
    with site.work(site.world.nobody) as work:
        with pytest.raises(StaleRevision):
            claims.withdraw(work, claim_id, revision=2)
        assert claims.withdraw(work, claim_id, revision=1).status == "withdrawn"
        with pytest.raises(AlreadyClosed):
            claims.withdraw(work, claim_id, revision=2)
        found = claims.latest_of_firm(work, work.actor.enterprise_ids()[0], ClaimKind.FIRST)
        assert found is not None
        assert found.id == claim_id
    with pytest.raises(AlreadyClosed):
        approve_claim(site, site.world.county_reviewer, claim_id)


def test_an_unverified_firm_drafts_but_does_not_submit(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    with site.work(site.world.nobody) as work:
        product = products.add(work, {"name": "未核验的杯子", "category": "consumer"}).id
    with site.work(site.world.nobody) as work:
        draft = start_complete(work, product)
        draft_id, revision = draft.id, draft.revision
        with pytest.raises(NotAllowed, match="核验"):
            filings.submit(work, draft_id, revision=revision)
        work.session.rollback()
    with site.work(site.world.nobody) as work:
        draft = start_complete(work, product)
        draft_id, revision = draft.id, draft.revision
    approve_claim(site, site.world.county_reviewer, claim_id)
    with site.work(site.world.nobody) as work:
        assert filings.submit(work, draft_id, revision=revision).status == "under_review"


def test_nothing_is_verified_for_an_account_that_cannot_sign_in_and_it_gets_no_letter(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    with site.work() as work:
        work.session.get_one(User, site.world.nobody).active = False
    approve_claim(site, site.world.county_reviewer, claim_id)
    claim = row(site, claim_id)
    assert (claim.status, claim.reason, claim.enterprise.verified_at) == ("refused", NO_ACCOUNT, None)
    assert delivered(site) == []


def test_the_firm_of_others_does_not_go_to_an_account_that_cannot_sign_in(site: Site) -> None:
    world = site.world
    with site.work(world.nobody) as work:
        claim_id = claims.dispute(work, work.session.get_one(Enterprise, world.enterprise), **papers(work)).id
    with site.work() as work:
        work.session.get_one(User, world.nobody).active = False
    approve_claim(site, world.county_reviewer, claim_id)
    assert (row(site, claim_id).status, owners(site, world.enterprise)) == ("refused", {world.owner})
    with site.work() as work:
        tag = AuditEvent.tag == "bureau:claim:refuse"
        event = work.session.scalars(select(AuditEvent).where(tag).order_by(AuditEvent.id.desc()).limit(1)).one()
        assert (event.object_id, event.payload) == (claim_id, {"kind": "dispute", "reasons": ["no_account"]})


def second_owner(site: Site, claim_id: int) -> tuple[int, int]:
    """A firm that waits for its verification, and another owner of it."""
    user = add_person(site, "second")
    with site.work() as work:
        firm = work.session.get_one(Claim, claim_id).enterprise
        people.join(work, work.session.get_one(User, user), firm, Role.OWNER)
        return firm.id, user


def remove(site: Site, owner: int, user: int, enterprise_id: int) -> None:
    with site.work(owner) as work:
        membership = people.membership_of(work.session, user, enterprise_id)
        assert membership is not None
        members.remove(work, membership.id)


@pytest.mark.parametrize("demoted", [False, True])
def test_who_owns_the_file_no_more_does_not_come_back_by_old_papers(site: Site, *, demoted: bool) -> None:
    world, claim_id = site.world, registered(site, site.world.nobody)
    firm_id, second = second_owner(site, claim_id)
    if demoted:
        with site.work(second) as work:
            membership = people.membership_of(work.session, world.nobody, firm_id)
            assert membership is not None
            members.change_role(work, membership.id, {"role": "filer"})
    else:
        remove(site, second, world.nobody, firm_id)
    delivered(site)
    approve_claim(site, world.county_reviewer, claim_id)
    claim = row(site, claim_id)
    assert (claim.status, claim.reason, claim.enterprise.verified_at) == ("refused", NOT_OWNER, None)
    assert owners(site, firm_id) == {second}
    (letter,) = delivered(site)
    assert letter[0] == world.emails[world.nobody]
    assert NOT_OWNER in letter[2]
    assert "再次提交" not in letter[2]


def test_the_change_that_a_former_owner_proposed_is_not_made(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        claim_id = propose(work, name="海宁更名有限公司").id
        membership = people.membership_of(work.session, world.viewer, world.enterprise)
        assert membership is not None
        members.hand_over(work, membership.id)
    approve_claim(site, world.county_reviewer, claim_id)
    claim = row(site, claim_id)
    assert (claim.status, claim.reason, claim.enterprise.name) == ("refused", NOT_OWNER, "海宁虚构玻璃制品有限公司")


# Who decides


def test_the_county_decides_and_nobody_else_sees_it(site: Site) -> None:
    world, claim_id = site.world, registered(site, site.world.nobody)
    for user in (world.other_county_reviewer, world.city_reviewer, world.commerce_reviewer, world.county_supervisor):
        with site.work(user) as work:
            assert claim_id not in [claim.id for claim in claim_decisions.list_in_scope(work).rows]
            for call in (
                lambda work=work: claim_decisions.get(work, claim_id),
                lambda work=work: claim_decisions.get_paper(work, claim_id, "licence"),
                lambda work=work: claim_decisions.approve(work, claim_id, revision=2),
                lambda work=work: claim_decisions.refuse(work, claim_id, revision=2, reasons=["unreadable"]),
            ):
                with pytest.raises(NotFound):
                    call()
    assert row(site, claim_id).status == "open"


def test_without_an_office_in_the_county_the_city_decides(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    with site.work() as work:
        office = work.session.scalars(
            select(Bureau).where(Bureau.area_code == "330481", Bureau.subject == "market_supervision")
        ).one()
        office.area_code = "330424"  # Another county: Haining has none now.
    with site.work(site.world.county_reviewer) as work, pytest.raises(NotFound):
        claim_decisions.get(work, claim_id)
    approve_claim(site, site.world.city_reviewer, claim_id)


def test_who_belongs_to_the_firm_or_claims_it_stands_back(site: Site) -> None:
    world, claim_id = site.world, registered(site, site.world.nobody)
    with site.work() as work:
        firm = work.session.get_one(Claim, claim_id).enterprise
        people.join(work, work.session.get_one(User, world.conflicted_reviewer), firm, Role.VIEWER)
        firm_id = firm.id
    with site.work(world.conflicted_reviewer) as work:
        found = claim_decisions.get(work, claim_id)
        assert claim_decisions.must_stand_back(work, found)
        with pytest.raises(NotAllowed, match="回避"):
            claim_decisions.approve(work, claim_id, revision=revision_shown(found))
    with site.work(world.county_reviewer) as work:
        own = claims.dispute(work, work.session.get_one(Enterprise, firm_id), **papers(work)).id
    with site.work(world.county_reviewer) as work:
        found = claim_decisions.get(work, own)
        with pytest.raises(NotAllowed, match="回避"):
            claim_decisions.approve(work, own, revision=revision_shown(found))


def test_what_changed_since_the_page_was_shown_is_told(site: Site) -> None:
    """Claim or firm: the reviewer has compared the licence with what the page said."""
    claim_id = registered(site, site.world.nobody)
    with site.work(site.world.county_reviewer) as work:
        shown = revision_shown(claim_decisions.get(work, claim_id))
    with site.work(site.world.nobody) as work:
        firm = enterprises.own(work)
        enterprises.change(work, enterprises.as_form(firm) | {"name": "另一个名字"}, revision=firm.revision)
    with site.work(site.world.county_reviewer) as work:
        for call in (
            lambda: claim_decisions.approve(work, claim_id, revision=shown),
            lambda: claim_decisions.refuse(work, claim_id, revision=shown, reasons=["unreadable"]),
        ):
            with pytest.raises(StaleRevision):
                call()
        claim_decisions.approve(work, claim_id, revision=shown + 1)
    with site.work(site.world.county_reviewer) as work, pytest.raises(AlreadyClosed):
        claim_decisions.approve(work, claim_id, revision=shown + 2)


def test_of_two_who_decide_at_once_one_does(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    results = at_once(
        [
            lambda: approve_claim(site, site.world.county_reviewer, claim_id),
            lambda: refuse(site, site.world.county_reviewer, claim_id),
        ]
    )
    assert sorted(type(result).__name__ for result in results) in (
        ["AlreadyClosed", "NoneType"],
        ["NoneType", "StaleRevision"],
    )
    assert row(site, claim_id).status in {"approved", "refused"}
    assert len(delivered(site)) == 1


def test_what_waits_comes_first_and_the_oldest_on_top(site: Site) -> None:
    first = registered(site, site.world.nobody)
    site.clock.moment += timedelta(hours=1)
    second = registered(site, site.world.nobody, uscc=make_uscc("91330481T00000991"))
    site.clock.moment += timedelta(hours=1)
    third = registered(site, site.world.nobody, uscc=make_uscc("91330481T00000992"))
    refuse(site, site.world.county_reviewer, first)
    with site.work(site.world.county_reviewer) as work:
        found = [claim.id for claim in claim_decisions.list_in_scope(work).rows]
        assert found[:3] == [second, third, first]
        assert len(claim_decisions.get_paper(work, second, "letter")) == 3
        with pytest.raises(NotFound):
            claim_decisions.get_paper(work, second, "passport")


# Somebody else


def test_a_second_person_at_an_unverified_firm_disputes_it_with_the_same_papers(site: Site) -> None:
    world = site.world
    first = registered(site, world.nobody)
    second = registered(site, world.other_owner, name="另一个名字")
    claim = row(site, second)
    assert (claim.kind, claim.enterprise_id) == ("dispute", row(site, first).enterprise_id)
    assert claim.enterprise.name == FACTS["name"]  # Nothing of the firm has changed.
    (letter,) = delivered(site)
    assert letter[0] == world.emails[world.nobody]
    assert "测***" in letter[2]
    assert "o***@test.example" in letter[2]
    assert world.emails[world.other_owner] not in letter[2]
    with site.work(world.other_owner) as work, pytest.raises(Duplicate):
        register_firm(work, FACTS)
    with site.work(world.nobody) as work:
        with pytest.raises(Duplicate, match="成员"):
            register_firm(work, FACTS)
        with pytest.raises(Duplicate, match="成员"):
            claims.dispute(work, enterprises.own(work), **papers(work))
    with site.work(world.county_reviewer) as work:
        assert [other.id for other in claim_decisions.others_open(work, claim_decisions.get(work, first))] == [second]


def test_at_a_verified_firm_the_second_person_is_sent_to_the_owner(site: Site) -> None:
    approve_claim(site, site.world.county_reviewer, registered(site, site.world.nobody))
    with site.work(site.world.other_owner) as work:
        with pytest.raises(enterprises.AlreadyRegistered) as caught:
            register_firm(work, FACTS)
        assert caught.value.uscc == CODE
        assert enterprises.find(work.session, CODE) is not None
        assert claims.list_own(work) == []


def test_a_dispute_that_is_right_ends_the_other_owners_and_what_they_began(site: Site) -> None:
    world, stranger = site.world, add_person(site, "stranger")
    with site.work(world.owner) as work:
        invitations.invite(work, {"email": "friend@test.example", "role": "filer"})
        values = enterprises.as_form(enterprises.own(work)) | {"name": "新名字", "effective_on": "2026-03-01"}
        change = claims.propose_change(
            work, values, **papers(work, "licence"), revision=enterprises.own(work).revision
        ).id
    with site.work(stranger) as work:
        claim_id = claims.dispute(work, work.session.get_one(Enterprise, world.enterprise), **papers(work)).id
    delivered(site)
    approve_claim(site, world.county_reviewer, claim_id)
    assert owners(site, world.enterprise) == {stranger}
    with site.work() as work:
        assert work.session.scalar(select(Invitation.revoked_at)) is not None
        closed = work.session.get_one(Claim, change)
        assert (closed.status, closed.reason) == ("refused", OVERTAKEN)
        # Nobody stays: all were let in by somebody whose firm it is not.
        staying = select(Membership.user_id).where(
            Membership.enterprise_id == world.enterprise, Membership.until.is_(None)
        )
        assert work.session.scalars(staying).all() == [stranger]
        assert last_tags(work, 8) == [
            *["enterprise:membership:end", "enterprise:member:revoke"],  # The owner and the invitation.
            *["enterprise:membership:end"] * 3,
            *["bureau:claim:refuse", "enterprise:membership:begin", "bureau:claim:approve"],
        ]
    letters: dict[str, list[str]] = {}
    for to, subject, body in delivered(site):
        letters.setdefault(to, []).append(subject + body)
    ended, refused = letters[world.emails[world.owner]]
    assert "不再是企业账号的所有人" in ended
    assert "登记信息变更未通过" in refused
    assert OVERTAKEN in refused
    for user in (world.viewer, world.filer, world.conflicted_reviewer):
        (letter,) = letters[world.emails[user]]
        assert letter.startswith("您已不是企业成员")
        assert "请向新的账号所有人申请加入" in letter
    assert "账号归属异议已通过" in letters[world.emails[stranger]][0]
    with site.work(world.owner) as work, pytest.raises(NotAllowed):
        enterprises.own(work)


def test_a_dispute_about_an_unverified_firm_is_followed_by_its_verification(site: Site) -> None:
    """What the other person had typed of the firm is not yet found right by that."""
    world = site.world
    first = registered(site, world.nobody)
    second = registered(site, world.other_owner)
    approve_claim(site, world.county_reviewer, second)
    enterprise_id = row(site, first).enterprise_id
    licence = row(site, second).licence_id
    assert owners(site, enterprise_id) == {world.other_owner}
    assert row(site, first).status == "refused"
    with site.work(world.county_reviewer) as work:
        (waiting,) = [claim for claim in claim_decisions.list_in_scope(work).rows if claim.status == "open"]
        assert (waiting.kind, waiting.user_id, waiting.enterprise.verified_at) == ("first", world.other_owner, None)
        assert waiting.licence_id == licence
        waiting_id = waiting.id
    approve_claim(site, world.county_reviewer, waiting_id)
    assert row(site, second).enterprise.verified_at is not None


def test_the_people_of_whoever_lost_an_unverified_firm_are_out(site: Site) -> None:
    """They would file in the name of a firm that never knew them, as soon as it is verified."""
    world, accomplice = site.world, add_person(site, "accomplice")
    first = registered(site, world.nobody)
    firm_id = row(site, first).enterprise_id
    with site.work() as work:
        people.join(work, work.session.get_one(User, accomplice), work.session.get_one(Enterprise, firm_id), Role.FILER)
    approve_claim(site, world.county_reviewer, registered(site, world.other_owner))
    with site.work(accomplice) as work:
        assert work.actor.enterprise_ids() == ()
    with site.work(accomplice) as work, pytest.raises(NotAllowed):
        products.add(work, {"name": "别人的杯子", "category": "consumer"})


def test_what_an_ended_member_disputed_is_refused_and_what_a_stranger_disputes_still_waits(site: Site) -> None:
    world = site.world
    with site.work(world.nobody) as work:
        later_member = claims.dispute(work, work.session.get_one(Enterprise, world.enterprise), **papers(work)).id
    with site.work(world.other_owner) as work:
        stranger = claims.dispute(work, work.session.get_one(Enterprise, world.enterprise), **papers(work)).id
    winner = add_person(site, "winner")
    with site.work(winner) as work:
        right = claims.dispute(work, work.session.get_one(Enterprise, world.enterprise), **papers(work)).id
    with site.work() as work:
        firm = work.session.get_one(Enterprise, world.enterprise)
        people.join(work, work.session.get_one(User, world.nobody), firm, Role.VIEWER)
    approve_claim(site, world.county_reviewer, right)
    assert (row(site, later_member).status, row(site, later_member).reason) == ("refused", OVERTAKEN)
    assert row(site, stranger).status == "open"
    assert owners(site, world.enterprise) == {winner}


def test_papers_of_the_winner_that_wait_already_are_not_put_there_twice(site: Site) -> None:
    """Registered first, removed by a second owner, and back by a dispute."""
    world, first = site.world, registered(site, site.world.nobody)
    firm_id, second = second_owner(site, first)
    remove(site, second, world.nobody, firm_id)
    with site.work(world.nobody) as work:
        claim_id = claims.dispute(work, work.session.get_one(Enterprise, firm_id), **papers(work)).id
    approve_claim(site, world.county_reviewer, claim_id)
    assert (row(site, first).status, owners(site, firm_id)) == ("open", {world.nobody})
    approve_claim(site, world.county_reviewer, first)
    assert row(site, first).enterprise.verified_at is not None


def test_a_dispute_that_is_wrong_changes_nothing(site: Site) -> None:
    with site.work(site.world.nobody) as work:
        claim_id = claims.dispute(work, work.session.get_one(Enterprise, site.world.enterprise), **papers(work)).id
    refuse(site, site.world.county_reviewer, claim_id, ("owner_confirmed",))
    assert owners(site, site.world.enterprise) == {site.world.owner}
    with site.work(site.world.nobody) as work:  # With better papers, once more.
        assert claims.dispute(work, work.session.get_one(Enterprise, site.world.enterprise), **papers(work)).id


# The licence changes


def propose(work: Work, **changes: Any) -> Claim:
    firm = claims.own(work)
    values = enterprises.as_form(firm) | {"effective_on": "2026-03-01"} | changes
    return claims.propose_change(work, values, **papers(work, "licence"), revision=firm.revision)


def test_a_new_name_comes_with_its_day_and_its_licence(site: Site) -> None:
    world = site.world
    certificate = certified(site)
    with site.work(world.owner) as work:
        claim_id = propose(work, name="海宁更名有限公司").id
        assert enterprises.own(work).name == "海宁虚构玻璃制品有限公司"  # Not before it is checked.
        with pytest.raises(Duplicate):
            propose(work, name="又一个名字")
    approve_claim(site, world.county_reviewer, claim_id)
    with site.work(world.owner) as work:
        firm = enterprises.own(work)
        assert firm.name == "海宁更名有限公司"
        newest, first = enterprises.history(work.session, firm.id)
        assert (newest.name, newest.valid_from, newest.claim_id) == (firm.name, date(2026, 3, 1), claim_id)
        assert (first.name, first.claim_id) == ("海宁虚构玻璃制品有限公司", None)
        code = work.session.get_one(Certificate, certificate).code
        shown = verification.look_up(work.session, code, work.today)
        assert shown is not None
        assert shown.snapshot["enterprise"]["name"] == "海宁虚构玻璃制品有限公司"
        assert (shown.enterprise_changed, shown.enterprise_name) == (True, "海宁更名有限公司")


def test_a_new_code_leaves_the_old_one_findable_and_taken(site: Site) -> None:
    world, new = site.world, make_uscc("91330481T00000995")
    with site.work(world.owner) as work:
        old = enterprises.own(work).uscc
        other = work.session.get_one(Enterprise, world.other_enterprise).uscc
        with pytest.raises(enterprises.AlreadyRegistered):
            propose(work, uscc=other)
        with pytest.raises(InvalidFields) as caught:
            propose(work, uscc=new[:-1] + "X")
        assert set(caught.value.fields) == {"uscc"}
        claim_id = propose(work, uscc=new).id
    approve_claim(site, world.county_reviewer, claim_id)
    with site.work(world.nobody) as work:
        for code in (old, new):
            found = enterprises.find(work.session, code)
            assert found is not None
            assert (found.id, found.uscc) == (world.enterprise, new)
            with pytest.raises(enterprises.AlreadyRegistered) as told:
                register_firm(work, FACTS | {"uscc": code})
            assert told.value.enterprise_id == world.enterprise
        version = enterprises.as_of(work.session, world.enterprise, date(2026, 2, 28))
        assert version is not None
        assert version.uscc == old
    with site.work(world.other_owner) as work, pytest.raises(enterprises.AlreadyRegistered):
        propose(work, uscc=old)


def test_a_code_taken_while_the_change_waited_is_told_to_the_reviewer(site: Site) -> None:
    with site.work(site.world.owner) as work:
        claim_id = propose(work, uscc=CODE).id
    registered(site, site.world.nobody)
    with pytest.raises(InvalidFields):
        approve_claim(site, site.world.county_reviewer, claim_id)
    assert row(site, claim_id).status == "open"


def test_a_new_place_moves_future_filings_only(site: Site) -> None:
    world = site.world
    waiting = filed(site)
    with site.work(world.owner) as work:
        claim_id = propose(work, area="330421", address="嘉善路 9 号").id
    approve_claim(site, world.county_reviewer, claim_id)
    later = filed(site)
    with site.work(world.owner) as work:
        assert filings.get_own(work, waiting).area_code == "330481"
        assert filings.get_own(work, later).area_code == "330421"
        assert enterprises.own(work).full_address.endswith("嘉善县嘉善路 9 号")
    with site.work(world.other_county_reviewer) as work:  # The next change is theirs.
        assert claim_id in [claim.id for claim in claim_decisions.list_in_scope(work).rows]


def test_what_is_no_change_or_comes_too_early_or_from_nobody(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        for changes, field in (
            ({}, "name"),
            ({"name": "甲", "effective_on": "2026-03-19"}, "effective_on"),
            ({"name": "甲", "effective_on": ""}, "effective_on"),
            ({"name": ""}, "name"),
        ):
            with pytest.raises(InvalidFields) as caught:
                propose(work, **changes)
            assert set(caught.value.fields) == {field}
        with pytest.raises(StaleRevision):
            claims.propose_change(work, {}, **papers(work, "licence"), revision=99)
        claim_id = propose(work, name="甲", effective_on="2026-03-18").id
    approve_claim(site, world.county_reviewer, claim_id)
    with site.work(world.owner) as work:
        with pytest.raises(InvalidFields) as caught:
            propose(work, name="乙", effective_on="2026-03-17")
        assert set(caught.value.fields) == {"effective_on"}
    for user in (world.viewer, world.nobody):
        with site.work(user) as work, pytest.raises(NotAllowed):
            propose(work, name="甲")
    registered(site, world.nobody)
    with site.work(world.nobody) as work, pytest.raises(NotAllowed):
        propose(work, name="甲")


def test_a_hundred_at_once_make_one_firm_and_disputes_of_the_others(site: Site) -> None:
    strangers = [add_person(site, f"n{number}") for number in range(8)]
    results = at_once([lambda user=user: registered(site, user) for user in strangers])
    assert all(isinstance(result, int) for result in results), results
    with site.work() as work:
        kinds = work.session.scalars(select(Claim.kind).where(Claim.id.in_(results))).all()
        assert sorted(kinds) == ["dispute"] * 7 + ["first"]
        assert work.session.scalar(select(func.count()).where(Enterprise.uscc == CODE)) == 1
        joined = select(func.count()).where(Membership.user_id.in_(strangers))
        assert work.session.scalar(joined) == 1


def test_members_of_two_firms_act_for_the_one_they_chose(site: Site) -> None:
    world = site.world
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        people.join(work, user, work.session.get_one(Enterprise, world.other_enterprise), Role.VIEWER)
    with site.work() as work:
        for chosen, ids, may_file in (
            (None, (1,), True),
            (world.enterprise, (1,), True),
            (world.other_enterprise, (2,), False),
            (999, (1,), True),
        ):
            actor = people.actor_of(work.session, world.owner, work.now, chosen)
            assert actor.enterprise_ids() == ids
            assert actor.has(claims.OWNER) is may_file


def test_owners_learn_that_a_dispute_has_failed(site: Site) -> None:
    world = site.world
    with site.work(world.nobody) as work:
        firm = work.session.get_one(Enterprise, world.enterprise)
        claim_id = claims.dispute(work, firm, **papers(work)).id
    with site.work(world.county_reviewer) as work:
        assert claim_decisions.count_waiting(work) == 1
        claim = claim_decisions.get(work, claim_id)
        claim_decisions.refuse(work, claim_id, revision=claims.revision_shown(claim), reasons=["other"], text="不符")
    with site.work(world.county_reviewer) as work:
        assert claim_decisions.count_waiting(work) == 0
    told = {to for to, _subject, body in delivered(site) if "您不需要办理任何手续" in body}
    assert told == {world.emails[world.owner]}
