"""What the scripts add to forms: nothing is sent twice, nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from registry.infrastructure.database import db
from registry.models import Declaration, Product
from tests.browser import papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Dialog

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Visitor

    Arrive = Callable[..., Visitor]

# The firm has a product with the code of the first one already.
GLASS = papers.PRODUCT_FACTS | {"gtin": ""}


@pytest.fixture
def owner(site: LiveSite, arrive: Arrive) -> Visitor:
    """At the own desk."""
    visitor = arrive()
    visitor.sign_in(site.world.owner)
    return visitor


def start_declaration(visitor: Visitor) -> None:
    """At the first step of a new declaration for the firm's product."""
    visitor.open(f"/enterprise/products/{visitor.site.world.product}")
    visitor.press("为它新建自我声明")
    visitor.page.wait_for_url("**/edit/object")


def products(site: LiveSite) -> int:
    with site.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Product)) or 0


def test_double_click_sends_once_and_the_page_can_be_used_again(site: LiveSite, owner: Visitor) -> None:
    before = products(site)
    owner.open("/enterprise/products/new")
    owner.fill(GLASS)
    sent: list[str] = []
    owner.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    owner.button("保存产品").dblclick()
    assert owner.reads("产品已登记")
    assert len(sent) == 1
    assert products(site) == before + 1

    owner.page.go_back()
    assert owner.heading == "登记产品"
    assert owner.button("保存产品").is_enabled()
    owner.fill(GLASS | {"name": "另一种玻璃杯"})
    owner.press("保存产品")
    assert owner.reads("产品已登记")
    assert products(site) == before + 2


def test_button_says_that_it_is_busy(owner: Visitor) -> None:
    owner.open("/enterprise/products/new")
    owner.fill(GLASS)
    told = owner.button("保存产品").evaluate(
        """async button => {
          button.click();
          await new Promise(done => setTimeout(done, 0));
          return [button.disabled, button.textContent];
        }"""
    )
    assert told == [True, "正在提交…"]
    assert owner.reads("产品已登记")


def test_leaving_a_half_typed_form_asks_first(owner: Visitor) -> None:
    asked: list[Dialog] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog)
        dialog.dismiss()

    owner.page.on("dialog", stay)
    owner.open("/enterprise/products/new")
    owner.follow("申报")
    assert owner.heading == "申报"
    assert not asked, "nothing was typed yet"

    owner.open("/enterprise/products/new")
    owner.fill({"name": papers.PRODUCT})
    owner.page.get_by_role("link", name="申报", exact=True).first.click(no_wait_after=True)
    owner.page.wait_for_timeout(300)
    assert [dialog.type for dialog in asked] == ["beforeunload"]
    assert owner.control("name").input_value() == papers.PRODUCT

    owner.fill(GLASS)
    owner.press("保存产品")
    assert owner.reads("产品已登记")
    assert len(asked) == 1, "saving is not leaving"


def test_what_was_typed_survives_the_end_of_the_session(site: LiveSite, owner: Visitor) -> None:
    start_declaration(owner)
    owner.fill({"batch": "2026 年 3 月起生产的批次"})
    owner.context.clear_cookies()
    owner.press("保存并继续")
    assert owner.heading == "登录"
    assert owner.reads("登录已过期")
    owner.look("session-ended")
    owner.give_account(site.world.emails[site.world.owner])
    assert owner.heading == "填写的内容还在"
    assert owner.reads("2026 年 3 月起生产的批次")
    owner.look("kept-form")
    owner.press("再提交一次")
    assert owner.heading == "同线"
    with site.app.app_context():
        draft = db.session.scalars(select(Declaration)).one()
        assert draft.content["batch"] == "2026 年 3 月起生产的批次"


REPORT_FORM = "/enterprise/evidence/new?kind=test_report"


def test_a_file_over_the_limit_is_told_before_it_is_sent(owner: Visitor) -> None:
    owner.open(REPORT_FORM)
    limit = owner.site.app.extensions["registry"].settings.max_upload_bytes
    large = {"name": "扫描件.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + bytes(limit)}
    file_input = owner.control("file")
    file_input.set_input_files(large)
    told = owner.page.locator("[data-upload-chosen]").first
    assert told.inner_text() == "这个文件太大，请压缩或分开上传：扫描件.pdf（2.0 MB）"
    owner.look("file-too-large")
    file_input.set_input_files(papers.report())
    assert told.inner_text().startswith("已选择：检测报告.pdf")


def test_server_keeps_the_rest_when_it_refuses_a_file(owner: Visitor) -> None:
    owner.open(REPORT_FORM)
    owner.fill(papers.REPORT)
    wrong = {"name": "报告.pdf", "mimeType": "application/pdf", "buffer": b"This is no PDF."}
    owner.control("file").set_input_files(wrong)
    owner.press("存入材料库")
    assert owner.page.locator(".error-summary").is_visible()
    assert owner.control("number").input_value() == papers.REPORT["number"]
    owner.look("file-refused")


# What saves itself


def type_and_wait(owner: Visitor, values: dict[str, Any]) -> None:
    """Type, and wait until the page says that it has saved itself."""
    with owner.page.expect_response(lambda answer: answer.request.method == "POST"):
        owner.fill(values)
    owner.page.locator("[data-autosave-status]", has_text="已保存").wait_for()


def content(site: LiveSite) -> dict[str, Any]:
    with site.app.app_context():
        return db.session.scalars(select(Declaration)).one().content


def test_what_is_typed_saves_itself_and_can_be_saved_by_a_press_as_well(site: LiveSite, owner: Visitor) -> None:
    start_declaration(owner)
    type_and_wait(owner, {"batch": "2026 年 3 月起生产的批次"})
    assert content(site)["batch"] == "2026 年 3 月起生产的批次"
    # The page knows the revision that it has made itself.
    owner.fill({"batch": "2026 年 4 月起生产的批次"})
    owner.press("保存并继续")
    assert owner.heading == "同线"
    assert content(site)["batch"] == "2026 年 4 月起生产的批次"


def test_what_is_wrong_is_told_while_somebody_types_and_goes_when_it_is_mended(owner: Visitor) -> None:
    start_declaration(owner)
    owner.follow("同标")
    owner.fill({"overseas_standards": "长" * 81})
    error = owner.page.locator(".field", has=owner.control("overseas_standards")).locator(".field-error")
    error.wait_for()
    assert "最多 80 个字" in error.inner_text()
    owner.look("autosave-error")
    owner.fill({"overseas_standards": "ISO 7086-1"})
    error.wait_for(state="detached")


def test_of_two_windows_the_second_is_told_and_overwrites_nothing(site: LiveSite, owner: Visitor) -> None:
    start_declaration(owner)
    other = owner.context.new_page()
    other.goto(owner.page.url)
    other.locator('[name="batch"]').fill("另一个窗口写的")
    other.locator("[data-autosave-status]", has_text="已保存").wait_for()
    with other.expect_response(lambda answer: answer.request.method == "POST"):
        other.locator('[name="batch"]').fill("另一个窗口又写的")
    owner.fill({"batch": "这个窗口写的"})
    owner.page.locator("[data-autosave-status].is-warning", has_text="刚在别处修改过").wait_for()
    assert content(site)["batch"] == "另一个窗口又写的"
    assert owner.control("batch").input_value() == "这个窗口写的"
    other.close()
    assert [line.partition(": ")[2][:3] for line in owner.trouble] == ["409"]
    owner.trouble.clear()
