"""A table of certification bodies: cells as spreadsheets show them, and each mistake at its cell."""

from __future__ import annotations

from datetime import date

import pytest

from registry.domain.certification_body_table import COLUMNS, MOST_ROWS, TEMPLATE, Table, check, lines_of
from registry.domain.errors import InvalidValue

TODAY = date(2026, 3, 18)
FIELDS = {"A01": "质量管理体系", "A02": "环境管理体系"}
NUMBER = "CNCA-R-2015-901"
BASE = {"批准号": NUMBER, "机构名称": "示例认证中心（虚构）", "信息来源": "示例公告"}


def checked(*rows: dict[str, str]) -> Table:
    head = list(dict.fromkeys(name for row in rows for name in row))
    lines = [";".join(f'"{row.get(name, "")}"' for name in head) for row in rows]
    return check(lines_of("\r\n".join((";".join(head), *lines))), FIELDS, TODAY)


def told(*rows: dict[str, str]) -> list[tuple[int, str, str]]:
    return [(mistake.line, mistake.column, str(mistake.message)) for mistake in checked(*rows).mistakes]


def test_what_a_cell_does_not_say_is_empty() -> None:
    (row,) = checked(BASE).rows

    assert (row.line, row.approval_number, row.name, row.source) == (2, NUMBER, BASE["机构名称"], "示例公告")
    assert (row.former_names, row.scopes, row.state, row.uscc, row.note) == ((), (), "", "", "")
    assert (row.approved_on, row.expires_on, row.state_from, row.scopes_from) == (None, None, None, None)


@pytest.mark.parametrize("day", ["2015-06-01", "2015/6/1", "2015.06.01", "2015年6月1日", "20150601"])
def test_dates_are_read_as_spreadsheets_show_them(day: str) -> None:
    (row,) = checked(BASE | {"批准日期": day}).rows

    assert row.approved_on == date(2015, 6, 1)


def test_everything_a_line_can_say() -> None:
    (row,) = checked(
        BASE
        | {
            "批准号": "cnca-r—2015-901",
            "曾用名": "旧名，有限公司; 更旧名；Old Body Co., Ltd.",
            "有效期至": "2027-05-31",
            "状态": "暂停",
            "状态自何日起": "2026/1/10",
            "原因": "未按要求整改",
            "文号": "虚构〔2026〕1号",
            "认证领域": "A02；质量管理体系",
            "认证领域自何日起": "2026-01-01",
            "备注": "示例",
        }
    ).rows

    assert row.approval_number == NUMBER
    assert row.former_names == ("旧名，有限公司", "更旧名", "Old Body Co., Ltd.")
    assert row.scopes == (("A01", "质量管理体系"), ("A02", "环境管理体系"))
    assert (row.state, row.state_from, row.scopes_from) == ("suspended", date(2026, 1, 10), date(2026, 1, 1))
    assert (row.expires_on, row.reason, row.document_number) == (date(2027, 5, 31), "未按要求整改", "虚构〔2026〕1号")


@pytest.mark.parametrize(
    ("changes", "column", "part"),
    [
        ({"批准号": ""}, "批准号", "请填写"),
        ({"批准号": "123"}, "批准号", "批准号应如"),
        ({"机构名称": ""}, "机构名称", "请填写"),
        ({"机构名称": "=1+1"}, "机构名称", "不能以"),
        ({"信息来源": ""}, "信息来源", "请填写"),
        ({"统一社会信用代码": "91330000"}, "统一社会信用代码", ""),
        ({"批准日期": "去年"}, "批准日期", "请填写日期"),
        ({"批准日期": "2026-03-19"}, "批准日期", "不能晚于今天"),
        ({"批准日期": "2015-06-01", "有效期至": "2015-05-31"}, "有效期至", "不能早于"),
        ({"批准号": "CNCA-R-2027-901"}, "批准日期", "晚于今年"),
        ({"状态": "过期"}, "状态", "可填：有效、暂停、撤销、注销"),
        ({"认证领域": "天文"}, "认证领域", "没有代码"),
        ({"原因": "长" * 2001}, "原因", "2000"),
        ({" ": "多"}, "", "列比标题多"),
    ],
)
def test_each_mistake_is_told_at_its_cell(changes: dict[str, str], column: str, part: str) -> None:
    mistakes = told(BASE | changes)

    assert [each[:2] for each in mistakes] == [(2, column)]
    assert part in mistakes[0][2]


def test_the_same_body_twice_is_told() -> None:
    rows = (BASE, BASE | {"批准号": "CNCA-R-2015-902"}, BASE | {"批准号": NUMBER.lower()})

    assert told(*rows) == [(4, "", "与第 2 行重复。")]
    assert told(BASE | {"批准号": ""}, BASE | {"批准号": ""}) == [
        (2, "批准号", "请填写此项。"),
        (3, "批准号", "请填写此项。"),
    ]


@pytest.mark.parametrize("text", ["批准号,机构名称,信息来源\r\n", "批准号,机构名称\r\nx,y", "", "名称\r\nx"])
def test_what_is_no_table_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(InvalidValue):
        lines_of(text)


def test_too_many_lines_are_refused() -> None:
    lines = "\r\n".join(["批准号,机构名称,信息来源", *("x,y,z" for _ in range(MOST_ROWS + 1))])
    with pytest.raises(InvalidValue, match=str(MOST_ROWS)):
        lines_of(lines)


def test_the_template_is_a_right_table() -> None:
    table = check(lines_of("\r\n".join(",".join(line) for line in TEMPLATE)), FIELDS, TODAY)

    assert table.mistakes == []
    assert [row.state for row in table.rows] == ["valid", "suspended"]
    assert all(len(line) == len(COLUMNS) for line in TEMPLATE)
