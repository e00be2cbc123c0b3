"""What a certificate shows to everybody is marked public in the form, or was released by the firm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain import certification, declaration, enterprise, factory, product
from registry.domain.evidence import kind_named
from registry.models import Certificate
from registry.services import products
from tests.factories import approve, certified, file_certification
from tests.unit.test_public_marks import DEFINED

if TYPE_CHECKING:
    from tests.conftest import Site

# What the snapshot calls a field that has another name there.
NAMES = {"overseas": "overseas_standards", "domestic": "domestic_standards", "text": "statement"}
# What the registry itself adds to the firm's words.
OWN = {"area", "pictures"}


def snapshot(site: Site, **content: Any) -> dict[str, Any]:
    return snapshot_of(site, certified(site, **content))


def snapshot_of(site: Site, number: int) -> dict[str, Any]:
    with site.work() as work:
        found: dict[str, Any] = json.loads(work.session.get_one(Certificate, number).snapshot)
        return found


def shown(part: dict[str, Any]) -> set[str]:
    """The fields of this part in which something stands."""
    return {NAMES.get(name, name) for name, value in part.items() if value}


def public(definition: str) -> set[str]:
    return {field.name for field in DEFINED[definition] if field.public}


@pytest.mark.parametrize("released", [[], [value for value, _label in declaration.PUBLIC_CHOICES]])
def test_the_snapshot_holds_public_fields_and_what_was_released(site: Site, released: list[str]) -> None:
    found = snapshot(site, public=released, limits="限于出口同款", batch="2026 年 3 月")
    assert shown(found["enterprise"]) - OWN <= public("enterprise")
    assert shown(found["product"]) - OWN - {"batch"} <= public("product")
    declared = set().union(*(shown(found[part]) for part in ("line", "standard", "quality", "statement")))
    # The line is one field of the form; what it says is the factory's, where the manufacturer is public.
    assert {field.name for field in factory.FIELDS if field.public} == {"manufacturer"}
    assert declared <= public("declaration") | {"manufacturer"} | set(released)
    assert set(released) <= declared
    assert {"manufacturer", "markets", "statement", "declared_on"} <= declared
    private = {field.name for field in kind_named("test_report").fields if "仅供审核" in field.why_private}
    assert private == {"cma", "cnas", "expires_on", "sample"}
    for report in found["quality"]["reports"]:
        assert not report.keys() & {*private, "file"}


@pytest.mark.parametrize("released", [[], [value for value, _label in certification.PUBLIC_CHOICES]])
def test_the_snapshot_of_a_certification_likewise(site: Site, released: list[str]) -> None:
    with site.work(site.world.owner) as work:
        filing_id = file_certification(work, site.world.product, public=released, ccc="yes", ccc_number="A1").id
    found = snapshot_of(site, approve(site, filing_id))
    assert shown(found["enterprise"]) - OWN <= public("enterprise")
    assert shown(found["product"]) - OWN <= public("product")
    attested = shown(found["certification"]) | shown(found["line"])
    assert attested <= public("certification") | {"manufacturer"} | set(released)
    assert {"body", "number", "standards", "markets", "expires_on", "ccc_number", "manufacturer"} <= attested
    for party, facts in found["parties"].items():
        assert f"{party}_name" in public("certification")
        assert shown(facts) == ({"name", "address"} if "parties" in released else {"name"})
    assert ("factory_address" in attested) is ("factory_address" in released)


def test_nothing_personal_stands_anywhere_in_it(site: Site) -> None:
    text = json.dumps(snapshot(site, public=[]), ensure_ascii=False)
    for word in ("测试联系人", "0573-55500001", "测试签署人", "test.example"):
        assert word not in text
    assert {field.name for field in enterprise.FIELDS if not field.public}.isdisjoint(json.loads(text)["enterprise"])
    assert {field.name for field in product.FIELDS if not field.public} == {"links"}


def test_variants_are_attested_and_shop_links_are_not(site: Site) -> None:
    """So the form does not say of shop links that they will be public."""
    with site.work(site.world.owner) as work:
        goods = products.get_own(work, site.world.product)
        variants = [{"name": "2 L 带木盖", "gtin": "6901234567908", "hs_code": ""}]
        links = [{"shop": "虚构旗舰店", "url": "https://shop.example.com/item/300"}]
        values = products.as_form(goods) | {"variants": variants, "links": links}
        products.change(work, goods.id, values, revision=goods.revision)
    found = snapshot(site)
    assert found["product"]["variants"] == variants
    assert "shop.example.com" not in json.dumps(found)
