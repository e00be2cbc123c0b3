"""The pages to change a password and to set a new one by a letter's link."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from registry.domain.sign_in import FREE_FAILURES
from registry.infrastructure.database import db
from registry.models import Job, SignIn, User
from registry.services import links
from registry.web.account import checks
from tests.conftest import ENGINES
from tests.factories.firms import delivered, link_in
from tests.factories.world import PASSWORD
from tests.harness import COOKIE, HOST
from tests.web import journey
from tests.web.proof import attempt, code

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser

NEW = "nine blue kettles in a row"


def change(browser: Browser, old: str, new: str = NEW, again: str = NEW):
    page = browser.get("/account/change-password").page
    return browser.press(page, "更改密码", {"old_password": old, "password": new, "password_again": again})


def sent_link(site: Site) -> str:
    """The link of the letter that the worker sends now."""
    (letter,) = delivered(site)
    return link_in(letter[2])


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
    link = sent_link(site)
    page = browser.get(link).page
    assert page.heading == "设置新密码"
    answer = browser.press(page, "设置新密码", {"password": "short", "password_again": "short"})
    assert answer.page.field_error("password")
    page = browser.submit(page, "设置新密码", {"password": NEW, "password_again": NEW}).page
    assert page.heading == "登录"
    assert "密码已重设" in page.text
    assert browser.get(link).status_code == 404
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
    link = sent_link(site)
    page = browser.submit(browser.get(link).page, "设置新密码", {"password": NEW, "password_again": NEW}).page
    page = browser.submit(page, "登录", {"email": email, "password": NEW}).page
    assert page.heading == "第二重验证"


def test_a_link_that_is_too_old_says_so(site: Site, browser: Browser) -> None:
    browser.press(browser.get("/account/reset").page, "发送链接", {"email": site.world.emails[site.world.owner]})
    link = sent_link(site)
    site.clock.moment += timedelta(hours=1, seconds=1)
    answer = browser.get(link)
    assert answer.status_code == 404
    assert "链接无效或已过期" in answer.page.text


def test_an_address_that_is_none_is_told(browser: Browser) -> None:
    answer = browser.press(browser.get("/account/reset").page, "发送链接", {"email": "x"})
    assert answer.page.field_error("email")


# What it proves


def test_the_password_alone_makes_no_stale_session_fresh(site: Site) -> None:
    security = journey.signed_in(site, site.world.security_admin)
    site.clock.moment += timedelta(minutes=14)
    page = security.get("/account/change-password").page
    values = {"old_password": PASSWORD, "password": NEW, "password_again": NEW}
    assert security.submit(page, "更改密码", values).page.heading == "账号安全"
    with site.app.app_context():
        last = db.session.query(SignIn).filter_by(ended_at=None, user_id=site.world.security_admin).one()
        assert last.confirmed_at == site.clock.now() - timedelta(minutes=14)
    site.clock.moment += timedelta(minutes=2)
    answer = security.forge(f"/admin/staff/{site.world.publisher}/deactivate")
    assert answer.location.startswith("/account/confirm?next=")


def test_who_has_a_second_factor_shows_it_before_the_password_is_changed(site: Site) -> None:
    security = journey.signed_in(site, site.world.security_admin)
    site.clock.moment += timedelta(minutes=14)
    page = security.get("/account/change-password").page
    site.clock.moment += timedelta(minutes=2)
    values = {"old_password": PASSWORD, "password": NEW, "password_again": NEW}
    answer = security.press(page, "更改密码", values)
    assert answer.location == "/account/confirm?next=/account/change-password"
    page = security.go("/account/change-password").page
    assert page.heading == "请确认是您本人"
    page = security.submit(page, "确认", {"proof": code(site)}).page
    assert page.heading == "更改密码"
    assert security.submit(page, "更改密码", values).page.heading == "账号安全"


def test_without_a_second_factor_the_old_password_is_enough(site: Site, owner: Browser) -> None:
    site.clock.moment += timedelta(minutes=20)
    assert change(owner, PASSWORD).location == "/account/sessions"
    assert owner.forge("/account/profile/close").location.startswith("/account/confirm")


def test_who_guesses_at_the_name_keeps_nobody_from_changing_it(site: Site, owner: Browser) -> None:
    for _ in range(FREE_FAILURES + 1):
        attempt(site.app.test_client(), site.world.emails[site.world.owner], "wrong")
    other = journey.signed_in(site, site.world.owner)
    for _ in range(FREE_FAILURES + 1):
        answer = change(other, "wrong")
    assert "尝试次数过多" in answer.page.field_error("old_password")
    assert change(owner, PASSWORD).location == "/account/sessions"


def test_a_session_that_ended_meanwhile_changes_nothing(
    site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the new password is hashed, its owner sets another one by a letter's link, which ends this session."""
    real = checks.hashed

    def slow(password: str) -> str:
        found = real(password)
        with site.work() as work:
            work.session.query(SignIn).update({"ended_at": work.now, "end_reason": "password"})
            work.session.get_one(User, site.world.owner).password = "of the owner"
        return found

    monkeypatch.setattr(checks, "hashed", slow)
    assert change(owner, PASSWORD).status_code == 403
    with site.app.app_context():
        assert db.session.get_one(User, site.world.owner).password == "of the owner"


def test_no_hash_is_made_while_others_wait_to_write(
    site: Site, browser: Browser, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite a POST holds the only lock from its first statement on; a hash is slow on purpose."""
    seen: list[tuple[str, bool]] = []
    real_hash, real_verify = checks.hash_password, User.verify_and_update_password
    monkeypatch.setattr(
        checks, "hash_password", lambda text: (seen.append(("hash", db.session.in_transaction())), real_hash(text))[1]
    )
    monkeypatch.setattr(
        User,
        "verify_and_update_password",
        lambda user, text: (seen.append(("verify", db.session.in_transaction())), real_verify(user, text))[1],
    )
    assert change(owner, PASSWORD).location == "/account/sessions"
    browser.press(browser.get("/account/reset").page, "发送链接", {"email": site.world.emails[site.world.viewer]})
    link = next(link_in(body) for _to, subject, body in delivered(site) if "重设" in subject)
    browser.submit(browser.get(link).page, "设置新密码", {"password": NEW, "password_again": NEW})
    with site.work() as work:
        token = links.sign(work, "register", "new@test.example", lasts=timedelta(hours=1))
    page = browser.get(f"/account/register/{token}").page
    typed = {"person_name": "新用户", "password": NEW, "password_again": NEW, "privacy": "yes"}
    browser.submit(page, "建立账号并登录", typed)
    assert seen == [("verify", False), ("hash", False), ("hash", False), ("hash", False)]


def test_no_table_holds_a_link_that_sets_a_password(site: Site, browser: Browser) -> None:
    system = journey.signed_in(site, site.world.system_admin)
    page = system.get("/admin/staff/new").page
    system.submit(page, "建立账号并发送链接", {"name": "张示例", "email": "zhang@office.example"})
    browser.press(browser.get("/account/reset").page, "发送链接", {"email": site.world.emails[site.world.owner]})
    sent = [body for _to, _subject, body in delivered(site) if "/account/reset/" in body]
    assert len(sent) == 2
    with site.app.app_context():
        payloads = [str(job.payload) for job in db.session.query(Job)]
    assert not [text for text in payloads if "/account/reset/" in text]
