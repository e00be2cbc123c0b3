"""A worker that stops in the middle of a job, for the test that kills it there.

It makes the document, says so, and waits for ever instead of committing.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from registry.app import create_app
from registry.infrastructure.clock import FixedClock
from registry.infrastructure.database import db
from registry.services.certificates import DOCUMENT_JOB
from registry.services.worker import HANDLERS, Worker
from tests.conftest import NOW, test_settings


def make_and_hang(work: Any, payload: dict[str, Any]) -> None:
    HANDLERS[DOCUMENT_JOB](work, payload)
    sys.stdout.write("made\n")
    sys.stdout.flush()
    time.sleep(600)


def main() -> None:
    data_dir, database_url = sys.argv[1:]
    app = create_app(test_settings(Path(data_dir), database_url), FixedClock(NOW))
    with app.app_context():
        Worker(db.sessionmaker, app.extensions["registry"], HANDLERS | {DOCUMENT_JOB: make_and_hang}).run_due()


if __name__ == "__main__":
    main()
