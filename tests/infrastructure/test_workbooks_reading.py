"""Reading workbooks: what a person sees in the cells, and what is told of cells that cannot be sent."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from registry.domain.bulk import Template
from registry.domain.errors import InvalidValue
from registry.domain.grids import WHOLE_ROW, FilledSheet, Grid, GridRow, column_letters
from registry.domain.messages import Message
from registry.domain.requirements import Field, Kind
from registry.infrastructure.inspection import WORKBOOK_LIMITS, Reason, RefusedFile, errand
from registry.infrastructure.workbooks import child, read
from registry.infrastructure.workbooks.plain import grid_of, plain
from registry.infrastructure.workbooks.reader import read_grids
from registry.infrastructure.workbooks.scan import ROWS_BESIDES, Wanted
from tests.infrastructure.workbook_samples import HEADINGS, ROW, SHEET, made, replaced, rewritten, row, with_rows

COLUMNS = (
    Field("name", "产品名称"),
    Field("category", "类别", Kind.CHOICE, choices=(("consumer", "一般消费品"),)),
    Field("made_on", "生产日期", Kind.DATE, required=False),
    Field("gtin", "商品条码", required=False),
    Field("note", "说明", Kind.TEXT, required=False),
)
TEMPLATE = Template("产品", COLUMNS, most_rows=50)
PARTS = Field("parts", "部件", Kind.ROWS, required=False, columns=(Field("part", "部件名称"),), max_rows=5)
WITH_PARTS = Template("产品", (*COLUMNS, PARTS), most_rows=50)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "upload"


def grids(path: Path, *titles: str, most_rows: int = 50, most_columns: int = 100, optional: bool = False) -> list[Any]:
    wanted = [Wanted(title, most_rows, optional and number > 0) for number, title in enumerate(titles or ("产品",))]
    return read_grids(path, wanted, WORKBOOK_LIMITS, most_columns=most_columns)


def the_grid(path: Path, **options: Any) -> Grid:
    (grid,) = grids(path, **options)
    return grid


def refusal(path: Path, *titles: str, **options: Any) -> RefusedFile:
    with pytest.raises(RefusedFile) as refused:
        grids(path, *titles, **options)
    return refused.value


def told(grid: Grid) -> dict[str, str]:
    """What is wrong, by cell."""
    return {
        f"{column_letters(column)}{row.number}": str(problem)
        for row in grid.rows
        for column, problem in row.mistakes.items()
    }


def only_cell(path: Path, put: Callable[[Any], object]) -> GridRow:
    """The row of a workbook that has one cell besides its headings."""

    def change(book: Workbook) -> None:
        put(book.active)

    (_, found) = the_grid(made(path, change=change)).rows
    return found


# What a person sees.


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        ("示例", "General", "示例"),
        ("  两边有空白 ", "General", "两边有空白"),
        ("一行\n又一行", "General", "一行\n又一行"),
        ("a_x000D_\nb", "General", "a\nb"),
        ("😀 𠮷野家（虚构）", "General", "😀 𠮷野家（虚构）"),
        (6901234567892, "General", "6901234567892"),
        (16901234567899, "General", "16901234567899"),
        (6901234567892, "0.00E+00", "6901234567892"),
        (999_999_999_999_999, "General", "999999999999999"),
        (0.1, "General", "0.1"),
        (0.1 + 0.2, "General", "0.3"),
        (1.1 * 3, "General", "3.3"),
        (-0.5, "General", "-0.5"),
        (0, "General", "0"),
        (1e-5, "General", "0.00001"),
        (1.5e-10, "General", "1.5E-10"),
        (100.0, "General", "100"),
        (0.95, "0%", "95%"),
        (0.955, "0%", "95.5%"),
        (0.5, "0.00%", "50.00%"),
        (0.07, "0.0%", "7.0%"),
        (5, "000000", "000005"),
        (-5, "000", "-005"),
        (70133700, "0000\\.00\\.00", "70133700"),
        (0.5, "0.00", "0.50"),
        (0.125, "0.00", "0.125"),
        (1234567, "#,##0", "1234567"),
        (12.5, '"¥"#,##0.00_);[Red]("¥"#,##0.00)', "12.50"),
        (12.5, "G/通用格式", "12.5"),
        (3, '0"件"', "3"),
        (12.5, "# ?/?", "12.5"),
        (True, "General", "是"),
        (False, "General", "否"),
        ("'6901234567892", "General", "6901234567892"),
        ("'=1+1", "General", "=1+1"),
        ("'90 年代风格", "General", "'90 年代风格"),
        ("-20 ℃", "General", "-20 ℃"),
    ],
)
def test_cells_as_a_person_sees_them(target: Path, value: Any, number_format: str, seen: str) -> None:
    def put(sheet: Any) -> None:
        cell = sheet.cell(2, 1)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
        cell.number_format = number_format

    found = only_cell(target, put)
    assert found.cells == {1: seen}
    assert not found.dates


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (date(2026, 11, 20), "yyyy-mm-dd", "2026-11-20"),
        (datetime.fromisoformat("2026-11-20"), 'yyyy"年"m"月"d"日"', "2026-11-20"),
        (datetime.fromisoformat("2026-11-20T08:30"), "yyyy-mm-dd h:mm", "2026-11-20 08:30:00"),
        (clock_time(8, 30), "h:mm", "08:30:00"),
        (timedelta(hours=25, minutes=5), "[h]:mm", "25:05:00"),
        (date(1900, 1, 1), "yyyy-mm-dd", "1900-01-01"),
        (46346, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2026-11-20"),
        (2958465, "yyyy-mm-dd", "9999-12-31"),
    ],
)
def test_days_and_times(target: Path, value: Any, number_format: str, seen: str) -> None:
    def put(sheet: Any) -> None:
        sheet.cell(2, 1, value).number_format = number_format

    found = only_cell(target, put)
    assert (found.cells, found.dates, dict(found.mistakes)) == ({1: seen}, {1}, {})


@pytest.mark.parametrize("number_format", [14, 22, 27, 31, 36, 50, 57, 58])
def test_formats_that_chinese_excel_has_built_in(target: Path, number_format: int) -> None:
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("产品")
        sheet.write_string(0, 0, "产品名称")
        sheet.write_number(1, 0, 46346, book.add_format({"num_format": number_format}))
    (_, found) = the_grid(target).rows
    assert (found.cells, found.dates) == ({1: "2026-11-20"}, {1})


@pytest.mark.parametrize("number_format", [14, 31])
@pytest.mark.parametrize("value", [-1, 3_000_000, 1e300])
def test_numbers_that_are_no_days(target: Path, number_format: int, value: float) -> None:
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("产品")
        sheet.write_string(0, 0, "产品名称")
        sheet.write_number(1, 0, value, book.add_format({"num_format": number_format}))
    (message,) = told(the_grid(target)).values()
    assert "######" in message or "#VALUE!" in message


def test_days_counted_from_1904(target: Path) -> None:
    def change(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904
        book.active.append([date(2026, 11, 20), date(1904, 1, 2)])
        book.active.cell(3, 1, -1.5).number_format = "yyyy-mm-dd"

    (_, found, odd) = the_grid(made(target, change=change)).rows
    assert found.cells == {1: "2026-11-20", 2: "1904-01-02"}
    assert "######" in str(odd.mistakes[1])


def test_iso_days_of_other_programs(target: Path) -> None:
    days = '<row r="2"><c t="d"><v>2026-11-20</v></c><c t="d"><v>2026-11-20T08:30:00</v></c></row>'
    with_rows(target, row(1, "产品名称") + days)
    assert the_grid(target).rows[1].cells == {1: "2026-11-20", 2: "2026-11-20 08:30:00"}


def test_a_text_that_is_longer_than_cells_may_be(target: Path) -> None:
    assert the_grid(with_rows(target, row(1, "长" * 40_000))).rows[0].cells == {1: "长" * WORKBOOK_LIMITS.max_cell}


def test_rich_text_is_read_without_its_looks(target: Path) -> None:
    rich = CellRichText("甲", TextBlock(InlineFont(b=True), "乙"), "丙")
    assert only_cell(target, lambda sheet: sheet.cell(2, 1, rich)).cells == {1: "甲乙丙"}


def test_shared_texts_and_readings(target: Path) -> None:
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("产品")
        sheet.write_row(0, 0, ["产品名称", "类别"])
        sheet.write_row(1, 0, ["重复", "重复"])
    reading = replaced("<t>重复</t>", "<t>重复</t><rPh sb='0' eb='1'><t>chóngfù</t></rPh>")
    assert the_grid(rewritten(target, {"xl/sharedStrings.xml": reading})).rows[1].cells == {1: "重复", 2: "重复"}


# What cannot be sent.


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=A1", "粘贴为数值"),
        (ArrayFormula("A2:A3", "=SUM(B1:B2)"), "粘贴为数值"),
        (DataTableFormula("A2:A3"), "粘贴为数值"),
        ("#N/A", "错误值 #N/A"),
        ("#REF!", "错误值 #REF!"),
        (1_000_000_000_000_000, "设为文本"),
        (6.901234567892e17, "设为文本"),
        (123_456_789_012_345_678, "设为文本"),
        (-1e15, "设为文本"),
        ("6.90123E+12", "设为文本"),
        ("########", "显示不出"),
    ],
    ids=[
        "formula",
        "array",
        "data_table",
        "not_available",
        "reference",
        "sixteen",
        "float",
        "eighteen",
        "negative",
        "shown",
        "hashes",
    ],
)
def test_cells_that_cannot_be_sent(target: Path, value: Any, words: str) -> None:
    found = only_cell(target, lambda sheet: sheet.cell(2, 1, value))
    assert words in str(found.mistakes[1])


def test_a_formula_that_is_text_is_still_one(target: Path) -> None:
    found = only_cell(target, lambda sheet: setattr(sheet.cell(2, 1, "=A1"), "data_type", "s"))
    assert "粘贴为数值" in str(found.mistakes[1])


def test_errors_of_new_functions(target: Path) -> None:
    with_rows(target, row(1, "产品名称") + '<row r="2"><c t="e"><v>#BLOCKED!</v></c></row>')
    assert told(the_grid(target)) == {"A2": "这里是错误值 #BLOCKED!，请改正或清空。"}


def test_shared_formulas_are_seen_in_every_cell(target: Path) -> None:
    rows = (
        '<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="0">B2</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    assert told(the_grid(with_rows(target, row(1, "产品名称") + rows))).keys() == {"A2", "A3"}


def test_merged_cells(target: Path) -> None:
    def change(book: Workbook) -> None:
        book.active.insert_rows(1)
        book.active["A1"] = "导入表"
        for area in ("A1:E1", "A3:A4", "B4:C4", "Z3:Z4", "A9:B9"):
            book.active.merge_cells(area)

    grid = the_grid(made(target, ("甲", "乙"), (None, "乙", "丙"), change=change))
    message = "单元格已合并（{}），请取消合并，每行分别填写。"
    below = {cell: text for cell, text in told(grid).items() if not cell.endswith("1")}
    assert below == {
        "A3": message.format("A3:A4"),
        "A4": message.format("A3:A4"),
        "B4": message.format("B4:C4"),
        "C4": message.format("B4:C4"),
    }


def test_hidden_rows_and_columns_are_read_and_named(target: Path) -> None:
    def change(book: Workbook) -> None:
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions["B"].hidden = True
        book.active.column_dimensions.group("D", "XFD", hidden=True)

    grid = the_grid(made(target, ROW, ROW, change=change))
    assert [row.hidden for row in grid.rows] == [False, False, True]
    assert {2, 4, 100} <= grid.hidden_columns
    assert 101 not in grid.hidden_columns


def test_blank_rows_are_passed_over(target: Path) -> None:
    rows = row(1, *HEADINGS) + row(5, "甲", "一般消费品") + row(6, "", " ", "\u200b") + row(9, "乙", "一般消费品")
    assert [row.number for row in the_grid(with_rows(target, rows)).rows] == [1, 5, 9]


def test_rows_and_cells_without_numbers(target: Path) -> None:
    rows = row(None, "产品名称") + row(None, "甲", "<v>1</v>")
    assert [dict(row.cells) for row in the_grid(with_rows(target, rows)).rows] == [{1: "产品名称"}, {1: "甲", 2: "1"}]


def test_what_lies_far_away_is_named_and_not_read(target: Path) -> None:
    grid = the_grid(made(target, ROW, change=lambda book: book.active.cell(2, 101, "远")), most_columns=100)
    assert "CW2 不在任何标题下" in str(grid.rows[1].mistakes[WHOLE_ROW])
    assert max(grid.rows[1].cells) == 4


# Too much of everything.


def test_the_largest_sheet_with_two_cells(target: Path) -> None:
    made(target, change=lambda book: book.active.cell(1_048_576, 16_384, "x"))
    began = time.process_time()
    grid = the_grid(target)
    assert [row.number for row in grid.rows] == [1, 1_048_576]
    assert not grid.rows[1].cells
    assert time.process_time() - began < 5


def test_a_list_that_is_too_long_is_not_read_to_its_end(target: Path) -> None:
    rows = "".join(row(number, "甲") for number in range(1, 100_001))
    with_rows(target, rows + "<broken")
    assert refusal(target).params == {"sheet": "产品", "limit": 50}


def test_rows_above_and_the_example_do_not_count(target: Path) -> None:
    rows = [row(number, "甲") for number in range(1, 50 + ROWS_BESIDES + 1)]
    assert len(the_grid(with_rows(target, "".join(rows))).rows) == 50 + ROWS_BESIDES
    assert refusal(with_rows(target, "".join(rows) + row(1000, "乙"))).reason == Reason.WORKBOOK_ROWS


def test_rows_that_only_have_a_format_do_not_count(target: Path) -> None:
    rows = row(1, *HEADINGS) + "".join(f'<row r="{number}"><c s="0"/></row>' for number in range(2, 2000))
    assert len(the_grid(with_rows(target, rows)).rows) == 1


@pytest.mark.parametrize(
    "rows",
    [
        row(2, "甲") + row(1, "乙"),
        row(2, "甲") + row(2, "乙"),
        row(1_048_577, "甲"),
        row(0, "甲"),
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="a1"><v>1</v></c></row>',
    ],
    ids=["back", "twice", "below", "zero", "cells_back", "cells_twice", "elsewhere", "beyond", "small"],
)
def test_what_readers_take_differently_is_refused(target: Path, rows: str) -> None:
    assert refusal(with_rows(target, rows)).reason == Reason.WORKBOOK_DAMAGED


def test_an_area_that_is_none(target: Path) -> None:
    after = '<mergeCells><mergeCell ref="A1-B2"/></mergeCells>'
    assert refusal(with_rows(target, row(1, "甲"), after=after)).reason == Reason.WORKBOOK_DAMAGED


# Which sheet.


def more_sheets(*titles: str, hidden: str = "") -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        for title in titles:
            book.create_sheet(title).append(["所属序号 *", "部件名称 *"])
        if hidden:
            book[hidden].sheet_state = "hidden"
            book.active = len(book.sheetnames) - 1

    return change


def test_sheets_are_found_by_name(target: Path) -> None:
    made(target, title="部 件", change=more_sheets("说明", "产品"))
    assert [grid.title for grid in grids(target, "产品", "部　件")] == ["产品", "部 件"]


def test_a_single_sheet_may_have_any_name(target: Path) -> None:
    assert the_grid(made(target, ROW, title="Sheet1")).title == "Sheet1"
    found = grids(made(target, ROW, title="Sheet1"), "产品", "部件", optional=True)
    assert (found[0].title, found[1]) == ("Sheet1", None)
    assert the_grid(made(target, ROW, title="一", change=more_sheets("二", hidden="一"))).title == "二"


def test_sheets_that_are_missing_or_hidden(target: Path) -> None:
    made(target, ROW)
    assert refusal(target, "产品", "部件").params == {"sheet": "部件"}
    assert grids(target, "产品", "部件", optional=True)[1] is None
    made(target, ROW, change=more_sheets("部件", hidden="产品"))
    assert refusal(target).reason == Reason.WORKBOOK_SHEET_HIDDEN
    rewritten(target, {"xl/workbook.xml": replaced('state="visible"', 'state="veryHidden"')})
    assert refusal(target, "别的").reason == Reason.WORKBOOK_SHEET_MISSING


def test_two_sheets_of_one_name(target: Path) -> None:
    made(target, ROW, title="a", change=more_sheets("b"))
    rewritten(target, {"xl/workbook.xml": replaced('name="b"', 'name="A"')})
    assert refusal(target, "a").reason == Reason.WORKBOOK_DAMAGED


def test_a_blank_sheet(target: Path) -> None:
    grid = the_grid(made(target, headings=()))
    assert grid.rows == ()


def test_charts_are_no_sheets(target: Path) -> None:
    assert the_grid(made(target, ROW, change=lambda book: book.create_chartsheet("图", 0))).title == "产品"


def test_other_programs_settings_do_not_disturb(target: Path, recwarn: pytest.WarningsRecorder) -> None:
    extension = '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"/></extLst>'
    assert the_grid(with_rows(target, row(1, "产品名称"), after=extension)).rows
    assert not recwarn


# CSV.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_any_program(target: Path, encoding: str, delimiter: str) -> None:
    lines = ["产品名称,类别", '"示例瓷碗, 白",一般消费品', "", '"两', '行",是']
    target.write_bytes("\r\n".join(lines).replace(",", delimiter).encode(encoding))
    (_, first, second) = the_grid(target).rows
    assert (first.number, first.cells) == (2, {1: f"示例瓷碗{delimiter} 白", 2: "一般消费品"})
    assert (second.number, second.cells) == (4, {1: "两\n行", 2: "是"})


def test_cells_of_csv(target: Path) -> None:
    target.write_text('名称,编码,条码,式,误,远\n="0123","=""045""",6.90123E+12,=A1,#REF!\n' + "," * 100 + "x\n")
    grid = the_grid(target)
    assert grid.rows[1].cells == {1: "0123", 2: "045", 3: "6.90123E+12", 4: "=A1", 5: "#REF!"}
    assert told(grid).keys() == {"C2", "D2", "E2", "3"}


def test_csv_that_cannot_be_read(target: Path) -> None:
    target.write_text('产品名称,类别\n甲,"乙')
    assert refusal(target).params == {"line": 2}
    target.write_text("甲\n" * 100)
    assert refusal(target).params == {"sheet": "产品", "limit": 50}
    target.write_text("甲,乙\n")
    assert refusal(target, "产品", "部件").reason == Reason.CSV_ONE_SHEET
    assert grids(target, "产品", "部件", optional=True)[1:] == [None]


# How much there may be in it.


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_cell_longer_than_any_form_takes_is_cut_and_told(target: Path, form: str) -> None:
    most = WORKBOOK_LIMITS.max_cell
    if form == "xlsx":
        made(target, ("长" * most, "短" * (most + 1)))
    else:
        target.write_text(f"产品名称,类别\n{'长' * most},{'短' * (most + 1)}\n", encoding="utf-8")
    grid = the_grid(target)
    assert {column: len(text) for column, text in grid.rows[1].cells.items()} == {1: most, 2: most}
    assert told(grid) == {"B2": "这一格超过 10000 个字，请缩短。"}


@pytest.mark.parametrize("form", ["xlsx", "csv", "merged"])
def test_a_text_counts_as_often_as_it_stands_there(target: Path, form: str) -> None:
    """In the file it stands once, and packed; what is told of a cell counts as well."""

    def merge(book: Workbook) -> None:
        book.active.merge_cells("C2:E41")

    if form == "csv":
        target.write_text("产品名称,类别\n" + f"{'甲' * 100},乙\n" * 40, encoding="utf-8")
    elif form == "merged":
        made(target, *[("甲", "乙")] * 40, change=merge)
    else:
        made(target, *[("甲" * 100, "乙")] * 40)
    limits = replace(WORKBOOK_LIMITS, max_text=10_000)
    wanted = [Wanted("产品", 50)]
    assert read_grids(target, wanted, limits, most_columns=100)
    with pytest.raises(RefusedFile, match="文字太多") as refused:
        read_grids(target, wanted, replace(limits, max_text=3_500), most_columns=100)
    assert refused.value.reason == Reason.WORKBOOK_TEXT


# The whole way, and what travels on it.


def test_a_grid_comes_back_as_it_went() -> None:
    mistakes = {0: Message("整行"), 2: Message("第 %(line)s 行", {"line": 7})}
    grid = Grid("产品", (GridRow(3, {1: "甲 😀 \u2028"}, mistakes, frozenset({1}), hidden=True),), frozenset({2}))
    assert grid_of(json.loads(json.dumps(plain(grid)))) == grid


def test_answer_of_the_child(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errand, "give_up_rights", lambda _limits: None)

    def answer(sheets: list[tuple[str, int, bool]]) -> dict[str, Any]:
        out = io.BytesIO()
        job = {"task": "read", "path": str(target), "sheets": sheets, "columns": 100, "limits": asdict(WORKBOOK_LIMITS)}
        child.main(json.dumps(job), io.BytesIO(), out)
        return json.loads(out.getvalue())

    made(target, ROW)
    first, none = answer([("产品", 50, False), ("部件", 50, True)])["grids"]
    assert (grid_of(first).rows[1].cells[1], none) == (ROW[0], None)
    assert answer([("产品", 50, False), ("部件", 50, False)])["refused"] == Reason.WORKBOOK_SHEET_MISSING
    rewritten(target, {SHEET: b"<a><b></a>"})
    assert answer([("产品", 50, False)])["refused"] == Reason.WORKBOOK_DAMAGED


def test_the_whole_way(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(target, ROW, (), ROW)
    monkeypatch.chdir(target.parent)
    (found,) = read(Path(target.name), TEMPLATE)
    assert isinstance(found, FilledSheet)
    assert [row.cells[1] for row in found.rows] == [ROW[0], ROW[0]]
    assert read(target, WITH_PARTS)[1].is_missing


def test_refusals_come_back_whole(target: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(target, TEMPLATE)
    target.write_bytes(b"%PDF-1.7\n")
    with pytest.raises(RefusedFile, match="PDF 文件"):
        read(target, TEMPLATE)
    with pytest.raises(InvalidValue, match="没有找到标题行"):
        read(made(target, ROW, headings=("甲", "乙")), TEMPLATE)
    rewritten(made(target, ROW), {SHEET: b"<a><b></a>"})
    with pytest.raises(RefusedFile) as refused:
        read(target, TEMPLATE)
    assert refused.value.reason == Reason.WORKBOOK_DAMAGED


def test_the_web_process_loads_no_reader() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import registry.infrastructure.workbooks; "
        "print(sorted({'openpyxl', 'lxml', 'PIL', 'pikepdf'} & {name.split('.')[0] for name in sys.modules}))"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-I", "-c", program, root], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
