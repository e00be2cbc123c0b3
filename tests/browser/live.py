"""The site on a port of this machine, and the Chromium that visits it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
    from pathlib import Path


@dataclass
class LiveSite(Site):
    """The site of `tests/conftest.py`, under an address that a browser can open."""

    address: str = ""

    def run_worker(self) -> int:
        """Do what is due, as the worker beside the web server would; tells how much that was."""
        with self.app.app_context():
            return self._worker().run_due()

    def run_next(self) -> bool:
        """Do one thing that is due."""
        with self.app.app_context():
            return self._worker().run_next()

    def _worker(self) -> Worker:
        return Worker(db.sessionmaker, self.app.extensions["registry"], HANDLERS)


@contextmanager
def served(host: str = "127.0.0.1") -> Iterator[tuple[BaseWSGIServer, str]]:
    """A server on a free port that has no application yet, and its address.

    The address is wanted first, because it is printed in QR codes. Passkeys belong to a name, not to a number.
    """
    server = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server, f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def live_site(folder: Path) -> Iterator[LiveSite]:
    """The small world of `tests/factories`, served."""
    with served("localhost") as (server, address):
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


class _Quiet(WSGIRequestHandler):
    """Every page brings twenty lines of log that nobody reads."""

    def log_request(self, *_: Any) -> None:
        """Say nothing."""


def _not_yet(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [])
    return []
