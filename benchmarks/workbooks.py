"""What reading a sent workbook costs, against openpyxl as one finds it; and what odd files cost.

    python -m benchmarks.workbooks [rows]

Each way runs in a process of its own, in turns, so that its memory can be told. Ours starts another one to read in,
after it has judged the file; its memory is that of both processes together. Seconds are those of the processor. Trust
the ratios.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from openpyxl import load_workbook
from xlsxwriter import Workbook

from registry.domain.bulk import MOST_ROWS, Template, check
from registry.domain.errors import InvalidValue
from registry.domain.identifiers import check_hs_code
from registry.domain.requirements import Facts, Field, Kind
from registry.infrastructure.workbooks import read, write_remarks

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS: Final = 3
MOST_BYTES: Final = 1536 * 1024**2  # of address space for the plain way, which has no bounds of its own
TODAY: Final = date(2026, 3, 18)
TEMPLATE: Final = Template(
    "产品",
    (
        Field("name", "产品名称"),
        Field("category", "类别", Kind.CHOICE, choices=(("food", "农食产品"), ("consumer", "一般消费品"))),
        Field("made_on", "生产日期", Kind.DATE, not_future=True),
        Field("hs_code", "HS 编码", check=check_hs_code),
        Field("markets", "市场", Kind.CHOICES, choices=(("de", "德国"), ("jp", "日本"), ("us", "美国"))),
        *(Field(f"text_{number}", f"说明{number}") for number in range(7)),
    ),
    unique=(("name",),),
)


def write_list(path: Path) -> None:
    """Write a list as a spreadsheet program would, as many rows as its name says, with a mistake in every fifth."""
    rows = int(path.stem)
    book = Workbook(str(path))
    sheet = book.add_worksheet("产品")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, [field.label for field in TEMPLATE.fields])
    for row in range(1, rows + 1):
        code = "7013" if row % 5 == 0 else "70133700"
        sheet.write_row(row, 0, [f"示例产品 {row}（虚构）", "一般消费品"])
        sheet.write_datetime(row, 2, TODAY, day)
        sheet.write_row(row, 3, [code, "德国、日本", *(f"第 {row} 行的说明 {number}" for number in range(7))])
    book.close()


def write_far(path: Path) -> None:
    """Write the smallest file that spans the largest sheet."""
    book = Workbook(str(path))
    sheet = book.add_worksheet("产品")
    sheet.write_string("A1", "产品名称")
    sheet.write_string("XFD1048576", "x")
    book.close()


def ours(path: Path) -> object:
    """Judge and read."""
    return read(path, TEMPLATE)


def checked(path: Path) -> object:
    """Judge, read, and check each row by the form's rules."""
    return check(TEMPLATE, read(path, TEMPLATE), Facts(TODAY))


def plain(path: Path) -> object:
    """Read every cell as the library's manual begins with, as far as memory lasts."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    book = load_workbook(path)
    with suppress(MemoryError):
        return sum(cell.value is not None for sheet in book for row in sheet.iter_rows() for cell in row)
    return None


def refused(path: Path) -> object:
    """What is told of a file that cannot be read."""
    try:
        return read(path, TEMPLATE)
    except InvalidValue as error:
        return str(error)


def remarks(path: Path) -> float:
    """Seconds that only the writing takes."""
    sheets = read(path, TEMPLATE)
    found = check(TEMPLATE, sheets, Facts(TODAY))
    began = processor_seconds()
    write_remarks(path.with_suffix(".remarks.xlsx"), TEMPLATE, sheets, found)
    return processor_seconds() - began


WAYS: Final[dict[str, Callable[[Path], object]]] = {
    "write": write_list,
    "far": write_far,
    "ours": ours,
    "checked": checked,
    "plain": plain,
    "refused": refused,
    "remarks": remarks,
}


def measure(way: str, path: Path) -> tuple[float, float]:
    """Seconds and megabytes of one way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.workbooks", way, str(path)]
    seconds, megabytes = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return seconds, megabytes


def run(way: str, path: Path) -> None:
    """Print seconds and megabytes for `measure`."""
    began = processor_seconds()
    result = WAYS[way](path)
    seconds = result if isinstance(result, float) else processor_seconds() - began
    print(json.dumps([seconds, sum(usage.ru_maxrss for usage in usages()) / 1024]))


def usages() -> list[resource.struct_rusage]:
    """What this process has taken, and those that it has started."""
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def processor_seconds() -> float:
    """Seconds of processor time until now: others on the machine do not count."""
    return sum(usage.ru_utime + usage.ru_stime for usage in usages())


def main(rows: int = MOST_ROWS) -> None:
    """Print what each way takes, and the ratios of ours to the plain one."""
    with tempfile.TemporaryDirectory() as folder:
        full, long, far = (Path(folder, name) for name in (f"{rows}.xlsx", "100000.xlsx", "far.xlsx"))
        # Written elsewhere, as the memory of this process would be counted with that of those it starts.
        for way, path in (("write", full), ("write", long), ("far", far)):
            measure(way, path)
        taken: dict[str, list[tuple[float, float]]] = {"ours": [], "plain": [], "checked": [], "remarks": []}
        for _ in range(RUNS):
            for way, found in taken.items():
                found.append(measure(way, full))
        middle = {way: (median(s for s, _ in found), median(m for _, m in found)) for way, found in taken.items()}
        tell(f"{rows} rows, ours", middle["ours"], middle["plain"])
        tell(f"{rows} rows, plain", middle["plain"])
        tell("ours, and each row checked", middle["checked"])
        tell("writing remarks alone", middle["remarks"])
        for name, path in (("100,000 rows", long), ("A1 and XFD1048576", far)):
            unread, read_by_plain = measure("refused", path), measure("plain", path)
            tell(f"{name}, ours", unread, read_by_plain)
            tell(f"{name}, plain", read_by_plain)


def tell(what: str, taken: tuple[float, float], other: tuple[float, float] | None = None) -> None:
    """Print seconds and megabytes, and their ratios to another's."""
    ratios = f"{taken[0] / other[0]:10.2f} {taken[1] / other[1]:8.2f}" if other else ""
    print(f"{what:28} {taken[0]:8.2f} s {taken[1]:6.0f} MB {ratios}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        run(sys.argv[1], Path(sys.argv[2]))
    else:
        main(*(int(argument) for argument in sys.argv[1:2]))
