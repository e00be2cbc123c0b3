"""The workbook to fill in, and the one that goes back with remarks."""

import errno
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from registry.domain.bulk import Checked, Template, check
from registry.domain.errors import InvalidValue
from registry.domain.grids import REMARKS_HEADING
from registry.domain.identifiers import check_gtin
from registry.domain.messages import Message
from registry.domain.requirements import Facts, Field, Kind
from registry.infrastructure.inspection import judge
from registry.infrastructure.inspection.verdict import XLSX
from registry.infrastructure.workbooks import WORKBOOK_LIMITS, read, remarks, write_remarks, write_template
from registry.infrastructure.workbooks.sheets import LONGEST_CELL, fitting
from tests.infrastructure.workbook_samples import HEADINGS, ROW, made, replaced, rewritten

TODAY = date(2026, 3, 18)
MANY = tuple((f"c{number}", f"国家{number}, 虚构") for number in range(60))
FIELDS = (
    Field("name", "产品名称", help="与包装上一致。", example="示例瓷碗", max_length=50),
    Field("category", "类别", Kind.CHOICE, choices=(("food", "农食产品"), ("consumer", "一般消费品"))),
    Field("made_on", "生产日期", Kind.DATE, required=False, not_future=True),
    Field(
        "gtin", "商品条码", required=False, help="包装条码下的数字。" * 40, example="6901234567892", check=check_gtin
    ),
    Field("note", "说明", Kind.TEXT, required=False, required_if=("category", "food"), max_length=40_000),
)
TEMPLATE = Template("产品", FIELDS, unique=(("gtin",),), notes=("本表为虚构示例。",), most_rows=100)
FURTHER = (
    Field("markets", "市场", Kind.CHOICES, choices=MANY, required=False),
    Field("agreed", "同意", Kind.FLAG, choices=(("yes", "同意公开"),), required=False),
    Field("sold_from", "上市日期", Kind.DATE, required=False),
    Field("standards", "标准", Kind.LINES, required=False, example="GB 4806.5-2016"),
    Field(
        "parts",
        "部件",
        Kind.ROWS,
        columns=(Field("part", "部件名称"), Field("size", "尺寸", required=False)),
        max_rows=9,
    ),
)
LARGE = Template("产品", (*FIELDS, *FURTHER), most_rows=100, most_child_rows=500)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out.xlsx"


def opened(path: Path) -> Workbook:
    """The workbook as openpyxl reads it, once it has been found harmless."""
    assert judge.inspect_workbook(path, WORKBOOK_LIMITS).media_type == XLSX
    return load_workbook(path)


def texts(sheet: Any) -> dict[str, Any]:
    return {cell.coordinate: cell.value for line in sheet.iter_rows() for cell in line if cell.value is not None}


def sent(path: Path, *rows: Any, template: Template = TEMPLATE, **options: Any) -> tuple[tuple[Any, ...], Checked]:
    """What is found in a workbook with these rows."""
    return found(made(path, *rows, **options), template)


def found(path: Path, template: Template = TEMPLATE) -> tuple[tuple[Any, ...], Checked]:
    sheets = read(path, template)
    return sheets, check(template, sheets, Facts(TODAY))


# The template.


def test_a_template_says_what_to_fill_in(target: Path) -> None:
    write_template(target, TEMPLATE)
    book = opened(target)
    assert book.sheetnames == ["产品", "填写说明", "选项"]
    sheet = book["产品"]
    cells = texts(sheet)
    assert [cell.value for cell in sheet[3]] == ["产品名称 *", "类别 *", "生产日期", "商品条码", "说明"]
    assert [cell.value and str(cell.value) for cell in sheet[4]] == [
        "示例瓷碗", "农食产品", "2026-03-08 00:00:00", "6901234567892", None
    ]  # fmt: skip
    assert cells["A4"] == "示例瓷碗"
    assert sheet["A4"].font.italic
    assert "第 4 行是示例" in cells["A2"]
    assert "第 5 行起" in cells["A2"]
    assert sheet.freeze_panes == "A4"
    assert sheet["A3"].font.bold
    assert not sheet["C3"].font.bold
    assert book["选项"].sheet_state == "hidden"


def test_digits_stay_in_columns_of_text(target: Path) -> None:
    write_template(target, TEMPLATE)
    columns = opened(target)["产品"].column_dimensions
    assert columns["D"].number_format == "@"
    assert columns["C"].number_format == "yyyy-mm-dd"
    assert 10 <= columns["D"].width <= 45


def test_a_template_checks_while_one_types(target: Path) -> None:
    write_template(target, LARGE)
    book = opened(target)
    rules = {str(rule.sqref): rule for rule in book["产品"].data_validations.dataValidation}
    assert set(rules) == {f"{letter}4:{letter}104" for letter in "ABCDEGHIJ"}, "all but the note, which says nothing"
    name, category, day, gtin = (rules[f"{letter}4:{letter}104"] for letter in "BCDE")
    assert (name.type, name.promptTitle, name.prompt) == (None, "产品名称", "与包装上一致。\n例：示例瓷碗")
    assert len(gtin.prompt) == 255
    assert (category.type, category.formula1, category.showErrorMessage) == ("list", "list_1", True)
    assert (day.type, day.formula2) == ("date", "TODAY()")
    assert rules["I4:I104"].formula2 == "73050", "2099-12-31"
    several, agreed = rules["G4:G104"], rules["H4:H104"]
    assert (several.type, several.showErrorMessage) == ("list", False)
    for rule, labels in (
        (category, ["农食产品", "一般消费品"]),
        (several, [label for _, label in MANY]),
        (agreed, ["是", "否"]),
    ):
        ((title, cells),) = book.defined_names[rule.formula1].destinations
        assert [cell.value for line in book[title][cells] for cell in line] == labels


def test_lists_are_written_once(target: Path) -> None:
    write_template(target, replace(TEMPLATE, fields=(*FIELDS, replace(FIELDS[1], name="second", label="类别二"))))
    assert list(opened(target).defined_names) == ["list_1"]
    write_template(target, replace(TEMPLATE, fields=FIELDS[:1]))
    assert opened(target).sheetnames == ["产品", "填写说明"]


def test_the_guide_explains_every_column(target: Path) -> None:
    write_template(target, LARGE)
    guide = opened(target)["填写说明"]
    rows = [[cell.value for cell in line] for line in guide.iter_rows()]
    assert rows[0][0] == "填写说明"
    explained = {line[0]: line[1:] for line in rows if line[1]}
    assert {"产品名称", "商品条码", "部件名称", "所属序号", "序号"} <= explained.keys()
    assert explained["类别"] == ["必填", None, "农食产品、一般消费品", "农食产品"]
    assert explained["说明"][0] == "按情况必填"
    assert explained["生产日期"][0] == "选填"
    assert "60" in explained["市场"][2]
    write_template(target, TEMPLATE)
    assert "本表为虚构示例。" in texts(opened(target)["填写说明"]).values()


def test_a_template_comes_back_blank(target: Path) -> None:
    write_template(target, LARGE)
    with pytest.raises(InvalidValue, match="没有要导入的行"):
        read(target, LARGE)


def test_a_template_that_was_filled_in(target: Path) -> None:
    write_template(target, LARGE)
    book = load_workbook(target)
    book["产品"].append(
        ["7", "示例瓷杯（虚构）", "一般消费品", date(2026, 3, 1), 6901234567892, None, MANY[3][1], "是"]
    )
    book["部件"].append(["7", "杯盖"])
    book.save(target)
    (first, parts), checked = found(target, LARGE)
    assert ([row.number for row in first.rows], [row.number for row in parts.rows]) == ([5], [5])
    assert (first.extra_headings, parts.is_missing) == ((), False)
    (entry,) = checked.entries
    assert not entry.mistakes
    assert entry.values == {  # Nothing of what nobody has filled in.
        "name": "示例瓷杯（虚构）",
        "category": "consumer",
        "made_on": "2026-03-01",
        "gtin": "6901234567892",
        "markets": ["c3"],
        "agreed": "yes",
        "parts": [{"part": "杯盖", "size": ""}],
    }


def test_texts_are_said_as_somebody_wants_to_hear_them(target: Path) -> None:
    write_template(target, TEMPLATE, say=lambda message: f"<{message}>")
    book = opened(target)
    assert book["产品"]["A2"].value.startswith("<第 4 行")
    assert book["产品"]["A3"].value == "产品名称 *", "the reader knows headings by name"


# The remarks.


def test_remarks_say_what_is_wrong_at_the_cell_and_in_a_column(target: Path) -> None:
    sheets, checked = sent(target, ROW, ("", "玩具", "2026-03-01", "690123", "备注"), headings=(*HEADINGS, "自用"))
    write_remarks(target, TEMPLATE, sheets, checked)
    sheet = opened(target)["产品"]
    assert [cell.value for cell in sheet[1]] == [*HEADINGS, "自用", REMARKS_HEADING]
    assert sheet["G2"].value == "没有问题"
    assert sheet["G3"].value.split("\n") == [
        "A3 产品名称：请填写此项。",
        "B3 类别：没有“玩具”这一项，可填：农食产品、一般消费品。",
        "D3 商品条码：商品条码（GTIN）应为 8、12、13 或 14 位数字，现为 6 位。",
    ]
    assert sheet["A3"].comment.text == "请填写此项。"
    assert sheet["B3"].value == "玩具"
    wrong = sheet["B3"].fill.fgColor.rgb
    assert (sheet["A3"].fill.fgColor.rgb, sheet["D3"].fill.fgColor.rgb) == (wrong, wrong)
    assert sheet["E3"].fill.fgColor.rgb != wrong
    assert sheet["E3"].comment is None
    assert sheet.auto_filter.ref == "A1:G3"


def test_rows_and_columns_stay_in_their_places(target: Path) -> None:
    def change(book: Workbook) -> None:
        book.active.insert_rows(1, 4)
        book.active.insert_cols(1, 2)
        book.active["A1"] = "本厂的表"
        book.active["C8"] = "只有名称"

    sheets, checked = sent(target, ROW, change=change)
    write_remarks(target, TEMPLATE, sheets, checked)
    sheet = opened(target)["产品"]
    assert (sheet["A1"].value, sheet["C5"].value, sheet["C6"].value, sheet["C8"].value) == (
        "产品", HEADINGS[0], ROW[0], "只有名称"
    )  # fmt: skip
    assert "标红" in sheet["A2"].value
    assert sheet["H5"].value == REMARKS_HEADING
    assert sheet["H8"].value == "D8 类别：请选择一项。"


def test_headings_in_the_second_row_leave_room_for_a_title(target: Path) -> None:
    sheets, checked = sent(target, ROW, change=lambda book: book.active.insert_rows(1))
    write_remarks(target, TEMPLATE, sheets, checked)
    sheet = opened(target)["产品"]
    assert (sheet["A1"].value, sheet["A2"].value) == ("产品", HEADINGS[0])


@pytest.mark.parametrize("title", ["长" * 32, "选项", "'产品", "产品'"])
def test_a_sheet_that_other_programs_call_what_we_cannot(target: Path, title: str) -> None:
    def rename(path: Path) -> Path:
        return rewritten(path, {"xl/workbook.xml": replaced('name="产品"', f'name="{title}"')})

    sheets, checked = found(rename(made(target, ("示例", "玩具"))))
    write_remarks(target, TEMPLATE, sheets, checked)
    assert opened(target)["产品"]["F2"].value.startswith("B2 类别：没有“玩具”这一项")


def odd_rows(book: Workbook) -> None:
    sheet = book.active
    sheet.append(["=A1", "一般消费品", None, 6.901234567892e17, "#REF!"])
    sheet.append([date(2026, 3, 4), "一般消费品", date(2026, 3, 1), "6901234567892", "甲"])
    sheet.append(["示例", "一般消费品", date(2027, 3, 1), "6901234567892", "乙"])
    sheet.append(["示例二", "一般消费品", "昨天", "690 1234567892", "丙"])
    sheet.append(["示例三", "一般消费品", "2026-02-30", None, "丁"])
    sheet.cell(7, 1).value, sheet.cell(7, 1).number_format = 0.4, "h:mm"
    sheet.append(["示例四", "一般消费品", -1])
    sheet.cell(8, 3).number_format = "yyyy-mm-dd"
    sheet.append(["示例五", "一般消费品", None, None, "戊", "己"])


def test_what_nobody_has_mended_is_wrong_again(target: Path) -> None:
    sheets, checked = sent(target, change=odd_rows)
    write_remarks(target, TEMPLATE, sheets, checked)
    again, rechecked = found(target)
    assert [str(mistake) for mistake in rechecked.mistakes] == [str(mistake) for mistake in checked.mistakes]
    assert {mistake.row for mistake in checked.mistakes} == set(range(2, 10)) - {3} | {3}
    assert again[0].extra_headings == ()
    write_remarks(target, TEMPLATE, again, rechecked)
    assert [cell.value for cell in opened(target)["产品"][1]].count(REMARKS_HEADING) == 1


def test_spans_of_time_are_kept_as_text(target: Path) -> None:
    sheets, checked = sent(target, (timedelta(hours=25), "一般消费品"))
    write_remarks(target, TEMPLATE, sheets, checked)
    assert opened(target)["产品"]["A2"].value == "25:00:00"


def test_nothing_in_it_is_run(target: Path) -> None:
    formulas = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "https://example.com", "=cmd|' /C calc'!A0")

    def change(book: Workbook) -> None:
        for number, text in enumerate(formulas, start=2):
            for column, value in enumerate((text, "一般消费品", None, None, text), start=1):
                cell = book.active.cell(number, column, value)
                cell.data_type = "s" if isinstance(value, str) else cell.data_type

    sheets, checked = sent(target, headings=(*HEADINGS[:4], "自用"), change=change)
    write_remarks(target, TEMPLATE, sheets, checked)
    sheet = opened(target)["产品"]
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            assert cell.data_type in {"s", "n"}
            assert cell.value is None or cell.number_format == "@"
            assert cell.hyperlink is None
    with ZipFile(target) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert sheet["A2"].value == "=1+1"


def test_a_text_is_cut_where_cells_end(target: Path) -> None:
    sheets, checked = sent(target, ("示例", "一般消费品"))
    long = replace(sheets[0].rows[0], cells={**sheets[0].rows[0].cells, 5: "😀" * 20_000})
    write_remarks(target, TEMPLATE, (replace(sheets[0], rows=(long,)),), checked)
    assert opened(target)["产品"]["E2"].value == "😀" * (LONGEST_CELL // 2)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("a" * 40_000, "a" * 32_767),
        ("长" * 32_767, "长" * 32_767),
        ("a" + "😀" * 20_000, "a" + "😀" * 16_383),
        ("\ud800a", "?a"),
    ],
    ids=["long", "just", "pairs", "half"],
)
def test_fitting(text: str, fits: str) -> None:
    assert fitting(text) == fits


def test_remarks_on_several_sheets(target: Path) -> None:
    def change(book: Workbook) -> None:
        parts = book.create_sheet("部件")
        for line in (["所属序号", "部件名称", "尺寸"], ["1", "杯盖"], ["1", None, "大"], ["9", "杯身"]):
            parts.append(line)

    headings = ("序号", *HEADINGS)
    sheets, checked = sent(target, ("1", *ROW), ("2", *ROW[:3], ""), template=LARGE, headings=headings, change=change)
    write_remarks(target, LARGE, sheets, checked)
    book = opened(target)
    assert book["产品"]["G2"].value == "工作表“部件”第 3 行有错误。"
    assert book["产品"]["G3"].value == "工作表“部件”：请至少填写一行。"
    assert [cell.value for cell in book["部件"]["D"]] == [
        REMARKS_HEADING, "没有问题", "B3 部件名称：请填写此项。", "A4 所属序号：“产品”表中没有序号 9。"
    ]  # fmt: skip


def test_an_optional_sheet_that_was_missing_stays_away(target: Path) -> None:
    template = replace(LARGE, fields=(*LARGE.fields[:-1], replace(LARGE.fields[-1], required=False)))
    sheets, checked = sent(target, ROW, template=template)
    write_remarks(target, template, sheets, checked)
    assert opened(target).sheetnames == ["产品", "选项"]


def test_columns_that_are_not_there_are_named(target: Path) -> None:
    sheets, checked = sent(target, ("示例", "农食产品"), headings=HEADINGS[:2])
    write_remarks(target, TEMPLATE, sheets, checked)
    assert opened(target)["产品"]["C2"].value == "说明：请填写此项。"


def test_other_words_for_what_is_right(target: Path) -> None:
    sheets, checked = sent(target, ROW)
    write_remarks(target, TEMPLATE, sheets, checked, outcome=Message("已导入"), say=lambda message: f"{message}！")
    assert opened(target)["产品"]["F2"].value == "已导入！"


def test_notes_are_not_without_end(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks, "_MOST_NOTES", 2)
    sheets, checked = sent(target, *[(None, "一般消费品")] * 5)
    write_remarks(target, TEMPLATE, sheets, checked)
    sheet = opened(target)["产品"]
    assert [bool(sheet.cell(row, 1).comment) for row in range(2, 7)] == [True, True, False, False, False]
    assert sheet["F6"].value


def test_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError):
        write_template(tmp_path / "none" / "out.xlsx", TEMPLATE)

    def fail(_workbook: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("xlsxwriter.workbook.Workbook._store_workbook", fail)
    with pytest.raises(OSError, match="full"):
        write_template(tmp_path / "out.xlsx", TEMPLATE)
    assert not (tmp_path / "out.xlsx").exists()
