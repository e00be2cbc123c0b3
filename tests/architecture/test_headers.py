"""What every answer tells the browser, asked of every address, and of the errors too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from registry.web.access import RULES, Access, is_public
from tests.harness import COOKIE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.conftest import Site
    from tests.harness import Browser

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POWERS = ("camera", "geolocation", "microphone", "payment", "usb")  # that no page here asks for


def policy_of(answer: TestResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    names = [part[0] for part in parts]
    assert len(set(names)) == len(names), "browsers read the first of two directives only"
    return {part[0]: part[1:] for part in parts}


def check(answer: TestResponse, where: str) -> None:
    headers = answer.headers
    for name, value in ALWAYS.items():
        assert headers.getlist(name) == [value], f"{where}: {name}"
    assert re.fullmatch(r"max-age=31536000(; includeSubDomains)?", headers["Strict-Transport-Security"]), where
    assert all(f"{power}=()" in headers["Permissions-Policy"] for power in POWERS), where
    policy = policy_of(answer)
    assert policy["default-src"] == ["'none'"], where
    assert policy["frame-ancestors"] in (["'none'"], ["'self'"]), where
    assert headers["X-Frame-Options"] == ("DENY" if policy["frame-ancestors"] == ["'none'"] else "SAMEORIGIN"), where
    allowed = {source for name, sources in policy.items() if name != "sandbox" for source in sources}
    assert not [source for source in allowed if "unsafe" in source or "*" in source or source == "https:"], where
    if answer.mimetype == "text/html":
        assert policy["base-uri"] == ["'none'"], where
        assert policy["form-action"] == ["'self'"], where
        assert policy["frame-ancestors"] == ["'none'"], where
    if answer.mimetype.startswith("text/") and answer.data:
        assert headers["Content-Type"].endswith("charset=utf-8"), where
    assert "X-Powered-By" not in headers, where
    if not is_public(answer.endpoint) or (answer.status_code >= 400 and not answer.endpoint.startswith("health.")):
        assert headers["Cache-Control"] == "private, no-store", where
    for cookie in headers.getlist("Set-Cookie"):
        assert cookie.startswith(f"{COOKIE}="), where


def addresses(site: Site) -> Iterator[tuple[str, str]]:
    """Each method and address, with numbers and names that fit and mostly belong to nobody."""
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        for method in sorted(rule.methods & {"GET", "POST", "HEAD", "OPTIONS"}):
            values = dict.fromkeys(rule.arguments, 1)
            if rule.endpoint == "static":
                values = {"filename": "css/base.css"}
            try:
                yield method, adapter.build(rule.endpoint, values, method=method)
            except ValueError:
                continue  # A part of the address that takes certain words only.


def test_every_address_tells_the_browser_the_same(site: Site, browser: Browser, owner: Browser) -> None:
    asked = list(addresses(site))
    assert len(asked) > len(RULES)
    for method, address in asked:
        for visitor in (browser, owner):
            if address == "/account/logout" and visitor is owner:
                continue
            answer = visitor.open(address, method=method)
            check(answer, f"{method} {address} ({answer.status_code})")


def test_errors_do_too(browser: Browser) -> None:
    for method, address in (("GET", "/nothing"), ("POST", "/"), ("GET", "/%00"), ("TRACE", "/"), ("DELETE", "/verify")):
        answer = browser.open(address, method=method)
        assert answer.status_code in {400, 404, 405}
        answer.endpoint = answer.endpoint or "nothing"
        check(answer, address)


def test_signed_in_pages_are_never_public(site: Site, owner: Browser) -> None:
    """A page that knows its visitor is kept by no cache, whoever asks for it."""
    for method, address in addresses(site):
        if method == "GET":
            answer = owner.get(address)
            if RULES.get(answer.endpoint) not in {Access.PUBLIC, None}:
                assert answer.headers["Cache-Control"] == "private, no-store", address


@pytest.mark.parametrize(
    ("wanted", "said"), [(False, "max-age=31536000"), (True, "max-age=31536000; includeSubDomains")]
)
def test_names_below_ours_are_included_on_request(remade: Callable[..., Flask], wanted: bool, said: str) -> None:
    answer = remade(hsts_subdomains=wanted).test_client().get("/")
    assert answer.headers["Strict-Transport-Security"] == said
