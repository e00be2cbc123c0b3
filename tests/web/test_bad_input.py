"""Bad input on the firm's forms: a clear message at the field, and everything typed is still there."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.filings import DEFINITIONS
from registry.domain.requirements import Kind
from registry.infrastructure.database import db
from registry.models import Claim, Enterprise, Product
from registry.services import links
from registry.web.incoming import printable
from tests.conftest import ENGINES
from tests.factories.certificates import filed
from tests.harness import Upload
from tests.web import journey
from tests.web.test_main_job import FIRM

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser, Page

DATA = Path(__file__).resolve().parent.parent / "data"
HANDMADE = DATA / "bad_inputs" / "handmade"
STRINGS = json.loads((DATA / "blns.json").read_text(encoding="utf-8"))


def count(site: Site, model: type[Any], **values: Any) -> int:
    with site.app.app_context():
        return db.session.query(model).filter_by(**values).count()


def assert_kept(page: Page, typed: dict[str, Any]) -> None:
    """Everything typed is still there, except passwords."""
    for name, value in typed.items():
        if "password" not in name:
            shown = page.value(name)
            assert shown in (value, [value]), name


# Registering


def registering(site: Site) -> tuple[Browser, Page]:
    """Somebody without a firm, before the form."""
    browser = journey.signed_in(site, site.world.nobody)
    return browser, browser.get("/enterprise/register").page


REGISTER = "登记企业并提交核验"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "请填写此项"),
        ("91330481T00000031X", "第 18 位"),
        ("9133048", "18 位"),
        ("9133048IT000000310", ""),
        ("🏭" * 18, ""),
        ("9" * 59, ""),
        ("9" * 70, "最多 60 个字"),
    ],
)
def test_a_wrong_code_is_told_at_its_field(site: Site, code: str, said: str) -> None:
    browser, page = registering(site)
    typed = FIRM | {"uscc": code}
    answer = browser.press(page, REGISTER, typed)
    assert answer.status_code == 422
    assert answer.page.field_error("uscc")
    assert said in answer.page.field_error("uscc")
    assert_kept(answer.page, typed)
    assert count(site, Enterprise, name=FIRM["name"]) == 0


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{0:.9} {1}", "lower", "wide"])
def test_a_firm_is_never_there_twice_by_accident(site: Site, spelling: str) -> None:
    with site.app.app_context():
        code = db.session.get_one(Enterprise, site.world.enterprise).uscc
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    typed = {"lower": code.lower(), "wide": wide}.get(spelling) or spelling.format(code, code[9:])
    browser, page = registering(site)
    page = browser.submit(page, REGISTER, FIRM | journey.papers() | {"uscc": typed}).page
    assert page.heading == "这家企业已登记"
    assert "测****" in page.text or "测***" in page.text
    assert site.world.emails[site.world.owner] not in page.html
    assert count(site, Enterprise, uscc=code) == 1
    assert browser.get("/enterprise/").status_code == 403


def test_an_empty_form_names_every_field(site: Site) -> None:
    browser, page = registering(site)
    page = browser.press(page, REGISTER).page
    names = ("uscc", "name", "area", "address", "industry", "contact_name", "contact_phone", "licence", "letter")
    for name in names:
        assert page.field_error(name), name
    assert len(page.errors) == len(names)


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("a" * 129, "a" * 129, "password"),
        ("long enough 1", "long enough 2", "password_again"),
    ],
)
def test_passwords_are_told_and_never_echoed(
    site: Site, browser: Browser, password: str, again: str, field: str
) -> None:
    page = browser.get(registration_link(site)).page
    typed = {"person_name": "测试申报人", "password": password, "password_again": again}
    answer = browser.press(page, "建立账号并登录", typed)
    assert answer.page.field_error(field)
    assert answer.page.field_error("privacy")
    assert_kept(answer.page, typed)
    for text in {password, again} - {"short"}:
        assert text not in answer.page.html


def registration_link(site: Site, email: str = "new@test.example") -> str:
    with site.work() as work:
        return "/account/register/" + links.sign(work, "register", email, lasts=timedelta(hours=24))


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_pressing_register_twice_makes_one_firm(site: Site) -> None:
    browser, page = registering(site)
    assert browser.press(page, REGISTER, FIRM | journey.papers()).status_code == 302
    answer = browser.submit(page, REGISTER, FIRM | journey.papers())
    assert "您已经是这家企业的成员" in answer.page.field_error("uscc")
    assert count(site, Enterprise, uscc=FIRM["uscc"]) == 1
    assert count(site, Claim, user_id=site.world.nobody) == 1


@pytest.mark.parametrize(
    ("file", "said"), [("svg_onload.svg", "PDF"), ("zero_bytes.pdf", ""), ("exe_header_named_pdf.pdf", "PDF")]
)
def test_a_refused_paper_is_told_at_its_field_and_the_rest_is_kept(site: Site, file: str, said: str) -> None:
    browser, page = registering(site)
    bad = Upload(file, (HANDMADE / file).read_bytes())
    answer = browser.press(page, REGISTER, FIRM | journey.papers() | {"licence": bad})
    assert answer.status_code == 422
    assert said in answer.page.field_error("licence")
    # The other file was right, but no browser sends it again by itself.
    assert "重新选择" in answer.page.field_error("letter")
    assert_kept(answer.page, FIRM)
    assert count(site, Enterprise, uscc=FIRM["uscc"]) == 0


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_names_outside_the_basic_plane(site: Site) -> None:
    """𠮷 is kept and printed; an emoji is kept, and refused by name where it would be printed."""
    browser, page = registering(site)
    page = browser.submit(page, REGISTER, FIRM | journey.papers() | {"name": "海宁𠮷野🏭有限公司"}).page
    assert "海宁𠮷野🏭有限公司" in page.text
    page = browser.visit(page, "登记第一个产品").page
    page = browser.submit(page, "保存产品", {"name": "𠮷字杯", "category": "consumer"}).page
    page = browser.submit(page, "为它新建自我声明").page
    page = journey.fill_in(browser, page)
    assert any("🏭" in error and "企业名称" in error for error in page.errors), page.errors
    assert any("🏭" in error and "生产线" in error for error in page.errors), page.errors
    profile = browser.get("/enterprise/profile/edit").page
    browser.submit(profile, "保存资料", {"name": "海宁𠮷野有限公司"})
    journey.verify(site, "海宁𠮷野有限公司")
    factory = browser.visit(browser.get("/enterprise/factories").page, "修改工厂").page
    browser.submit(factory, "保存工厂", {"manufacturer": "海宁𠮷野有限公司"})
    journey.sign_at_once(browser, page)
    page = browser.submit(browser.get("/enterprise/filings/1/check").page, "提交审核").page
    assert "已提交审核" in page.text


# Products


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u200b\u3000"),
        ("name", "杯" * 201),
        ("brand", "牌" * 101),
        ("gtin", "6901234567893"),
        ("gtin", "条码"),
        ("hs_code", "70"),
        ("hs_code", "7013.37.00.00.00.00.00.00.00.00"),
    ],
)
def test_a_wrong_product_is_told_at_its_field(site: Site, owner: Browser, field: str, value: str) -> None:
    typed = {"name": "新杯", "brand": "甲", "model": "M-1", "category": "industrial", "gtin": "", "hs_code": ""}
    typed |= {field: value}
    answer = owner.press(owner.get("/enterprise/products/new").page, "保存产品", typed)
    assert answer.status_code == 422
    assert answer.page.field_error(field)
    assert_kept(answer.page, typed)


def test_a_choice_that_is_not_offered_is_refused(owner: Browser) -> None:
    answer = owner.forge("/enterprise/products/new", {"name": "杯", "category": "weapon"})
    assert answer.status_code == 422
    assert answer.page.field_error("category") == "错误：请从列表中选择。"


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_pressing_save_twice_makes_one_product(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/products/new").page
    typed = {"name": "新杯", "category": "consumer"}
    assert owner.press(page, "保存产品", typed).status_code == 302
    answer = owner.press(page, "保存产品", typed)
    assert "已登记过" in answer.page.field_error("name")
    assert_kept(answer.page, typed)
    assert count(site, Product, name="新杯") == 1


def test_the_back_button_after_saving_breaks_nothing(owner: Browser) -> None:
    """The page that comes back holds an old revision: told, not overwritten."""
    page = owner.get("/enterprise/products/1/edit").page
    owner.submit(page, "保存产品", {"model": "第一次"})
    answer = owner.press(page, "保存产品", {"model": "第二次"})
    assert (answer.status_code, answer.page.heading) == (409, "已有人处理")
    assert "第一次" in owner.get("/enterprise/products/1").page.text
    page = owner.get("/enterprise/profile/edit").page
    owner.submit(page, "保存资料", {"contact_name": "第一次"})
    assert owner.press(page, "保存资料", {"contact_name": "第二次"}).status_code == 409


# Naughty strings


def test_naughty_strings_come_back_as_they_were_typed(site: Site, owner: Browser) -> None:
    """All of them; the harness's strict parser sees whatever gets through unescaped."""
    page = owner.get("/enterprise/products/new").page
    names = ("name", "name_en", "brand", "model", "gtin", "hs_code")
    for start in range(0, len(STRINGS), len(names)):
        typed = dict(zip(names, STRINGS[start:], strict=False))
        answer = owner.press(page, "保存产品", typed)  # No category: it always comes back.
        assert answer.status_code == 422
        for name, value in typed.items():
            assert answer.page.value(name) == one_line(value), repr(value)


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_naughty_strings_in_a_filing(site: Site, owner: Browser, kind: str) -> None:
    """A draft takes anything and gives it back; a dozen rounds in every text field, each with other strings."""
    first = journey.start(owner, site.world.product, kind)
    for shift, step in enumerate(DEFINITIONS[kind].steps):
        names = [field.name for field in step.fields if field.kind in {Kind.LINE, Kind.TEXT, Kind.LINES, Kind.DATE}]
        page = owner.get(journey.step(first, step.name)).page
        for start in range(shift, len(STRINGS), 43) if names else ():
            typed = {name: STRINGS[(start + place) % len(STRINGS)] for place, name in enumerate(names)}
            page = owner.submit(page, "保存", typed).page
            for name, value in typed.items():
                assert page.value(name).replace("\r\n", "\n") == one_line(value), repr(value)
        assert owner.get("/enterprise/filings/1/check").status_code == 200


def one_line(text: str) -> str:
    """What a page can hold of a text, on one line."""
    return printable(text).replace("\r\n", "\n").replace("\r", "\n")


def test_naughty_strings_in_addresses(owner: Browser) -> None:
    for text in STRINGS[::7]:
        for address in ("/verify", "/directory"):
            answer = owner.get(
                address, query_string={"q": text, "state": text, "area": text, "category": text, "page": text}
            )
            assert answer.status_code in {200, 302, 404}, repr(text)
        assert owner.get("/review/", query_string={"pile": text, "page": text}).status_code == 403


def test_page_numbers_that_are_none(site: Site) -> None:
    browser = journey.signed_in(site, site.world.county_reviewer)
    for number in ("-1", "0", "abc", "1e3", "10" * 30, "9" * 5000, "１", "٣", "1.5", "", " 2", "+1"):
        for address in ("/directory", "/review/", "/bureau/certificates"):
            assert browser.get(address, query_string={"page": number}).status_code == 200


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_numbers_in_addresses_that_are_none(site: Site, owner: Browser) -> None:
    for number in ("0", "9" * 18, "9" * 19, "1" + "0" * 30, "9" * 5000, "-1", "１", "1.0"):
        for address in ("products", "filings", "certificates", "evidence"):
            assert owner.get(f"/enterprise/{address}/{number}").status_code == 404
        assert owner.get(f"/evidence/{number}").status_code == 404
        assert owner.get(f"/c/0110011001100110/picture/{number}").status_code == 404
        assert owner.forge("/enterprise/filings/new", {"product_id": number}).status_code in {302, 404}


def test_a_form_without_its_revision_is_an_old_one(owner: Browser) -> None:
    answer = owner.forge("/enterprise/products/1/edit", {"name": "杯", "category": "consumer"})
    assert answer.status_code == 409


@pytest.mark.parametrize("site", ENGINES, indirect=True)
@pytest.mark.parametrize("number", ["x", "9" * 5000, "٣"])
def test_revisions_and_hidden_numbers_that_are_none(site: Site, owner: Browser, number: str) -> None:
    """Only tools send these; they are refused like an old page, or answered like something unknown."""
    journey.start(owner, site.world.product)
    answer = owner.forge("/enterprise/products/1/edit", {"revision": number, "name": "杯", "category": "consumer"})
    assert answer.status_code == 409
    edit = "/enterprise/filings/1/edit/{}"
    assert owner.forge(edit.format("line"), {"revision": number}).status_code == 409
    assert owner.forge("/enterprise/filings/1/check", {"revision": number}).status_code == 409
    for name, body in (
        ("object", {"products": number}),
        ("line", {"line": number}),
        ("quality", {"reports": number}),
        ("standard", {"remove": f"comparison-{number}"}),
        ("standard", {"remove": number, "add": number}),
        ("standard", {"markets": number}),
    ):
        page = owner.get(edit.format(name)).page
        answer = owner.forge(edit.format(name), body | {"revision": shown(page)})
        assert answer.status_code == 302, (name, body)
        assert owner.get(edit.format(name)).status_code == 200
    assert owner.get("/enterprise/filings/1/check").status_code == 200


def shown(page: Page) -> str:
    """The revision that a page was made of."""
    return page.all("input", name="revision")[0].get("value")


def test_what_belongs_to_another_firm_cannot_be_named(site: Site, owner: Browser, tmp_path: Path) -> None:
    filed(site, tmp_path)
    other = journey.signed_in(site, site.world.other_owner)
    other.submit(other.get("/enterprise/filings").page, "新建自我声明")
    for name, field, value in (
        ("object", "products", site.world.product),
        ("line", "line", site.world.line),
        ("quality", "reports", 1),
    ):
        page = other.get(f"/enterprise/filings/2/edit/{name}").page
        other.forge(f"/enterprise/filings/2/edit/{name}", {field: str(value), "revision": shown(page)})
        page = other.get(f"/enterprise/filings/2/edit/{name}").page
        assert any("请从列表中选择" in error for error in page.errors)
        assert str(value) not in journey.offered(page, field)
        for foreign in ("检测报告.pdf", "FICT-2026-001", "海宁虚构玻璃制品有限公司"):
            assert foreign not in page.text


# Dates and choices of a declaration


@pytest.mark.parametrize(
    "typed", ["2026-13-01", "昨天", "2026-02-30", "01/03/2026", "2099-01-01", "0000-00-00", "٢٠٢٦-٠١-٠١"]
)
def test_a_date_that_is_none_comes_back_as_typed(site: Site, owner: Browser, typed: str) -> None:
    page = owner.get(journey.step(journey.start(owner, site.world.product), "statement")).page
    page = owner.submit(page, "保存", {"declared_on": typed}).page
    assert page.field_error("declared_on")
    assert page.value("declared_on") == typed
    # A date picker shows nothing for what is no date.
    assert page.control("declared_on").get("type") == ("date" if typed == "2099-01-01" else "text")


def test_a_date_in_another_form_is_taken_and_shown(site: Site, owner: Browser) -> None:
    page = owner.get(journey.step(journey.start(owner, site.world.product), "statement")).page
    page = owner.submit(page, "保存", {"declared_on": "20260301"}).page
    assert not page.field_error("declared_on")
    assert (page.value("declared_on"), page.control("declared_on").get("type")) == ("20260301", "text")


def test_submitting_lists_the_gaps_as_links_to_their_fields(site: Site, owner: Browser) -> None:
    page = owner.get(journey.step(journey.start(owner, site.world.product), "standard")).page
    owner.submit(page, "保存", {"comparison-0-indicator": "铅", "overseas_standards": "长" * 81})
    page = owner.get("/enterprise/filings/1/check").page
    assert len(page.errors) >= 10
    answer = owner.press(page, "提交审核")
    assert answer.status_code == 422
    links = [a.get("href") for box in answer.page.classed("error-summary") for a in box.iter("a")]
    for link in links:
        address, _, field = link.partition("#")
        page = owner.get(address).page
        if not field:
            assert (page.heading, "还有内容没有填完" in page.text) == ("签署", True)
            continue
        assert field in page.by_id, link
        assert page.errors


def test_too_many_rows_are_told(site: Site, owner: Browser) -> None:
    page = owner.get(journey.step(journey.start(owner, site.world.product), "standard")).page
    body = {f"comparison-{number}-indicator": "铅" for number in range(101)}
    owner.forge("/enterprise/filings/1/edit/standard", body | {"revision": shown(page), "save": "stay"})
    page = owner.get("/enterprise/filings/1/edit/standard").page
    assert any("最多 100 行，现有 101 行" in error for error in page.errors)


def test_more_fields_than_any_form_has_are_refused(owner: Browser) -> None:
    journey.start(owner, 1)
    body = {f"x{number}": "1" for number in range(5_001)}
    answer = owner.forge("/enterprise/filings/1/edit/line", body)
    assert answer.status_code in {409, 413}
    answer = owner.forge("/enterprise/filings/1/edit/line", {"line": "长" * 1_000_000})
    assert answer.status_code == 413
