"""Every check of `flask security check`, with something to find and with nothing."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text, update

from registry.config import Site as SiteFacts
from registry.infrastructure.antivirus import VirusScanner
from registry.infrastructure.database import db
from registry.infrastructure.totp import Authenticator
from registry.models import User
from registry.services import safety
from registry.services.safety import CHECKS, DEMONSTRATION_DOMAIN, Level, State, entropy, find_all
from tests.clamd import Clamd
from tests.signing_keys import authority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Site

COOKIES = {
    "SESSION_COOKIE_NAME": "__Host-session",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
}
FOOTER = SiteFacts(organiser="a", contact="b", icp="c", police_record="d", site_code="e")
KEY, OLD_KEY, SALT = (secrets.token_urlsafe(32) for _ in range(3))
POSTGRESQL = "postgresql+psycopg://registry@127.0.0.1/registry"


def heads(site: Site) -> frozenset[str]:
    return frozenset(script.revision for script in site.app.extensions["alembic"].heads())


@pytest.fixture
def on_sqlite(open_site: Callable[[str], Site]) -> Site:
    found = open_site("sqlite")
    found.reset()
    return found


@pytest.fixture
def safe(on_sqlite: Site, tmp_path: Path) -> Iterator[State]:
    """A site that nothing is wrong with."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "files").mkdir(mode=0o700)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(authority("root", "示例根（虚构）").public_bytes(Encoding.PEM))
    roots.chmod(0o644)
    settings = replace(
        on_sqlite.app.extensions["registry"].settings,
        environment="production",
        secret_keys=(KEY, OLD_KEY),
        password_salt=SALT,
        database_url=POSTGRESQL,
        database_read_url=POSTGRESQL,
        data_dir=folder,
        trusted_proxies=1,
        site=FOOTER,
        smtp_url="smtps://user:word@mail.example",
        hsts_subdomains=True,
        rate_limit_store="redis://127.0.0.1:6379/1",
        clamav_socket="/run/clamav/clamd.ctl",
        signature_roots=roots,
    )
    with on_sqlite.app.app_context():
        yield State(
            settings=settings,
            session=db.session,
            web=dict(COOKIES),
            revisions=heads(on_sqlite),
            key_tags=(on_sqlite.app.extensions["registry"].authenticator.newest_tag,),
        )


def told(check: Callable[[State], Iterator[safety.Finding]], state: State, **changes: Any) -> list[tuple[Level, str]]:
    """What a check finds when these settings are changed."""
    found = check(replace(state, settings=replace(state.settings, **changes)))
    return [(finding.level, finding.what) for finding in found]


def levels(check: Callable[[State], Iterator[safety.Finding]], state: State, **changes: Any) -> list[Level]:
    return [level for level, _ in told(check, state, **changes)]


# The session is one on SQLite, which has no roles to ask about; that check has its own test.
@pytest.mark.parametrize("check", [check for check in CHECKS if check is not safety.database_role])
def test_a_safe_site_is_told_nothing(safe: State, check: Callable[[State], Iterator[safety.Finding]]) -> None:
    assert list(check(safe)) == []


def test_each_check_is_named_and_described() -> None:
    assert len({check.__name__ for check in CHECKS}) == len(CHECKS)
    assert all(check.__doc__ for check in CHECKS)


def test_environment(safe: State) -> None:
    assert levels(safety.environment, safe, environment="development") == [Level.DANGER]
    debugging = replace(safe, web={**COOKIES, "DEBUG": True})
    assert levels(safety.environment, debugging) == [Level.DANGER]


def test_public_address(safe: State) -> None:
    assert levels(safety.public_address, safe, public_url="http://santong.example.gov.cn") == [Level.DANGER]
    assert levels(safety.public_address, safe, hsts_subdomains=False) == [Level.NOTICE]


@pytest.mark.parametrize(
    "key",
    [
        "short",
        "n" * 64,
        "abcabcabcabcabcabcabcabcabcabcabcabcabcabc",
        "0123456789" * 4,
        "changeme-" + KEY,
        "My-Secret-" + KEY,
    ],
    ids=lambda key: key[:8],
)
def test_a_key_that_can_be_guessed(safe: State, key: str) -> None:
    found = told(safety.keys, safe, secret_keys=(key, KEY))
    assert [level for level, _ in found] == [Level.DANGER]
    assert "Key 1" in found[0][1]
    assert key not in repr(found), "a secret in a terminal is one less"
    assert "Key 2" in told(safety.keys, safe, secret_keys=(KEY, key))[0][1]


def test_keys_in_number(safe: State) -> None:
    assert levels(safety.keys, safe, secret_keys=(KEY, KEY)) == [Level.WARNING]
    many = tuple(secrets.token_urlsafe(32) for _ in range(4))
    assert levels(safety.keys, safe, secret_keys=many) == [Level.WARNING]


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex])
def test_no_random_key_is_mistaken_for_a_guess(safe: State, make: Callable[[int], str]) -> None:
    for _ in range(500):
        assert entropy(make(32)) > 150
        assert entropy(make(24)) > 96


def test_second_factors(safe: State, on_sqlite: Site) -> None:
    makers = [Authenticator([key], "x", on_sqlite.clock) for key in (KEY, OLD_KEY, SALT)]
    db.session.execute(update(User).values(tf_totp_secret=None))
    user = db.session.get_one(User, on_sqlite.world.owner)
    state = replace(safe, key_tags=tuple(maker.newest_tag for maker in makers[:2]))
    for maker, expected in zip(makers, ([], [Level.NOTICE], [Level.DANGER]), strict=True):
        user.tf_totp_secret = maker.new_secret(1)
        db.session.flush()
        found = told(safety.second_factors, state)
        assert [level for level, _ in found] == expected
        assert all(what.startswith("1 ") for _, what in found)
    db.session.rollback()


def test_salt(safe: State) -> None:
    assert levels(safety.salt, safe, password_salt=OLD_KEY) == [Level.DANGER]
    assert levels(safety.salt, safe, password_salt="pepper") == [Level.WARNING]


def test_demonstration(safe: State, on_sqlite: Site) -> None:
    assert levels(safety.demonstration, safe, demonstration=True) == [Level.DANGER]
    user = db.session.get_one(User, on_sqlite.world.owner)
    user.email = f"owner@{DEMONSTRATION_DOMAIN}"
    db.session.flush()
    found = told(safety.demonstration, safe)
    assert [level for level, _ in found] == [Level.DANGER]
    assert found[0][1].startswith("1 accounts")
    db.session.rollback()


def test_mail(safe: State) -> None:
    assert levels(safety.mail, safe, smtp_url="") == [Level.DANGER]
    assert levels(safety.mail, safe, smtp_url="smtp://mail.example") == [Level.WARNING]
    for fine in ("smtp://user:word@mail.example", "smtp://127.0.0.1:25", "smtp://localhost"):
        assert levels(safety.mail, safe, smtp_url=fine) == []


def test_proxies(safe: State) -> None:
    assert levels(safety.proxies, safe, trusted_proxies=0) == [Level.DANGER]
    assert levels(safety.proxies, safe, trusted_proxies=0, public_url="http://127.0.0.1:8000") == []


def test_database(safe: State) -> None:
    assert levels(safety.database, replace(safe, revisions=frozenset({"newer"}))) == [Level.DANGER]
    file = {"database_url": "sqlite:////x", "database_read_url": "sqlite:////x"}
    assert levels(safety.database, safe, **file) == [Level.WARNING]
    remote = "postgresql+psycopg://registry@db.example/registry"
    assert levels(safety.database, safe, database_url=remote) == [Level.WARNING]
    assert levels(safety.database, safe, database_read_url=f"{remote}?sslmode=prefer") == [Level.WARNING]
    assert levels(safety.database, safe, database_read_url=f"{remote}?sslmode=verify-full") == []


def test_limits(safe: State) -> None:
    assert levels(safety.limits, safe, rate_limit_store="") == [Level.WARNING]
    assert levels(safety.limits, safe, rate_limit_store="", database_url="sqlite:////x") == [Level.NOTICE]
    assert levels(safety.limits, safe, rate_limit_store="redis://cache.example/0") == [Level.WARNING]
    assert levels(safety.limits, safe, rate_limit_store="rediss://cache.example/0") == []
    assert levels(safety.limits, replace(safe, limits_are_counted=False)) == [Level.WARNING]


def test_signature_roots(safe: State, tmp_path: Path) -> None:
    assert levels(safety.signature_roots, safe, signature_roots=None) == [Level.NOTICE]
    (found,) = told(safety.signature_roots, safe, signature_roots=tmp_path / "none.pem")
    assert found[0] == Level.WARNING
    assert "none.pem" in found[1]
    assert safe.settings.signature_roots is not None
    for mode in (0o664, 0o646):
        safe.settings.signature_roots.chmod(mode)
        assert levels(safety.signature_roots, safe) == [Level.WARNING]


def test_uploads(safe: State) -> None:
    assert levels(safety.uploads, safe, max_upload_bytes=200 * 1024**2) == [Level.WARNING]
    assert levels(safety.uploads, safe, clamav_socket="") == [Level.NOTICE]
    assert levels(safety.uploads, replace(safe, scanner_answers=False)) == [Level.WARNING]


def test_files(safe: State) -> None:
    folder = safe.settings.data_dir
    for path, mode in ((folder, 0o755), (folder, 0o770), (folder / "files", 0o705)):
        path.chmod(mode)
        assert levels(safety.files, safe) == [Level.WARNING], path
        path.chmod(0o700)
    database = folder / "registry.sqlite3"
    database.touch(mode=0o644)
    on_sqlite = {"database_url": f"sqlite:///{database}"}
    assert levels(safety.files, safe, **on_sqlite) == [Level.WARNING]
    database.chmod(0o600)
    assert levels(safety.files, safe, **on_sqlite, data_dir=folder / "nothing") == []
    (folder / "development-secret").touch(mode=0o600)
    assert levels(safety.files, safe) == [Level.WARNING]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_SECURE", False),
        ("SESSION_COOKIE_HTTPONLY", False),
        ("SESSION_COOKIE_DOMAIN", "example.gov.cn"),
        ("SESSION_COOKIE_SAMESITE", None),
        ("SESSION_COOKIE_NAME", "session"),
    ],
)
def test_cookies(safe: State, name: str, value: object) -> None:
    found = list(safety.cookies(replace(safe, web={**COOKIES, name: value})))
    assert [finding.level for finding in found] == [Level.DANGER]
    assert name in found[0].what


def test_footer(safe: State) -> None:
    found = told(safety.footer, safe, site=replace(FOOTER, icp="", site_code=""))
    assert [level for level, _ in found] == [Level.NOTICE]
    assert "SITE_ICP, SITE_CODE" in found[0][1]


def test_the_databases_role(site: Site) -> None:
    """On PostgreSQL tests connect as the server's superuser, who also owns the tables."""
    with site.app.app_context():
        settings = site.app.extensions["registry"].settings
        state = State(settings=settings, session=db.session, web={}, revisions=heads(site))
        found = [finding.what for finding in safety.database_role(state)]
        if db.session.get_bind().dialect.name == "sqlite":
            assert found == []
            return
        assert ["superuser" in what for what in found] == [True, False]
        assert "audit trail" in found[1]
        db.session.execute(text("CREATE ROLE registry_of_tests_without_rights"))
        try:
            db.session.execute(text("SET LOCAL ROLE registry_of_tests_without_rights"))
            assert list(safety.database_role(state)) == []
        finally:
            db.session.rollback()


def test_a_database_that_cannot_be_asked_is_a_finding(safe: State) -> None:
    """An empty one has no tables yet."""
    db.session.execute(text("ALTER TABLE alembic_version RENAME TO away"))
    db.session.execute(text('ALTER TABLE "user" RENAME TO nobody'))
    found = find_all(safe)
    db.session.rollback()
    assert found[0].level is Level.DANGER
    assert "no such table" in found[0].what


# The command


def run(site: Site) -> Any:
    return site.app.test_cli_runner().invoke(args=["security", "check"])


def test_the_worst_comes_first(safe: State) -> None:
    settings = replace(
        safe.settings, site=SiteFacts(), smtp_url="", rate_limit_store="", database_url="sqlite:////nothing"
    )
    found = [finding.level for finding in find_all(replace(safe, settings=settings))]
    assert found == sorted(found, key=list(Level).index)
    assert set(found) == set(Level)


def test_the_command_lists_what_is_wrong_and_fails(on_sqlite: Site) -> None:
    result = run(on_sqlite)
    assert result.exit_code == 1
    for said in ("danger   The environment is testing.", "→ Set REGISTRY_ENV=production.", "findings."):
        assert said in result.output
    for secret in (*on_sqlite.app.extensions["registry"].settings.secret_keys, "test-salt"):
        assert secret not in result.output


def test_the_command_is_content_with_notices(on_sqlite: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = safety.Finding(Level.NOTICE, "Something.", "Nothing.")
    monkeypatch.setattr(safety, "CHECKS", (lambda _state: iter([finding]),))
    result = run(on_sqlite)
    assert result.exit_code == 0
    assert result.output == "notice   Something.\n         → Nothing.\n1 checks, 1 findings.\n"


def test_the_command_asks_scanner_and_counter(on_sqlite: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    adapters = on_sqlite.app.extensions["registry"]
    monkeypatch.setattr(adapters, "settings", replace(adapters.settings, clamav_socket="/x"))
    monkeypatch.setattr(adapters, "scanner", VirusScanner(str(tmp_path / "nothing")))
    assert "scanner does not answer" in run(on_sqlite).output
    with Clamd() as daemon:
        monkeypatch.setattr(adapters, "scanner", VirusScanner(daemon.address))
        assert "scanner does not answer" not in run(on_sqlite).output
