"""What people do on the site, step by step, in a browser without script."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import g, session
from PIL import Image
from sqlalchemy import select

from registry.domain.sign_in import Factor
from registry.infrastructure.database import db
from registry.models import Filing, Membership, User
from registry.services import filings, people, sign_ins
from registry.services.work import Work
from registry.services.worker import HANDLERS, Worker
from registry.web import sessions
from registry.web.work import current_work
from tests.factories import pdf_report
from tests.factories.filings import signed
from tests.factories.firms import delivered, link_in
from tests.harness import COOKIE, HOST, ORIGIN, Upload

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.conftest import Site
    from tests.harness import Browser, Page

FACTORY = {"lines-0-name": "二号车间 A3 压制线"}  # Manufacturer and address stand there already.
STANDARD = {
    "markets": ["DE", "US"],
    "overseas_standards": "ISO 7086-1",
    "domestic_standards": "GB 4806.5-2016",
    "comparison-0-indicator": "铅溶出量",
    "comparison-0-unit": "mg/L",
    "comparison-0-overseas_limit": "≤0.5",
    "comparison-0-domestic_limit": "≤0.8",
    "comparison-0-measured": "0.02",
    "comparison-0-stricter": "overseas",
}
REPORT = {
    "number": "FICT-2026-001",
    "issuer": "虚构检测中心",
    "cnas": "L0699",
    "issued_on": "2026-02-01",
    "conclusion": "所检项目符合 GB 4806.5-2016",
}
QUALITY = {"quality_record": "none"}
STATEMENT = {
    "signatory_name": "测试签署人",
    "signatory_function": "质量负责人",
    "place": "嘉兴市海宁市",
    "declared_on": "2026-03-01",
    "consent": "yes",
}


@cache
def photograph(colour: str = "brown") -> bytes:
    """A small picture, as a telephone would send it."""
    buffer = BytesIO()
    Image.new("RGB", (320, 240), colour).save(buffer, "JPEG")
    return buffer.getvalue()


DEVICE = f"__Host-device={'d' * 43}"  # The same for everybody, so that nobody is told of a new one.


def signed_in(site: Site, user_id: int, *factors: Factor) -> Browser:
    """A browser of this person's own, signed in without the pages; with the factors that the account asks for."""
    browser = site.app.test_client()
    browser.set_cookie(COOKIE, session_cookie(site, user_id, *factors), domain=HOST)
    return browser


def session_cookie(site: Site, user_id: int, *factors: Factor) -> str:
    """What the browser of somebody who has signed in holds."""
    app = site.app
    with app.test_request_context("/account/login", method="POST", base_url=ORIGIN, headers={"Cookie": DEVICE}):
        g.request_id = "test-request"
        work = current_work()
        user = db.session.get_one(User, user_id)
        if not factors:
            strong = sign_ins.must_be_strong(work, user_id) or sign_ins.is_protected(user)
            factors = (Factor.PASSWORD, Factor.TOTP) if strong else (Factor.PASSWORD,)
        sessions.begin(user, factors)
        db.session.commit()
        return str(app.session_interface.get_signing_serializer(app).dumps(dict(session)))


def papers() -> dict[str, Upload]:
    """Licence and letter of authorisation, as files."""
    return {"licence": Upload("营业执照.pdf", pdf_report()), "letter": Upload("授权书.jpg", photograph())}


def make_account(site: Site, browser: Browser, person: dict[str, Any]) -> Page:
    """Register a person by the letter's link; gives the page on which a firm is registered."""
    page = browser.submit(browser.get("/account/register").page, "发送确认信", {"email": person["email"]}).page
    assert page.heading == "请查收邮件"
    (letter,) = [letter for letter in delivered(site) if letter[0] == person["email"]]
    page = browser.go(link_in(letter[2])).page
    typed = {name: person[name] for name in ("person_name", "password", "password_again")}
    return browser.submit(page, "建立账号并登录", typed | {"privacy": "yes"}).page


def verify(site: Site, firm: str, reviewer: int | None = None) -> Page:
    """Let the county find a firm's papers right."""
    county = signed_in(site, reviewer or site.world.county_reviewer)
    page = county.visit(county.get("/bureau/claims").page, firm).page
    return county.submit(page, "核验通过").page


def start(browser: Browser, product_id: int, kind: str = "declaration") -> Page:
    """Begin a filing from the product's page; gives the first step."""
    page = browser.get(f"/enterprise/products/{product_id}").page
    return browser.submit(page, ("kind", kind)).page


def step(page: Page, name: str) -> str:
    """The address of another step of the same draft."""
    return re.sub(r"/edit/\w+", f"/edit/{name}", page.address).partition("?")[0]


def fill_in(browser: Browser, page: Page, **changes: Any) -> Page:
    """Fill in all steps from the first one, and sign; gives the page of the last check."""
    page = browser.submit(page, "保存并继续").page
    page = choose_line(browser, page)
    page = browser.submit(page, "保存并继续", STANDARD).page
    page = choose_report(browser, page)
    page = browser.submit(page, "保存，去签署", STATEMENT | changes).page
    assert page.heading == "签署"
    sign_at_once(browser, page)
    return browser.get(page.address.replace("/sign", "/check")).page


def choose_line(browser: Browser, page: Page) -> Page:
    """Choose the firm's line, entered first where it has none; gives the page of the next step."""
    known = offered(page, "line")
    if not known:
        page = browser.submit(page, ("save", "add-line")).page
        page = browser.submit(page, "登记工厂", FACTORY).page
        known = offered(page, "line")
    return browser.submit(page, "保存并继续", {"line": known[0]}).page


def choose_report(browser: Browser, page: Page) -> Page:
    """Choose the firm's report, uploaded first where it has none; gives the page of the next step."""
    if not offered(page, "reports"):
        page = browser.submit(page, ("save", "add-reports")).page
        page = browser.submit(page, "存入材料库", REPORT | {"file": Upload("检测报告.pdf", pdf_report())}).page
    return browser.submit(page, "保存并继续", QUALITY | {"reports": offered(page, "reports")[:1]}).page


def offered(page: Page, name: str) -> list[str]:
    """What a field offers to choose from; the empty choice is none."""
    controls = [control for control in page.all("input", "select") if control.get("name") == name]
    values = [each.get("value") for control in controls for each in (control, *control.iter("option"))]
    return [value for value in dict.fromkeys(values) if value]


def sign(browser: Browser, page: Page) -> Page:
    """Sign as a firm does, from the page for that: make the document, and send back what was printed and signed."""
    page = browser.submit(page, "生成声明文件").page
    assert browser.get(page.link("下载声明文件（PDF）")).data.startswith(b"%PDF")
    scan = Upload("签署的声明.pdf", pdf_report("signed"))
    return browser.submit(page, "上传签署的声明", {"signed": scan}).page


def sign_at_once(browser: Browser, page: Page) -> None:
    """The same without the pages, which make a PDF and read it back: that takes longer than all the rest."""
    number = int(page.address.split("/")[3])
    with browser.application.app_context():
        adapters = browser.application.extensions["registry"]
        firm = db.session.get_one(Filing, number).enterprise_id
        owner = db.session.scalars(
            select(Membership.user_id).where(Membership.enterprise_id == firm, Membership.role == "owner")
        ).first()
        work = Work(
            db.session, adapters, people.actor_of(db.session, owner, adapters.clock.now(), firm), "test-request"
        )
        signed(work, filings.get_own(work, number, to_file=True))
        db.session.commit()


def file_declaration(site: Site, browser: Browser, **changes: Any) -> Page:
    """Submit a declaration for the first firm's product; gives the page it lands on."""
    page = fill_in(browser, start(browser, site.world.product), **changes)
    return browser.submit(page, "提交审核").page


def decide(browser: Browser, product: str, button: str, values: dict[str, Any] | None = None) -> TestResponse:
    """Open the first waiting case of this product and decide on it."""
    queue = browser.get("/review/").page
    return browser.submit(browser.visit(queue, product).page, button, values)


def run_worker(site: Site) -> int:
    """Let the worker do what is due."""
    with site.app.app_context():
        return Worker(db.sessionmaker, site.app.extensions["registry"], HANDLERS).run_due()
