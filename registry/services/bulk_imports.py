"""Many products or declarations from one spreadsheet: checked by the worker, then taken in as the firm chooses.

Checking is one job, since rows are compared with one another. Taking in is a chain of jobs of a hundred rows, each a
transaction of its own, so that progress is seen and a worker that dies loses nothing and does nothing twice.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import joinedload

from registry.domain import bulk
from registry.domain.bulk_notes import Effect, notes_on
from registry.domain.errors import InvalidFields, NotFound, RegistryError, StaleRevision
from registry.domain.filenames import display_name
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES
from registry.infrastructure import workbooks
from registry.infrastructure.inspection import WORKBOOK_LIMITS
from registry.models import BulkImport, BulkRow, User
from registry.services import audit, enterprises, files, jobs, people
from registry.services.bulk_targets import target_named
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry.domain.bulk import Checked, Finding, Mistake, Template
    from registry.domain.bulk_notes import Note
    from registry.services.work import Work

CHECK_JOB: Final = "bulk_check"
IMPORT_JOB: Final = "bulk_import"
PER_JOB: Final = 100  # rows: on SQLite everybody else waits for that long
AT_WORK: Final = frozenset({"checking", "importing"})
MOST_MISTAKES: Final = 100  # that are kept of a spreadsheet, to be shown; all of them stand in the file with remarks

_MOST_LISTED: Final = 50
# Less than the lease of a job, so that no second worker begins to read the same.
_LIMITS: Final = replace(WORKBOOK_LIMITS, wall_seconds=jobs.LEASE.total_seconds() * 3 / 4)
_BUSY: Final = N_("本企业的上一份表格还在处理，请等它完成后再上传。")
_ANOTHER: Final = N_("本企业的另一份表格还在处理，请等它完成后再导入。")
_LEFT: Final = N_("开始导入的人已不再为本企业填报，没有继续导入。")
_WRONG: Final = N_("还有 %(count)s 行有错误。可以只导入正确的行，或改好后重新上传。")
_NOTHING: Final = N_("没有可以导入的行。")
_ASKED: Final = N_("请先核对页面上的说明，再确认导入。")
_STOPPED: Final = N_("这份表格要先改好，才能导入。原因见页面上的说明。")


def template(work: Work, kind: str) -> Template:
    """What there is to fill in, with what the actor's firm can choose from.

    Raises:
        NotFound: there is no such kind.
        NotAllowed: the actor files for no firm.
    """
    return target_named(kind).template(work, enterprises.own(work, to_file=True).id)


def list_own(work: Work) -> list[BulkImport]:
    """The newest spreadsheets of the actor's firm, the last first."""
    return list(
        work.session.scalars(
            select(BulkImport)
            .where(BulkImport.enterprise_id.in_(work.actor.enterprise_ids(ENTERPRISE_ROLES)))
            .options(joinedload(BulkImport.created_by))
            .order_by(BulkImport.id.desc())
            .limit(_MOST_LISTED)
        )
    )


def get_own(work: Work, import_id: int, *, to_file: bool = False) -> BulkImport:
    """One of them.

    Raises:
        NotFound: there is none, or it is another firm's.
    """
    ids = work.actor.enterprise_ids(FILING_ROLES if to_file else ENTERPRISE_ROLES)
    found = work.session.scalar(select(BulkImport).where(BulkImport.id == import_id, BulkImport.enterprise_id.in_(ids)))
    if found is None:
        raise NotFound
    return found


def read_remarks(work: Work, import_id: int) -> tuple[str, bytes]:
    """The name a spreadsheet came with, and the same with remarks.

    Raises:
        NotFound: there is none, or nothing is to be remarked (yet).
        BlobNotFound, BlobCorrupted: it is not in the store any more, or is damaged.
    """
    row = get_own(work, import_id)
    if row.remarks is None:
        raise NotFound
    with work.store.open(row.remarks.sha256, verify=True) as file:
        return row.file_name, file.read()


def upload(work: Work, kind: str, path: Path, name: str) -> BulkImport:
    """Keep a spreadsheet and have it checked; the same one again, while it is being checked, is the same import.

    Raises:
        NotFound: there is no such kind.
        NotAllowed: the actor files for no firm.
        InvalidFields: the firm's last spreadsheet is still at work.
        RefusedFile: the file is no spreadsheet that is accepted.
    """
    target, enterprise = target_named(kind), enterprises.own(work, to_file=True)
    judged = files.judge_workbook(work, path)
    lock(work.session, enterprise)
    at_work = _at_work(work, enterprise.id)
    if at_work is not None:
        if (at_work.status, at_work.kind, at_work.file.sha256) == ("checking", target.KIND, judged.sha256):
            return at_work  # A double click.
        raise InvalidFields({"file": Message(_BUSY)})
    stored = files.keep_judged(work, judged)
    row = BulkImport(
        enterprise_id=enterprise.id,
        kind=target.KIND,
        file=stored,
        file_name=display_name(name, stored.media_type),
        created_by_id=work.actor.user_id,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    audit.record(work, "enterprise:bulk:upload", row.id, kind=kind, sha256=stored.sha256)
    jobs.enqueue(work.session, CHECK_JOB, str(row.id), {"import_id": row.id}, at=work.now)
    return row


def start(work: Work, import_id: int, *, revision: int, only_right: bool) -> None:
    """Take the right rows in, in the name of the actor; what has been started already goes on.

    Args:
        work: who acts.
        import_id: the spreadsheet.
        revision: the revision the actor was shown.
        only_right: although others are wrong, or something of it may not be meant.

    Raises:
        NotFound: it is another firm's.
        StaleRevision: somebody acted since the actor looked.
        InvalidFields: the actor did not say that what is right is meant, though not all is; nothing is right; or the
            firm has another spreadsheet at work.
    """
    row = _locked(work, import_id)
    if row.status in {"importing", "imported"}:
        return  # A double click, or a colleague was faster.
    if row.status != "checked" or row.revision != revision:
        raise StaleRevision
    if row.total == row.wrong:
        raise InvalidFields({"rows": Message(_NOTHING)})
    effects = {note["effect"] for note in row.notes or []}
    if Effect.STOPS in effects:
        raise InvalidFields({"rows": Message(_STOPPED)})
    if row.wrong and not only_right:
        raise InvalidFields({"rows": Message(_WRONG, {"count": row.wrong})})
    if Effect.ASKED in effects and not only_right:
        raise InvalidFields({"rows": Message(_ASKED)})
    # The firm after the row, as in the job that takes rows in: two who waited for each other would wait for ever.
    lock(work.session, row.enterprise)
    if _at_work(work, row.enterprise_id) is not None:
        raise InvalidFields({"rows": Message(_ANOTHER)})
    row.status, row.done = "importing", 0
    audit.record(work, "enterprise:bulk:start", row.id, rows=row.total - row.wrong)
    _ask_for_rows(work, row, work.actor.user_id, after=0)


def cancel(work: Work, import_id: int, *, shown: str) -> None:
    """Take nothing in, or nothing more; rows that are in stay.

    Args:
        work: who acts.
        import_id: the spreadsheet.
        shown: the status that the actor was shown.

    Raises:
        NotFound: it is another firm's.
        StaleRevision: it has come further since the actor looked.
    """
    row = _locked(work, import_id)
    if row.status == "cancelled":
        return
    if row.finished_at is not None or row.status != shown:
        raise StaleRevision
    row.status, row.finished_at = "cancelled", work.now
    audit.record(work, "enterprise:bulk:cancel", row.id, rows=row.done)


def first_mistakes(work: Work, row: BulkImport, *, failed: bool) -> list[dict[str, Any]]:
    """The first things that the check found wrong, or for which rows failed when they were taken in."""
    wrong = (BulkRow.mistakes.is_not(None), BulkRow.outcome == ("failed" if failed else ""))
    of_this = select(BulkRow.mistakes).where(BulkRow.bulk_import_id == row.id, *wrong)
    lists = work.session.scalars(of_this.order_by(BulkRow.number).limit(MOST_MISTAKES))
    return [mistake for each in lists for mistake in each["list"]][:MOST_MISTAKES]


def outcomes(work: Work, row: BulkImport) -> dict[str, int]:
    """How many rows were added, changed, left as they were, or failed."""
    counted = select(BulkRow.outcome, func.count()).where(BulkRow.bulk_import_id == row.id).group_by(BulkRow.outcome)
    return {outcome: count for outcome, count in work.session.execute(counted) if outcome}


def count_known(work: Work, row: BulkImport) -> int:
    """How many of the right rows are about what was there when they were checked."""
    right = (BulkRow.bulk_import_id == row.id, BulkRow.mistakes.is_(None), BulkRow.object_id.is_not(None))
    return work.session.scalar(select(func.count()).select_from(BulkRow).where(*right)) or 0


def run_check(work: Work, payload: dict[str, Any]) -> None:
    """Read and check a spreadsheet: the handler of the check job."""
    row = work.session.get_one(BulkImport, payload["import_id"])
    if row.status != "checking":
        return
    number, enterprise_id, target, content = row.id, row.enterprise_id, target_named(row.kind), row.file.sha256
    definition = target.template(work, enterprise_id)
    with tempfile.TemporaryDirectory(dir=work.settings.data_dir, prefix="workbook-") as folder:
        path = Path(folder) / "sent"
        with work.store.open(content) as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        work.session.rollback()  # Reading takes a while, and on SQLite everybody else would wait to write.
        try:
            sheets = workbooks.read(path, definition, limits=_LIMITS)
        except RegistryError as error:
            _refuse(work, number, error.message)
            return
        checked = bulk.check(definition, sheets, Facts(work.today))
        findings = target.compare(work, enterprise_id, checked.right)
        work.session.rollback()
        checked = bulk.told_besides(definition, sheets, checked, findings)
        remarks = Path(folder) / "remarks.xlsx"
        if checked.mistakes:
            workbooks.write_remarks(remarks, definition, sheets, checked)
        row = work.session.get_one(BulkImport, number)
        lock(work.session, row)
        if row.status == "checking":
            _note_checked(work, row, definition, checked, findings)
            row.notes = _plain_notes(notes_on(definition, sheets, checked))
            row.remarks = files.keep_made_workbook(work, remarks) if checked.mistakes else None


def run_import(work: Work, payload: dict[str, Any]) -> None:
    """Take a hundred rows in, and ask for the next: the handler of the import job."""
    row = work.session.get_one(BulkImport, payload["import_id"])
    lock(work.session, row)
    if row.status != "importing":
        return
    starter = _filer(work, payload["user_id"], row.enterprise_id)
    if starter is None:
        row.status, row.finished_at, row.message = "cancelled", work.now, _plain(Message(_LEFT))
        audit.record(work, "enterprise:bulk:cancel", row.id, rows=row.done)
        return
    waiting = work.session.scalars(
        select(BulkRow)
        .where(BulkRow.bulk_import_id == row.id, BulkRow.number > payload["after"], BulkRow.mistakes.is_(None))
        .order_by(BulkRow.number)
        .limit(PER_JOB)
    ).all()
    target = target_named(row.kind)
    puts = target.put_all(starter, [each.values for each in waiting])
    # Failed: it was right when it was checked; the dossier has changed since.
    definition = (
        target.template(work, row.enterprise_id) if any(isinstance(put, InvalidFields) for put in puts) else None
    )
    for each, put in zip(waiting, puts, strict=True):
        if isinstance(put, InvalidFields):
            assert definition is not None
            each.outcome, each.mistakes = "failed", {"list": _told_late(definition, each.number, put)}
        else:
            each.outcome, each.object_id = put.outcome, put.object_id
    row.done += len(waiting)
    if waiting and row.done < row.total - row.wrong:
        _ask_for_rows(starter, row, payload["user_id"], after=waiting[-1].number)
    else:
        row.status, row.finished_at = "imported", work.now
        audit.record(starter, "enterprise:bulk:finish", row.id, rows=row.done)


def message_of(plain: dict[str, Any]) -> Message:
    """The message that was stored as this."""
    text = plain["text"]
    return Message(
        text,
        {name: message_of(value) if isinstance(value, dict) else value for name, value in plain["args"].items()},
    )


def _at_work(work: Work, enterprise_id: int) -> BulkImport | None:
    """The firm's spreadsheet that the worker is at, if there is one."""
    own = select(BulkImport).where(BulkImport.enterprise_id == enterprise_id, BulkImport.status.in_(AT_WORK))
    return work.session.scalars(own.options(joinedload(BulkImport.file))).first()


def _locked(work: Work, import_id: int) -> BulkImport:
    row = get_own(work, import_id, to_file=True)
    lock(work.session, row)
    return row


def _filer(work: Work, user_id: int, enterprise_id: int) -> Work | None:
    """The unit of work in this person's name; None where they file for the firm no more."""
    actor = people.actor_of(work.session, user_id, work.now, enterprise_id)
    may_file = work.session.get_one(User, user_id).active and enterprise_id in actor.enterprise_ids(FILING_ROLES)
    return replace(work, visitor=actor) if may_file else None


def _ask_for_rows(work: Work, row: BulkImport, user_id: int, *, after: int) -> None:
    payload = {"import_id": row.id, "user_id": user_id, "after": after}
    jobs.enqueue(work.session, IMPORT_JOB, f"{row.id}-{after}", payload, at=work.now)


def _refuse(work: Work, import_id: int, message: Message) -> None:
    row = work.session.get_one(BulkImport, import_id)
    lock(work.session, row)
    if row.status == "checking":
        row.status, row.message, row.finished_at = "refused", _plain(message), work.now


def _note_checked(
    work: Work, row: BulkImport, definition: Template, checked: Checked, findings: Mapping[int, Finding]
) -> None:
    titles = {sheet.title: f"{sheet.name}-0-" if sheet.name else "" for sheet in definition.sheets}

    def told(mistake: Mistake) -> dict[str, Any]:
        label = definition.label_of(f"{titles[mistake.sheet]}{mistake.column}")
        return _told(mistake.sheet, mistake.row, mistake.cell, label, mistake.message)

    row.strays = [told(mistake) for mistake in checked.strays[:MOST_MISTAKES]] or None
    row.status, row.total = "checked", len(checked.entries)
    row.wrong = row.total - len(checked.right)
    rows: list[dict[str, Any]] = []
    left = MOST_MISTAKES
    for entry in checked.entries:
        kept = entry.mistakes[:left]
        left -= len(kept)
        rows.append(
            {
                "bulk_import_id": row.id,
                "number": entry.row,
                # What is wrong is in the file, and nobody takes it in from here.
                "values": {} if entry.mistakes else dict(entry.values),
                "mistakes": {"list": [told(mistake) for mistake in kept]} if entry.mistakes else None,
                "outcome": "",
                "object_id": findings[entry.row].known if entry.row in findings else None,
            }
        )
    work.session.execute(insert(BulkRow), rows)


def _plain_notes(notes: Sequence[Note]) -> list[dict[str, Any]] | None:
    return [{"effect": note.effect.value, **_plain(note.message)} for note in notes] or None


def _told_late(definition: Template, number: int, refusal: InvalidFields) -> list[dict[str, Any]]:
    """What stands against a row now; which cells that are, only the check has known."""
    title = definition.sheets[0].title
    return [_told(title, number, "", definition.label_of(field), message) for field, message in refusal.fields.items()]


def _told(sheet: str, row: int, cell: str, label: str, message: Message) -> dict[str, Any]:
    """A mistake as it is stored."""
    return {"sheet": sheet, "row": row, "cell": cell, "label": label, **_plain(message)}


def _plain(message: Message) -> dict[str, Any]:
    """A message as JSON: what it is made of, translated when it is shown."""
    args = {name: _plain(value) if isinstance(value, Message) else value for name, value in message.args.items()}
    return {"text": message.text, "args": args}
