"""Telling people: each message is a job written with the change it tells of, and leaves after the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from registry.domain.roles import FILING_ROLES, Role
from registry.models import Enterprise, Job, Membership, User
from registry.services import jobs

if TYPE_CHECKING:
    from collections.abc import Collection

    from registry.models import CaseMessage, Certificate, Decision, Filing
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
            "correct_by": decision.correct_by.isoformat() if decision.correct_by else "",
            "link": firm_link(work, filing.enterprise_id, f"filings/{filing.id}"),
        },
    )


def correction_due(work: Work, filing: Filing, days: int) -> None:
    """Remind the firm of a correction that is awaited; days: that are left, -1 when the last one has gone by."""
    assert filing.correct_by is not None
    _mail(
        work,
        filing.enterprise_id,
        key=f"correction-{filing.id}-{filing.correct_by}-{days}",
        template="correction_due",
        data={
            "reference": filing.reference,
            "correct_by": filing.correct_by.isoformat(),
            "days": days,
            "link": firm_link(work, filing.enterprise_id, f"filings/{filing.id}"),
        },
    )


def case_message(work: Work, filing: Filing, message: CaseMessage) -> None:
    """Tell the other side what was asked or answered: the firm, or the office's handler where there is one.

    The firm is told the office and not the person.
    """
    key, template = f"message-{filing.id}-{message.sequence}", "case_message"
    data = {"reference": filing.reference, "text": message.text}
    if message.bureau is not None:
        link = firm_link(work, filing.enterprise_id, f"filings/{filing.id}")
        data |= {"author": message.bureau.name, "link": link}
        _mail(work, filing.enterprise_id, key=key, template=template, data=data)
    elif filing.handler_id is not None:
        link = f"{work.settings.public_url}/review/cases/{filing.id}"
        data |= {"author": filing.enterprise.name, "link": link}
        to_person(work, filing.handler_id, key=key, template=template, data=data)


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
            "link": firm_link(work, certificate.enterprise_id, f"certificates/{certificate.id}"),
        },
    )


def superseded(work: Work, filing: Filing, certificates: Collection[Certificate]) -> None:
    """Tell the holder which certificates have been replaced, what that means for labels, and from when on."""
    _mail(
        work,
        filing.enterprise_id,
        key=f"superseded-{filing.id}",
        template="certificates_superseded",
        data={
            "items": [
                {
                    "old": old.number,
                    "new": old.superseded_by.number,
                    "succession": old.succession,
                    "last_day": old.valid_until.isoformat(),
                    "first_day": old.superseded_by.valid_from.isoformat(),
                }
                for old in certificates
                if old.superseded_by is not None
            ],
            "link": firm_link(work, filing.enterprise_id, "certificates"),
        },
    )


def expiring(work: Work, enterprise_id: int, items: list[dict[str, str]]) -> None:
    """Tell a firm what of its is good for not much longer: each with what it is, its number and its last day."""
    data = {"items": items, "link": firm_link(work, enterprise_id, "dossier")}
    _mail(work, enterprise_id, key=f"expiring-{enterprise_id}-{work.today}", template="expiring", data=data)


def firm_link(work: Work, enterprise_id: int, path: str = "") -> str:
    """The address of a page of the firm's desk; whoever serves several firms then acts for this one."""
    return f"{work.settings.public_url}/enterprise/{path}?enterprise={enterprise_id}"


def to_person(work: Work, user_id: int, *, key: str, template: str, data: dict[str, Any]) -> None:
    """Write to one person, who need not belong to any firm. A closed account gets no letters."""
    row = work.session.execute(select(User.email, User.name).where(User.id == user_id, User.active)).one_or_none()
    if row is not None:
        payload = {"to": row.email, "template": template, "data": data | {"name": row.name}}
        jobs.enqueue(work.session, MAIL_JOB, f"{key}-{user_id}", payload, at=work.now)


def to_owners(work: Work, enterprise_id: int, *, key: str, template: str, data: dict[str, Any]) -> None:
    """Write to everybody who owns the firm's file."""
    _mail(work, enterprise_id, key=key, template=template, data=data, roles={Role.OWNER})


def address_changed(work: Work, user: User, old: str) -> None:
    """Tell the old address that letters go elsewhere now: if it was not the person, this is how they learn of it."""
    data = {"name": user.name, "contact": work.settings.site.contact}
    payload = {"to": old, "template": "address_changed", "data": data}
    jobs.enqueue(work.session, MAIL_JOB, f"address-changed-{user.id}-{work.request_id}", payload, at=work.now)


def forget(work: Work, user: User) -> None:
    """Take out of the outbox what was or would be written to a person, or tells others the person's address.

    Letters with addresses that the account had before count where they name the person, too: the address may be
    another's by now.
    """
    rows = work.session.execute(select(Job.id, Job.kind, Job.key, Job.payload)).all()
    changed = f"address-changed-{user.id}-"
    former = {row.payload["to"] for row in rows if row.kind == MAIL_JOB and row.key.startswith(changed)}

    def concerns(payload: dict[str, Any]) -> bool:
        data = payload.get("data", {})
        addresses = {payload.get("to"), payload.get("email"), data.get("email")}
        if user.email in addresses or payload.get("user_id") == user.id:
            return True
        return bool(addresses & former) and user.name in (data.get("name"), data.get("person"))

    found = [row.id for row in rows if concerns(row.payload)]
    work.session.execute(delete(Job).where(Job.id.in_(found)))


def send(work: Work, payload: dict[str, Any]) -> None:
    """Send one message: the handler of the mail job.

    Raises:
        OSError: the mail server refused or could not be reached; the job is tried again.
    """
    subject, body = work.adapters.letters.write(payload["template"], payload["data"])
    work.adapters.mailer.send(to=payload["to"], subject=subject, body=body)


def send_now(work: Work, *, to: str, template: str, data: dict[str, Any]) -> None:
    """Send a letter from within a job, where it holds a secret that shall stand in no table.

    Raises:
        OSError: as for `send`.
    """
    send(work, {"to": to, "template": template, "data": data})


def _mail(
    work: Work,
    enterprise_id: int,
    *,
    key: str,
    template: str,
    data: dict[str, Any],
    roles: Collection[Role] = FILING_ROLES,
) -> None:
    """One job for each person who files for the firm, so that one bad address holds up nobody else."""
    recipients = work.session.execute(
        select(User.id, User.email, User.name, Enterprise.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Enterprise, Enterprise.id == Membership.enterprise_id)
        .where(
            Membership.enterprise_id == enterprise_id,
            Membership.until.is_(None),
            Membership.role.in_(roles),
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
