"""Settings, read once from the environment when the application is made.

Every setting has a default for development. Outside development a missing secret stops the start: a site
that signs its sessions with a guessable key is worse than a site that is down.
"""

from __future__ import annotations

import os
import re
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
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")
_HOST_AND_PORT: Final = re.compile(rf"(?:{_HOST.pattern}):[0-9]{{1,5}}")


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
    url_prefix: str = ""  # The path under which a proxy shows the site, such as /santong; no header is believed there.
    site: Site = field(default_factory=Site)
    smtp_url: str = ""  # Empty: mail is written to the log.
    mail_sender: str = "noreply@registry.example"
    max_upload_bytes: int = 20 * 1024 * 1024
    demonstration: bool = False
    oidc_issuer: str = ""  # Empty: nobody signs in at an identity service.
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "省统一身份认证"
    oidc_strong_acr: tuple[str, ...] = ()  # What the service says when it has asked for two factors.
    allowed_hosts: tuple[str, ...] = ()  # Names the site answers to besides the public one.
    hsts_subdomains: bool = False
    rate_limit_store: str = ""  # Empty: each process counts for itself.
    rate_limit_factor: int = 1  # Tests knock more often than people do; no environment variable sets this.
    clamav_socket: str = ""  # Empty: files are not scanned for viruses.
    signature_roots: Path | None = None  # None: certificates of signers are not checked against any root.

    @property
    def is_development(self) -> bool:
        """Whether a developer runs this; conveniences that would be unsafe elsewhere depend on it."""
        return self.environment == "development"

    @property
    def official_domain(self) -> str:
        """The host a consumer compares with the address bar."""
        return urlsplit(self.public_url).netloc

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that a request may be addressed to, without ports."""
        local = () if self.environment == "production" else ("localhost", "127.0.0.1", "[::1]")
        return (self.official_domain, *self.allowed_hosts, *local)

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
        _required(env, "PUBLIC_URL") if environment == "production" else f"http://localhost:{port}"
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
        url_prefix=_url_prefix(env),
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
        oidc_issuer=_issuer(env, secure=environment == "production"),
        oidc_client_id=env.get("OIDC_CLIENT_ID", ""),
        oidc_client_secret=env.get("OIDC_CLIENT_SECRET", ""),
        oidc_name=env.get("OIDC_NAME") or Settings.oidc_name,
        oidc_strong_acr=tuple(env.get("OIDC_STRONG_ACR", "").split()),
        allowed_hosts=_host_names(env),
        hsts_subdomains=env.get("HSTS_SUBDOMAINS", "") == "1",
        rate_limit_store=_redis_address(env),
        clamav_socket=_socket_address(env),
        signature_roots=_absolute_path(env, "SIGNATURE_ROOTS"),
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


def _issuer(env: Mapping[str, str], *, secure: bool) -> str:
    """The identity service. Whoever can answer in its name signs in as anybody, so that it must be https."""
    issuer = env.get("OIDC_ISSUER", "")
    if issuer and urlsplit(issuer).scheme not in ({"https"} if secure else {"https", "http"}):
        raise ConfigurationError(f"OIDC_ISSUER is {issuer!r}; it must be an https address.")
    if issuer and not (env.get("OIDC_CLIENT_ID") and env.get("OIDC_CLIENT_SECRET")):
        raise ConfigurationError("OIDC_ISSUER is set; OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set as well.")
    return issuer


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


def _host_names(env: Mapping[str, str]) -> tuple[str, ...]:
    """Names or addresses without scheme, port and path: a port is never compared."""
    names = tuple(env.get("ALLOWED_HOSTS", "").split())
    for name in names:
        if not _HOST.fullmatch(name):
            raise ConfigurationError(f"ALLOWED_HOSTS has {name!r}; it must be host names without ports, and blanks.")
    return names


def _redis_address(env: Mapping[str, str]) -> str:
    """Where limits are counted for all processes together."""
    value = env.get("RATE_LIMIT_STORE", "")
    parts = urlsplit(value)
    if value and not (parts.scheme in {"redis", "rediss"} and parts.hostname):
        # A password may stand in the address, and errors are logged.
        raise ConfigurationError("RATE_LIMIT_STORE must look like redis://HOST:PORT/NUMBER or rediss://….")
    return value


def _socket_address(env: Mapping[str, str]) -> str:
    """Where the virus scanner listens: a path, or a host and a port."""
    value = env.get("CLAMAV_SOCKET", "")
    if value and not (value.startswith("/") or _HOST_AND_PORT.fullmatch(value)):
        raise ConfigurationError(f"CLAMAV_SOCKET is {value!r}; it must be an absolute path or HOST:PORT.")
    return value


def _absolute_path(env: Mapping[str, str], name: str) -> Path | None:
    """A file of its own choice of place; the web and the worker may be started in different folders."""
    value = env.get(name, "")
    if value and not value.startswith("/"):
        raise ConfigurationError(f"{name} is {value!r}; it must be an absolute path.")
    return Path(value) if value else None


def _url_prefix(env: Mapping[str, str]) -> str:
    value = (env.get("URL_PREFIX") or "").rstrip("/")
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", value):
        raise ConfigurationError(f"URL_PREFIX is {value!r}; it must be a path such as /santong, or empty.")
    return value


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
