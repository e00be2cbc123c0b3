"""How much of a bare Flask application's speed the verification page keeps, in one process and one run.

    DATA_DIR=var python -m benchmarks.verification [seconds]

The page is compared with a Flask view that says “hello”, called through the same WSGI interface in turns, so that a
noisy machine slows both. Needs a database with at least one certificate, such as the demonstration's.
"""

from __future__ import annotations

import os
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Final

from flask import Flask
from sqlalchemy import select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from registry.app import create_app
from registry.infrastructure.database import db
from registry.models import Certificate

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

ROUNDS: Final = 10


def main(seconds: float = 2.0) -> None:
    """Print requests per second of both, and the ratio of the medians."""
    os.environ.setdefault("REGISTRY_ENV", "development")
    registry = create_app()
    with registry.app_context():
        code = db.session.scalar(select(Certificate.code).limit(1))
    if code is None:
        sys.exit("There is no certificate in this database; run bin/run once.")
    hello = Flask("hello")
    hello.add_url_rule("/", view_func=lambda: "hello")

    rates: dict[str, list[float]] = {"hello": [], "verification": []}
    for _ in range(ROUNDS):
        rates["hello"].append(_rate(hello, "/", seconds / ROUNDS))
        rates["verification"].append(_rate(registry, f"/c/{code}", seconds / ROUNDS))
    for name, each in rates.items():
        print(f"{name:14} {median(each):8.0f} requests a second")
    print(f"ratio          {median(rates['verification']) / median(rates['hello']):8.2f}")


def _rate(app: WSGIApplication, path: str, seconds: float) -> float:
    """Requests a second over about this time."""
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        _body, status, _headers = run_wsgi_app(app, EnvironBuilder(path).get_environ(), buffered=True)
        assert status.startswith("200"), status
        count += 1
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:2]))
