"""Addresses that are printed on goods and paper are promises: none of them may ever change or disappear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.web.access import RULES, Access

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser

# Never take a line out. What moves keeps its old address here and redirects.
PROMISED = {
    "/": "public.home",
    "/about": "public.about",
    "/c/<typed>": "public.certificate",
    "/c/<typed>.pdf": "public.certificate_document",
    "/c/<typed>/picture/<int:number>": "public.certificate_picture",
    "/directory": "public.directory",
    "/guide": "public.guides",
    "/guide/<kind>": "public.guide",
    "/guide/fields/<form>": "public.guide_fields",
    "/healthz": "health.alive",
    "/privacy": "public.privacy",
    "/readyz": "health.ready",
    "/static/<path:filename>": "static",
    "/verify": "public.verify",
}


def test_no_promised_address_is_gone(site: Site) -> None:
    rules = {rule.rule: rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in rule.methods}
    assert {pattern: rules.get(pattern) for pattern in PROMISED} == PROMISED


def test_every_public_address_is_recorded(site: Site) -> None:
    public = {rule.rule for rule in site.app.url_map.iter_rules() if RULES.get(rule.endpoint) is Access.PUBLIC}
    assert public == PROMISED.keys()


def test_what_changes_something_cannot_be_opened(site: Site, owner: Browser) -> None:
    """Links, prefetchers and crawlers send GET."""
    adapter = site.app.url_map.bind("localhost")
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" not in rule.methods]
    assert rules
    for rule in rules:
        address = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method="POST")
        answer = owner.get(address)
        assert answer.status_code == 405, address
        assert answer.page.heading == "不能这样打开"
        assert "POST" in answer.allow


def test_public_addresses_refuse_what_is_sent_to_them(site: Site, browser: Browser) -> None:
    for address in ("/", "/verify", "/directory", "/c/0000000000000000"):
        assert browser.post(address, data={"q": "x"}).status_code == 405
