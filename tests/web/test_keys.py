"""A new key signs at once, the old one is accepted until it is taken away, and nobody notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from itsdangerous import BadSignature, Serializer, URLSafeTimedSerializer

from registry.web import kept
from tests.harness import COOKIE, HOST, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.harness import Browser, Page

OLD, MIDDLE, NEW = "test-key-2", "test-key-3", "test-key-4"
TYPED = {"name": "换密钥时输入的杯子", "category": "consumer", "model": "x"}


@pytest.fixture
def page(owner: Browser) -> Page:
    """A form that stands open while the key is changed."""
    return owner.get("/enterprise/products/new").page


@pytest.fixture
def rotated(remade: Callable[..., Flask]) -> Flask:
    """The site after a restart with a new key in front."""
    return remade(secret_keys=(MIDDLE, OLD))


def take_over(owner: Browser, app: Flask) -> Browser:
    """The owner's browser, which meets another process."""
    browser = app.test_client()
    browser.set_cookie(COOKIE, owner.get_cookie(COOKIE, domain=HOST).value, domain=HOST)
    return browser


def tokens(app: Flask) -> dict[str, Serializer]:
    """What the accounts library signs with: letters, second factors, passkeys."""
    found = {name: value for name, value in vars(app.extensions["security"]).items() if isinstance(value, Serializer)}
    assert {"reset_serializer", "confirm_serializer", "tf_validity_serializer", "wan_serializer"} <= found.keys()
    return found


def test_a_session_goes_on(owner: Browser, rotated: Flask) -> None:
    assert take_over(owner, rotated).get("/enterprise/").status_code == 200


def test_an_open_form_goes_through(owner: Browser, page: Page, rotated: Flask) -> None:
    """Its key and its owner's number were signed with the old one."""
    answer = take_over(owner, rotated).submit(page, "保存产品", TYPED)
    assert answer.page.heading == TYPED["name"]


def test_the_session_is_signed_anew_and_survives_the_end_of_the_old_key(
    owner: Browser, rotated: Flask, remade: Callable[..., Flask]
) -> None:
    later = take_over(owner, rotated)
    later.get("/enterprise/?lang=en")  # Whatever is written into the session signs it.
    assert take_over(later, remade(secret_keys=(NEW, MIDDLE))).get("/enterprise/").status_code == 200


def test_without_the_old_key_all_of_it_is_over(owner: Browser, page: Page, remade: Callable[..., Flask]) -> None:
    """A key that has become known is taken out at once, and everybody signs in again."""
    later = take_over(owner, remade(secret_keys=(NEW, MIDDLE)))
    assert later.get("/enterprise/").location.startswith("/account/login")
    answer = later.press(page, "保存产品", TYPED)
    assert answer.status_code in {302, 400}


def test_a_kept_form_is_known_again(rotated: Flask, remade: Callable[..., Flask]) -> None:
    before = remade(secret_keys=(OLD,))
    with before.test_request_context(base_url=ORIGIN):
        token = kept.owner_token()
    with rotated.test_request_context(base_url=ORIGIN, method="POST", data={kept.OWNER_FIELD: token}):
        assert kept._owner() == 0
        newer = kept.owner_token()
    assert URLSafeTimedSerializer(MIDDLE, salt="form-owner").loads(newer) == 0


def test_letters_sent_before_still_work_and_new_ones_outlive_the_old_key(
    rotated: Flask, remade: Callable[..., Flask]
) -> None:
    before, after = tokens(remade(secret_keys=(OLD,))), tokens(remade(secret_keys=(NEW, MIDDLE)))
    for name, signer in tokens(rotated).items():
        assert signer.loads(before[name].dumps("x")) == "x", name
        assert after[name].loads(signer.dumps("x")) == "x", name
        with pytest.raises(BadSignature):
            after[name].loads(before[name].dumps("x"))


def test_what_signs_is_the_newest(rotated: Flask) -> None:
    """It would be easy to have the order wrong: the library under all of these signs with the last of a list."""
    alone = {name: type(signer)(MIDDLE, salt=signer.salt) for name, signer in tokens(rotated).items()}
    for name, signer in tokens(rotated).items():
        assert alone[name].loads(signer.dumps("x")) == "x", name
    assert rotated.config["SECRET_KEY"] == MIDDLE
    assert rotated.config["SECRET_KEY_FALLBACKS"] == [OLD]
    assert rotated.config["WTF_CSRF_SECRET_KEY"] == [OLD, MIDDLE]
