"""A worker that stops in the middle of a job of one kind, for the tests that kill it there.

It does what the job asks for, says so, and waits for ever instead of committing.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from registry.app import create_app
from registry.infrastructure.clock import FixedClock
from registry.infrastructure.database import db
from registry.services.worker import HANDLERS, Worker
from tests.conftest import NOW, test_settings


def main() -> None:
    data_dir, database_url, kind = sys.argv[1:]

    def make_and_hang(work: Any, payload: dict[str, Any]) -> None:
        HANDLERS[kind](work, payload)
        work.session.flush()
        sys.stdout.write("made\n")
        sys.stdout.flush()
        time.sleep(600)

    app = create_app(test_settings(Path(data_dir), database_url), FixedClock(NOW))
    with app.app_context():
        Worker(db.sessionmaker, app.extensions["registry"], HANDLERS | {kind: make_and_hang}).run_due()


if __name__ == "__main__":
    main()
