"""The pages to change a password and to set a new one by a letter's link."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from registry.infrastructure.database import db
from registry.models import Job
from tests.conftest import ENGINES
from tests.factories.world import PASSWORD
from tests.harness import COOKIE, HOST
from tests.web import journey

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser

NEW = "nine blue kettles in a row"


def change(browser: Browser, old: str, new: str = NEW, again: str = NEW):
    page = browser.get("/account/change-password").page
    return browser.press(page, "更改密码", {"old_password": old, "password": new, "password_again": again})


def test_changing_it_ends_the_others_and_keeps_this_one(site: Site, owner: Browser) -> None:
    other = journey.signed_in(site, site.world.owner)
    before = owner.get_cookie(COOKIE, domain=HOST).value
    answer = change(owner, PASSWORD)
    assert answer.location == "/account/sessions"
    assert "密码已更改" in owner.get(answer.location).page.text
    answer = other.go("/enterprise/")
    assert "密码已更改" in answer.page.text
    copy = site.app.test_client()
    copy.set_cookie(COOKIE, before, domain=HOST)
    assert copy.get("/enterprise/").status_code == 302
    fresh = site.app.test_client()
    fresh.sign_in(site.world.emails[site.world.owner], NEW)


def test_what_is_wrong_is_told_at_the_fields(owner: Browser) -> None:
    answer = change(owner, "wrong")
    assert "密码不正确" in answer.page.field_error("old_password")
    answer = change(owner, PASSWORD, "password1234", "password1234")
    assert "太常见" in answer.page.field_error("password")
    answer = change(owner, PASSWORD, NEW, NEW + "x")
    assert "不一致" in answer.page.field_error("password_again")
    assert NEW not in answer.page.html
    assert answer.status_code == 422
    for _ in range(6):
        answer = change(owner, "wrong")
    assert "尝试次数过多" in answer.page.field_error("old_password")


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_a_forgotten_password_is_set_anew_by_a_letter(site: Site, browser: Browser, owner: Browser) -> None:
    email = site.world.emails[site.world.owner]
    page = browser.visit(browser.get("/account/login").page, "忘记密码").page
    answer = browser.press(page, "发送链接", {"email": email})
    assert answer.page.heading == "请查收邮件"
    journey.run_worker(site)
    with site.app.app_context():
        (job,) = [job for job in db.session.query(Job) if job.payload.get("template") == "reset_password"]
        link = job.payload["data"]["link"]
    page = browser.get(urlsplit(link).path).page
    assert page.heading == "设置新密码"
    answer = browser.press(page, "设置新密码", {"password": "short", "password_again": "short"})
    assert answer.page.field_error("password")
    page = browser.submit(page, "设置新密码", {"password": NEW, "password_again": NEW}).page
    assert page.heading == "登录"
    assert "密码已重设" in page.text
    assert browser.get(urlsplit(link).path).status_code == 404
    assert owner.get("/enterprise/").status_code == 302
    browser.sign_in(email, NEW)


def test_no_answer_tells_who_has_an_account(site: Site) -> None:
    seen = []
    for email in (site.world.emails[site.world.owner], "nobody-at-all@test.example"):
        browser = site.app.test_client()
        answer = browser.press(browser.get("/account/reset").page, "发送链接", {"email": email})
        seen.append((answer.status_code, answer.page.text, len(answer.statements)))
    assert seen[0] == seen[1]


def test_the_second_factor_is_asked_for_after_a_reset_too(site: Site, browser: Browser) -> None:
    email = site.world.emails[site.world.county_reviewer]
    browser.press(browser.get("/account/reset").page, "发送链接", {"email": email})
    journey.run_worker(site)
    with site.app.app_context():
        (job,) = [job for job in db.session.query(Job) if job.payload.get("template") == "reset_password"]
        link = urlsplit(job.payload["data"]["link"]).path
    page = browser.submit(browser.get(link).page, "设置新密码", {"password": NEW, "password_again": NEW}).page
    page = browser.submit(page, "登录", {"email": email, "password": NEW}).page
    assert page.heading == "第二重验证"


def test_a_link_that_is_too_old_says_so(site: Site, browser: Browser) -> None:
    browser.press(browser.get("/account/reset").page, "发送链接", {"email": site.world.emails[site.world.owner]})
    journey.run_worker(site)
    with site.app.app_context():
        (job,) = [job for job in db.session.query(Job) if job.payload.get("template") == "reset_password"]
        link = urlsplit(job.payload["data"]["link"]).path
    site.clock.moment += timedelta(hours=1, seconds=1)
    answer = browser.get(link)
    assert answer.status_code == 404
    assert "链接无效或已过期" in answer.page.text


def test_an_address_that_is_none_is_told(browser: Browser) -> None:
    answer = browser.press(browser.get("/account/reset").page, "发送链接", {"email": "x"})
    assert answer.page.field_error("email")
