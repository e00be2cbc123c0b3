"""Signing in as people do it: told to wait, a code from an app, a passkey of the browser, a recovery code."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import zxingcpp
from PIL import Image

from registry.domain.sign_in import FREE_FAILURES
from registry.infrastructure.database import db
from registry.models import User
from tests.browser.visitor import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Visitor

    Arrive = Callable[..., Visitor]


def without_second_factor(site: LiveSite, user_id: int) -> str:
    with site.app.app_context():
        db.session.get_one(User, user_id).tf_totp_secret = None
        db.session.commit()
    return site.world.emails[user_id]


def code_of(site: LiveSite, shown: str) -> str:
    authenticator = site.app.extensions["registry"].authenticator
    return authenticator.code("".join(shown.split()))[0]


def scanned(picture: bytes) -> str:
    """What a phone reads from the screen."""
    (symbol,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    assert symbol.text.startswith("otpauth://totp/")
    return symbol.text


def with_authenticator(visitor: Visitor) -> None:
    """Give this browser a fingerprint reader that always finds its owner's finger."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_whoever_mistypes_too_often_is_asked_to_wait(site: LiveSite, arrive: Arrive) -> None:
    visitor = arrive(PHONE)
    email = site.world.emails[site.world.owner]
    visitor.open("/account/login")
    visitor.look("sign-in", dark=True)
    for _ in range(FREE_FAILURES + 1):
        visitor.give_account(email, "a wrong password")
        assert visitor.reads("邮箱或密码不正确。")
    assert visitor.reads("请在 30 秒后再试")
    visitor.look("sign-in-locked")
    visitor.give_account(email)
    assert visitor.path == "/account/login"
    site.clock.moment += timedelta(seconds=30)
    visitor.give_account(email)
    visitor.page.wait_for_url("**/enterprise/")


def test_staff_set_up_an_app_and_use_it_and_its_recovery_codes(site: LiveSite, arrive: Arrive, screen: object) -> None:
    email = without_second_factor(site, site.world.county_reviewer)
    visitor = arrive(screen)
    visitor.open("/account/login")
    visitor.give_account(email)
    assert visitor.reads("请先设置第二重验证")
    visitor.look("second-factors", dark=True)
    visitor.open("/review/")
    assert visitor.path == "/account/second-factor"
    visitor.link("设置验证器应用").click()
    secret = visitor.page.locator("main code").first.inner_text()
    assert "".join(secret.split()) in scanned(visitor.page.locator("main img").screenshot())
    visitor.look("set-up-app", dark=True)
    visitor.fill({"code": code_of(site, secret)})
    visitor.press("开启动态码验证")
    assert visitor.reads("恢复码只显示这一次")
    recovery = visitor.page.locator("main li code").all_inner_texts()
    assert len(recovery) == 10
    visitor.look("recovery-codes")
    visitor.link("已保存，继续").click()
    visitor.page.wait_for_url("**/review/")
    visitor.sign_out()

    for typed in (code_of(site, secret), recovery[0].lower()):
        site.clock.moment += timedelta(seconds=30)
        shown = code_of(site, secret) if typed.isdigit() else typed
        visitor.open("/account/login")
        visitor.give_account(email)
        assert visitor.reads("第二重验证")
        visitor.look("second-factor")
        visitor.fill({"code": shown})
        visitor.press("验证并登录")
        visitor.page.wait_for_url("**/review/")
        visitor.sign_out()


def test_a_passkey_of_the_browser(site: LiveSite, arrive: Arrive) -> None:
    visitor = arrive()
    with_authenticator(visitor)
    visitor.sign_in(site.world.owner)
    visitor.open("/account/sessions")
    visitor.look("account-security", dark=True)
    visitor.link("管理第二重验证").click()
    visitor.press("添加通行密钥")
    visitor.fill({"name": "测试电脑"})
    visitor.look("add-passkey")
    visitor.press("添加通行密钥")
    assert visitor.reads("恢复码只显示这一次")
    visitor.link("已保存，继续").click()
    visitor.sign_out()

    site.clock.moment += timedelta(seconds=10)
    visitor.open("/account/login")
    visitor.press("用通行密钥登录")
    visitor.page.wait_for_url("**/enterprise/")
    visitor.sign_out()

    site.clock.moment += timedelta(seconds=10)
    visitor.open("/account/login")
    visitor.give_account(site.world.emails[site.world.owner])
    visitor.press("用通行密钥验证")
    visitor.page.wait_for_url("**/enterprise/")

    site.clock.moment += timedelta(minutes=20)
    visitor.open("/account/second-factor")
    visitor.press("生成新的恢复码")
    assert visitor.reads("请确认是您本人")
    visitor.look("confirm", dark=True)
    visitor.press("用通行密钥确认")
    assert visitor.reads("已确认，请继续")
    visitor.press("继续")
    assert visitor.reads("恢复码只显示这一次")


def test_without_a_passkey_the_page_says_so(site: LiveSite, arrive: Arrive) -> None:
    visitor = arrive()
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")  # A browser without any authenticator.
    visitor.open("/account/login")
    visitor.page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error()) }")
    visitor.press("用通行密钥登录")
    assert visitor.reads("没有完成。请再试一次，或换一种方式。")


def test_without_script_the_passkey_button_is_dead_and_says_why(site: LiveSite, arrive: Arrive) -> None:
    visitor = arrive(java_script_enabled=False)
    visitor.open("/account/login")
    assert visitor.button("用通行密钥登录").is_disabled()
    assert visitor.reads("并允许脚本运行")
    visitor.sign_in(site.world.county_reviewer)
    assert visitor.heading == "待审事项"
