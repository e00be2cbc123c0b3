"""The process that reads workbooks; see ``registry.infrastructure.inspection.errand``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from registry.infrastructure.inspection.errand import run
from registry.infrastructure.inspection.judge import blaming_the_file
from registry.infrastructure.inspection.verdict import XLSX
from registry.infrastructure.workbooks.plain import plain
from registry.infrastructure.workbooks.reader import read_grids
from registry.infrastructure.workbooks.scan import Wanted

if TYPE_CHECKING:
    from registry.infrastructure.inspection.errand import Answer, Errand


def main(description: str, sent: BinaryIO, out: BinaryIO) -> None:
    """Do the one job that is described in JSON, and write the answer; see ``errand.run``."""
    run(description, sent, out, _TASKS)


def _read(errand: Errand) -> Answer:
    wanted = [Wanted(*each) for each in errand.job["sheets"]]
    with blaming_the_file(XLSX, errand.limits):
        grids = read_grids(Path(errand.job["path"]), wanted, errand.limits, most_columns=errand.job["columns"])
    return {"grids": [grid and plain(grid) for grid in grids]}, b""


_TASKS: Final = {"read": _read}
