"""A worker that stops in the middle of a job, for the test that kills it there.

It makes the document, says so, and waits for ever instead of committing.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from registry.app import create_app
from registry.config import load_settings
from registry.infrastructure.clock import FixedClock
from registry.infrastructure.database import db
from registry.services.certificates import DOCUMENT_JOB
from registry.services.worker import HANDLERS, Worker
from tests.conftest import NOW


def make_and_hang(work: Any, payload: dict[str, Any]) -> None:
    HANDLERS[DOCUMENT_JOB](work, payload)
    sys.stdout.write("made\n")
    sys.stdout.flush()
    time.sleep(600)


def main() -> None:
    app = create_app(load_settings(), FixedClock(NOW))
    with app.app_context():
        Worker(db.sessionmaker, app.extensions["registry"], HANDLERS | {DOCUMENT_JOB: make_and_hang}).run_due()


if __name__ == "__main__":
    main()
