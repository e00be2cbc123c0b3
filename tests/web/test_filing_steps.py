"""The steps of a filing: saved by a press or by themselves, from two windows, out of order and too late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
from sqlalchemy import select

from registry.domain.filings import DEFINITIONS
from registry.models import Filing, Product
from registry.services import filings, products
from tests.factories import start_certification, start_complete
from tests.factories.world import PASSWORD
from tests.harness import ORIGIN
from tests.web import journey
from tests.web.test_bad_input import assert_kept, shown

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.conftest import Site
    from tests.harness import Browser, Page

BY_ITSELF = {"Accept": "application/json"}


def content(site: Site, number: int = 1) -> dict[str, Any]:
    with site.work() as work:
        return work.session.get_one(Filing, number).content


def step_page(site: Site, owner: Browser, name: str, kind: str = "declaration") -> Page:
    return owner.get(journey.step(journey.start(owner, site.world.product, kind), name)).page


def save(browser: Browser, page: Page, values: dict[str, Any] | None = None, **more: Any) -> TestResponse:
    """What the page's script sends while somebody types: the form without its files."""
    form, _button = page.form_of("保存")
    data: dict[str, list[Any]] = {}
    for name, value in form.entries(values):
        data.setdefault(name, []).append(value)
    data |= {"save": ["auto"]} | {name: [value] for name, value in more.items()}
    headers = BY_ITSELF | {"Referer": urljoin(ORIGIN, page.address)}
    return browser.post(urljoin(page.address, form.element.get("action")), data=data, headers=headers)


# Steps out of order


def test_no_such_step(owner: Browser) -> None:
    journey.start(owner, 1)
    assert owner.get("/enterprise/filings/1/edit/nothing").status_code == 404
    # A step of another kind is none of this one.
    assert owner.get("/enterprise/filings/1/edit/parties").status_code == 404
    assert owner.forge("/enterprise/filings/1/edit/parties", {"revision": "1"}).status_code == 404


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_a_step_that_is_opened_again_says_what_was_saved(site: Site, owner: Browser, kind: str) -> None:
    """Saving it once more changes nothing: a box that was ticked is still ticked."""
    with site.work(site.world.owner) as work:
        filing = {"declaration": start_complete, "certification": start_certification}[kind](work, site.world.product)
        number, before = filing.id, dict(filing.content)
    for name in DEFINITIONS[kind].step_names:
        owner.submit(owner.get(f"/enterprise/filings/{number}/edit/{name}").page, "保存")
        after = content(site, number)
        # Text areas end their lines as HTML does.
        assert {key: as_typed(value) for key, value in after.items()} == before, name


def as_typed(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def test_after_submitting_the_form_leads_to_the_declaration(site: Site, owner: Browser) -> None:
    """Back button, old tabs, double clicks: nothing breaks and nothing changes."""
    check = journey.fill_in(owner, journey.start(owner, site.world.product))
    step = owner.get("/enterprise/filings/1/edit/line").page
    first = owner.submit(check, "提交审核")
    for page, button in ((check, "提交审核"), (step, "保存")):
        answer = owner.submit(page, button)
        assert answer.request.path == "/enterprise/filings/1"
    assert owner.get("/enterprise/filings/1/check").status_code == 302
    assert owner.get("/enterprise/filings/1").page.text.count("提交审核") == first.page.text.count("提交审核") - 1


def test_two_tabs_on_one_draft(site: Site, owner: Browser) -> None:
    """The second is told, nothing is overwritten, and what was typed there is still on the page."""
    page = step_page(site, owner, "statement")
    owner.submit(page, "保存", {"place": "嘉兴市海宁市"})
    typed = {"place": "另一个地点", "limits": "另一种限制"}
    answer = owner.press(page, "保存", typed)
    assert answer.status_code == 409
    assert any("刚在别处修改过" in error for error in answer.page.errors)
    assert_kept(answer.page, typed)
    assert content(site)["place"] == "嘉兴市海宁市"
    # Whoever has been told and presses again means it.
    assert owner.submit(answer.page, "保存", {}).status_code == 200
    assert (content(site)["place"], content(site)["limits"]) == ("另一个地点", "另一种限制")


def test_one_tab_adds_to_the_dossier_while_another_is_typed_into(site: Site, owner: Browser) -> None:
    """Entering a factory from the first window changes the draft; the second window is told."""
    page = step_page(site, owner, "statement")
    line = owner.get(journey.step(page, "line")).page
    form = owner.submit(line, ("save", "add-line")).page
    owner.submit(form, "登记工厂", {"address": "示例路 9 号", "lines-0-name": "九号线"})
    assert owner.press(page, "保存", {"place": "另一个地点"}).status_code == 409
    assert content(site)["line"] != str(site.world.line)


def test_starting_twice_gives_one_draft(site: Site, owner: Browser) -> None:
    first = journey.start(owner, site.world.product).address
    assert journey.start(owner, site.world.product).address == first


# Saved by itself


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_a_step_saves_itself_while_somebody_types(site: Site, owner: Browser, kind: str) -> None:
    step = {"declaration": "statement", "certification": "statement"}[kind]
    page = step_page(site, owner, step, kind)
    answer = save(owner, page, {"quality_note" if kind == "certification" else "limits": "一边写一边存"})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert {"revision", "message", "problems", "notes"} <= answer.json.keys()
    assert answer.json["revision"] == int(shown(page)) + 1
    assert answer.json["message"] == "已保存 14:03"
    assert answer.json["problems"] == {}  # Nothing is wrong; that something is missing goes without saying.
    assert content(site)["quality_note" if kind == "certification" else "limits"] == "一边写一边存"
    # The page goes on with the revision that it was told.
    again = save(owner, page, {"consent": "yes"}, revision=str(answer.json["revision"]))
    assert again.json["revision"] == int(shown(page)) + 2


def test_what_is_wrong_is_told_at_once(site: Site, owner: Browser) -> None:
    page = step_page(site, owner, "standard")
    answer = save(owner, page, {"overseas_standards": "长" * 81, "comparison-0-indicator": "长" * 101})
    assert answer.status_code == 200
    assert set(answer.json["problems"]) == {"overseas_standards", "comparison-0-indicator"}
    assert "最多 80 个字" in answer.json["problems"]["overseas_standards"]
    # Wrong or not, it is saved as it was typed.
    assert content(site)["overseas_standards"] == "长" * 81
    fixed = save(owner, page, {"comparison-0-indicator": "铅"}, revision=str(answer.json["revision"]))
    assert fixed.json["problems"] == {}


def test_it_speaks_the_language_of_the_page(site: Site, owner: Browser) -> None:
    page = step_page(site, owner, "statement")
    page = owner.get(f"{page.address.partition('?')[0]}?lang=en").page
    form = next(form for form in page.forms if any(each.get("name") == "limits" for each in form.iter("textarea")))
    revision = shown(page)
    data = {"csrf_token": owner.csrf_token(), "revision": revision, "limits": "x", "save": "auto"}
    answer = owner.post(form.get("action"), data=data, headers=BY_ITSELF | {"Referer": ORIGIN})
    assert answer.json["revision"] == int(revision) + 1
    assert "已保存" not in answer.json["message"]


def test_from_an_old_page_nothing_is_overwritten(site: Site, owner: Browser) -> None:
    page = step_page(site, owner, "statement")
    first = save(owner, page, {"place": "第一个地点"})
    second = save(owner, page, {"place": "第二个地点"})
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.mimetype == "application/json"
    assert second.json.keys() == {"message"}
    assert "刚在别处修改过" in second.json["message"]
    assert content(site)["place"] == "第一个地点"


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 5000])
def test_a_revision_that_is_none_is_an_old_one(site: Site, owner: Browser, revision: str) -> None:
    page = step_page(site, owner, "statement")
    assert save(owner, page, {"place": "地点"}, revision=revision).status_code == 409
    assert "place" not in content(site)


def test_a_filing_that_is_closed_or_on_its_way_is_left_alone(site: Site, owner: Browser) -> None:
    check = journey.fill_in(owner, journey.start(owner, site.world.product))
    page = owner.get("/enterprise/filings/1/edit/statement").page
    owner.submit(check, "提交审核")
    before = content(site)
    for _state in ("under review", "withdrawn"):
        answer = save(owner, page, {"place": "太晚了"})
        assert (answer.status_code, answer.location) == (302, "/enterprise/filings/1")
        assert content(site) == before
        owner.submit(owner.get("/enterprise/filings/1/withdraw").page, "撤回申报")


def test_another_firms_filing_is_not_there(site: Site, owner: Browser) -> None:
    page = step_page(site, owner, "statement")
    other = journey.signed_in(site, site.world.other_owner)
    answer = save(other, page, {"place": "别人写的"}, csrf_token=other.csrf_token())
    assert answer.status_code == 404
    viewer = journey.signed_in(site, site.world.viewer)
    assert save(viewer, page, {"place": "只能看"}, csrf_token=viewer.csrf_token()).status_code in {403, 404}
    assert "place" not in content(site)


@pytest.mark.parametrize("key", ["", "x", "a.b.c"])
def test_without_the_key_of_the_form_nothing_is_saved(site: Site, owner: Browser, key: str) -> None:
    """What a foreign page could send in somebody's name."""
    page = step_page(site, owner, "statement")
    answer = save(owner, page, {"place": "别处的页面写的"}, csrf_token=key)
    assert answer.status_code == 400
    assert "place" not in content(site)


def test_after_the_session_has_ended_a_person_sends_it_again(site: Site, owner: Browser) -> None:
    """What a script sent last is kept like any form; sent again by a press, it leads to a page and not to data."""
    page = step_page(site, owner, "statement")
    owner.forget_session()
    answer = save(owner, page, {"place": "最后写的地点"})
    assert answer.status_code == 302
    login = owner.go(answer.location).page
    page = owner.submit(login, "登录", {"email": site.world.emails[site.world.owner], "password": PASSWORD}).page
    answer = owner.submit(page, "再提交一次")
    assert (answer.status_code, answer.mimetype, answer.page.heading) == (200, "text/html", "声明")
    assert content(site)["place"] == "最后写的地点"


def test_rows_are_saved_as_they_stand(site: Site, owner: Browser) -> None:
    page = step_page(site, owner, "standard")
    page = owner.submit(page, ("add", "comparison"), {"comparison-0-indicator": "铅"}).page
    save(owner, page, {"comparison-1-indicator": "镉"})
    assert [row["indicator"] for row in content(site)["comparison"]] == ["铅", "镉"]


def test_nothing_is_submitted_by_itself(site: Site, owner: Browser) -> None:
    page = step_page(site, owner, "statement")
    save(owner, page, {"consent": "yes"})
    with site.work(site.world.owner) as work:
        draft = filings.get_own(work, 1)
        assert (draft.status, draft.decisions, draft.submissions) == ("draft", [], [])


# A firm with thousands of products


@pytest.fixture
def many(site: Site) -> int:
    """More products than a page lists; the first one entered is far from the newest."""
    with site.work(site.world.owner) as work:
        firm = work.session.get_one(Product, site.world.product).enterprise_id
        for number in range(products.MOST_OFFERED + 20):
            name = "虚构茶壶" if number == 0 else f"虚构茶杯 {number}"
            work.session.add(Product(enterprise_id=firm, name=name, category="consumer", created_at=work.now))
        work.session.flush()
        found = work.session.scalars(select(Product.id).where(Product.name == "虚构茶壶")).one()
        work.session.commit()
    return found


def offered(page: Page) -> list[str]:
    return [box.get("value", "") for box in page.all("input", name="products")]


def test_of_thousands_of_products_others_are_looked_for(site: Site, owner: Browser, many: int) -> None:
    page = journey.start(owner, site.world.product)
    assert offered(page)[0] == str(site.world.product), "what is chosen comes first"
    assert len(offered(page)) == products.MOST_OFFERED + 1
    assert str(many) not in offered(page)
    for button in ("查找", ("save", "stay")):  # The button beside the words, and Enter.
        page = owner.submit(page, button, {"find": "茶壶"}).page
        assert offered(page) == [str(site.world.product), str(many)]
        assert page.value("find") == "茶壶"
    page = owner.submit(page, ("save", "stay"), {"products": [str(site.world.product), str(many)], "find": ""}).page
    assert offered(page)[:2] == [str(many), str(site.world.product)]
    assert content(site)["products"] == [str(site.world.product), str(many)]
    page = owner.submit(page, "保存并继续", {"find": "茶杯"}).page
    assert "/edit/line" in page.address, "words that are left over mean nothing"


def test_after_a_conflict_only_a_press_decides(site: Site, owner: Browser) -> None:
    page = step_page(site, owner, "statement")
    assert page.form_of("保存")[0].element.get("data-autosave")
    save(owner, owner.get(page.address).page, {"limits": "别处写的"})
    answer = owner.press(page, "保存", {"place": "这里写的"})
    assert answer.status_code == 409
    assert answer.page.form_of("保存")[0].element.get("data-autosave") is None
    assert content(site)["limits"] == "别处写的"


def test_saving_what_stands_there_changes_nothing(site: Site, owner: Browser) -> None:
    page = step_page(site, owner, "statement")
    first = save(owner, page, {"place": "海宁市"}).json
    again = save(owner, page, {"place": "海宁市"}, revision=str(first["revision"])).json
    assert again == first


def test_what_is_missing_is_told_as_long_as_it_is(site: Site, owner: Browser) -> None:
    journey.start(owner, site.world.product)
    page = owner.get("/enterprise/filings/1/edit/statement?check=1").page
    assert "请填写此项" in page.field_error("place")
    assert "signatory_name" in save(owner, page, {"place": "海宁市"}).json["problems"]
    assert "place" not in save(owner, owner.get(page.address).page).json["problems"]


def test_what_was_ticked_stays_where_the_page_is_shown_again(site: Site, owner: Browser, many: int) -> None:
    first = journey.start(owner, site.world.product)
    found = owner.submit(first, "查找", {"find": "茶壶"}).page
    save(owner, owner.get(first.address).page, batch="别处改了")
    answer = owner.press(found, ("save", "next"), {"products": [str(many)]})
    assert answer.status_code == 409
    assert answer.page.value("products") == [str(many)]
