"""A third party's certificate put on record: a firm, two reviewers and a consumer, on a desk and on a phone."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pypdfium2
import pytest
import zxingcpp

from tests.browser import papers
from tests.browser.visitor import DESKTOP
from tests.factories.certification_bodies import some_body
from tests.factories.evidence import CERTIFICATE_FACTS, add_evidence
from tests.factories.filings import BODY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor

    Arrive = Callable[..., Visitor]

PRODUCT = "高硼硅玻璃杯"
NAME = "示例认证中心（虚构）"


@pytest.fixture(autouse=True)
def body(site: LiveSite) -> int:
    """The body that certified; another one has a name like it."""
    with site.work() as work:
        some_body(work, "CNCA-R-9999-902", "样例质量认证有限公司（虚构）")
        return some_body(work, BODY, NAME, former_names=("示例质量认证所（虚构）",))


def test_from_the_draft_to_the_day_after_the_last(site: LiveSite, arrive: Arrive, screen: Screen) -> None:
    desk = arrive(screen)
    fill_in(desk)
    desk.press("提交审核")
    assert desk.reads("已提交审核")
    desk.look("filing")
    desk.sign_out()
    recommend(desk)
    look_up_and_approve(desk)
    site.run_worker()

    address = find_in_directory(arrive(screen))
    consumer = arrive(screen)
    consumer.open(address)
    assert consumer.heading == "有效"
    for fact in (NAME, "901P26-0001/虚构", "由认证机构认证并负责", "认证证书有效期至 2026年8月31日"):
        assert consumer.reads(fact)
    consumer.look("verification", dark=True, public=True)
    link = consumer.link("查看证书 PDF").get_attribute("href")
    page = pypdfium2.PdfDocument(BytesIO(consumer.context.request.get(link).body()))[0]
    (code,) = zxingcpp.read_barcodes(page.render(scale=150 / 72, grayscale=True).to_pil())
    assert code.text == address

    desk.sign_in(site.world.owner)
    desk.open("/enterprise/certificates")
    desk.look("certificates")
    desk.follow(PRODUCT)
    desk.look("certificate")

    site.clock.moment = datetime(2026, 9, 1, 2, tzinfo=UTC)
    consumer.page.reload()
    assert consumer.heading == "过期"
    assert consumer.reads("所依据的认证证书已经到期")
    consumer.look("verification-expired", dark=True, public=True)


def fill_in(desk: Visitor) -> None:
    desk.sign_in(desk.site.world.owner)
    desk.open("/enterprise/filings")
    desk.press("备案第三方认证")
    desk.fill({"products": str(desk.site.world.product), "line": str(desk.site.world.line)})
    desk.look("object")
    desk.press("保存并继续")
    assert desk.heading == "认证证书"
    desk.fill({"find": "质量认证"})
    assert desk.reads("样例质量认证有限公司（虚构）")
    desk.page.get_by_role("radio", name=NAME).check()
    desk.fill({"number": "901P26-0001/虚构"})
    desk.look("certificate-found", dark=True)
    desk.press("上传新的文件")
    desk.page.wait_for_url("**/evidence/new**")
    assert desk.control("issuer").input_value() == NAME
    desk.control("file").set_input_files(papers.report() | {"name": "认证证书.pdf"})
    desk.fill({"issued_on": "2026-01-15", "expires_on": "2026-08-31"})
    desk.press("存入材料库")
    desk.page.wait_for_url("**/edit/certificate**")
    assert desk.control("expires_on").input_value() == "2026-08-31"
    assert desk.page.get_by_role("radio", name=NAME).is_checked()
    desk.fill(
        {
            "project": "同线同标同质产品认证",
            "scheme": "type_test_inspection",
            "standards": "GB 4806.5-2016",
            "markets": ["DE", "US"],
            "first_issued_on": "2023-01-15",
        }
    )
    desk.press("保存并继续")
    desk.look("parties")
    desk.press("保存并继续")
    desk.fill({"ccc": "no"})
    desk.look("ccc")
    desk.press("保存并继续")
    desk.fill({"quality_record": "none", "consent": "yes"})
    desk.look("statement")
    desk.press("保存，去检查")
    assert desk.reads("内容齐全，可以提交")
    desk.look("check")


def recommend(desk: Visitor) -> None:
    desk.sign_in(desk.site.world.county_reviewer)
    desk.look("queue")
    desk.follow(PRODUCT)
    desk.look("case", dark=True)
    desk.press("推荐至上一级")
    assert desk.reads("已推荐至上一级审核")
    desk.sign_out()


def look_up_and_approve(desk: Visitor) -> None:
    desk.sign_in(desk.site.world.city_reviewer)
    desk.follow(PRODUCT)
    desk.press("准予备案")
    assert desk.reads("请先在国家认监委网站核对认证证书")
    desk.look("case-refused")
    desk.follow("记录核对结果")
    desk.fill({"result": "matches", "note": "有效，与证书一致。"})
    desk.control("screenshot").set_input_files(papers.picture())
    desk.look("look-up", dark=True)
    desk.press("记录核对结果")
    assert desk.reads("核对结果已记录")
    desk.look("case-looked-up")
    desk.press("准予备案")
    assert desk.reads("已准予备案")
    desk.sign_out()


def find_in_directory(visitor: Visitor) -> str:
    """Among the third-party certifications; the address of the certificate's page."""
    visitor.open("/directory")
    if visitor.screen.touch:
        visitor.page.locator("summary", has_text="筛选").click()
    visitor.fill({"kind": "certification"})
    visitor.press("显示结果")
    assert visitor.reads("证明方式：第三方认证")
    visitor.look("directory", public=True)
    visitor.follow(PRODUCT)
    assert visitor.heading == "有效"
    return visitor.page.url


def test_a_ticked_file_fills_in_the_page(site: LiveSite, arrive: Arrive) -> None:
    """While the page saves itself; what somebody has typed stays."""
    with site.work(site.world.owner) as work:
        add_evidence(work, "certification_certificate")
    desk = arrive(DESKTOP)
    desk.sign_in(site.world.owner)
    desk.open("/enterprise/filings")
    desk.press("备案第三方认证")
    desk.press("保存并继续")
    desk.fill({"expires_on": "2028-12-31"})
    desk.page.get_by_label(CERTIFICATE_FACTS["number"]).check()
    desk.page.get_by_role("radio", name=NAME).wait_for()
    assert desk.page.get_by_role("radio", name=NAME).is_checked()
    assert desk.control("number").input_value() == CERTIFICATE_FACTS["number"]
    assert desk.control("issued_on").input_value() == CERTIFICATE_FACTS["issued_on"]
    assert desk.control("expires_on").input_value() == "2028-12-31"
    assert desk.reads("证书文件在材料库中登记的有效期至是 2029-01-14")
    # Enter in the words looks for them, and sends nothing.
    desk.fill({"find": "没有这家"})
    desk.page.keyboard.press("Enter")
    assert desk.reads("没有找到其他符合“没有这家”的机构")
    assert desk.path.endswith("/edit/certificate")
    desk.assert_no_trouble()
