"""A reviewer's look at the national site: what has to be told, who may tell it, and what becomes of the screenshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.infrastructure.database import db
from registry.models import ExternalCheck
from registry.services import filings
from tests.factories import file_certification, filed, pdf_report
from tests.harness import Upload
from tests.web import journey

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser, Page

FOUND = {"result": "matches", "checked_on": "2026-03-18", "note": "有效"}


@pytest.fixture
def case(site: Site) -> str:
    """The address of a case that rests on a third party's certificate and waits for the county."""
    with site.work(site.world.owner) as work:
        return f"/review/cases/{file_certification(work, site.world.product).id}"


@pytest.fixture
def county(site: Site) -> Browser:
    return journey.signed_in(site, site.world.county_reviewer)


def screenshot(name: str = "截图.jpg", content: bytes | None = None) -> dict[str, Upload]:
    return {"screenshot": Upload(name, journey.photograph() if content is None else content)}


def kept(site: Site) -> list[str]:
    with site.app.app_context():
        return [check.result for check in db.session.query(ExternalCheck).order_by(ExternalCheck.id)]


def page_of(browser: Browser, case: str) -> Page:
    return browser.get(f"{case}/look-up").page


def test_what_was_submitted_stands_beside_the_form(county: Browser, case: str) -> None:
    page = page_of(county, case)
    assert page.heading == "核对认证证书"
    for said in ("示例认证中心（虚构）", "CNCA-R-9999-901", "901P26-0001/虚构", "同线同标同质产品认证", "2029-01-14"):
        assert said in page.text
    assert page.value("checked_on") == "2026-03-18"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"note": "有效"}, ("result", "请选择一项。")),
        (FOUND, ("screenshot", "请上传查询结果的截图。")),
        (FOUND | {"result": "not_found"}, ("screenshot", "请上传查询结果的截图。")),
        (FOUND | {"checked_on": "2026-03-19"}, ("checked_on", "日期不能晚于今天。")),
        (FOUND | {"checked_on": "2026-03-17"}, ("checked_on", "核对日期不能早于企业提交的日期（2026-03-18）。")),
        (FOUND | {"checked_on": "昨天"}, ("checked_on", "请填写日期，例如 2026-03-08。")),
        (FOUND | {"checked_on": ""}, ("checked_on", "请填写日期。")),
        (FOUND | {"note": "长" * 1001}, ("note", "最多 1000 个字，现有 1001 个字。")),
    ],
)
def test_bad_input_is_told_at_its_field(
    site: Site, county: Browser, case: str, typed: dict[str, str], told: tuple[str, str]
) -> None:
    field, message = told
    answer = county.press(page_of(county, case), "记录核对结果", typed)
    assert answer.status_code == 422
    assert answer.page.field_error(field) == f"错误：{message}"
    assert answer.page.value("note") == typed["note"]
    assert not kept(site)


def test_a_file_that_has_to_be_chosen_again(site: Site, county: Browser, case: str) -> None:
    answer = county.press(page_of(county, case), "记录核对结果", screenshot())
    assert "请选择一项。" in answer.page.field_error("result")
    assert "请重新选择文件再提交" in answer.page.field_error("screenshot")
    page = county.submit(answer.page, "记录核对结果", FOUND | screenshot()).page
    assert "核对结果已记录" in page.text
    assert kept(site) == ["matches"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("截图.jpg", b"MZ\x90\x00\x03" + b"\0" * 600),  # A program under another name.
        ("截图.png", b"<html><script>alert(1)</script></html>"),
        ("截图.jpg", b""),
    ],
)
def test_a_file_that_is_no_picture(site: Site, county: Browser, case: str, name: str, content: bytes) -> None:
    answer = county.press(page_of(county, case), "记录核对结果", FOUND | screenshot(name, content))
    assert answer.status_code == 422
    assert answer.page.field_error("screenshot")
    assert not kept(site)


def test_a_pdf_is_a_screenshot_too(site: Site, county: Browser, case: str) -> None:
    page = county.submit(page_of(county, case), "记录核对结果", FOUND | screenshot("截图.pdf", pdf_report("page"))).page
    answer = county.get(page.link("截图"))
    assert answer.mimetype == "application/pdf"
    assert "2026-03-18.pdf" in answer.headers["Content-Disposition"]
    assert county.get(page.link("截图").replace("/look-up/", "/look-up/9")).status_code == 404


def test_the_site_was_away(site: Site, county: Browser, case: str) -> None:
    page = county.submit(page_of(county, case), "记录核对结果", FOUND | {"result": "unavailable"}).page
    assert "网站无法访问" in page.text
    assert kept(site) == ["unavailable"]
    assert county.get(f"{case}/look-up/1").status_code == 404  # There is nothing to show.


def test_who_may_not(site: Site, county: Browser, case: str) -> None:
    world = site.world
    for user in (world.other_county_reviewer, world.commerce_reviewer):
        browser = journey.signed_in(site, user)
        assert browser.get(f"{case}/look-up").status_code == 404
        assert browser.forge(f"{case}/look-up", FOUND).status_code == 404
    for user in (world.city_reviewer, world.conflicted_reviewer):  # Not their turn; not a firm of their own.
        browser = journey.signed_in(site, user)
        answer = browser.get(f"{case}/look-up")
        assert answer.location == case
        assert "记录核对结果" not in browser.get(case).page.text
        assert browser.forge(f"{case}/look-up", FOUND | {"result": "unavailable"}).status_code == 403
    assert journey.signed_in(site, world.county_supervisor).get(f"{case}/look-up").status_code == 403
    assert not kept(site)


def test_a_closed_case(site: Site, county: Browser, case: str) -> None:
    page = page_of(county, case)
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, int(case.rpartition("/")[2]))
        filings.withdraw(work, filing.id, revision=filing.revision, reason="")
    answer = county.press(page, "记录核对结果", FOUND | screenshot())
    assert (answer.status_code, answer.page.heading) == (410, "该事项已办结")
    assert county.get(f"{case}/look-up").location == case
    assert not kept(site)


def test_a_declaration_has_nothing_to_look_up(site: Site, county: Browser) -> None:
    case = f"/review/cases/{filed(site)}"
    assert "记录核对结果" not in county.get(case).page.text
    assert county.get(f"{case}/look-up").location == case
    assert county.forge(f"{case}/look-up", FOUND | {"result": "unavailable"}).status_code == 403


def test_a_look_up_that_found_something_else_is_shown_as_such(site: Site, county: Browser, case: str) -> None:
    county.submit(page_of(county, case), "记录核对结果", FOUND | screenshot())
    typed = FOUND | {"result": "differs", "note": "有效期不同"} | screenshot()
    page = county.submit(page_of(county, case), "记录核对结果", typed).page
    assert "2026-03-18 查到，内容不一致" in page.text
    assert "有效期不同" in page.text
    assert kept(site) == ["matches", "differs"]
