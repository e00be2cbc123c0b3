"""Commands for those who run the registry: `flask --help` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.cli import audit, demo, fonts, reference, security, users, worker

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Add the command groups."""
    for module in (audit, demo, fonts, reference, security, users, worker):
        app.cli.add_command(module.group)
