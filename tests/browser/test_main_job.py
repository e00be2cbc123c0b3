"""The main job from the first page to the suspended certificate, as three people and a consumer do it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp

from tests.browser import papers
from tests.browser.papers import FIRM, PRODUCT
from tests.factories.firms import delivered, link_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor

    Arrive = Callable[..., Visitor]


def test_from_the_front_page_to_a_suspended_certificate(site: LiveSite, arrive: Arrive, screen: Screen) -> None:
    desk = arrive(screen)
    register_firm(desk)
    verify_firm(arrive(screen))
    add_product(desk)
    fill_in_declaration(desk)
    submit(desk)

    recommend(desk)
    approve(desk)
    site.run_worker()

    address = find_in_directory(arrive(screen))
    decoded = address_in_qr_code(arrive(screen), address)
    assert decoded == address
    consumer = arrive(screen)
    open_as_consumer(consumer, decoded)
    type_code(arrive(screen), decoded)

    look_at_certificate(desk)
    suspend(desk)
    consumer.page.reload()
    assert consumer.heading == "暂停"
    assert consumer.reads("原因：抽查不合格")
    consumer.look("verification-suspended", dark=True, public=True)


def register_firm(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.look("home", public=True)
    visitor.follow("企业申报")
    assert visitor.heading == "登录"
    visitor.look("sign-in")
    visitor.follow("注册账号")
    visitor.look("register")
    visitor.fill({"email": papers.EMAIL})
    visitor.press("发送确认信")
    assert visitor.reads("我们已发送一封信")
    (letter,) = [letter for letter in delivered(visitor.site) if letter[0] == papers.EMAIL]
    visitor.open(link_in(letter[2]))
    visitor.look("new-account")
    visitor.fill(papers.PERSON)
    visitor.press("建立账号并登录")
    assert visitor.heading == "登记企业"
    visitor.fill(papers.REGISTRATION)
    visitor.control("licence").set_input_files(papers.report())
    visitor.control("letter").set_input_files(papers.report())
    visitor.look("register-firm")
    visitor.press("登记企业并提交核验")
    assert visitor.reads("企业已登记")
    visitor.look("dashboard-empty")


def verify_firm(visitor: Visitor) -> None:
    """The county compares the licence with what was typed."""
    visitor.sign_in(visitor.site.world.county_reviewer)
    visitor.follow("企业核验")
    visitor.look("claims")
    visitor.follow(FIRM)
    visitor.page.wait_for_load_state()
    visitor.look("claim", dark=True)
    visitor.press("核验通过")
    assert visitor.reads("核验通过")


def add_product(visitor: Visitor) -> None:
    visitor.follow("登记第一个产品")
    visitor.look("product-form")
    visitor.fill(papers.PRODUCT_FACTS)
    visitor.press("保存产品")
    assert visitor.heading == PRODUCT
    visitor.control("picture").set_input_files(papers.picture())
    assert visitor.reads("已选择：杯子.jpg")
    visitor.press("上传图片")
    assert visitor.reads("图片已上传")
    visitor.look("product")


def fill_in_declaration(visitor: Visitor) -> None:
    visitor.press("为它新建自我声明")
    assert visitor.heading == "产品"
    visitor.look("step-product", dark=True)
    visitor.press("保存并继续")

    assert visitor.heading == "同线"
    add_factory(visitor)
    visitor.look("step-line")
    visitor.press("保存并继续")

    assert visitor.heading == "同标"
    visitor.fill(papers.STANDARD)
    visitor.fill(papers.indicator_row(0))
    rows_in_page(visitor)
    visitor.fill(papers.indicator_row(1))
    visitor.look("step-standard", dark=True)
    visitor.press("保存并继续")

    assert visitor.heading == "同质"
    add_report(visitor)
    visitor.fill({"quality_record": "none"})
    visitor.look("step-quality", dark=True)
    visitor.press("保存并继续")

    assert visitor.heading == "声明"
    visitor.fill(papers.STATEMENT)
    visitor.look("step-statement", dark=True)
    visitor.press("保存，去签署")
    sign(visitor)


def add_factory(visitor: Visitor) -> None:
    """What is entered on the way is chosen when one is back."""
    visitor.press("登记工厂或生产线")
    assert visitor.heading == "登记工厂"
    assert visitor.control("manufacturer").input_value() == FIRM  # What is known is not asked again.
    assert visitor.control("address").input_value() == papers.ADDRESS
    visitor.fill(papers.LINE)
    visitor.look("factory-form")
    visitor.press("登记工厂")
    assert visitor.heading == "同线"
    assert visitor.reads("已登记，并在申报中选用")
    assert visitor.control("line").input_value()


def add_report(visitor: Visitor) -> None:
    visitor.press("上传新的文件")
    assert visitor.heading == "上传材料"
    visitor.fill(papers.REPORT)
    visitor.control("file").set_input_files(papers.report())
    visitor.look("report-form", dark=True)
    visitor.press("存入材料库")
    assert visitor.heading == "同质"
    assert visitor.page.locator('[name="reports"]:checked').count() == 1


def sign(visitor: Visitor) -> None:
    """Download, sign by hand, scan, and send back."""
    assert visitor.heading == "签署"
    visitor.press("生成声明文件")
    link = visitor.link("下载声明文件（PDF）").get_attribute("href")
    answer = visitor.context.request.get(visitor.site.address + link)
    assert answer.headers["content-type"] == "application/pdf"
    visitor.look("sign", dark=True)
    visitor.control("signed").set_input_files(papers.signed(answer.body()))
    visitor.press("上传签署的声明")
    assert visitor.reads("声明已签署")
    visitor.look("signed")
    visitor.follow("检查并提交")


def rows_in_page(visitor: Visitor) -> None:
    """Rows come and go without a request; the new one is empty and has the focus."""
    path = visitor.page.url
    visitor.press("增加一行")
    visitor.press("增加一行")
    added = visitor.control("comparison-2-indicator")
    assert added.input_value() == ""
    assert added.evaluate("control => control === document.activeElement")
    added.fill("填错了")
    visitor.page.locator('[data-remove][value="comparison-2"]').click()
    assert visitor.control("comparison-1-indicator").count() == 1
    assert visitor.control("comparison-2-indicator").count() == 0
    assert visitor.control("comparison-0-indicator").input_value() == papers.INDICATORS[0][0]
    assert visitor.page.url == path


def submit(visitor: Visitor) -> None:
    assert visitor.heading == "检查并提交"
    assert visitor.reads("内容齐全，可以提交")
    for typed in (papers.INDICATORS[1][0], papers.REPORT["number"], "检测报告.pdf", "德国"):
        assert visitor.reads(typed)
    visitor.look("check", dark=True)
    visitor.press("提交审核")
    assert visitor.reads("已提交审核")
    visitor.look("declaration")
    visitor.follow("工作台")
    visitor.sign_out()


def recommend(visitor: Visitor) -> None:
    """The county looks at the report and passes the case on, with an opinion."""
    visitor.sign_in(visitor.site.world.county_reviewer)
    assert visitor.heading == "待审事项"
    visitor.look("queue")
    visitor.follow(PRODUCT)
    visitor.page.wait_for_load_state()  # The style sheets decide what is visible.
    evidence = visitor.page.locator("iframe.evidence-viewer")
    # A phone shows no PDF inside a page; there the file's name opens it.
    assert evidence.is_visible() is (visitor.screen.width >= 1024)
    source = evidence.get_attribute("src")
    assert source is not None
    answer = visitor.context.request.get(visitor.site.address + source.partition("#")[0])
    assert answer.headers["content-type"] == "application/pdf"
    visitor.look("case", dark=True)
    visitor.fill({"reason": "材料齐全，建议备案。"})
    visitor.press("推荐至上一级")
    assert visitor.reads("已推荐至上一级审核")
    visitor.look("queue-empty")
    visitor.sign_out()


def approve(visitor: Visitor) -> None:
    visitor.sign_in(visitor.site.world.city_reviewer)
    visitor.follow(PRODUCT)
    assert visitor.reads("材料齐全，建议备案。")
    visitor.fill({"reason": "同意。"})
    visitor.press("准予备案")
    assert visitor.reads("已准予备案")
    visitor.sign_out()


def look_at_certificate(visitor: Visitor) -> None:
    """The firm sees what came of it."""
    visitor.open("/account/login")
    visitor.give_account(papers.EMAIL, papers.ACCOUNT_PASSWORD)
    visitor.look("dashboard")
    visitor.follow(PRODUCT)
    assert visitor.reads("查验码")
    visitor.look("own-certificate")
    visitor.sign_out()


def find_in_directory(visitor: Visitor) -> str:
    """By the product's name and the place; the address of the certificate's page."""
    visitor.open("/directory")
    visitor.fill({"q": "双层玻璃"})
    visitor.press("查询")
    if visitor.screen.touch:
        visitor.page.locator("summary", has_text="筛选").click()
    visitor.fill({"area": papers.HAINING})
    visitor.press("显示结果")
    assert visitor.page.get_by_role("row").count() == 2  # The head and the one found.
    visitor.look("directory", public=True)
    visitor.follow(PRODUCT)
    assert visitor.heading == "有效"
    return visitor.page.url


def address_in_qr_code(visitor: Visitor, address: str) -> str:
    """What a phone reads on the printed certificate."""
    visitor.open(address)
    link = visitor.link("查看证书 PDF").get_attribute("href")
    answer = visitor.context.request.get(link)
    assert answer.headers["content-type"] == "application/pdf"
    page = pypdfium2.PdfDocument(BytesIO(answer.body()))[0]
    (found,) = zxingcpp.read_barcodes(scanned(page), formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text


def scanned(page: pypdfium2.PdfPage) -> Image.Image:
    """At 150 dots to the inch, in black and white."""
    return page.render(scale=150 / 72, grayscale=True).to_pil()


def open_as_consumer(visitor: Visitor, address: str) -> None:
    visitor.open(address)
    assert visitor.heading == "有效"
    for fact in (PRODUCT, FIRM, "GB 4806.5-2016 / ISO 7086-1 / ISO 7086-2", "有效期至"):
        assert visitor.reads(fact)
    picture = visitor.page.locator(".product-picture")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    visitor.look("verification", dark=True, public=True)
    for summary in visitor.page.locator("details.disclosure > summary").all():
        summary.click()
    assert visitor.reads("一号车间 B2 吹制线")
    assert not visitor.page.get_by_text("测试联系人").count()
    visitor.look("verification-open", dark=True, public=True)


def type_code(visitor: Visitor, address: str) -> None:
    """As it stands on the packaging, but in small letters and with blanks."""
    code = urlsplit(address).path.removeprefix("/c/").lower()
    visitor.open("/verify")
    visitor.look("verify", public=True)
    visitor.fill({"q": " ".join(code[start : start + 4] for start in range(0, 16, 4))})
    visitor.press("查验")
    assert visitor.page.url == address
    assert visitor.heading == "有效"


def suspend(visitor: Visitor) -> None:
    visitor.sign_in(visitor.site.world.city_supervisor)
    assert visitor.heading == "证书监管"
    visitor.look("certificates")
    visitor.follow(PRODUCT)
    visitor.look("supervised-certificate")
    visitor.follow("暂停证书")
    visitor.fill({"reason": "抽查不合格", "document_number": "嘉市监停〔2026〕1号", "until": "2026-04-18"})
    visitor.look("suspend")
    visitor.press("暂停证书")
    assert visitor.reads("证书已暂停")
