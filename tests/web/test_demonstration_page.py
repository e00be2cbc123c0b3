"""The page that shows accounts, codes and letters: on demonstration sites, and on no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.cli.demonstration import accounts
from registry.domain.roles import Role
from registry.infrastructure.database import db
from registry.models import Bureau, User
from registry.services import demonstration, people
from registry.services.worker import HANDLERS, Worker
from tests.web import journey

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.conftest import Site
    from tests.harness import Browser


def some_people(site: Site) -> None:
    with site.work() as work:
        people.add_user(work, email=demonstration.email_of("newcomer"), name="孙样例", password_hash="x")
        staff = people.add_user(work, email=demonstration.email_of("haining"), name="陈样例", password_hash="x")
        people.appoint(work, staff, work.session.query(Bureau).first(), Role.REVIEWER)
        demonstration.protect_staff(work.session, work.adapters.authenticator)
        assert staff.tf_totp_secret
        assert work.session.query(User).filter_by(email=demonstration.email_of("newcomer")).one().tf_totp_secret is None


def test_other_sites_have_no_such_page(site: Site, browser: Browser) -> None:
    some_people(site)
    assert browser.get("/demonstration").status_code == 404
    assert "演示账号" not in browser.get("/account/login").page.text


def test_it_lists_accounts_and_the_present_code(site: Site, remade: Callable[..., Flask]) -> None:
    some_people(site)
    browser = remade(demonstration=True).test_client()
    page = browser.visit(browser.get("/account/login").page, "查看演示账号").page
    assert page.heading == "演示账号"
    assert demonstration.PASSWORD in page.text
    assert "审核人员" in page.text
    code = browser.application.extensions["registry"].authenticator.code(demonstration.TOTP_SECRET)[0]
    assert code in page.text
    for name in ("newcomer", "haining"):
        assert demonstration.email_of(name) in page.text
    assert "haining" in browser.get("/demonstration?lang=en").page.text


def test_letters_can_be_read_and_their_links_followed(site: Site, remade: Callable[..., Flask]) -> None:
    app = remade(demonstration=True)
    browser = app.test_client()
    assert "还没有信件" in browser.get("/demonstration").page.text
    page = browser.get("/account/reset").page
    browser.press(page, "发送链接", {"email": site.world.emails[site.world.owner]})
    with app.app_context():
        Worker(db.sessionmaker, app.extensions["registry"], HANDLERS).run_due()
    page = browser.visit(browser.get("/account/reset").page, "登录").page
    page = browser.get("/demonstration").page
    (link,) = [a for a in page.all("a") if "/account/reset/" in (a.get("href") or "")]
    assert browser.get(link.get("href")).page.heading == "设置新密码"


def test_only_so_many_letters_are_kept(site: Site, remade: Callable[..., Flask]) -> None:
    box = remade(demonstration=True).extensions["registry"].letter_box
    for number in range(210):
        box.send(to="a@test.example", subject=f"<b>信 {number}</b>", body="第一行\nhttps://evil.example/x\n")
    assert len(box.newest(1_000)) == 200
    app = remade(demonstration=True)
    page = app.test_client().get("/demonstration").page
    assert len(page.all("details")) >= 20
    assert "<b>信" in page.text
    assert not [a for a in page.all("a") if "evil" in (a.get("href") or "")]


def test_a_site_with_a_mail_server_keeps_no_letters(remade: Callable[..., Flask]) -> None:
    app = remade(demonstration=True, smtp_url="smtp://127.0.0.1:9")
    assert app.extensions["registry"].letter_box is None
    assert "还没有信件" in app.test_client().get("/demonstration").page.text


def test_page_and_command_speak_of_the_same_accounts(site: Site) -> None:
    assert list(demonstration.TRY) == list(accounts.HIGHLIGHTS)
    assert journey.signed_in(site, site.world.owner).get("/demonstration").status_code == 404
