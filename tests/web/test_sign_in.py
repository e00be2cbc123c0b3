"""Signing in: passwords, lockout and sessions, and that no answer tells who has an account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.sign_in import FREE_FAILURES, Factor
from registry.infrastructure.database import db
from registry.models import AuditEvent, Job, SignIn, User
from tests.at_once import at_once
from tests.conftest import ENGINES
from tests.factories.world import PASSWORD
from tests.harness import COOKIE, HOST, ORIGIN
from tests.web import journey
from tests.web.proof import UNKNOWN, attempt, email_of, recorded

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser

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


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_who_guesses_elsewhere_keeps_the_owner_out_of_no_known_browser(site: Site, browser: Browser) -> None:
    email = email_of(site, "owner")
    browser.sign_in(email)
    browser.sign_out()
    stranger = site.app.test_client()
    for _ in range(FREE_FAILURES + 1):
        attempt(stranger, email, "wrong")
    assert attempt(browser, email).status_code == 302
    browser.sign_out()
    assert "尝试次数过多" in attempt(stranger, email).page.errors[0]  # It was no way round for the stranger.
    for _ in range(FREE_FAILURES + 1):
        answer = attempt(browser, email, "wrong")
    assert "尝试次数过多" in answer.page.errors[1]  # A known browser may guess no more than others.
    assert "尝试次数过多" in attempt(browser, email).page.errors[0]


def test_a_device_is_known_to_its_own_account_only(site: Site, browser: Browser) -> None:
    browser.sign_in(email_of(site, "other_owner"))
    browser.sign_out()
    email = email_of(site, "owner")
    for _ in range(FREE_FAILURES + 1):
        attempt(site.app.test_client(), email, "wrong")
    assert "尝试次数过多" in attempt(browser, email).page.errors[0]


def test_who_guesses_at_the_name_does_not_keep_anybody_from_confirming(site: Site, owner: Browser) -> None:
    for _ in range(FREE_FAILURES + 1):
        attempt(site.app.test_client(), email_of(site, "owner"), "wrong")
    page = owner.get("/account/confirm").page
    for _ in range(FREE_FAILURES):
        assert owner.press(page, "确认", {"proof": "wrong"}).page.field_error("proof") == "错误：密码不正确。"
    assert "30 秒" in owner.press(page, "确认", {"proof": "wrong"}).page.field_error("proof")
    other = journey.signed_in(site, site.world.owner)
    assert other.press(other.get("/account/confirm").page, "确认", {"proof": PASSWORD}).status_code == 302


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
