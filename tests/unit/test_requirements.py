"""The engine that checks forms, on a form made for these tests."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.messages import Message
from registry.domain.requirements import (
    Facts,
    Field,
    Kind,
    Step,
    cleaned,
    find_gaps,
    is_blank_row,
    validated,
)

TODAY = date(2026, 3, 18)


def upper(raw: str) -> str:
    if "!" in raw:
        raise InvalidValue("不能有叹号。")
    return raw.upper()


COLUMNS = (
    Field("part", "部件"),
    Field("limit", "限值", required=False, max_length=5, check=upper),
    Field("tested_on", "检测日期", Kind.DATE, required=False),
)
STEPS = (
    Step(
        "first",
        "第一步",
        (
            Field("name", "名称", max_length=10),
            Field("note", "备注", Kind.TEXT, required=False, required_if=("record", "some"), max_length=20),
            Field("record", "记录", Kind.CHOICE, choices=(("none", "无"), ("some", "有"))),
        ),
    ),
    Step(
        "second",
        "第二步",
        (
            Field("codes", "编号", Kind.LINES, check=upper, max_length=10),
            Field("made_on", "日期", Kind.DATE, not_future=True),
            Field("due_on", "期限", Kind.DATE, required=False),
            Field("markets", "市场", Kind.CHOICES),
            Field("consent", "同意", Kind.FLAG, choices=(("yes", "是"),)),
            Field("picture", "图片", Kind.FILE),
            Field("parts", "部件表", Kind.ROWS, columns=COLUMNS, max_rows=2),
            Field("extras", "附表", Kind.ROWS, required=False, columns=COLUMNS, max_rows=1),
        ),
    ),
)
FACTS = Facts(TODAY, {"markets": frozenset({"DE", "US"}), "picture": frozenset({"7"})})
RIGHT: dict[str, Any] = {
    "name": "玻璃杯",
    "record": "none",
    "codes": "gb 1\r\n\r\n gb 2 ",
    "made_on": "2026-03-18",
    "markets": ["US"],
    "consent": "yes",
    "picture": "7",
    "parts": [{"part": "杯身", "limit": "a"}, {"part": " ", "limit": ""}],
}


def gaps(**changes: Any) -> dict[str, str]:
    return {gap.field: str(gap.message) for gap in find_gaps(STEPS, RIGHT | changes, FACTS)}


def test_nothing_is_missing() -> None:
    assert gaps() == {}


def test_normal_form() -> None:
    content = RIGHT | {
        "name": "  玻璃 \u200b 杯\n",
        "note": " 第一行 \r\n\r\n\r\n\r\n第二行",
        "made_on": " 20260318",
        "extras": None,
    }
    assert cleaned(STEPS, content) == {
        "name": "玻璃 杯",
        "note": "第一行\n\n第二行",
        "record": "none",
        "codes": ["GB 1", "GB 2"],
        "made_on": "2026-03-18",
        "due_on": "",
        "markets": ["US"],
        "consent": "yes",
        "picture": "7",
        "parts": [{"part": "杯身", "limit": "A", "tested_on": ""}],
        "extras": [],
    }


def test_everything_missing_in_the_order_of_the_form() -> None:
    found = find_gaps(STEPS, {}, FACTS)
    assert [(gap.step, gap.field, str(gap.message)) for gap in found] == [
        ("first", "name", "请填写此项。"),
        ("first", "record", "请选择一项。"),
        ("second", "codes", "请填写此项。"),
        ("second", "made_on", "请填写日期。"),
        ("second", "markets", "请至少选择一项。"),
        ("second", "consent", "请勾选确认。"),
        ("second", "picture", "请上传文件。"),
        ("second", "parts", "请至少填写一行。"),
    ]
    assert all(gap.missing for gap in found)
    assert [gap.label for gap in found][:2] == ["名称", "记录"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "一二三四五六七八九十一", "最多 10 个字，现有 11 个字。"),
        # Eight characters whose normal form (NFC) is sixteen: it is what the column has to hold.
        ("name", "\u0958" * 8, "最多 10 个字，现有 16 个字。"),
        ("name", " \u3000\t", "请填写此项。"),
        ("name", "\u200b\u2060", "请填写此项。"),
        ("record", "maybe", "请从列表中选择。"),
        ("codes", "gb 1\ngb !", "不能有叹号。"),
        ("codes", "gb 1\n12345678901", "最多 10 个字，现有 11 个字。"),
        ("codes", "gb 1\n" * 51, "最多 50 行，现有 51 行。"),
        ("made_on", "2026-02-30", "请填写日期，例如 2026-03-08。"),
        ("made_on", "昨天", "请填写日期，例如 2026-03-08。"),
        ("made_on", "2026-03-19", "日期不能晚于今天。"),
        ("markets", ["US", "XX"], "请从列表中选择。"),
        ("consent", "no", "请从列表中选择。"),
        ("picture", "8", "请从列表中选择。"),
        ("parts", [{}] * 3, "请至少填写一行。"),
        ("parts", [{"part": "a"}] * 3, "最多 2 行，现有 3 行。"),
    ],
)
def test_one_thing_wrong(field: str, value: Any, message: str) -> None:
    assert gaps(**{field: value}) == {field: message}


def test_what_is_wrong_is_not_missing() -> None:
    (gap,) = find_gaps(STEPS, RIGHT | {"made_on": "2027-01-01"}, FACTS)
    assert not gap.missing


def test_a_date_may_lie_ahead_unless_it_must_not() -> None:
    assert gaps(due_on="2030-01-01", made_on=TODAY.isoformat()) == {}


def test_rows_are_named_by_their_place_on_the_page() -> None:
    """The blank row between does not count, but keeps its number: the form shows it."""
    rows = [{"part": "", "limit": ""}, {"part": "", "limit": "toolong", "tested_on": "x"}]
    assert gaps(extras=rows) == {
        "extras-1-part": "请填写此项。",
        "extras-1-limit": "最多 5 个字，现有 7 个字。",
        "extras-1-tested_on": "请填写日期，例如 2026-03-08。",
    }


def test_required_only_where_another_field_says_so() -> None:
    assert gaps(record="some") == {"note": "请填写此项。"}
    assert gaps(record="some", note="已整改") == {}
    assert gaps(record="none", note="") == {}


def test_lines_of_nothing_visible_are_left_out() -> None:
    assert cleaned(STEPS, RIGHT | {"codes": "gb 1\n\u200b\n \u3000"})["codes"] == ["GB 1"]


def test_blank_rows() -> None:
    assert is_blank_row({})
    assert is_blank_row({"a": "", "b": " \u200b"})
    assert not is_blank_row({"a": "", "b": "0"})


def test_validated_gives_the_normal_form_or_names_every_field() -> None:
    fields = STEPS[0].fields
    assert validated(fields, {"name": " a ", "record": "none"}, FACTS) == {"name": "a", "note": "", "record": "none"}
    with pytest.raises(InvalidFields) as caught:
        validated(fields, {"record": "?"}, FACTS)
    assert caught.value.fields == {"name": Message("请填写此项。"), "record": Message("请从列表中选择。")}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.text(max_size=14),
            "note": st.text(max_size=24),
            "record": st.sampled_from(["none", "some", "", "?"]),
            "codes": st.text(max_size=30),
            "made_on": st.dates().map(str) | st.text(max_size=10),
            "parts": st.lists(st.fixed_dictionaries({}, optional={c.name: st.text(max_size=7) for c in COLUMNS})),
        },
    )
)
def test_content_without_gaps_has_a_normal_form_without_gaps(changes: dict[str, Any]) -> None:
    content = RIGHT | changes
    if find_gaps(STEPS, content, FACTS):
        return
    once = cleaned(STEPS, content)
    for name in ("codes",):
        once[name] = "\n".join(once[name])
    assert find_gaps(STEPS, once, FACTS) == []
    again = cleaned(STEPS, once)
    again["codes"] = "\n".join(again["codes"])
    assert again == once
