"""The process that touches hostile bytes: gives up what it does not need, judges one file, answers, and ends.

Its argument is a job in JSON. Its answer on standard output is one line of JSON, followed by the bytes of a
picture if one was asked for. Dying is also an answer, which ``sandbox`` reads from the exit status.
"""

from __future__ import annotations

import json
import resource
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from registry.infrastructure.inspection import judge
from registry.infrastructure.inspection.verdict import Limits, RefusedFile

if TYPE_CHECKING:
    from collections.abc import Callable

# Larger than any picture within the limits can become: 40 million pixels of four bytes, and something over.
_MAX_OUTPUT_BYTES: Final = 192 * 1024 * 1024


def main(description: str, out: BinaryIO) -> None:
    """Do the one job that is described in JSON, and write the answer.

    Raises:
        Exception: the job cannot be done for a reason that is not the file's; the traceback goes to the log.
    """
    job = json.loads(description)
    limits = Limits(**job["limits"])
    give_up_rights(limits)
    head, body = _answer(_TASKS[job["task"]], Path(job["path"]), limits)
    out.write(json.dumps(head).encode() + b"\n" + body)
    out.flush()


def give_up_rights(limits: Limits) -> None:
    """Bound memory, processor time and output, and forbid new processes and memory dumps, for good.

    This contains crashes, hangs and bombs. It does not contain code that an attacker gets to run inside the
    parser: that is what the service's own confinement is for (no network, read-only file system).
    """
    for which, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, _MAX_OUTPUT_BYTES),
        (resource.RLIMIT_NPROC, 0),
        # A memory dump would hold somebody's report.
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (allowed, allowed))


def _answer(task: Callable[[Path, Limits], Answer], path: Path, limits: Limits) -> Answer:
    try:
        return task(path, limits)
    except RefusedFile as refusal:
        return {"refused": refusal.reason, "args": dict(refusal.params)}, b""


def _inspect(path: Path, limits: Limits) -> Answer:
    return asdict(judge.inspect(path, limits)), b""


def _clean(path: Path, limits: Limits) -> Answer:
    return {}, judge.clean(path, limits)


def _shrink(path: Path, limits: Limits) -> Answer:
    return {}, judge.shrink(path, limits)


Answer = tuple[dict[str, Any], bytes]  # What goes into the line of JSON, and what follows it.
_TASKS: Final = {"inspect": _inspect, "clean": _clean, "shrink": _shrink}
