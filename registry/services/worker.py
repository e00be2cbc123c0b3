"""Running jobs: each handler's effect and the job's end are one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog

from registry.services import (
    absences,
    bulk_imports,
    corrections,
    documents,
    expiry,
    invitations,
    jobs,
    maintenance,
    notifications,
    own_data,
    password_links,
    passwords,
    registrations,
    second_factors,
    trail,
)
from registry.services.certificates import DOCUMENT_JOB
from registry.services.notifications import MAIL_JOB
from registry.services.trail import CHECK_JOB
from registry.services.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session, sessionmaker

    from registry.services.work import Adapters

HANDLERS: Final[dict[str, Callable[[Work, dict[str, Any]], None]]] = {
    DOCUMENT_JOB: lambda work, payload: documents.make(work, payload["certificate_id"]),
    MAIL_JOB: notifications.send,
    passwords.RESET_JOB: passwords.send_link,
    password_links.LETTER_JOB: password_links.send_letter,
    own_data.LETTER_JOB: own_data.send_letter,
    registrations.LETTER_JOB: registrations.send_letter,
    invitations.LETTER_JOB: invitations.send_letter,
    CHECK_JOB: trail.run_check,
    bulk_imports.CHECK_JOB: bulk_imports.run_check,
    bulk_imports.IMPORT_JOB: bulk_imports.run_import,
    expiry.ANNOUNCE_JOB: expiry.announce,
    corrections.REMINDER_JOB: corrections.remind,
    absences.END_JOB: lambda work, payload: absences.run_out(work, payload["post_id"]),
}

log = structlog.get_logger()


@dataclass(frozen=True)
class Worker:
    """Takes jobs one after the other. Any number of workers may share a database."""

    sessions: sessionmaker[Session]
    adapters: Adapters
    handlers: Mapping[str, Callable[[Work, dict[str, Any]], None]]

    def run_next(self) -> bool:
        """Run the job that has been due longest; False when there was none."""
        with self.sessions() as session, session.begin():
            job = jobs.claim(session, self.adapters.clock.now())
            if job is None:
                return False
            job_id, kind, tries, payload = job.id, job.kind, job.tries, job.payload
        try:
            with self.sessions() as session:
                self.handlers[kind](Work(session, self.adapters, request_id=f"job-{job_id}"), payload)
                if jobs.finish(session, job_id, tries, self.adapters.clock.now()):
                    session.commit()
        except Exception as error:  # noqa: BLE001  # Whatever a handler raises, the queue must go on.
            self._note_failure(job_id, tries, error)
        return True

    def run_due(self) -> int:
        """Run all that is due, and return how many jobs that were."""
        count = 0
        while self.run_next():
            count += 1
        return count

    def tidy(self) -> None:
        """Delete what is needed no more and what broken-off uploads have left.

        Once a day, have the trail checked, and announced what is good for not much longer.
        """
        self.adapters.store.remove_leftovers()
        with self.sessions() as session, session.begin():
            work = Work(session, self.adapters)
            maintenance.tidy(work)
            second_factors.renew_keys(session, self.adapters.authenticator)
            trail.ask_for_check(work, daily=True)
            expiry.ask_for_announcements(work)

    def _note_failure(self, job_id: int, tries: int, error: Exception) -> None:
        for_good = isinstance(error, jobs.CannotEverSucceed)
        log.warning("job failed", job=job_id, tries=tries, for_good=for_good, exc_info=error)
        text = f"{type(error).__name__}: {error}"
        with self.sessions() as session, session.begin():
            jobs.fail(session, job_id, tries, self.adapters.clock.now(), text, for_good=for_good)
