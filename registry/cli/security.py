"""`flask security`: whether this site is safe to run."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from registry.infrastructure.database import READ, db
from registry.infrastructure.totp import Authenticator
from registry.services import safety

group = AppGroup("security", help="Whether this site is safe to run.")


@group.command("check")
def check() -> None:
    """List what is unsafe, and end with status 1 when more than notices are found."""
    db.session.bind = db.get_engine(READ)  # Nobody who writes has to wait meanwhile.
    adapters = current_app.extensions["registry"]
    settings, clock = adapters.settings, adapters.clock
    state = safety.State(
        settings=settings,
        session=db.session,
        web=current_app.config,
        revisions=frozenset(script.revision for script in current_app.extensions["alembic"].heads()),
        key_tags=tuple(Authenticator([key], settings.site.name, clock).newest_tag for key in settings.secret_keys),
        limits_are_counted=current_app.extensions["registry_limits"].storage.check(),
        scanner_answers=adapters.scanner is None or adapters.scanner.answers(),
    )
    found = safety.find_all(state)
    for finding in found:
        click.echo(f"{finding.level.value:8} {finding.what}\n{'':8} → {finding.todo}")
    click.echo(f"{len(safety.CHECKS)} checks, {len(found)} findings.")
    if any(finding.level is not safety.Level.NOTICE for finding in found):
        raise SystemExit(1)
