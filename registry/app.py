"""Builds the application and wires its parts; the only module that sees every layer."""

from __future__ import annotations

from datetime import timedelta
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING

from flask import Flask
from flask_alembic import Alembic
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.core import RoleMixin
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import cli
from registry.config import PROJECT_ROOT, load_settings
from registry.infrastructure import logs
from registry.infrastructure.antivirus import VirusScanner
from registry.infrastructure.clock import SystemClock
from registry.infrastructure.database import READ, WRITE, db, engine_options, prepare
from registry.infrastructure.mail import LetterBox, LetterMaker, make_mailer
from registry.infrastructure.storage import FolderStore
from registry.models import Base, User
from registry.services.work import Adapters
from registry.web import (
    access,
    access_table,
    account,
    admin,
    audit,
    bureau,
    demonstration,
    enterprise,
    errors,
    evidence,
    health,
    hosts,
    incoming,
    jinja,
    language,
    limits,
    public,
    requests,
    review,
    sessions,
    static_files,
)
from registry.web import security as web_security
from registry.web import work as web_work

if TYPE_CHECKING:
    from registry.config import Settings
    from registry.infrastructure.clock import Clock


class NoRole(RoleMixin):
    """The accounts library wants a role model; what people may do hangs on their seats, see `domain.roles`."""


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """Make the application.

    Args:
        settings: read from the environment when not given.
        clock: tells the time; the machine's when not given.

    Raises:
        ConfigurationError: a setting is missing or cannot be used.
    """
    settings = settings or load_settings()
    logs.set_up(settings)
    settings.files_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(
        __name__,
        template_folder=PROJECT_ROOT / "templates",
        static_folder=PROJECT_ROOT / "static",
        instance_path=str(settings.data_dir),
    )
    app.config.update(_flask_config(settings))
    clock = clock or SystemClock()
    box = LetterBox(settings.data_dir / "letters", clock) if settings.demonstration and not settings.smtp_url else None
    app.extensions["registry"] = Adapters(
        settings=settings,
        clock=clock,
        store=FolderStore(settings.files_dir),
        mailer=box or make_mailer(settings.smtp_url, settings.mail_sender),
        letter_box=box,
        letters=LetterMaker(PROJECT_ROOT / "templates" / "email"),
        scanner=VirusScanner(settings.clamav_socket) if settings.clamav_socket else None,
    )
    _add_database(app)
    _add_web(app, settings)
    cli.init_app(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    if settings.url_prefix:
        app.wsgi_app = hosts.Below(app.wsgi_app, settings.url_prefix)  # type: ignore[method-assign]
    return app


def _add_database(app: Flask) -> None:
    db.init_app(app)
    # The extension also closes asynchronous sessions, which nobody opens here, and starts a thread for it each time.
    app.teardown_appcontext_funcs = [func for func in app.teardown_appcontext_funcs if not iscoroutinefunction(func)]
    with app.app_context():
        prepare(db.get_engine(WRITE))
        prepare(db.get_engine(READ), read_only=True)
    Alembic(app, metadatas=Base.metadata, run_mkdir=False)


def _add_web(app: Flask, settings: Settings) -> None:
    """Register everything that stands before a view. The order counts.

    Number the request, forget who asks where nobody may know, choose its engine, look at its address and at the name
    it was sent to, count it, guard it, then check its form's key.
    """
    requests.init_app(app)
    web_security.init_app(app, settings)
    web_work.init_app(app)
    incoming.init_app(app)
    errors.init_app(app)
    hosts.init_app(app, settings)
    limits.init_app(app, settings)
    access.init_app(app)
    access_table.init_app(app)
    CSRFProtect(app)
    Security(
        app,
        SQLAlchemyUserDatastore(db, User, NoRole),
        register_blueprint=False,  # Its pages are ours, see docs/decisions/0015.
    )
    sessions.init_app(app)
    web_security.sign_with_the_newest_key(app, settings)
    language.init_app(app)
    static_files.init_app(app)
    jinja.init_app(app, settings)
    for package in (public, account, enterprise, review, bureau, admin, audit, evidence, demonstration, health):
        app.register_blueprint(package.blueprint)
    app.register_blueprint(account.security)


def _flask_config(settings: Settings) -> dict[str, object]:
    secure = settings.public_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_keys[0],
        "SECRET_KEY_FALLBACKS": list(settings.secret_keys[1:]),
        "SQLALCHEMY_ENGINES": engine_options(settings),
        "ALEMBIC": {"script_location": str(PROJECT_ROOT / "migrations")},
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=8),
        # One file too large is told at its field with the rest of the form kept, so the whole may be larger.
        "MAX_CONTENT_LENGTH": 10 * settings.max_upload_bytes,
        # The most that is kept of a form is 300,000 characters, which take up to 9 bytes each when sent again.
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 5_000,  # A declaration with 300 reports has 2,400 fields.
        "WTF_CSRF_TIME_LIMIT": None,  # The key lives as long as the session.
        "WTF_CSRF_SECRET_KEY": list(reversed(settings.secret_keys)),  # The last of the list signs, all of them verify.
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        # A hash made to be slow would make up most of a test run.
        "SECURITY_PASSWORD_HASH_OPTIONS": {"argon2__rounds": 1, "argon2__memory_cost": 8}
        if settings.environment == "testing"
        else {},
        "SECURITY_JOIN_USER_ROLES": False,
        # Its commands grant roles by name, which mean nothing here.
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
    }
