"""Questions and answers on a case: who may write when, who is told, and whose turn it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain import case_messages as definition
from registry.domain.case_messages import Side
from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed
from registry.domain.roles import Role
from registry.domain.workflow import Action
from registry.models import AuditEvent, Bureau, CaseMessage, Filing, FrozenRowError, User
from registry.services import assignments, case_messages, corrections, filings, own_data, people, reviews, worklists
from tests.at_once import at_once
from tests.factories import act, approve, filed, start_complete
from tests.factories.firms import delivered
from tests.services.test_corrections import resubmit, send_back
from tests.statements import counted

if TYPE_CHECKING:
    from tests.conftest import Site


def ask(site: Site, filing_id: int, who: str = "county_reviewer", text: str = "请说明产地", field: str = "") -> None:
    with site.work(getattr(site.world, who)) as work:
        case_messages.write_for_office(work, reviews.get_case(work, filing_id), {"text": text, "field": field})


def answer(site: Site, filing_id: int, who: str = "owner", text: str = "产地为海宁市", field: str = "") -> None:
    with site.work(getattr(site.world, who)) as work:
        case_messages.write_for_firm(work, filings.get_own(work, filing_id), {"text": text, "field": field})


def thread(site: Site, filing_id: int) -> list[tuple[Any, ...]]:
    with site.work() as work:
        messages = work.session.get_one(Filing, filing_id).messages
        return [(each.sequence, each.side, each.text) for each in messages]


def later(site: Site) -> None:
    site.clock.moment += timedelta(minutes=5)


# Writing


def test_both_sides_write_and_read(site: Site) -> None:
    filing_id = filed(site)
    ask(site, filing_id, field="place")
    answer(site, filing_id, "filer", field="place")
    ask(site, filing_id, "city_reviewer", "谢谢")
    assert thread(site, filing_id) == [
        (1, "office", "请说明产地"),
        (2, "firm", "产地为海宁市"),
        (3, "office", "谢谢"),
    ]
    with site.work(site.world.owner) as work:
        said = corrections.said_of(filings.get_own(work, filing_id))
        assert [(each.office, each.text) for each in said["place"]] == [
            ("虚构330481market_supervision局", "请说明产地"),
            ("", "产地为海宁市"),
        ]
        assert [each.office for each in said[""]] == ["虚构330400market_supervision局"]


def test_writing_is_no_change_of_the_filing(site: Site) -> None:
    """A firm that is correcting must not be told that somebody has acted because it was asked something."""
    filing_id = filed(site)
    send_back(site, filing_id)
    with site.work(site.world.owner) as work:
        revision = filings.get_own(work, filing_id).revision
    ask(site, filing_id)
    answer(site, filing_id)
    with site.work(site.world.owner) as work:
        filings.save_step(work, filing_id, "statement", {"place": "海宁市"}, revision=revision)


@pytest.mark.parametrize("who", ["county_supervisor", "city_supervisor", "expert", "conflicted_reviewer"])
def test_who_reads_a_case_does_not_therefore_write(site: Site, who: str) -> None:
    filing_id = filed(site)
    with pytest.raises(NotAllowed):
        ask(site, filing_id, who)
    with site.work(getattr(site.world, who)) as work:
        assert not case_messages.may_write(work, reviews.get_case(work, filing_id))


def test_who_must_stand_back_is_told_why(site: Site) -> None:
    filing_id = filed(site)
    with pytest.raises(NotAllowed, match="应当回避"):
        ask(site, filing_id, "conflicted_reviewer")


@pytest.mark.parametrize("who", ["viewer", "other_owner", "county_reviewer", "nobody"])
def test_only_those_who_file_write_for_the_firm(site: Site, who: str) -> None:
    filing_id = filed(site)
    with site.work(getattr(site.world, who)) as work:
        filing = work.session.get_one(Filing, filing_id)
        with pytest.raises(NotAllowed):
            case_messages.write_for_firm(work, filing, {"text": "产地为海宁市", "field": ""})


def test_nobody_writes_about_a_draft(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        assert not case_messages.may_write(work, draft)
        with pytest.raises(NotAllowed, match="提交之后"):
            case_messages.write_for_firm(work, draft, {"text": "在吗", "field": ""})


def test_who_may_write(site: Site) -> None:
    filing_id = filed(site)
    for who in ("owner", "filer", "county_reviewer", "city_reviewer"):
        with site.work(getattr(site.world, who)) as work:
            assert case_messages.may_write(work, work.session.get_one(Filing, filing_id))
    for who in ("viewer", "other_owner", "other_county_reviewer", "commerce_reviewer"):
        with site.work(getattr(site.world, who)) as work:
            assert not case_messages.may_write(work, work.session.get_one(Filing, filing_id))


def test_a_closed_case_is_written_to_no_more(site: Site) -> None:
    filing_id = filed(site)
    ask(site, filing_id)
    approve(site, filing_id)
    for write in (ask, answer):
        with pytest.raises(AlreadyClosed):
            write(site, filing_id)
    assert len(thread(site, filing_id)) == 1


def test_a_lapsed_case_is_still_written_to(site: Site) -> None:
    filing_id = filed(site)
    send_back(site, filing_id)
    site.clock.moment += timedelta(days=60)
    answer(site, filing_id, text="请延长期限")
    assert thread(site, filing_id) == [(1, "firm", "请延长期限")]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"text": "", "field": ""}, {"text"}),
        ({"text": " \u200b\n", "field": ""}, {"text"}),
        ({"text": "长" * 2_001, "field": "place"}, {"text"}),
        ({"text": "问", "field": "nonsense"}, {"field"}),
        ({"text": "长" * 10_000, "field": "🏭" * 500}, {"text", "field"}),
        ({}, {"text"}),
    ],
)
def test_what_is_wrong_is_told(site: Site, typed: dict[str, str], wrong: set[str]) -> None:
    filing_id = filed(site)
    with site.work(site.world.owner) as work:
        with pytest.raises(InvalidFields) as caught:
            case_messages.write_for_firm(work, filings.get_own(work, filing_id), typed)
        assert set(caught.value.fields) == wrong
    assert thread(site, filing_id) == []


def test_the_longest_text(site: Site) -> None:
    filing_id = filed(site)
    answer(site, filing_id, text="长" * 2_000)
    assert len(thread(site, filing_id)[0][2]) == 2_000


def test_pressed_twice_is_written_once(site: Site) -> None:
    filing_id = filed(site)
    for _press in range(2):
        ask(site, filing_id)
    answer(site, filing_id, text="请说明产地")  # The same words of somebody else are an answer.
    ask(site, filing_id)  # The same question again, after an answer.
    assert [side for _number, side, _text in thread(site, filing_id)] == ["office", "firm", "office"]


def test_nobody_floods_a_case(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    filing_id = filed(site)
    monkeypatch.setattr(case_messages, "MOST_MESSAGES", 2)
    answer(site, filing_id, text="一")
    answer(site, filing_id, text="二")
    with pytest.raises(NotAllowed, match="过多"):
        answer(site, filing_id, text="三")
    assert definition.MOST_MESSAGES > 100


def test_at_the_same_moment_each_gets_a_number(site: Site) -> None:
    filing_id = filed(site)
    results = at_once(
        [
            lambda: ask(site, filing_id),
            lambda: ask(site, filing_id, "colleague"),
            lambda: answer(site, filing_id),
            lambda: answer(site, filing_id, "filer"),
        ]
    )
    assert results == [None] * 4
    assert [number for number, _side, _text in thread(site, filing_id)] == [1, 2, 3, 4]


def test_what_was_written_stays(site: Site) -> None:
    filing_id = filed(site)
    ask(site, filing_id)
    for change in ("text", "delete"):
        with site.work() as work:
            (message,) = work.session.scalars(select(CaseMessage))
            if change == "text":
                message.text = "改写"
            else:
                work.session.delete(message)
            with pytest.raises(FrozenRowError):
                work.session.flush()
            work.session.rollback()


def test_the_office_is_the_one_where_the_case_lies(site: Site) -> None:
    """Somebody who reviews at both tiers writes for the one that has it."""
    filing_id = filed(site)
    with site.work() as work:
        city = people.actor_of(work.session, site.world.city_reviewer, work.now).seats[0].bureau_id
    with site.work() as work:
        user, bureau = work.session.get_one(User, site.world.county_reviewer), work.session.get_one(Bureau, city)
        people.appoint(work, user, bureau, Role.REVIEWER)
    ask(site, filing_id, text="县")
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    ask(site, filing_id, text="市")
    with site.work() as work:
        first, second = work.session.get_one(Filing, filing_id).messages
        assert first.bureau_id != city
        assert second.bureau_id == city


def test_a_stand_in_writes_for_the_office(site: Site) -> None:
    filing_id = filed(site)
    ask(site, filing_id, "deputy")
    with site.work() as work:
        (message,) = work.session.get_one(Filing, filing_id).messages
        assert (message.author_name, message.bureau and message.bureau.area_code) == ("测试deputy", "330481")


def test_the_trail_tells_that_and_not_what(site: Site) -> None:
    filing_id = filed(site)
    ask(site, filing_id, field="place")
    answer(site, filing_id)
    with site.work() as work:
        rows = work.session.scalars(
            select(AuditEvent).where(AuditEvent.tag.like("%:message:write")).order_by(AuditEvent.id)
        )
        assert [(row.tag, row.object_id, row.payload) for row in rows] == [
            ("review:message:write", filing_id, {"sequence": 1, "field": "place"}),
            ("enterprise:message:write", filing_id, {"sequence": 2, "field": ""}),
        ]


# Letters


def letters(site: Site) -> list[tuple[str, str]]:
    return [(to, text) for to, subject, text in delivered(site) if "询问或答复" in subject]


def test_the_firm_is_told_the_office_and_not_the_person(site: Site) -> None:
    filing_id = filed(site)
    ask(site, filing_id)
    found = letters(site)
    assert sorted(to for to, _text in found) == ["filer@test.example", "owner@test.example"]
    for _to, text in found:
        assert "请说明产地" in text
        assert "虚构330481market_supervision局" in text
        assert "测试county" not in text
        assert f"/enterprise/filings/{filing_id}?enterprise={site.world.enterprise}" in text


def test_the_handler_is_told(site: Site) -> None:
    filing_id = filed(site)
    answer(site, filing_id, text="一")
    assert letters(site) == []  # Nobody has taken it up; the queue shows it.
    with site.work(site.world.colleague) as work:
        assignments.claim(work, reviews.get_case(work, filing_id), seen=None)
    answer(site, filing_id, text="二")
    ((to, text),) = letters(site)
    assert to == "colleague@test.example"
    assert "海宁虚构玻璃制品有限公司" in text
    assert f"/review/cases/{filing_id}" in text


# Whose turn it is


def waiting(site: Site, filing_id: int) -> set[Side]:
    with site.work(site.world.owner) as work:
        filing = work.session.get_one(Filing, filing_id)
        found = {Side.FIRM: case_messages.asking(work, [filing]), Side.OFFICE: case_messages.asked_own(work)}
        return {side for side, numbers in found.items() if numbers == {filing_id}}


def test_who_waits_for_an_answer(site: Site) -> None:
    filing_id = filed(site)
    assert waiting(site, filing_id) == set()
    later(site)
    ask(site, filing_id)
    assert waiting(site, filing_id) == {Side.OFFICE}
    later(site)
    answer(site, filing_id)
    assert waiting(site, filing_id) == {Side.FIRM}
    later(site)
    send_back(site, filing_id)  # Whoever acts has answered the other side.
    assert waiting(site, filing_id) == set()
    later(site)
    answer(site, filing_id, text="请延长期限")
    assert waiting(site, filing_id) == {Side.FIRM}
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        filings.withdraw(work, filing_id, revision=filing.revision, reason="")
    assert waiting(site, filing_id) == set()


def test_what_a_side_does_answers_none_of_its_own_questions(site: Site) -> None:
    filing_id = filed(site)
    ask(site, filing_id)
    later(site)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    assert waiting(site, filing_id) == {Side.OFFICE}
    later(site)
    send_back(site, filing_id, "city_reviewer")
    assert waiting(site, filing_id) == {Side.OFFICE}
    later(site)
    resubmit(site, filing_id, unchanged=True)
    assert waiting(site, filing_id) == set()
    later(site)
    send_back(site, filing_id, "city_reviewer")
    answer(site, filing_id, text="报告无误，不需要修改")
    later(site)
    resubmit(site, filing_id, unchanged=True)  # What was explained is to be read with what was submitted.
    assert waiting(site, filing_id) == {Side.FIRM}
    later(site)
    act(site, site.world.city_reviewer, filing_id, Action.REJECT, reason="不符合")
    assert waiting(site, filing_id) == set()


def test_what_is_said_and_done_in_another_case_answers_nothing(site: Site) -> None:
    """Messages count within their case: a longer thread elsewhere, and a decision there, leave the question open."""
    first, second = filed(site), filed(site)
    answer(site, first, text="请问何时有结果")
    later(site)
    for text in ("甲", "乙", "丙"):
        answer(site, second, text=text)
    ask(site, second, text="已阅")
    later(site)
    act(site, site.world.county_reviewer, second, Action.RECOMMEND)
    with site.work(site.world.county_reviewer) as work:
        both = [work.session.get_one(Filing, number) for number in (first, second)]
        assert case_messages.asking(work, both) == {first}
        assert worklists.cases(work).counts["asked"] == 1


def test_the_queue_shows_what_is_asked(site: Site) -> None:
    first, second = filed(site), filed(site)
    later(site)
    answer(site, first)
    ask(site, second)
    with site.work(site.world.county_reviewer) as work:
        queue = worklists.cases(work)
        assert (queue.counts["waiting"], queue.counts["asked"], queue.asked) == (2, 1, {first})
        assert [case.id for case in worklists.cases(work, pile="asked").page.rows] == [first]
    with site.work(site.world.city_reviewer) as work:
        queue = worklists.cases(work, pile="other")
        assert (queue.counts["asked"], queue.asked) == (0, {first})  # The county's to answer, and the city sees it.


def test_statements_do_not_grow_with_the_messages(site: Site) -> None:
    filing_id = filed(site)

    def asked() -> int:
        with site.work(site.world.owner) as work:
            filing = filings.get_own(work, filing_id)
            with counted({"write": work.session.get_bind()}) as statements:
                corrections.said_of(filing)
                case_messages.asked_own(work)
            return len(statements)

    ask(site, filing_id, text="一")
    before = asked()
    for number in range(6):
        ask(site, filing_id, "city_reviewer" if number % 2 else "county_reviewer", text=f"问 {number}")
        answer(site, filing_id, text=f"答 {number}")
    assert asked() == before


def test_who_asks_for_their_data_gets_what_they_wrote(site: Site) -> None:
    filing_id = filed(site)
    ask(site, filing_id)
    answer(site, filing_id, field="place")
    with site.work(site.world.owner) as work:
        (message,) = own_data.document(work)["messages"]
        assert (message["filing"], message["field"], message["text"]) == ("SM-2026-000001", "place", "产地为海宁市")
