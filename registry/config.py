"""Settings, read once from the environment when the application is made.

Every setting has a default for development. Outside development a missing secret stops the start: a site
that signs its sessions with a guessable key is worse than a site that is down.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT_ROOT: Final = Path(__file__).resolve().parent.parent

# Tests make their settings themselves; no environment variable can ask for their weak passwords.
Environment = Literal["development", "testing", "production"]

SHORTEST_KEY: Final = 32  # characters


class ConfigurationError(RuntimeError):
    """A setting is missing or cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Site:
    """What a government site says of itself in its header and footer (国办发〔2017〕47号 lists the footer's lines)."""

    name: str = "三同产品公示查询平台"
    name_en: str = "Santong Registry"
    organiser: str = ""
    contact: str = ""
    icp: str = ""
    police_record: str = ""
    site_code: str = ""
    report_error_url: str = ""


@dataclass(frozen=True)
class Settings:
    """All settings of one process. Paths are absolute, sizes in bytes, times in seconds."""

    environment: Environment
    secret_keys: tuple[str, ...]  # The first signs; the others still verify, so that keys rotate without sign-outs.
    password_salt: str
    database_url: str
    database_read_url: str  # The replica where there is one; otherwise the same database.
    data_dir: Path
    fonts_dir: Path  # Built fonts for documents; safe to delete, and shared by all copies of this project.
    public_url: str  # What is printed in QR codes for ever: scheme and host, without a trailing slash.
    trusted_proxies: int = 0
    site: Site = field(default_factory=Site)
    smtp_url: str = ""  # Empty: mail is written to the log.
    mail_sender: str = "noreply@registry.example"
    max_upload_bytes: int = 20 * 1024 * 1024
    demonstration: bool = False

    @property
    def is_development(self) -> bool:
        """Whether a developer runs this; conveniences that would be unsafe elsewhere depend on it."""
        return self.environment == "development"

    @property
    def official_domain(self) -> str:
        """The host a consumer compares with the address bar."""
        return urlsplit(self.public_url).netloc

    @property
    def files_dir(self) -> Path:
        """Where uploaded and issued files are kept, addressed by content."""
        return self.data_dir / "files"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from environment variables; docs/operations.md lists them.

    Raises:
        ConfigurationError: a value is unknown or, outside development, a secret is missing.
    """
    # A blank value is no value: it would pass for a secret.
    env = {name: value.strip() for name, value in (os.environ if environ is None else environ).items()}
    environment = _environment(env)
    data_dir = Path(env.get("DATA_DIR") or PROJECT_ROOT / "var").resolve()
    local_secret = _kept_secret(data_dir) if environment != "production" else ""
    database_url = env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'registry.sqlite3'}"
    port = env.get("PORT", "8000")
    public_url = env.get("PUBLIC_URL") or (
        _required(env, "PUBLIC_URL") if environment == "production" else f"http://127.0.0.1:{port}"
    )
    secret_keys = tuple((env.get("SECRET_KEYS") or local_secret or _required(env, "SECRET_KEYS")).split())
    _check_public_url(public_url.rstrip("/"), secure=environment == "production")
    if environment == "production" and any(len(key) < SHORTEST_KEY for key in secret_keys):
        raise ConfigurationError(f"Each of SECRET_KEYS must have at least {SHORTEST_KEY} characters.")
    return Settings(
        environment=environment,
        secret_keys=secret_keys,
        password_salt=env.get("PASSWORD_SALT") or local_secret or _required(env, "PASSWORD_SALT"),
        database_url=database_url,
        database_read_url=env.get("DATABASE_READ_URL") or database_url,
        data_dir=data_dir,
        fonts_dir=Path(env.get("FONTS_DIR") or PROJECT_ROOT / "var" / "fonts").resolve(),
        public_url=public_url.rstrip("/"),
        trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", 0),
        site=Site(
            name=env.get("SITE_NAME") or Site.name,
            name_en=env.get("SITE_NAME_EN") or Site.name_en,
            organiser=env.get("SITE_ORGANISER", ""),
            contact=env.get("SITE_CONTACT", ""),
            icp=env.get("SITE_ICP", ""),
            police_record=env.get("SITE_POLICE_RECORD", ""),
            site_code=env.get("SITE_CODE", ""),
            report_error_url=env.get("SITE_REPORT_ERROR_URL", ""),
        ),
        smtp_url=env.get("SMTP_URL", ""),
        mail_sender=env.get("MAIL_SENDER") or Settings.mail_sender,
        max_upload_bytes=_whole_number(env, "MAX_UPLOAD_BYTES", 20 * 1024 * 1024),
        demonstration=env.get("DEMONSTRATION", "") == "1",
    )


def _environment(env: Mapping[str, str]) -> Environment:
    """Production unless said otherwise, so that a forgotten variable fails safe."""
    value = env.get("REGISTRY_ENV") or "production"
    if value not in {"production", "development"}:
        raise ConfigurationError(f"REGISTRY_ENV is {value!r}; it must be production or development.")
    return cast("Environment", value)


def _check_public_url(url: str, *, secure: bool) -> None:
    """What is printed in QR codes for ever must be right before the first one is."""
    parts = urlsplit(url)
    scheme_is_right = parts.scheme == "https" or (parts.scheme == "http" and not secure)
    if not scheme_is_right or not parts.netloc or parts.path or parts.query or parts.fragment:
        wanted = "https://HOST" if secure else "http(s)://HOST"
        raise ConfigurationError(f"PUBLIC_URL is {url!r}; it must be {wanted}, without a path.")


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name)
    if not value:
        raise ConfigurationError(
            f"{name} is not set. It is required when REGISTRY_ENV is production (the default); "
            "set it, or set REGISTRY_ENV=development to try the site here. See docs/operations.md, “Settings”."
        )
    return value


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name) or str(default)
    if not value.isdecimal():
        raise ConfigurationError(f"{name} is {value!r}; it must be a whole number.")
    return int(value)


def _kept_secret(data_dir: Path) -> str:
    """The secret a developer's copy makes for itself once, so that a restart signs nobody out."""
    path = data_dir / "development-secret"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Written aside and linked: the worker, started at the same moment, sees a whole secret or none.
        with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=data_dir) as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text(encoding="ascii")
