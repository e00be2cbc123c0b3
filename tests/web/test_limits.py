"""How often one address may do things, in the process and in Redis."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import redis
from flask import request
from structlog.testing import capture_logs

from registry.infrastructure.database import db
from registry.models import Certificate
from registry.web import limits
from registry.web.access import RULES as ACCESS
from registry.web.access import Access
from registry.web.limits import CERTIFICATE, LOOK_UP, REGISTRATION, RULES, SIGN_IN, Limit
from tests.factories.certificates import certified
from tests.harness import ORIGIN, Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.conftest import Site
    from tests.harness import Browser

STORE = "redis://127.0.0.1:6379/9"
LOW = Limit("low", 3)
# As an attacker fills it in, who has no key.
NO_KEY = {"email": "nobody@test.example", "password": "x"}


@pytest.fixture
def low(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three a minute, so that tests need not ask thirty times."""
    monkeypatch.setitem(RULES, ("POST", "security.login"), LOW)
    monkeypatch.setitem(RULES, ("GET", "public.verify"), replace(LOW, name="low-look-up"))


@pytest.fixture
def limited(low: None, remade: Callable[..., Flask]) -> Flask:
    """The site as it counts outside of tests."""
    return remade(rate_limit_factor=1)


@pytest.fixture
def store() -> Iterator[str]:
    """An empty Redis, on the machine's own server."""
    client = redis.Redis.from_url(STORE, socket_connect_timeout=1)
    try:
        client.flushdb()
    except redis.ConnectionError:
        client.close()
        if os.environ.get("CI"):
            raise
        pytest.skip("no Redis at 127.0.0.1:6379")
    yield STORE
    client.flushdb()
    client.close()


def from_address(app: Flask, address: str) -> Browser:
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def statuses(browser: Browser, times: int = 4) -> list[int]:
    """What so many attempts to sign in without a key are told; 400 is the key's absence, and comes after counting."""
    return [browser.post("/account/login", data=NO_KEY).status_code for _ in range(times)]


# The table


def test_whatever_strangers_may_send_has_a_limit(site: Site) -> None:
    open_to_all = {
        (method, rule.endpoint)
        for rule in site.app.url_map.iter_rules()
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}
        if ACCESS.get(rule.endpoint) in {Access.PUBLIC, Access.VISITOR}
    }
    assert open_to_all
    assert open_to_all - RULES.keys() == set(), "give it a row in registry/web/limits.py"


def test_no_row_is_stale(site: Site) -> None:
    known = {(method, rule.endpoint) for rule in site.app.url_map.iter_rules() for method in rule.methods}
    assert RULES.keys() - known == set()


def test_names_are_unique_and_hours_allow_more_than_minutes() -> None:
    found = set(RULES.values())
    assert len({limit.name for limit in found}) == len(found)
    for limit in found:
        assert limit.per_hour is None or limit.per_minute < limit.per_hour < 60 * limit.per_minute
    # An office that begins to work, and a crowd behind one address of a carrier.
    assert SIGN_IN.per_minute >= 30
    assert CERTIFICATE.per_minute >= 10 * LOOK_UP.per_minute
    assert CERTIFICATE.per_hour is None


def test_spreadsheets_have_a_limit(remade: Callable[..., Flask]) -> None:
    """The real one: each of them is work for some seconds, and lies in the store for a while."""
    browser = remade(rate_limit_factor=1).test_client()
    answers = [browser.post("/enterprise/imports/new/product").status_code for _ in range(11)]
    assert (answers.count(429), answers[-1]) == (1, 429)


# Being told to wait


def test_the_one_too_many_is_told_to_wait_and_how_long(limited: Flask) -> None:
    browser = limited.test_client()
    assert statuses(browser, 3) == [400] * 3
    with capture_logs() as logs:
        answer = browser.post("/account/login", data=NO_KEY)
    assert answer.status_code == 429
    assert answer.page.heading == "操作太频繁"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "Set-Cookie" not in answer.headers
    assert {"event": "limit", "limit": "low", "client": "127.0.0.1", "path": "/account/login"}.items() <= logs[
        0
    ].items()
    assert len(answer.statements) == 0, "whoever is told to wait asks nothing of the database"
    assert browser.get("/account/login").status_code == 200  # The page itself costs nothing.


def test_counts_say_nothing_of_themselves_as_long_as_all_is_well(limited: Flask) -> None:
    answer = limited.test_client().get("/verify")
    assert not [name for name, _ in answer.headers if "limit" in name.lower() or name == "Retry-After"]


def test_a_public_page_that_is_refused_is_kept_by_no_cache_and_sets_no_cookie(limited: Flask) -> None:
    browser = limited.test_client()
    for _ in range(3):
        assert browser.get("/verify?q=x").status_code == 404
    for answer in (browser.get("/verify?lang=en"), browser.head("/verify")):
        assert answer.status_code == 429
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Set-Cookie" not in answer.headers
        assert int(answer.headers["Retry-After"]) >= 1
    assert browser.get("/").status_code == 200


def test_each_address_counts_for_itself(limited: Flask) -> None:
    assert statuses(from_address(limited, "203.0.113.1")) == [400, 400, 400, 429]
    assert statuses(from_address(limited, "203.0.113.2")) == [400, 400, 400, 429]


def test_a_household_has_one_address(limited: Flask) -> None:
    """Whoever has an IPv6 connection has 2⁶⁴ addresses, and those behind an IPv4 socket may be written as IPv6."""
    assert statuses(from_address(limited, "2001:db8:1:2::1"), 3) == [400] * 3
    assert statuses(from_address(limited, "2001:db8:1:2:ffff:ffff:ffff:ffff"), 1) == [429]
    assert statuses(from_address(limited, "2001:db8:1:3::1"), 1) == [400]
    assert statuses(from_address(limited, "203.0.113.1"), 3) == [400] * 3
    assert statuses(from_address(limited, "::ffff:203.0.113.1"), 1) == [429]


@pytest.mark.parametrize("address", ["", "/run/socket", "unix:"])
def test_who_cannot_be_told_apart_is_counted_as_one(site: Site, address: str) -> None:
    with site.app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert request.remote_addr == address
        assert limits.client() == "unknown"


def test_the_address_is_the_one_the_trusted_proxy_has_seen(low: None, remade: Callable[..., Flask]) -> None:
    """A stranger who writes the header himself stays one stranger."""
    browser = remade(rate_limit_factor=1, trusted_proxies=1).test_client()
    for number in range(3):
        headers = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.1"}
        assert browser.post("/account/login", data=NO_KEY, headers=headers).status_code == 400
    headers = {"X-Forwarded-For": "198.51.100.99, 203.0.113.1"}
    assert browser.post("/account/login", data=NO_KEY, headers=headers).status_code == 429
    headers = {"X-Forwarded-For": "203.0.113.1, 203.0.113.2"}
    assert browser.post("/account/login", data=NO_KEY, headers=headers).status_code == 400


def test_the_real_limit_of_signing_in(remade: Callable[..., Flask]) -> None:
    told = statuses(remade(rate_limit_factor=1).test_client(), SIGN_IN.per_minute + 1)
    assert told == [400] * SIGN_IN.per_minute + [429]


def test_the_hour_counts_as_well_and_says_so(remade: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, ("POST", "security.login"), Limit("hourly", 100, 3))
    browser = remade(rate_limit_factor=1).test_client()
    assert statuses(browser) == [400, 400, 400, 429]
    assert int(browser.post("/account/login", data=NO_KEY).headers["Retry-After"]) > 60


def test_a_long_form_is_given_back(remade: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, ("POST", "account.register"), replace(REGISTRATION, per_minute=1))
    browser = remade(rate_limit_factor=1).test_client()
    page = browser.get("/account/register").page
    form = next(form for form in page.forms if form.get("action").startswith("/account/register"))
    typed = {name: value for name, value in Form(page, form).entries({"email": "typed@test.example"}) if value}
    assert send(browser, typed).status_code != 429
    answer = send(browser, typed)
    assert answer.status_code == 429
    assert answer.page.heading == "填写的内容还在"
    assert "typed@test.example" in answer.page.text
    assert "操作太频繁" in answer.page.text
    assert "Retry-After" in answer.headers
    # A foreign site's form is not given back.
    assert send(browser, {"email": "typed@test.example"}).page.heading == "操作太频繁"


def send(browser: Browser, typed: dict[str, str]) -> TestResponse:
    return browser.post("/account/register", data=typed, headers={"Referer": f"{ORIGIN}/account/register"})


def test_a_popular_product_is_scanned_by_a_crowd(site: Site, tmp_path: Path, remade: Callable[..., Flask]) -> None:
    """All of a carrier's customers may come from one address."""
    certified(site, tmp_path)
    with site.app.app_context():
        code = db.session.query(Certificate).one().code
    app = remade(rate_limit_factor=1)
    app.test_client_class = None  # The harness would look at every page.
    browser = app.test_client()
    told = {browser.get(f"/c/{code}", base_url=ORIGIN).status_code for _ in range(300)}
    assert told == {200}


# In Redis


def test_processes_count_together_in_redis(low: None, store: str, remade: Callable[..., Flask]) -> None:
    one, other = (remade(rate_limit_factor=1, rate_limit_store=store) for _ in range(2))
    assert statuses(one.test_client(), 2) == [400, 400]
    assert statuses(other.test_client(), 2) == [400, 429]
    answer = one.test_client().post("/account/login", data=NO_KEY)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    with redis.Redis.from_url(store) as client:
        keys = client.keys("*")
        assert len(keys) == 1
        assert b"santong.example.gov.cn" in keys[0]
        assert 0 < client.ttl(keys[0]) <= 60  # Nothing is kept for longer than it counts.


def test_without_redis_each_process_counts_for_itself(low: None, remade: Callable[..., Flask]) -> None:
    """No error, and no open door."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    app = remade(rate_limit_factor=1, rate_limit_store=f"redis://127.0.0.1:{port}/0")
    browser = app.test_client()
    assert statuses(browser) == [400, 400, 400, 429]
    assert int(browser.post("/account/login", data=NO_KEY).headers["Retry-After"]) >= 1
    assert browser.get("/verify").status_code == 200


def test_a_redis_that_keeps_silent_holds_up_only_once(low: None, remade: Callable[..., Flask]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = remade(rate_limit_factor=1, rate_limit_store=f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        assert statuses(app.test_client()) == [400, 400, 400, 429]


def test_redis_that_goes_away_between_count_and_answer_costs_accuracy_only(
    limited: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = limited.test_client()
    assert statuses(browser, 3) == [400] * 3

    def away(*_: object) -> None:
        raise limits.StorageError(OSError("gone"))

    limiter = limited.extensions["registry_limits"].limiter
    monkeypatch.setattr(type(limiter), "get_window_stats", away)
    assert browser.post("/account/login", data=NO_KEY).headers["Retry-After"] == "60"
