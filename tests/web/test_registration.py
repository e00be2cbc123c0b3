"""Making an account over HTTP: the same answer for everybody, and the letter's link."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain import privacy
from registry.infrastructure.database import db
from registry.models import Consent, User
from registry.services import links
from tests.conftest import ENGINES
from tests.factories.firms import delivered
from tests.harness import PASSWORD
from tests.web import journey

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser, Page

EMAIL = "new@test.example"
PERSON = {"person_name": "测试申报人", "password": PASSWORD, "password_again": PASSWORD, "privacy": "yes"}


def link(site: Site, email: str = EMAIL) -> str:
    with site.work() as work:
        return f"/account/register/{links.sign(work, 'register', email, lasts=timedelta(hours=24))}"


def count(site: Site, model: type[Any], **values: Any) -> int:
    with site.app.app_context():
        return db.session.query(model).filter_by(**values).count()


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_known_and_unknown_addresses_get_the_same_answer(site: Site, browser: Browser) -> None:
    answers = []
    for email in (site.world.emails[site.world.owner], EMAIL):
        first = browser.press(browser.get("/account/register").page, "发送确认信", {"email": email})
        page = browser.go(first.location).page
        answers.append((first.status_code, first.location, len(first.statements), page.text))
        assert email not in page.html
    assert answers[0] == answers[1]
    assert "如果邮箱可用，我们已发送一封信" in answers[0][3]
    assert [subject for _to, subject, _body in delivered(site)] == ["您已有账号", "完成账号注册"]


def test_what_is_no_address_is_told_and_kept(browser: Browser) -> None:
    answer = browser.press(browser.get("/account/register").page, "发送确认信", {"email": "nobody"})
    assert answer.status_code == 422
    assert answer.page.field_error("email")
    assert answer.page.value("email") == "nobody"


def test_the_link_makes_the_account_and_signs_in(site: Site, browser: Browser) -> None:
    page = browser.get(link(site)).page
    assert EMAIL in page.text
    page = browser.submit(page, "建立账号并登录", PERSON).page
    assert page.heading == "登记企业"
    assert count(site, User, email=EMAIL) == 1
    assert count(site, Consent, notice=privacy.current().version, given=True) == 1
    # The link is spent, for whoever finds it later and for the person, who is signed in.
    assert browser.get(link(site)).location == "/enterprise/register"
    stranger = site.app.test_client()
    answer = stranger.get(link(site))
    assert answer.location == "/account/login"
    assert "这个邮箱已经有账号" in stranger.go(answer.location).page.text


def test_what_is_wrong_is_told_at_its_field(site: Site, browser: Browser) -> None:
    page = browser.get(link(site)).page
    answer = browser.press(page, "建立账号并登录")
    assert answer.status_code == 422
    for name in ("person_name", "password", "privacy"):
        assert answer.page.field_error(name), name
    answer = browser.press(answer.page, "建立账号并登录", PERSON | {"password_again": "x"})
    assert answer.page.field_error("password_again")
    assert answer.page.value("person_name") == PERSON["person_name"]
    assert count(site, User, email=EMAIL) == 0


def test_another_version_of_the_notice_is_asked_for_again(site: Site, browser: Browser) -> None:
    form = PERSON | {"notice": "1999-1"}
    answer = browser.forge(link(site), form)
    assert "个人信息处理规则已更新" in answer.page.field_error("privacy")
    assert answer.page.value("privacy") == []
    assert _hidden(answer.page, "notice") == privacy.current().version


def _hidden(page: Page, name: str) -> str:
    return page.all("input", name=name)[0].get("value", "")


@pytest.mark.parametrize("token", ["x", "a.b", "%F0%9F%8F%AD", "x" * 3000])
def test_a_link_that_is_none(browser: Browser, token: str) -> None:
    answer = browser.get(f"/account/register/{token}")
    assert answer.status_code == 404
    assert "链接无效或已过期" in answer.page.text


def test_a_link_is_over_after_a_day(site: Site, browser: Browser) -> None:
    address = link(site)
    page = browser.get(address).page
    site.clock.moment += timedelta(hours=24, seconds=1)
    assert browser.get(address).status_code == 404
    assert browser.press(page, "建立账号并登录", PERSON).status_code == 404
    assert count(site, User, email=EMAIL) == 0


def test_who_is_signed_in_registers_no_account(owner: Browser) -> None:
    assert owner.get("/account/register").location == "/enterprise/register"


def test_the_notice_says_what_the_law_wants_in_both_languages(browser: Browser) -> None:
    page = browser.visit(browser.get("/").page, "个人信息处理规则").page
    for words in ("谁处理", "为什么", "哪些信息", "保存多久", "权利", "联系我们", privacy.current().version):
        assert words in page.text, words
    english = browser.get("/privacy?lang=en").page
    assert english.lang == "en"


def test_everybody_is_led_there(site: Site, browser: Browser) -> None:
    nobody = journey.signed_in(site, site.world.nobody)
    page = nobody.get("/account/desk").page
    assert nobody.visit(page, "登记企业").page.heading == "登记企业"
    assert nobody.visit(page, "我的申请").page.heading == "我的申请"
