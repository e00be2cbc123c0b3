"""Signing in and out, and what becomes of a form whose session has ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

import pytest
from itsdangerous import URLSafeSerializer

from registry.infrastructure.database import db
from registry.models import KeptForm, Product
from registry.services import links
from tests.conftest import ENGINES
from tests.factories.world import PASSWORD
from tests.harness import COOKIE, HOST, ORIGIN
from tests.web import journey

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser, Page

TYPED = {"name": "会话过期前输入的杯子", "brand": "𠮷牌", "category": "consumer", "model": "a & b <c>"}


def kept_count(site: Site) -> int:
    with site.app.app_context():
        return db.session.query(KeptForm).count()


def login(browser: Browser, page: Page, email: str) -> Page:
    page = browser.submit(page, "登录", {"email": email, "password": PASSWORD}).page
    if page.heading == "第二重验证":
        page = browser.submit(page, "验证并登录", {"code": browser.code_for(email)}).page
    return page


# Signing in


def test_wrong_passwords_and_unknown_people_are_told_the_same(site: Site, browser: Browser) -> None:
    """No page says whether there is such an account."""
    told = []
    for email in (site.world.emails[site.world.owner], "nobody-at-all@test.example"):
        page = browser.get("/account/login").page
        answer = browser.press(page, "登录", {"email": email, "password": "a wrong password"})
        assert answer.page.value("email") == email
        assert answer.page.value("password") == ""
        assert "a wrong password" not in answer.page.html
        told.append((answer.status_code, answer.page.errors))
    assert told[0] == told[1]
    assert told[0][1]


def test_empty_and_odd_addresses_are_told(browser: Browser) -> None:
    for email in ("", "x", "a@b", "山@例子.测试", "a" * 400 + "@test.example", "owner@test.example\u202e"):
        page = browser.get("/account/login").page
        answer = browser.press(page, "登录", {"email": email, "password": "x"})
        assert answer.page.errors, email


def test_the_session_is_a_new_one_after_signing_in(site: Site, browser: Browser) -> None:
    """Session fixation: what was known before signing in is worth nothing after."""
    browser.get("/account/login")
    before = browser.get_cookie(COOKIE, domain=HOST).value
    browser.sign_in(site.world.emails[site.world.owner])
    assert browser.get_cookie(COOKIE, domain=HOST).value != before
    stranger = site.app.test_client()
    stranger.set_cookie(COOKIE, before, domain=HOST)
    assert stranger.get("/enterprise/").status_code == 302


def test_signing_out_ends_it(owner: Browser) -> None:
    answer = owner.sign_out()
    assert answer.request.path == "/"
    assert owner.get("/enterprise/").location.startswith("/account/login")


def test_signing_out_needs_the_button(owner: Browser) -> None:
    assert owner.get("/account/logout").status_code == 405
    assert owner.post("/account/logout").status_code == 400
    assert owner.get("/enterprise/").status_code == 200


def test_everybody_lands_at_their_own_desk(site: Site) -> None:
    world = site.world
    for user, heading in (
        (world.owner, "工作台"),
        (world.viewer, "工作台"),
        (world.county_reviewer, "待审事项"),
        (world.city_supervisor, "证书监管"),
        (world.nobody, "还没有可办理的事项"),
    ):
        assert journey.signed_in(site, user).go("/account/desk").page.heading == heading


def test_after_signing_in_one_comes_to_the_page_one_wanted(site: Site, browser: Browser) -> None:
    page = browser.go("/enterprise/products/1?x=1&y=2").page
    assert page.heading == "登录"
    page = login(browser, page, site.world.emails[site.world.owner])
    assert page.address.startswith("/enterprise/products/1?x=1&y=2")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.example/",
        "\x01https://evil.example/",
        "https://santong.example.gov.cn@evil.example/",
        "https://santong.example.gov.cn.evil.example/",
        "http://evil.example\\@santong.example.gov.cn/",
    ],
)
def test_nobody_is_sent_away_after_signing_in(site: Site, browser: Browser, target: str) -> None:
    """The harness fails on any redirect to another place."""
    page = browser.get(f"/account/login?next={quote(target)}").page
    values = {"email": site.world.emails[site.world.owner], "password": PASSWORD}
    answer = browser.press(page, "登录", values)
    again = browser.get(f"/account/login?next={quote(target)}")
    for each in (answer, again):
        assert each.status_code == 302
        # As browsers read it, which take a backslash for a slash and drop tabs.
        leads_to = urlsplit(urljoin(ORIGIN, each.location.replace("\\", "/").replace("\t", "")))
        assert (leads_to.scheme, leads_to.netloc) == ("https", HOST)


def test_another_host_changes_nothing_on_the_pages(site: Site, owner: Browser) -> None:
    """Addresses in pages are relative, and those in mail and QR codes come from the settings."""
    for header in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "http"}):
        for address in ("/", "/directory", "/enterprise/", "/account/login", "/verify?q=0110011001100110"):
            answer = owner.get(address, headers=header)
            assert "evil.example" not in answer.get_data(as_text=True)
            assert "evil.example" not in (answer.location or "")


# The session ends in the middle of a form


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_typed_text_survives_signing_in_again(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/products/new").page
    owner.forget_session()
    answer = owner.submit(page, "保存产品", TYPED)
    assert answer.page.heading == "登录"
    assert "您刚才填写的内容还在" in answer.page.text
    page = login(owner, answer.page, site.world.emails[site.world.owner])
    assert page.heading == "填写的内容还在"
    for value in TYPED.values():
        assert value in page.text
    page = owner.submit(page, "再提交一次").page
    assert page.heading == TYPED["name"]
    assert TYPED["model"] in page.text


def test_a_session_ends_by_the_clock(site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    page = owner.get("/enterprise/products/new").page
    monkeypatch.setitem(site.app.config, "PERMANENT_SESSION_LIFETIME", timedelta(seconds=-1))
    assert owner.submit(page, "保存产品", TYPED).page.heading == "登录"
    assert kept_count(site) == 1


def test_the_pressed_button_and_rows_survive_too(site: Site, owner: Browser) -> None:
    page = owner.get(journey.step(journey.start(owner, site.world.product), "standard")).page
    owner.forget_session()
    page = owner.submit(page, "保存并继续", journey.STANDARD).page
    page = login(owner, page, site.world.emails[site.world.owner])
    assert "铅溶出量" in page.text
    page = owner.submit(page, "再提交一次").page
    assert page.heading == "同质"  # The next step, as the button said.
    page = owner.get(journey.step(page, "standard")).page
    assert page.value("comparison-0-indicator") == "铅溶出量"
    assert sorted(page.value("markets")) == ["DE", "US"]


def test_a_decision_survives_too(site: Site, owner: Browser) -> None:
    journey.file_declaration(site, owner)
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.get("/review/cases/1").page
    county.forget_session()
    page = county.submit(page, "退回补正", {"reason": "请补充生产线照片"}).page
    page = login(county, page, site.world.emails[site.world.county_reviewer])
    assert "请补充生产线照片" in page.text
    assert "已退回补正" in county.submit(page, "再提交一次").page.text


def test_the_next_person_at_the_computer_sees_nothing(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/products/new").page
    owner.forget_session()
    sign_in = owner.submit(page, "保存产品", TYPED).page
    answer = owner.submit(sign_in, "登录", {"email": site.world.emails[site.world.other_owner], "password": PASSWORD})
    assert answer.status_code == 404
    assert TYPED["name"] not in answer.page.html


@pytest.mark.parametrize("owner_token", ["", "0", "6", "not.signed", "é", "\U0001f3ed", "a.b.c.d", "x" * 10_000])
def test_a_forged_owner_keeps_nothing(site: Site, browser: Browser, owner_token: str) -> None:
    """Otherwise a foreign page could leave a form here that somebody sends after signing in."""
    answer = browser.post("/enterprise/products/new", data={"name": "假的", "form_owner": owner_token})
    assert answer.location == "/account/login?next=/account/desk"
    assert kept_count(site) == 0


def test_a_mark_signed_with_another_key_or_for_another_use_keeps_nothing(site: Site, browser: Browser) -> None:
    for key, salt in (("another-key", "form-owner"), ("test-key-2", "another-use")):
        token = URLSafeSerializer([key], salt=salt).dumps(site.world.owner)
        browser.post("/enterprise/products/new", data={"name": "假的", "form_owner": token})
    assert kept_count(site) == 0


def test_too_much_is_not_kept(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/products/new").page
    owner.forget_session()
    assert owner.submit(page, "保存产品", TYPED | {"name": "长" * 300_001}).page.heading == "登录"
    form, _button = page.form_of("保存产品")
    data = dict(form.entries(TYPED))
    assert owner.post(f"/enterprise/products/new?x={'y' * 600}", data=data).status_code == 302
    assert kept_count(site) == 0


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_a_character_that_no_database_stores_does_no_harm(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/products/new").page
    answer = owner.press(page, "保存产品", TYPED | {"name": "零\0字符"})
    assert answer.status_code == 302
    assert owner.go(answer.location).page.heading == "零字符"
    for address in ("/verify?q=%00", "/directory?area=%00&category=%00", "/directory?q=a%00"):
        assert owner.get(address).status_code == 200, address
    for address in ("/c/%00", "/account/kept/%00"):
        assert owner.get(address).status_code == 400, address
    page = owner.get("/enterprise/profile/edit").page
    assert owner.press(page, "保存资料", {"name_en": "Road\0 9", "contact_name": "\0"}).page.field_error("contact_name")
    owner.forget_session()
    page = owner.submit(page, "保存资料", {"name_en": "Road\0 9"}).page
    page = owner.submit(page, "登录", {"email": f"{site.world.emails[site.world.owner]}\0", "password": "\0"}).page
    page = login(owner, page, site.world.emails[site.world.owner])
    assert "Road 9" in page.text


# The key of a form


def test_an_old_key_gives_the_page_back(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/products/new").page
    with owner.session_transaction("/account/login", base_url=ORIGIN) as session:
        session["csrf_token"] = "another"
    answer = owner.press(page, "保存产品", TYPED)
    assert answer.status_code == 400
    assert answer.page.heading == "填写的内容还在"
    assert owner.submit(answer.page, "再提交一次").page.heading == TYPED["name"]


def test_a_visitors_form_comes_back_without_its_passwords(site: Site, browser: Browser) -> None:
    with site.work() as work:
        token = links.sign(work, "register", "new@test.example", lasts=timedelta(hours=1))
    page = browser.get(f"/account/register/{token}").page
    browser.forget_session()
    values = {"person_name": "虚构的人", "password": "a new password", "password_again": "a new password"}
    answer = browser.press(page, "建立账号并登录", values)
    assert answer.status_code == 400
    assert "虚构的人" in answer.page.text
    assert "a new password" not in answer.page.html
    answer = browser.submit(answer.page, "再提交一次")
    assert answer.page.value("person_name") == "虚构的人"
    assert answer.page.field_error("password")


def test_a_form_from_a_foreign_site_is_refused_and_not_given_back(site: Site, owner: Browser) -> None:
    other = journey.signed_in(site, site.world.other_owner)
    stolen = other.get("/enterprise/products/new").page.all("input", name="form_owner")[0].get("value")
    for data in ({"name": "假的"}, {"name": "假的", "form_owner": stolen}):
        answer = owner.post("/enterprise/products/new", data=data, headers={"Referer": "https://evil.example/"})
        assert answer.status_code == 400
        assert answer.page.heading == "请求无法处理"
        assert "假的" not in answer.page.html
    token = owner.csrf_token()
    answer = owner.post(
        "/enterprise/products/new",
        data={"name": "假的", "category": "consumer", "csrf_token": token},
        headers={"Referer": "https://evil.example/"},
    )
    assert answer.status_code == 400
    with site.app.app_context():
        assert db.session.query(Product).filter_by(name="假的").count() == 0
