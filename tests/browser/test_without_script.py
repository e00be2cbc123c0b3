"""The main job in a browser that runs no script: the server adds and takes away rows, and keeps what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser import papers
from tests.browser.test_main_job import sign

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
    lines_from_server(owner)
    owner.press("保存并继续")

    rows_from_server(owner)
    owner.press("保存并继续")

    report_from_server(owner)
    owner.press("保存并继续")

    owner.fill(papers.STATEMENT)
    owner.press("保存，去签署")
    sign(owner)
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


def lines_from_server(owner: Visitor) -> None:
    """A factory of several lines, each in a row that the server gives."""
    owner.press("登记工厂或生产线")
    owner.fill({"address": "浙江省嘉兴市海宁市示例路 10 号", "lines-0-name": "甲线"})
    owner.press("增加一行")
    assert owner.control("lines-0-name").input_value() == "甲线"
    owner.fill({"lines-1-name": "乙线"})
    owner.look("factory-without-script")
    owner.press("登记工厂")
    assert owner.heading == "同线"
    line = owner.control("line")
    assert "甲线" in line.locator("option:checked").inner_text()
    line.select_option(label=next(text for text in line.locator("option").all_inner_texts() if "乙线" in text))


def report_from_server(owner: Visitor) -> None:
    """What was typed before the report was uploaded is still there."""
    owner.fill({"quality_record": "none"})
    owner.press("上传新的文件")
    owner.fill(papers.REPORT)
    owner.control("file").set_input_files(papers.report())
    owner.press("存入材料库")
    assert owner.heading == "同质"
    assert owner.page.locator('[name="reports"]:checked').count() == 1
    assert owner.page.locator('[name="quality_record"]:checked').get_attribute("value") == "none"
    owner.look("step-quality-without-script")
