"""The harness sees what it is there to see: pages with one mistake each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Response, flash, make_response, session
from html5lib.html5parser import ParseError

from registry.infrastructure.database import READ, WRITE, db
from registry.models import KeptForm, Product
from tests.factories.world import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Site
    from tests.harness import Browser

GOOD = """<!DOCTYPE html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>标题 - 站名</title></head>
<body><h1>标题</h1>BODY</body></html>"""


def shows(site: Site, monkeypatch: pytest.MonkeyPatch, html: str | Callable[[], object]) -> None:
    """Let a public page be this one."""
    view = html if callable(html) else lambda: html
    monkeypatch.setitem(site.app.view_functions, "public.about", view)


def test_a_good_page_passes(site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    shows(site, monkeypatch, GOOD)
    assert browser.get("/about").page.heading == "标题"


def test_every_mistake_is_seen(site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for mistake, said in (
        ("<p>one<p></div>", "End tag (div)"),
        ("&nosuch;", "entity"),
        ("<h1>again</h1>", "2 h1"),
        ('<p id="a"></p><p id="a"></p>', "'a', 'a'"),
        ('<p style="color: red"></p>', "style on <p>"),
        ('<button type="button" onclick="x()">x</button>', "onclick on <button>"),
        ('<input name="x">', "x has no label"),
        ('<label for="y">x</label><input name="x">', "x has no label"),
        ('<label>x<input type="radio" name="x"></label>', "x has no label"),
        ('<form action="/verify"><button type="submit">x</button></form>', "without method"),
        ('<form method="get"><button type="submit">x</button></form>', "without action"),
        ('<form method="get" action="/verify"></form>', "no button"),
        ('<form method="post" action="/account/login"><button type="submit">x</button></form>', "has 0 keys"),
        ("<script></script>", "public page with script"),
        ('<a href="/nowhere">x</a>', "leads nowhere"),
        ('<a href="#nowhere">x</a>', "is not on the page"),
        ('<a href="https://evil.example/">x</a>', "leads away"),
        ('<a href="javascript:alert(1)">x</a>', "javascript:alert"),
        ('<img src="https://beian.miit.gov.cn/x.png" alt="">', "loaded from elsewhere"),
        ('<img src="/static/img/emblem.svg">', "without alt"),
        ('<a href="/about"></a>', "without words"),
        ('<p aria-describedby="nothing">x</p>', "leads nowhere"),
        ('<svg><use href="/static/img/icons.svg#no-such-icon"></use></svg>', "no picture"),
        (PASSWORD, "a password came back"),
    ):
        shows(site, monkeypatch, GOOD.replace("BODY", mistake))
        with pytest.raises((AssertionError, ParseError)) as caught:
            browser.get("/about")
        assert said in str(caught.value)
    shows(site, monkeypatch, GOOD.replace("BODY", '<img src="/static/img/none.svg" alt="">'))
    with pytest.raises(FileNotFoundError):
        browser.get("/about")


def test_title_and_language_are_seen(site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for html in (GOOD.replace("标题 -", "另一个 -"), GOOD.replace("zh-Hans", "zh")):
        shows(site, monkeypatch, html)
        with pytest.raises(AssertionError):
            browser.get("/about")


def test_what_a_get_must_not_do_is_seen(site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def writes() -> str:
        db.session.bind = db.get_engine(WRITE)
        db.session.expire_all()
        db.session.get(Product, site.world.product)
        return GOOD

    def leaves() -> str:
        db.session.add(KeptForm(token="t"))
        return GOOD

    def asks_too_much() -> str:
        for _ in range(100):
            db.session.expire_all()
            db.session.get(Product, site.world.product)
        return GOOD

    for view, said in ((writes, "writing engine"), (leaves, "left changes"), (asks_too_much, "sent 10")):
        monkeypatch.setitem(site.app.view_functions, "enterprise.products", view)
        with pytest.raises(AssertionError, match=said):
            owner.get("/enterprise/products")


def test_the_database_itself_refuses_to_write_on_a_get(
    site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writes() -> str:
        db.session.get_one(Product, site.world.product).model = "written by a GET"
        db.session.commit()
        return GOOD

    monkeypatch.setitem(site.app.view_functions, "enterprise.products", writes)
    assert owner.get("/enterprise/products").status_code == 503
    with site.app.app_context():
        db.session.bind = db.get_engine(READ)
        assert db.session.get_one(Product, site.world.product).model != "written by a GET"


def test_wrong_headers_are_seen(site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("Set-Cookie", "a=b"),
        ("Vary", "Cookie"),
        ("Content-Security-Policy", "default-src *"),
        ("Cache-Control", "no-cache"),
        ("Referrer-Policy", "unsafe-url"),
    ):

        def view(name: str = name, value: str = value) -> Response:
            answer = make_response(GOOD)
            answer.headers[name] = value
            return answer

        shows(site, monkeypatch, view)
        with pytest.raises(AssertionError):
            browser.get("/about")


def test_public_pages_have_no_session_to_leak(site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a public view does with it: it is empty there, and nothing of it is kept."""

    def view() -> str:
        assert not session
        flash("x")
        session["mark"] = "y"
        return GOOD

    shows(site, monkeypatch, view)
    owner.get("/about")
    assert owner.get("/enterprise/").page.notices == []
    with owner.session_transaction("/account/login", base_url="https://santong.example.gov.cn") as kept:
        assert "mark" not in kept


def test_forms_are_filled_in_as_people_can(owner: Browser) -> None:
    page = owner.get("/enterprise/products/new").page
    for values, said in (
        ({"no_such": "x"}, "has no control"),
        ({"revision": "9"}, "hidden"),
        ({"category": "weapon"}, "does not offer"),
    ):
        with pytest.raises(AssertionError, match=said):
            owner.press(page, "保存产品", values)
    with pytest.raises(AssertionError, match="has no button"):
        owner.press(page, "确定")
    with pytest.raises(AssertionError, match="has no link"):
        owner.visit(page, "不存在的链接")
