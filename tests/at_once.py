"""Doing things at the same moment: each in a thread, each on a database connection of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WAIT = 30  # seconds


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all calls at one moment and return what each returned or raised, in the order given."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait(WAIT)
        try:
            return call()
        except Exception as error:  # noqa: BLE001  # What went wrong is the result.
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
