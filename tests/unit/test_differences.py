"""What has changed between two contents."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.differences import (
    ENTERPRISE_FIELDS,
    PRODUCT_FIELDS,
    Change,
    Difference,
    Part,
    compare,
    compare_snapshots,
)
from registry.domain.requirements import Field, Kind

TABLE = Field("table", "表", Kind.ROWS, columns=(Field("item", "项"), Field("limit", "限值"), Field("note", "注")))
FIELDS = (
    Field("text", "文字", Kind.TEXT),
    Field("choice", "选择", Kind.CHOICE, choices=(("a", "甲"), ("b", "乙"))),
    Field("codes", "编号", Kind.LINES),
    Field("line", "生产线", Kind.CHOICE),
    Field("reports", "报告", Kind.EVIDENCE),
    TABLE,
)


def found(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(each.field.name, each.change.value, each.before, each.after) for each in compare(FIELDS, before, after)]


def test_nothing_has_changed() -> None:
    content = {"text": "一", "codes": ["x"], "line": {"name": "一号"}, "table": [{"item": "铅"}], "reports": []}
    assert compare(FIELDS, content, content) == []


@pytest.mark.parametrize("empty", [None, "", []], ids=["none", "text", "list"])
def test_what_is_missing_and_what_is_empty_say_the_same(empty: Any) -> None:
    assert compare(FIELDS, {}, dict.fromkeys(field.name for field in FIELDS) | {"text": empty, "codes": empty}) == []


def test_single_values() -> None:
    assert found({"text": "一", "choice": "a"}, {"text": "二", "choice": ""}) == [
        ("text", "changed", "一", "二"),
        ("choice", "removed", "a", ""),
    ]
    assert found({}, {"text": "一"}) == [("text", "added", None, "一")]


def test_lists_are_sets() -> None:
    assert found({"codes": ["x", "y"]}, {"codes": ["y", "x"]}) == []
    assert found({"codes": ["x", "y"]}, {"codes": ["y", "z", "w"]}) == [("codes", "changed", ["x"], ["z", "w"])]
    assert found({"codes": ["x"]}, {"codes": ["x", "y"]}) == [("codes", "added", [], ["y"])]
    assert found({"codes": ["x", "y"]}, {}) == [("codes", "removed", ["x", "y"], [])]


def test_of_a_list_what_has_stayed_is_left_out() -> None:
    lists = compare(FIELDS, {"codes": ["x"]}, {"codes": ["y"]})
    texts = compare(FIELDS, {"text": "x"}, {"text": "y"})
    assert [each.is_list for each in lists + texts] == [True, False]


def test_facts_are_compared_whole() -> None:
    old = {"name": "一号", "factory": "示例路 1 号"}
    assert found({"line": old}, {"line": old | {"extra": ""}}) == []
    assert found({"line": old}, {"line": {"name": "示例路 1 号", "factory": "一号"}}) != []
    new = old | {"factory": "示例路 2 号"}
    assert found({"line": old}, {"line": new}) == [("line", "changed", old, new)]
    report = {"number": "1", "file": {"id": 7, "sha256": "ab"}, "tags": ["x", {"y": 1}]}
    other = report | {"file": {"id": 8, "sha256": "cd"}}
    assert found({"reports": [report]}, {"reports": [report, other]}) == [("reports", "added", [], [other])]


# Tables


def cells(before: list[dict[str, str]], after: list[dict[str, str]]) -> list[tuple[Any, ...]]:
    return [
        (each.row, each.column.name if each.column else None, each.change.value, each.before, each.after)
        for each in compare(FIELDS, {"table": before}, {"table": after})
    ]


LEAD = {"item": "铅溶出量", "limit": "0.5", "note": ""}
CADMIUM = {"item": "镉溶出量", "limit": "0.1", "note": ""}


def test_a_cell() -> None:
    assert cells([LEAD, CADMIUM], [LEAD | {"limit": "0.8"}, CADMIUM]) == [
        ("铅溶出量", "limit", "changed", "0.5", "0.8")
    ]
    assert cells([LEAD], [LEAD | {"limit": "", "note": "见附件"}]) == [
        ("铅溶出量", "limit", "removed", "0.5", ""),
        ("铅溶出量", "note", "added", "", "见附件"),
    ]


def test_rows_come_go_and_move() -> None:
    assert cells([LEAD, CADMIUM], [CADMIUM, LEAD]) == []
    assert cells([LEAD], [CADMIUM, LEAD]) == [("镉溶出量", None, "added", None, CADMIUM)]
    assert cells([LEAD, CADMIUM], [CADMIUM]) == [("铅溶出量", None, "removed", LEAD, None)]
    renamed = LEAD | {"item": "铅的溶出量"}
    assert cells([LEAD], [renamed]) == [
        ("铅的溶出量", None, "added", None, renamed),
        ("铅溶出量", None, "removed", LEAD, None),
    ]


def test_a_row_is_known_by_its_name_whatever_its_width() -> None:
    assert cells([{"item": "Ｐｂ", "limit": "1"}], [{"item": "pb", "limit": "1"}]) == [
        ("pb", "item", "changed", "Ｐｂ", "pb")
    ]


def test_rows_of_the_same_name_are_compared_in_their_order() -> None:
    same = [{"item": "铅", "limit": "1"}, {"item": "铅", "limit": "2"}]
    assert cells(same, [same[0], same[1] | {"limit": "3"}]) == [("铅", "limit", "changed", "2", "3")]
    assert cells(same, same[:1]) == [("铅", None, "removed", same[1], None)]
    assert cells([{"limit": "1"}], [{"limit": "2"}]) == [("", "limit", "changed", "1", "2")]


ROWS = st.lists(st.fixed_dictionaries({"item": st.sampled_from("铅镉砷"), "limit": st.sampled_from("123")}), max_size=6)


@given(ROWS, ROWS)
def test_no_difference_means_the_same_rows(before: list[dict[str, str]], after: list[dict[str, str]]) -> None:
    def by_item(rows: list[dict[str, str]]) -> dict[str, list[str]]:
        return {item: [row["limit"] for row in rows if row["item"] == item] for item in "铅镉砷"}

    assert (compare(FIELDS, {"table": before}, {"table": after}) == []) is (by_item(before) == by_item(after))
    there = [(each.before, each.after) for each in compare(FIELDS, {"table": before}, {"table": after})]
    back = [(each.after, each.before) for each in compare(FIELDS, {"table": after}, {"table": before})]
    assert sorted(map(str, there)) == sorted(map(str, back))


# Snapshots

CUP = {"id": 1, "name": "玻璃杯", "brand": "虚构牌", "variants": [], "pictures": ["ab", "cd"]}
PLATE = {
    "id": 2,
    "name": "玻璃盘",
    "brand": "",
    "variants": [{"name": "大", "gtin": "", "hs_code": ""}],
    "pictures": [],
}
FIRM = {"name": "海宁虚构玻璃制品有限公司", "area": {"code": "330481", "name": "海宁市"}}


def snapshot(*products: dict[str, Any], firm: dict[str, Any] | None = None, **content: Any) -> dict[str, Any]:
    return {"content": content, "products": list(products), "enterprise": firm or FIRM}


def parts(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (each.part.value, each.product, each.field.name, each.change.value)
        for each in compare_snapshots(FIELDS, before, after)
    ]


def test_snapshots() -> None:
    assert parts(snapshot(CUP, PLATE, text="一"), snapshot(PLATE, CUP, text="一")) == []
    assert parts(snapshot(CUP, text="一"), snapshot(CUP | {"brand": "新牌", "pictures": ["ab"]}, text="二")) == [
        ("content", "", "text", "changed"),
        ("product", "玻璃杯", "brand", "changed"),
        ("product", "玻璃杯", "pictures", "removed"),
    ]
    moved = FIRM | {"area": {"code": "330421", "name": "嘉善县"}}
    assert parts(snapshot(), snapshot(firm=moved)) == [("enterprise", "", "area", "changed")]


def test_products_that_come_and_go() -> None:
    came, went = compare_snapshots(FIELDS, snapshot(CUP), snapshot(PLATE))
    assert (came.product, came.change, came.after) == ("玻璃盘", Change.ADDED, "玻璃盘")
    assert (went.product, went.change, went.before) == ("玻璃杯", Change.REMOVED, "玻璃杯")


def test_another_paper_was_signed() -> None:
    old, new = {"sha256": "ab" * 32}, {"sha256": "cd" * 32}
    assert parts(snapshot() | {"paper": old}, snapshot() | {"paper": old}) == []
    assert parts(snapshot() | {"paper": old}, snapshot()) == []  # Not signed anew yet.
    assert parts(snapshot(), snapshot() | {"paper": new}) == [("paper", "", "signed", "added")]
    (one,) = compare_snapshots(FIELDS, snapshot() | {"paper": old}, snapshot() | {"paper": new})
    assert (one.change, one.before, one.after) == (Change.CHANGED, "abababababab", "cdcdcdcdcdcd")


def test_a_product_s_variants_are_a_table() -> None:
    larger = PLATE | {"variants": [{"name": "大", "gtin": "6901234567892", "hs_code": ""}]}
    (one,) = compare_snapshots(FIELDS, snapshot(PLATE), snapshot(larger))
    assert isinstance(one, Difference)
    assert (one.part, one.product, one.row) == (Part.PRODUCT, "玻璃盘", "大")
    assert one.column is not None
    assert one.column.name == "gtin"


def test_the_firm_s_fields_have_names() -> None:
    assert {field.name for field in ENTERPRISE_FIELDS} >= FIRM.keys()
    assert all(field.label for field in (*ENTERPRISE_FIELDS, *PRODUCT_FIELDS))
