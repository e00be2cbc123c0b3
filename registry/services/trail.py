"""Reading the audit trail: searching, taking a copy along, and having the chain checked."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import or_, select

from registry.domain.audit import TAGS
from registry.infrastructure.clock import OFFICE_ZONE, office_midnight
from registry.models import AuditEvent, User
from registry.services import audit, jobs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import Select

    from registry.services.work import Work

log = structlog.get_logger()

PER_PAGE: Final = 50
MOST_EXPORTED: Final = 100_000  # rows; more is asked for month by month
CHECK_JOB: Final = "audit-check"
CHECKED: Final = "worker:trail:check"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; what is empty does not count. Days are days at the office, both included."""

    person: int | None = None  # who acted, or to whom it was done
    tag: str = ""
    object_id: int | None = None
    since: date | None = None
    until: date | None = None
    success: bool | None = None

    @property
    def given(self) -> list[str]:
        """The names of what is looked for."""
        return [field.name for field in fields(self) if getattr(self, field.name) not in {None, ""}]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with the names that its people have today."""

    event: AuditEvent
    actor: str
    person: str


@dataclass(frozen=True, slots=True)
class Entries:
    """One page, the newest first, and where the next one begins."""

    rows: Sequence[Entry]
    older: int | None  # `before` of the next page; None: there is none.


def search(work: Work, query: Query, *, before: int | None = None) -> Entries:
    """One page of what is found, in two statements whatever the trail's length."""
    statement = _matching(query).order_by(AuditEvent.id.desc()).limit(PER_PAGE + 1)
    if before is not None:
        statement = statement.where(AuditEvent.id < before)
    found = work.session.scalars(statement).all()
    names = _names(work, found[:PER_PAGE])
    rows = [
        Entry(event, names.get(event.actor_id or 0, ""), names.get(event.person_id or 0, ""))
        for event in found[:PER_PAGE]
    ]
    return Entries(rows, rows[-1].event.id if len(found) > PER_PAGE else None)


def export(work: Work, query: Query) -> Iterator[list[str]]:
    """All that is found, oldest first, as rows for a table with a heading; that it was taken is recorded.

    The columns are those that the hash covers, so that whoever has the copy can check the chain without the registry.
    """
    audit.record(work, "admin:trail:export", filters=query.given)
    columns = [column.name for column in AuditEvent.__table__.columns]
    statement = _matching(query).order_by(AuditEvent.id).limit(MOST_EXPORTED)
    rows = work.session.execute(statement.with_only_columns(*AuditEvent.__table__.columns)).all()

    def lines() -> Iterator[list[str]]:
        yield columns
        for row in rows:
            yield [_cell(value) for value in row]

    return lines()


def people_named(work: Work, text: str, limit: int = 20) -> list[User]:
    """Accounts whose name or address contains this text."""
    text = text.strip()
    if not text:
        return []
    matches = or_(User.name.contains(text, autoescape=True), User.email.contains(text.lower(), autoescape=True))
    return list(work.session.scalars(select(User).where(matches).order_by(User.id).limit(limit)))


def ask_for_check(work: Work, *, daily: bool = False) -> None:
    """Have the worker walk the whole chain; asking again within the same minute (or day) changes nothing."""
    key = work.now.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d" if daily else "%Y-%m-%d %H:%M")
    jobs.enqueue(work.session, CHECK_JOB, key, {}, at=work.now)


def run_check(work: Work, _payload: dict[str, Any]) -> None:
    """Walk the chain and record what was found: the handler of the job.

    The newest hash also goes to the log, which is kept elsewhere: rows cut off later at the end show against it.
    """
    last = last_check(work)
    known = (last.payload["rows"], last.payload["head"]) if last is not None and last.success else None
    work.session.commit()  # The walk is long; nobody who writes is to wait for it.
    verdict = audit.check(work.session, known=known, breathe=True)
    audit.record(
        work,
        CHECKED,
        success=verdict.broken is None,
        rows=verdict.rows,
        head=verdict.head,
        broken=verdict.broken or 0,
        why=verdict.why,
    )
    write = log.info if verdict.broken is None else log.error
    write("audit trail checked", rows=verdict.rows, head=verdict.head, broken=verdict.broken, why=verdict.why)


def last_check(work: Work) -> AuditEvent | None:
    """What the newest check found."""
    checks = select(AuditEvent).where(AuditEvent.tag == CHECKED).order_by(AuditEvent.id.desc()).limit(1)
    return work.session.scalar(checks)


def _matching(query: Query) -> Select[AuditEvent]:
    statement = select(AuditEvent)
    if query.person is not None:
        statement = statement.where(or_(AuditEvent.actor_id == query.person, AuditEvent.person_id == query.person))
    if query.tag:
        statement = statement.where(AuditEvent.tag == query.tag)
    if query.object_id is not None:
        statement = statement.where(AuditEvent.object_id == query.object_id)
    if query.since is not None:
        statement = statement.where(AuditEvent.at >= office_midnight(query.since))
    if query.until is not None:
        statement = statement.where(AuditEvent.at < office_midnight(query.until + timedelta(days=1)))
    if query.success is not None:
        statement = statement.where(AuditEvent.success.is_(query.success))
    return statement


def _names(work: Work, events: Sequence[AuditEvent]) -> dict[int, str]:
    ids = {number for event in events for number in (event.actor_id, event.person_id) if number is not None}
    rows = work.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def labels() -> dict[str, str]:
    """What each tag is called."""
    return {tag: known.label for tag, known in TAGS.items()}
