"""The second factor: apps, recovery codes and passkeys, and proving once more that it is oneself."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.sign_in import FREE_FAILURES, Factor
from registry.infrastructure.database import db
from registry.models import SignIn, User
from tests.at_once import at_once
from tests.authenticator import SoftPasskey
from tests.conftest import ENGINES
from tests.factories.world import PASSWORD
from tests.harness import COOKIE, HOST, ORIGIN
from tests.web import journey
from tests.web.proof import attempt, by_passkey, code, email_of, passkey_of, recorded, recovery

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.conftest import Site
    from tests.harness import Browser

# The second factor


def test_staff_without_a_second_factor_get_nowhere_until_it_is_there(site: Site, browser: Browser) -> None:
    with site.app.app_context():
        user = db.session.get_one(User, site.world.county_reviewer)
        user.tf_totp_secret = None
        db.session.commit()
    page = browser.sign_in(email_of(site, "county_reviewer")).page
    assert page.heading == "管理第二重验证"
    assert "请先设置第二重验证" in page.text
    for address in ("/review/", "/account/desk", "/bureau/certificates", "/account/sessions", "/account/profile"):
        assert browser.get(address).location == "/account/second-factor", address
    assert browser.forge("/review/cases/1", {"action": "recommend"}).location == "/account/second-factor"
    page = browser.visit(page, "设置验证器应用").page
    shown = page.all("code")[0].text.replace(" ", "")
    image = page.all("img", width="264")[0]
    assert image.get("src").startswith("data:image/svg+xml;base64,")
    wrong = browser.press(page, "开启动态码验证", {"code": "000000"})
    assert wrong.status_code == 422
    assert wrong.page.all("code")[0].text.replace(" ", "") == shown  # The same secret: nobody scans twice.
    before = browser.get_cookie(COOKIE, domain=HOST).value
    page = browser.submit(wrong.page, "开启动态码验证", {"code": code(site, shown)}).page
    assert page.heading == "请保存恢复码"
    assert len(recovery(page)) == 10
    assert browser.get("/review/").status_code == 200
    copy = site.app.test_client()
    copy.set_cookie(COOKIE, before, domain=HOST)
    assert copy.get("/review/").status_code == 302  # A copy of the weak session has not grown with it.
    with site.app.app_context():
        assert db.session.query(SignIn).filter_by(ended_at=None).one().strong


def test_codes_are_asked_for_and_cannot_be_guessed(site: Site, browser: Browser) -> None:
    email = email_of(site, "county_reviewer")
    page = browser.get(attempt(browser, email).location).page
    assert page.heading == "第二重验证"
    assert browser.get("/review/").status_code == 302  # Not signed in yet.
    for _ in range(FREE_FAILURES + 1):
        answer = browser.press(page, "验证并登录", {"code": "000000"})
        assert answer.status_code == 422
    assert "30 秒" in answer.page.field_error("code")
    answer = browser.press(page, "验证并登录", {"code": code(site)})
    assert "动态码" not in answer.page.field_error("code")  # Locked: it was not even looked at.
    # Coming back through the password is no way around the wait.
    browser.forget_session()
    page = browser.get(attempt(browser, email).location).page
    assert browser.press(page, "验证并登录", {"code": code(site)}).status_code == 422
    site.clock.moment += timedelta(seconds=30)
    assert browser.submit(page, "验证并登录", {"code": code(site)}).page.heading == "待审事项"
    reasons = [payload["reason"] for _success, _person, payload in recorded(site, "account:session:refuse")]
    assert reasons == ["code"] * (FREE_FAILURES + 1) + ["locked"] * 2


def test_the_same_code_signs_in_once_also_for_two_at_once(site: Site) -> None:
    email, typed = email_of(site, "county_reviewer"), code(site)
    calls = []
    for _ in range(3):
        browser = site.app.test_client()
        browser.alone = False
        page = browser.get(attempt(browser, email).location).page
        calls.append(lambda browser=browser, page=page: browser.press(page, "验证并登录", {"code": typed}).status_code)
    assert sorted(at_once(calls)) == [302, 422, 422]


def test_half_the_way_lasts_ten_minutes(site: Site, browser: Browser) -> None:
    page = browser.get(attempt(browser, email_of(site, "county_reviewer")).location).page
    site.clock.moment += timedelta(minutes=10, seconds=1)
    assert browser.press(page, "验证并登录", {"code": code(site)}).location == "/account/login"


def test_a_session_from_before_the_second_factor_is_over(site: Site, owner: Browser) -> None:
    thief = journey.signed_in(site, site.world.owner)
    page = owner.get("/account/second-factor/app").page
    secret = page.all("code")[0].text.replace(" ", "")
    held = thief.get("/account/second-factor/app").page
    assert owner.submit(page, "开启动态码验证", {"code": code(site, secret)}).page.heading == "请保存恢复码"
    assert owner.get("/enterprise/").status_code == 200
    answer = thief.press(held, "开启动态码验证", {"code": code(site, held.all("code")[0].text.replace(" ", ""))})
    assert answer.location.startswith("/account/login")
    assert "第二重验证已更改" in thief.go("/account/sessions").page.text
    assert recorded(site, "account:session:end") == [
        (True, site.world.owner, {"reason": "factors", "count": 1}),
    ]


def test_a_new_passkey_ends_the_other_sessions_too(site: Site) -> None:
    other = journey.signed_in(site, site.world.owner)
    owner = journey.signed_in(site, site.world.owner)
    page = owner.submit(owner.get("/account/second-factor").page, "添加通行密钥").page
    form, _button = page.form_of("添加通行密钥")
    (part,) = [each for each in form.element.iter() if each.get("data-options")]
    answer = SoftPasskey(ORIGIN).create(part.get("data-options"))
    data = dict(form.entries({"name": "办公室电脑"})) | {"credential": answer}
    assert owner.post(form.element.get("action"), data=data, headers={"Referer": ORIGIN}).status_code == 200
    assert owner.get("/enterprise/").status_code == 200
    assert other.get("/enterprise/").status_code == 302


@pytest.mark.parametrize("name", ["owner", "county_reviewer"])
def test_a_session_weaker_than_the_account_is_none(site: Site, name: str) -> None:
    """However it came about: a sign-in by password that was on its way while the second factor was set up, say."""
    passkey_of(site, getattr(site.world, name))
    weak = journey.signed_in(site, getattr(site.world, name), Factor.PASSWORD)
    for address in ("/account/second-factor", "/account/second-factor/app", "/account/confirm", "/account/desk"):
        assert weak.get(address).location.startswith("/account/login"), address
    assert "第二重验证已更改" in weak.go("/account/desk").page.text
    assert weak.forge("/account/second-factor/recovery").location.startswith("/account/login")


def test_to_replace_the_app_one_shows_a_factor_again(site: Site) -> None:
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.get("/account/second-factor/app").page
    site.clock.moment += timedelta(minutes=16)
    typed = code(site, page.all("code")[0].text.replace(" ", ""))
    assert county.submit(page, "开启动态码验证", {"code": typed}).page.heading == "请确认是您本人"


def test_who_guesses_codes_elsewhere_keeps_no_known_browser_out(site: Site, browser: Browser) -> None:
    """Whoever knows the password and not the code: the owner's browser is counted apart, and a session by itself."""
    email = email_of(site, "county_reviewer")

    def new_code() -> str:
        """The code of this moment, as if it had not been used: a lock lasts no longer than a code at first."""
        with site.app.app_context():
            db.session.get_one(User, site.world.county_reviewer).tf_last_counter = None
            db.session.commit()
        return code(site)

    browser.sign_in(email)
    stranger = site.app.test_client()
    page = stranger.get(attempt(stranger, email).location).page
    for _ in range(FREE_FAILURES + 1):
        stranger.press(page, "验证并登录", {"code": "000000"})
    assert browser.press(browser.get("/account/confirm").page, "确认", {"proof": new_code()}).status_code == 302
    browser.sign_out()
    known = browser.get(attempt(browser, email).location).page
    assert browser.press(known, "验证并登录", {"code": new_code()}).status_code == 302
    assert "尝试次数过多" in stranger.press(page, "验证并登录", {"code": new_code()}).page.field_error("code")


def test_a_firm_may_switch_it_on_and_off(site: Site, owner: Browser) -> None:
    page = owner.get("/account/sessions").page
    assert "未开启" in page.text
    page = owner.visit(owner.visit(page, "管理第二重验证").page, "设置验证器应用").page
    secret = page.all("code")[0].text.replace(" ", "")
    page = owner.submit(page, "开启动态码验证", {"code": code(site, secret)}).page
    codes = recovery(page)
    site.clock.moment += timedelta(seconds=30)

    browser = site.app.test_client()
    page = browser.get(attempt(browser, email_of(site, "owner")).location).page
    assert browser.submit(page, "验证并登录", {"code": codes[0]}).request.path == "/enterprise/"
    page = browser.get("/account/sessions").page
    assert "还剩 9 个" in page.text
    assert "密码 + 恢复码" in page.text
    page = browser.visit(page, "管理第二重验证").page
    page = browser.submit(page, "关闭动态码验证").page
    assert "未开启" in page.text
    assert attempt(site.app.test_client(), email_of(site, "owner")).location == "/account/desk"


def test_staff_cannot_switch_it_off(site: Site) -> None:
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.get("/account/second-factor").page
    assert "关闭动态码验证" not in page.text
    assert "添加通行密钥后，才能关闭动态码" in page.text
    answer = county.forge("/account/second-factor/app/remove", {})
    assert answer.status_code == 403
    assert "至少保留一种方式" in answer.page.text


def test_old_recovery_codes_are_replaced_and_shown_once(site: Site) -> None:
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.submit(county.get("/account/second-factor").page, "生成新的恢复码").page
    codes = recovery(page)
    assert len(codes) == 10
    for address in ("/account/second-factor", "/account/sessions"):
        assert codes[0] not in county.get(address).page.html


# Passkeys


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_a_passkey_is_added_signs_in_and_is_removed(site: Site) -> None:
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.submit(county.get("/account/second-factor").page, "添加通行密钥").page
    assert page.heading == "添加通行密钥"
    soft = SoftPasskey(ORIGIN)
    form, _button = page.form_of("添加通行密钥")
    (part,) = [each for each in form.element.iter() if each.get("data-options")]
    data = dict(form.entries({"name": "办公室电脑"})) | {"credential": soft.create(part.get("data-options"))}
    answer = county.post(form.element.get("action"), data=data, headers={"Referer": ORIGIN})
    assert answer.page.heading == "请保存恢复码"
    site.clock.moment += timedelta(minutes=1)

    browser = site.app.test_client()
    answer = by_passkey(browser, browser.get("/account/login?next=/review/").page, "用通行密钥登录", soft)
    assert answer.location == "/review/"
    assert browser.get("/review/").status_code == 200
    with site.app.app_context():
        assert db.session.query(SignIn).order_by(SignIn.id.desc()).first().factors == "passkey"
    page = browser.get("/account/second-factor").page
    assert "办公室电脑" in page.text
    page = browser.submit(page, "删除").page
    assert "办公室电脑" not in page.text
    browser = site.app.test_client()
    answer = by_passkey(browser, browser.get("/account/login").page, "用通行密钥登录", soft)
    assert answer.location == "/account/login"
    assert "没有通过验证" in browser.get(answer.location).page.text


def test_a_passkey_is_a_second_factor_too(site: Site, browser: Browser) -> None:
    soft, foreign = passkey_of(site, site.world.owner), passkey_of(site, site.world.other_owner)
    page = browser.get(attempt(browser, email_of(site, "owner")).location).page
    assert by_passkey(browser, page, "用通行密钥验证", foreign).location == "/account/login/second"
    assert browser.get("/enterprise/").status_code == 302
    page = browser.get("/account/login/second").page
    assert by_passkey(browser, page, "用通行密钥验证", soft).location == "/account/desk"
    with site.app.app_context():
        assert db.session.query(SignIn).one().factors == "password+passkey"


def test_an_answer_to_one_question_is_none_to_another(site: Site, browser: Browser) -> None:
    soft = passkey_of(site, site.world.owner)
    owner = journey.signed_in(site, site.world.owner)
    asked = owner.get("/account/confirm").page
    form, _button = asked.form_of("用通行密钥确认")
    (part,) = [each for each in form.element.iter() if each.get("data-options")]
    values = dict(form.entries())
    data = {
        "credential": soft.get(json.loads(part.get("data-options"))),
        "state": values["state"],
        "csrf_token": browser.csrf_token(),
    }
    answer = browser.post("/account/login/passkey", data=data, headers={"Referer": ORIGIN})
    assert answer.location == "/account/login"


def test_a_passkey_that_fails_is_not_added(site: Site) -> None:
    owner = journey.signed_in(site, site.world.owner)
    page = owner.submit(owner.get("/account/second-factor").page, "添加通行密钥").page
    form, _button = page.form_of("添加通行密钥")
    data = dict(form.entries({"name": "办公室电脑"})) | {"credential": "{}"}
    answer = owner.post(form.element.get("action"), data=data, headers={"Referer": ORIGIN})
    assert answer.status_code == 422
    assert any("没有通过验证" in error for error in answer.page.errors)
    answer = owner.post(form.element.get("action"), data=data | {"state": "forged"}, headers={"Referer": ORIGIN})
    assert answer.location == "/account/second-factor"
    assert "没有通过验证" in owner.get(answer.location).page.text


def test_staff_keep_their_last_passkey(site: Site) -> None:
    passkey_of(site, site.world.county_reviewer)
    with site.app.app_context():
        db.session.get_one(User, site.world.county_reviewer).tf_totp_secret = None
        db.session.commit()
    county = journey.signed_in(site, site.world.county_reviewer)
    assert county.press(county.get("/account/second-factor").page, "删除").status_code == 403


def test_a_passkey_does_not_confirm_for_somebody_else(site: Site) -> None:
    passkey_of(site, site.world.owner)
    foreign = passkey_of(site, site.world.other_owner)
    owner = journey.signed_in(site, site.world.owner)
    answer = by_passkey(owner, owner.get("/account/confirm?next=/enterprise/").page, "用通行密钥确认", foreign)
    assert answer.location == "/account/confirm?next=/enterprise/"
    assert "没有通过验证" in owner.get(answer.location).page.text


def test_under_a_bare_address_there_are_no_passkeys(remade: Callable[..., Flask]) -> None:
    browser = remade(public_url="https://127.0.0.1").test_client()
    assert "通行密钥" not in browser.get("/account/login", base_url="https://127.0.0.1").text


# Proving it again


def test_a_measure_asks_again_and_loses_nothing(site: Site, tmp_path: Any) -> None:
    from tests.factories.certificates import certified  # noqa: PLC0415

    number = certified(site, tmp_path)
    supervisor = journey.signed_in(site, site.world.city_supervisor)
    page = supervisor.get(f"/bureau/certificates/{number}/revoke").page
    site.clock.moment += timedelta(minutes=16)
    values = {"reason": "抽查不合格", "document_number": "虚构〔2026〕9号"}
    page = supervisor.submit(page, "撤销证书", values).page
    assert page.heading == "请确认是您本人"
    assert "您填写的内容还在" in page.text
    wrong = supervisor.press(page, "确认", {"proof": "000000"})
    assert wrong.status_code == 422
    before = supervisor.get_cookie(COOKIE, domain=HOST).value
    page = supervisor.submit(wrong.page, "确认", {"proof": code(site)}).page
    assert page.heading == "已确认，请继续"
    assert "抽查不合格" in page.text
    page = supervisor.submit(page, "继续").page
    assert "证书已撤销" in page.text or "撤销" in page.text
    copy = site.app.test_client()
    copy.set_cookie(COOKIE, before, domain=HOST)
    assert copy.get("/bureau/certificates").status_code == 302
    assert recorded(site, "account:session:confirm") == [(True, site.world.city_supervisor, {"factor": "totp"})]


def test_a_reviewer_is_asked_once_an_hour(site: Site, owner: Browser) -> None:
    journey.file_declaration(site, owner)
    county = journey.signed_in(site, site.world.county_reviewer)
    for _ in range(2):
        site.clock.moment += timedelta(minutes=25)
        page = county.get("/review/cases/1").page
    assert county.submit(page, "推荐至上一级").page.heading != "请确认是您本人"


def test_who_has_no_second_factor_confirms_by_password(site: Site, owner: Browser) -> None:
    site.clock.moment += timedelta(minutes=20)
    page = owner.get("/account/second-factor/app").page
    secret = page.all("code")[0].text.replace(" ", "")
    page = owner.submit(page, "开启动态码验证", {"code": code(site, secret)}).page
    assert page.heading == "请确认是您本人"
    assert owner.press(page, "确认", {"proof": "wrong"}).page.field_error("proof")
    page = owner.submit(page, "确认", {"proof": PASSWORD}).page
    assert page.heading == "已确认，请继续"
    page = owner.get("/account/second-factor/app").page
    assert page.all("code")[0].text.replace(" ", "") == secret
    assert owner.submit(page, "开启动态码验证", {"code": code(site, secret)}).page.heading == "请保存恢复码"


def test_a_passkey_confirms(site: Site) -> None:
    soft = passkey_of(site, site.world.owner)
    owner = journey.signed_in(site, site.world.owner)
    site.clock.moment += timedelta(minutes=20)
    page = owner.submit(owner.get("/account/second-factor").page, "生成新的恢复码").page
    assert page.heading == "请确认是您本人"
    answer = by_passkey(owner, page, "用通行密钥确认", soft)
    page = owner.get(answer.location).page
    assert owner.submit(page, "继续").page.heading == "请保存恢复码"
