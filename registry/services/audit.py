"""The only writer of the audit trail, and the check that nobody else has written there.

Events are gathered while a unit of work goes on and written as its last step before the commit. So an event stands
or falls with what it tells of, and the chain, which only one transaction can lengthen at a time, is held for no
longer than the commit itself takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from registry.domain.audit import FIRST_PREVIOUS, chain_hash, check_payload
from registry.models import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from sqlalchemy.orm import SessionTransaction

    from registry.services.work import Work

_GATHERED: Final = "audit_events"
_MARKS: Final = "audit_marks"  # By savepoint: how many events there were when it was set.
_CHAIN_LOCK: Final = 0x5A_0D17  # Any number that no other advisory lock of this database has.
_BATCH: Final = 1_000  # rows read at a time


def record(
    work: Work,
    tag: str,
    object_id: int | None = None,
    *,
    person_id: int | None = None,
    success: bool = True,
    **payload: Any,
) -> None:
    """Put one event into the current unit of work; it is written when that commits.

    Args:
        work: who acts, when and from where.
        tag: what is done, see `domain.audit`.
        object_id: row number of what it is done to.
        person_id: the account it is done to, or whose data are read.
        success: False where it was tried and refused.
        payload: the details that belong to the tag.

    Raises:
        ValueError: the tag is unknown, or the details are not exactly those that belong to it.
    """
    check_payload(tag, payload)
    if not work.session.in_transaction():
        work.session.begin()  # So that a rollback that follows has something to roll back, and tells.
    work.session.info.setdefault(_GATHERED, []).append(
        {
            "at": work.now,
            "tag": tag,
            "success": success,
            "actor_id": work.visitor.user_id if work.visitor else None,
            "person_id": person_id,
            "object_id": object_id,
            "origin": work.origin,
            "request_id": work.request_id,
            "payload": payload,
        }
    )


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    """Lengthen the chain by what was gathered. A savepoint's end is no commit."""
    if session.in_nested_transaction():
        return
    gathered = session.info.pop(_GATHERED, [])
    if not gathered:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))  # SQLite has one writer anyway.
    number, previous = head(session)
    for row in gathered:
        number += 1
        row |= {"id": number, "previous": previous}
        row["hash"] = previous = chain_hash(_hashed(row))
    session.execute(insert(AuditEvent), gathered)


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    """Note how much there was to tell when a savepoint was set."""
    if transaction.nested:
        marks = session.info.setdefault(_MARKS, WeakKeyDictionary())
        marks[transaction] = len(session.info.get(_GATHERED, []))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    """What was undone is not told; what was done before a savepoint stays done."""
    if undone.parent is None:
        session.info.pop(_GATHERED, None)
    elif undone.nested:
        del session.info.get(_GATHERED, [])[session.info[_MARKS][undone] :]


def count_recent(work: Work, tag: str, *, within: timedelta) -> int:
    """How many events of this kind the actor has caused lately."""
    mine = (AuditEvent.actor_id == work.actor.user_id, AuditEvent.tag == tag, AuditEvent.at > work.now - within)
    return work.session.scalar(select(func.count()).select_from(AuditEvent).where(*mine)) or 0


def head(session: Session) -> tuple[int, str]:
    """The number and the hash of the newest row; whoever notes them elsewhere can show later what was cut off."""
    row = session.execute(select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)).first()
    return (row.id, row.hash) if row else (0, FIRST_PREVIOUS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found."""

    rows: int  # how many are in order
    head: str  # hash of the last of them
    broken: int | None = None  # number of the first row that is not
    why: str = ""  # changed, missing, unlinked or cut off


def check(session: Session, *, known: tuple[int, str] | None = None, breathe: bool = False) -> Verdict:
    """Walk the chain from its beginning and name the first row that is not as it was written.

    Args:
        session: reads only.
        known: number and hash of a row noted earlier outside of the database. Rows cut off at the end leave a
            chain that is whole; only something noted elsewhere tells.
        breathe: end the transaction after each thousand rows, so that on SQLite others can write meanwhile.
    """
    number, previous = 0, FIRST_PREVIOUS
    for row in _rows(session, breathe=breathe):
        if row["id"] != number + 1:
            return Verdict(number, previous, number + 1, "missing")
        if row["previous"] != previous:
            return Verdict(number, previous, row["id"], "unlinked")
        if chain_hash(_hashed(row)) != row["hash"] or (known and known[0] == row["id"] and known[1] != row["hash"]):
            return Verdict(number, previous, row["id"], "changed")
        number, previous = row["id"], row["hash"]
    if known and known[0] > number:
        return Verdict(number, previous, number + 1, "cut off")
    return Verdict(number, previous)


def _rows(session: Session, *, breathe: bool) -> Iterator[dict[str, Any]]:
    last = 0
    table = AuditEvent.__table__
    page = select(table).order_by(table.c.id).limit(_BATCH)
    while rows := session.execute(page.where(table.c.id > last)).mappings().all():
        if breathe:
            session.commit()
        yield from (dict(row) for row in rows)
        last = rows[-1]["id"]


def _hashed(row: dict[str, Any]) -> dict[str, Any]:
    """What the hash covers: everything but itself, in a form that both databases give back alike."""
    moment: datetime = row["at"]
    return {name: value for name, value in row.items() if name != "hash"} | {
        "at": moment.astimezone(UTC).isoformat(timespec="microseconds")
    }
