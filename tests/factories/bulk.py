"""Spreadsheets as firms fill them in, send them and take them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from registry.domain.errors import InvalidFields
from registry.infrastructure import workbooks
from registry.infrastructure.database import db
from registry.models import BulkImport, BulkRow, Product
from registry.services import bulk_imports, enterprises, files
from tests.factories.certificates import worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from registry.services.work import Work
    from tests.conftest import Site

    Rows = Sequence[Sequence[Any]]

CUP = ("示例保温杯（虚构）", "Fictional flask", "虚构牌", "BW-1", "一般消费品", "6901234567885", "9617.00.11")
BOWL = ("示例瓷碗（虚构）", "", "", "", "一般消费品", "", "")
PLATE = ("示例瓷盘 🍽（虚构）", "", "虚构牌", "P-1", "一般消费品", "", "")


def sheet_of(
    work: Work, kind: str, path: Path, *rows: Rows, change: Callable[[Workbook], object] | None = None
) -> Path:
    """The template with these rows on its sheets, as a person would fill it in."""
    workbooks.write_template(path, bulk_imports.template(work, kind))
    book = load_workbook(path)
    for sheet, each in zip(book.worksheets, rows, strict=False):
        for row in each:
            sheet.append(list(row))
    if change:
        change(book)
    book.save(path)
    return path


def sent(site: Site, folder: Path, *rows: Rows, kind: str = "product", by: int | None = None, **more: Any) -> int:
    """Fill in, upload, and have it checked; gives the import's number."""
    with site.work(by or site.world.owner) as work:
        path = sheet_of(work, kind, folder / "sent.xlsx", *rows, **more)
        number = bulk_imports.upload(work, kind, path, "产品表.xlsx").id
    run(site)
    return number


def run(site: Site) -> int:
    with site.app.app_context():
        return worker(site).run_due()


def found(site: Site, number: int) -> BulkImport:
    with site.app.app_context():
        return db.session.get_one(BulkImport, number)


def told(site: Site, number: int) -> list[tuple[str, str]]:
    """What is wrong in a spreadsheet, at its cells."""
    with site.app.app_context():
        rows = db.session.scalars(select(BulkRow).where(BulkRow.bulk_import_id == number).order_by(BulkRow.number))
        lists = [row.mistakes["list"] for row in rows if row.mistakes]
        return [(item["cell"], str(bulk_imports.message_of(item))) for each in lists for item in each]


def start(site: Site, number: int, *, only_right: bool = False, by: int | None = None) -> None:
    with site.work(by or site.world.owner) as work:
        revision = bulk_imports.get_own(work, number).revision
        bulk_imports.start(work, number, revision=revision, only_right=only_right)


def not_started(site: Site, number: int, **more: Any) -> str:
    """Why this spreadsheet cannot be started."""
    with pytest.raises(InvalidFields) as caught:
        start(site, number, **more)
    return str(caught.value.fields["rows"])


def taken(site: Site, folder: Path, *rows: Rows, **more: Any) -> dict[str, int]:
    """Send rows that are right, take them in, and give what became of them."""
    number = sent(site, folder, *rows, **more)
    start(site, number)
    run(site)
    return became(site, number)


def became(site: Site, number: int) -> dict[str, int]:
    with site.work(site.world.owner) as work:
        return bulk_imports.outcomes(work, bulk_imports.get_own(work, number))


def count(site: Site, model: Any = Product, *conditions: Any) -> int:
    with site.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def contents(site: Site) -> list[str]:
    """The digests of all that lies in the store."""
    return sorted(path.name for path in (site.data_dir / "files").rglob("*") if path.is_file())


def numbered(*rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows of a sheet that others refer to, with their numbers in front."""
    return [(number, *row) for number, row in enumerate(rows, start=1)]


def checked_import(work: Work, folder: Path) -> int:
    """A spreadsheet that has been checked, as if the worker had done so: one row, which is wrong."""
    path = folder / "remarks.xlsx"
    path.write_bytes(b"PK fictional")
    stored = files.keep_made_workbook(work, path)
    found = BulkImport(
        enterprise_id=enterprises.own(work, to_file=True).id,
        kind="product",
        file=stored,
        file_name="产品表.xlsx",
        status="checked",
        total=1,
        wrong=1,
        remarks=stored,
        created_by_id=work.actor.user_id,
        created_at=work.now,
    )
    work.session.add(found)
    work.session.flush()
    return found.id
