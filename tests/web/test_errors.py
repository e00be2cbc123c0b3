"""Every failure has its page, in the site's own style, in both languages, with the request's number."""

from __future__ import annotations

import itertools
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask, abort, redirect
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from registry.domain.errors import InvalidValue, NotAllowed
from registry.infrastructure import database
from registry.infrastructure.database import READ, WRITE, db
from registry.infrastructure.inspection import InspectionUnavailable
from registry.infrastructure.storage import FolderStore, StorageFull
from registry.services import enterprises, files, products
from registry.web.errors import PAGES
from tests.conftest import ENGINES
from tests.factories import pdf_report
from tests.harness import Upload
from tests.web import journey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Site
    from tests.harness import Browser


def _failing(site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception | int) -> None:
    """Let two pages fail, a public and a private one."""

    def fail() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    for endpoint in ("public.about", "enterprise.products"):
        monkeypatch.setitem(site.app.view_functions, endpoint, fail)


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_every_status_has_its_page(site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    owner.may_fail = True
    for status, address in itertools.product(PAGES, ("/about", "/enterprise/products")):
        _failing(site, monkeypatch, status)
        answer = owner.get(f"{address}?lang={lang[:2]}")
        assert answer.status_code == status
        assert answer.page.lang == lang
        number = answer.headers["X-Request-ID"]
        assert number in answer.page.text
        assert str(status) in answer.page.text
        assert answer.headers["Cache-Control"] == "private, no-store"
        if lang == "zh-Hans":
            assert answer.page.heading == PAGES[status][0]
        else:
            assert not re.search(r"[\u4e00-\u9fff]", answer.page.heading), "no English words"


def test_other_statuses_have_a_general_page(site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for status, shown in ((401, 400), (418, 400), (451, 400), (501, 500), (502, 500)):
        _failing(site, monkeypatch, status)
        answer = owner.get("/about")
        assert answer.status_code == status
        assert answer.page.heading == PAGES[shown][0]


def test_what_goes_wrong_has_its_status(site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.may_fail = True
    for error, status, said in (
        (StaleDataError(), 409, "已有人处理"),
        (NotAllowed(), 403, "您登录的账号不能查看或办理这项内容"),
        (NotAllowed("您应当回避。"), 403, "您应当回避。"),
        (InvalidValue("这样不行。"), 400, "这样不行。"),
        (StorageFull("no space"), 503, "系统繁忙"),
        (InspectionUnavailable("no library"), 503, "系统繁忙"),
        (OperationalError("SELECT", {}, Exception("locked")), 503, "系统繁忙"),
        (PoolTimeout("none free"), 503, "系统繁忙"),
        (RuntimeError("a secret detail"), 500, "系统出错"),
    ):
        _failing(site, monkeypatch, error)
        for address in ("/about", "/enterprise/products"):
            answer = owner.get(address)
            assert answer.status_code == status
            assert said in answer.page.text
            assert "a secret" not in answer.page.html


def test_an_answer_that_is_raised_stays_as_it_is(site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert owner.get("/enterprise").status_code == 308  # By the slash at the end.
    monkeypatch.setitem(site.app.view_functions, "enterprise.products", lambda: abort(redirect("/enterprise/")))
    assert owner.get("/enterprise/products").location == "/enterprise/"


def test_a_number_is_taken_over_from_our_own_proxy_when_it_looks_like_one(
    browser: Browser, remade: Callable[..., Flask]
) -> None:
    given = "a1b2c3d4-0000-4000-8000-000000000000"
    assert browser.get("/no", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given
    browser = remade(trusted_proxies=1).test_client()
    assert browser.get("/no", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
    for bad in ("<b>", "x", "a" * 100, "ab cd efgh"):
        answer = browser.get("/no", headers={"X-Request-ID": bad})
        assert answer.headers["X-Request-ID"] != bad
        assert answer.headers["X-Request-ID"] in answer.page.text


# The database is away


@pytest.fixture
def database_gone(site: Site) -> Iterator[None]:
    """The file of the database is gone, and all connections to it."""
    file = Path(site.database.url.removeprefix("sqlite:///"))
    aside = file.with_suffix(".aside")

    def drop_connections() -> None:
        with site.app.app_context():
            for name in (WRITE, READ):
                db.get_engine(name).dispose()

    drop_connections()
    file.rename(aside)
    file.mkdir()  # Nobody can make a new one in its place.
    yield
    drop_connections()
    file.rmdir()
    aside.rename(file)


def test_without_a_database_pages_say_busy(site: Site, owner: Browser, request: pytest.FixtureRequest) -> None:
    page = owner.get("/enterprise/products/new").page
    request.getfixturevalue("database_gone")
    for address in ("/", "/about", "/verify"):
        assert owner.get(address).status_code == 200, address  # These need none.
    for address in ("/directory", "/c/0110011001100110", "/enterprise/"):
        answer = owner.get(address)
        assert (answer.status_code, answer.page.heading) == (503, "系统繁忙"), address
    answer = owner.press(page, "保存产品", {"name": "没有保存", "category": "consumer"})
    assert (answer.status_code, answer.page.heading) == (503, "系统繁忙")


def test_the_session_outlives_a_database_that_was_away(owner: Browser, request: pytest.FixtureRequest) -> None:
    cookie = owner.get_cookie("__Host-session", domain="santong.example.gov.cn").value
    request.getfixturevalue("database_gone")
    owner.get("/enterprise/")
    assert owner.get_cookie("__Host-session", domain="santong.example.gov.cn").value == cookie


def test_health(browser: Browser, site: Site, request: pytest.FixtureRequest) -> None:
    for address, text in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        answer = browser.get(address)
        assert (answer.text, answer.mimetype, answer.headers["Cache-Control"]) == (text, "text/plain", "no-store")
    (site.data_dir / "files").rmdir()
    assert browser.get("/readyz").text == "files\n"
    (site.data_dir / "files").mkdir()
    request.getfixturevalue("database_gone")
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "database\n")
    assert browser.get("/healthz").status_code == 200


# The database is locked: SQLite has one writer at a time.


@pytest.fixture
def locked(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Somebody else writes for longer than anybody waits."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    with site.app.app_context():
        db.get_engine(WRITE).dispose()
    other = sqlite3.connect(site.database.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()
    with site.app.app_context():
        db.get_engine(WRITE).dispose()


def test_a_locked_database_gives_the_typed_text_back(
    owner: Browser, site: Site, request: pytest.FixtureRequest
) -> None:
    page = owner.get("/enterprise/products/new").page
    other = request.getfixturevalue("locked")
    answer = owner.press(page, "保存产品", {"name": "锁住时输入的杯子", "category": "consumer"})
    assert answer.status_code == 503
    assert "系统繁忙，刚才没有保存" in answer.page.text
    assert "锁住时输入的杯子" in answer.page.text
    assert owner.get("/enterprise/products").status_code == 200  # Reading goes on meanwhile.
    answer = owner.press(answer.page, "再提交一次")
    assert answer.status_code == 503
    other.execute("ROLLBACK")
    page = owner.submit(answer.page, "再提交一次").page
    assert page.heading == "锁住时输入的杯子"


def test_a_locked_database_keeps_all_steps_of_a_decision(
    owner: Browser, site: Site, request: pytest.FixtureRequest
) -> None:
    journey.file_declaration(site, owner)
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.get("/review/cases/1").page
    other = request.getfixturevalue("locked")
    answer = county.press(page, "退回补正", {"reason": "锁住时写的意见"})
    assert answer.status_code == 503
    assert "锁住时写的意见" in answer.page.text
    other.execute("ROLLBACK")
    county.submit(answer.page, "再提交一次")
    assert "锁住时写的意见" in owner.get("/enterprise/filings/1").page.text


# The disk is full


@pytest.mark.parametrize("place", ["on its way in", "in the store"])
def test_a_full_disk_is_told_and_nothing_typed_is_lost(
    owner: Browser, site: Site, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    page = owner.get(journey.step(journey.start(owner, site.world.product), "quality")).page
    page = owner.submit(page, ("save", "add-reports")).page

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    if place == "in the store":
        monkeypatch.setattr(FolderStore, "_put_stream", lambda *_args: (_ for _ in ()).throw(StorageFull("full")))
    else:
        monkeypatch.setattr("werkzeug.datastructures.FileStorage.save", full)
    answer = owner.press(page, "存入材料库", journey.REPORT | {"file": Upload("a.pdf", pdf_report())})
    assert answer.status_code == 503
    assert "虚构检测中心" in answer.page.text
    monkeypatch.undo()
    # A browser does not send the file again by itself, so it is asked for; the rest is still there.
    page = owner.submit(answer.page, "再提交一次").page
    assert "请选择要上传的文件" in page.field_error("file")
    assert page.value("issuer") == "虚构检测中心"
    page = owner.submit(page, "存入材料库", {"file": Upload("a.pdf", pdf_report())}).page
    assert page.heading == "同质"
    assert page.value("reports") == journey.offered(page, "reports")


# Two at once


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_a_row_that_changed_in_the_same_moment_is_a_409(
    site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing, behind the lock: the version column notices."""

    def change(*_args: object, **_more: object) -> None:
        raise StaleDataError

    monkeypatch.setattr(products, "change", change)
    page = owner.get("/enterprise/products/1/edit").page
    answer = owner.press(page, "保存产品", {"name": "杯"})
    assert (answer.status_code, answer.page.heading) == (409, "已有人处理")


def test_a_defect_in_the_middle_leaves_nothing_behind(
    site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = owner.get("/enterprise/profile/edit").page

    def broken(app: Flask, *_args: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(enterprises.audit, "record", broken)
    owner.may_fail = True
    answer = owner.press(page, "保存资料", {"name_en": "半路上的名字"})
    assert (answer.status_code, answer.page.heading) == (500, "系统出错")
    assert "半路上的名字" not in owner.get("/enterprise/profile").page.text


def test_inspection_that_does_not_work_is_not_the_files_fault(
    site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_args: object, **_more: object) -> None:
        raise InspectionUnavailable("pikepdf is missing")

    monkeypatch.setattr(files, "product_picture", unavailable)
    page = owner.get("/enterprise/products/1").page
    answer = owner.press(page, "上传图片", {"picture": Upload("a.jpg", journey.photograph())})
    assert answer.status_code == 503
