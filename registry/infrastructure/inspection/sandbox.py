"""Starts the child process that judges a file, and reads its answer or its death.

C and C++ libraries parse what strangers send; a crash, a hang or a gigabyte must cost that one upload and not
the process that serves everybody. Nothing here imports such a library.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal

from registry.infrastructure.inspection.filetype import accepted_type
from registry.infrastructure.inspection.verdict import (
    PDF,
    InspectionUnavailable,
    Limits,
    Reason,
    RefusedFile,
    damaged,
    too_costly,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

logger = logging.getLogger(__name__)

Task = Literal["inspect", "inspect_workbook", "clean", "shrink"]

_PROJECT_ROOT: Final = str(Path(__file__).resolve().parents[3])
_INSPECTOR: Final = "registry.infrastructure.inspection.child"
# Python's isolated mode (-I) keeps the environment and the current directory from choosing what is imported.
# It forgets the project as well, so that is added by hand; ``-m`` alone would not find the package.
_BOOTSTRAP: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from importlib import import_module; "
    "import_module(sys.argv[2]).main(sys.argv[3], sys.stdin.buffer, sys.stdout.buffer)"
)
# Enough to find shared libraries. Secrets of the application are in its environment, and stay there.
_PASSED_ON: Final = ("LD_LIBRARY_PATH", "PATH")
# The system's ways of saying “too much”: the limit on processor time, and the limits on memory.
_STARVED: Final = frozenset({-signal.SIGXCPU, -signal.SIGKILL})
_LOGGED_BYTES: Final = 4000


def ask_child(task: Task, path: Path, limits: Limits, *, claimed: str = "") -> tuple[dict[str, Any], bytes]:
    """Have a child process do one task, and return its answer.

    Args:
        task: what is to be done with the file.
        path: the file.
        limits: what it may cost.
        claimed: the media type that is expected, for the refusal; else what the file begins like.

    Raises:
        RefusedFile: the child refused the file, or did not survive it.
        InspectionUnavailable: the child failed for a reason that is not the file's.
        FileNotFoundError: there is no such file.
    """
    with path.open("rb") as file:
        claimed = claimed or accepted_type(file.read(16)) or PDF
    return run_child(_INSPECTOR, {"task": task, "path": str(path.absolute())}, limits, claimed=claimed)


def run_child(
    program: str, job: Mapping[str, Any], limits: Limits, *, claimed: str, parts: Sequence[bytes] = ()
) -> tuple[dict[str, Any], bytes]:
    """Have a child process do one job within limits, and return its answer.

    Args:
        program: the module whose ``main`` does it, see ``errand``.
        job: what is to be done, as JSON holds it. Others on this machine can read it while the child runs.
        limits: what it may cost.
        claimed: the media type that the bytes begin like, for the refusal.
        parts: bytes for the child, through a pipe: nobody else sees them, and they reach no disk.

    Raises:
        RefusedFile: the child refused the bytes, or did not survive them.
        InspectionUnavailable: the child failed for a reason that is not theirs.
    """
    description = json.dumps({**job, "limits": asdict(limits), "sizes": [len(part) for part in parts]})
    command = [sys.executable, "-I", "-c", _BOOTSTRAP, _PROJECT_ROOT, program, description]
    # Files and not pipes for answers: the child's own limit bounds their size, and nobody has to empty them meanwhile.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as log:
        try:
            status = _run(command, b"".join(parts), out, log, limits)
        except subprocess.TimeoutExpired as error:
            logger.warning("inspection stopped after %s seconds", limits.wall_seconds)
            raise too_costly(claimed, limits) from error
        if status < 0:
            logger.warning("inspection ended by signal %s: %s", -status, _tail(log))
            raise too_costly(claimed, limits) if status in _STARVED else damaged(claimed)
        if status > 0:
            raise InspectionUnavailable(_tail(log))
        return _read(out)


def _run(command: Sequence[str], sent: bytes, out: BinaryIO, log: BinaryIO, limits: Limits) -> int:
    """Run a command to its end and return its status; kill it when its time is up."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    finished = subprocess.run(  # noqa: S603 - the command is ours, and no shell reads it
        command,
        input=sent,
        stdout=out,
        stderr=log,
        env=environment,
        cwd="/",
        timeout=limits.wall_seconds,
        check=False,
    )
    return finished.returncode


def _read(out: BinaryIO) -> tuple[dict[str, Any], bytes]:
    out.seek(0)
    head = json.loads(out.readline())
    if "refused" in head:
        raise RefusedFile(Reason(head["refused"]), **head["args"])
    return head, out.read()


def _tail(log: BinaryIO) -> str:
    """Return the end of what the child wrote about itself."""
    end = log.seek(0, os.SEEK_END)
    log.seek(max(0, end - _LOGGED_BYTES))
    return log.read().decode("utf-8", "replace")
