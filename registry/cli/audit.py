"""`flask audit`: whether the audit trail is as it was written."""

from __future__ import annotations

import re

import click
from flask.cli import AppGroup

from registry.infrastructure.database import READ, db
from registry.services import audit

group = AppGroup("audit", help="The audit trail: its newest row, and whether the chain is whole.")

_KNOWN = re.compile(r"([1-9]\d{0,17}):([0-9a-f]{64})")


@group.command("head")
def head() -> None:
    """Print number and hash of the newest row, to be noted outside of this machine."""
    db.session.bind = db.get_engine(READ)
    number, digest = audit.head(db.session)
    click.echo(f"{number}:{digest}")


@group.command("check")
@click.option("--known", metavar="NUMBER:HASH", help="What `flask audit head` printed earlier: tells what was cut off.")
def check(known: str | None) -> None:
    """Walk the whole chain and name the first row that is not as it was written; then the exit status is 1."""
    db.session.bind = db.get_engine(READ)
    verdict = audit.check(db.session, known=_parse(known))
    if verdict.broken is not None:
        raise click.ClickException(
            f"Row {verdict.broken} is {verdict.why}. The {verdict.rows} rows before it are in order."
        )
    click.echo(f"All {verdict.rows} rows are in order. Newest row: {verdict.rows}:{verdict.head}")


def _parse(known: str | None) -> tuple[int, str] | None:
    if known is None:
        return None
    match = _KNOWN.fullmatch(known.strip())
    if match is None:
        raise click.BadParameter("must be NUMBER:HASH, as `flask audit head` prints it.", param_hint="--known")
    return int(match[1]), match[2]
