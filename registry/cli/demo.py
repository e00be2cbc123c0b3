"""`flask demo`: made-up firms, offices and cases to try the registry with."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from flask_security import hash_password

from registry.cli.demonstration import accounts, loading
from registry.infrastructure.database import db
from registry.services import demonstration

group = AppGroup("demo", help="Made-up firms, offices and cases to try the registry with.")


@group.command("load")
def load() -> None:
    """Load the demonstration, and the code lists where they are missing."""
    settings = current_app.extensions["registry"].settings
    if settings.environment == "production" and not settings.demonstration:
        raise click.ClickException(
            "This is a production registry, and the demonstration's password is public. "
            "Set DEMONSTRATION=1 for a site that shows the demonstration and nothing else."
        )
    if accounts.is_loaded(db.session):
        click.echo("The demonstration is there already; nothing was changed.")
        return
    _load()


@group.command("reset")
@click.confirmation_option(prompt="This deletes everything in the database. Go on?")
def reset() -> None:
    """Empty the whole database of a developer's copy and load the demonstration again."""
    if current_app.extensions["registry"].settings.environment == "production":
        raise click.ClickException("A production registry is never emptied.")
    loading.empty(db.session)
    db.session.commit()
    current_app.extensions["alembic"].upgrade()
    _load()


@group.command("accounts")
@click.option("--all", "everybody", is_flag=True, help="All accounts, not only those to begin with.")
def list_accounts(*, everybody: bool) -> None:
    """List the demonstration's accounts and what to try with each."""
    rows = accounts.list_accounts(db.session, everybody=everybody)
    if not rows:
        raise click.ClickException("The demonstration is not loaded: flask demo load")
    click.echo(f"Password of all accounts: {accounts.PASSWORD}")
    code, seconds = demonstration.code(current_app.extensions["registry"].authenticator)
    click.echo(f"Second factor of everybody who holds a post: {code}, for another {seconds} seconds.")
    click.echo("The page /demonstration shows the present code, and the letters that the site has written.\n")
    for row in rows:
        click.echo(f"{row.email}\n    {row.person}; {row.seats or 'no seat yet'}")
        if row.try_this:
            click.echo(f"    {row.try_this}")


def _load() -> None:
    summary = loading.load(db.session, current_app.extensions["registry"], hash_password(accounts.PASSWORD))
    db.session.commit()
    for line in summary:
        click.echo(line)
    click.echo("Certificates get their PDF from the worker: flask worker run --once")
    click.echo("Accounts to sign in with: flask demo accounts")
