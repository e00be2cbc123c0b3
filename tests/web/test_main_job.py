"""The main job, over HTTP and without script: from a firm nobody knows to a certificate that everybody can check."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from registry.domain.identifiers import make_uscc
from tests.conftest import ENGINES
from tests.factories import pdf_report
from tests.factories.world import HAINING
from tests.harness import Upload
from tests.web import journey

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser, Page

PASSWORD = "一句好记的话 correct horse"
FIRM = {
    "uscc": make_uscc("91330481T00000030"),
    "name": "海宁虚构陶瓷有限公司",
    "area": HAINING,
    "address": "示例路 3 号",
    "industry": "30",
    "contact_name": "测试联系人",
    "contact_phone": "0573-55500003",
}
PERSON = {
    "person_name": "测试申报人",
    "email": "new@test.example",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_from_registration_to_verification(site: Site, browser: Browser) -> None:
    page = _register_firm(site, browser)
    page = _add_product_with_picture(browser, page)
    page = _fill_in_declaration(browser, page)
    page = browser.submit(page, "提交审核").page
    assert "已提交审核" in page.text
    assert "县级审核" in page.text
    browser.sign_out()

    county = journey.signed_in(site, site.world.county_reviewer)
    answer = journey.decide(county, "骨瓷餐盘", "推荐至上一级")
    assert "已推荐至上一级审核" in answer.page.text
    city = journey.signed_in(site, site.world.city_reviewer)
    answer = journey.decide(city, "骨瓷餐盘", "准予备案")
    assert "证书正在生成" in answer.page.text
    assert journey.run_worker(site) == 5  # Four letters and the document.

    browser.sign_in(PERSON["email"], PASSWORD)
    page = browser.visit(browser.get("/enterprise/certificates").page, "骨瓷餐盘").page
    address = page.link("公开查验页面")
    browser.sign_out()
    _verify(browser, address, page)
    _suspend(site, browser, address)


def _register_firm(site: Site, browser: Browser) -> Page:
    page = browser.get("/").page
    page = browser.visit(browser.visit(page, "企业申报").page, "注册账号").page
    assert page.heading == "注册账号"
    page = journey.make_account(site, browser, PERSON)
    assert page.heading == "登记企业"
    page = browser.submit(page, "登记企业并提交核验", FIRM | journey.papers()).page
    assert page.heading == "工作台"
    assert "企业已登记" in page.text
    assert "企业尚未核验" in page.text
    assert "核验通过" in journey.verify(site, FIRM["name"]).text
    page = browser.get("/enterprise/").page
    assert "企业尚未核验" not in page.text
    return page


def _add_product_with_picture(browser: Browser, page: Page) -> Page:
    page = browser.visit(page, "登记第一个产品").page
    values = {"name": "骨瓷餐盘", "brand": "虚构牌", "model": "GC-27", "category": "consumer"}
    page = browser.submit(page, "保存产品", values | {"gtin": "6901234567892", "hs_code": "6911.10.19"}).page
    assert page.heading == "骨瓷餐盘"
    page = browser.submit(page, "上传图片", {"picture": Upload("餐盘.jpg", journey.photograph())}).page
    picture = page.classed("picture-list")[0].find(".//img").get("src")
    assert browser.get(picture).mimetype == "image/jpeg"
    return page


def _fill_in_declaration(browser: Browser, page: Page) -> Page:
    page = browser.submit(page, "为它新建自我声明").page
    page = browser.submit(page, "保存并继续").page
    assert page.heading == "同线"
    page = _add_factory(browser, page)
    assert page.heading == "同标"
    page = _fill_in_comparison(browser, page)
    page = _fill_in_reports(browser, page)
    page = browser.submit(page, "保存，去签署", journey.STATEMENT).page
    assert page.heading == "签署"
    page = journey.sign(browser, page)
    assert "声明已签署" in page.text
    page = browser.visit(page, "检查并提交").page
    assert page.heading == "检查并提交"
    assert not page.errors
    return page


def _add_factory(browser: Browser, page: Page) -> Page:
    """A factory is entered once, and chosen where it was missing."""
    assert not journey.offered(page, "line")
    page = browser.submit(page, "登记工厂或生产线").page
    assert page.value("manufacturer") == FIRM["name"]  # What is known is not asked again.
    assert page.value("address").endswith(FIRM["address"])
    page = browser.submit(page, "登记工厂", {"lines-0-name": "一号窑"}).page
    assert page.heading == "同线"
    assert page.value("line") == journey.offered(page, "line")[0]
    return browser.submit(page, "保存并继续").page


def _fill_in_comparison(browser: Browser, page: Page) -> Page:
    """Rows come and go by buttons of the form, and what was typed stays."""
    page = browser.submit(page, ("add", "comparison"), journey.STANDARD).page
    assert page.heading == "同标"
    second = {name.replace("-0-", "-1-"): value for name, value in journey.STANDARD.items() if "comparison" in name}
    page = browser.submit(page, ("add", "comparison"), second | {"comparison-1-indicator": "镉溶出量"}).page
    assert page.value("comparison-0-indicator") == "铅溶出量"
    page = browser.submit(page, ("remove", "comparison-0")).page
    assert page.value("comparison-0-indicator") == "镉溶出量"
    assert sorted(page.value("markets")) == ["DE", "US"]
    page = browser.submit(page, "保存并继续").page
    assert page.heading == "同质"
    return page


def _fill_in_reports(browser: Browser, page: Page) -> Page:
    """A report is put into the library once, and ticked where it was missing; what was typed before stays."""
    page = browser.submit(page, "上传新的文件", journey.QUALITY).page
    report = Upload("检测报告（盖章版）.pdf", pdf_report())
    page = browser.submit(page, "存入材料库", journey.REPORT | {"file": report}).page
    assert page.heading == "同质"
    assert page.value("reports") == journey.offered(page, "reports")
    assert page.value("quality_record") == "none"
    piece = browser.visit(browser.get("/enterprise/evidence").page, "FICT-2026-001").page
    assert browser.get(piece.link("检测报告（盖章版）.pdf")).data == pdf_report()
    page = browser.submit(page, "保存并继续").page
    assert page.heading == "声明"
    return page


def _verify(browser: Browser, address: str, desk: Page) -> None:
    """Anybody can check it, by code and by number, and the document is the one that was issued."""
    code = address.rpartition("/")[2]
    page = browser.get(address).page
    assert page.heading == "有效"
    assert "有效期至 2029年3月17日" in page.text
    for said in ("骨瓷餐盘", FIRM["name"], "镉溶出量", "自我声明", "企业对声明负责"):
        assert said in page.text
    assert "测试联系人" not in page.html
    assert FIRM["contact_phone"] not in page.html
    assert browser.get(f"{address}/picture/1").mimetype == "image/jpeg"
    document = browser.get(f"{address}.pdf")
    assert document.mimetype == "application/pdf"
    assert document.data.startswith(b"%PDF")
    etag = document.headers["ETag"]
    assert browser.get(f"{address}.pdf", headers={"If-None-Match": etag}).status_code == 304

    number = re.search(r"STD-\d{6}-2026-\d{6}-\w", desk.text).group()
    home = browser.get("/").page
    for typed in (code, f"{code[:4]}-{code[4:8]} {code[8:]}".lower(), number, number.lower().replace("-", " ")):
        assert browser.submit(home, "查验", {"q": typed}).request.path == address
    listed = browser.submit(browser.get("/directory").page, "查询", {"q": "骨瓷"}).page
    assert listed.link("骨瓷餐盘") == address


def _suspend(site: Site, browser: Browser, address: str) -> None:
    supervisor = journey.signed_in(site, site.world.city_supervisor)
    page = supervisor.visit(supervisor.get("/bureau/certificates").page, "骨瓷餐盘").page
    page = supervisor.visit(page, "暂停证书").page
    values = {"reason": "抽查不合格", "document_number": "虚构〔2026〕1号", "until": "2026-06-01"}
    assert "查验页面即时显示" in supervisor.submit(page, "暂停证书", values).page.text
    page = browser.get(address).page
    assert page.heading == "暂停"
    for said in ("自 2026年3月18日 起暂停", "抽查不合格", "虚构〔2026〕1号", "整改期限：2026年6月1日"):
        assert said in page.text


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_replaced_withdrawn_and_expired(site: Site, owner: Browser) -> None:
    """A certificate's later life: 已换发, 注销, 过期."""
    first = _certify(site, owner, journey.fill_in(owner, journey.start(owner, site.world.product)))
    page = owner.visit(owner.get("/enterprise/certificates/1").page, "申请变更").page
    assert "新证书签发后立即代替原证书" in page.text
    page = owner.submit(page, "开始填写").page
    assert "已带入原申报的全部内容" in page.text
    for _ in range(3):
        page = owner.submit(page, "保存并继续").page
    page = owner.submit(page, "保存并继续", journey.QUALITY).page
    values = {"declared_on": "2026-03-02", "consent": "yes", "limits": "限于 2026 年的批次"}
    page = owner.submit(page, "保存，去签署", values).page
    journey.sign_at_once(owner, page)
    second = _certify(site, owner, owner.get(page.address.replace("/sign", "/check")).page)

    page = owner.get(first).page
    assert page.heading == "已换发"
    assert owner.visit(page, "查看新证书").request.path == second

    site.clock.moment = datetime(2029, 3, 17, 15, 59, tzinfo=UTC)  # The last minute at the office.
    assert owner.get(second).page.heading == "有效"
    site.clock.moment = datetime(2029, 3, 17, 16, 0, tzinfo=UTC)
    page = owner.get(second).page
    assert page.heading == "过期"
    assert "有效期止于 2029年3月17日" in page.text

    site.clock.moment = datetime(2026, 3, 19, tzinfo=UTC)
    owner = journey.signed_in(site, site.world.owner)  # A session lasts a working day.
    page = owner.visit(owner.get("/enterprise/certificates/2").page, "注销证书").page
    page = owner.submit(page, "注销证书").page
    assert page.field_error("reason") == "错误：请选择一项。"
    page = owner.submit(page, "注销证书", {"reason": "production_ended"}).page
    assert "已注销 1 张证书" in page.text
    page = owner.get(second).page
    assert page.heading == "注销"
    assert "产品停产" in page.text


def _certify(site: Site, owner: Browser, check: Page) -> str:
    """Submit, recommend, approve; gives the public address."""
    assert not check.errors, check.errors
    owner.submit(check, "提交审核")
    journey.decide(journey.signed_in(site, site.world.county_reviewer), "高硼硅玻璃杯", "推荐至上一级")
    journey.decide(journey.signed_in(site, site.world.city_reviewer), "高硼硅玻璃杯", "准予备案")
    page = owner.visit(owner.get("/enterprise/certificates").page, "高硼硅玻璃杯").page
    assert "证书 PDF 正在生成" in page.text
    return page.link("公开查验页面")


def test_returned_corrected_and_rejected(site: Site, owner: Browser) -> None:
    journey.file_declaration(site, owner)
    county = journey.signed_in(site, site.world.county_reviewer)
    answer = journey.decide(county, "高硼硅玻璃杯", "退回补正")
    assert answer.status_code == 422
    assert answer.page.field_error("reason") == "错误：请填写原因，企业将看到这段文字。"
    values = {"reason": "请补充。", "remark-limits": "写明适用的批次"}
    answer = county.submit(answer.page, "退回补正", values)
    assert "已退回补正" in answer.page.text

    page = owner.get("/enterprise/filings/1").page
    assert "请补充。" in page.text
    assert "有效性限制：写明适用的批次" in page.text
    page = owner.visit(page, "修改并再次提交").page
    page = owner.get(journey.step(page, "statement")).page
    assert "写明适用的批次" in page.text
    assert (page.value("declared_on"), page.value("consent")) == ("", [])  # Said anew with every submission.
    typed = {"limits": "限于 2026 年生产的批次", "declared_on": "2026-03-18", "consent": "yes"}
    page = owner.submit(page, "保存，去签署", typed).page
    journey.sign_at_once(owner, page)
    page = owner.submit(owner.get("/enterprise/filings/1/check").page, "提交审核").page
    assert "县级审核" in page.text

    journey.decide(county, "高硼硅玻璃杯", "推荐至上一级")
    city = journey.signed_in(site, site.world.city_reviewer)
    answer = journey.decide(city, "高硼硅玻璃杯", "不予备案", {"reason": "标准不适用"})
    assert "已作出不予备案决定" in answer.page.text
    page = owner.get("/enterprise/filings/1").page
    assert "标准不适用" in page.text
    assert "行政复议" in page.text


def test_withdrawing_a_declaration(site: Site, owner: Browser) -> None:
    page = journey.file_declaration(site, owner)
    page = owner.submit(owner.visit(page, "撤回申报").page, "撤回申报", {"reason": "填错了"}).page
    assert "申报已撤回" in page.text
    assert "填错了" in page.text
    again = owner.get("/enterprise/filings/1/withdraw")
    assert owner.submit(again.page, "撤回申报").status_code == 410
