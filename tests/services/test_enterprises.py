"""Firms, people and products: registering, changing, and doing so twice or at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from registry.domain.errors import Duplicate, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.identifiers import make_uscc
from registry.domain.roles import FILING_ROLES, Role, Seat, Tier
from registry.infrastructure.database import db
from registry.models import Area, AuditEvent, Bureau, Enterprise, Evidence, Membership, Post, Product, User
from registry.services import audit, enterprises, people, products, registrations
from registry.services.constraints import broken_constraint, unique
from registry.services.locking import lock
from registry.services.numbers import next_serial
from registry.services.paging import PER_PAGE, Page, paginate
from tests.at_once import at_once

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site

USCC = make_uscc("91330481T00000990")
FIRM = {
    "person_name": "新用户",
    "email": "New@Test.example",
    "uscc": USCC,
    "name": "海宁新企业有限公司",
    "area": "330481",
    "address": "新路 2 号",
    "industry": "30",
    "contact_name": "测试联系人",
    "contact_phone": "13900000000",
}
PASSWORD = "long-enough-password"


def register(work: Work, password: str = PASSWORD, again: str = PASSWORD, **changes: Any) -> User:
    return registrations.register(
        work, FIRM | changes, password=password, password_again=again, hash_password=lambda text: f"hash of {text}"
    )


def count(work: Work, model: type) -> int:
    return work.session.scalar(select(func.count()).select_from(model)) or 0


# Registering


def test_registering_makes_account_and_firm(site: Site) -> None:
    with site.work() as work:
        user_id = register(work).id
    with site.work(user_id) as work:
        firm = enterprises.own(work, to_file=True)
        user = work.session.get_one(User, user_id)
        assert (firm.uscc, firm.name, firm.area_code, firm.industry_code) == (USCC, FIRM["name"], "330481", "30")
        assert (user.email, user.name) == ("new@test.example", "新用户")
        assert user.password == f"hash of {PASSWORD}"
        assert work.actor.seats == (Seat(Role.OWNER, enterprise_id=firm.id),)
        tags = work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id.desc()).limit(2))
        assert list(tags) == ["enterprise:enterprise:register", "account:user:register"]
        assert firm.full_address == "浙江省嘉兴市海宁市新路 2 号"


def test_all_that_is_wrong_is_named_at_once_and_nothing_is_stored(site: Site) -> None:
    with site.work() as work:
        users = count(work, User)
        with pytest.raises(InvalidFields) as caught:
            register(work, "short", email="nobody", uscc="1", area="330402", name="")
        assert set(caught.value.fields) == {"email", "uscc", "area", "name", "password"}
        with pytest.raises(InvalidFields) as caught:
            register(work, again="something-else")
        assert set(caught.value.fields) == {"password_again"}
        assert count(work, User) == users


def test_a_firm_and_an_address_are_registered_once(site: Site) -> None:
    with site.work() as work:
        register(work)
    for changes, field in (
        ({"email": "other@test.example"}, "uscc"),
        ({"uscc": make_uscc("91330481T00000991")}, "email"),
    ):
        with site.work() as work:
            with pytest.raises(Duplicate) as caught:
                register(work, **changes)
            assert caught.value.field == field
            work.session.rollback()
    with site.work() as work:
        assert work.session.scalar(select(func.count()).where(Enterprise.uscc == USCC)) == 1


def registering(site: Site, email: str, uscc: str = USCC) -> int:
    with site.work() as work:
        return register(work, email=email, uscc=uscc).id


def test_fifty_who_register_one_firm_at_once(site: Site) -> None:
    results = at_once([lambda number=number: registering(site, f"n{number}@test.example") for number in range(50)])  # type: ignore[misc]
    refused = [result for result in results if not isinstance(result, int)]
    assert {type(result) for result in refused} == {Duplicate}, refused
    assert {result.field for result in refused} == {"uscc"}
    assert len(refused) == 49
    with site.work() as work:
        assert work.session.scalar(select(func.count()).where(Enterprise.uscc == USCC)) == 1
        assert work.session.scalar(select(func.count()).where(User.email.like("n%@test.example"))) == 2  # and nobody@


def test_one_address_for_several_firms_at_once(site: Site) -> None:
    codes = [make_uscc(f"91330481T0000088{number}") for number in range(6)]
    results = at_once([lambda code=code: registering(site, "same@test.example", code) for code in codes])  # type: ignore[misc]
    refused = [result for result in results if not isinstance(result, int)]
    assert [(type(result), result.field) for result in refused] == [(Duplicate, "email")] * 5
    with site.work() as work:
        assert work.session.scalar(select(func.count()).where(User.email == "same@test.example")) == 1


@pytest.mark.parametrize("looks_first", [True, False])
def test_what_the_constraint_refuses_is_told_like_what_was_seen(
    site: Site, monkeypatch: pytest.MonkeyPatch, *, looks_first: bool
) -> None:
    with site.work() as work:
        email = site.world.emails[site.world.owner]
        owner = work.session.get_one(User, site.world.owner)
        firm = work.session.get_one(Enterprise, site.world.enterprise)
        values = enterprises.as_form(firm) | {"uscc": firm.uscc}
        if not looks_first:
            monkeypatch.setattr(work.session.__class__, "scalar", lambda *_args, **_more: None)
        with pytest.raises(Duplicate) as caught:
            people.add_user(work, email=f" {email.upper()}", name="x", password_hash="x")
        assert caught.value.field == "email"
        with pytest.raises(Duplicate) as caught:
            enterprises.register(work, owner, values)
        assert caught.value.field == "uscc"
        monkeypatch.undo()
        work.session.rollback()


# Changing


def test_a_firm_changes_its_facts(site: Site) -> None:
    with site.work(site.world.owner) as work:
        firm = enterprises.own(work)
        values = enterprises.as_form(firm) | {"name": "海宁改名有限公司", "founded_on": "2008-08-08", "area": "330421"}
        assert enterprises.change(work, values, revision=firm.revision) is firm
        assert (firm.name, str(firm.founded_on), firm.area_code, firm.revision) == (
            *("海宁改名有限公司", "2008-08-08", "330421"),
            2,
        )
        event = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert event.payload == {"fields": ["name", "area", "founded_on"]}
        assert enterprises.as_form(firm) == values
        events = count(work, AuditEvent)
        enterprises.change(work, values, revision=2)
        assert (firm.revision, count(work, AuditEvent)) == (2, events)
        enterprises.change(work, values | {"founded_on": ""}, revision=2)
        assert firm.founded_on is None
        with pytest.raises(StaleRevision):
            enterprises.change(work, values, revision=2)
        with pytest.raises(InvalidFields):
            enterprises.change(work, values | {"name": ""}, revision=3)


def test_who_has_no_firm_to_change(site: Site) -> None:
    for user in (site.world.viewer, site.world.nobody, site.world.county_reviewer):
        with site.work(user) as work, pytest.raises(NotAllowed):
            enterprises.change(work, {}, revision=1)
    with site.work(site.world.viewer) as work:
        assert enterprises.own(work).id == site.world.enterprise
    with site.work(site.world.nobody) as work, pytest.raises(NotAllowed):
        enterprises.own(work)


def test_of_two_who_change_a_firm_at_once_one_is_told(site: Site) -> None:
    def rename(name: str) -> str:
        with site.work(site.world.owner) as work:
            values = enterprises.as_form(enterprises.own(work)) | {"name": name}
            return enterprises.change(work, values, revision=1).name

    results = at_once([lambda: rename("甲"), lambda: rename("乙")])
    assert sorted(type(result).__name__ for result in results) == ["StaleRevision", "str"]
    with site.work() as work:
        assert work.session.get_one(Enterprise, site.world.enterprise).name in results


# Products


def test_products(site: Site) -> None:
    cup = {"name": "另一个玻璃杯", "category": "consumer", "gtin": ""}
    with site.work(site.world.owner) as work:
        added = products.add(work, cup)
        assert [item.id for item in products.list_own(work)] == [added.id, site.world.product]
        assert products.get_own(work, added.id, to_change=True) is added
        assert products.as_form(added) == {
            "name": "另一个玻璃杯",
            "name_en": "",
            "brand": "",
            "model": "",
            "category": "consumer",
            "gtin": "",
            "hs_code": "",
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
        assert len(products.list_own(work)) == 2
        with pytest.raises(NotFound):
            products.change(work, site.world.product, cup, revision=1)
    with site.work(site.world.other_owner) as work, pytest.raises(NotFound):
        products.get_own(work, site.world.product)


def test_the_same_product_twice(site: Site) -> None:
    with site.work(site.world.owner) as work:
        same = products.as_form(products.get_own(work, site.world.product))
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
        assert work.actor.seats == (Seat(Role.FILER, enterprise_id=site.world.enterprise),)
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
