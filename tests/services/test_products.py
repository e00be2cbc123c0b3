"""Products in full: variants, links, bar codes that belong to one, retiring, finding among thousands."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from registry.domain.errors import Duplicate, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.models import AuditEvent, Product, ProductVariant
from registry.services import enterprises, gtins, products, reference
from tests.at_once import WAIT, at_once

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site

CUP = {
    "name": "虚构保温杯",
    "name_en": "Fictional flask",
    "brand": "虚构牌",
    "model": "BW-1",
    "category": "consumer",
    "gtin": "6901234567885",
    "hs_code": "9617.00.11",
    "variants": [
        {"name": "350 mL", "gtin": "6901234567878", "hs_code": ""},
        {"name": "", "gtin": "", "hs_code": ""},
        {"name": "500 mL", "gtin": "6901234567861", "hs_code": "96170019"},
    ],
    "links": [{"shop": "示例商城", "url": "shop.example/item?id=1"}],
}


def wrong(work: Work, values: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidFields) as caught:
        products.add(work, values)
    work.session.rollback()
    return {name: str(message) for name, message in caught.value.fields.items()}


def names(work: Work, **query: Any) -> list[str]:
    return [product.name for product in products.find_own(work, products.Query(**query)).rows]


def test_variants_and_links_are_kept_in_their_order(site: Site) -> None:
    with site.work(site.world.owner) as work:
        added = products.add(work, CUP)
        assert products.as_form(added) == CUP | {
            "hs_code": "96170011",
            "variants": [CUP["variants"][0], CUP["variants"][2]],
            "links": [{"shop": "示例商城", "url": "https://shop.example/item?id=1"}],
        }
        kept = {variant.name: variant.id for variant in added.variants}
        values = products.as_form(added)
        values["variants"] = [values["variants"][1], {"name": "750 mL", "gtin": "", "hs_code": ""}]
        values["links"] = []
        products.change(work, added.id, values, revision=1)
        work.session.expire_all()
        assert [(variant.name, variant.position) for variant in added.variants] == [("500 mL", 0), ("750 mL", 1)]
        assert added.variants[0].id == kept["500 mL"]
        assert (added.links, added.revision) == ([], 2)
        work.session.commit()
        event = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert (event.tag, event.payload) == ("enterprise:product:change", {"fields": ["variants", "links"]})
        with pytest.raises(StaleRevision):
            products.change(work, added.id, values, revision=1)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"variants": [{"name": "A", "gtin": "6901234567893"}]}, {"variants-0-gtin"}),
        ({"variants": [{"name": "", "gtin": "6901234567878"}]}, {"variants-0-name"}),
        ({"variants": [{"name": "A"}, {"name": "Ａ"}]}, {"variants-1-name"}),
        ({"variants": [{"name": "A", "hs_code": "7"}]}, {"variants-0-hs_code"}),
        ({"links": [{"shop": "甲", "url": "javascript:alert(1)"}]}, {"links-0-url"}),
        ({"links": [{"shop": "", "url": "shop.example"}]}, {"links-0-shop"}),
        (
            {"links": [{"shop": "甲", "url": "shop.example"}, {"shop": "乙", "url": "https://SHOP.example/"}]},
            {"links-1-url"},
        ),
        ({"variants": [{"name": str(number)} for number in range(101)]}, {"variants"}),
    ],
    ids=["gtin", "no name", "name twice", "hs", "script", "no shop", "link twice", "too many"],
)
def test_rows_are_checked_by_cell(site: Site, changes: dict[str, Any], fields: set[str]) -> None:
    with site.work(site.world.owner) as work:
        assert set(wrong(work, CUP | changes)) == fields


def test_a_bar_code_belongs_to_one_product_of_a_firm(site: Site) -> None:
    with site.work(site.world.owner) as work:
        products.add(work, CUP)
        work.session.commit()
        other = CUP | {"model": "BW-2", "gtin": "", "variants": [], "links": []}
        taken = "这个商品条码已用于产品“虚构保温杯”。"
        assert wrong(work, other | {"gtin": "6901234567878"}) == {"gtin": taken}
        assert wrong(work, other | {"gtin": "06901234567885"}) == {"gtin": taken}
        rows = [{"name": "A", "gtin": "6901234567861"}, {"name": "B", "gtin": "6901234567892"}]
        assert set(wrong(work, other | {"variants": rows})) == {"variants-0-gtin", "variants-1-gtin"}
        assert wrong(work, other | {"gtin": "96385074", "variants": [{"name": "A", "gtin": "96385074"}]}) == {
            "variants-0-gtin": "这个商品条码在上面已经填过。"
        }
        typed = other | {"gtin": "6901234567878", "variants": [{"name": "A", "gtin": "nonsense"}, {}]}
        found = gtins.taken(work, typed, site.world.enterprise)
        assert {field: product.model for field, product in found.items()} == {"gtin": "BW-1"}
        assert gtins.taken(work, {}, site.world.enterprise) == {}


def test_a_product_keeps_its_own_bar_codes_when_it_changes(site: Site) -> None:
    with site.work(site.world.owner) as work:
        added = products.add(work, CUP)
        values = products.as_form(added) | {"model": "BW-3"}
        products.change(work, added.id, values, revision=1)
        with pytest.raises(InvalidFields):
            products.change(work, added.id, values | {"gtin": "6901234567892"}, revision=2)


def test_what_another_firm_has_entered_as_well_is_only_told(site: Site) -> None:
    with site.work(site.world.owner) as work:
        product = products.get_own(work, site.world.product)
        assert gtins.elsewhere(work, product) == ["6901234567892"]
        assert gtins.elsewhere(work, products.add(work, CUP)) == []
    with site.work(site.world.other_owner) as work:
        variants = [{"name": "A", "gtin": "06901234567885"}]
        added = products.add(work, CUP | {"gtin": "", "variants": variants})
        assert gtins.elsewhere(work, added) == ["06901234567885"]


def test_a_retired_product_is_not_offered_and_frees_its_bar_code(site: Site) -> None:
    with site.work(site.world.owner) as work:
        added = products.add(work, CUP)
        firm = enterprises.own(work).id
        for _twice in range(2):
            products.set_retired(work, added.id, retired=True)
        assert [product.id for product in products.to_choose(work, firm, [])] == [site.world.product]
        assert [product.id for product in products.to_choose(work, firm, [added.id])] == [added.id, site.world.product]
        assert (products.count_own(work), products.count_own(work, retired=True)) == (1, 1)
        assert (names(work), names(work, retired=True)) == (["高硼硅玻璃杯"], ["虚构保温杯"])
        successor = products.add(work, CUP | {"model": "BW-2"})
        with pytest.raises(NotAllowed):
            products.set_retired(work, added.id, retired=False)
        products.set_retired(work, successor.id, retired=True)
        products.set_retired(work, added.id, retired=False)
        assert names(work) == ["虚构保温杯", "高硼硅玻璃杯"]
        work.session.commit()
        tags = work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)).all()
        assert tags[-5:] == [
            "enterprise:product:add",
            "enterprise:product:retire",
            "enterprise:product:add",
            "enterprise:product:retire",
            "enterprise:product:restore",
        ]


def test_a_copy_begins_with_everything_but_the_codes(site: Site) -> None:
    with site.work(site.world.owner) as work:
        added = products.add(work, CUP)
        copied = products.as_copy(added)
        assert copied["variants"] == [
            {"name": "350 mL", "gtin": "", "hs_code": ""},
            {"name": "500 mL", "gtin": "", "hs_code": ""},
        ]
        assert copied["links"] == products.as_form(added)["links"]
        assert not {"gtin", "hs_code"} & copied.keys()
        with pytest.raises(Duplicate):
            products.add(work, copied)
        assert products.add(work, copied | {"model": "BW-2"}).name_en == "Fictional flask"


def test_finding(site: Site) -> None:
    with site.work(site.world.owner) as work:
        products.add(work, CUP)
        products.add(work, {"name": "虚构面粉 100%", "category": "agricultural_food"})
        for query, found in (
            ({}, ["虚构面粉 100%", "虚构保温杯", "高硼硅玻璃杯"]),
            ({"category": "consumer"}, ["虚构保温杯", "高硼硅玻璃杯"]),
            ({"category": "weapons"}, []),
            ({"text": "保温"}, ["虚构保温杯"]),
            ({"text": " FLASK "}, ["虚构保温杯"]),
            ({"text": "虚构牌"}, ["虚构保温杯", "高硼硅玻璃杯"]),
            ({"text": "gb-3"}, ["高硼硅玻璃杯"]),
            ({"text": "690-1234-567892"}, ["高硼硅玻璃杯"]),
            ({"text": "6901234567861"}, ["虚构保温杯"]),
            ({"text": "06901234567892"}, ["高硼硅玻璃杯"]),  # As scanners read it.
            ({"text": "０6901234567861"}, ["虚构保温杯"]),
            ({"text": "7892"}, ["高硼硅玻璃杯"]),
            ({"text": "892"}, []),  # Nearly every code ends in some of the digits.
            ({"text": "２"}, []),
            ({"text": "%"}, ["虚构面粉 100%"]),
            ({"text": "_"}, []),
        ):
            assert names(work, **query) == found, query
    with site.work(site.world.viewer) as work:
        assert len(names(work)) == 3
    with site.work(site.world.other_owner) as work:
        assert names(work, text="保温") == []


def test_thousands_of_products_are_read_a_page_at_a_time(site: Site) -> None:
    with site.work(site.world.owner) as work:
        firm = enterprises.own(work).id
        rows = [
            {"enterprise_id": firm, "name": f"虚构零件 {number:04}", "category": "industrial", "created_at": work.now}
            for number in range(5_000)
        ]
        work.session.execute(insert(Product), rows)
        page = products.find_own(work, products.Query(text="虚构零件", page=250))
        assert (page.total, page.pages, len(page.rows)) == (5_000, 250, 20)
        assert page.rows[-1].name == "虚构零件 0000"


def test_the_same_bar_code_entered_twice_at_once(site: Site) -> None:
    def enter(model: str) -> str:
        with site.work(site.world.owner) as work:
            try:
                return products.add(work, CUP | {"model": model}).model
            except InvalidFields as error:
                work.session.rollback()
                return ",".join(error.fields)

    results = at_once([lambda: enter("BW-1"), lambda: enter("BW-2")])
    assert sorted(len(str(result)) for result in results) == [4, 36]
    with site.work() as work:
        assert len(work.session.scalars(select(ProductVariant)).all()) == 2


def test_of_two_who_want_the_same_bar_code_one_has_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One enters it anew while the other puts a product back into use that had it."""
    with site.work(site.world.owner) as work:
        added = products.add(work, CUP).id
        products.set_retired(work, added, retired=True)
    looked, taken = threading.Event(), gtins.taken

    def look_then_wait(*args: Any, **options: Any) -> Any:
        found = taken(*args, **options)
        looked.set()
        time.sleep(0.5)  # Long enough for the other one to go on, if nothing keeps them waiting.
        return found

    monkeypatch.setattr(gtins, "taken", look_then_wait)

    def restore() -> None:
        with site.work(site.world.owner) as work:
            products.set_retired(work, added, retired=False)

    def enter() -> None:
        with site.work(site.world.filer) as work:
            if site.database.url.startswith("postgresql"):
                looked.wait(WAIT)  # On SQLite one of them waits from the start.
            products.add(work, CUP | {"model": "BW-2"})

    results = at_once([restore, enter])
    assert len([error for error in results if isinstance(error, NotAllowed | InvalidFields)]) == 1, results


def test_what_an_hs_code_stands_for(site: Site) -> None:
    with site.work() as work:
        found = reference.hs_names(work.session, ["70133700", "9999", "7013"])
        assert [row.code for row in found["70133700"]] == ["70", "7013", "701337"]
        assert found["70133700"][0].name == "玻璃及其制品"
        assert [row.code for row in found["7013"]] == ["70", "7013"]
        assert found["9999"] == []
        assert reference.hs_names(work.session, []) == {}


def test_products_of_others_are_not_found(site: Site) -> None:
    with site.work(site.world.other_owner) as work, pytest.raises(NotFound):
        products.set_retired(work, site.world.product, retired=True)
    with site.work(site.world.viewer) as work, pytest.raises(NotFound):
        products.set_retired(work, site.world.product, retired=True)
