"""The process that touches hostile bytes: judges one file and ends; see ``errand``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from registry.infrastructure.inspection import judge
from registry.infrastructure.inspection.errand import run

if TYPE_CHECKING:
    from registry.infrastructure.inspection.errand import Answer, Errand


def main(description: str, sent: BinaryIO, out: BinaryIO) -> None:
    """Do the one job that is described in JSON, and write the answer; see ``errand.run``."""
    run(description, sent, out, _TASKS)


def _inspect(errand: Errand) -> Answer:
    return asdict(judge.inspect(_path(errand), errand.limits)), b""


def _inspect_workbook(errand: Errand) -> Answer:
    return asdict(judge.inspect_workbook(_path(errand), errand.limits)), b""


def _clean(errand: Errand) -> Answer:
    return {}, judge.clean(_path(errand), errand.limits)


def _shrink(errand: Errand) -> Answer:
    return {}, judge.shrink(_path(errand), errand.limits)


def _path(errand: Errand) -> Path:
    return Path(errand.job["path"])


_TASKS: Final = {"inspect": _inspect, "inspect_workbook": _inspect_workbook, "clean": _clean, "shrink": _shrink}
