"""Signing in: passwords, lockout, second factors, and that no answer tells who has an account."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.sign_in import FREE_FAILURES, Factor
from registry.infrastructure.database import db
from registry.models import AuditEvent, Job, SignIn, User
from tests.at_once import at_once
from tests.authenticator import SoftPasskey
from tests.conftest import ENGINES
from tests.factories import some_passkey
from tests.factories.world import PASSWORD, TOTP_SECRET
from tests.harness import COOKIE, HOST, ORIGIN
from tests.web import journey

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.conftest import Site
    from tests.harness import Browser, Page

UNKNOWN = "nobody-at-all@test.example"


def attempt(browser: Browser, email: str, password: str = PASSWORD) -> TestResponse:
    page = browser.get("/account/login").page
    return browser.press(page, "登录", {"email": email, "password": password})


def recorded(site: Site, tag: str) -> list[tuple[bool, int | None, dict[str, Any]]]:
    with site.app.app_context():
        events = db.session.query(AuditEvent).filter_by(tag=tag).order_by(AuditEvent.id)
        return [(event.success, event.person_id, event.payload) for event in events]


def email_of(site: Site, name: str) -> str:
    return site.world.emails[getattr(site.world, name)]


def passkey_of(site: Site, user_id: int) -> SoftPasskey:
    soft = SoftPasskey(ORIGIN)
    with site.work(user_id) as work:
        some_passkey(work, work.session.get_one(User, user_id), soft)
    site.clock.moment += timedelta(seconds=5)
    return soft


def by_passkey(browser: Browser, page: Page, button: str, soft: SoftPasskey) -> TestResponse:
    """What the script does: ask the passkey, put its answer into the form, and send it."""
    form, _pressed = page.form_of(button)
    (part,) = [each for each in form.element.iter() if each.get("data-options")]
    answer = getattr(soft, part.get("data-passkey"))(part.get("data-options"))
    data = dict(form.entries()) | {"credential": answer}
    return browser.post(form.element.get("action"), data=data, headers={"Referer": ORIGIN + page.address})


def recovery(page: Page) -> list[str]:
    """The recovery codes that a page shows."""
    return [each.text for each in page.all("code", **{"class": "nowrap"})]


def code(site: Site, secret: str = TOTP_SECRET) -> str:
    """What an authenticator app shows now."""
    authenticator = site.app.extensions["registry"].authenticator
    return authenticator.code(authenticator.keep(secret))[0]


# Lockout


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_after_a_few_failures_even_the_right_password_waits(site: Site, browser: Browser) -> None:
    email = email_of(site, "owner")
    for _ in range(FREE_FAILURES):
        assert attempt(browser, email, "wrong").page.errors == ["邮箱或密码不正确。"]
    assert attempt(browser, email, "wrong").page.errors == [
        "邮箱或密码不正确。",
        "尝试次数过多，请在 30 秒后再试。",
    ]
    site.clock.moment += timedelta(seconds=12)
    answer = attempt(browser, email)
    assert answer.status_code == 422
    assert answer.page.errors == ["尝试次数过多，请在 18 秒后再试。"]
    site.clock.moment += timedelta(seconds=18)
    assert attempt(browser, email.upper()).status_code == 302  # The name in capitals is the same name.
    reasons = [payload["reason"] for _success, _person, payload in recorded(site, "account:session:refuse")]
    assert reasons == ["password"] * (FREE_FAILURES + 1) + ["locked"]
    browser.forget_session()
    assert attempt(browser, email, "wrong").page.errors == ["邮箱或密码不正确。"]  # Counted from the beginning.


def test_all_that_failed_is_recorded_and_nothing_that_was_typed(site: Site, browser: Browser) -> None:
    attempt(browser, email_of(site, "owner"), "a-very-secret-typing")
    attempt(browser, UNKNOWN, "a-very-secret-typing")
    events = recorded(site, "account:session:refuse")
    assert events == [
        (False, site.world.owner, {"reason": "password"}),
        (False, None, {"reason": "password"}),
    ]
    with site.app.app_context():
        everything = str([vars(event) for event in db.session.query(AuditEvent)])
        assert "secret" not in everything
        assert UNKNOWN not in everything


def test_no_answer_tells_who_has_an_account(site: Site) -> None:
    """The same words, the same status, the same headers, the same number of statements, for as long as one likes."""
    seen: dict[str, list[Any]] = {}
    barred = email_of(site, "nobody")
    with site.app.app_context():
        db.session.get_one(User, site.world.nobody).active = False
        db.session.commit()
    for email in (email_of(site, "owner"), email_of(site, "county_reviewer"), UNKNOWN, barred):
        browser = site.app.test_client()
        seen[email] = []
        for _ in range(FREE_FAILURES + 3):
            answer = attempt(browser, email, PASSWORD if email == barred else "wrong")
            names = sorted({name for name, _value in answer.headers} - {"Set-Cookie"})
            seen[email].append((answer.status_code, answer.page.errors, names, len(answer.statements)))
    first, *others = seen.values()
    for other in others:
        assert other == first


def test_unknown_names_cost_one_hash_like_known_ones(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.web.account import checks  # noqa: PLC0415

    done: list[str] = []
    real_hash, real_verify = checks.hash_password, User.verify_and_update_password
    monkeypatch.setattr(checks, "hash_password", lambda text: (done.append("hash"), real_hash(text))[1])
    monkeypatch.setattr(
        User, "verify_and_update_password", lambda user, text: (done.append("verify"), real_verify(user, text))[1]
    )
    attempt(site.app.test_client(), email_of(site, "owner"), "wrong")
    attempt(site.app.test_client(), UNKNOWN, "wrong")
    with site.app.app_context():
        db.session.get_one(User, site.world.viewer).password = None
        db.session.commit()
    attempt(site.app.test_client(), email_of(site, "viewer"), "wrong")
    assert done == ["verify", "hash", "hash"]


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_many_who_guess_at_once_are_all_counted(site: Site) -> None:
    email = email_of(site, "owner")
    calls = []
    for _ in range(8):
        browser = site.app.test_client()
        browser.alone = False
        page = browser.get("/account/login").page
        calls.append(
            lambda browser=browser, page=page: browser.press(page, "登录", {"email": email, "password": "wrong"})
        )
    answers = at_once(calls)
    looked_at = [each for each in answers if "邮箱或密码不正确。" in each.page.errors]
    assert len(looked_at) == FREE_FAILURES + 1
    assert len(recorded(site, "account:session:refuse")) == 8


# The session


def test_a_copied_cookie_is_dead_after_signing_out(site: Site, owner: Browser) -> None:
    copy = site.app.test_client()
    copy.set_cookie(COOKIE, owner.get_cookie(COOKIE, domain=HOST).value, domain=HOST)
    assert copy.get("/enterprise/").status_code == 200
    owner.sign_out()
    answer = copy.get("/enterprise/")
    assert answer.location.startswith("/account/login")
    assert "您已退出登录。" in copy.get(answer.location).page.text
    (event,) = recorded(site, "account:session:end")
    assert event == (True, site.world.owner, {"reason": "sign_out", "count": 1})


def test_nothing_of_a_session_from_before_is_left(site: Site, browser: Browser) -> None:
    """Session fixation: whoever has put a session into somebody's browser knows nothing of the one after it."""
    page = browser.get("/account/login").page
    planted = browser.get_cookie(COOKIE, domain=HOST).value
    key = page.all("input", name="csrf_token")[0].get("value")
    browser.sign_in(email_of(site, "owner"))
    attacker = site.app.test_client()
    attacker.set_cookie(COOKIE, planted, domain=HOST)
    assert attacker.get("/enterprise/").status_code == 302
    data = {"csrf_token": key, "name": "x"}
    answer = browser.post("/enterprise/products/new", data=data, headers={"Referer": ORIGIN})
    assert answer.status_code == 400  # The key of before is the key of nothing.


@pytest.mark.parametrize(("name", "minutes"), [("owner", 60), ("county_reviewer", 30)])
def test_who_does_nothing_is_signed_out_and_told_why(site: Site, name: str, minutes: int) -> None:
    browser = journey.signed_in(site, getattr(site.world, name))
    for _ in range(3):
        site.clock.moment += timedelta(minutes=minutes - 1)
        assert browser.go("/account/desk").request.path != "/account/login"
    site.clock.moment += timedelta(minutes=minutes, seconds=1)
    page = browser.go("/account/desk").page
    assert page.heading == "登录"
    assert f"您 {minutes} 分钟没有操作，已自动退出。" in page.text


def test_pages_within_a_minute_send_no_new_cookie(site: Site, owner: Browser) -> None:
    owner.get("/enterprise/")  # The first page with forms puts their key into the session.
    assert "Set-Cookie" not in owner.get("/enterprise/").headers
    site.clock.moment += timedelta(seconds=59)
    assert "Set-Cookie" not in owner.get("/enterprise/").headers
    site.clock.moment += timedelta(seconds=1)
    assert "Set-Cookie" in owner.get("/enterprise/").headers
    assert "Set-Cookie" not in owner.get("/enterprise/").headers


def test_a_session_ends_after_its_longest_time_whatever_is_done(site: Site, owner: Browser) -> None:
    for _ in range(16):
        assert owner.get("/enterprise/").status_code == 200
        site.clock.moment += timedelta(minutes=30)
    page = owner.go("/enterprise/").page
    assert "登录时间已到上限" in page.text


def test_typed_text_survives_the_idle_time(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/products/new").page
    site.clock.moment += timedelta(hours=2)
    page = owner.submit(page, "保存产品", {"name": "午休前输入的杯子", "category": "consumer"}).page
    assert "没有操作" in page.text
    assert "您刚才填写的内容还在" in page.text
    page = owner.submit(page, "登录", {"email": email_of(site, "owner"), "password": PASSWORD}).page
    assert "午休前输入的杯子" in page.text


def test_a_session_costs_no_statement(site: Site, owner: Browser) -> None:
    """Who is there and whether the session lasts is found out in one; three more find the seats."""
    sent = owner.get("/account/sessions").statements.sent["read"]
    assert [text for text in sent if "JOIN sign_in" in text] == sent[:1]
    assert "FROM user JOIN sign_in" in " ".join(sent[0].replace('"', "").split())


def test_tokens_in_headers_and_addresses_sign_nobody_in(site: Site) -> None:
    with site.app.test_request_context():
        token = db.session.get_one(User, site.world.owner).get_auth_token()
    browser = site.app.test_client()
    assert browser.get("/enterprise/", headers={"Authentication-Token": token}).status_code == 302
    assert browser.get(f"/enterprise/?auth_token={token}").status_code == 302


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
    answer = county.press(county.get("/account/second-factor").page, "关闭动态码验证")
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


# 账号安全


def test_devices_are_listed_and_ended(site: Site, owner: Browser) -> None:
    others = [journey.signed_in(site, site.world.owner) for _ in range(3)]
    page = owner.get("/account/sessions").page
    assert page.heading == "账号安全"
    assert page.text.count("正在使用") == 1
    page = owner.submit(page, "退出这台设备").page
    assert sum(each.get("/enterprise/").status_code == 200 for each in others) == 2
    page = owner.submit(page, "退出其他所有设备").page
    assert "已退出其他 2 台设备" in page.text
    assert not any(each.get("/enterprise/").status_code == 200 for each in others)
    answer = others[0].go("/enterprise/")
    assert "在另一台设备上被结束" in answer.page.text
    assert owner.get("/enterprise/").status_code == 200


def test_nobody_ends_others_sessions(site: Site, owner: Browser) -> None:
    foreign = journey.signed_in(site, site.world.other_owner)
    with site.app.app_context():
        number = db.session.query(SignIn.id).filter_by(user_id=site.world.other_owner).scalar()
    assert owner.forge(f"/account/sessions/{number}/end").status_code == 404
    assert foreign.get("/enterprise/").status_code == 200


def test_the_device_is_named_in_words(site: Site, browser: Browser) -> None:
    agent = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
    )
    page = browser.get("/account/login").page
    form, _button = page.form_of("登录")
    data = dict(form.entries({"email": email_of(site, "owner"), "password": PASSWORD}))
    answer = browser.post(
        "/account/login",
        data=data,
        headers={"User-Agent": agent, "Referer": ORIGIN},
        environ_overrides={"REMOTE_ADDR": "203.0.113.77"},
    )
    assert any(cookie.startswith("__Host-device=") for cookie in answer.headers.getlist("Set-Cookie"))
    text = browser.get("/account/sessions").page.text
    assert "Chrome · Windows" in text
    assert "203.0.113.*" in text
    assert "203.0.113.77" not in text


def test_a_letter_tells_of_a_new_device(site: Site, browser: Browser) -> None:
    browser.sign_in(email_of(site, "owner"))
    browser.forget_session()
    browser.sign_in(email_of(site, "owner"))  # The same browser: it still has its device cookie.
    with site.app.app_context():
        assert not db.session.query(Job).filter_by(kind="mail").count()
    site.app.test_client().sign_in(email_of(site, "owner"))
    with site.app.app_context():
        (job,) = db.session.query(Job).filter_by(kind="mail")
        assert job.payload["template"] == "new_device"


def test_factors_are_recorded(site: Site, browser: Browser) -> None:
    browser.sign_in(email_of(site, "county_reviewer"))
    assert recorded(site, "account:session:begin") == [
        (True, site.world.county_reviewer, {"factors": f"{Factor.PASSWORD}+{Factor.TOTP}", "strong": True})
    ]
