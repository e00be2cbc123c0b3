"""Firms, people and products: registering, changing, and doing so twice or at once."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from registry.domain.errors import Duplicate, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.identifiers import make_uscc
from registry.domain.roles import FILING_ROLES, Role, Seat, Tier
from registry.infrastructure.database import db
from registry.models import Area, AuditEvent, Bureau, Enterprise, Evidence, Membership, Post, Product, User
from registry.services import enterprises, people, products
from registry.services.constraints import broken_constraint, unique
from registry.services.locking import lock
from registry.services.numbers import next_serial
from registry.services.paging import PER_PAGE, Page, paginate
from tests.at_once import at_once
from tests.factories.firms import FACTS

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site


def count(work: Work, model: type) -> int:
    return work.session.scalar(select(func.count()).select_from(model)) or 0


# Registering


USCC = FACTS["uscc"]
FIRST_FIRM = "海宁虚构玻璃制品有限公司"


def register(work: Work, user: int, **changes: Any) -> Enterprise:
    return enterprises.register(work, work.session.get_one(User, user), FACTS | changes)


def test_registering_makes_a_firm_its_owner_and_its_first_version(site: Site) -> None:
    user = site.world.nobody
    with site.work() as work:
        firm = register(work, user)
        assert (firm.uscc, firm.name, firm.area_code, firm.industry_code) == (USCC, FACTS["name"], "330481", "30")
        assert firm.verified_at is None
    with site.work(user) as work:
        firm = enterprises.own(work, to_file=True)
        assert work.actor.seats == (Seat(Role.OWNER, enterprise_id=firm.id, enterprise_name=firm.name),)
        tags = work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id.desc()).limit(2))
        assert list(tags) == ["enterprise:enterprise:register", "enterprise:membership:begin"]
        assert firm.full_address == "浙江省嘉兴市海宁市新路 2 号"
        (version,) = enterprises.history(work.session, firm.id)
        assert (version.uscc, version.name, version.valid_from) == (USCC, firm.name, date(2008, 8, 8))
        assert version.claim_id is None


def test_without_a_day_of_foundation_the_first_version_begins_today(site: Site) -> None:
    with site.work() as work:
        firm = register(work, site.world.nobody, founded_on="")
        assert [version.valid_from for version in enterprises.history(work.session, firm.id)] == [work.today]


def test_all_that_is_wrong_is_named_at_once_and_nothing_is_stored(site: Site) -> None:
    with site.work() as work:
        firms = count(work, Enterprise)
        wrong = {"uscc": "1", "area": "330402", "name": ""}
        with pytest.raises(InvalidFields) as caught:
            register(work, site.world.nobody, **wrong)
        assert set(caught.value.fields) == set(wrong)
        with pytest.raises(InvalidFields) as caught:
            enterprises.check(work, FACTS | wrong)
        assert set(caught.value.fields) == set(wrong)
        assert count(work, Enterprise) == firms


def test_a_thousand_who_register_one_firm_at_once(site: Site) -> None:
    """One firm row; everybody else is told that there is one, and which."""
    with site.work() as work:
        on_sqlite = work.session.get_bind().dialect.name == "sqlite"

    def call(_number: int) -> int | tuple[int, str]:
        with site.work() as work:
            try:
                return register(work, site.world.nobody).id
            except enterprises.AlreadyRegistered as error:
                return error.enterprise_id, error.uscc

    # As many threads as the pool has connections: the others would only wait for those.
    with ThreadPoolExecutor(12) as pool:
        results = list(pool.map(call, range(100 if on_sqlite else 1_000)))
    (made,) = [result for result in results if isinstance(result, int)]
    assert {result for result in results if result != made} == {(made, USCC)}
    with site.work() as work:
        assert work.session.scalar(select(func.count()).where(Enterprise.uscc == USCC)) == 1
        assert work.session.scalar(select(func.count()).where(Membership.enterprise_id == made)) == 1
        assert len(enterprises.history(work.session, made)) == 1
        tag = "enterprise:enterprise:register"
        events = select(func.count()).where(AuditEvent.tag == tag, AuditEvent.object_id == made)
        assert work.session.scalar(events) == 1


@pytest.mark.parametrize("looks_first", [True, False])
def test_what_the_constraint_refuses_is_told_like_what_was_seen(
    site: Site, monkeypatch: pytest.MonkeyPatch, *, looks_first: bool
) -> None:
    with site.work() as work:
        email = site.world.emails[site.world.owner]
        owner = work.session.get_one(User, site.world.owner)
        firm = work.session.get_one(Enterprise, site.world.enterprise)
        values = enterprises.as_form(firm)
        if not looks_first:
            monkeypatch.setattr(work.session.__class__, "scalar", lambda *_args, **_more: None)
        with pytest.raises(Duplicate) as caught:
            people.add_user(work, email=f" {email.upper()}", name="x", password_hash="x")
        assert caught.value.field == "email"
        with pytest.raises(enterprises.AlreadyRegistered) as told:
            enterprises.register(work, owner, values)
        assert (told.value.field, told.value.enterprise_id, told.value.uscc) == ("uscc", firm.id, firm.uscc)
        again = pickle.loads(pickle.dumps(told.value))
        assert (again.enterprise_id, again.uscc, again.message) == (firm.id, firm.uscc, told.value.message)
        monkeypatch.undo()
        work.session.rollback()


# Changing


def test_a_verified_firm_changes_what_is_not_on_its_licence(site: Site) -> None:
    with site.work(site.world.owner) as work:
        firm = enterprises.own(work)
        before = enterprises.as_form(firm)
        values = before | {
            "name": "海宁改名有限公司",
            "name_en": "Haining",
            "founded_on": "2009-09-09",
            "area": "330421",
        }
        was = firm.revision
        assert enterprises.change(work, values, revision=was) is firm
        assert (firm.name, firm.area_code, firm.uscc) == (before["name"], "330481", before["uscc"])
        assert (firm.name_en, str(firm.founded_on), firm.revision) == ("Haining", "2009-09-09", was + 1)
        assert len(enterprises.history(work.session, firm.id)) == 1
    with site.work(site.world.owner) as work:
        event = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert event.payload == {"fields": ["name_en", "founded_on"]}
        firm = enterprises.own(work)
        events = count(work, AuditEvent)
        enterprises.change(work, values, revision=firm.revision)
        work.session.flush()
        assert (firm.revision, count(work, AuditEvent)) == (was + 1, events)
        enterprises.change(work, values | {"founded_on": ""}, revision=firm.revision)
        assert firm.founded_on is None
        with pytest.raises(StaleRevision):
            enterprises.change(work, values, revision=was)
        with pytest.raises(InvalidFields):
            enterprises.change(work, values | {"contact_name": ""}, revision=firm.revision)


def test_an_unverified_firm_corrects_everything_from_its_first_day_on(site: Site) -> None:
    right = make_uscc("91330481T00000993")
    with site.work() as work:
        register(work, site.world.nobody)
    with site.work(site.world.nobody) as work:
        firm = enterprises.own(work)
        values = enterprises.as_form(firm) | {"uscc": right, "name": "海宁改正有限公司", "area": "330421"}
        enterprises.change(work, values, revision=firm.revision)
        assert (firm.uscc, firm.name, firm.area_code) == (right, "海宁改正有限公司", "330421")
        assert [(version.uscc, str(version.valid_from)) for version in enterprises.history(work.session, firm.id)] == [
            (right, "2008-08-08"),
            (USCC, "2008-08-08"),
        ]
        found = enterprises.as_of(work.session, firm.id, date(2010, 1, 1))
        assert found is not None
        assert found.uscc == right
        # What was typed wrongly before any check belongs to whoever has that code.
        assert enterprises.find(work.session, USCC) is None
    with site.work(site.world.nobody) as work:
        other = work.session.get_one(Enterprise, site.world.enterprise)
        with pytest.raises(enterprises.AlreadyRegistered):
            enterprises.change(work, values | {"uscc": other.uscc}, revision=enterprises.own(work).revision)
        work.session.rollback()
    with site.work() as work:
        assert register(work, site.world.viewer).uscc == USCC


def test_what_was_said_on_a_day(site: Site) -> None:
    with site.work() as work:
        enterprise_id = site.world.enterprise
        firm = work.session.get_one(Enterprise, enterprise_id)
        first = firm.name
        for name, day in (("甲", date(2026, 5, 1)), ("乙", date(2026, 7, 1)), ("丙", date(2026, 7, 1))):
            firm.name = name
            work.session.flush()
            enterprises.record_version(work, firm, valid_from=day)
            enterprises.record_version(work, firm, valid_from=day)  # The same again is no version.
        said = {}
        for day in (date(1999, 1, 1), date(2026, 4, 30), date(2026, 5, 1), date(2026, 6, 30), date(2026, 7, 1)):
            version = enterprises.as_of(work.session, enterprise_id, day)
            assert version is not None
            said[day] = version.name
        assert list(said.values()) == [first, first, "甲", "甲", "丙"]
        assert len(enterprises.history(work.session, enterprise_id)) == 4
        assert enterprises.as_of(work.session, 10**6, work.today) is None
        work.session.rollback()


def test_who_has_no_firm_to_change(site: Site) -> None:
    for user in (site.world.viewer, site.world.nobody, site.world.county_reviewer):
        with site.work(user) as work, pytest.raises(NotAllowed):
            enterprises.change(work, {}, revision=1)
    with site.work(site.world.viewer) as work:
        assert enterprises.own(work).id == site.world.enterprise
    with site.work(site.world.nobody) as work, pytest.raises(NotAllowed):
        enterprises.own(work)


def test_of_two_who_change_a_firm_at_once_one_is_told(site: Site) -> None:
    with site.work(site.world.owner) as work:
        revision = enterprises.own(work).revision

    def rename(name: str) -> str:
        with site.work(site.world.owner) as work:
            values = enterprises.as_form(enterprises.own(work)) | {"name_en": name}
            return enterprises.change(work, values, revision=revision).name_en

    results = at_once([lambda: rename("甲"), lambda: rename("乙")])
    assert sorted(type(result).__name__ for result in results) == ["StaleRevision", "str"]
    with site.work() as work:
        assert work.session.get_one(Enterprise, site.world.enterprise).name_en in results


# Products


def test_products(site: Site) -> None:
    cup = {"name": "另一个玻璃杯", "category": "consumer", "gtin": ""}
    with site.work(site.world.owner) as work:
        added = products.add(work, cup)
        assert [item.id for item in products.find_own(work, products.Query()).rows] == [added.id, site.world.product]
        assert products.get_own(work, added.id, to_change=True) is added
        assert products.as_form(added) == {
            "name": "另一个玻璃杯",
            "name_en": "",
            "brand": "",
            "model": "",
            "category": "consumer",
            "gtin": "",
            "hs_code": "",
            "variants": [],
            "links": [],
        }
        changed = products.change(work, added.id, cup | {"model": "X"}, revision=1)
        assert (changed.model, changed.revision) == ("X", 2)
        events = count(work, AuditEvent)
        products.change(work, added.id, cup | {"model": "X"}, revision=2)
        assert (changed.revision, count(work, AuditEvent)) == (2, events)
        with pytest.raises(StaleRevision):
            products.change(work, added.id, cup, revision=1)
        with pytest.raises(InvalidFields):
            products.change(work, added.id, {}, revision=2)
    with site.work(site.world.viewer) as work:
        assert products.count_own(work) == 2
        with pytest.raises(NotFound):
            products.change(work, site.world.product, cup, revision=1)
    with site.work(site.world.other_owner) as work, pytest.raises(NotFound):
        products.get_own(work, site.world.product)


def test_the_same_product_twice(site: Site) -> None:
    with site.work(site.world.owner) as work:
        same = products.as_form(products.get_own(work, site.world.product)) | {"gtin": ""}
        with pytest.raises(Duplicate) as caught:
            products.add(work, same)
        assert caught.value.field == "name"
        other = products.add(work, same | {"model": "GB-301"})
        with pytest.raises(Duplicate):
            products.change(work, other.id, same, revision=1)
        assert other.model == "GB-301"
        assert count(work, Product) == 3
    with site.work(site.world.other_owner) as work:
        assert products.add(work, same | {"model": "GB-301"}).id


def test_of_two_who_add_a_product_at_once_one_is_told(site: Site) -> None:
    def add() -> int:
        with site.work(site.world.owner) as work:
            return products.add(work, {"name": "双击", "category": "consumer"}).id

    results = at_once([add, add])
    assert sorted(type(result).__name__ for result in results) == ["Duplicate", "int"]


def test_of_two_who_change_a_product_at_once_one_is_told(site: Site) -> None:
    def change(model: str) -> str:
        with site.work(site.world.owner) as work:
            values = products.as_form(products.get_own(work, site.world.product)) | {"model": model}
            return products.change(work, site.world.product, values, revision=1).model

    results = at_once([lambda: change("甲"), lambda: change("乙")])
    assert sorted(type(result).__name__ for result in results) == ["StaleRevision", "str"]


# Seats


def test_seats_last_from_their_first_to_before_their_last_moment(site: Site) -> None:
    now = site.clock.moment
    with site.work() as work:
        membership = work.session.scalars(select(Membership).where(Membership.user_id == site.world.owner)).one()
        post = work.session.scalars(select(Post).where(Post.user_id == site.world.city_reviewer)).one()
        for seat in (membership, post):
            seat.since, seat.until = now, now + timedelta(hours=1)

    def seats(user: int, moment: Any) -> int:
        with site.app.app_context():
            return len(people.actor_of(db.session, user, moment).seats)

    for user in (site.world.owner, site.world.city_reviewer):
        assert seats(user, now - timedelta(seconds=1)) == 0
        assert seats(user, now) == 1
        assert seats(user, now + timedelta(minutes=59)) == 1
        assert seats(user, now + timedelta(hours=1)) == 0


def test_who_leaves_and_comes_back_has_two_seats_one_after_the_other(site: Site) -> None:
    now = site.clock.moment
    with site.work() as work:
        owner = work.session.get_one(User, site.world.owner)
        firm = work.session.get_one(Enterprise, site.world.enterprise)
        again = Membership(user_id=owner.id, enterprise_id=firm.id, role="filer", since=now)
        assert breaking(work, again) == "uq_membership_user_id_enterprise_id"
        owner.memberships[0].until = now
        work.session.flush()
        people.join(work, owner, firm, Role.FILER)
    with site.work(site.world.owner) as work:
        assert work.actor.seats == (Seat(Role.FILER, enterprise_id=site.world.enterprise, enterprise_name=FIRST_FIRM),)
        assert work.actor.related_enterprises == {site.world.enterprise}


def test_what_an_actor_is(site: Site) -> None:
    with site.work(site.world.conflicted_reviewer) as work:
        actor = work.actor
        assert [(seat.role, seat.tier, seat.area_path) for seat in actor.seats] == [
            (Role.VIEWER, None, ""),
            (Role.REVIEWER, Tier.COUNTY, "330000/330400/330481/"),
            (Role.SUPERVISOR, Tier.CITY, "330000/330400/"),
        ]
        assert actor.related_enterprises == {site.world.enterprise}
        assert actor.enterprise_ids(FILING_ROLES) == ()
        assert actor.seats[1].bureau_name == "虚构330481market_supervision局"
    with site.work() as work:
        with pytest.raises(NotAllowed):
            _ = work.actor
        assert work.now == site.clock.moment


# Constraints, numbers, pages, the trail


def breaking(work: Work, row: Any) -> str:
    savepoint = work.session.begin_nested()
    work.session.add(row)
    with pytest.raises(IntegrityError) as caught:
        work.session.flush()
    savepoint.rollback()
    return broken_constraint(caught.value)


def test_a_broken_constraint_is_named(site: Site) -> None:
    with site.work() as work:
        firm = work.session.get_one(Enterprise, site.world.enterprise)
        on_sqlite = work.session.get_bind().dialect.name == "sqlite"
        columns = ("name", "area_code", "address", "industry_code", "contact_name", "contact_phone", "created_at")
        same = {name: getattr(firm, name) for name in columns}
        assert breaking(work, Enterprise(**same, uscc=firm.uscc)) == "uq_enterprise_uscc"
        product = work.session.get_one(Product, site.world.product)
        again = {name: getattr(product, name) for name in ("enterprise_id", "name", "brand", "model", "category")}
        assert breaking(work, Product(**again, created_at=work.now)) == "uq_product_enterprise_id_name_model_brand"
        elsewhere = Enterprise(**same | {"area_code": "nowhere"}, uscc="x")
        assert breaking(work, elsewhere) == ("" if on_sqlite else "fk_enterprise_area_code_area")
        wrong = Bureau(name="x", area_code="330481", subject="x", tier="x")
        assert breaking(work, wrong) in {"", "ck_bureau_subject", "ck_bureau_tier"}


def test_only_the_constraint_that_was_meant_becomes_a_message(site: Site) -> None:
    with site.work() as work:
        nobody = Enterprise(
            uscc="x", name="x", area_code="nowhere", address="", industry_code="30", contact_name="", contact_phone=""
        )
        nobody.created_at = work.now
        with pytest.raises(IntegrityError), unique(work.session, "uq_enterprise_uscc", "uscc", "Taken."):
            work.session.add(nobody)
        assert work.session.get_one(Enterprise, site.world.enterprise)  # The transaction goes on.


def test_serials_have_no_gaps_whoever_asks(site: Site) -> None:
    def ask() -> int:
        with site.work() as work:
            return next_serial(work.session, "TEST-2026")

    assert sorted(at_once([ask] * 20)) == list(range(1, 21))
    with site.work() as work:
        assert next_serial(work.session, "TEST-2026") == 21
        work.session.rollback()
        assert next_serial(work.session, "TEST-2026") == 21
        assert next_serial(work.session, "TEST-2027") == 1


def test_pages(site: Site) -> None:
    with site.work() as work:
        statement = select(Area).where(Area.level == "city").order_by(Area.code)
        first = paginate(work.session, statement, 1)
        assert len(first.rows) == PER_PAGE
        assert first.total == work.session.scalar(select(func.count()).where(Area.level == "city"))
        assert first.pages == -(-first.total // PER_PAGE)
        assert paginate(work.session, statement, 0).rows == paginate(work.session, statement, -3).rows == first.rows
        last = paginate(work.session, statement, 10**9)
        assert last.number == first.pages
        assert last.rows[-1].code == max(work.session.scalars(select(Area.code).where(Area.level == "city")))
        none = paginate(work.session, select(Evidence), 3)
        assert (list(none.rows), none.number, none.total, none.pages) == ([], 1, 0, 1)


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_how_many_pages(total: int, pages: int) -> None:
    assert Page([], 1, total).pages == pages


def test_a_lock_reads_the_row_again(site: Site) -> None:
    with site.work() as work:
        firm = work.session.get_one(Enterprise, site.world.enterprise)
        products_before = list(firm.products)
        work.session.execute(Enterprise.__table__.update().values(name="改过"))  # type: ignore[attr-defined]
        assert firm.name != "改过"
        lock(work.session, firm)
        assert firm.name == "改过"
        assert firm.products == products_before
        work.session.rollback()
