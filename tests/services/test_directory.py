"""The public directory and the lists of offices: what is found, in which order, with how many statements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select

from registry.domain.codes import read_number
from registry.domain.roles import Role
from registry.domain.validity import CertificateState, DisplayedState, displayed_state
from registry.domain.workflow import Action
from registry.infrastructure.database import READ, WRITE, db
from registry.models import Bureau, Certificate, Filing, FilingProduct, Membership, User
from registry.services import directory, people, reference, reference_data, verification, worklists
from registry.services.directory import Query
from registry.services.paging import PER_PAGE
from tests.factories import act, file_certification, file_declaration, filed, stored_certificate
from tests.statements import counted

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site

TODAY = date(2026, 3, 18)
DAY = timedelta(days=1)
# First and last day of validity, as seen from today.
DATES = {
    "not begun": (TODAY + DAY, TODAY + 9 * DAY),
    "begins today": (TODAY, TODAY + 9 * DAY),
    "in the middle": (TODAY - 9 * DAY, TODAY + 9 * DAY),
    "ends today": (TODAY - 9 * DAY, TODAY),
    "today only": (TODAY, TODAY),
    "ended": (TODAY - 9 * DAY, TODAY - DAY),
}
# What is shown for each stored state, in the order of the dates above; written out by hand.
SHOWN = {
    "valid": ["not_yet_valid", "valid", "valid", "valid", "valid", "expired"],
    "suspended": ["suspended", "suspended", "suspended", "suspended", "suspended", "expired"],
    "revoked": ["revoked"] * 6,
    "withdrawn": ["withdrawn"] * 6,
    "superseded": ["superseded"] * 6,
}
# What is shown of those that were renewed: they hold to their last day, and the newer one takes over.
RENEWED = {
    "valid": ["not_yet_valid", "valid", "valid", "valid", "valid", "superseded"],
    "suspended": ["suspended", "suspended", "suspended", "suspended", "suspended", "superseded"],
    "revoked": ["revoked"] * 6,
    "withdrawn": ["withdrawn"] * 6,
}
EVERY = [("", stored, shown) for stored, shown in SHOWN.items()]
EVERY += [("renewal", stored, shown) for stored, shown in RENEWED.items()]


def names(work: Work, **query: Any) -> list[str]:
    return [entry.product_name for entry in directory.find(work.session, Query(**query), TODAY).rows]


def engines(site: Site) -> dict[str, Any]:
    with site.app.app_context():
        return {name: db.get_engine(name) for name in (WRITE, READ)}


def test_every_state_and_date(site: Site) -> None:
    """The database's condition and the domain's function say the same, and what they should."""
    with site.work() as work:
        expected: dict[str, set[str]] = {state.value: set() for state in DisplayedState}
        for succession, stored, shown in EVERY:
            for (situation, (first, last)), state in zip(DATES.items(), shown, strict=True):
                renewed = succession == "renewal"
                assert displayed_state(CertificateState(stored), first, last, TODAY, renewed=renewed) == state
                name = f"{stored} {situation} {succession}"
                stored_certificate(
                    work, site.world.enterprise, state=stored, valid_from=first, valid_until=last, product_name=name
                ).succession = succession
                expected[state].add(name)
        work.session.flush()
        for state in DisplayedState:
            page = directory.find(work.session, Query(state=state), TODAY)
            found = list(page.rows)
            for number in range(2, page.pages + 1):
                found += directory.find(work.session, Query(state=state, page=number), TODAY).rows
            assert {entry.product_name for entry in found} == expected[state]
            assert {entry.state for entry in found} == {state}
            assert page.total == len(expected[state])
        condition = directory.state_condition(DisplayedState.SUSPENDED, TODAY)
        assert len(list(work.session.scalars(select(Certificate).where(condition)))) == 10
        everything = directory.find(work.session, Query(state=None), TODAY)
        assert everything.total == len(EVERY) * len(DATES)


def test_filters(site: Site) -> None:
    world = site.world
    with site.work() as work:
        stored_certificate(work, world.enterprise, product_name="高硼硅玻璃杯 GB-300", category="consumer")
        stored_certificate(work, world.enterprise, product_name="酱油", category="agricultural_food")
        number = stored_certificate(work, world.other_enterprise, product_name="毛巾").number
        stored_certificate(work, world.other_enterprise, product_name="旧毛巾", state="revoked")
        assert set(names(work)) == {"高硼硅玻璃杯 GB-300", "酱油", "毛巾"}
        assert names(work, text="玻璃") == ["酱油", "高硼硅玻璃杯 GB-300"]  # The firm's name says glass.
        assert names(work, text=" 玻璃杯  gb-300\u200b ") == ["高硼硅玻璃杯 GB-300"]
        assert names(work, text="嘉善虚构") == ["毛巾"]
        assert names(work, text=number.lower().replace("-", "")) == ["毛巾"]
        assert names(work, text=number[:-2]) == []  # A part of a number is none.
        assert names(work, area="330421") == ["毛巾"]
        assert len(names(work, area="330400")) == 3
        assert len(names(work, area="330000")) == 3
        assert names(work, area="330100") == []
        assert names(work, area="999999") == []
        assert names(work, area="\0") == []
        assert names(work, category="agricultural_food") == ["酱油"]
        assert names(work, category="\0consumer") == names(work, category="consumer")
        assert names(work, state=None, text="毛巾") == ["旧毛巾", "毛巾"]
        assert names(work, state=DisplayedState.REVOKED, area="330421") == ["旧毛巾"]
        assert names(work, text="酱油", category="consumer") == []


@pytest.mark.parametrize("text", ["%", "_", "/", "\\", "100%_", "'", '"', "%%", "\0"])
def test_signs_of_patterns_are_ordinary_characters(site: Site, text: str) -> None:
    with site.work() as work:
        stored_certificate(work, site.world.enterprise, product_name="玻璃杯")
        stored_certificate(work, site.world.enterprise, product_name="100%_/\\'\"棉%%")
        expected = ["100%_/\\'\"棉%%"] if text.strip("\0") else ["100%_/\\'\"棉%%", "玻璃杯"]
        assert names(work, text=text) == expected


def test_newest_first_in_pages(site: Site) -> None:
    with site.work() as work:
        for number in range(PER_PAGE + 3):
            issued = date(2026, 1, 1 + number // 2)  # Two each day: then the later one comes first.
            stored_certificate(work, site.world.enterprise, product_name=f"产品{number}", issued_on=issued)
        first = directory.find(work.session, Query(), TODAY)
        assert [entry.product_name for entry in first.rows] == [f"产品{n}" for n in range(PER_PAGE + 2, 2, -1)]
        assert (first.number, first.total, first.pages) == (1, PER_PAGE + 3, 2)
        for beyond in (2, 3, 10**12):
            last = directory.find(work.session, Query(page=beyond), TODAY)
            assert ([entry.product_name for entry in last.rows], last.number) == (["产品2", "产品1", "产品0"], 2)
        assert directory.find(work.session, Query(page=-5), TODAY) == first
        entry = first.rows[0]
        assert (entry.area_name, entry.enterprise_name) == ("海宁市", "海宁虚构玻璃制品有限公司")
        assert read_number(entry.number) == entry.number


def test_who_attests_is_counted_and_filtered(site: Site) -> None:
    with site.work() as work:
        for kind, name in (("declaration", "甲"), ("certification", "乙"), ("certification", "丙")):
            stored_certificate(work, site.world.enterprise, kind=kind, product_name=name)
        old = stored_certificate(work, site.world.enterprise, kind="certification", product_name="丁")
        old.state = CertificateState.REVOKED
        work.session.flush()

        assert names(work, kind="certification") == ["丙", "乙"]
        assert names(work, kind=" declaration ") == ["甲"]
        assert names(work, kind="title") == []
        found = directory.find(work.session, Query(kind="declaration", state=None), TODAY)
        # The numbers beside the choices are those of the other filters.
        assert (found.total, found.kinds) == (1, {"declaration": 1, "certification": 3})
        assert [entry.kind for entry in found.rows] == ["declaration"]
    with site.work(site.world.city_supervisor) as work:
        rows = worklists.certificates(work, kind="certification").rows
        assert [row.product_name for row in rows] == ["丁", "丙", "乙"]


def test_an_empty_directory_has_one_page(site: Site) -> None:
    with site.work() as work:
        page = directory.find(work.session, Query(page=4), TODAY)
        assert (list(page.rows), page.number, page.total, page.pages) == ([], 1, 0, 1)
        assert directory.areas(work.session) == []


def test_places_with_certificates(site: Site) -> None:
    with site.work() as work:
        for enterprise in (site.world.enterprise, site.world.other_enterprise, site.world.enterprise):
            stored_certificate(work, enterprise, state="revoked")
        assert directory.areas(work.session) == [
            ("嘉兴市", [("330400", "嘉兴市"), ("330421", "嘉善县"), ("330481", "海宁市")])
        ]


# Lists of offices


def test_queue(site: Site) -> None:
    world = site.world
    waiting = filed(site)
    sent_back = filed(site)
    act(site, world.county_reviewer, sent_back, Action.RETURN, reason="请补正")
    recommended = filed(site)
    act(site, world.county_reviewer, recommended, Action.RECOMMEND)
    approved = filed(site)
    act(site, world.county_reviewer, approved, Action.RECOMMEND)
    act(site, world.city_reviewer, approved, Action.APPROVE)
    with site.work(world.other_owner) as work:
        elsewhere = file_declaration(work, world.other_product).id
    with site.work(world.owner) as work:
        third = file_certification(work, world.product).id  # Cases of every kind wait in one line.

    def pile(user: int, name: str) -> list[int]:
        with site.work(user) as work:
            return [case.id for case in worklists.cases(work, pile=name).page.rows]

    expected = {
        world.county_reviewer: ([waiting, third], [recommended], [sent_back], [approved]),
        world.other_county_reviewer: ([elsewhere], [], [], []),
        world.city_reviewer: ([recommended], [waiting, elsewhere, third], [sent_back], [approved]),
        world.city_supervisor: ([], [waiting, recommended, elsewhere, third], [sent_back], [approved]),
        # Nothing of one's own firm waits for somebody who must stand back.
        world.conflicted_reviewer: ([], [waiting, recommended, elsewhere, third], [sent_back], [approved]),
        world.commerce_reviewer: ([], [], [], []),
        world.owner: ([], [], [], []),
    }
    for user, piles in expected.items():
        assert tuple(pile(user, name) for name in ("waiting", "other", "returned", "closed")) == piles, user
        with site.work(user) as work:
            counts = worklists.cases(work).counts
            assert list(counts) == ["waiting", "asked", "other", "returned", "lapsed", "closed"]
            assert [count for name, count in counts.items() if name not in {"asked", "lapsed"}] == [*map(len, piles)]
            assert counts["asked"] == counts["lapsed"] == 0  # See the tests of questions and of corrections.
            assert worklists.cases(work, pile="nonsense").page.rows == worklists.cases(work).page.rows


def test_a_seat_of_another_subject_makes_nothing_wait(site: Site) -> None:
    """Somebody reviews goods in a county and titles in the city: the city's goods do not wait for them."""
    world = site.world
    filing_id = filed(site)
    act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    with site.work() as work:
        commerce = work.session.scalars(select(Bureau).where(Bureau.subject == "commerce")).one()
        people.appoint(work, work.session.get_one(User, world.county_reviewer), commerce, Role.REVIEWER)
    with site.work(world.county_reviewer) as work:
        assert worklists.cases(work).counts["waiting"] == 0
        assert worklists.cases(work).counts["other"] == 1


def test_queue_pages(site: Site) -> None:
    with site.work(site.world.owner) as work:
        template = file_declaration(work, site.world.product)
        copies(work, template, PER_PAGE)
    with site.work(site.world.county_reviewer) as work:
        first = worklists.cases(work)
        assert (len(first.page.rows), first.page.total, first.counts["waiting"]) == (
            PER_PAGE,
            PER_PAGE + 1,
            PER_PAGE + 1,
        )
        last = worklists.cases(work, page=99).page
        assert (len(last.rows), last.number) == (1, 2)
        submitted = [case.submitted_at for case in [*first.page.rows, *last.rows]]
        assert submitted == sorted(submitted)  # type: ignore[type-var]


def copies(work: Work, filing: Any, many: int) -> None:
    """More cases like this one, each submitted a minute later."""
    columns = ("area_code", "subject", "rules_version", "status", "tier", "created_at", "updated_at", "content")
    for number in range(1, many + 1):
        row = type(filing)(**{name: getattr(filing, name) for name in columns})
        row.enterprise = filing.enterprise
        row.objects = [FilingProduct(product=item.product, position=item.position) for item in filing.objects]
        row.submitted_at = filing.submitted_at + timedelta(minutes=number)
        work.session.add(row)
    work.session.flush()


def test_certificates_of_an_office(site: Site) -> None:
    world = site.world
    with site.work() as work:
        mine = stored_certificate(work, world.enterprise, product_name="高硼硅 GB-300").number
        stored_certificate(work, world.enterprise, product_name="100%棉", state="revoked")
        stored_certificate(work, world.other_enterprise, product_name="毛巾")

    def found(user: int, **query: Any) -> list[str]:
        with site.work(user) as work:
            return [row.product_name for row in worklists.certificates(work, **query).rows]

    assert found(world.county_supervisor) == ["100%棉", "高硼硅 GB-300"]
    assert found(world.city_supervisor) == ["毛巾", "100%棉", "高硼硅 GB-300"]
    assert found(world.commerce_reviewer) == []
    assert found(world.owner) == []
    assert found(world.city_supervisor, state=DisplayedState.REVOKED) == ["100%棉"]
    assert found(world.city_supervisor, text="gb-300\0") == ["高硼硅 GB-300"]
    assert found(world.city_supervisor, text="%") == ["100%棉"]
    assert found(world.city_supervisor, text=mine.lower()) == ["高硼硅 GB-300"]
    assert found(world.city_supervisor, text="嘉善") == ["毛巾"]
    assert found(world.city_supervisor, text=" ") == found(world.city_supervisor)


# Statements


def statements(site: Site, call: Any) -> int:
    with counted(engines(site)) as sent:
        call()
    return len(sent)


def test_statements_do_not_grow_with_the_rows(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        template = file_declaration(work, world.product).id
        code = stored_certificate(work, world.enterprise).code

    def public() -> tuple[int, int, int]:
        with site.work() as work:
            query = Query(text="产品", area="330400", category="consumer")
            return (
                statements(site, lambda: directory.find(work.session, query, TODAY)),
                statements(site, lambda: verification.look_up(work.session, code, TODAY)),
                statements(site, lambda: directory.areas(work.session)),
            )

    def of_the_office() -> tuple[int, int]:
        with site.work(world.city_reviewer) as work:
            return (
                statements(site, lambda: show(worklists.cases(work, pile="other").page.rows)),
                statements(site, lambda: list(worklists.certificates(work).rows)),
            )

    few = public(), of_the_office()
    assert few == ((3, 2, 2), (5, 2))  # A case's products and whether the firm has asked take one each.
    with site.work(world.owner) as work:
        copies(work, work.session.get_one(Filing, template), 40)
        for _number in range(40):
            stored_certificate(work, world.enterprise)
    assert (public(), of_the_office()) == few


def show(cases: Any) -> None:
    """Read what the page shows of each case."""
    for case in cases:
        assert case.enterprise.name
        assert [item.product.name for item in case.objects]
        assert case.area.name


def test_an_actor_takes_three_statements(site: Site) -> None:
    with site.app.app_context():
        user = site.world.conflicted_reviewer
        assert statements(site, lambda: people.actor_of(db.session, user, site.clock.moment)) == 3


# Code lists


def test_places_that_are_served(site: Site) -> None:
    with site.work() as work:
        assert reference.served_areas(work.session, "market_supervision") == [
            ("嘉兴市", [("330421", "嘉善县"), ("330481", "海宁市")])
        ]
        assert reference.served_areas(work.session, "commerce") == []


def test_industries_and_countries(site: Site) -> None:
    with site.work() as work:
        assert reference_data.is_loaded(work.session)
        groups = dict(reference.industries(work.session))
        assert ("30", "30 非金属矿物制品业") in groups["制造业"]
        assert sum(len(choices) for choices in groups.values()) == 97  # Divisions of GB/T 4754-2017.
        countries = reference.countries(work.session)
        assert {"DE", "US"} <= {country.alpha2 for country in countries}
        assert [country.alpha2 for country in countries] == sorted(country.alpha2 for country in countries)


def test_who_has_left_sees_nothing(site: Site) -> None:
    with site.work() as work:
        work.session.execute(delete(Membership).where(Membership.user_id == site.world.viewer))
    with site.work(site.world.viewer) as work:
        assert set(worklists.cases(work).counts.values()) == {0}
