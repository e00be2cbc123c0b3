"""Tables of staff as spreadsheets save them: read in any encoding, and each mistake told at its cell."""

from __future__ import annotations

import time
from datetime import date

import pytest

from registry.domain.errors import InvalidValue
from registry.domain.roles import Role
from registry.domain.staff_table import MOST_ROWS, TEMPLATE, Table, check, lines_of
from registry.domain.tables import decode

TODAY = date(2026, 3, 18)
BUREAUS = {"虚构市监局": 7, "虚构商务局": 8}
HEAD = "姓名,邮箱,电话,主管部门,岗位"
LINE = "张示例,zhang@office.example,0573-82520000,虚构市监局,审核人员"


def checked(*lines: str, head: str = HEAD) -> Table:
    return check(lines_of("\r\n".join((head, *lines))), BUREAUS, TODAY)


def told(*lines: str) -> list[tuple[int, str, str]]:
    return [(mistake.line, mistake.column, str(mistake.message)) for mistake in checked(*lines).mistakes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_spreadsheets_file_is_read(encoding: str, delimiter: str, end: str) -> None:
    content = end.join((HEAD, LINE, "")).replace(",", delimiter).encode(encoding)

    (row,) = check(lines_of(decode(content)), BUREAUS, TODAY).rows

    assert (row.line, row.name, row.email, row.phone) == (2, "张示例", "zhang@office.example", "0573-82520000")
    assert (row.bureau_id, row.role) == (7, Role.REVIEWER)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00",  # A workbook under the wrong name.
        b"\xff\xfe\x00",  # Half a character of UTF-16.
        b"\xef\xbb\xbf\xff",
        b"\xff\xff\xff",
        b"",
        b"\r\n\r\n",
        "姓名,邮箱\r\n".encode(),
        "名字,邮箱\r\n张,a@b.example".encode(),
        "姓名,电话\r\n张,1".encode(),
        "姓名,邮箱,邮箱\r\n张,a@b.example,c@d.example".encode(),
        '姓名,邮箱\r\n"张,a@b.example'.encode(),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(InvalidValue):
        lines_of(decode(content))


def test_columns_may_stand_in_any_order_and_optional_ones_be_left_out() -> None:
    (row,) = checked("zhang@office.example,张示例,,", head="邮箱,姓名,,").rows

    assert (row.name, row.phone, row.bureau_id, row.role) == ("张示例", "", None, None)


def test_blank_lines_count_as_the_spreadsheet_counts_them() -> None:
    assert told(LINE, "", ",,,,", "李示例,,,,") == [(5, "邮箱", "请填写此项。")]


@pytest.mark.parametrize(
    ("line", "column", "part"),
    [
        (",zhang@office.example,,,", "姓名", "请填写"),
        ("张示例,zhang,,,", "邮箱", "邮箱格式不正确"),
        ("张示例,zhang@office.example,12345,,", "电话", "电话号码应为"),
        ("张示例,zhang@office.example,,没有的局,审核人员", "主管部门", "没有这个主管部门"),
        ("张示例,zhang@office.example,,虚构市监局,局长", "岗位", "没有这个岗位"),
        ("张示例,zhang@office.example,,虚构市监局,", "岗位", "也要写岗位"),
        ("张示例,zhang@office.example,,,审核人员", "主管部门", "须写明主管部门"),
        ("张示例,zhang@office.example,,虚构市监局,系统管理员", "主管部门", "不属于主管部门"),
        ("张示例,zhang@office.example,,虚构市监局,填报人", "岗位", "没有这个岗位"),
        ("=HYPERLINK(1),zhang@office.example,,,", "姓名", "不能以"),
        ("@SUM(1),zhang@office.example,,,", "姓名", "不能以"),
        ("＋张,zhang@office.example,,,", "姓名", "不能以"),
        ("张示例,-zhang@office.example,,,", "邮箱", "不能以"),
        ("张示例,zhang@office.example,=1+1,,", "电话", "电话号码应为"),
        (f"{LINE},再一列", "", "列比标题多"),
        (f"{'张' * 61},zhang@office.example,,,", "姓名", "60"),
    ],
)
def test_each_mistake_is_told_at_its_cell(line: str, column: str, part: str) -> None:
    mistakes = told(line)

    assert [each[:2] for each in mistakes] == [(2, column)]
    assert part in mistakes[0][2]


def test_a_telephone_number_may_begin_with_a_plus() -> None:
    assert checked("张示例,zhang@office.example,+86 13800138000,,").rows[0].phone == "+8613800138000"


def test_all_mistakes_of_a_line_are_told_at_once() -> None:
    assert {column for _line, column, _text in told(",,1,没有,没有")} == {"姓名", "邮箱", "电话"}
    assert {column for _line, column, _text in told("张,a@b.example,,没有,没有")} == {"主管部门", "岗位"}


def test_lines_are_compared_with_those_before() -> None:
    other_post = "张示例,ZHANG@office.example ,,虚构商务局,监管人员"

    assert told(LINE, other_post) == []  # One person, two posts.
    assert told(LINE, "张示例,zhang@office.example,,,") == []
    assert told(LINE, LINE) == [(3, "", "与第 2 行重复。")]
    assert told(LINE, "李示例,zhang@office.example,,,") == [(3, "邮箱", "与第 2 行邮箱相同，姓名不同。")]


def test_two_administrators_roles_on_one_address_are_told() -> None:
    lines = ("张示例,zhang@office.example,,,系统管理员", "张示例,zhang@office.example,,,审计管理员")

    assert told(*lines) == [(3, "岗位", "系统管理员不能同时担任审计管理员。")]
    assert told(LINE, lines[0]) == [(3, "岗位", "审核人员不能同时担任系统管理员。")]


def test_too_many_lines_are_refused() -> None:
    lines = [f"张示例,zhang{number}@office.example,,," for number in range(MOST_ROWS + 1)]

    begin = time.monotonic()
    assert len(checked(*lines[:-1]).rows) == MOST_ROWS
    assert time.monotonic() - begin < 20
    with pytest.raises(InvalidValue, match="5000"):
        checked(*lines)


def test_the_template_is_a_right_table() -> None:
    text = "\r\n".join(",".join(line) for line in TEMPLATE)

    table = check(lines_of(text), {"嘉兴市市场监督管理局": 1}, TODAY)

    assert table.mistakes == []
    assert len(table.rows) == 2


def test_a_line_taken_out_later_counts_as_wrong() -> None:
    table = checked(LINE, "李示例,li@office.example,,,")

    table.drop(table.rows[0], "email", checked(",,,,1").mistakes[0].message)

    assert [row.name for row in table.rows] == ["李示例"]
    assert table.wrong_lines == 1
