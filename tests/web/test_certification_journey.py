"""A third party's certificate, over HTTP and without script: from the draft to what everybody can check."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from registry.infrastructure.database import db
from registry.models import CertificationBodyEvent, Filing
from registry.services import filings, products
from tests.conftest import ENGINES
from tests.factories import pdf_report
from tests.factories.certification_bodies import some_body
from tests.factories.filings import BODY, start_certification
from tests.harness import Upload
from tests.web import journey
from tests.web.test_filing_steps import save

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser, Page

NAME = "示例认证中心（虚构）"
PRODUCT = "高硼硅玻璃杯"
FILE = {"number": "901P26-0001/虚构", "issuer": NAME, "issued_on": "2026-01-15", "expires_on": "2026-08-31"}
CERTIFICATE = {
    "project": "同线同标同质产品认证",
    "scheme": "type_test_inspection",
    "standards": "GB 4806.5-2016\r\nISO 7086-1",
    "markets": ["DE", "US"],
    "first_issued_on": "2023-01-15",
}
STATEMENT = {"quality_record": "none", "consent": "yes"}


@pytest.fixture(autouse=True)
def bodies(site: Site) -> dict[str, int]:
    """The body that certified, and one whose approval is suspended since the day before."""
    with site.work() as work:
        suspended = some_body(work, "CNCA-R-9999-902", "样例检验认证有限公司（虚构）")
        event = CertificationBodyEvent(
            body_id=suspended, state="suspended", effective_on=date(2026, 3, 17), recorded_at=work.now
        )
        work.session.add(event)
        return {"good": some_body(work, BODY, NAME, former_names=("示例质量认证所（虚构）",)), "suspended": suspended}


def at_certificate(site: Site, owner: Browser) -> Page:
    """The step that asks for the certificate, of a new draft."""
    page = journey.start(owner, site.world.product, "certification")
    return owner.submit(page, "保存并继续", {"line": str(site.world.line)}).page


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_from_the_draft_to_the_public_page(site: Site, owner: Browser) -> None:
    page = _fill_in(site, owner)
    assert not page.errors
    page = owner.submit(page, "提交审核").page
    assert "三同产品第三方认证" in page.text

    county = journey.signed_in(site, site.world.county_reviewer)
    queue = county.get("/review/").page
    assert "第三方认证" in queue.text
    answer = journey.decide(county, PRODUCT, "推荐至上一级")
    assert "已推荐至上一级审核" in answer.page.text

    city = journey.signed_in(site, site.world.city_reviewer)
    answer = journey.decide(city, PRODUCT, "准予备案")
    assert answer.status_code == 422
    assert "请先在国家认监委网站核对认证证书" in answer.page.errors[0]
    page = _look_up(city, answer.page)
    assert "2026-03-18 查到，内容一致" in page.text
    assert city.get(page.link("截图")).mimetype == "image/jpeg"
    assert "证书正在生成" in city.submit(page, "准予备案").page.text
    assert journey.run_worker(site)

    page = owner.visit(owner.get("/enterprise/certificates").page, PRODUCT).page
    for said in ("第三方认证", NAME, FILE["number"], "认证证书有效期至 2026年8月31日，备案凭证随之到期。"):
        assert said in page.text
    _check_public(site, owner, page.link("公开查验页面"))


def _fill_in(site: Site, owner: Browser) -> Page:
    """Every step; what the file says of itself is not typed again."""
    page = at_certificate(site, owner)
    assert page.heading == "认证证书"
    page = owner.submit(page, ("save", "add-certificate")).page
    page = owner.submit(page, "存入材料库", FILE | {"file": Upload("认证证书.pdf", pdf_report())}).page
    assert page.heading == "认证证书"
    assert [page.value(name) for name in ("number", "issued_on", "expires_on")] == [
        FILE[name] for name in ("number", "issued_on", "expires_on")
    ]
    assert _chosen(page) == NAME
    page = owner.submit(page, "保存并继续", CERTIFICATE).page
    assert page.heading == "委托人与生产企业"
    assert page.value("producer_name") == "海宁虚构玻璃制品有限公司"
    page = owner.submit(page, "保存并继续").page
    page = owner.submit(page, "保存并继续", {"ccc": "no"}).page
    page = owner.submit(page, "保存，去检查", STATEMENT).page
    assert page.heading == "检查并提交"
    return page


def _look_up(city: Browser, page: Page) -> Page:
    page = city.visit(page, "记录核对结果").page
    assert FILE["number"] in page.text
    values = {"result": "matches", "note": "有效", "screenshot": Upload("截图.jpg", journey.photograph())}
    page = city.submit(page, "记录核对结果", values).page
    assert page.heading == PRODUCT
    return page


def _check_public(site: Site, browser: Browser, address: str) -> None:
    page = browser.get(address).page
    assert page.heading == "有效"
    assert "有效期至 2026年8月31日" in page.text
    for said in (PRODUCT, "第三方认证", NAME, BODY, FILE["number"], "GB 4806.5-2016", "由认证机构认证并负责"):
        assert said in page.text
    assert "企业对声明负责" not in page.text
    document = browser.get(f"{address}.pdf")
    assert document.data.startswith(b"%PDF")

    directory = browser.get("/directory").page
    assert "第三方认证" in directory.text
    assert browser.submit(directory, "显示结果", {"kind": "certification"}).page.link(PRODUCT) == address
    empty = browser.submit(directory, "显示结果", {"kind": "declaration"}).page
    assert "没有符合条件的证书" in empty.text
    assert "证明方式：自我声明" in empty.text

    site.clock.moment = datetime(2026, 8, 31, 16, 0, tzinfo=UTC)  # Midnight at the office.
    page = browser.get(address).page
    assert page.heading == "过期"
    assert "所依据的认证证书已经到期，备案凭证随之到期。" in page.text


def _chosen(page: Page) -> str:
    [control] = [each for each in page.all("input", name="body") if each.get("checked") is not None]
    return _label(page, control.get("id"))


def _label(page: Page, control_id: str) -> str:
    return next("".join(label.itertext()).strip() for label in page.all("label") if label.get("for") == control_id)


@pytest.mark.parametrize(
    "words",
    ["质量认证", "示例认证中心（虚构）", "示例质量认证所(虚构)", "cnca r 9999 901", "CNCA－Ｒ－9999－901", "认证 中心"],
)
def test_the_body_is_found_by_name_former_name_and_number(site: Site, owner: Browser, words: str) -> None:
    page = owner.submit(at_certificate(site, owner), ("save", "find"), {"find": words, "project": "同质"}).page
    assert page.heading == "认证证书"
    assert page.value("project") == "同质"  # What was typed beside it is kept.
    labels = [_label(page, each.get("id")) for each in page.all("input", name="body")]
    assert NAME in labels
    assert "曾用名：示例质量认证所（虚构）" in page.text


def test_a_whole_name_is_chosen_without_looking_for_it(site: Site, owner: Browser) -> None:
    page = owner.submit(at_certificate(site, owner), "保存并继续", {"find": "CNCA-R-9999-901"}).page
    assert page.heading == "委托人与生产企业"
    assert _chosen(owner.get(journey.step(page, "certificate")).page) == NAME


def test_words_that_find_nothing_bring_the_page_back(site: Site, owner: Browser) -> None:
    page = owner.submit(at_certificate(site, owner), "保存并继续", {"find": "没有这家机构"}).page
    assert page.heading == "认证证书"
    assert "没有找到“没有这家机构”" in page.text
    page = owner.submit(page, ("save", "find"), {"find": ""}).page
    assert "没有找到" not in page.text


def test_a_suspended_body_is_offered_and_told(site: Site, owner: Browser, bodies: dict[str, int]) -> None:
    page = owner.submit(at_certificate(site, owner), ("save", "find"), {"find": "样例检验"}).page
    assert "暂停" in page.text
    assert "2026-03-18 的批准状态" in page.text
    dates = {"issued_on": "2026-03-18", "body": str(bodies["suspended"])}
    page = owner.submit(page, "保存", dates).page
    assert page.field_error("body") == "错误：颁证时（2026-03-18）认证机构的批准处于暂停期间。"
    page = owner.submit(page, "保存", {"issued_on": "2026-03-16"}).page  # It was good then.
    assert not page.field_error("body")
    assert "的批准状态" not in page.text


def test_a_script_asks_for_the_same_choices(site: Site, owner: Browser, bodies: dict[str, int]) -> None:
    query = {"q": "认证", "chosen": str(bodies["good"]), "on": "2026-03-18"}
    html = json.loads(owner.get("/enterprise/certification-bodies", query_string=query).data)["html"]
    assert re.findall(r'value="(\d+)"', html) == [str(bodies["good"]), str(bodies["suspended"])]
    assert html.count("checked") == 1
    for odd in ({"q": "x" * 5000}, {"chosen": "-1"}, {"on": "gestern"}, {"q": "%_\\"}, {"chosen": "9" * 30}):
        assert owner.get("/enterprise/certification-bodies", query_string=odd).status_code == 200


def test_what_is_typed_first_stands_in_the_librarys_form(site: Site, owner: Browser, bodies: dict[str, int]) -> None:
    page = owner.submit(at_certificate(site, owner), ("save", "find"), {"find": "示例认证"}).page
    typed = {"body": str(bodies["good"]), "number": "901P26-7", "issued_on": "2026-02-01"}
    page = owner.submit(page, ("save", "add-certificate"), typed).page
    assert page.heading == "上传材料"
    assert [page.value(name) for name in ("number", "issuer", "issued_on", "expires_on")] == [
        "901P26-7",
        NAME,
        "2026-02-01",
        "",
    ]


def test_saving_by_itself_tells_what_the_file_says(site: Site, owner: Browser, bodies: dict[str, int]) -> None:
    page = owner.get("/enterprise/evidence/new?kind=certification_certificate").page
    owner.submit(page, "存入材料库", FILE | {"file": Upload("认证证书.pdf", pdf_report())})
    page = at_certificate(site, owner)
    typed = {"certificate": journey.offered(page, "certificate"), "number": "901P26-7"}
    said = save(owner, page, typed).json
    # What somebody has typed stays, and that it differs is told.
    assert said["filled"] == {
        "issued_on": FILE["issued_on"],
        "expires_on": FILE["expires_on"],
        "body": str(bodies["good"]),
    }
    assert said["notes"]["number"] == [
        "证书文件在材料库中登记的证书编号是 901P26-0001/虚构，与这里填写的不同，请核对。"
    ]


def test_an_empty_project_warns_of_nothing(site: Site, owner: Browser, bodies: dict[str, int]) -> None:
    page = owner.submit(at_certificate(site, owner), "保存并继续", {"find": BODY}).page
    page = owner.get(journey.step(page, "certificate")).page
    assert not page.classed("field-note")


def test_the_catalogue_is_hinted_at(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        kettle = products.add(work, {"name": "虚构电冰箱", "category": "consumer", "hs_code": "8418102000"}).id
    page = journey.start(owner, kettle, "certification")
    page = owner.get(journey.step(page, "ccc")).page
    assert "虚构电冰箱的 HS 编码 8418102000 涉及强制性产品认证目录中的 0701" in page.text
    # The number is looked at once the body is known.
    body = owner.get(journey.step(page, "certificate")).page
    owner.submit(body, "保存", {"find": BODY})
    page = owner.submit(
        owner.get(journey.step(page, "ccc")).page, "保存", {"ccc": "yes", "ccc_number": "2025019999000001"}
    ).page
    assert "涉及强制性产品认证目录" not in page.text
    assert "9999 不在已知的强制性认证产品种类中" in page.text


def test_the_reviewer_is_told_what_has_become_wrong(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_certification(work, site.world.product, expires_on="2026-03-20")
        number = filings.submit(work, draft.id, revision=draft.revision).id
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.get(f"/review/cases/{number}").page
    assert "还没有核对" in page.text
    assert "不能自动判断认证项目是否在认证机构获批的领域内" in page.text
    assert "认证证书还有 2 天到期" in page.text
    site.clock.moment = datetime(2026, 3, 21, 2, tzinfo=UTC)
    county = journey.signed_in(site, site.world.county_reviewer)
    assert "认证证书已于 2026-03-20 到期。" in county.get(f"/review/cases/{number}").page.text
    with site.app.app_context():
        assert db.session.get_one(Filing, number).status == "under_review"
