"""The administrators' pages and standing in, on a desk and on a phone, as axe and the narrowest screen see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.factories import filed
from tests.services.test_assignments import claim
from tests.services.test_posts import post_of, propose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor


def test_the_system_administrators_pages(
    site: LiveSite, arrive: Callable[..., Visitor], screen: Screen, tmp_path: Path
) -> None:
    visitor = arrive(screen)
    visitor.sign_in(site.world.system_admin)
    visitor.look("home", dark=True)
    for name, address in (
        ("staff", "/admin/staff"),
        ("add-staff", "/admin/staff/new"),
        ("bureaus", "/admin/bureaus"),
        ("add-bureau", "/admin/bureaus/new"),
        ("bureau", "/admin/bureaus/1"),
    ):
        visitor.open(address)
        visitor.look(name)
    visitor.open("/admin/staff/import")
    table = tmp_path / "staff.csv"
    table.write_text(
        "姓名,邮箱,电话,主管部门,岗位\n张示例,zhang@office.example,,,\n=1,x,1,没有,没有\n", encoding="gb18030"
    )
    visitor.page.locator("input[type=file]").set_input_files(table)
    visitor.press("检查并导入")
    assert visitor.reads("还没有导入")
    visitor.look("import", dark=True)
    visitor.press("只导入正确的 1 行")
    assert visitor.reads("已建立 1 个账号")


def test_the_security_administrators_pages(site: LiveSite, arrive: Callable[..., Visitor], screen: Screen) -> None:
    world, filing = site.world, filed(site)
    claim(site, world.county_reviewer, filing)
    propose(site, world.nobody, "reviewer", 1)
    visitor = arrive(screen)
    visitor.sign_in(world.security_admin)
    for name, address in (
        ("proposals", "/admin/posts/proposed"),
        ("person", f"/admin/staff/{world.county_reviewer}"),
        ("give", f"/admin/staff/{world.nobody}/posts/new"),
        ("end", f"/admin/posts/{post_of(site, world.county_reviewer)}/end"),
        ("deactivate", f"/admin/staff/{world.county_reviewer}/deactivate"),
        ("factors", f"/admin/staff/{world.county_reviewer}/second-factor"),
    ):
        visitor.open(address)
        visitor.look(name)


def test_standing_in_and_whose_case_it_is(site: LiveSite, arrive: Callable[..., Visitor], screen: Screen) -> None:
    filing = filed(site)
    claim(site, site.world.county_reviewer, filing)
    visitor = arrive(screen)
    visitor.sign_in(site.world.deputy)
    for name, address in (
        ("absence", "/account/absence"),
        ("arrange", f"/account/absence/{post_of(site, site.world.deputy)}"),
        ("queue", "/review/"),
        ("case", f"/review/cases/{filing}"),
    ):
        visitor.open(address)
        visitor.look(name)
