"""Outbox and queue in one table: a job is written in the transaction that causes it and runs after the commit.

A worker takes a job by a *lease*: it moves the job's due time past the time the work may take and counts the try.
A worker that dies leaves a lease that runs out, and the job is taken again. What a job changes is committed
together with the job's end, and only by the worker whose try is still the latest, so that every effect in the
database happens exactly once. Effects outside it (mail) happen at least once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import CursorResult, select, update

from registry.infrastructure.database import insert_into
from registry.models import Job

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

LEASE: Final = timedelta(minutes=2)
LONGEST_WAIT: Final = timedelta(hours=1)
MOST_TRIES: Final = 36  # An hour of shorter waits, and a day of whole hours: a server may be away overnight.
_KILLED: Final = "The worker was killed at each try."


class CannotEverSucceed(Exception):  # noqa: N818  # It states a fact about the job.
    """The handler found that trying again is useless; the message says why."""


def enqueue(
    session: Session, kind: str, key: str, payload: dict[str, Any], *, at: datetime, due: datetime | None = None
) -> None:
    """Ask for a job; asking again with the same kind and key changes nothing.

    Args:
        session: the transaction that causes the job.
        kind: names the handler.
        key: unique within the kind.
        payload: what the handler needs.
        at: the present moment.
        due: not before this moment; at once where none is given.
    """
    enqueue_all(session, kind, {key: payload}, at=at, due=due)


def enqueue_all(
    session: Session, kind: str, payloads: Mapping[str, dict[str, Any]], *, at: datetime, due: datetime | None = None
) -> None:
    """Ask for any number of jobs, by key, in one statement."""
    if not payloads:
        return
    shared = {"kind": kind, "status": "due", "due_at": due or at, "created_at": at, "tries": 0, "error": ""}
    statement = insert_into(session, Job).on_conflict_do_nothing(index_elements=["kind", "key"])
    session.execute(statement, [{"key": key, "payload": payload, **shared} for key, payload in payloads.items()])


def note(session: Session, kind: str, keys: Collection[str], *, at: datetime) -> set[str]:
    """Note what is done in this very transaction, and return those keys that were not noted before.

    For effects that are to happen once, however often they are due: what is noted stands among the finished jobs, for
    as long as `domain.retention` says.
    """
    known = set(session.scalars(select(Job.key).where(Job.kind == kind)))
    statement = insert_into(session, Job).on_conflict_do_nothing(index_elements=["kind", "key"]).returning(Job.key)
    done = {"kind": kind, "payload": {}, "status": "done", "due_at": at, "created_at": at, "finished_at": at}
    fresh = (statement.values(key=key, tries=0, error="", **done) for key in sorted(keys) if key not in known)
    return {key for each in fresh for key in session.scalars(each)}


def claim(session: Session, now: datetime) -> Job | None:
    """Take the job that has been due longest, or None. The caller commits, so that the lease is seen by all."""
    job = session.scalars(
        select(Job)
        .where(Job.status == "due", Job.due_at <= now)
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if job is None:
        return None
    if job.tries >= MOST_TRIES:
        # Nobody noted how the last try ended: this job kills its workers, and would go on doing so.
        _close(session, job.id, job.tries, status="failed", finished_at=now, error=job.error or _KILLED)
        return claim(session, now)
    job.tries += 1
    job.due_at = now + LEASE
    session.flush()
    return job


def finish(session: Session, job_id: int, tries: int, now: datetime) -> bool:
    """Mark the job done within the transaction of its effect.

    Returns False when another worker has taken it since; the caller must then roll its effect back.
    """
    return _close(session, job_id, tries, status="done", finished_at=now, error="")


def fail(session: Session, job_id: int, tries: int, now: datetime, error: str, *, for_good: bool) -> bool:
    """Note what went wrong and try again later, each time after twice the wait up to an hour, or give up."""
    if for_good or tries >= MOST_TRIES:
        return _close(session, job_id, tries, status="failed", finished_at=now, error=error)
    wait = min(timedelta(seconds=2**tries), LONGEST_WAIT)
    return _close(session, job_id, tries, due_at=now + wait, error=error)


def _close(session: Session, job_id: int, tries: int, **values: Any) -> bool:
    result = session.execute(
        update(Job).where(Job.id == job_id, Job.tries == tries, Job.status == "due").values(**values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
