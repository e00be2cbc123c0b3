"""`flask reference`: the code lists that forms and checks read."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from registry.infrastructure.database import db
from registry.services import certification_body_import, reference_data
from registry.services.work import Work

group = AppGroup("reference", help="Code lists: areas, industries, countries, HS codes, standards, certification.")


@group.command("load")
def load() -> None:
    """Bring the code lists up to the files in registry/data, and add certification bodies; safe to repeat."""
    report = reference_data.load(db.session)
    work = Work(db.session, current_app.extensions["registry"], request_id="command")
    bodies = certification_body_import.load_seed(work)
    db.session.commit()
    for table in report:
        click.echo(f"{table.table}: {table.rows} rows, {table.added} added, {table.changed} changed.")
    click.echo(f"certification_body: {bodies} added.")
