"""The pages on which people see, correct and take along their own data, and close their account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from registry.infrastructure.database import db
from registry.models import User
from tests.factories.firms import delivered, link_in
from tests.web.journey import signed_in

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser


def link_in_letter(site: Site, to: str) -> str:
    return next(link_in(body) for address, _subject, body in delivered(site) if address == to)


def test_correcting_ones_name(site: Site, owner: Browser) -> None:
    page = owner.get("/account/profile").page
    answer = owner.submit(page, "保存我的信息", {"person_name": "", "phone": "13800001234"})
    assert answer.status_code == 422
    assert answer.page.value("phone") == "13800001234"
    saved = owner.submit(answer.page, "保存我的信息", {"person_name": "周样例"}).page
    assert saved.value("person_name") == "周样例"
    with site.app.app_context():
        assert db.session.get_one(User, site.world.owner).phone == "13800001234"


def test_the_new_address_is_confirmed_by_a_press_and_not_by_a_look(site: Site, owner: Browser) -> None:
    page = owner.get("/account/profile/address").page
    owner.submit(page, "发送确认链接", {"email": "new@test.example"})
    link = link_in_letter(site, "new@test.example")
    page = owner.get(link).page
    assert "new@test.example" in page.text
    with site.app.app_context():
        assert db.session.get_one(User, site.world.owner).email == site.world.emails[site.world.owner]
    owner.submit(page, "更换登录邮箱")
    with site.app.app_context():
        assert db.session.get_one(User, site.world.owner).email == "new@test.example"


def test_a_link_for_somebody_else_leads_nowhere(site: Site, owner: Browser) -> None:
    owner.submit(owner.get("/account/profile/address").page, "发送确认链接", {"email": "new@test.example"})
    link = link_in_letter(site, "new@test.example")
    assert signed_in(site, site.world.viewer).get(link).status_code == 404
    # Not the last sign: some of its bits stand for nothing.
    assert owner.get(link[:-2] + ("A" if link[-2] != "A" else "B") + link[-1]).status_code == 404


def test_whether_an_address_is_taken_changes_no_answer(site: Site, owner: Browser) -> None:
    seen = []
    for email in (site.world.emails[site.world.viewer], "nobody-at-all@test.example"):
        answer = owner.press(owner.get("/account/profile/address").page, "发送确认链接", {"email": email})
        seen.append((answer.status_code, answer.location, len(answer.statements)))
    assert seen[0] == seen[1]
    assert [to for to, _subject, _body in delivered(site)] == ["nobody-at-all@test.example"]


def test_a_new_address_ends_the_other_sessions_and_old_links(site: Site, owner: Browser, browser: Browser) -> None:
    old = site.world.emails[site.world.owner]
    other = signed_in(site, site.world.owner)
    browser.press(browser.get("/account/reset").page, "发送链接", {"email": old})
    reset = link_in_letter(site, old)
    assert browser.get(reset).status_code == 200
    owner.submit(owner.get("/account/profile/address").page, "发送确认链接", {"email": "new@test.example"})
    link = link_in_letter(site, "new@test.example")
    assert owner.submit(owner.get(link).page, "更换登录邮箱").page.heading != "登录"
    assert "登录邮箱已更改" in other.go("/enterprise/").page.text
    assert browser.get(reset).status_code == 404
    assert owner.get("/enterprise/").status_code == 200


def test_taking_ones_data_along(site: Site, owner: Browser) -> None:
    answer = owner.submit(owner.get("/account/profile").page, "下载我的信息")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data-2026-03-18.json"'
    assert json.loads(answer.get_data())["account"]["email"] == site.world.emails[site.world.owner]


def test_an_account_is_closed_for_good(site: Site) -> None:
    browser = signed_in(site, site.world.nobody)
    page = browser.get("/account/profile/close").page
    assert browser.submit(page, "注销账号").status_code == 422
    browser.submit(page, "注销账号", {"sure": "yes"})
    assert browser.get("/account/profile").location.startswith("/account/login")
    with site.app.app_context():
        assert not db.session.get_one(User, site.world.nobody).active


def test_who_cannot_close_yet_is_told_why(owner: Browser) -> None:
    page = owner.get("/account/profile/close").page
    assert "唯一的账号所有人" in page.text
    assert "我知道注销后不能恢复" not in page.text
