"""What would be unsafe about running the registry like this; `flask security check` lists it.

A check is one function in `CHECKS`. It looks at the state of a site, changes nothing, and yields what it finds.
"""

from __future__ import annotations

import math
import stat
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from registry.config import SHORTEST_KEY
from registry.infrastructure.signatures import RootsUnreadable, read_roots
from registry.infrastructure.totp import Authenticator
from registry.models import AuditEvent, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from registry.config import Settings

DEMONSTRATION_DOMAIN: Final = "demo.example"

_LEAST_BITS: Final = 96  # A random key of 32 hexadecimal digits has about 110 by this measure, a name repeated has 60.
_SHORTEST_SALT: Final = 16  # characters
_LARGEST_UPLOAD: Final = 100 * 1024 * 1024  # bytes; ten of them may come at once
_MOST_KEYS: Final = 3
_WELL_KNOWN: Final = ("secret", "password", "changeme", "change-me", "example", "default", "test-key", "123456")
_LOCAL: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})
_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Level(StrEnum):
    """How bad a finding is."""

    DANGER = "danger"  # Somebody may get what is not theirs, or everybody loses something.
    WARNING = "warning"  # One of several locks is open.
    NOTICE = "notice"  # A choice that somebody should have made.


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is unsafe, and what to do about it. Secrets are never in it."""

    level: Level
    what: str
    todo: str


@dataclass(frozen=True, slots=True)
class State:
    """What checks look at."""

    settings: Settings
    session: Session
    web: Mapping[str, Any]  # The web framework's own settings.
    revisions: frozenset[str]  # Of the tables, as this program wants them.
    key_tags: tuple[str, ...] = ()  # Names of our keys in secrets of second factors, the newest first.
    limits_are_counted: bool = True  # The store for rate limits answers, or none is needed.
    scanner_answers: bool = True  # Likewise the virus scanner.


def find_all(state: State) -> list[Finding]:
    """Everything that is unsafe, the worst first."""
    found = [finding for check in CHECKS for finding in _asked(check, state)]
    return sorted(found, key=lambda finding: list(Level).index(finding.level))


def _asked(check: Callable[[State], Iterator[Finding]], state: State) -> list[Finding]:
    """What a check finds; that it could not look is a finding too."""
    try:
        return list(check(state))
    except SQLAlchemyError as error:
        state.session.rollback()
        reason = str(error).partition("\n")[0]
        name = check.__name__.replace("_", " ")
        return [Finding(Level.DANGER, f"The check of the {name} failed: {reason}", "Mend the database.")]


def environment(state: State) -> Iterator[Finding]:
    """Conveniences of development are holes elsewhere."""
    if state.settings.environment != "production":
        yield Finding(
            Level.DANGER,
            f"The environment is {state.settings.environment}.",
            "Set REGISTRY_ENV=production.",
        )
    if state.web.get("DEBUG"):
        yield Finding(Level.DANGER, "Debugging is on: errors show the program.", "Unset FLASK_DEBUG.")


def public_address(state: State) -> Iterator[Finding]:
    """What is printed in QR codes must be secure before the first one is."""
    if not state.settings.public_url.startswith("https://"):
        yield Finding(
            Level.DANGER,
            f"The public address is {state.settings.public_url}: whoever sits between can change every page.",
            "Get a certificate, and set PUBLIC_URL=https://….",
        )
    elif not state.settings.hsts_subdomains:
        yield Finding(
            Level.NOTICE,
            "Names below the public one may still be opened without encryption.",
            "Set HSTS_SUBDOMAINS=1 when all of them have a certificate.",
        )


def keys(state: State) -> Iterator[Finding]:
    """Whoever knows a key signs in as anybody."""
    secret_keys = state.settings.secret_keys
    todo = "Put a new one in front of SECRET_KEYS: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'."
    for number, key in enumerate(secret_keys, 1):
        if len(key) < SHORTEST_KEY:
            yield Finding(Level.DANGER, f"Key {number} has fewer than {SHORTEST_KEY} characters.", todo)
        elif entropy(key) < _LEAST_BITS or any(word in key.lower() for word in _WELL_KNOWN):
            yield Finding(Level.DANGER, f"Key {number} looks like something that can be guessed.", todo)
    if len(set(secret_keys)) < len(secret_keys):
        yield Finding(Level.WARNING, "A key is there twice.", "Take one out of SECRET_KEYS.")
    if len(secret_keys) > _MOST_KEYS:
        yield Finding(
            Level.WARNING, f"{len(secret_keys)} keys are accepted.", "Take the oldest out of SECRET_KEYS after a day."
        )


def second_factors(state: State) -> Iterator[Finding]:
    """Secrets of authenticator apps are encrypted with our keys, and wait for the worker when the keys change."""
    stored = state.session.scalars(select(User.tf_totp_secret).where(User.tf_totp_secret.is_not(None)))
    tags = Counter(Authenticator.tag_of(secret) for secret in stored if secret)
    lost = sum(count for tag, count in tags.items() if tag not in state.key_tags)
    older = sum(tags[tag] for tag in state.key_tags[1:])
    if lost:
        yield Finding(
            Level.DANGER,
            f"{lost} authenticator apps fit no key any more: their owners cannot sign in.",
            "Put the key that was taken out back to the end of SECRET_KEYS, or reset these factors.",
        )
    if older:
        yield Finding(
            Level.NOTICE,
            f"{older} secrets of authenticator apps are still encrypted with an older key.",
            "Let the worker run for an hour before you take a key out of SECRET_KEYS.",
        )


def salt(state: State) -> Iterator[Finding]:
    """The salt outlives all keys, since all passwords hang on it."""
    if state.settings.password_salt in state.settings.secret_keys:
        yield Finding(
            Level.DANGER,
            "PASSWORD_SALT is also a key: when the key goes, the secret stays.",
            "On a registry without accounts, set another PASSWORD_SALT; on any other, put a new key into SECRET_KEYS.",
        )
    if len(state.settings.password_salt) < _SHORTEST_SALT:
        yield Finding(
            Level.WARNING,
            f"PASSWORD_SALT has fewer than {_SHORTEST_SALT} characters.",
            "On a registry without accounts, set a longer one; otherwise leave it, since it cannot change.",
        )


def demonstration(state: State) -> Iterator[Finding]:
    """The demonstration's password stands in the program."""
    if state.settings.demonstration:
        yield Finding(Level.DANGER, "The demonstration may be loaded here.", "Unset DEMONSTRATION.")
    count = state.session.scalar(
        select(func.count()).select_from(User).where(User.email.endswith(f"@{DEMONSTRATION_DOMAIN}"))
    )
    if count:
        yield Finding(
            Level.DANGER,
            f"{count} accounts of the demonstration are here, and everybody knows their password.",
            "Begin a real registry with an empty database.",
        )


def mail(state: State) -> Iterator[Finding]:
    """Letters carry what lets somebody choose a new password."""
    url = urlsplit(state.settings.smtp_url)
    if not state.settings.smtp_url:
        yield Finding(
            Level.DANGER, "No mail leaves: letters go to the log, where their links can be read.", "Set SMTP_URL."
        )
    elif url.scheme == "smtp" and not url.username and url.hostname not in _LOCAL:
        yield Finding(
            Level.WARNING,
            "Mail travels without encryption to another machine.",
            "Use smtps://.",
        )


def proxies(state: State) -> Iterator[Finding]:
    """This program speaks no TLS: on https something stands in front, and all requests seem to come from there."""
    if state.settings.public_url.startswith("https://") and not state.settings.trusted_proxies:
        yield Finding(
            Level.DANGER,
            "No proxy is trusted: all visitors count as one address, and ten of them lock the others out.",
            "Set TRUSTED_PROXIES to the number of proxies in front, and let no way lead past them.",
        )


def database(state: State) -> Iterator[Finding]:
    """Where the records are kept."""
    if set(state.session.scalars(text("SELECT version_num FROM alembic_version"))) != state.revisions:
        yield Finding(Level.DANGER, "The tables are not those of this program.", "flask --app wsgi db upgrade")
    if _is_sqlite(state):
        yield Finding(
            Level.WARNING,
            "The database is SQLite: whoever can write the file can change every record.",
            "Use PostgreSQL for a registry of more than one office.",
        )
    for name in ("database_url", "database_read_url"):
        url = make_url(getattr(state.settings, name))
        encrypted = str(url.query.get("sslmode", "")) in {"require", "verify-ca", "verify-full"}
        if not (_is_sqlite(state) or encrypted or (url.host or "") in _LOCAL):
            yield Finding(
                Level.WARNING,
                f"{name.upper()} leads to another machine, perhaps without encryption.",
                "Add ?sslmode=verify-full to it.",
            )


def database_role(state: State) -> Iterator[Finding]:
    """The triggers that guard the audit trail hold for everybody but those who may switch them off."""
    if _is_sqlite(state):
        return
    if state.session.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
        yield Finding(
            Level.WARNING,
            "The database's role is a superuser: a hole in the program would be one in the whole server.",
            "Connect as a role without rights beyond this database.",
        )
    owner = text("SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables WHERE tablename = :table")
    if state.session.scalar(owner, {"table": AuditEvent.__tablename__}):
        yield Finding(
            Level.WARNING,
            "The database's role owns the tables, and may switch off what guards the audit trail.",
            "Let another role own them and run the migrations; grant this one SELECT, INSERT, UPDATE and DELETE.",
        )


def limits(state: State) -> Iterator[Finding]:
    """Where requests are counted."""
    store = urlsplit(state.settings.rate_limit_store)
    if not state.settings.rate_limit_store:
        yield Finding(
            Level.NOTICE if _is_sqlite(state) else Level.WARNING,
            "Every process counts for itself: with four workers people may try four times as often.",
            "Set RATE_LIMIT_STORE=redis://… when there is more than one worker.",
        )
    elif not state.limits_are_counted:
        yield Finding(Level.WARNING, "RATE_LIMIT_STORE does not answer.", "Start Redis, or mend the address.")
    if store.scheme == "redis" and store.hostname not in _LOCAL:
        yield Finding(Level.WARNING, "RATE_LIMIT_STORE leads to another machine without encryption.", "Use rediss://….")


def uploads(state: State) -> Iterator[Finding]:
    """What strangers may send."""
    if state.settings.max_upload_bytes > _LARGEST_UPLOAD:
        yield Finding(
            Level.WARNING,
            f"A file may have {state.settings.max_upload_bytes // 1024**2} MB, and ten may come at once.",
            "Set MAX_UPLOAD_BYTES to 20971520.",
        )
    if not state.settings.clamav_socket:
        yield Finding(
            Level.NOTICE, "Files are not scanned for viruses.", "Install ClamAV's daemon, and set CLAMAV_SOCKET."
        )
    elif not state.scanner_answers:
        yield Finding(
            Level.WARNING, "The virus scanner does not answer: no file can be sent in.", "Start clamav-daemon."
        )


def signature_roots(state: State) -> Iterator[Finding]:
    """Whoever chooses the roots chooses whose signatures are believed."""
    path = state.settings.signature_roots
    if path is None:
        yield Finding(
            Level.NOTICE,
            "Nobody checks who issued the certificates that declarations are signed with.",
            "Set SIGNATURE_ROOTS to a file with the certificates of the issuers that are accepted.",
        )
        return
    try:
        read_roots(path)
    except RootsUnreadable as error:
        yield Finding(
            Level.WARNING,
            f"SIGNATURE_ROOTS cannot be used, and no signature can be checked: {error}",
            "Let it name a file of certificates in PEM that the site may read.",
        )
        return
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IWGRP | stat.S_IWOTH):
        yield Finding(Level.WARNING, f"Other users of this machine may add issuers to {path}.", f"chmod go-w {path}")


def files(state: State) -> Iterator[Finding]:
    """Who on this machine may read what firms have sent."""
    folder = state.settings.data_dir
    for path in (folder, state.settings.files_dir, _database_file(state)):
        if path is not None and path.exists() and stat.S_IMODE(path.stat().st_mode) & _FOR_OTHERS:
            yield Finding(
                Level.WARNING, f"Other users of this machine may open {path}.", f"chmod --recursive go-rwx {folder}"
            )
    secret = folder / "development-secret"
    if secret.exists():
        yield Finding(
            Level.WARNING, f"{secret} is left from trying the site.", "Delete it; production takes its keys elsewhere."
        )


def cookies(state: State) -> Iterator[Finding]:
    """A session is worth as much as a password."""
    wanted = {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_DOMAIN": None}
    open_ones = [name for name, value in wanted.items() if (state.web.get(name) or None) != (value or None)]
    if state.web.get("SESSION_COOKIE_SAMESITE") not in {"Lax", "Strict"}:
        open_ones.append("SESSION_COOKIE_SAMESITE")
    if not str(state.web.get("SESSION_COOKIE_NAME", "")).startswith("__Host-"):
        open_ones.append("SESSION_COOKIE_NAME")
    if open_ones:
        yield Finding(
            Level.DANGER,
            f"The session's cookie can be read or set by others: {', '.join(open_ones)}.",
            "They follow from an https PUBLIC_URL; see _flask_config in registry/app.py.",
        )


def footer(state: State) -> Iterator[Finding]:
    """What a government site must say of itself (国办发〔2017〕47号)."""
    lines = {
        "SITE_ORGANISER": state.settings.site.organiser,
        "SITE_CONTACT": state.settings.site.contact,
        "SITE_ICP": state.settings.site.icp,
        "SITE_POLICE_RECORD": state.settings.site.police_record,
        "SITE_CODE": state.settings.site.site_code,
    }
    if missing := [name for name, value in lines.items() if not value]:
        yield Finding(Level.NOTICE, f"The footer lacks lines: {', '.join(missing)}.", "Set them.")


CHECKS: Final[tuple[Callable[[State], Iterator[Finding]], ...]] = (
    environment,
    public_address,
    keys,
    second_factors,
    salt,
    demonstration,
    mail,
    proxies,
    database,
    database_role,
    limits,
    uploads,
    signature_roots,
    files,
    cookies,
    footer,
)


def entropy(key: str) -> float:
    """Bits that a key has at most, by how often each character comes (Shannon): repetition shows, words do not."""
    counts = Counter(key).values()
    return -sum(count * math.log2(count / len(key)) for count in counts)


def _is_sqlite(state: State) -> bool:
    return make_url(state.settings.database_url).get_backend_name() == "sqlite"


def _database_file(state: State) -> Path | None:
    name = make_url(state.settings.database_url).database
    return state.settings.data_dir / name if name and _is_sqlite(state) else None
