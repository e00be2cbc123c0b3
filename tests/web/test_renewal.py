"""Changing, renewing and giving up certificates, and what a scan of the old label says afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from registry.domain.codes import group
from registry.domain.succession import Purpose
from registry.domain.validity import CertificateAction
from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import Certificate
from registry.services import products
from tests.conftest import ENGINES
from tests.factories import act, approve_all, certified, change
from tests.factories.certificates import worker
from tests.factories.replacements import (
    EDITORIAL,
    SUBSTANCE,
    at,
    certified_together,
    change_product,
    file_replacement,
    number_of,
    replaced,
)
from tests.harness import words
from tests.web import journey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site
    from tests.harness import Browser, Page

LAST = date(2029, 3, 17)
DAY = timedelta(days=1)
LABEL_STAYS = "印有原编号的标签继续有效"


def page_of(browser: Browser, number: int) -> Page:
    return browser.get(f"/enterprise/certificates/{number}").page


def scan(site: Site, browser: Browser, number: int) -> Page:
    with site.app.app_context():
        code = db.session.get_one(Certificate, number).code
    return browser.get(f"/c/{code}").page


def signed_in_at(site: Site, day: date, user: int | None = None) -> Browser:
    """A session lasts a working day."""
    at(site, day)
    return journey.signed_in(site, user or site.world.owner)


def sign(browser: Browser, page: Page) -> Page:
    """Sign from the page that asks for it; gives the check."""
    journey.sign_at_once(browser, page)
    return browser.get(page.address.replace("/sign", "/check")).page


def rows(page: Page) -> list[list[str]]:
    """What the table that compares with the old certificate says, line by line."""
    lines = page.by_id["beside"].iter("tr")
    return [[words(cell) for cell in line.iter("td")] for line in lines if list(line.iter("td"))]


# A change


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_a_change_of_one_field(site: Site, owner: Browser, browser: Browser) -> None:
    old = certified(site)
    page = owner.visit(page_of(owner, old), "申请变更").page
    assert "有效期仍到 2029年3月17日" in page.text
    page = owner.submit(page, "开始填写").page
    for _ in range(3):
        page = owner.submit(page, "保存并继续").page
    page = owner.submit(page, "保存并继续", journey.QUALITY).page
    values = {"declared_on": "2026-03-18", "consent": "yes", "limits": "不适用于定制产品"}
    check = sign(owner, owner.submit(page, "保存，去签署", values).page)
    assert rows(check) == [["有效性限制", "—", "不适用于定制产品"]]
    assert "由新证书立即代替，有效期仍到 2029年3月17日" in check.text
    page = owner.submit(check, "提交审核").page
    assert rows(page) == rows(check)
    reviewer = journey.signed_in(site, site.world.county_reviewer)
    case = reviewer.visit(reviewer.get("/review/").page, "高硼硅玻璃杯").page
    assert rows(case) == rows(check)
    # Everything, without script, on the same page.
    whole = reviewer.visit(case, "显示全部项目").page
    assert len(rows(whole)) > 15
    assert ["产品名称" in row[0] for row in rows(whole)].count(True) == 1
    assert rows(reviewer.visit(whole, "只看不同之处").page) == rows(check)
    approve_all(site, 2)
    shown = scan(site, browser, old)
    assert shown.heading == "已换发"
    assert "自 2026年3月18日 起由新证书代替" in shown.text
    assert browser.visit(shown, "查看新证书").page.heading == "有效"
    # The table stays on the filing's page, now that it is decided.
    page = owner.get("/enterprise/filings/2").page
    assert len(rows(page)) == 1
    assert f"原证书：{number_of(site, old)}" in page.text


def test_pictures_stand_beside_each_other(site: Site, owner: Browser, tmp_path: Path) -> None:
    pictures = {}
    for colour in ("brown", "green"):
        pictures[colour] = tmp_path / f"{colour}.jpg"
        pictures[colour].write_bytes(journey.photograph(colour))
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, pictures["brown"])
    old = certified(site)
    with site.work(site.world.owner) as work:
        product = products.get_own(work, site.world.product)
        products.remove_picture(work, product.id, product.pictures[0].id)
        products.add_picture(work, product.id, pictures["green"])
    change_product(site, model="GB-301", gtin="6901234567892")
    filing_id = file_replacement(site, old)
    with site.app.app_context():
        code = db.session.get_one(Certificate, old).code
    reviewer = journey.signed_in(site, site.world.county_reviewer)
    case = reviewer.get(f"/review/cases/{filing_id}").page
    assert [row[0] for row in rows(case)] == ["高硼硅玻璃杯 · 型号规格", "高硼硅玻璃杯 · 图片"]
    section = case.by_id["beside"]
    addresses = [image.get("src") for image in section.iter("img")]
    assert addresses == [f"/c/{code}/picture/1", f"/review/cases/{filing_id}/pictures/1"]
    own = [image.get("src") for image in owner.get(f"/enterprise/filings/{filing_id}").page.by_id["beside"].iter("img")]
    assert own[0] == addresses[0]
    for address in (*own, *addresses):
        browser = reviewer if address.startswith("/review") else owner
        assert browser.get(address).status_code == 200


def test_several_at_once_are_ticked(site: Site, owner: Browser) -> None:
    three = certified_together(site, "乙产品", "丙产品")
    page = owner.visit(page_of(owner, three[1]), "申请变更").page
    assert page.value("certificates") == [str(three[1])]
    before = page
    answer = owner.press(page, "开始填写", {"certificates": []})
    assert answer.status_code == 422
    assert "请至少选择一张证书" in answer.page.field_error("certificates")
    page = owner.submit(page, "开始填写", {"certificates": [str(three[0]), str(three[2])]}).page
    assert page.heading == "产品"
    # The third one is free; the others lead to the filing that is under way.
    assert owner.visit(page_of(owner, three[1]), "申请变更").status_code == 200
    page = page_of(owner, three[0])
    assert "这张证书正在办理变更或续期" in page.text
    assert "申请变更" not in page.text
    answer = owner.go(f"/enterprise/certificates/{three[0]}/renewal")
    assert "这张证书已有一件申报正在办理" in answer.page.text
    assert answer.request.path == "/enterprise/filings/2"
    # Somebody else was quicker than whoever still has all three on the page.
    answer = owner.press(before, "开始填写", {"certificates": [str(three[0]), str(three[1])]})
    assert answer.status_code == 422
    assert "请重新选择" in answer.page.field_error("certificates")
    assert journey.offered(answer.page, "certificates") == [str(three[1])]


def test_who_only_looks_is_offered_nothing(site: Site) -> None:
    old = certified(site)
    viewer = journey.signed_in(site, site.world.viewer)
    page = page_of(viewer, old)
    for text in ("申请变更", "申请续期", "注销证书"):
        assert text not in page.text
    for path in ("change", "renewal", "withdraw"):
        assert viewer.get(f"/enterprise/certificates/{old}/{path}").status_code == 403
    assert viewer.get(f"/enterprise/certificates/{old}/nothing").status_code == 404


# A renewal


def test_too_early_and_too_late(site: Site, owner: Browser) -> None:
    old = certified(site)
    page = page_of(owner, old)
    assert "有效期届满前 90 天起可以申请续期，即 2028-12-17 起" in page.text
    assert "申请续期" not in page.text.split()
    answer = owner.get(f"/enterprise/certificates/{old}/renewal")
    assert answer.status_code == 403
    assert "2028-12-17" in answer.page.text
    late = signed_in_at(site, LAST + 91 * DAY)
    page = page_of(late, old)
    assert "申请变更" not in page.text
    answer = late.get(f"/enterprise/certificates/{old}/renewal")
    assert (answer.status_code, "请重新申报" in answer.page.text) == (403, True)


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_renewed_early(site: Site, browser: Browser) -> None:
    old = certified(site)
    owner = signed_in_at(site, LAST - 30 * DAY)
    page = owner.visit(page_of(owner, old), "申请续期").page
    assert "原证书照常有效到 2029年3月17日，新证书从次日起生效" in page.text
    page = owner.submit(page, "开始填写").page
    for _ in range(2):
        page = owner.submit(page, "保存并继续").page
    assert page.value("comparison-0-indicator") == "铅溶出量"
    assert page.value("comparison-0-measured") == ""  # Three years ago it was 0.02.
    page = owner.submit(page, "保存并继续", {"comparison-0-measured": "0.02"}).page
    page = owner.submit(page, "保存并继续", journey.QUALITY).page
    check = sign(owner, owner.submit(page, "保存，去签署", {"declared_on": "2029-02-15", "consent": "yes"}).page)
    assert "与原证书相比没有变化" in check.text
    assert "新证书自 2029年3月18日 起生效" in check.text
    owner.submit(check, "提交审核")
    act(site, site.world.county_reviewer, 2, Action.RECOMMEND)
    city = signed_in_at(site, LAST - 20 * DAY, site.world.city_reviewer)
    case = city.get("/review/cases/2").page
    assert "与原证书相比没有变化" in case.text
    city.submit(case, "准予备案")
    shown = scan(site, browser, old)
    assert shown.heading == "有效"
    assert "已续期：新证书自 2029年3月18日 起生效" in shown.text
    new = browser.visit(shown, number_of(site, 2)).page
    assert new.heading == "尚未生效"
    owner = signed_in_at(site, LAST - 20 * DAY)
    page = page_of(owner, old)
    assert "续期换发，自 2029年3月18日 起生效" in page.text
    assert owner.visit(page, number_of(site, 2)).request.path == "/enterprise/certificates/2"
    assert "申请变更" not in page.text
    at(site, LAST + DAY)
    shown = scan(site, browser, old)
    assert shown.heading == "已换发"
    assert "续期换发：自 2029年3月18日 起由新证书代替" in shown.text
    assert "有效期止于 2029年3月17日" in shown.text
    assert browser.visit(shown, "查看新证书").page.heading == "有效"


def test_renewed_late(site: Site, browser: Browser) -> None:
    old = certified(site)
    owner = signed_in_at(site, LAST + 10 * DAY)
    page = owner.visit(page_of(owner, old), "申请续期").page
    assert "原证书已于 2029年3月17日 到期，新证书自签发之日起生效" in page.text
    assert "申请变更" not in page_of(owner, old).text
    assert scan(site, browser, old).heading == "过期"
    replaced(site, old, purpose=Purpose.RENEWAL)
    assert "续期换发：自 2029年3月27日 起由新证书代替" in scan(site, browser, old).text


def test_a_measure_says_that_the_renewal_is_meant_too(site: Site) -> None:
    old = certified(site)
    at(site, LAST - 30 * DAY)
    new = replaced(site, old, purpose=Purpose.RENEWAL)
    supervisor = journey.signed_in(site, site.world.city_supervisor)
    page = supervisor.get(f"/bureau/certificates/{old}/suspend").page
    assert f"同时适用于尚未生效的新证书 {number_of(site, new)}" in page.text
    assert "同时适用于" not in supervisor.get(f"/bureau/certificates/{new}/suspend").page.text


# Editorial changes


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_the_old_label_stays_good(site: Site, browser: Browser, owner: Browser) -> None:
    old = certified(site)
    filing_id = file_replacement(site, old, **EDITORIAL)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    city = journey.signed_in(site, site.world.city_reviewer)
    case = city.get(f"/review/cases/{filing_id}").page
    assert "仅编辑性变更：原标签继续有效" in case.text
    city.submit(case, "准予备案")
    shown = scan(site, browser, old)
    old_number, new_number = number_of(site, old), number_of(site, 2)
    assert shown.heading == "有效"
    assert f"本产品证书因编辑性变更换发为 {new_number}（原编号 {old_number}）。{LABEL_STAYS}。" in shown.text
    assert "查看新证书" not in shown.text
    with site.app.app_context():
        codes = [group(db.session.get_one(Certificate, number).code) for number in (2, old)]
    # What is printed on the label can be compared.
    assert f"{codes[0]} 标签上印的：{codes[1]}" in shown.text
    assert LABEL_STAYS not in scan(site, browser, 2).text
    assert "仅编辑性变更：印有原编号的标签继续有效" in page_of(owner, old).text
    english = browser.get(f"{shown.address}?lang=en")
    assert english.status_code == 200
    change(site, site.world.city_supervisor, 2, CertificateAction.SUSPEND)
    shown = scan(site, browser, old)
    assert shown.heading == "暂停"
    assert LABEL_STAYS not in shown.text
    assert "以上是新证书现在的状态" in shown.text


def test_both_documents_stay_within_reach(site: Site, browser: Browser) -> None:
    old = certified(site)
    replaced(site, old, **EDITORIAL)
    shown = scan(site, browser, old)
    assert "PDF" not in shown.text
    with site.app.app_context():
        worker(site).run_due()
    shown = scan(site, browser, old)
    documents = [browser.get(shown.link(text)) for text in ("查看证书 PDF", "原证书 PDF（已换发）")]
    names = [number_of(site, number) for number in (2, old)]
    for answer, number in zip(documents, names, strict=True):
        assert f"{number}.pdf" in answer.headers["Content-Disposition"]
    assert "原证书 PDF" not in scan(site, browser, 2).text


def test_after_a_change_of_substance_the_old_label_leads_on(site: Site, browser: Browser) -> None:
    old = certified(site)
    replaced(site, old, **SUBSTANCE)
    shown = scan(site, browser, old)
    assert (shown.heading, LABEL_STAYS in shown.text) == ("已换发", False)


# Giving up


def test_several_are_given_up_at_once(site: Site, owner: Browser, browser: Browser) -> None:
    two = certified_together(site, "乙产品")
    page = owner.visit(page_of(owner, two[0]), "注销证书").page
    assert len(page.value("certificates")) == 1  # What cannot be undone is not ticked unasked.
    answer = owner.press(page, "注销证书", {"reason": "other", "certificates": []})
    assert answer.status_code == 422
    assert "请至少选择一张证书" in answer.page.field_error("certificates")
    offered = journey.offered(page, "certificates")
    answer = owner.press(page, "注销证书", {"reason": "other", "certificates": offered})
    assert "请填写此项" in answer.page.field_error("note")
    page = owner.submit(answer.page, "注销证书", {"note": "改由子公司生产"}).page
    assert "已注销 2 张证书" in page.text
    for number in two:
        shown = scan(site, browser, number)
        assert shown.heading == "注销"
        assert "原因：其他原因：改由子公司生产" in shown.text
    assert owner.get(f"/enterprise/certificates/{two[0]}/withdraw").location == f"/enterprise/certificates/{two[0]}"


def test_a_page_of_an_hour_ago_gives_up_nothing(site: Site, owner: Browser) -> None:
    old = certified(site)
    page = owner.visit(page_of(owner, old), "注销证书").page
    change(site, site.world.city_supervisor, old, CertificateAction.SUSPEND)
    change(site, site.world.city_supervisor, old, CertificateAction.REINSTATE)
    answer = owner.press(page, "注销证书", {"reason": "production_ended"})
    assert answer.status_code == 409


def test_the_reason_is_translated(site: Site, owner: Browser, browser: Browser) -> None:
    old = certified(site)
    page = owner.visit(page_of(owner, old), "注销证书").page
    owner.submit(page, "注销证书", {"reason": "production_ended"})
    shown = scan(site, browser, old)
    assert "产品停产" in shown.text


def test_what_was_ticked_can_be_no_number(site: Site, owner: Browser) -> None:
    old = certified(site)
    for typed in ("", "x", "1", "1-", "-1", "9" * 30):
        answer = owner.forge(
            f"/enterprise/certificates/{old}/withdraw", {"certificates": typed, "reason": "production_ended"}
        )
        assert answer.status_code == 422, typed
    with site.app.app_context():
        assert db.session.get_one(Certificate, old).state == "valid"
