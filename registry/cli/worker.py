"""`flask worker`: does what must follow a commit, such as making documents and sending mail."""

from __future__ import annotations

import signal
import threading
import time
from typing import Final

import click
import structlog
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from registry.infrastructure.database import db
from registry.services.worker import HANDLERS, Worker

IDLE_SECONDS: Final = 1.0
BREATH_SECONDS: Final = 0.02
TIDY_SECONDS: Final = 3600.0

log = structlog.get_logger()

group = AppGroup("worker", help="Background work.")


@group.command("run")
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
def run(*, once: bool) -> None:
    """Take jobs as they fall due, until told to stop; the job at hand is finished first."""
    worker = Worker(db.sessionmaker, current_app.extensions["registry"], HANDLERS)
    if once:
        click.echo(f"{worker.run_due()} jobs done.")
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    tidied = -TIDY_SECONDS
    while not stop.is_set():
        try:
            if time.monotonic() - tidied > TIDY_SECONDS:
                worker.tidy()
                tidied = time.monotonic()
            # A moment between jobs as well: SQLite has no queue of those who wait to write.
            stop.wait(BREATH_SECONDS if worker.run_next() else IDLE_SECONDS)
        except DBAPIError as error:
            # Locked, restarted or away: the database comes back, and the jobs are still there.
            log.warning("the worker waits for the database", error=str(error).partition("\n")[0])
            stop.wait(IDLE_SECONDS)
