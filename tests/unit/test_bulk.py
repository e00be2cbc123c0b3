"""Many rows of a form at once: headings found, labels turned into codes, and each mistake at its cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.bulk import MOST_ROWS, PARENT, SERIAL, Checked, Finding, Template, check, fill, told_besides
from registry.domain.bulk_cells import as_typed, example_of, labels_of
from registry.domain.bulk_notes import notes_on
from registry.domain.declaration import COMPARISON_COLUMNS
from registry.domain.errors import InvalidValue
from registry.domain.grids import REMARKS_HEADING, WHOLE_ROW, FilledSheet, Grid, GridRow, address, column_letters
from registry.domain.identifiers import check_gtin
from registry.domain.messages import Message
from registry.domain.requirements import Facts, Field, Kind
from registry.domain.tables import without_apostrophe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FACTS = Facts(date(2026, 3, 18))
CATEGORIES = (("food", "农食产品"), ("consumer", "一般消费品"))
NAME = Field("name", "产品名称", example="示例瓷碗", max_length=20)
CATEGORY = Field("category", "类别", Kind.CHOICE, choices=CATEGORIES)
GTIN = Field("gtin", "商品条码（GTIN）", required=False, check=check_gtin)
NOTE = Field("note", "说明", Kind.TEXT, required=False, required_if=("category", "food"))
MADE_ON = Field("made_on", "生产日期", Kind.DATE, required=False, not_future=True)
MARKETS = Field(
    "markets", "市场", Kind.CHOICES, choices=(("de", "德国"), ("jp", "日本"), ("x", "甲、乙联盟")), required=False
)
STANDARDS = Field("standards", "标准", Kind.LINES, required=False)
AGREED = Field("agreed", "同意", Kind.FLAG, choices=(("yes", "同意公开"),), required=False)
TEMPLATE = Template("产品", (NAME, CATEGORY, GTIN, NOTE, MADE_ON), unique=(("gtin",),))
HEADINGS = ("产品名称 *", "类别 *", "商品条码（GTIN）", "说明", "生产日期")
RIGHT = ("瓷碗（虚构）", "一般消费品", "6901234567892", "", "")

COMPARISON = Field("comparison", "指标对比", Kind.ROWS, columns=COMPARISON_COLUMNS, max_rows=2)
DECLARATIONS = Template("声明", (NAME, COMPARISON), most_rows=3, most_child_rows=4)
INDICATOR = ("镉溶出量", "mg/L", "≤0.05", "≤0.08", "0.02", "境外较严")
COMPARISON_HEADINGS = ("所属序号", "指标", "单位", "境外限值", "国内限值", "企业实测", "取严")


def grid(*rows: Iterable[str], title: str = "产品", first: int = 1, **more: Any) -> Grid:
    """A sheet of these rows; blank ones and blank cells are left out, as the reader does."""
    found = []
    for number, row in enumerate(rows, start=first):
        cells = {column: text for column, text in enumerate(row, start=1) if text}
        if cells:
            found.append(GridRow(number, cells))
    return Grid(title, tuple(found), **more)


def with_mistakes(sheet: Grid, number: int, mistakes: Mapping[int, Message], **more: Any) -> Grid:
    """The sheet with something that the reader found in one of its rows."""
    changed = (replace(row, mistakes=mistakes, **more) if row.number == number else row for row in sheet.rows)
    return replace(sheet, rows=tuple(changed))


def filled(*rows: Iterable[str], headings: Iterable[str] = HEADINGS, template: Template = TEMPLATE) -> FilledSheet:
    return fill(template, [grid(headings, *rows)])[0]


def checked(*rows: Iterable[str], headings: Iterable[str] = HEADINGS, template: Template = TEMPLATE) -> Checked:
    return check(template, fill(template, [grid(headings, *rows)]), FACTS)


def told(found: Checked) -> list[tuple[str, str, str]]:
    return [(mistake.sheet, mistake.cell or mistake.column, str(mistake.message)) for mistake in found.mistakes]


SAME = (("1", "瓷碗"), ("2", "瓷 碗"), ("3", "瓷碗"))
REPORTS = (
    ("1", "T2026-08 · 示例中心 · 2026-08-15"),
    ("2", "T2026-09 · 示例中心 · 2026-09-15"),
    ("3", "T2026-09 · 样例中心 · 2026-09-20"),
    ("4", "T2026-10"),
    ("5", "T2026-10 · 示例中心 · 2026-10-15"),
)
CASES = (("1", "M6a"), ("2", "M6A"))
BODIES = replace(MARKETS, choices=(("sgs", "SGS-CSTC Co., Ltd."), ("tuev", "TÜV"), ("a", "甲")))


# Where the columns are.


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_have_letters(number: int, letters: str) -> None:
    assert column_letters(number) == letters
    assert address(12, number) == f"{letters}12"


@pytest.mark.parametrize(
    "heading", ["产品名称", "产品名称*", "* 产品名称", "产品 名称＊", "　产品名称 ", "产品\n名称"], ids=range(6)
)
def test_headings_are_found_however_they_are_typed(heading: str) -> None:
    assert filled(RIGHT, headings=(heading, *HEADINGS[1:])).columns["name"] == 1


def test_width_and_case_do_not_count() -> None:
    assert filled(RIGHT, headings=(*HEADINGS[:2], "商品条码(gtin)")).columns["gtin"] == 3


def test_headings_stand_anywhere_in_any_order_among_others() -> None:
    rows = [
        ("产品导入表",),
        ("带 * 的列必填",),
        (),
        ("类别", "自用备注", "产品名称", REMARKS_HEADING),
        ("一般消费品", "甲", "瓷碗"),
    ]
    (sheet,) = fill(TEMPLATE, [grid(*rows)])
    assert sheet.header_row == 4
    assert sheet.columns == {"category": 1, "name": 3}
    assert sheet.extra_headings == ("自用备注",)
    assert sheet.missing_headings == ("商品条码（GTIN）", "说明", "生产日期")
    assert [row.number for row in sheet.rows] == [5]


def test_the_row_with_the_most_headings_is_the_one() -> None:
    (sheet,) = fill(TEMPLATE, [grid(("产品名称", "类别"), ("示例", "示例"), HEADINGS, RIGHT)])
    assert sheet.header_row == 3


@pytest.mark.parametrize(
    "rows",
    [(), (("甲", "乙"),), (("产品名称",), RIGHT), *[((),) * 20 + (HEADINGS, RIGHT)]],
    ids=["blank", "others", "one_alone", "too_low"],
)
def test_a_sheet_without_headings(rows: Iterable[Iterable[str]]) -> None:
    with pytest.raises(InvalidValue, match=r"“产品”中没有找到标题行.*产品名称、类别、商品条码"):
        fill(TEMPLATE, [grid(*rows)])


def test_a_template_of_one_column_needs_one_heading() -> None:
    template = Template("产品", (NAME,))
    assert fill(template, [grid(("产品名称",), ("甲",))])[0].columns == {"name": 1}


def test_required_columns_that_are_missing_are_named() -> None:
    with pytest.raises(InvalidValue, match="缺少列：产品名称。"):
        filled(RIGHT, headings=("名称", *HEADINGS[1:]))


def test_a_heading_that_stands_there_twice() -> None:
    with pytest.raises(InvalidValue, match="有重复的列：类别（B1、F1）。"):
        filled(RIGHT, headings=(*HEADINGS, "类别"))
    assert filled(RIGHT, headings=(*HEADINGS, "备注", "备注")).columns.keys() == {
        field.name for field in TEMPLATE.fields
    }


def test_headings_that_are_computed_or_merged() -> None:
    sheet = with_mistakes(grid(HEADINGS, RIGHT), 1, {2: Message("这里是公式")})
    with pytest.raises(InvalidValue, match="“产品”的标题有问题（B1）：这里是公式"):
        fill(TEMPLATE, [sheet])
    with pytest.raises(InvalidValue, match="远处"):
        fill(TEMPLATE, [with_mistakes(sheet, 1, {WHOLE_ROW: Message("远处")})])


def test_what_is_wrong_above_the_headings_does_not_matter() -> None:
    sheet = with_mistakes(grid(("导入表",), HEADINGS, RIGHT), 1, {1: Message("已合并")})
    assert not check(TEMPLATE, fill(TEMPLATE, [sheet]), FACTS).mistakes


# Which rows count.


def test_blank_rows_are_passed_over() -> None:
    sheet = filled((), RIGHT, (), (), ("瓷杯", "一般消费品"), ())
    assert [row.number for row in sheet.rows] == [3, 6]


def test_rows_with_notes_only_are_passed_over() -> None:
    sheet = filled(RIGHT, ("", "", "", "", "", "合计"), headings=(*HEADINGS, "备注"))
    assert [row.number for row in sheet.rows] == [2]


def test_what_stands_under_no_heading_is_wrong() -> None:
    assert told(checked((*RIGHT, "甲", "乙"))) == [("产品", "", "F2 不在任何标题下，请删除，或移到有标题的列。")]


def test_what_the_reader_said_of_the_row_comes_first() -> None:
    sheet = with_mistakes(grid(HEADINGS, (*RIGHT, "甲")), 2, {WHOLE_ROW: Message("远处")})
    assert told(check(TEMPLATE, fill(TEMPLATE, [sheet]), FACTS)) == [("产品", "", "远处")]


def test_headings_again_are_wrong() -> None:
    assert ("产品", "", "这一行又是标题，请删除。") in told(checked(RIGHT, HEADINGS, ("瓷杯", "一般消费品")))


def test_hidden_rows_and_columns_are_named() -> None:
    sheet = with_mistakes(grid(HEADINGS, RIGHT, hidden_columns=frozenset({2, 3, 9})), 2, {}, hidden=True)
    found = fill(TEMPLATE, [sheet])
    assert (found[0].hidden_rows, found[0].hidden_headings) == ((2,), ("类别 *", "商品条码（GTIN）"))
    assert noted(TEMPLATE, found) == [
        ("told", "工作表“产品”中有 1 行是隐藏的，同样会导入：第 2 行。"),
        ("told", "工作表“产品”中隐藏的列同样会导入：类别 *、商品条码（GTIN）。"),
    ]


# What is told besides what is wrong.


def noted(template: Template, sheets: Sequence[FilledSheet]) -> list[tuple[str, str]]:
    return [(note.effect, str(note.message)) for note in notes_on(template, sheets, check(template, sheets, FACTS))]


def test_of_a_sheet_as_the_template_has_it_nothing_is_told() -> None:
    assert noted(TEMPLATE, [filled(RIGHT, headings=(*HEADINGS, REMARKS_HEADING))]) == []


def test_columns_that_are_not_read_and_those_that_are_missing_are_named() -> None:
    assert noted(TEMPLATE, [filled(RIGHT, headings=(*HEADINGS, "备注", "长" * 50))]) == [
        ("told", f"工作表“产品”中，模板以外的列没有读取：备注、{'长' * 40}。")
    ]
    assert noted(TEMPLATE, [filled(RIGHT, headings=HEADINGS[:3])]) == [
        ("told", "工作表“产品”中没有这些列，已有的内容不变：说明、生产日期。")
    ]


def test_an_unknown_column_beside_a_missing_one_may_be_a_renamed_one() -> None:
    ((effect, text),) = noted(TEMPLATE, [filled(RIGHT, headings=(*HEADINGS[:2], "条码", *HEADINGS[3:]))])
    assert effect == "asked"
    assert "模板以外的列没有读取：条码；模板中的这些列没有找到：商品条码（GTIN）。如果只是改了标题" in text


def test_of_many_the_first_are_named() -> None:
    rows = [("瓷杯", "一般消费品")] * 13
    sheet = grid(HEADINGS, *rows)
    hidden = replace(sheet, rows=tuple(replace(row, hidden=row.number > 1) for row in sheet.rows))
    ((_effect, told_of),) = noted(TEMPLATE, fill(TEMPLATE, [hidden]))
    assert told_of.endswith("有 13 行是隐藏的，同样会导入：第 2、3、4、5、6、7、8、9、10、11、12、13… 行。")


def test_an_example_is_passed_over_until_it_is_changed() -> None:
    example = tuple(TEMPLATE.sheets[0].example.values())
    assert example == ("示例瓷碗", "农食产品", "", "", "2026-03-08")
    assert [row.number for row in filled(example, RIGHT).rows] == [3]
    assert [row.number for row in filled((*example[:2], "6901234567892"), RIGHT).rows] == [2, 3]
    with pytest.raises(InvalidValue, match="“产品”中没有要导入的行"):
        filled(example)


def test_too_many_rows() -> None:
    template = replace(TEMPLATE, most_rows=2)
    example = tuple(template.sheets[0].example.values())
    assert len(filled(example, RIGHT, ("甲", "乙"), template=template).rows) == 2
    with pytest.raises(InvalidValue, match="最多 2 行"):
        filled(RIGHT, ("甲",), ("乙",), template=template)
    assert TEMPLATE.most_rows == MOST_ROWS


# What is in the cells.


def test_right_rows_have_the_shape_of_the_form() -> None:
    found = checked(RIGHT, ("瓷杯", "农食产品", "", "出口\n欧盟", "2026年3月1日"))
    assert not found.mistakes
    assert [entry.row for entry in found.right] == [2, 3]
    assert found.entries[0].values == {
        "name": "瓷碗（虚构）", "category": "consumer", "gtin": "6901234567892", "note": "", "made_on": ""
    }  # fmt: skip
    assert found.entries[1].values["note"] == "出口\n欧盟"
    assert found.entries[1].values["made_on"] == "2026-03-01"


def test_every_mistake_is_told_at_its_cell() -> None:
    found = checked(("长" * 21, "玩具", "690123", "", "2027-01-01"), RIGHT, ("瓷杯", "农食产品", "", "", "昨天"))
    assert told(found) == [
        ("产品", "A2", "最多 20 个字，现有 21 个字。"),
        ("产品", "B2", "没有“玩具”这一项，可填：农食产品、一般消费品。"),
        ("产品", "C2", "商品条码（GTIN）应为 8、12、13 或 14 位数字，现为 6 位。"),
        ("产品", "E2", "日期不能晚于今天。"),
        ("产品", "D4", "请填写此项。"),
        ("产品", "E4", "请填写日期，例如 2026-03-08。"),
    ]
    assert [entry.row for entry in found.right] == [3]
    assert found.entries[0].values["category"] == "玩具", "kept as typed"


def test_what_is_missing_has_no_cell_where_there_is_no_column() -> None:
    found = checked(("瓷杯", "农食产品"), headings=HEADINGS[:2])
    assert [(mistake.column, mistake.cell, mistake.row) for mistake in found.mistakes] == [("note", "", 2)]


def test_what_the_reader_found_comes_before_the_rules() -> None:
    sheet = with_mistakes(grid(HEADINGS, ("=A1", *RIGHT[1:])), 2, {1: Message("这里是公式"), 9: Message("别处")})
    found = check(TEMPLATE, fill(TEMPLATE, [sheet]), FACTS)
    assert told(found) == [("产品", "A2", "这里是公式")]
    assert found.entries[0].values["name"] == ""


def test_a_size_that_has_become_a_date() -> None:
    sheet = with_mistakes(grid(HEADINGS, ("2026-03-04", *RIGHT[1:4], "2026-03-04")), 2, {}, dates=frozenset({1, 5}))
    assert told(check(TEMPLATE, fill(TEMPLATE, [sheet]), FACTS)) == [
        ("产品", "A2", "Excel 已把内容改成日期或时间，请把单元格设为文本后重填。")
    ]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (NAME, " 任何 文字 ", " 任何 文字 "),
        (MADE_ON, "2026-3-8", "2026-03-08"),
        (MADE_ON, "2026/11/20", "2026-11-20"),
        (MADE_ON, "2026.11.20", "2026-11-20"),
        (MADE_ON, "２０２６年１１月２０日", "2026-11-20"),
        (MADE_ON, "20261120", "2026-11-20"),
        (MADE_ON, "2026-11-20 08:30:00", "2026-11-20"),
        (MADE_ON, "2026-11-20T08:30:00.5", "2026-11-20"),
        (MADE_ON, "1899-12-31", "1899-12-31"),
        (MADE_ON, "2026-02-30", "2026-02-30"),
        (MADE_ON, "20/11/2026", "20/11/2026"),
        (MADE_ON, "46346", "46346"),
        (MADE_ON, "", ""),
        (CATEGORY, "一般消费品", "consumer"),
        (CATEGORY, " 一般消费品\n", "consumer"),
        (CATEGORY, "CONSUMER", "consumer"),
        (CATEGORY, "", ""),
        (MARKETS, "德国、日本", ["de", "jp"]),
        (MARKETS, "德国，日本；德国", ["de", "jp"]),
        (MARKETS, "日本\n德国", ["jp", "de"]),
        (MARKETS, "德国;\n", ["德国;"]),
        (MARKETS, "甲、乙联盟", ["x"]),
        (MARKETS, "甲、乙联盟\n德国", ["x", "de"]),
        (MARKETS, "德国；甲、乙联盟；日本", ["de", "x", "jp"]),
        (BODIES, "SGS-CSTC Co., Ltd.、TÜV，甲", ["sgs", "tuev", "a"]),
        (BODIES, "sgs-cstc co., ltd.；甲, TÜV", ["sgs", "a", "tuev"]),
        (replace(CATEGORY, choices=REPORTS), "t2026-08", "1"),  # Of a label, its beginning is enough ...
        (replace(CATEGORY, choices=REPORTS), "T2026-08 · 示例中心 · 2026-08-15", "1"),
        (replace(MARKETS, choices=REPORTS), "T2026-08、T2026-10", ["1", "4"]),
        (replace(CATEGORY, choices=REPORTS), "T2026-10", "4"),  # ... unless it is what another is called.
        (replace(CATEGORY, choices=CASES), "M6a", "1"),
        (replace(CATEGORY, choices=CASES), "M6A ", "2"),
        (MARKETS, "", []),
        (MARKETS, "、", []),
        (STANDARDS, "GB 1、GB 2；GB 3", "GB 1\nGB 2\nGB 3"),
        (STANDARDS, "GB 1, A\nGB 2\n", "GB 1, A\nGB 2"),
        (AGREED, "是", "yes"),
        (AGREED, "√", "yes"),
        (AGREED, "TRUE", "yes"),
        (AGREED, "同意公开", "yes"),
        (AGREED, "否", ""),
        (AGREED, "", ""),
        (AGREED, "也许", "也许"),
    ],
)
def test_cells_become_what_the_form_would_send(field: Field, text: str, value: object) -> None:
    assert as_typed(field, text, labels_of(field))[0] == value


def test_a_choice_that_only_says_that_there_is_none() -> None:
    """A list with nothing to choose from says so in its only entry; whoever picks it has chosen nothing."""
    for kind, value in ((Kind.CHOICE, ""), (Kind.CHOICES, [])):
        field = replace(MARKETS, kind=kind, choices=(("", "还没有这项内容"),))
        assert as_typed(field, "还没有这项内容", labels_of(field)) == (value, None)


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        (AGREED, "也许", "请填“是”或“否”。"),
        (CATEGORY, "玩具", "没有“玩具”这一项，可填：农食产品、一般消费品。"),
        (CATEGORY, "玩" * 60, f"没有“{'玩' * 50}”这一项，可填：农食产品、一般消费品。"),
        (MARKETS, "德国、火星、金星", "没有“火星”这一项，可填：德国、日本、甲、乙联盟。"),
        (replace(CATEGORY, choices=SAME), "瓷碗", "有几项都叫“瓷碗”，请改填其编号：1、3。"),
        (replace(CATEGORY, choices=REPORTS), "T2026-09", "有几项都叫“T2026-09”，请改填其编号：2、3。"),
        (replace(CATEGORY, choices=CASES), "ｍ6a", "有几项都叫“ｍ6a”，请改填其编号：1、2。"),
        (
            replace(CATEGORY, choices=tuple((str(number), f"第 {number} 项") for number in range(13))),
            "玩具",
            "没有“玩具”这一项，请从下拉列表中选择。",
        ),
    ],
)  # fmt: skip
def test_choices_that_are_none(field: Field, text: str, message: str) -> None:
    assert str(as_typed(field, text, labels_of(field))[1]) == message


def test_a_code_chooses_as_well_unless_something_else_is_called_so() -> None:
    labels = labels_of(replace(CATEGORY, choices=(("1", "2"), ("2", "1"), ("3", "三"))))
    assert (labels["1"], labels["2"], labels["3"], labels["三"]) == (("2",), ("1",), ("3",), ("3",))


@pytest.mark.parametrize(
    ("field", "example"),
    [
        (NAME, "示例瓷碗"),
        (CATEGORY, "农食产品"),
        (MARKETS, "德国"),
        (AGREED, "是"),
        (MADE_ON, "2026-03-08"),
        (GTIN, ""),
        (NOTE, ""),
        (Field("brand", "品牌"), "示例品牌"),
    ],
    ids=lambda value: value.name if isinstance(value, Field) else None,
)
def test_examples(field: Field, example: str) -> None:
    assert example_of(field) == example


@pytest.mark.parametrize(
    ("cell", "meant"),
    [("'0123", "0123"), ("'=1", "=1"), ("'-1", "-1"), ("'90s", "'90s"), ("'", "'"), ("0123", "0123"), ("''1", "''1")],
)
def test_apostrophes_that_say_text(cell: str, meant: str) -> None:
    assert without_apostrophe(cell) == meant


# Rows against each other.


def test_the_same_row_twice() -> None:
    assert told(checked(RIGHT, ("瓷杯", "一般消费品"), RIGHT, RIGHT)) == [
        ("产品", "", "与第 2 行重复。"),
        ("产品", "", "与第 2 行重复。"),
    ]


def test_what_has_to_be_unique_is_compared_in_its_normal_form() -> None:
    rows = [RIGHT, ("瓷杯", "一般消费品", "690 1234 567892"), ("瓷盘", "一般消费品", ""), ("瓷壶", "一般消费品", "")]
    assert told(checked(*rows)) == [("产品", "C3", "与第 2 行重复。")]


def test_names_that_differ_in_case_or_width_are_two_names() -> None:
    """The database has them as two, and so has the page."""
    template = replace(TEMPLATE, unique=(("name",),))
    rows = [(name, "一般消费品") for name in ("M6a", "M6A", "Ｍ6a", "M6a ")]
    assert told(checked(*rows, template=template)) == [("产品", "A5", "与第 2 行重复。")]


def test_what_is_wrong_is_not_compared() -> None:
    found = checked(("甲", "一般消费品", "1"), ("乙", "一般消费品", "1"))
    assert [cell for _sheet, cell, _message in told(found)] == ["C2", "C3"]


def test_several_columns_together_may_have_to_be_unique() -> None:
    template = replace(TEMPLATE, unique=(("name", "note"),))
    rows = [("甲", "一般消费品", "", "白"), ("甲", "一般消费品", "", "蓝"), ("甲 ", "农食产品", "", "白")]
    assert told(checked(*rows, template=template)) == [("产品", "A4", "与第 2 行重复。")]


# Further sheets.


def declarations(main: Iterable[Iterable[str]], further: Iterable[Iterable[str]]) -> Checked:
    sheets = [grid(("序号", "产品名称"), *main, title="声明"), grid(COMPARISON_HEADINGS, *further, title="指标对比")]
    return check(DECLARATIONS, fill(DECLARATIONS, sheets), FACTS)


def test_a_field_of_rows_has_a_sheet_of_its_own() -> None:
    first, second = DECLARATIONS.sheets
    assert (first.title, second.title, second.name) == ("声明", "指标对比", "comparison")
    assert [field.name for field in first.fields] == ["serial", "name"]
    assert first.required == ("serial", "name")
    assert [field.name for field in second.fields] == ["serial", *(column.name for column in COMPARISON_COLUMNS)]
    assert (second.optional, second.most_rows) == (False, 4)
    assert not SERIAL.required, "who has no further rows needs no serial"
    optional = replace(DECLARATIONS, fields=(NAME, replace(COMPARISON, required=False))).sheets
    assert (optional[0].required, optional[1].optional) == (("name",), True)
    assert PARENT.required


def test_rows_find_the_row_they_belong_to() -> None:
    found = declarations(
        [("1", "瓷碗"), ("A-2", "瓷杯")], [("ａ-2", *INDICATOR), ("1", *INDICATOR), ("1", "铅", *INDICATOR[1:])]
    )
    assert not found.mistakes
    assert [len(entry.values["comparison"]) for entry in found.entries] == [2, 1]
    assert found.entries[1].values["comparison"][0]["stricter"] == "overseas"
    assert found.entries[0].values.keys() == {"name", "comparison"}


def test_mistakes_of_rows_that_belong_to_another() -> None:
    wrong = ("1", "", *INDICATOR[1:5], "不知道")
    further = [wrong, ("1", *INDICATOR), ("7", *INDICATOR), ("", *INDICATOR)]
    found = declarations([("1", "瓷碗"), ("2", "瓷杯"), ("", "瓷盘")], further)
    assert told(found) == [
        ("声明", "comparison", "工作表“指标对比”：请至少填写一行。"),
        ("声明", "A4", "请填写此项。"),
        ("声明", "comparison", "工作表“指标对比”：请至少填写一行。"),
        ("指标对比", "B2", "请填写此项。"),
        ("指标对比", "G2", "没有“不知道”这一项，可填：境外较严、国内较严、两者相同。"),
        ("指标对比", "A4", "“声明”表中没有序号 7。"),
        ("指标对比", "A5", "请填写此项。"),
    ]
    assert [mistake.cell for mistake in found.entries[0].mistakes] == ["B2", "G2"]
    assert not found.right


@pytest.mark.parametrize("serial", ["22", ""], ids=["mistyped", "left_out"])
def test_where_rows_belong_to_none_nothing_is_said_of_their_sheet(serial: str) -> None:
    """Whose they are nobody knows: the second one would lose what is known of it."""
    template = replace(DECLARATIONS, fields=(NAME, replace(COMPARISON, required=False)))
    first = grid(("序号", "产品名称"), ("1", "瓷碗"), ("2", "瓷杯"), ("", "瓷盘"), title="声明")
    further = [("1", *INDICATOR), (serial, *INDICATOR), (serial, "", *INDICATOR[1:])]
    sheets = fill(template, [first, grid(COMPARISON_HEADINGS, *further, title="指标对比")])
    found = check(template, sheets, FACTS)
    assert [entry.values for entry in found.right] == [{"name": "瓷碗"}, {"name": "瓷杯"}, {"name": "瓷盘"}]
    assert [mistake.cell for mistake in found.strays] == ["A3", "A4"]
    assert told_besides(template, sheets, found, {}).strays == found.strays
    ((effect, text),) = noted(template, sheets)
    assert effect == "asked"
    assert text.startswith("工作表“指标对比”中有 2 行找不到对应的序号。整张表这次不导入，已有的内容不变；")


def test_a_required_sheet_with_rows_that_belong_to_none_stops_everything() -> None:
    sheets = [grid(("序号", "产品名称"), ("1", "瓷碗"), title="声明")]
    sheets.append(grid(COMPARISON_HEADINGS, ("1", *INDICATOR), ("7", *INDICATOR), title="指标对比"))
    found = noted(DECLARATIONS, fill(DECLARATIONS, sheets))
    assert found == [("stops", "工作表“指标对比”中有 1 行找不到对应的序号，请改好后重新上传。")]


def test_too_many_rows_for_one() -> None:
    rows = [("1", f"指标{number}", *INDICATOR[1:]) for number in range(3)]
    message = "工作表“指标对比”：最多 2 行，现有 3 行。"
    assert told(declarations([("1", "瓷碗")], rows)) == [("声明", "comparison", message)]
    with pytest.raises(InvalidValue, match="最多 4 行"):
        declarations([("1", "瓷碗")], [*rows, *rows])


def test_serials_are_not_given_twice() -> None:
    found = declarations([("1", "瓷碗"), (" 1", "瓷杯")], [("1", *INDICATOR)])
    assert told(found)[0] == ("声明", "A3", "与第 2 行重复。")


def test_the_same_but_for_its_serial_is_the_same() -> None:
    found = declarations([("1", "瓷碗"), ("2", "瓷碗")], [("1", *INDICATOR), ("2", *INDICATOR)])
    assert told(found) == [("声明", "", "与第 2 行重复。")]


def test_an_optional_sheet_may_be_missing() -> None:
    template = replace(DECLARATIONS, fields=(NAME, replace(COMPARISON, required=False)))
    first, second = fill(template, [grid(("产品名称", "序号"), ("瓷碗",), title="声明"), None])
    assert (first.is_missing, second.is_missing) == (False, True)
    (entry,) = check(template, (first, second), FACTS).right
    assert entry.values == {"name": "瓷碗"}


def test_columns_and_sheets_in_which_nothing_stands_say_nothing() -> None:
    """What is known of them already is to stay; one entry in the column, and every row says something of it."""
    template = replace(DECLARATIONS, fields=(NAME, GTIN, NOTE, replace(COMPARISON, required=False)))
    headings = ("序号", "产品名称", "商品条码（GTIN）")
    first = grid(headings, ("1", "瓷碗", ""), ("2", "瓷杯", ""), title="声明")
    second = grid(COMPARISON_HEADINGS, title="指标对比")
    silent = check(template, fill(template, [first, second]), FACTS)
    assert [entry.values for entry in silent.right] == [{"name": "瓷碗"}, {"name": "瓷杯"}]
    first = grid(headings, ("1", "瓷碗", ""), ("2", "瓷杯", "6901234567892"), title="声明")
    second = grid(COMPARISON_HEADINGS, ("2", *INDICATOR), title="指标对比")
    bowl, cup = check(template, fill(template, [first, second]), FACTS).right
    assert (bowl.values, bowl.lines) == ({"name": "瓷碗", "gtin": "", "comparison": []}, {"comparison": ()})
    assert cup.lines == {"comparison": (2,)}


def test_what_the_registry_knows_is_told_at_its_cell() -> None:
    template = replace(DECLARATIONS, most_child_rows=5)
    first = grid(("序号", "产品名称"), ("1", "瓷碗"), ("2", "瓷杯"), ("3", "瓷盘"), title="第一张")
    further = [(number, *INDICATOR) for number in ("2", "1", "3", "9", "1")]
    sheets = fill(template, [first, grid(COMPARISON_HEADINGS, *further, title="指标对比")])
    found = check(template, sheets, FACTS)
    no = Message("不行")
    findings = {
        2: Finding(7, {"comparison-1-measured": no, "name": no}),
        3: Finding(None, {}),
        4: Finding(None, {"comparison": no}),
    }
    known = told_besides(template, sheets, found, findings)
    assert told(known) == [
        ("第一张", "B2", "不行"),
        ("第一张", "comparison", "不行"),
        ("指标对比", "A5", "“第一张”表中没有序号 9。"),
        ("指标对比", "F6", "不行"),
    ]
    assert [entry.row for entry in known.right] == [3]
    assert [mistake.cell for mistake in known.entries[0].mistakes] == ["B2", "F6"]
    assert told_besides(template, sheets, found, {}) == found


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("name", "产品名称"),
        ("comparison-12-measured", "企业实测"),
        ("comparison", ""),
        ("serial", "序号"),
        ("x-0-y", ""),
    ],
)
def test_fields_are_called_as_their_columns(name: str, label: str) -> None:
    assert DECLARATIONS.label_of(name) == label


# What no template can be.


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("产品", Field("paper", "文件", Kind.FILE)),
        ("产品", Field("paper", "文件", Kind.EVIDENCE)),
        ("产品", replace(CATEGORY, choices=())),
        ("产品", replace(COMPARISON, columns=(Field("paper", "文件", Kind.FILE),))),
        ("产品", replace(COMPARISON, columns=(COMPARISON,))),
        ("产品", replace(COMPARISON, label="指标/对比")),
        ("产" * 32, NAME),
        ("'产品", NAME),
        ("选项", NAME),
    ],
    ids=["file", "evidence", "no_choices", "file_in_rows", "rows_in_rows", "sign", "long", "apostrophe", "taken"],
)
def test_templates_that_cannot_be_filled_in(title: str, field: Field) -> None:
    with pytest.raises(ValueError, match=r"cannot be filled in|can be called"):
        Template(title, (NAME, field))
