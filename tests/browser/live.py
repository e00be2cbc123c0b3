"""The site on a port of this machine, and the Chromium that visits it."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from registry.app import create_app
from registry.infrastructure.clock import FixedClock
from registry.infrastructure.database import WRITE, db
from registry.services import reference_data
from registry.services.work import Work
from registry.services.worker import HANDLERS, Worker
from tests.conftest import NOW, Site, SqliteDatabase, test_settings
from tests.factories import build_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Playwright

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class LiveSite(Site):
    """The site of `tests/conftest.py`, under an address that a browser can open."""

    address: str = ""

    def run_worker(self) -> int:
        """Do what is due, as the worker beside the web server would; tells how much that was."""
        with self.app.app_context():
            return Worker(db.sessionmaker, self.app.extensions["registry"], HANDLERS).run_due()


@contextmanager
def served() -> Iterator[tuple[BaseWSGIServer, str]]:
    """A server on a free port that has no application yet, and its address.

    The address is wanted first, because it is printed in QR codes.
    """
    server = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def live_site(folder: Path) -> Iterator[LiveSite]:
    """The small world of `tests/factories`, served."""
    with served() as (server, address):
        database, clock = SqliteDatabase(folder), FixedClock(NOW)
        settings = replace(test_settings(folder, database.url), public_url=address)
        app = create_app(settings, clock)
        with app.app_context():
            app.extensions["alembic"].upgrade()
            reference_data.load(db.session)
            world = build_world(Work(db.session, app.extensions["registry"]))
            db.session.commit()
            db.session.close()
            db.get_engine(WRITE).dispose()
        database.keep()
        server.app = app
        yield LiveSite(app, world, clock, database, folder, address)


@contextmanager
def chromium(playwright: Playwright, *arguments: str) -> Iterator[Browser | None]:
    """A Chromium without window: the one named in CHROMIUM, the machine's, or Playwright's own; None without any."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _PROGRAMS)), None)
    program = program or playwright.chromium.executable_path
    if not Path(program).exists():
        yield None
        return
    # Its own words, on file inputs and dates, are those of the machine's language.
    words = {"LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"}
    browser = playwright.chromium.launch(
        executable_path=program, args=[*_ARGUMENTS, *arguments], env={**os.environ, **words}
    )
    try:
        yield browser
    finally:
        browser.close()


class _Quiet(WSGIRequestHandler):
    """Every page brings twenty lines of log that nobody reads."""

    def log_request(self, *_: Any) -> None:
        """Say nothing."""


def _not_yet(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [])
    return []
