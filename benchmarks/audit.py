"""What the audit trail's chain costs when a use case commits, and how fast it is checked.

    python -m benchmarks.audit [rows]

On an SQLite database of its own in a temporary folder. A commit with one event is compared with the same commit
without any, in turns; the check with merely reading the same rows.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from registry.app import create_app
from registry.config import load_settings
from registry.infrastructure.database import READ, db
from registry.models import AuditEvent
from registry.services import audit
from registry.services.work import Work

if TYPE_CHECKING:
    from flask import Flask

TAG: Final = "enterprise:enterprise:change"
COMMITS: Final = 300
EVENTS_A_COMMIT: Final = 1_000
_CHANGE: Final = text(
    "INSERT INTO number_series (name, last) VALUES ('x', 0) ON CONFLICT (name) DO UPDATE SET last = last + 1"
)


def main(rows: int = 50_000) -> None:
    """Print milliseconds, rows a second, and both ratios."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"REGISTRY_ENV": "development", "DATA_DIR": folder})
        app = create_app(replace(settings, data_dir=Path(folder)))
        with app.app_context():
            app.extensions["alembic"].upgrade()
            _commits(app)
            _check(app, rows)


def _commits(app: Flask) -> None:
    times: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(COMMITS):
        for recorded, seconds in times.items():
            began = time.perf_counter()
            db.session.execute(_CHANGE)
            if recorded:
                audit.record(Work(db.session, app.extensions["registry"]), TAG, 1, fields=["name"])
            db.session.commit()
            seconds.append(time.perf_counter() - began)
    plain, chained = (median(times[recorded]) * 1000 for recorded in (False, True))
    print(f"commit            {plain:8.2f} ms")
    print(f"commit with event {chained:8.2f} ms")
    print(f"ratio             {chained / plain:8.2f}")


def _check(app: Flask, rows: int) -> None:
    for _ in range(rows // EVENTS_A_COMMIT):
        for number in range(EVENTS_A_COMMIT):
            audit.record(Work(db.session, app.extensions["registry"]), TAG, number, fields=["name"])
        db.session.commit()
    db.session.bind = db.get_engine(READ)
    began = time.perf_counter()
    read = len(db.session.execute(select(AuditEvent.__table__)).all())
    middle = time.perf_counter()
    verdict = audit.check(db.session)
    end = time.perf_counter()
    assert verdict.broken is None
    print(f"read              {read / (middle - began):8.0f} rows a second")
    print(f"check             {verdict.rows / (end - middle):8.0f} rows a second")
    print(f"ratio             {(middle - began) / (end - middle):8.2f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
