"""What is good for not much longer: evidence and certificates, shown to the firm and announced to it once by letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, true

from registry.domain.evidence import EXPIRES_SOON, kind_named
from registry.domain.filings import DEFINITIONS
from registry.domain.validity import CertificateState
from registry.models import Certificate, Evidence
from registry.services import jobs, notifications

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from registry.services.work import Work

ANNOUNCE_JOB: Final = "announce-expiry"
ANNOUNCED: Final = "expiry"  # Notes what was announced, by piece and date.


@dataclass(frozen=True, slots=True)
class Expiring:
    """Something of a firm that ends soon, and what it is called."""

    enterprise_id: int
    what: str  # evidence or certificate
    id: int
    label: str  # Its kind, in Chinese.
    number: str  # As printed; where it has none, the file's name.
    last_day: date

    @property
    def key(self) -> str:
        """This piece with this date: an extended one is announced again."""
        return f"{self.what}-{self.id}-{self.last_day}"


def of_firm(work: Work) -> list[Expiring]:
    """What of the actor's firms ends soon, the first first."""
    ids = work.actor.enterprise_ids()
    return _found(work, Evidence.enterprise_id.in_(ids), Certificate.enterprise_id.in_(ids))


def ask_for_announcements(work: Work) -> None:
    """Have the worker announce what has come near its end; once a day."""
    jobs.enqueue(work.session, ANNOUNCE_JOB, work.today.isoformat(), {}, at=work.now)


def announce(work: Work, _payload: dict[str, Any]) -> None:
    """Write to every firm that has something that ends soon and was not announced before: the handler of the job."""
    found = _found(work, true(), true())
    fresh = jobs.note(work.session, ANNOUNCED, {item.key for item in found}, at=work.now)
    news: dict[int, list[dict[str, str]]] = {}
    for item in found:
        if item.key in fresh:
            told = {"label": item.label, "number": item.number, "last_day": str(item.last_day)}
            news.setdefault(item.enterprise_id, []).append(told)
    for enterprise_id, items in news.items():
        notifications.expiring(work, enterprise_id, items)


def _found(work: Work, of_evidence: ColumnElement[bool], of_certificates: ColumnElement[bool]) -> list[Expiring]:
    soon = (work.today, work.today + EXPIRES_SOON)
    evidence = work.session.execute(
        select(
            Evidence.enterprise_id, Evidence.id, Evidence.kind, Evidence.number, Evidence.file_name, Evidence.expires_on
        ).where(of_evidence, Evidence.retired_at.is_(None), Evidence.expires_on.between(*soon))
    )
    certificates = work.session.execute(
        select(
            Certificate.enterprise_id, Certificate.id, Certificate.kind, Certificate.number, Certificate.valid_until
        ).where(
            of_certificates,
            Certificate.state.in_(_LASTING),
            Certificate.superseded_by_id.is_(None),  # One that was renewed ends as it should.
            Certificate.valid_until.between(*soon),
        )
    )
    found = [
        Expiring(firm, "evidence", number, kind_named(kind).label, printed or name, last_day)
        for firm, number, kind, printed, name, last_day in evidence
        if last_day is not None
    ]
    found += [
        Expiring(firm, "certificate", number, DEFINITIONS[kind].certificate, printed, last_day)
        for firm, number, kind, printed, last_day in certificates
    ]
    return sorted(found, key=lambda item: (item.last_day, item.key))


# The others have ended already.
_LASTING: Final = (CertificateState.VALID, CertificateState.SUSPENDED)
