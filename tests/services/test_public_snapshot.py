"""What a certificate shows to everybody is marked public in the form, or was released by the firm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain import declaration, enterprise, product
from registry.models import Certificate
from tests.factories import certified
from tests.unit.test_public_marks import DEFINED

if TYPE_CHECKING:
    from tests.conftest import Site

# What the snapshot calls a field that has another name there.
NAMES = {"overseas": "overseas_standards", "domestic": "domestic_standards", "text": "statement"}
# What the registry itself adds to the firm's words.
OWN = {"area", "pictures"}


def snapshot(site: Site, **content: Any) -> dict[str, Any]:
    number = certified(site, **content)
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
    assert declared <= public("declaration") | set(released)
    assert set(released) <= declared
    assert {"manufacturer", "markets", "statement", "declared_on"} <= declared
    for report in found["quality"]["reports"]:
        private = {column.name for column in declaration.REPORT_COLUMNS if "仅供审核" in column.why_private}
        assert private == {"cma", "cnas", "evidence"}
        assert not report.keys() & private


def test_nothing_personal_stands_anywhere_in_it(site: Site) -> None:
    text = json.dumps(snapshot(site, public=[]), ensure_ascii=False)
    for word in ("测试联系人", "0573-55500001", "测试签署人", "test.example"):
        assert word not in text
    assert {field.name for field in enterprise.FIELDS if not field.public}.isdisjoint(json.loads(text)["enterprise"])
    assert all(field.public for field in product.FIELDS)
