"""The main job in a browser that runs no script: the server adds and takes away rows, and keeps what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser import papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor

    Arrive = Callable[..., Visitor]


def test_declare_and_submit(site: LiveSite, arrive: Arrive, screen: Screen) -> None:
    owner = arrive(screen, java_script_enabled=False)
    owner.sign_in(site.world.owner)
    owner.open(f"/enterprise/products/{site.world.product}")
    owner.control("picture").set_input_files(papers.picture())
    owner.press("上传图片")
    assert owner.reads("图片已上传")
    owner.press("为它新建自我声明")
    owner.press("保存并继续")
    owner.fill(papers.LINE)
    owner.press("保存并继续")

    rows_from_server(owner)
    owner.press("保存并继续")

    reports_from_server(owner)
    owner.press("保存并继续")

    owner.fill(papers.STATEMENT)
    owner.press("保存，去检查")
    assert owner.reads("内容齐全，可以提交")
    owner.press("提交审核")
    assert owner.reads("已提交审核")
    owner.look("declaration-without-script")
    owner.sign_out()
    assert owner.heading == "查验三同产品"


def rows_from_server(owner: Visitor) -> None:
    owner.fill(papers.STANDARD)
    owner.fill(papers.indicator_row(0))
    owner.press("增加一行")
    owner.fill(papers.indicator_row(1))
    owner.press("增加一行")
    owner.fill({"comparison-2-indicator": "填错了"})
    owner.page.locator('button[name="remove"][value="comparison-2"]').click()
    owner.control("comparison-2-indicator").wait_for(state="detached")
    assert owner.control("comparison-1-indicator").input_value() == papers.INDICATORS[1][0]
    assert owner.control("overseas_standards").input_value() == papers.STANDARD["overseas_standards"]
    assert owner.page.locator('[name="markets"]:checked').count() == 2
    owner.look("step-standard-without-script")


def reports_from_server(owner: Visitor) -> None:
    """The file of the first row is kept when a second row is asked for and given up."""
    owner.fill(papers.row("reports", 0, papers.REPORT))
    owner.control("reports-0-evidence_file").set_input_files(papers.report())
    owner.press("增加一份报告")
    assert owner.control("reports-1-number").input_value() == ""
    assert owner.link("检测报告.pdf").is_visible()
    owner.page.locator('button[name="remove"][value="reports-1"]').click()
    owner.control("reports-1-number").wait_for(state="detached")
    owner.fill({"quality_record": "none"})
    owner.look("step-quality-without-script")
