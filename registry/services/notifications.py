"""Telling people: each message is a job written with the change it tells of, and leaves after the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain.roles import FILING_ROLES
from registry.models import Enterprise, Membership, User
from registry.services import jobs

if TYPE_CHECKING:
    from registry.models import Certificate, Decision, Filing
    from registry.services.work import Work

MAIL_JOB: Final = "mail"


def filing_moved(work: Work, filing: Filing, decision: Decision) -> None:
    """Tell the firm what was done with its filing, with the reason itself."""
    _mail(
        work,
        filing.enterprise_id,
        key=f"filing-{filing.id}-{decision.sequence}",
        template="filing_moved",
        data={
            "reference": filing.reference,
            "action": decision.action,
            "reason": decision.reason,
            "remarks": len(decision.remarks),
            "link": f"{work.settings.public_url}/enterprise/declarations/{filing.id}",
        },
    )


def certificate_changed(work: Work, certificate: Certificate) -> None:
    """Tell the holder that the certificate's state has changed."""
    event = certificate.events[-1]
    _mail(
        work,
        certificate.enterprise_id,
        key=f"certificate-{certificate.id}-{event.sequence}",
        template="certificate_changed",
        data={
            "number": certificate.number,
            "action": event.action,
            "reason": event.reason,
            "correct_by": event.correct_by.isoformat() if event.correct_by else "",
            "link": f"{work.settings.public_url}/enterprise/certificates/{certificate.id}",
        },
    )


def send(work: Work, payload: dict[str, Any]) -> None:
    """Send one message: the handler of the mail job.

    Raises:
        OSError: the mail server refused or could not be reached; the job is tried again.
    """
    subject, body = work.adapters.letters.write(payload["template"], payload["data"])
    work.adapters.mailer.send(to=payload["to"], subject=subject, body=body)


def _mail(work: Work, enterprise_id: int, *, key: str, template: str, data: dict[str, Any]) -> None:
    """One job for each person who files for the firm, so that one bad address holds up nobody else."""
    recipients = work.session.execute(
        select(User.id, User.email, User.name, Enterprise.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Enterprise, Enterprise.id == Membership.enterprise_id)
        .where(
            Membership.enterprise_id == enterprise_id,
            Membership.until.is_(None),
            Membership.role.in_(FILING_ROLES),
            User.active,
        )
    )
    for user_id, email, name, enterprise_name in recipients:
        payload = {
            "to": email,
            "template": template,
            "data": data | {"name": name, "enterprise": enterprise_name},
        }
        jobs.enqueue(work.session, MAIL_JOB, f"{key}-{user_id}", payload, at=work.now)
