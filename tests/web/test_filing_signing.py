"""The page on which a declaration is signed: what it shows is what is signed, and a wrong file can be replaced."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from flask import request
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from registry.infrastructure.database import db
from registry.models import Product, SignedPaper
from registry.services import declaration_papers as papers
from registry.services import documents, files, filings
from tests.browser.papers import signed as signed_by_hand
from tests.factories import pdf_report, start_complete
from tests.harness import Upload
from tests.signing_keys import PASSPHRASE, certificate, name, pkcs12
from tests.web.journey import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Site
    from tests.harness import Browser, Page

KEY_FILE = pkcs12("p256", certificate("p256", name("示例签署人（虚构）")))
KEY = {"key": Upload("证书.p12", KEY_FILE), "passphrase": PASSPHRASE}
SCAN = {"signed": Upload("扫描件.pdf", pdf_report("扫描件"))}


@pytest.fixture
def draft(site: Site) -> int:
    """A draft with everything but the signature: what was signed says something else."""
    with site.work(site.world.owner) as work:
        number = start_complete(work, site.world.product).id
    change(site, number, place="嘉兴市海宁市长安镇")
    return number


def change(site: Site, number: int, **values: str) -> None:
    with site.work(site.world.owner) as work:
        found = filings.get_own(work, number)
        filings.save_step(work, number, "statement", found.content | values, revision=found.revision)


def page_of(browser: Browser, number: int) -> Page:
    return browser.get(f"/enterprise/filings/{number}/sign").page


def made(browser: Browser, number: int) -> Page:
    """The page with the document to be signed."""
    return browser.submit(page_of(browser, number), "生成声明文件").page


def signed_names(site: Site) -> list[str]:
    """What has come back signed, after what the factory had signed."""
    with site.app.app_context():
        return list(db.session.scalars(select(SignedPaper.name).order_by(SignedPaper.id)))[1:]


# Only what is shown


@pytest.mark.parametrize(
    ("button", "values"),
    [("生成声明文件", {}), ("上传签署的声明", SCAN), ("用证书签名", KEY)],
    ids=["make", "take", "sign"],
)
def test_a_page_that_shows_something_else(
    site: Site, owner: Browser, draft: int, button: str, values: dict[str, Any]
) -> None:
    """Nothing is made and nothing signed; the page says so and shows what is so now."""
    page = page_of(owner, draft) if button == "生成声明文件" else made(owner, draft)
    change(site, draft, statement="本企业声明：另外还保证终身质保。")
    answer = owner.press(page, button, values)
    assert answer.status_code == 409
    assert any("有了变化，刚才的操作没有执行" in error for error in answer.page.errors)
    assert signed_names(site) == []
    answer = owner.submit(answer.page, "生成声明文件")  # Whoever has been told goes on from there.
    assert "声明文件已生成" in answer.page.text


def test_what_the_dossier_says_is_shown_first_as_well(site: Site, owner: Browser, draft: int) -> None:
    page = made(owner, draft)
    with site.work() as work:
        work.session.get_one(Product, site.world.product).brand = "另一个品牌"
    answer = owner.press(page, "用证书签名", KEY)
    assert answer.status_code == 409
    assert signed_names(site) == []


def test_what_is_incomplete_by_now(site: Site, owner: Browser, draft: int) -> None:
    page = made(owner, draft)
    change(site, draft, consent="")
    answer = owner.press(page, "用证书签名", KEY)
    assert answer.status_code == 409
    assert "还有内容没有填完" in answer.page.text


def test_of_two_windows_the_second_is_told(site: Site, owner: Browser, draft: int) -> None:
    page = made(owner, draft)
    owner.submit(page, "上传签署的声明", SCAN)
    answer = owner.press(page, "用证书签名", KEY)
    assert answer.status_code == 409
    assert "声明已签署" in answer.page.text
    assert signed_names(site) == ["扫描件.pdf"]


def test_each_page_leads_to_the_document_it_shows(site: Site, owner: Browser, draft: int) -> None:
    first = made(owner, draft)
    shown = owner.get(first.link("下载声明文件（PDF）")).data
    page = owner.submit(first, "上传签署的声明", SCAN).page
    change(site, draft, place="嘉兴市")
    second = made(owner, draft)
    assert owner.get(first.link("下载声明文件（PDF）")).data == shown
    assert owner.get(second.link("下载声明文件（PDF）")).data != shown
    owner.submit(second, "上传签署的声明", {"signed": Upload("第二份.pdf", pdf_report("第二份"))})
    assert owner.get(page.link("扫描件.pdf")).data == SCAN["signed"].content
    assert owner.get(f"/enterprise/filings/{draft}/signed").data == pdf_report("第二份")
    # Back to what it said first: that was signed already.
    change(site, draft, place="嘉兴市海宁市长安镇")
    assert owner.get(page_of(owner, draft).link("扫描件.pdf")).data == SCAN["signed"].content


# Signed again


def test_a_wrong_file_is_replaced(site: Site, owner: Browser, draft: int) -> None:
    wrong = {"signed": Upload("工资表.pdf", pdf_report("工资表"))}
    page = owner.submit(made(owner, draft), "上传签署的声明", wrong).page
    page = owner.submit(page, "上传签署的声明", SCAN).page
    assert page.link("扫描件.pdf")
    page = owner.submit(page, "用证书签名", KEY).page
    assert "电子签名" in page.text
    assert signed_names(site) == ["工资表.pdf", "扫描件.pdf", f"SD-{draft:08d}.pdf"]


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({}, "signed", "请选择文件。"),
        ({"signed": Upload("声明.pdf", b"MZ" + b"\0" * 600)}, "signed", "只接受 PDF"),
    ],
    ids=["nothing", "no document"],
)
def test_a_file_that_will_not_do(owner: Browser, draft: int, values: dict[str, Any], field: str, told: str) -> None:
    page = made(owner, draft)
    for _ in range(2):  # For the first time, and to be replaced.
        answer = owner.press(page, "上传签署的声明", values)
        assert answer.status_code == 422
        assert told in answer.page.field_error(field)
        page = owner.submit(answer.page, "上传签署的声明", SCAN).page


# How many pages carry the code


def test_the_pages_with_a_code_are_told_to_both_sides(site: Site, owner: Browser, draft: int) -> None:
    page = made(owner, draft)
    whole = signed_by_hand(owner.get(page.link("下载声明文件（PDF）")).data)["buffer"]
    warning = "不是每一页都有相符的核对码"
    page = owner.submit(page, "上传签署的声明", {"signed": Upload("全部.pdf", whole)}).page
    assert "已查看上传文件的 2 页，其中 2 页的核对码与这一版声明文件相符；声明文件共 2 页" in page.text
    assert warning not in page.text
    page = owner.submit(page, "上传签署的声明", SCAN).page
    assert "已查看上传文件的 1 页，其中 0 页的核对码" in page.text
    assert warning in page.text
    with site.work(site.world.owner) as work:
        filings.submit(work, draft, revision=filings.get_own(work, draft).revision)
    case = signed_in(site, site.world.county_reviewer).get(f"/review/cases/{draft}").page
    assert "已查看上传文件的 1 页，其中 0 页的核对码" in case.text
    assert "核对码只说明这一页由哪一版打印" in case.text
    assert warning in case.text


# The key


def test_the_key_reaches_no_disk(site: Site, owner: Browser, draft: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page, real, in_memory = made(owner, draft), papers.sign, []

    def looked(*args: Any, **named: Any) -> Any:
        in_memory.append(not request.files["key"].stream._rolled)
        return real(*args, **named)

    def refused(_file: FileStorage, *_where: Any) -> None:
        raise AssertionError("It is put on a disk.")

    monkeypatch.setattr(papers, "sign", looked)
    monkeypatch.setattr(FileStorage, "save", refused)
    page = owner.submit(page, "用证书签名", KEY).page
    assert "声明已用电子签名签署" in page.text
    assert in_memory == [True]
    assert not any(KEY_FILE in path.read_bytes() for path in site.data_dir.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"passphrase": PASSPHRASE}, "请选择文件。"),
        ({"key": Upload("证书.p12", b"0" * 65_537)}, "这个文件太大，不是证书文件"),
        ({"key": Upload("证书.p12", b"0" * 65_536)}, "这不是 PKCS#12 证书文件"),
        (KEY | {"passphrase": "falsch"}, "证书文件的密码不正确"),
    ],
    ids=["none", "too long", "no key", "wrong passphrase"],
)
def test_a_key_that_will_not_do(owner: Browser, draft: int, values: dict[str, Any], told: str) -> None:
    answer = owner.press(made(owner, draft), "用证书签名", values)
    assert answer.status_code == 422
    assert told in answer.page.field_error("key")


# Others may write meanwhile


@pytest.mark.parametrize(
    ("button", "values", "module", "slow"),
    [
        ("生成声明文件", {}, documents, "render_declaration"),
        ("上传签署的声明", SCAN, files, "judge"),
        ("用证书签名", KEY, papers.signatures, "sign"),
    ],
    ids=["make", "take", "sign"],
)
def test_others_may_write_meanwhile(  # noqa: PLR0917
    site: Site,
    owner: Browser,
    draft: int,
    monkeypatch: pytest.MonkeyPatch,
    button: str,
    values: dict[str, Any],
    module: Any,
    slow: str,
) -> None:
    page = page_of(owner, draft) if button == "生成声明文件" else made(owner, draft)
    monkeypatch.setattr(module, slow, asking_to_write(site, getattr(module, slow)))
    assert owner.submit(page, button, values).status_code == 200


def asking_to_write(site: Site, real: Callable[..., Any]) -> Callable[..., Any]:
    """The same, as long as somebody else may write at this moment."""

    def asked(*args: Any, **named: Any) -> Any:
        with closing(sqlite3.connect(site.database.url.removeprefix("sqlite:///"), timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
        return real(*args, **named)

    return asked
