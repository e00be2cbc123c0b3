"""A filing beside what the old certificate was issued on."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from registry.domain.changes import differences, is_editorial, lines
from registry.domain.differences import ENTERPRISE_FIELDS, PRODUCT_FIELDS
from registry.domain.filings import DEFINITIONS, SAID_ANEW

FIELDS = DEFINITIONS["declaration"].fields.values()
SNAPSHOT: dict[str, Any] = {
    "enterprise": {
        "name": "示例玻璃有限公司（虚构）",
        "name_en": "Example Glass",
        "uscc": "91330481T00000010X",
        "address": "示例路 1 号",
        "area": {"code": "330481", "name": "海宁市"},
        "industry": {"code": "30", "name": "非金属矿物制品业"},
        "founded_on": "2008-08-08",
        "customs_code": "",
    },
    "products": [
        {
            "id": 1,
            "name": "玻璃杯",
            "name_en": "Tumbler",
            "brand": "虚构牌",
            "model": "GB-300",
            "category": "consumer",
            "gtin": "",
            "hs_code": "",
            "pictures": ["ab"],
            "variants": [],
        }
    ],
    "content": {
        "batch": "",
        "line": {"manufacturer": "示例玻璃", "factory_address": "示例路 1 号", "production_line": "A3"},
        "markets": [{"code": "DE", "name": "德国", "name_en": "Germany"}],
        "overseas_standards": ["ISO 7086-1"],
        "domestic_standards": ["GB 4806.5-2016"],
        "comparison": [{"indicator": "铅", "overseas_limit": "≤0.5"}],
        "reports": [{"number": "1", "issuer": "虚构检测中心"}],
        "quality_record": "none",
        "quality_note": "",
        "statement": "声明",
        "limits": "",
        "signatory_name": "测试签署人",
        "signatory_function": "质量负责人",
        "place": "海宁市",
        "declared_on": "2026-03-01",
        "public": ["reports"],
        "consent": "yes",
    },
    "paper": {"sha256": "a" * 64},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The snapshot with another value at this place."""
    found = deepcopy(SNAPSHOT)
    *parts, last = path.split(".")
    target: Any = found
    for part in parts:
        target = target[int(part)] if part.isdigit() else target[part]
    target[last] = value
    return found


def test_what_is_said_anew_and_the_signed_paper_are_no_change() -> None:
    renewed = changed("content.declared_on", "2029-02-01") | {"paper": {"sha256": "b" * 64}}
    assert differences(FIELDS, SNAPSHOT, renewed) == []
    assert is_editorial([])
    assert lines(FIELDS, SNAPSHOT, renewed, whole=False) == []
    assert frozenset({"declared_on", "consent"}) == SAID_ANEW


CHANGES: tuple[tuple[str, Any, bool], ...] = (
    ("products.0.name_en", "Glass tumbler", True),
    ("enterprise.name_en", "Example Glassware", True),
    ("enterprise.industry", {"code": "31", "name": "虚构业"}, True),
    ("enterprise.founded_on", "2008-08-09", True),
    ("enterprise.customs_code", "3304960001", True),
    ("content.signatory_name", "另一人", True),
    ("content.signatory_function", "总经理", True),
    ("content.place", "嘉兴市", True),
    ("content.public", [], True),
    ("products.0.name", "水杯", False),
    ("products.0.brand", "", False),
    ("products.0.model", "GB-301", False),
    ("products.0.gtin", "6901234567892", False),
    ("products.0.hs_code", "701337", False),
    ("products.0.category", "industrial", False),
    ("products.0.pictures", ["cd"], False),
    ("products.0.variants", [{"name": "300 mL"}], False),
    ("enterprise.name", "另一名称", False),
    ("enterprise.address", "新示例路 1 号", False),  # Even where the authority has renamed the street.
    ("enterprise.area", {"code": "330421", "name": "嘉善县"}, False),
    ("content.batch", "2026 年 3 月起", False),
    ("content.line.production_line", "A4", False),
    ("content.markets", [], False),
    ("content.domestic_standards", ["GB 4806.5-2026"], False),
    ("content.comparison", [{"indicator": "铅", "overseas_limit": "≤0.4"}], False),
    ("content.reports", [{"number": "2", "issuer": "虚构检测中心"}], False),
    ("content.quality_record", "some", False),
    ("content.statement", "另一声明", False),
    ("content.limits", "不适用于定制产品", False),
)


@pytest.mark.parametrize(("path", "value", "editorial"), CHANGES, ids=[path for path, _value, _editorial in CHANGES])
def test_what_is_editorial(path: str, value: Any, editorial: bool) -> None:
    found = differences(FIELDS, SNAPSHOT, changed(path, value))
    assert found
    assert is_editorial(found) is editorial


def test_one_change_of_substance_is_enough() -> None:
    both = changed("products.0.name_en", "Glass tumbler")
    both["content"]["limits"] = "不适用于定制产品"
    assert not is_editorial(differences(FIELDS, SNAPSHOT, both))


def test_a_table_shows_what_differs_or_everything() -> None:
    after = changed("content.limits", "不适用于定制产品")
    after["products"][0]["model"] = "GB-301"
    after["products"].append(SNAPSHOT["products"][0] | {"id": 2, "name": "另一个产品"})
    after["enterprise"]["address"] = "新示例路 1 号"
    found = differences(FIELDS, SNAPSHOT, after)
    assert [line.value for line in lines(FIELDS, SNAPSHOT, after, whole=False)] == found
    whole = lines(FIELDS, SNAPSHOT, after, whole=True)
    assert [line.value for line in whole if line.changed] == found
    assert [(each.value.field.name, each.value.product) for each in whole if each.value.part == "product"] == [
        *((name, "玻璃杯") for name in ("name", "name_en", "brand", "model", "category", "pictures")),
        ("products", "另一个产品"),
    ]
    same = {line.value.field.name for line in whole if not line.changed and line.value.part == "content"}
    # What is empty on both sides says nothing.
    assert same == {name for name, value in SNAPSHOT["content"].items() if value} - SAID_ANEW
    assert all(line.value.before == line.value.after for line in whole if not line.changed)


def test_two_products_of_one_name_are_not_mixed_up() -> None:
    before = deepcopy(SNAPSHOT)
    before["products"].append(before["products"][0] | {"id": 2})
    after = deepcopy(before)
    after["products"][1]["model"] = "GB-500"
    whole = lines(FIELDS, before, after, whole=True)
    assert [(line.value.before, line.value.after) for line in whole if line.value.field.name == "model"] == [
        ("GB-300", "GB-300"),
        ("GB-300", "GB-500"),
    ]


def test_fields_that_cannot_be_compared_are_left_out() -> None:
    some = [field for field in FIELDS if field.name != "limits"]
    after = changed("content.limits", "不适用于定制产品")
    del after["content"]["limits"]
    assert differences(some, SNAPSHOT, after) == []
    assert {line.value.field.name for line in lines(some, SNAPSHOT, after, whole=True)}.isdisjoint({"limits"})


def test_every_editorial_field_is_known() -> None:
    """Whoever marks another field decides that printed labels stay good when it changes."""
    marked = {
        kind: {name for name, field in definition.fields.items() if field.editorial}
        for kind, definition in DEFINITIONS.items()
    }
    assert marked == {
        "declaration": {"signatory_name", "signatory_function", "place", "declared_on", "public"},
        "certification": {"public"},
    }
    assert {field.name for field in PRODUCT_FIELDS if field.editorial} == {"name_en"}
    firm = {field.name for field in ENTERPRISE_FIELDS if field.editorial}
    assert firm == {"name_en", "industry", "founded_on", "customs_code"}
