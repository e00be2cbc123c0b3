"""What every child process does: gives up what it does not need, does the one thing it was asked, answers, and ends.

Its argument is a job in JSON; bytes that belong to it come on standard input. Its answer on standard output is one
line of JSON, followed by bytes if there are any. Dying is also an answer, which ``sandbox`` reads from the exit status.
"""

from __future__ import annotations

import json
import resource
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from registry.infrastructure.inspection.verdict import Limits, RefusedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Larger than any picture within the limits can become: 40 million pixels of four bytes, and something over.
_MAX_OUTPUT_BYTES: Final = 192 * 1024 * 1024

Answer = tuple[dict[str, Any], bytes]  # What goes into the line of JSON, and what follows it.


@dataclass(frozen=True, slots=True)
class Errand:
    """What a child is asked to do, and with what."""

    job: Mapping[str, Any]
    parts: tuple[bytes, ...]  # What came on standard input.
    limits: Limits


def run(description: str, sent: BinaryIO, out: BinaryIO, tasks: Mapping[str, Callable[[Errand], Answer]]) -> None:
    """Do the one job that is described in JSON, and write the answer.

    Raises:
        Exception: the job cannot be done for a reason that is not the file's; the traceback goes to the log.
    """
    job = json.loads(description)
    limits = Limits(**job["limits"])
    give_up_rights(limits)
    parts = tuple(sent.read(size) for size in job.get("sizes", ()))
    try:
        head, body = tasks[job["task"]](Errand(job, parts, limits))
    except RefusedFile as refusal:
        head, body = {"refused": refusal.reason, "args": dict(refusal.params)}, b""
    # As UTF-8, since escapes would make a list in Chinese twice as long; what no text can hold stays as it is.
    out.write(json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" + body)
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
        # A memory dump would hold somebody's report, or key.
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (allowed, allowed))
