"""Chinese first, English on request: in the address on public pages, remembered on the others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.factories.certificates import certified
from tests.harness import query_of
from tests.web import journey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site
    from tests.harness import Browser

PUBLIC = (
    "/",
    "/about",
    "/verify",
    "/verify?q=abc",
    "/directory",
    "/directory?q=x&state=all",
    "/c/0110011001100110",
    "/no",
)
PRIVATE = (
    "/enterprise/",
    "/enterprise/products",
    "/enterprise/products/new",
    "/enterprise/filings",
    "/enterprise/certificates",
    "/enterprise/evidence",
    "/enterprise/profile",
    "/enterprise/profile/edit",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_carry_the_language_in_their_links(browser: Browser, address: str) -> None:
    assert browser.get(address).page.lang == "zh-Hans"
    sign = "&" if "?" in address else "?"
    page = browser.get(f"{address}{sign}lang=en").page
    assert page.lang == "en"
    for link in page.all("a"):
        parts = urlsplit(link.get("href"))
        if not parts.netloc and parts.path and not parts.path.startswith("/static") and link.get("hreflang") is None:
            assert query_of(link.get("href")).get("lang") == "en", link.get("href")
    assert browser.get(page.link("中文")).page.lang == "zh-Hans"
    assert browser.get(address).page.lang == "zh-Hans"  # Nothing was remembered.


def test_forms_of_public_pages_stay_in_their_language(browser: Browser) -> None:
    for address in ("/?lang=en", "/verify?lang=en", "/directory?lang=en"):
        page = browser.get(address).page
        for form in page.forms:
            button = next(form.iter("button"))
            answer = browser.submit(page, " ".join("".join(button.itertext()).split()))
            assert answer.page.lang == "en", (address, form.get("action"))


def test_private_pages_remember(owner: Browser) -> None:
    assert owner.get("/enterprise/products?lang=en").page.lang == "en"
    for address in PRIVATE:
        assert owner.get(address).page.lang == "en", address
    assert owner.get("/enterprise/no-such-page").page.lang == "zh-Hans"  # No page of anybody's.
    assert owner.get("/enterprise/products/99").page.lang == "en"
    owner.get("/enterprise/?lang=zh")
    assert owner.get("/enterprise/").page.lang == "zh-Hans"


def test_the_switch_stays_on_the_page(owner: Browser) -> None:
    page = owner.get("/enterprise/products/1").page
    assert page.link("English") == "/enterprise/products/1?lang=en"
    page = owner.get("/directory?q=a%26b&category=consumer&page=2").page
    assert page.link("English") == "/directory?q=a%26b&category=consumer&page=2&lang=en"


def test_who_reads_english_signs_in_in_english(site: Site, browser: Browser) -> None:
    page = browser.get("/?lang=en").page
    page = browser.go(next(item.get("href") for item in page.all("a") if "/account/desk" in item.get("href"))).page
    assert page.lang == "en"
    form = next(form for form in page.forms if any(each.get("type") == "password" for each in form.iter("input")))
    button = next(b for b in form.iter("button"))
    values = {"email": site.world.emails[site.world.owner], "password": "fictional-password"}
    page = browser.submit(page, "".join(button.itertext()).strip(), values).page
    assert (page.lang, urlsplit(page.address).path) == ("en", "/enterprise/")


@pytest.mark.parametrize("asked", ["", "fr", "en-US", "x" * 5000, "../../etc", "'"])
def test_no_such_language_changes_nothing(owner: Browser, asked: str) -> None:
    owner.get("/enterprise/?lang=en")
    answer = owner.get("/enterprise/", query_string={"lang": asked})
    assert answer.page.lang == "en"
    assert owner.get("/", query_string={"lang": asked}).page.lang == "zh-Hans"


@pytest.mark.parametrize(
    "query",
    [
        "endpoint=public.home",
        "_external=1&_scheme=javascript&x=%0aalert(1)",
        "_anchor=x&_method=POST",
        "typed=other&product_id=abc&declaration_id=1",
        "values=1&self=2&filename=../x",
    ],
)
def test_what_stands_in_an_address_is_never_interpreted(owner: Browser, query: str) -> None:
    """The links to the other language and to the next page copy the address's query."""
    for address in ("/directory", "/verify", "/c/0110011001100110", "/enterprise/products/1", "/enterprise/"):
        page = owner.get(f"{address}?{query}&q=a").page
        other = page.link("English")
        assert other.startswith(f"{address}?")
        assert owner.get(other).page.lang == "en"
        owner.get("/enterprise/?lang=zh")


def test_english_pages_of_a_certificate(site: Site, owner: Browser, tmp_path: Path) -> None:
    certified(site, tmp_path)
    address = owner.get("/enterprise/certificates/1").page.link("公开查验页面")
    page = owner.get(f"{address}?lang=en").page
    assert page.lang == "en"
    assert "17 March 2029" in page.text
    assert "Germany" in page.text
    assert owner.get("/enterprise/certificates/1?lang=en").page.lang == "en"
    county = journey.signed_in(site, site.world.county_reviewer)
    for address in ("/review/?lang=en", "/review/cases/1", "/bureau/certificates", "/bureau/certificates/1"):
        assert county.get(address).page.lang == "en"
