"""The administrators' pages of certification bodies: list, one body, its changes, and a table of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from registry.models import CertificationBody
from tests.factories.certification_bodies import some_body
from tests.harness import Upload
from tests.web.journey import signed_in

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser

LIST = "/admin/certification-bodies"
HEAD = "批准号,机构名称,信息来源,状态,状态自何日起,原因\r\n"


@pytest.fixture
def system(site: Site) -> Browser:
    return signed_in(site, site.world.system_admin)


@pytest.fixture
def body_id(site: Site) -> int:
    with site.work() as work:
        return some_body(work, former_names=("示例认证所（虚构）",), scopes=("A01",))


def test_from_the_desk_to_a_new_body(system: Browser) -> None:
    page = system.visit(system.get("/admin/").page, "维护认证机构名录").page
    assert "没有符合条件的认证机构" in page.text
    page = system.visit(page, "新增认证机构").page
    answer = system.submit(page, "列入名录", {"approval_number": "1", "scopes": "天文", "name": "虚构认证有限公司"})
    assert answer.status_code == 422
    assert answer.page.field_error("approval_number").startswith("错误：批准号应如")
    assert answer.page.field_error("source")
    assert answer.page.value("name") == "虚构认证有限公司"

    values = {"approval_number": "cnca-r-2015-901", "source": "示例公告", "expires_on": "2027-05-31"}
    page = system.submit(answer.page, "列入名录", values).page
    assert page.field_error("scopes") == "错误：“天文”没有代码，请写成“A01 质量管理体系”。"
    page = system.submit(page, "列入名录", {"scopes": "质量管理体系"}).page
    assert page.heading == "虚构认证有限公司"
    for said in ("认证机构已列入名录。", "CNCA-R-2015-901", "2015 年（按批准号）", "A01", "自批准起", "2027年5月31日"):
        assert said in page.text, said
    page = system.get(f"{LIST}/new").page
    answer = system.submit(page, "列入名录", values | {"name": "别家", "approval_number": "CNCA-R-2015-901"})
    assert answer.page.field_error("approval_number") == "错误：名录中已有这个批准号。"


def test_the_list_is_searched_by_any_name(system: Browser, body_id: int) -> None:
    for query in ("", "示例认证所", "示例 虚构", "9999-901", "示例认证中心(虚构)"):
        page = system.get(f"{LIST}?q={query}").page
        assert "共 1 家" in page.text, query
        assert "曾用名：示例认证所（虚构）" in page.text
    for odd in ("?q=没有", "?q=%25", "?q=_", "?page=x", "?page=99"):
        assert system.get(f"{LIST}{odd}").status_code == 200
    assert "没有符合条件的认证机构" in system.get(f"{LIST}?q=%25").page.text
    assert system.get(f"{LIST}/999999").status_code == 404


def test_a_name_is_changed_on_the_page_shown(system: Browser, body_id: int) -> None:
    page = system.visit(system.get(f"{LIST}/{body_id}").page, "修改机构信息").page
    assert page.value("former_names") == "示例认证所（虚构）"
    assert page.value("approved_on") == "2015-06-01"
    stale = page
    page = system.submit(page, "保存修改", {"name": "示例认证集团（虚构）"}).page
    assert page.heading == "示例认证集团（虚构）"
    assert "示例认证中心（虚构）、示例认证所（虚构）" in page.text
    assert system.submit(stale, "保存修改", {"name": "别的名字"}).status_code == 409


def test_a_suspension_stands_in_the_history(system: Browser, body_id: int) -> None:
    page = system.visit(system.get(f"{LIST}/{body_id}").page, "变更批准状态").page
    answer = system.submit(page, "记录变更", {"state": "suspended", "effective_on": "2026-01-10"})
    assert answer.page.field_error("reason") == "错误：请填写原因。"
    page = system.submit(answer.page, "记录变更", {"reason": "未按要求整改", "document_number": "虚构〔2026〕1号"}).page
    for said in ("变更已记录。", "暂停", "2026年1月10日", "未按要求整改", "虚构〔2026〕1号", "2015年6月1日"):
        assert said in page.text, said
    page = system.visit(page, "变更批准状态").page
    page = system.submit(page, "记录变更", {"state": "valid", "effective_on": "2026-06-01"}).page
    assert "尚未生效" in page.text
    assert [entry.text for entry in page.classed("timeline-action")] == ["有效", "暂停", "有效"]
    assert "暂停" in system.get(LIST).page.text  # Today still.


def test_fields_are_changed_from_a_day_on(system: Browser, body_id: int) -> None:
    page = system.visit(system.get(f"{LIST}/{body_id}").page, "变更认证领域").page
    assert page.value("scopes") == "A01"
    assert "Z-FSMS" in page.text  # The codes that are known.
    answer = system.submit(page, "记录变更", {"scopes": "Z-FSMS"})
    assert answer.page.field_error("effective_on") == "错误：已有认证领域，请填写变更自何日起。"
    page = system.submit(answer.page, "记录变更", {"effective_on": "2026-01-01"}).page
    assert "食品安全管理体系" in page.text
    assert "2025-12-31" in page.text


def test_codes_have_names_in_both_languages(system: Browser, body_id: int) -> None:
    for suffix, name in (("", "食品安全管理体系"), ("?lang=en", "Food safety management systems")):
        assert name in system.get(f"{LIST}/{body_id}/scopes{suffix}").page.text


def test_a_body_without_fields_says_what_follows(site: Site, system: Browser) -> None:
    with site.work() as work:
        bare = some_body(work, approved_on=None, number="CNCA-R-2016-902")
    assert "范围不明" in system.get(f"{LIST}/{bare}").page.text


# ---------------------------------------------------------------------------------------------------- tables


def upload(system: Browser, content: bytes) -> object:
    page = system.get(f"{LIST}/import").page
    return system.submit(page, "检查并导入", {"file": Upload("机构.csv", content)})


def count(site: Site) -> int:
    with site.work() as work:
        return work.session.scalar(select(func.count()).select_from(CertificationBody)) or 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_right_table_is_imported_and_again_changes_nothing(site: Site, system: Browser, encoding: str) -> None:
    lines = "CNCA-R-2015-901,示例认证中心（虚构）,示例,,,\r\nCNCA-R-2015-902,样例（虚构）,示例,暂停,2026/1/10,整改\r\n"
    changed = lines.replace("整改", "停业")

    told = [upload(system, f"{HEAD}{text}".encode(encoding)).page.text for text in (lines, lines, changed)]

    assert "已导入：新增 2 家，更新 0 家，0 家没有变化。" in told[0]
    assert "已导入：新增 0 家，更新 0 家，2 家没有变化。" in told[1]
    assert "已导入：新增 0 家，更新 1 家，1 家没有变化。" in told[2]
    assert count(site) == 2


def test_mistakes_are_told_at_line_and_column_and_nothing_goes_in(site: Site, system: Browser) -> None:
    lines = "CNCA-R-2015-901,示例认证中心（虚构）,示例,,,\r\nx,=1+1,,没有,,\r\nCNCA-R-2015-903,y,z,暂停,,\r\n"

    answer = upload(system, f"{HEAD}{lines}".encode())

    assert answer.status_code == 422
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in answer.page.all("tr")]
    assert {tuple(row[:2]) for row in rows[1:]} == {
        ("3", "批准号"),
        ("3", "机构名称"),
        ("3", "信息来源"),
        ("3", "状态"),
        ("4", "状态自何日起"),
    }
    assert "还没有导入：2 行有错误，共 5 处" in answer.page.text
    assert count(site) == 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04\x00", "名称\r\nx".encode(), b"x" * (2 * 1024 * 1024 + 1)])
def test_what_is_no_table_is_told_at_the_file(system: Browser, content: bytes) -> None:
    answer = upload(system, content)
    assert answer.status_code == 422
    assert answer.page.field_error("file")


def test_many_mistakes_are_shown_in_part(system: Browser) -> None:
    answer = upload(system, (HEAD + "x,y,z,,,\r\n" * 300).encode())
    assert "只显示前 200 处。" in answer.page.text


def test_the_template_is_imported_as_it_is(system: Browser) -> None:
    answer = system.get(f"{LIST}/import/template.csv")
    assert answer.mimetype == "text/csv"
    assert "filename=certification-bodies.csv" in answer.headers["Content-Disposition"]
    assert "新增 2 家" in upload(system, answer.get_data()).page.text


def test_lists_take_as_many_statements_for_many_bodies(site: Site, system: Browser, body_id: int) -> None:
    addresses = (LIST, f"{LIST}/{body_id}", f"{LIST}/{body_id}/scopes")
    few = [len(system.get(address).statements) for address in addresses]
    with site.work() as work:
        for number in range(100, 130):
            some_body(work, f"CNCA-R-9999-{number}", f"示例认证 {number}（虚构）", scopes=("A01", "A02"))
    assert [len(system.get(address).statements) for address in addresses] == few
