"""`flask fonts`: the fonts that documents are printed with."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

group = AppGroup("fonts", help="Fonts for documents.")


@group.command("build")
def build() -> None:
    """Build the subset fonts now, so that the first document does not wait for them."""
    fonts = current_app.extensions["registry"].fonts
    click.echo(f"Fonts are ready: {', '.join(fonts.families)}.")
