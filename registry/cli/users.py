"""`flask users`: the first administrators, made by whoever runs the machine; all others are made on the site."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from registry.domain.errors import Duplicate, InvalidFields, RegistryError
from registry.domain.roles import ADMIN_ROLES, Role
from registry.infrastructure.database import db
from registry.services import administrators, password_links
from registry.services.work import Work

group = AppGroup("users", help="Administrators of the site.")


@group.command("add-admin")
@click.argument("role", type=click.Choice(sorted(role.value for role in ADMIN_ROLES)))
@click.argument("email")
@click.argument("name")
def add_admin(role: str, email: str, name: str) -> None:
    """Make NAME, who reads mail at EMAIL, administrator in ROLE, and print a link to set a password."""
    work = Work(db.session, current_app.extensions["registry"], request_id="command")
    try:
        user = administrators.add(work, Role(role), email=email, name=name)
    except InvalidFields as error:
        raise click.ClickException("; ".join(f"{field}: {text}" for field, text in error.fields.items())) from error
    except RegistryError as error:
        field = f"{error.field}: " if isinstance(error, Duplicate) else ""
        raise click.ClickException(f"{field}{error}") from error
    link = "" if user.password else password_links.make(work, user)
    db.session.commit()
    click.echo(f"{user.name} <{user.email}> is now {role}.")
    if link:
        click.echo(f"To set a password, once and within {password_links.LASTS.days} days:\n{link}")


@group.command("list")
def list_admins() -> None:
    """List the administrators."""
    work = Work(db.session, current_app.extensions["registry"], request_id="command")
    rows = administrators.find(work)
    if not rows:
        raise click.ClickException("There is no administrator yet: flask users add-admin --help")
    for post in rows:
        state = "deactivated" if not post.user.active else "" if post.user.password else "no password yet"
        click.echo(f"{post.role:15} {post.user.email} {post.user.name} {state}".rstrip())
