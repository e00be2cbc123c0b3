"""What the settings do to the site: secrets, cookies, proxies, the footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import request

from registry.app import create_app
from registry.config import ConfigurationError, load_settings
from registry.config import Site as SiteFacts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from tests.harness import Browser

NEW_KEY, OLD_KEY = "n" * 32, "o" * 32
SECRETS = {
    "SECRET_KEYS": f"{NEW_KEY} {OLD_KEY}",
    "PASSWORD_SALT": "salt",
    "PUBLIC_URL": "https://santong.example.gov.cn/",
}


@pytest.mark.parametrize("missing", SECRETS)
def test_production_does_not_start_without_its_secrets(missing: str, tmp_path: Path) -> None:
    env = {"DATA_DIR": str(tmp_path), **SECRETS}
    del env[missing]
    with pytest.raises(ConfigurationError, match=f"{missing} is not set"):
        load_settings(env)
    for blank in ("", "  "):
        with pytest.raises(ConfigurationError, match=missing):
            load_settings(env | {missing: blank})


def test_production_starts_with_them(tmp_path: Path) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path), **SECRETS})
    assert settings.environment == "production"
    assert settings.secret_keys == (NEW_KEY, OLD_KEY)
    assert settings.public_url == "https://santong.example.gov.cn"
    assert settings.official_domain == "santong.example.gov.cn"
    assert not (tmp_path / "development-secret").exists()


@pytest.mark.parametrize(
    ("name", "value"), [("REGISTRY_ENV", "prod"), ("TRUSTED_PROXIES", "one"), ("MAX_UPLOAD_BYTES", "-1")]
)
def test_a_setting_that_cannot_be_used_stops_the_start(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=name):
        load_settings({"DATA_DIR": str(tmp_path), **SECRETS, name: value})


def test_development_needs_nothing_and_keeps_its_secret(tmp_path: Path) -> None:
    env = {"REGISTRY_ENV": "development", "DATA_DIR": str(tmp_path / "new"), "PORT": "8123"}
    first, second = load_settings(env), load_settings(env)
    assert first.is_development
    assert first.secret_keys == second.secret_keys
    assert len(first.secret_keys[0]) >= 32
    assert first.public_url == "http://localhost:8123"


def test_on_https_cookies_are_locked_to_the_host(browser: Browser) -> None:
    answer = browser.get("/account/login")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    # The rest is checked on every answer by the harness.


def test_on_http_the_site_can_be_tried(remade: Callable[..., Flask]) -> None:
    app = remade(public_url="http://127.0.0.1:8000", environment="development")
    app.test_client_class = None
    answer = app.test_client().get("/account/login")
    assert answer.headers["Set-Cookie"].startswith("session=")
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in answer.headers


def test_a_trusted_proxy_is_believed_and_others_are_not(remade: Callable[..., Flask]) -> None:
    app = remade(trusted_proxies=1)
    app.test_client_class = None
    seen = []
    app.before_request(lambda: seen.append(_client()))
    headers = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"}
    app.test_client().get("/", headers=headers)
    assert seen == [("198.51.100.7", "https")]


def _client() -> tuple[str | None, str]:
    return request.remote_addr, request.scheme


def test_the_footer_says_who_runs_the_site(remade: Callable[..., Flask]) -> None:
    facts = SiteFacts(
        name="测试市三同平台",
        organiser="测试市市场监督管理局",
        contact="0573-12345",
        icp="浙ICP备00000000号",
        police_record="浙公网安备 33000000000000号",
        site_code="3304000000",
        report_error_url="https://beian.miit.gov.cn/x",
    )
    app = remade(site=facts, demonstration=True)
    page = app.test_client().get("/").page
    assert page.title.endswith("测试市三同平台")
    for said in ("测试市市场监督管理局", "0573-12345", "浙ICP备", "浙公网安备", "3304000000", "数据均为虚构"):
        assert said in page.text
    assert "Santong Registry" in app.test_client().get("/?lang=en").page.title


def test_wsgi_starts_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (SECRETS | {"DATA_DIR": str(tmp_path), "REGISTRY_ENV": "development"}).items():
        monkeypatch.setenv(name, value)
    app = create_app()
    assert app.config["SECRET_KEY"] == NEW_KEY
    assert app.config["SECRET_KEY_FALLBACKS"] == [OLD_KEY]
