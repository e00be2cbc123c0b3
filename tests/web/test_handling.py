"""Whose case it is, on the queue and on the case, and standing in as people see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import filed
from tests.services.test_assignments import claim, handler
from tests.services.test_posts import post_of
from tests.web.journey import signed_in

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser


@pytest.fixture
def county(site: Site) -> Browser:
    return signed_in(site, site.world.county_reviewer)


@pytest.fixture
def colleague(site: Site) -> Browser:
    return signed_in(site, site.world.colleague)


def test_a_case_is_taken_up_and_put_back(site: Site, county: Browser, colleague: Browser) -> None:
    filing = filed(site)
    address = f"/review/cases/{filing}"
    assert "还没有人承办" in county.get(address).page.text

    page = county.submit(county.get(address).page, "我来承办").page
    assert "承办人：测试county" in page.text
    assert "测试county" in colleague.get("/review/").page.text
    assert "这件申报由测试county承办。" in colleague.get(address).page.text
    page = county.submit(page, "放回待办").page
    assert "还没有人承办" in page.text


def test_the_second_of_two_is_told(site: Site, county: Browser, colleague: Browser) -> None:
    filing = filed(site)
    page = colleague.get(f"/review/cases/{filing}").page
    county.submit(county.get(f"/review/cases/{filing}").page, "我来承办")

    answer = colleague.submit(page, "我来承办")
    assert answer.status_code == 409
    page = colleague.get(f"/review/cases/{filing}").page
    colleague.submit(page, "改由我承办")
    assert handler(site, filing) == site.world.colleague


def test_whoever_cannot_decide_is_offered_nothing(site: Site) -> None:
    filing = filed(site)
    claim(site, site.world.county_reviewer, filing)
    for who in ("county_supervisor", "city_reviewer", "city_supervisor", "conflicted_reviewer", "expert"):
        page = signed_in(site, getattr(site.world, who)).get(f"/review/cases/{filing}").page
        assert "测试county" in page.text
        assert not [b for b in page.all("button") if "承办" in "".join(b.itertext())]


@pytest.mark.parametrize("seen", ["", "x", "999999", "-1"])
def test_odd_numbers_are_stale(site: Site, county: Browser, seen: str) -> None:
    filing = filed(site)
    claim(site, site.world.colleague, filing)
    assert county.forge(f"/review/cases/{filing}/claim", {"seen": seen}).status_code == 409


def test_a_stand_in_is_told_for_whom(site: Site) -> None:
    filing = filed(site)
    deputy = signed_in(site, site.world.deputy)
    page = deputy.get(f"/review/cases/{filing}").page
    assert "您代测试county办理" in page.text
    deputy.submit(page, "推荐至上一级")
    timeline = deputy.get(f"/review/cases/{filing}").page.text
    assert "测试deputy（代 测试county）" in timeline


def test_a_colleague_is_asked_to_stand_in(site: Site) -> None:
    holder = signed_in(site, site.world.county_supervisor)
    page = holder.visit(holder.get("/account/absence").page, "请人代办").page
    answer = holder.submit(page, "安排代办", {"colleague": "", "first": "2026-03-17", "last": ""})
    assert answer.status_code == 422
    assert answer.page.field_error("colleague")
    days = {"first": "2026-03-20", "last": "2026-03-22"}
    page = holder.submit(answer.page, "安排代办", {"colleague": str(site.world.colleague)} | days).page
    assert "测试colleague代 测试county-supervisor" in page.text
    assert "2026-03-22" in page.text
    theirs = signed_in(site, site.world.colleague).get("/account/absence").page
    assert "测试colleague代 测试county-supervisor" in theirs.text
    assert not [b for b in theirs.all("button") if "安排" in "".join(b.itertext())]
    page = holder.submit(page, "取消安排").page
    assert "现在没有代办安排" in page.text


def test_days_too_many_or_taken_are_told(site: Site, county: Browser) -> None:
    page = county.get(f"/account/absence/{post_of(site, site.world.county_reviewer)}").page
    person = {"colleague": str(site.world.colleague)}
    answer = county.submit(page, "安排代办", person | {"first": "2026-05-01", "last": "2026-07-30"})
    assert answer.page.field_error("last") == "错误：最多 90 天，现为 91 天。"
    answer = county.submit(answer.page, "安排代办", {"first": "2026-03-20", "last": "2026-03-21"})
    assert "已安排了代办人" in answer.page.field_error("first")


def test_others_posts_are_not_found(site: Site, county: Browser) -> None:
    world = site.world
    for post in (post_of(site, world.colleague), post_of(site, world.city_reviewer), 999_999):
        assert county.get(f"/account/absence/{post}").status_code == 404
        assert county.forge(f"/account/absence/{post}", {"colleague": str(world.colleague)}).status_code == 404
        assert county.forge(f"/account/absence/{post}/end").status_code == 404
    deputy = signed_in(site, world.deputy)
    page = deputy.get("/account/absence").page
    assert "测试deputy代 测试county" in page.text
    assert deputy.get(f"/account/absence/{post_of(site, world.county_reviewer)}").status_code == 404


def test_where_nobody_else_works_the_page_says_so(site: Site) -> None:
    alone = signed_in(site, site.world.other_county_reviewer)
    page = alone.visit(alone.get("/account/absence").page, "请人代办").page
    assert "没有可以代办的同事" in page.text
