"""Offices: one for each area and subject, changed on the revision shown, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.domain.errors import Duplicate, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.roles import Subject
from registry.models import AuditEvent, Bureau
from registry.services import bureaus
from tests.at_once import at_once
from tests.factories.world import HAINING
from tests.services.test_posts import bureau_at

if TYPE_CHECKING:
    from tests.conftest import Site

PINGHU = {
    "area": "330482",
    "subject": "market_supervision",
    "name": "虚构平湖局",
    "name_en": "",
    "phone": "0573-85550000",
}


def add(site: Site, **changes: str) -> int:
    with site.work(site.world.system_admin) as work:
        return bureaus.add(work, PINGHU | changes).id


@pytest.mark.parametrize(
    ("area", "tier"), [("330482", "county"), ("330500", "city"), ("330000", "province"), ("330400-jk", "county")]
)
def test_the_tier_is_that_of_the_area(site: Site, area: str, tier: str) -> None:
    number = add(site, area=area)
    with site.work() as work:
        bureau = work.session.get_one(Bureau, number)
        assert (bureau.tier, bureau.subject, bureau.phone) == (tier, "market_supervision", "0573-85550000")


def test_one_office_for_each_area_and_subject(site: Site) -> None:
    add(site)
    with pytest.raises(Duplicate) as refused:
        add(site, name="另一个名称")
    assert refused.value.field == "area"
    add(site, name="另一个名称", subject="commerce")
    with pytest.raises(Duplicate) as refused:
        add(site, area="330424")
    assert refused.value.field == "name"


def test_of_two_at_once_one_is_added(site: Site) -> None:
    results = at_once([lambda: add(site), lambda: add(site)])
    assert sorted(type(result).__name__ for result in results) == ["Duplicate", "int"]


@pytest.mark.parametrize(
    ("field", "value"), [("area", "999999"), ("area", ""), ("subject", "x"), ("name", ""), ("phone", "1")]
)
def test_what_is_wrong_is_told_at_its_field(site: Site, field: str, value: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        add(site, **{field: value})
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("who", ["security_admin", "audit_admin", "city_supervisor", "owner"])
def test_only_the_system_administrator_manages_offices(site: Site, who: str) -> None:
    by = getattr(site.world, who)
    with pytest.raises(NotAllowed), site.work(by) as work:
        bureaus.add(work, PINGHU)
    with pytest.raises(NotAllowed), site.work(by) as work:
        bureaus.find(work)
    with pytest.raises(NotAllowed), site.work(by) as work:
        bureaus.get(work, 1)


def test_a_name_is_changed_on_the_revision_shown(site: Site) -> None:
    haining = bureau_at(site, HAINING)
    with site.work(site.world.system_admin) as work:
        bureau = bureaus.get(work, haining)
        values, revision = bureaus.as_form(bureau), bureau.revision
        bureaus.change(work, bureau, values | {"name": "虚构海宁新局"}, revision=revision)
    with pytest.raises(StaleRevision), site.work(site.world.system_admin) as work:
        bureaus.change(work, bureaus.get(work, haining), values | {"name": "虚构海宁旧局"}, revision=revision)
    with site.work(site.world.system_admin) as work:
        bureau = bureaus.get(work, haining)
        assert (bureau.name, bureau.revision) == ("虚构海宁新局", revision + 1)
        bureaus.change(work, bureau, bureaus.as_form(bureau), revision=bureau.revision)
        assert bureau.revision == revision + 1  # Nothing changed, nothing recorded.
        city = work.session.scalars(select(Bureau.name).where(Bureau.area_code == "330400")).first()
        values = bureaus.as_form(bureau) | {"name": str(city)}
        with pytest.raises(Duplicate):
            bureaus.change(work, bureau, values, revision=bureau.revision)
    with site.work() as work:
        changes = work.session.scalars(select(AuditEvent.payload).where(AuditEvent.tag == "admin:bureau:change")).all()
        assert changes == [{"fields": ["name"]}]


def test_the_list_is_searched_by_name_and_area(site: Site) -> None:
    with site.work(site.world.system_admin) as work:
        assert bureaus.find(work, text=HAINING).total == 1
        assert bureaus.find(work, text="海宁").total == 1
        assert bureaus.find(work, text="%").total == 0
        assert bureaus.find(work).total == 4
        with pytest.raises(NotFound):
            bureaus.get(work, 999_999)


def test_what_names_an_office_is_counted(site: Site) -> None:
    haining = bureau_at(site, HAINING)
    with site.work(site.world.system_admin) as work:
        use = bureaus.use(work, bureaus.get(work, haining))
    assert use.posts >= 5
    assert (use.decisions, use.certificates) == (0, 0)


def test_everybody_may_know_who_serves_a_place(site: Site) -> None:
    """The place's own office before those above it, of one subject; nobody needs to be signed in."""
    add(site, area="330000", name="虚构浙江局")
    with site.work() as work:

        def areas(place: str, subject: Subject = Subject.MARKET_SUPERVISION) -> list[str]:
            return [bureau.area.code for bureau in bureaus.serving(work.session, place, subject)]

        assert areas(HAINING) == [HAINING, "330400", "330000"]
        assert areas(f" {HAINING} ") == areas(HAINING)
        assert areas("330482") == ["330400", "330000"]  # No office of its own.
        assert areas("330400") == ["330400", "330000"]
        assert areas(HAINING, Subject.COMMERCE) == ["330400"]
        assert areas("") == areas("999999") == areas("%") == []
