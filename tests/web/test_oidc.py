"""Signing in at an identity service: the whole flow over a socket, and everything that must not be believed."""

from __future__ import annotations

import urllib.request
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from registry.infrastructure.database import db
from registry.models import AuditEvent, Identity, SignIn, User
from tests.conftest import ENGINES
from tests.factories.world import PASSWORD
from tests.harness import ORIGIN
from tests.identity_service import CLIENT, SECRET, IdentityProvider, identity_provider
from tests.web import journey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from tests.conftest import Site
    from tests.harness import Browser, Page


@pytest.fixture
def provider(site: Site) -> Iterator[IdentityProvider]:
    with identity_provider(site.clock.now) as found:
        yield found


@pytest.fixture
def app(provider: IdentityProvider, remade: Callable[..., Flask]) -> Flask:
    return remade(
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_strong_acr=("urn:example:loa:3", "mfa"),
    )


@pytest.fixture
def browser(app: Flask, provider: IdentityProvider) -> Browser:
    found = app.test_client()
    found.foreign = {urlsplit(provider.issuer).netloc}
    return found


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def at_the_service(address: str) -> str:
    """Sign in there; gives where the browser is sent back to."""
    try:
        urllib.request.build_opener(_Stay).open(address)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError("no redirect")


def come_back(browser: Browser, target: str = "") -> Page:
    """Go there and back, up to the page that passes on what was given."""
    address = browser.get(f"/account/oidc{target}").location
    back = at_the_service(address)
    assert back.startswith(f"{ORIGIN}/account/oidc/return?")
    return browser.get(back.removeprefix(ORIGIN)).page


def sign_in(browser: Browser, target: str = "") -> Page:
    return browser.submit(come_back(browser, target), "继续登录").page


def linked(site: Site, user_id: int, provider: IdentityProvider) -> None:
    with site.app.app_context():
        row = Identity(user_id=user_id, issuer=provider.issuer, subject=provider.subject, linked_at=site.clock.now())
        db.session.add(row)
        db.session.commit()


def signed_in_as(site: Site) -> list[tuple[int, str, bool]]:
    with site.app.app_context():
        return [(row.user_id, row.factors, row.strong) for row in db.session.query(SignIn).order_by(SignIn.id)]


def test_there_is_no_button_without_a_service(site: Site) -> None:
    browser = site.app.test_client()
    assert "统一身份认证" not in browser.get("/account/login").page.text
    assert browser.get("/account/oidc").status_code == 404
    assert browser.get("/account/oidc/return?code=x").status_code == 404


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_an_unknown_account_is_linked_once_and_signs_in_ever_after(
    site: Site, browser: Browser, app: Flask, provider: IdentityProvider
) -> None:
    assert browser.get("/account/login").page.link("省统一身份认证") == "/account/oidc"
    page = sign_in(browser)
    assert page.heading == "登录"
    assert "请再登录一次" in page.text
    assert signed_in_as(site) == []
    page = browser.submit(page, "登录", {"email": site.world.emails[site.world.owner], "password": PASSWORD}).page
    assert page.heading == "关联统一身份认证"
    assert "测试省平台用户" in page.text
    page = browser.submit(page, "关联这两个账号").page
    assert "已关联" in page.text
    with site.app.app_context():
        assert db.session.query(Identity).one().user_id == site.world.owner
        assert db.session.query(AuditEvent).filter_by(tag="account:identity:link").count() == 1

    later = app.test_client()
    later.foreign = browser.foreign
    page = sign_in(later, "?next=/enterprise/products")
    assert page.address.startswith("/enterprise/products")
    assert signed_in_as(site)[-1] == (site.world.owner, "oidc", False)
    page = later.get("/account/sessions").page
    assert "未关联" not in page.text
    page = later.submit(page, "取消关联").page
    assert "已取消关联" in page.text
    assert sign_in(_fresh(app, browser)).heading == "登录"


def _fresh(app: Flask, like: Browser) -> Browser:
    found = app.test_client()
    found.foreign = like.foreign
    return found


def test_a_mail_address_links_nothing(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    provider.claims = {"email": site.world.emails[site.world.owner], "email_verified": True}
    assert sign_in(browser).heading == "登录"
    assert signed_in_as(site) == []


def test_who_does_not_want_it_is_not_linked(site: Site, browser: Browser) -> None:
    page = sign_in(browser)
    values = {"email": site.world.emails[site.world.owner], "password": PASSWORD}
    page = browser.submit(page, "登录", values).page
    assert browser.submit(page, "不关联").request.path == "/enterprise/"
    assert browser.go("/account/oidc/link").request.path == "/enterprise/"
    with site.app.app_context():
        assert db.session.query(Identity).count() == 0


def test_one_account_there_belongs_to_one_here(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    page = sign_in(browser)
    linked(site, site.world.other_owner, provider)
    values = {"email": site.world.emails[site.world.owner], "password": PASSWORD}
    page = browser.submit(page, "登录", values).page
    assert "已关联另一个账号" in browser.submit(page, "关联这两个账号").page.text


def test_staff_need_a_second_factor_all_the_same(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    linked(site, site.world.county_reviewer, provider)
    page = sign_in(browser)
    assert page.heading == "第二重验证"
    email = site.world.emails[site.world.county_reviewer]
    page = browser.submit(page, "验证并登录", {"code": browser.code_for(email)}).page
    assert page.heading == "待审事项"
    assert signed_in_as(site) == [(site.world.county_reviewer, "oidc+totp", True)]


@pytest.mark.parametrize("claims", [{"acr": "urn:example:loa:3"}, {"amr": ["pwd", "mfa"]}])
def test_two_factors_there_are_two_factors_here(
    site: Site, browser: Browser, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    linked(site, site.world.county_reviewer, provider)
    provider.claims = claims
    assert sign_in(browser).heading == "待审事项"
    assert signed_in_as(site) == [(site.world.county_reviewer, "oidc2", True)]


@pytest.mark.parametrize(("auth_time", "is_fresh"), [({}, True), ({"auth_time": None}, False)])
def test_a_sign_in_there_of_unknown_age_is_no_fresh_proof(
    site: Site, browser: Browser, provider: IdentityProvider, auth_time: dict[str, Any], *, is_fresh: bool
) -> None:
    linked(site, site.world.security_admin, provider)
    provider.claims = {"acr": "urn:example:loa:3"} | auth_time
    sign_in(browser)
    assert signed_in_as(site) == [(site.world.security_admin, "oidc2", True)]
    answer = browser.forge(f"/admin/staff/{site.world.publisher}/deactivate")
    assert answer.location.startswith("/account/confirm") is not is_fresh


def test_a_barred_person_stays_out(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    linked(site, site.world.owner, provider)
    with site.app.app_context():
        db.session.get_one(User, site.world.owner).active = False
        db.session.commit()
    assert sign_in(browser).heading == "登录"
    assert signed_in_as(site) == []


def _minutes(number: int) -> Callable[[Site], int]:
    return lambda site: int((site.clock.now() + timedelta(minutes=number)).timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-site"},
        {"aud": None},
        {"aud": [CLIENT, "another-site"]},
        {"aud": [CLIENT, "another-site"], "azp": "another-site"},
        {"exp": _minutes(-2)},
        {"exp": None},
        {"iat": _minutes(20)},
        {"auth_time": _minutes(-5)},
        {"auth_time": "x"},
        {"auth_time": True},
        {"sub": None},
        {"sub": ""},
    ],
    ids="-".join,
)
def test_what_the_token_says_must_be_right(
    site: Site, browser: Browser, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    linked(site, site.world.owner, provider)
    provider.claims = {name: value(site) if callable(value) else value for name, value in claims.items()}
    page = sign_in(browser)
    assert "统一身份认证没有成功" in page.text
    assert signed_in_as(site) == []
    with site.app.app_context():
        event = db.session.query(AuditEvent).filter_by(tag="account:session:refuse").one()
        assert event.payload == {"reason": "oidc"}


def test_only_the_services_own_key_signs(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    linked(site, site.world.owner, provider)
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert "统一身份认证没有成功" in sign_in(browser).text
    provider.signs_with, provider.algorithm = OctKey.import_key(SECRET * 2), "HS256"
    assert "统一身份认证没有成功" in sign_in(browser).text
    provider.signs_with, provider.algorithm = None, "RS256"
    assert sign_in(browser).heading != "登录"


def test_the_service_may_change_its_key(site: Site, browser: Browser, app: Flask, provider: IdentityProvider) -> None:
    linked(site, site.world.owner, provider)
    sign_in(browser)
    provider.key = RSAKey.generate_key(2048, {"kid": "two"})
    assert sign_in(_fresh(app, browser)).heading != "登录"


def test_a_code_of_another_browser_is_refused(
    site: Site, browser: Browser, app: Flask, provider: IdentityProvider
) -> None:
    """Otherwise somebody could sign a stranger in as himself, and read what the stranger then files."""
    linked(site, site.world.other_owner, provider)
    back = at_the_service(browser.get("/account/oidc").location)
    query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    victim = _fresh(app, browser)
    victim.get("/account/oidc")
    for given in (query, query | {"state": ""}, query | {"state": "é"}):
        answer = victim.forge("/account/oidc/finish", given)
        assert "统一身份认证没有成功" in victim.get(answer.location).page.text
    assert signed_in_as(site) == []


def test_a_code_works_once(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    linked(site, site.world.owner, provider)
    page = come_back(browser)
    browser.submit(page, "继续登录")
    browser.sign_out()
    data = {name: page.all("input", name=name)[0].get("value") for name in ("code", "state")}
    answer = browser.forge("/account/oidc/finish", data)
    assert answer.location == "/account/login"
    assert len(signed_in_as(site)) == 1


def test_too_long_on_the_way_is_too_long(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    linked(site, site.world.owner, provider)
    page = come_back(browser)
    site.clock.moment += timedelta(minutes=11)
    assert "统一身份认证没有成功" in browser.submit(page, "继续登录").page.text


def test_a_service_that_refuses_or_is_away_or_is_another_one(
    site: Site, browser: Browser, provider: IdentityProvider, app: Flask
) -> None:
    answer = browser.get("/account/oidc/return?error=access_denied&state=x")
    assert "统一身份认证没有成功" in browser.get(answer.location).page.text
    provider.described_as = "https://evil.example"
    answer = browser.get("/account/oidc")
    assert answer.location == "/account/login"
    app.extensions["registry"].identity.issuer = "http://127.0.0.1:9"
    assert browser.get("/account/oidc").location == "/account/login"


def test_a_code_that_the_service_does_not_know(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    linked(site, site.world.owner, provider)
    page = come_back(browser)
    provider.codes.clear()
    assert "统一身份认证没有成功" in browser.submit(page, "继续登录").page.text


@pytest.mark.parametrize("keys", ["fail", [], {"keys": []}, {"keys": "x"}])
def test_without_its_keys_nothing_is_believed(
    site: Site, browser: Browser, provider: IdentityProvider, keys: Any
) -> None:
    linked(site, site.world.owner, provider)
    provider.keys = keys
    browser.may_fail = False
    answer = browser.get("/account/oidc")
    if answer.location != "/account/login":
        page = browser.get(at_the_service(answer.location).removeprefix(ORIGIN)).page
        assert "统一身份认证没有成功" in browser.submit(page, "继续登录").page.text
    provider.keys = None
    assert sign_in(browser).heading != "登录"


def test_the_secret_is_sent_to_no_other_place(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    provider.token_endpoint = "ftp://evil.example/token"
    page = come_back(browser)
    assert "统一身份认证没有成功" in browser.submit(page, "继续登录").page.text


def test_others_links_are_not_ones_own(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    linked(site, site.world.other_owner, provider)
    owner = journey.signed_in(site, site.world.owner)
    assert owner.forge("/account/oidc/1/unlink").status_code == 404


def test_linking_from_the_account_page(site: Site, browser: Browser, provider: IdentityProvider) -> None:
    browser.set_cookie(
        "__Host-session", journey.session_cookie(site, site.world.owner), domain="santong.example.gov.cn"
    )
    assert browser.get("/account/sessions").page.link("关联") == "/account/oidc"
    page = sign_in(browser)
    assert page.heading == "关联统一身份认证"
    browser.submit(page, "关联这两个账号")
    with site.app.app_context():
        assert db.session.query(Identity).one().user_id == site.world.owner
