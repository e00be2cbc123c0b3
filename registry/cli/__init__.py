"""Commands for those who run the registry: `flask --help` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.cli import demo, fonts, reference, worker

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Add the command groups."""
    for module in (demo, fonts, reference, worker):
        app.cli.add_command(module.group)
