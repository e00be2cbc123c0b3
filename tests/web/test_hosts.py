"""Which names the site answers to, and that nobody is ever led to another one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

import pytest
from werkzeug.test import Client

from registry.web.hosts import host_name
from tests.factories.world import PASSWORD
from tests.harness import HOST, ORIGIN
from tests.web.journey import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.conftest import Site
    from tests.harness import Browser

EVIL = "evil.example"
AWAY = [
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "HTTPS://evil.example",
    "http://evil.example/",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "%2F%2Fevil.example",
    "/%2Fevil.example",
    "/%5Cevil.example",
    "%5C%5Cevil.example",
    "/\t/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\u3000//evil.example",
    "/\u2215evil.example",
    "//evil。example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//evil.example",
    "data:text/html,evil.example",
    "vbscript:evil.example",
    "https://santong.example.gov.cn@evil.example/",
    "https://santong.example.gov.cn.evil.example/",
    "https://evil.example#santong.example.gov.cn",
    "https://evil.example?santong.example.gov.cn",
    "//evil.example:443",
    "//[::1]",
    "//[",
    "//[]evil.example",
    "//evil\u2100.example",
    ".evil.example",
    "@evil.example",
    "?next=//evil.example",
    "#//evil.example",
]


def as_browsers_read(location: str) -> tuple[str, str]:
    """Scheme and host that a browser goes to: it drops tabs and line ends, and takes a backslash for a slash."""
    cleaned = "".join(c for c in location if c not in "\t\r\n").strip().replace("\\", "/")
    parts = urlsplit(urljoin(f"{ORIGIN}/account/login", cleaned))
    return parts.scheme, parts.netloc


@pytest.fixture
def production(remade: Callable[..., Flask]) -> Flask:
    return remade(environment="production")


# Names


@pytest.mark.parametrize(
    "name",
    [
        EVIL,
        f"{HOST}.evil.example",
        f"evil.{HOST}",
        "localhost",
        "127.0.0.1",
        "10.0.0.7:8000",
        "[::1]",
        "a b",
        "x/y",
        "@",
    ],
)
def test_production_answers_to_its_own_name_only(production: Flask, name: str) -> None:
    browser = production.test_client()
    for address in ("/", "/verify", "/account/login", "/enterprise/", "/enterprise", "/c/0000000000000000", "/nothing"):
        answer = browser.get(address, headers={"Host": name})
        assert answer.status_code == 400, address
        assert answer.page.heading == "请求无法处理"
        assert "这个网址不是本网站的网址" in answer.page.text
        assert "location" not in answer.headers
        assert name not in answer.get_data(as_text=True)
        assert len(answer.statements) == 0, "a stranger's name costs the database nothing"


def test_its_own_name_may_be_written_in_any_way(production: Flask) -> None:
    for name in (HOST, HOST.upper(), f"{HOST}:443", f"{HOST}:8443"):
        assert production.test_client().get("/", headers={"Host": name}).status_code == 200


def test_further_names_are_set(remade: Callable[..., Flask]) -> None:
    app = remade(environment="production", allowed_hosts=("www.example.gov.cn", "[2001:db8::1]"))
    for name, status in (
        ("www.example.gov.cn", 200),
        ("WWW.example.gov.cn:8443", 200),
        ("[2001:db8::1]:8000", 200),
        ("example.gov.cn", 400),
        (HOST, 200),
    ):
        assert app.test_client().get("/", headers={"Host": name}).status_code == status, name


def test_a_developer_may_use_any_port_of_this_machine(remade: Callable[..., Flask]) -> None:
    app = remade(environment="development", public_url="http://127.0.0.1:8000")
    app.test_client_class = None
    for name, status in (("localhost:5000", 200), ("127.0.0.1", 200), ("[::1]:8000", 200), (EVIL, 400)):
        assert app.test_client().get("/", headers={"Host": name}).status_code == status, name


def test_a_load_balancer_asks_by_address(production: Flask) -> None:
    """There is no address in the answer, so that nothing can be led astray by it."""
    for address in ("/healthz", "/readyz"):
        answer = production.test_client().get(address, headers={"Host": "10.0.0.7:8000"})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.get_data(as_text=True) in {"ok\n", "ready\n"}


def test_a_proxy_passes_the_name_on(remade: Callable[..., Flask]) -> None:
    app = remade(environment="production", trusted_proxies=1)
    inside = {"Host": "10.0.0.7:8000", "X-Forwarded-Proto": "https"}
    assert app.test_client().get("/", headers=inside | {"X-Forwarded-Host": HOST}).status_code == 200
    assert app.test_client().get("/", headers=inside | {"X-Forwarded-Host": EVIL}).status_code == 400
    alone = remade(environment="production")
    assert alone.test_client().get("/", headers=inside | {"X-Forwarded-Host": HOST}).status_code == 400


@pytest.mark.parametrize(
    ("host", "name"), [("A.B", "a.b"), ("a.b:80", "a.b"), ("[::1]", "[::1]"), ("[::1]:80", "[::1]"), ("", "")]
)
def test_names_are_compared_without_port_and_case(host: str, name: str) -> None:
    assert host_name(host) == name


# Being sent away


@pytest.mark.parametrize("target", AWAY)
def test_nobody_is_sent_away_after_signing_in(site: Site, target: str) -> None:
    """Whether it comes in the address or in the form, and whether one is signed in already."""
    address = f"/account/login?next={quote(target)}"
    values = {"email": site.world.emails[site.world.owner], "password": PASSWORD}
    browser, other, owner = site.app.test_client(), site.app.test_client(), signed_in(site, site.world.owner)
    first = browser.get(address)
    answers = [
        first,
        owner.get(address),
        owner.get(f"/account/desk?next={quote(target)}"),
        other.forge("/account/login", {"next": target, **values}),
    ]
    if first.status_code == 200:
        for element in first.page.tree.iter():
            for name in ("href", "action", "src"):
                assert as_browsers_read(element.get(name) or "/") == ("https", HOST), element.get(name)
        answers.append(browser.press(first.page, "登录", values))
    for answer in answers:
        assert answer.status_code in {200, 302, 400}
        assert as_browsers_read(answer.location or "/") == ("https", HOST), answer.location


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "//evil.example//enterprise", "/enterprise//"])
def test_nobody_is_sent_away_by_an_odd_address(site: Site, browser: Browser, owner: Browser, path: str) -> None:
    """An address that is put into `next`, or completed with a slash, is one of ours."""
    for visitor in (browser, owner):
        answer = visitor.open(path, base_url=ORIGIN)
        if answer.location:
            assert as_browsers_read(answer.location) == ("https", HOST)
        assert "https://evil.example" not in (answer.location or "")


@pytest.mark.parametrize("path", ["/account/login", "/santong/account/login"])
def test_below_a_path_of_another_site_links_lead_there(remade: Callable[..., Flask], path: str) -> None:
    answer = Client(remade(url_prefix="/santong")).get(path, base_url=ORIGIN)
    assert answer.status_code == 200
    assert 'href="/santong/' in answer.get_data(as_text=True)


def test_no_header_says_where_links_lead(remade: Callable[..., Flask]) -> None:
    """A shared cache would keep what the first visitor asked for."""
    browser = Client(remade(trusted_proxies=1))
    for prefix in ("//evil.example", "/elsewhere"):
        answer = browser.get("/", base_url=ORIGIN, headers={"X-Forwarded-Prefix": prefix})
        assert answer.status_code == 200
        assert prefix not in answer.get_data(as_text=True)
