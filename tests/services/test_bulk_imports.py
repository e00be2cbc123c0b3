"""Spreadsheets of a firm: checked row by row, taken in once, whatever happens in between."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.config import PROJECT_ROOT
from registry.domain.errors import InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.roles import Role
from registry.infrastructure import workbooks
from registry.infrastructure.database import db
from registry.infrastructure.inspection import RefusedFile
from registry.models import AuditEvent, BulkImport, BulkRow, Job, User
from registry.services import bulk_imports, jobs, people
from registry.services.bulk_imports import CHECK_JOB, IMPORT_JOB
from tests.at_once import at_once
from tests.factories import worker
from tests.factories.bulk import (
    BOWL,
    CUP,
    became,
    contents,
    count,
    found,
    not_started,
    numbered,
    run,
    sent,
    sheet_of,
    start,
    taken,
    told,
)

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

    from tests.conftest import Site


# Files


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7 but called otherwise", "实际是：PDF 文件"),
        (b"", "空的"),
        (b"PK\x03\x04 broken off", "已损坏"),
    ],
    ids=["renamed", "empty", "broken_off"],
)
def test_what_is_no_spreadsheet_is_refused_at_once(site: Site, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "sent.xlsx"
    path.write_bytes(content)
    with site.work(site.world.owner) as work:
        with pytest.raises(RefusedFile, match=message):
            bulk_imports.upload(work, "product", path, "产品.xlsx")
        work.session.rollback()
    assert count(site, BulkImport) == count(site, Job) == 0


def test_a_spreadsheet_that_cannot_be_read_says_why(site: Site, tmp_path: Path) -> None:
    def other_headings(book: Workbook) -> None:
        book.worksheets[0]["B3"] = "名称"

    row = found(site, sent(site, tmp_path, numbered(CUP), change=other_headings))
    assert (row.status, row.finished_at) == ("refused", site.clock.moment)
    assert row.message is not None
    assert str(bulk_imports.message_of(row.message)) == "缺少列：产品名称。请使用模板的标题。"
    with site.work(site.world.owner) as work, pytest.raises(NotFound):
        bulk_imports.read_remarks(work, row.id)


def test_a_list_that_is_too_long_is_refused(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("产品名称,类别\n" + "示例（虚构）,一般消费品\n" * 100_000, encoding="utf-8")
    with site.work(site.world.owner) as work:
        number = bulk_imports.upload(work, "product", path, "产品.csv").id
    run(site)
    row = found(site, number)
    assert row.status == "refused"
    assert row.message is not None
    assert "5000 行" in str(bulk_imports.message_of(row.message))
    assert count(site, BulkRow) == 0


def test_a_list_of_values_is_read_as_well(site: Site, tmp_path: Path) -> None:
    """CSV has one sheet, which has another name."""
    path = tmp_path / "list.csv"
    path.write_text("产品名称,类别\n示例勺（虚构）,一般消费品\n示例叉（虚构）,\n", encoding="gb18030")
    with site.work(site.world.owner) as work:
        number = bulk_imports.upload(work, "product", path, "产品.csv").id
    run(site)
    assert told(site, number) == [("B3", "请选择一项。")]
    start(site, number, only_right=True)
    run(site)
    assert became(site, number) == {"added": 1}


# Who acts when


def test_rows_are_taken_in_a_hundred_at_a_time_and_can_be_stopped(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_imports, "PER_JOB", 2)
    rows = numbered(*((f"示例 {number}（虚构）", "", "", "", "一般消费品", "", "") for number in range(6)))
    number = sent(site, tmp_path, rows)
    start(site, number)
    with site.app.app_context():
        assert worker(site).run_next()
    row = found(site, number)
    assert (row.status, row.done, count(site)) == ("importing", 2, 4)
    with site.work(site.world.filer) as work:
        for shown in ("checking", "checked"):
            with pytest.raises(StaleRevision):
                bulk_imports.cancel(work, number, shown=shown)
        bulk_imports.cancel(work, number, shown="importing")
        bulk_imports.cancel(work, number, shown="importing")
    assert run(site) == 1
    row = found(site, number)
    assert (row.status, row.done, row.finished_at) == ("cancelled", 2, site.clock.moment)
    assert became(site, number) == {"added": 2}
    with pytest.raises(StaleRevision):
        start(site, number)
    # What is sent again goes on where it was.
    assert taken(site, tmp_path, rows) == {"unchanged": 2, "added": 4}
    assert count(site, Job, Job.kind == IMPORT_JOB) == 5
    number = found(site, number).id + 1
    with site.work(site.world.owner) as work, pytest.raises(StaleRevision):
        bulk_imports.cancel(work, number, shown="imported")


def test_pressing_twice_starts_once(site: Site, tmp_path: Path) -> None:
    number = sent(site, tmp_path, numbered(CUP))
    revision = found(site, number).revision
    with site.work(site.world.owner) as work:
        with pytest.raises(StaleRevision):
            bulk_imports.start(work, number, revision=revision - 1, only_right=False)
        bulk_imports.start(work, number, revision=revision, only_right=False)
        bulk_imports.start(work, number, revision=revision, only_right=False)
    assert run(site) == 1
    start(site, number)
    assert run(site) == 0
    assert (became(site, number), count(site)) == ({"added": 1}, 3)


def test_of_two_who_start_at_once_one_does(site: Site, tmp_path: Path) -> None:
    number = sent(site, tmp_path, numbered(CUP))
    world = site.world
    results = at_once([lambda: start(site, number, by=world.owner), lambda: start(site, number, by=world.filer)])
    assert [error for error in results if error is not None and not isinstance(error, StaleRevision)] == []
    run(site)
    assert (became(site, number), count(site)) == ({"added": 1}, 3)
    assert count(site, AuditEvent, AuditEvent.tag == "enterprise:bulk:start") == 1


def test_one_spreadsheet_at_a_time(site: Site, tmp_path: Path) -> None:
    """The same one sent twice is one; a colleague's has to wait, whatever is sent at the same moment."""
    world = site.world
    with site.work(world.owner) as work:
        one = sheet_of(work, "product", tmp_path / "one.xlsx", numbered(CUP))
        two = sheet_of(work, "product", tmp_path / "two.xlsx", numbered(BOWL))

    def send(user: int, path: Path) -> int:
        with site.work(user) as work:
            return bulk_imports.upload(work, "product", path, path.name).id

    results = at_once([lambda: send(world.owner, one), lambda: send(world.filer, two)])
    numbers = [result for result in results if isinstance(result, int)]
    (refused,) = [result for result in results if not isinstance(result, int)]
    assert "还在处理" in str(refused.fields["file"])
    again, by = (one, world.owner) if isinstance(results[0], int) else (two, world.filer)
    assert [send(by, again)] == numbers
    assert count(site, BulkImport) == 1
    run(site)
    assert send(world.owner, one) not in numbers
    with site.work(world.owner) as work:
        assert [row.status for row in bulk_imports.list_own(work)] == ["checking", "checked"]


def test_of_two_that_were_checked_one_is_taken_in_at_a_time(site: Site, tmp_path: Path) -> None:
    one, two = sent(site, tmp_path, numbered(CUP)), sent(site, tmp_path, numbered(BOWL))
    start(site, one)
    assert "另一份表格还在处理" in not_started(site, two)
    run(site)
    start(site, two)
    run(site)
    assert [became(site, each) for each in (one, two)] == [{"added": 1}] * 2


def test_of_two_that_are_started_at_once_one_waits(site: Site, tmp_path: Path) -> None:
    one, two = sent(site, tmp_path, numbered(CUP)), sent(site, tmp_path, numbered(BOWL))
    results = at_once([lambda: start(site, one), lambda: start(site, two)])
    assert sorted(type(each).__name__ for each in results) == ["InvalidFields", "NoneType"]


def test_what_is_not_wanted_is_not_kept(site: Site, tmp_path: Path) -> None:
    """While another one is at work, nothing of a further one comes into the store."""
    world = site.world
    with site.work(world.owner) as work:
        one = sheet_of(work, "product", tmp_path / "one.xlsx", numbered(CUP))
        bulk_imports.upload(work, "product", one, "产品.xlsx")
    with site.work(world.owner) as work:
        two = sheet_of(work, "product", tmp_path / "two.xlsx", numbered(BOWL))
    before = contents(site)
    with site.work(world.filer) as work:
        with pytest.raises(InvalidFields):
            bulk_imports.upload(work, "product", two, "产品.xlsx")
        work.session.rollback()
    assert contents(site) == before
    assert len(before) == 1


def test_a_check_that_is_given_up_leaves_nothing(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled while the worker reads: what it finds counts no more, be it good or bad."""
    world, read = site.world, workbooks.read

    def cancelled(path: Path, *args: Any, **options: Any) -> Any:
        with site.work(world.owner) as work:
            (row,) = [row for row in bulk_imports.list_own(work) if row.status == "checking"]
            bulk_imports.cancel(work, row.id, shown="checking")
        return read(path, *args, **options)

    monkeypatch.setattr(workbooks, "read", cancelled)
    right = sent(site, tmp_path, numbered(CUP))
    wrong = sent(site, tmp_path, [])
    with site.work(world.owner) as work:
        path = sheet_of(work, "product", tmp_path / "sent.xlsx", numbered(BOWL))
        before = bulk_imports.upload(work, "product", path, "产品.xlsx").id
        bulk_imports.cancel(work, before, shown="checking")
    assert run(site) == 1
    assert [(found(site, each).status, found(site, each).message) for each in (right, wrong, before)] == [
        ("cancelled", None)
    ] * 3
    assert count(site, BulkRow) == 0


@pytest.mark.parametrize("how", ["left", "viewer", "barred"])
def test_whoever_may_file_no_more_takes_nothing_in(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(bulk_imports, "PER_JOB", 1)
    number = sent(site, tmp_path, numbered(CUP, BOWL), by=site.world.filer)
    start(site, number, by=site.world.filer)
    with site.app.app_context():
        assert worker(site).run_next()
    with site.work(site.world.owner) as work:
        membership = people.membership_of(work.session, site.world.filer, site.world.enterprise)
        assert membership is not None
        if how == "barred":
            work.session.get_one(User, site.world.filer).active = False
        elif how == "viewer":
            membership.role = Role.VIEWER
        else:
            people.leave(work, membership)
    run(site)
    row = found(site, number)
    assert (row.status, row.done, count(site)) == ("cancelled", 1, 3)
    assert row.message is not None
    assert "不再为本企业填报" in str(bulk_imports.message_of(row.message))


def test_what_somebody_sent_a_colleague_takes_in(site: Site, tmp_path: Path) -> None:
    """The spreadsheet is the firm's, not the sender's, who has left since."""
    with site.work(site.world.filer) as work:
        path = sheet_of(work, "product", tmp_path / "sent.xlsx", numbered(CUP))
        number = bulk_imports.upload(work, "product", path, "产品.xlsx").id
    with site.work(site.world.owner) as work:
        membership = people.membership_of(work.session, site.world.filer, site.world.enterprise)
        assert membership is not None
        people.leave(work, membership)
    run(site)
    start(site, number)
    run(site)
    assert became(site, number) == {"added": 1}
    added = AuditEvent.tag == "enterprise:product:add"
    with site.work() as work:
        events = work.session.scalars(select(AuditEvent).where(added).order_by(AuditEvent.id)).all()
        assert events[-1].actor_id == site.world.owner


def test_spreadsheets_are_the_firms_own(site: Site, tmp_path: Path) -> None:
    number = sent(site, tmp_path, numbered((*BOWL[:4], "", "", "")))
    with site.work(site.world.other_owner) as work:
        assert bulk_imports.list_own(work) == []
        for call in (
            lambda: bulk_imports.get_own(work, number),
            lambda: bulk_imports.read_remarks(work, number),
            lambda: bulk_imports.start(work, number, revision=2, only_right=True),
            lambda: bulk_imports.cancel(work, number, shown="checked"),
        ):
            with pytest.raises(NotFound):
                call()
    with site.work(site.world.viewer) as work:
        assert [row.id for row in bulk_imports.list_own(work)] == [number]
        assert bulk_imports.read_remarks(work, number)
        with pytest.raises(NotFound):
            bulk_imports.cancel(work, number, shown="checked")
        with pytest.raises(NotAllowed):
            bulk_imports.template(work, "product")
    with site.work(site.world.owner) as work, pytest.raises(NotFound):
        bulk_imports.template(work, "certification")


def test_a_worker_killed_in_the_middle_takes_every_row_in_once(site: Site, tmp_path: Path) -> None:
    rows = numbered(*((f"示例 {number}（虚构）", "", "", "", "一般消费品", "", "") for number in range(102)))
    number = sent(site, tmp_path, rows)
    start(site, number)
    with site.app.app_context():
        assert worker(site).run_next()
        db.session.close()
    assert (found(site, number).done, count(site)) == (100, 102)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.services.slow_worker", str(site.data_dir), site.database.url, IMPORT_JOB],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "made\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
    assert (found(site, number).done, count(site)) == (100, 102)
    assert run(site) == 0
    site.clock.moment += jobs.LEASE
    run(site)
    row = found(site, number)
    assert (row.status, row.done, became(site, number), count(site)) == ("imported", 102, {"added": 102}, 104)
    added = AuditEvent.tag == "enterprise:product:add"
    assert count(site, AuditEvent, added) == 104


def test_a_worker_killed_while_it_checks_checks_again(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        path = sheet_of(work, "product", tmp_path / "sent.xlsx", numbered(CUP, BOWL))
        number = bulk_imports.upload(work, "product", path, "产品.xlsx").id
    with site.app.app_context(), db.sessionmaker() as session, session.begin():
        assert jobs.claim(session, site.clock.moment) is not None  # And it dies: nothing is noted.
    assert run(site) == 0
    site.clock.moment += jobs.LEASE
    assert run(site) == 1
    assert (found(site, number).total, count(site, BulkRow)) == (2, 2)
    assert count(site, Job, Job.kind == CHECK_JOB) == 1
