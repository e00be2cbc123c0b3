"""The administrators' desks: staff, posts, tables of people and offices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, Bureau, Post, PostProposal, User
from registry.services import attempts, password_links, staff
from tests.factories import filed
from tests.factories.world import HAINING
from tests.harness import Upload
from tests.services.test_assignments import claim, handler
from tests.services.test_posts import bureau_at, post_of, propose, roles_of
from tests.web.journey import run_worker, signed_in

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser

HEAD = "姓名,邮箱,电话,主管部门,岗位\r\n"


@pytest.fixture
def system(site: Site) -> Browser:
    return signed_in(site, site.world.system_admin)


@pytest.fixture
def security(site: Site) -> Browser:
    return signed_in(site, site.world.security_admin)


def test_everybody_sees_the_three_kinds_and_links_to_the_own_part(
    site: Site, system: Browser, security: Browser
) -> None:
    page = system.get("/account/desk", follow_redirects=True).page
    assert page.heading == "管理首页"
    links = {a.get("href") for a in page.all("a")}
    assert "/admin/staff/new" in links
    assert "/admin/posts/proposed" not in links
    links = {a.get("href") for a in security.get("/admin/").page.all("a")}
    assert "/admin/posts/proposed" in links
    assert not links & {"/admin/staff/new", "/admin/bureaus", "/audit/"}
    auditor = signed_in(site, site.world.audit_admin)
    assert "/audit/" in {a.get("href") for a in auditor.get("/admin/").page.all("a")}


def test_from_account_to_post_takes_two_people(site: Site, system: Browser, security: Browser) -> None:
    page = system.visit(system.get("/admin/staff").page, "建立账号").page
    page = system.submit(page, "建立账号并发送链接", {"name": "张示例", "email": "zhang@office.example"}).page
    assert page.heading == "张示例"
    assert "未设密码" in page.text
    assert "授予岗位" not in [button.text for button in page.all("a")]

    page = security.visit(security.get("/admin/staff?q=张示例").page, "张示例").page
    page = security.visit(page, "授予岗位").page
    page = security.submit(page, "授予岗位", {"role": "reviewer"}).page
    assert page.field_error("bureau") == "错误：审核、监管等岗位须指定主管部门，管理员岗位不指定。"
    haining = bureau_at(site, HAINING)
    page = security.submit(page, "授予岗位", {"role": "reviewer", "bureau": str(haining)}).page
    assert "审核人员 · " in page.text
    assert run_worker(site) >= 2


def test_what_is_wrong_with_a_new_account_is_told_at_its_fields(system: Browser) -> None:
    page = system.get("/admin/staff/new").page
    answer = system.submit(page, "建立账号并发送链接", {"name": "", "email": "owner@test.example", "phone": "1"})
    assert answer.status_code == 422
    assert answer.page.value("email") == "owner@test.example"
    assert answer.page.field_error("name")
    assert answer.page.field_error("phone")
    answer = system.submit(answer.page, "建立账号并发送链接", {"name": "某人", "phone": ""})
    assert (
        answer.page.field_error("email") == "错误：这个邮箱已有账号。请在工作人员中查找，确认为工作账号后再授予岗位。"
    )


def test_addresses_are_masked_in_the_list_and_whole_on_the_persons_page(site: Site, security: Browser) -> None:
    page = security.get("/admin/staff?q=county@test.example").page
    assert "c***@test.example" in page.text
    assert "county@test.example" not in page.text
    page = security.visit(page, "测试county").page
    assert "county@test.example" in page.text
    with site.work() as work:  # Looking at it is recorded.
        read = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "admin:user:read")).all()
        assert [(event.person_id, event.actor_id) for event in read] == [
            (site.world.county_reviewer, site.world.security_admin)
        ]


def test_the_list_is_filtered(site: Site, security: Browser) -> None:
    haining = bureau_at(site, HAINING)
    page = security.get(f"/admin/staff?role=reviewer&bureau_id={haining}&state=active&kind=staff").page
    assert {"测试county", "测试colleague"} <= {a.text for a in page.all("a")}
    assert security.get("/admin/staff?q=nobody-like-this").page.text.count("没有符合条件的人员") == 1
    for odd in ("role=x", "bureau_id=x", "bureau_id=99999999999999999999", "state=x", "kind=x", "page=99"):
        assert security.get(f"/admin/staff?{odd}").status_code == 200


def test_exclusive_roles_are_told_at_the_field(site: Site, security: Browser) -> None:
    page = security.get(f"/admin/staff/{site.world.system_admin}/posts/new").page
    answer = security.submit(page, "授予岗位", {"role": "audit_admin"})
    assert answer.page.field_error("role") == "错误：系统管理员不能同时担任审计管理员。"


def test_ones_own_account_offers_nothing_and_refuses_everything(site: Site, security: Browser) -> None:
    own = site.world.security_admin
    page = security.get(f"/admin/staff/{own}").page
    assert "这是您自己的账号" in page.text
    assert not [a for a in page.all("a") if "/posts/" in (a.get("href") or "") and "proposed" not in a.get("href")]
    for address, body in (
        (f"/admin/staff/{own}/posts/new", {"role": "reviewer", "bureau": "1"}),
        (f"/admin/posts/{post_of(site, own)}/end", {}),
        (f"/admin/staff/{own}/deactivate", {}),
        (f"/admin/staff/{own}/reactivate", {}),
        (f"/admin/staff/{own}/unlock", {}),
        (f"/admin/staff/{own}/second-factor", {}),
        (f"/admin/staff/{own}/end-sessions", {}),
    ):
        assert security.forge(address, body).status_code == 403, address
    assert roles_of(site, own) == ["security_admin"]


def test_ending_a_post_asks_for_the_cases(site: Site, security: Browser) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)
    address = f"/admin/posts/{post_of(site, world.county_reviewer)}/end"
    field = f"to-{bureau_at(site, HAINING)}"

    page = security.get(address).page
    answer = security.submit(page, "终止岗位")
    assert answer.page.field_error(field) == "错误：请选择由谁接手在办案件。"
    page = security.submit(answer.page, "终止岗位", {field: str(world.colleague)}).page

    assert page.heading == "测试county"
    assert handler(site, filing) == world.colleague
    assert security.get(address).page.text.count("这个岗位已经终止。") == 1
    assert security.forge(address).status_code == 410


def test_deactivating_signs_out_at_once(site: Site, security: Browser) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)
    reviewer = signed_in(site, world.county_reviewer)
    assert reviewer.get("/review/").status_code == 200

    page = security.get(f"/admin/staff/{world.county_reviewer}/deactivate").page
    page = security.submit(page, "停用账号", {f"to-{bureau_at(site, HAINING)}": "pile"}).page

    assert "已停用" in page.text
    assert reviewer.get("/review/").location.startswith("/account/login")
    assert handler(site, filing) is None
    assert security.forge(f"/admin/staff/{world.county_reviewer}/deactivate").status_code == 409
    page = security.submit(page, "恢复账号").page
    assert "正常" in page.text


def test_sessions_are_ended_and_second_factors_reset(site: Site, security: Browser) -> None:
    world = site.world
    reviewer = signed_in(site, world.city_reviewer)
    page = security.get(f"/admin/staff/{world.city_reviewer}").page
    page = security.submit(page, "结束所有登录").page
    assert "已结束 1 个登录。" in page.text
    assert reviewer.get("/review/").location.startswith("/account/login")
    page = security.visit(page, "重置第二重验证").page
    page = security.submit(page, "重置第二重验证").page
    assert "未设置" in page.text


def test_somebody_who_mistyped_too_often_is_let_in_again(site: Site, security: Browser) -> None:
    world = site.world
    with site.work() as work:
        for _ in range(7):
            attempts.begin(work, attempts.of_name(work, world.emails[world.city_reviewer]))
    page = security.get(f"/admin/staff/{world.city_reviewer}").page
    assert "锁定至" in page.text
    page = security.submit(page, "解锁账号").page
    assert "账号已解锁" in page.text
    assert "锁定至" not in page.text


def test_the_link_is_sent_again_on_request(site: Site, system: Browser) -> None:
    page = system.get("/admin/staff/new").page
    page = system.submit(page, "建立账号并发送链接", {"name": "张示例", "email": "zhang@office.example"}).page
    assert "链接已再次发出" in system.submit(page, "再次发送设置密码的链接").page.text
    system.forge(f"/admin/staff/{site.world.nobody}/invite")
    assert "不能再发送链接" in system.get(f"/admin/staff/{site.world.nobody}").page.text


def test_posts_asked_for_are_given_all_at_once(site: Site, security: Browser) -> None:
    world, haining = site.world, bureau_at(site, HAINING)
    for user, role in ((world.nobody, "reviewer"), (world.expert, "supervisor"), (world.publisher, "reviewer")):
        propose(site, user, role, haining)
    propose(site, world.colleague, "audit_admin", None)

    page = security.get("/admin/posts/proposed").page
    assert "请先勾选" in security.submit(page, "授予所选岗位").page.text
    page = security.visit(page, "勾选本页全部").page
    page = security.submit(page, "授予所选岗位").page

    assert "已授予 3 个岗位。" in page.text
    assert "测试colleague：审核人员不能同时担任审计管理员。" in page.text
    assert roles_of(site, world.nobody) == ["reviewer"]
    (left,) = page.all("input", name="proposal")
    page = security.submit(page, "退回所选岗位", {"proposal": left.get("value")}).page
    assert "没有待授予的岗位" in page.text
    row = propose(site, world.nobody, "expert", haining)
    security.forge("/admin/posts/proposed", {"action": "none", "proposal": str(row)})  # Enter in a box.
    with site.work() as work:
        assert work.session.get_one(PostProposal, row).decided_at is None
    for odd in ({"proposal": ["x", "999999"]}, {"action": "grant", "proposal": "999999"}, {"action": "x"}):
        assert security.forge("/admin/posts/proposed", odd).status_code == 302


# ---------------------------------------------------------------------------------------------------- tables


def upload(system: Browser, content: bytes) -> object:
    page = system.get("/admin/staff/import").page
    return system.submit(page, "检查并导入", {"file": Upload("人员.csv", content)})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_right_table_is_imported_and_the_posts_wait(site: Site, system: Browser, encoding: str) -> None:
    with site.work() as work:
        name = work.session.scalars(select(Bureau.name).where(Bureau.area_code == HAINING)).one()
    content = f"{HEAD}张示例,zhang@office.example,,{name},审核人员\r\n李样例,li@office.example,,,\r\n".encode(encoding)

    answer = upload(system, content)

    assert "已建立 2 个账号，提出 1 个岗位，等安全管理员授予。" in answer.page.text
    assert "已建立 0 个账号，提出 0 个岗位" in upload(system, content).page.text
    with site.work() as work:
        assert work.session.query(PostProposal).count() == 1
        assert work.session.query(Post).join(Post.user).filter(User.email == "zhang@office.example").count() == 0


def test_mistakes_are_told_at_line_and_column_and_nothing_is_written(site: Site, system: Browser) -> None:
    content = f"{HEAD}张示例,zhang@office.example,,,\r\n=1+1,x,1,没有,没有\r\n".encode()

    answer = upload(system, content)

    assert answer.status_code == 422
    rows = [
        [cell.get("data-label") and "".join(cell.itertext()).strip() for cell in row] for row in answer.page.all("tr")
    ]
    assert {(row[0], row[1]) for row in rows[1:]} >= {("3", "姓名"), ("3", "邮箱"), ("3", "电话")}
    with site.work() as work:
        assert work.session.query(User).filter(User.email == "zhang@office.example").count() == 0

    page = system.submit(answer.page, "只导入正确的 1 行").page
    assert "已建立 1 个账号" in page.text
    assert "有错误的 1 行没有导入。" in page.text


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04\x00", "名字,邮箱\r\n张,a@b.example".encode(), b"x" * (2 * 1024 * 1024 + 1), b"x" * 4_200_000],
)
def test_what_is_no_table_is_told_at_the_file(system: Browser, content: bytes) -> None:
    answer = upload(system, content)
    assert answer.status_code == 422
    assert answer.page.field_error("file")


def test_no_file_is_told(system: Browser) -> None:
    answer = system.submit(system.get("/admin/staff/import").page, "检查并导入")
    assert answer.page.field_error("file") == "错误：请上传文件。"


def test_text_that_nobody_uploaded_is_checked_all_the_same(site: Site, system: Browser) -> None:
    answer = system.forge("/admin/staff/import", {"text": "x"})
    assert answer.status_code == 422
    answer = system.forge("/admin/staff/import", {"text": f"{HEAD}张示例,county@test.example,,,系统管理员\r\n"})
    assert answer.status_code == 422
    assert "这个邮箱已是另一个人的账号。" in answer.page.text


def test_many_mistakes_are_shown_in_part(system: Browser) -> None:
    answer = upload(system, (HEAD + "张,x,,,\r\n" * 300).encode())
    assert "只显示前 200 处。" in answer.page.text
    assert len(answer.page.all("tr")) == 201


def test_the_template_has_the_right_headings(system: Browser) -> None:
    answer = system.get("/admin/staff/import/template.csv")
    assert answer.mimetype == "text/csv"
    assert answer.get_data().startswith("\ufeff姓名,邮箱,电话,主管部门,岗位\r\n".encode())
    assert "filename=staff.csv" in answer.headers["Content-Disposition"]


# ---------------------------------------------------------------------------------------------------- offices


def test_an_office_is_added_and_renamed(site: Site, system: Browser) -> None:
    page = system.visit(system.get("/admin/bureaus").page, "新增主管部门").page
    page = system.submit(page, "新增主管部门", {"area": "1", "name": "虚构平湖局", "subject": "commerce"}).page
    assert page.field_error("area") == "错误：没有这个行政区划代码，请核对。"
    page = system.submit(page, "新增主管部门", {"area": "330482"}).page
    assert "主管部门已新增。" in page.text

    page = system.visit(page, "虚构平湖局").page
    assert "主管部门不能删除" in page.text
    stale = page
    system.submit(page, "保存修改", {"name": "虚构平湖新局"})
    assert system.submit(stale, "保存修改", {"name": "虚构平湖旧局"}).status_code == 409
    answer = system.submit(system.get(stale.address).page, "保存修改", {"name": "虚构330400commerce局"})
    assert answer.page.field_error("name") == "错误：已有同名的主管部门。"
    page = system.get("/admin/bureaus?q=平湖").page
    assert "虚构平湖新局" in page.text


def test_pages_send_the_same_number_of_statements_however_long_the_lists(
    site: Site, system: Browser, security: Browser
) -> None:
    haining = bureau_at(site, HAINING)
    before = [len(security.get(address).statements) for address in ("/admin/staff", "/admin/posts/proposed")]
    with site.work(site.world.system_admin) as work:
        users = [
            staff.add(work, {"name": f"张示例{number}", "email": f"z{number}@office.example"}).id
            for number in range(25)
        ]
    for user in users:
        propose(site, user, "reviewer", haining)
    after = [len(security.get(address).statements) for address in ("/admin/staff", "/admin/posts/proposed")]
    assert after[0] == before[0]
    assert after[1] <= before[1] + 3  # An empty list loads nobody's name, and records nobody's reading it.
    page = security.get("/admin/posts/proposed?all=1").page
    assert "已授予 25 个岗位。" in security.submit(page, "授予所选岗位").page.text


def test_a_link_in_a_letter_leads_to_the_password(site: Site, system: Browser, browser: Browser) -> None:
    page = system.get("/admin/staff/new").page
    system.submit(page, "建立账号并发送链接", {"name": "张示例", "email": "zhang@office.example"})
    with site.work() as work:
        user = work.session.scalars(select(User).where(User.email == "zhang@office.example")).one()
        link = re.sub(r"https://[^/]+", "", password_links.make(work, user))
    assert browser.get(link).status_code == 200
