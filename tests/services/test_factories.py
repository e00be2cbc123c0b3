"""Factories and their production lines: entered once, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.errors import Duplicate, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.models import AuditEvent, Enterprise, Factory, ProductionLine
from registry.services import enterprises, factories
from tests.at_once import at_once

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site

CONTRACTOR = {
    "manufacturer": "桐乡虚构代工有限公司",
    "manufacturer_uscc": "",
    "address": "浙江省嘉兴市桐乡市虚构路 9 号",
    "lines": [{"name": "一号线"}, {"name": ""}, {"name": "二号线"}],
}


def tags(work: Work) -> list[str]:
    work.session.commit()
    found = work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id))
    return [tag for tag in found if "factory" in tag or "line" in tag]


def to_choose(work: Work, chosen: str = "") -> list[str]:
    firm = enterprises.own(work).id
    return [line.name for line in factories.to_choose(work, firm, chosen)]


def test_a_factory_with_lines_is_chosen_in_filings(site: Site) -> None:
    with site.work(site.world.owner) as work:
        added = factories.add(work, CONTRACTOR)
        assert [line.name for line in added.lines] == ["一号线", "二号线"]
        assert to_choose(work) == ["二号车间 A3 压制线", "一号线", "二号线"]
        assert factories.label(added.lines[0]) == "一号线 · 桐乡虚构代工有限公司 · 浙江省嘉兴市桐乡市虚构路 9 号"
        assert [factory.manufacturer for factory in factories.list_own(work)] == [
            "海宁虚构玻璃制品有限公司",
            "桐乡虚构代工有限公司",
        ]
        work.session.commit()
        event = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert (event.tag, event.object_id, event.payload) == ("enterprise:factory:add", added.id, {"lines": 2})


def test_the_firms_own_factory_is_offered_first(site: Site) -> None:
    with site.work(site.world.owner) as work:
        firm = enterprises.own(work)
        assert factories.first_values(firm) == {
            "manufacturer": "海宁虚构玻璃制品有限公司",
            "manufacturer_uscc": firm.uscc,
            "address": "浙江省嘉兴市海宁市示例路 1 号",
        }
        with pytest.raises(Duplicate) as caught:
            factories.add(work, factories.first_values(firm) | {"lines": [{"name": "另一条线"}]})
        assert caught.value.field == "address"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"manufacturer": ""}, {"manufacturer"}),
        ({"address": " "}, {"address"}),
        ({"manufacturer_uscc": "91330411T00063280X"}, {"manufacturer_uscc"}),
        ({"lines": []}, {"lines"}),
        ({"lines": [{"name": " "}]}, {"lines"}),
        ({"lines": [{"name": "A 线"}, {"name": "ａ  线"}]}, {"lines-1-name"}),
        ({"lines": [{"name": "x" * 201}]}, {"lines-0-name"}),
    ],
)
def test_what_is_wrong_is_told_by_field(site: Site, changes: dict[str, Any], fields: set[str]) -> None:
    with site.work(site.world.owner) as work:
        with pytest.raises(InvalidFields) as caught:
            factories.add(work, CONTRACTOR | changes)
        assert set(caught.value.fields) == fields
        work.session.rollback()
        assert len(factories.list_own(work)) == 1


def test_changing_a_factory(site: Site) -> None:
    with site.work(site.world.filer) as work:
        added = factories.add(work, CONTRACTOR)
        values = factories.as_form(added) | {"address": "浙江省嘉兴市桐乡市虚构路 10 号"}
        factories.change(work, added.id, values, revision=1)
        assert (added.address, added.revision) == (values["address"], 2)
        factories.change(work, added.id, values, revision=2)
        with pytest.raises(StaleRevision):
            factories.change(work, added.id, values, revision=1)
        assert tags(work)[-2:] == ["enterprise:factory:add", "enterprise:factory:change"]
        own = factories.first_values(work.session.get_one(Enterprise, site.world.enterprise))
        with pytest.raises(Duplicate):
            factories.change(work, added.id, own, revision=2)


def test_a_retired_factory_is_offered_no_more_but_stays(site: Site) -> None:
    with site.work(site.world.owner) as work:
        added = factories.add(work, CONTRACTOR)
        first = str(added.lines[0].id)
        for _twice in range(2):
            factories.set_retired(work, added.id, retired=True)
        assert to_choose(work) == ["二号车间 A3 压制线"]
        assert to_choose(work, first) == ["二号车间 A3 压制线", "一号线"]
        assert [factory.id for factory in factories.list_own(work)][-1] == added.id
        factories.set_retired(work, added.id, retired=False)
        assert len(to_choose(work)) == 3
        assert tags(work)[-2:] == ["enterprise:factory:retire", "enterprise:factory:restore"]


def test_lines_of_a_factory(site: Site) -> None:
    with site.work(site.world.owner) as work:
        own = factories.line_with(work, site.world.line).factory
        line = factories.add_line(work, own.id, {"name": "三号线"})
        shown = line.revision
        factories.rename_line(work, line.id, {"name": "三号压制线"}, revision=shown)
        with pytest.raises(StaleRevision):
            factories.rename_line(work, line.id, {"name": "四号线"}, revision=shown)
        factories.rename_line(work, line.id, {"name": "三号压制线"}, revision=line.revision)
        for _twice in range(2):
            factories.set_line_retired(work, line.id, retired=True)
        assert to_choose(work) == ["二号车间 A3 压制线"]
        factories.set_line_retired(work, line.id, retired=False)
        assert to_choose(work) == ["二号车间 A3 压制线", "三号压制线"]
        assert tags(work)[-4:] == [
            "enterprise:line:add",
            "enterprise:line:change",
            "enterprise:line:retire",
            "enterprise:line:restore",
        ]
        with pytest.raises(InvalidFields):
            factories.add_line(work, own.id, {"name": ""})
        with pytest.raises(Duplicate):
            factories.add_line(work, own.id, {"name": "三号压制线"})
        work.session.rollback()
        with pytest.raises(Duplicate):
            factories.rename_line(work, line.id, {"name": "二号车间 A3 压制线"}, revision=line.revision)


def test_factories_of_others_are_not_found(site: Site) -> None:
    with site.work(site.world.owner) as work:
        theirs = factories.line_with(work, site.world.other_line).factory_id
        own = factories.line_with(work, site.world.line).factory_id
        for number in (theirs, 999_999):
            with pytest.raises(NotFound):
                factories.get_own(work, number)
        with pytest.raises(NotFound):
            factories.rename_line(work, site.world.other_line, {"name": "我的"}, revision=1)
    with site.work(site.world.viewer) as work:
        assert factories.get_own(work, own).id == own
        for refused in (
            lambda: factories.get_own(work, own, to_change=True),
            lambda: factories.set_line_retired(work, site.world.line, retired=True),
        ):
            with pytest.raises(NotFound):
                refused()
        with pytest.raises(NotAllowed):
            factories.add(work, CONTRACTOR)


def test_the_same_factory_entered_twice_at_once(site: Site) -> None:
    def enter() -> str:
        with site.work(site.world.owner) as work:
            try:
                return str(factories.add(work, CONTRACTOR).manufacturer)
            except Duplicate:
                work.session.rollback()
                return "again"

    assert sorted(at_once([enter, enter])) == ["again", "桐乡虚构代工有限公司"]
    with site.work() as work:
        assert len(work.session.scalars(select(Factory)).all()) == 3
        assert len(work.session.scalars(select(ProductionLine)).all()) == 4
