from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry.config import PROJECT_ROOT, SHORTEST_KEY, ConfigurationError, Settings, load_settings

NEW_KEY, OLD_KEY = "n" * SHORTEST_KEY, "o" * SHORTEST_KEY
PRODUCTION = {
    "SECRET_KEYS": f"{NEW_KEY} {OLD_KEY}",
    "PASSWORD_SALT": "salt",
    "PUBLIC_URL": "https://santong.example.gov.cn/",
}


def test_production_reads_everything_it_is_given(tmp_path: Path) -> None:
    found = load_settings(
        PRODUCTION
        | {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": "postgresql+psycopg://a/b",
            "DATABASE_READ_URL": "postgresql+psycopg://c/d",
            "FONTS_DIR": str(tmp_path / "fonts"),
            "TRUSTED_PROXIES": "2",
            "SITE_ORGANISER": "虚构市市场监督管理局",
            "SMTP_URL": "smtps://mail.example",
            "MAX_UPLOAD_BYTES": "1000",
        }
    )
    assert found.environment == "production"
    assert found.secret_keys == (NEW_KEY, OLD_KEY)
    assert (found.public_url, found.official_domain) == ("https://santong.example.gov.cn", "santong.example.gov.cn")
    assert (found.database_url, found.database_read_url) == ("postgresql+psycopg://a/b", "postgresql+psycopg://c/d")
    assert (found.data_dir, found.files_dir) == (tmp_path, tmp_path / "files")
    assert (found.trusted_proxies, found.max_upload_bytes) == (2, 1000)
    assert found.site.organiser == "虚构市市场监督管理局"
    assert not found.is_development
    assert not found.demonstration
    assert list(tmp_path.iterdir()) == []  # No secret is left lying about.


@pytest.mark.parametrize("name", PRODUCTION)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_production_does_not_start_without_its_secrets(name: str, value: str | None) -> None:
    environ = {key: text for key, text in PRODUCTION.items() if key != name} | ({} if value is None else {name: value})
    with pytest.raises(ConfigurationError, match=f"{name} is not set"):
        load_settings(environ)


def test_a_forgotten_environment_is_production() -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_URL"):
        load_settings({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGISTRY_ENV", "prod"),
        ("REGISTRY_ENV", "testing"),
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "-1"),
        ("MAX_UPLOAD_BYTES", "1.5"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is '{value}'"):
        load_settings(PRODUCTION | {name: value})


def test_what_stands_around_the_site_is_named(tmp_path: Path) -> None:
    given = PRODUCTION | {
        "DATA_DIR": str(tmp_path),
        "ALLOWED_HOSTS": " www.example.gov.cn  10.0.0.7 [2001:db8::1] ",
        "HSTS_SUBDOMAINS": "1",
        "RATE_LIMIT_STORE": "rediss://:word@cache.example:6380/1",
        "CLAMAV_SOCKET": "/run/clamav/clamd.ctl",
        "SIGNATURE_ROOTS": "/etc/santong-registry/roots.pem",
    }
    found = load_settings(given)
    assert found.allowed_hosts == ("www.example.gov.cn", "10.0.0.7", "[2001:db8::1]")
    assert found.hosts == ("santong.example.gov.cn", *found.allowed_hosts)
    assert found.hsts_subdomains
    assert found.rate_limit_store == "rediss://:word@cache.example:6380/1"
    assert found.clamav_socket == "/run/clamav/clamd.ctl"
    assert load_settings(given | {"CLAMAV_SOCKET": "[::1]:3310"}).clamav_socket == "[::1]:3310"
    assert found.signature_roots == Path("/etc/santong-registry/roots.pem")
    plain = load_settings(PRODUCTION | {"DATA_DIR": str(tmp_path)})
    assert plain.hosts == ("santong.example.gov.cn",)
    assert (plain.hsts_subdomains, plain.rate_limit_store, plain.clamav_socket) == (False, "", "")
    assert plain.signature_roots is None
    assert plain.rate_limit_factor == 1, "no environment variable may raise the limits"
    assert load_settings(given | {"RATE_LIMIT_FACTOR": "1000"}).rate_limit_factor == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "https://www.example.gov.cn"),
        ("ALLOWED_HOSTS", "www.example.gov.cn:443"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "a,b"),
        ("RATE_LIMIT_STORE", "127.0.0.1:6379"),
        ("URL_PREFIX", "santong"),
        ("URL_PREFIX", "//evil.example"),
        ("RATE_LIMIT_STORE", "memcached://127.0.0.1"),
        ("RATE_LIMIT_STORE", "redis://"),
        ("CLAMAV_SOCKET", "clamd.ctl"),
        ("CLAMAV_SOCKET", "127.0.0.1"),
        ("CLAMAV_SOCKET", "127.0.0.1:port"),
        ("SIGNATURE_ROOTS", "roots.pem"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        load_settings(PRODUCTION | {name: value})


def test_the_password_of_the_counter_is_in_no_message() -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_settings(PRODUCTION | {"RATE_LIMIT_STORE": "http://:hidden@cache.example"})
    assert "hidden" not in str(refused.value)


def test_a_developer_may_use_the_names_of_this_machine(tmp_path: Path) -> None:
    found = load_settings({"REGISTRY_ENV": "development", "DATA_DIR": str(tmp_path)})
    assert {"localhost", "127.0.0.1", "[::1]"} <= set(found.hosts)


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="at least 32 characters"):
        load_settings(PRODUCTION | {"SECRET_KEYS": f"{NEW_KEY} short"})


@pytest.mark.parametrize(
    "address",
    [
        "http://santong.example.gov.cn",  # What is printed for ever must be secure,
        "santong.example.gov.cn",
        "https://",
        "ftp://santong.example.gov.cn",
        "https://santong.example.gov.cn/registry",  # and is only ever HOST/c/CODE.
        "https://santong.example.gov.cn?x",
        "https://santong.example.gov.cn#x",
    ],
)
def test_a_wrong_public_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_URL is"):
        load_settings(PRODUCTION | {"PUBLIC_URL": address})


def test_a_developers_copy_needs_nothing_and_keeps_its_secret(tmp_path: Path) -> None:
    environ = {"REGISTRY_ENV": "development", "DATA_DIR": str(tmp_path / "var"), "PORT": "8123"}
    found = load_settings(environ)
    assert found.is_development
    assert found.public_url == "http://localhost:8123"
    assert found.database_url == found.database_read_url == f"sqlite:///{tmp_path / 'var' / 'registry.sqlite3'}"
    assert found.fonts_dir == PROJECT_ROOT / "var" / "fonts"
    assert found.secret_keys == (found.password_salt,)
    assert len(found.password_salt) >= 32
    assert load_settings(environ) == found
    elsewhere = load_settings(environ | {"DATA_DIR": str(tmp_path / "other")})
    assert elsewhere.secret_keys != found.secret_keys


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path) -> None:
    environ = {"REGISTRY_ENV": "development", "DATA_DIR": str(tmp_path)}
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _number: load_settings(environ).password_salt, range(8)))
    assert len(set(found)) == 1
    assert len(found[0]) >= 32
    assert [path.name for path in tmp_path.iterdir()] == ["development-secret"]


def test_the_environment_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("REGISTRY_ENV", "production")
    monkeypatch.setenv("DEMONSTRATION", "1")
    found = load_settings()
    assert isinstance(found, Settings)
    assert found.demonstration
    assert isinstance(found.data_dir, Path)
