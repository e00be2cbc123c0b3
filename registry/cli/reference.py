"""`flask reference`: the code lists that forms and checks read."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from registry.infrastructure.database import db
from registry.services import reference_data

group = AppGroup("reference", help="Code lists: areas, industries, countries, HS codes, standards.")


@group.command("load")
def load() -> None:
    """Bring the code lists up to the files in registry/data; safe to repeat."""
    report = reference_data.load(db.session)
    db.session.commit()
    for table in report:
        click.echo(f"{table.table}: {table.rows} rows, {table.added} added, {table.changed} changed.")
