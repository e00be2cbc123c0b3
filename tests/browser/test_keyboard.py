"""With the keyboard alone: every step is reached by Tab, and one always sees where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.factories import file_declaration
from tests.factories.world import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Visitor

    Arrive = Callable[..., Visitor]

_MOST_TABS = 80
_FOCUS = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    tag: element.tagName.toLowerCase(),
    name: element.name ?? "",
    words: element.innerText?.trim() ?? "",
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    inSight: box.bottom > 0 && box.top < innerHeight && box.width > 1,
  };
}"""


def focus(visitor: Visitor) -> dict:
    """What has the focus."""
    return visitor.page.evaluate(_FOCUS)


def tab_to(visitor: Visitor, *, words: str = "", name: str = "") -> None:
    """Press Tab until the control with these words or this name has the focus; it must be seen at every stop."""
    for _ in range(_MOST_TABS):
        visitor.page.keyboard.press("Tab")
        now = focus(visitor)
        if now["tag"] not in {"body", "iframe"}:  # A frame shows the focus inside itself.
            assert now["ring"] >= 2, now
            assert now["inSight"], now
        if (words and now["words"] == words) or (name and now["name"] == name):
            return
    raise AssertionError(f"{_MOST_TABS} tabs do not lead to {words or name}")


def test_sign_in_open_a_case_and_decide(site: LiveSite, arrive: Arrive) -> None:
    with site.work(site.world.owner) as work:
        file_declaration(work, site.world.product, site.data_dir)
    reviewer = arrive()
    keyboard = reviewer.page.keyboard
    reviewer.open("/account/login")
    tab_to(reviewer, name="email")
    keyboard.insert_text(site.world.emails[site.world.county_reviewer])
    tab_to(reviewer, name="password")
    keyboard.insert_text(PASSWORD)
    keyboard.press("Enter")
    reviewer.page.wait_for_url("**/login/second")
    tab_to(reviewer, name="code")
    reviewer.give_code(site.world.emails[site.world.county_reviewer])
    reviewer.page.wait_for_url("**/review/")

    tab_to(reviewer, words="高硼硅玻璃杯")
    keyboard.press("Enter")
    reviewer.page.wait_for_url("**/review/cases/*")
    tab_to(reviewer, name="reason")
    keyboard.insert_text("材料齐全，建议备案。")
    tab_to(reviewer, words="推荐至上一级")
    keyboard.press("Enter")
    assert reviewer.reads("已推荐至上一级审核")


def test_skip_link_leads_past_the_menu(site: LiveSite, arrive: Arrive) -> None:
    visitor = arrive()
    for address in ("/", "/directory", "/account/login"):
        visitor.open(address)
        visitor.page.keyboard.press("Tab")
        first = focus(visitor)
        assert first["words"] == "跳到正文"
        assert first["inSight"]
        visitor.page.keyboard.press("Enter")
        assert focus(visitor)["tag"] == "main"
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement.closest('main') !== null")


def test_error_summary_has_the_focus_and_leads_to_the_field(site: LiveSite, arrive: Arrive) -> None:
    owner = arrive()
    owner.sign_in(site.world.owner)
    owner.open("/enterprise/products/new")
    owner.fill({"name": "虚构碗", "gtin": "6901234567890"})
    owner.page.keyboard.press("Enter")
    summary = owner.page.locator(".error-summary")
    summary.wait_for()
    owner.page.wait_for_load_state("load")
    assert summary.evaluate("box => box === document.activeElement")
    owner.look("product-errors", dark=True)
    for link in summary.get_by_role("link").all():
        link.press("Enter")
        target = link.get_attribute("href").removeprefix("#")
        assert owner.page.evaluate("document.activeElement.id") == target
        assert focus(owner)["inSight"], target
        error = owner.page.locator(".is-invalid").filter(has=owner.page.locator(f"#{target}"))
        assert error.locator(".field-label").first.evaluate("label => label.getBoundingClientRect().top") >= 0, target
        assert error.locator(".field-error").is_visible(), target


def test_check_page_leads_to_what_is_missing(site: LiveSite, arrive: Arrive) -> None:
    owner = arrive()
    owner.sign_in(site.world.owner)
    owner.open(f"/enterprise/products/{site.world.product}")
    owner.press("为它新建自我声明")
    owner.follow("检查并提交")
    owner.page.wait_for_url("**/check")
    owner.look("check-gaps", dark=True)
    owner.press("提交审核")
    summary = owner.page.locator(".error-summary")
    summary.wait_for()
    targets = [link.get_attribute("href") for link in summary.get_by_role("link").all()]
    assert len(targets) >= 5
    for target in [target for target in targets if "#" in target][::3]:  # In every step one.
        owner.open(target)
        field = target.partition("#")[2]
        assert owner.page.locator(f'[id="{field}"], [id^="{field}-"]').count(), target
    owner.open(targets[0])
    owner.look("step-gaps")
