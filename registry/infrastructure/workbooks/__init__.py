"""Workbooks that people fill in and send: made, read, and given back with remarks.

    write_template(path, template)                          what to fill in
    sheets = read(path, template)                           raises RefusedFile or InvalidValue
    checked = bulk.check(template, sheets, facts)
    write_remarks(path, template, sheets, checked)          the same rows, with what is wrong

What comes in is judged and read in one child process (`registry.infrastructure.inspection.sandbox`); openpyxl is
never loaded here. Hidden rows and columns are read, since filters hide rows that are meant, and are named in the
result; hidden sheets are not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.domain.bulk import fill
from registry.infrastructure.inspection import WORKBOOK_LIMITS, XLSX
from registry.infrastructure.inspection.sandbox import run_child
from registry.infrastructure.workbooks.plain import grid_of
from registry.infrastructure.workbooks.remarks import NOTHING_WRONG, write_remarks
from registry.infrastructure.workbooks.templates import write_template

if TYPE_CHECKING:
    from pathlib import Path

    from registry.domain.bulk import Template
    from registry.domain.grids import FilledSheet
    from registry.infrastructure.inspection import Limits

__all__ = ["NOTHING_WRONG", "read", "write_remarks", "write_template"]

_READER: Final = "registry.infrastructure.workbooks.child"
_MOST_COLUMNS: Final = 100


def read(path: Path, template: Template, *, limits: Limits = WORKBOOK_LIMITS) -> tuple[FilledSheet, ...]:
    """Judge a file by its content and read the template's sheets from it, one for each in their order.

    An optional sheet that is not in the file comes as one that ``is_missing``, without rows.

    Raises:
        RefusedFile: the file is not accepted, lacks a sheet, or has too many rows; ``message`` says what to do.
        InvalidValue: the headings are missing or doubtful, or there are no rows.
        InspectionUnavailable: reading itself does not work; the file may be fine.
        FileNotFoundError: there is no such file.
    """
    job = {
        "task": "read",
        "path": str(path.resolve(strict=True)),
        "sheets": [(sheet.title, sheet.most_rows, sheet.optional) for sheet in template.sheets],
        "columns": _MOST_COLUMNS,
    }
    answer, _ = run_child(_READER, job, limits, claimed=XLSX)
    return fill(template, [each and grid_of(each) for each in answer["grids"]])
