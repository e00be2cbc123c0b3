"""Certificates: issuing one on an approved filing, and every later change of its state."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from registry.domain.canonical import canonical, digest
from registry.domain.codes import Scheme, make_number, new_code
from registry.domain.errors import NotAllowed, NotFound, StaleRevision
from registry.domain.messages import N_, Message
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES, Role
from registry.domain.rules import rules_of
from registry.domain.text import clean_line, clean_text
from registry.domain.validity import (
    STATE_LABELS,
    CertificateAction,
    CertificateState,
    DisplayedState,
    Party,
    StateChange,
    allowed_changes,
    check_particulars,
    displayed_state,
    last_valid_day,
    resolve_change,
)
from registry.models import Bureau, Certificate, CertificateEvent, Declaration
from registry.services import audit, jobs, notifications, scope, snapshots
from registry.services.locking import lock
from registry.services.numbers import next_serial

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from registry.models import Decision, Filing
    from registry.services.work import Work

DOCUMENT_JOB: Final = "certificate_document"
SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
_SCHEMES: Final = {"declaration": Scheme.DECLARATION}


def issue(work: Work, filing: Filing, decision: Decision) -> Certificate:
    """Issue the certificate for a filing that this decision has approved, and have its document made.

    Called by `reviews.apply_action` only, in the same transaction as the decision.
    """
    assert isinstance(filing, Declaration)
    bureau = work.session.get_one(Bureau, decision.bureau_id)
    submission = filing.submissions[-1]
    today = work.today
    rules = rules_of(filing.kind, filing.rules_version)
    certificate = Certificate(
        code=new_code(secrets.token_bytes),
        number=_next_number(work, filing.kind, bureau),
        kind=filing.kind,
        filing=filing,
        enterprise_id=filing.enterprise_id,
        bureau=bureau,
        area_code=filing.area_code,
        rules_version=filing.rules_version,
        issued_on=today,
        valid_from=today,
        valid_until=last_valid_day(today, rules.validity_years),
        created_at=work.now,
    )
    snapshot = snapshots.of_certificate(certificate, submission, bureau, filing.reference or "")
    certificate.snapshot = canonical(snapshot)
    certificate.sha256 = digest(certificate.snapshot)
    certificate.product_name = snapshot["product"]["name"]
    certificate.category = snapshot["product"]["category"]
    certificate.enterprise_name = snapshot["enterprise"]["name"]
    certificate.state = CertificateState.VALID
    work.session.add(certificate)
    _add_event(work, certificate, "issue", effective_on=today, authority=bureau.name)
    audit.record(work, "review:certificate:issue", certificate.id, number=certificate.number)
    jobs.enqueue(work.session, DOCUMENT_JOB, str(certificate.id), {"certificate_id": certificate.id}, at=work.now)
    if filing.replaces_id is not None:
        _supersede(work, filing.replaces_id, certificate)
    return certificate


def change_state(
    work: Work,
    certificate: Certificate,
    action: CertificateAction,
    *,
    revision: int,
    reason: str,
    document_number: str = "",
    correct_by: date | None = None,
) -> None:
    """Suspend, reinstate, revoke or withdraw, as the actor's seat allows.

    Raises:
        StaleRevision: somebody acted since the actor looked.
        AlreadyClosed: the certificate is in a final state.
        NotAllowed: not open to this person, or not in this state.
        InvalidFields: reason, document number or date is required and missing.
    """
    lock(work.session, certificate)
    if certificate.revision != revision:
        raise StaleRevision
    party = _party(work, certificate)
    change = resolve_change(action, by=party, shown=state_shown(certificate, work.today))
    reason, document_number = clean_text(reason), clean_line(document_number)
    check_particulars(change, today=work.today, reason=reason, document_number=document_number, until=correct_by)
    certificate.state = change.target
    _add_event(
        work,
        certificate,
        action,
        effective_on=work.today,
        authority=_authority(work, certificate, party),
        reason=reason,
        document_number=document_number,
        correct_by=correct_by if change.needs_until else None,
    )
    source = "bureau" if party is Party.AUTHORITY else "enterprise"
    audit.record(work, f"{source}:certificate:{action}", certificate.id, number=certificate.number)
    notifications.certificate_changed(work, certificate)


def possible_changes(work: Work, certificate: Certificate) -> Sequence[StateChange]:
    """What the actor may do with the certificate now."""
    try:
        party = _party(work, certificate)
    except NotAllowed:
        return ()
    return allowed_changes(state_shown(certificate, work.today), party)


def get(work: Work, certificate_id: int) -> Certificate:
    """A certificate of the actor's firm, or within the actor's region × subject, with its events.

    Raises:
        NotFound: there is none, or the actor may not see it here.
    """
    certificate = work.session.scalar(
        select(Certificate)
        .where(Certificate.id == certificate_id, _own(work) | scope.supervised(work.actor))
        .options(
            selectinload(Certificate.events),
            joinedload(Certificate.document),
            joinedload(Certificate.bureau),
            joinedload(Certificate.superseded_by),
        )
    )
    if certificate is None:
        raise NotFound
    return certificate


def list_own(work: Work) -> list[Certificate]:
    """The certificates of the actor's firms, the newest first."""
    return list(work.session.scalars(select(Certificate).where(_own(work)).order_by(Certificate.id.desc())))


def state_shown(certificate: Certificate, today: date) -> DisplayedState:
    """The state people see on this day."""
    return displayed_state(CertificateState(certificate.state), certificate.valid_from, certificate.valid_until, today)


def to_be_superseded(work: Work, filing: Filing) -> Certificate | None:
    """The certificate that this filing's own is to replace, if any."""
    if not isinstance(filing, Declaration) or filing.replaces_id is None:
        return None
    return work.session.get_one(Certificate, filing.replaces_id)


def guard_superseding(certificate: Certificate, today: date) -> None:
    """Check that a newer certificate may take this one's place.

    Raises:
        NotAllowed: it is suspended, or has ended in another way than by time.
    """
    shown = state_shown(certificate, today)
    if not any(row.action is CertificateAction.SUPERSEDE for row in allowed_changes(shown, Party.SYSTEM)):
        label = {"state": Message(STATE_LABELS[shown]), "number": certificate.number}
        raise NotAllowed(Message(N_("原证书 %(number)s 的状态为“%(state)s”，不能换发。"), label))


def _own(work: Work) -> ColumnElement[bool]:
    return Certificate.enterprise_id.in_(work.actor.enterprise_ids(ENTERPRISE_ROLES))


def _next_number(work: Work, kind: str, bureau: Bureau) -> str:
    """A number counts within scheme, issuing office and year. An office of a zone counts with its city's code."""
    scheme, area_code, year = _SCHEMES[kind], bureau.area_code[:6], work.today.year
    return make_number(scheme, area_code, year, next_serial(work.session, f"{scheme}-{area_code}-{year}"))


def _supersede(work: Work, old_id: int, new: Certificate) -> None:
    """The old certificate gives way.

    Raises:
        NotAllowed: it is suspended or has ended: a new certificate must be no way around that.
    """
    old = work.session.get_one(Certificate, old_id)
    lock(work.session, old)
    guard_superseding(old, work.today)
    old.state = CertificateState.SUPERSEDED
    old.superseded_by = new
    _add_event(
        work,
        old,
        CertificateAction.SUPERSEDE,
        effective_on=work.today,
        authority=new.bureau.name,
        reason=new.number,
    )
    audit.record(work, "review:certificate:supersede", old.id, number=old.number)


def _party(work: Work, certificate: Certificate) -> Party:
    """For whom the actor can act here. Nobody supervises a firm they belong or belonged to."""
    if certificate.enterprise_id in work.actor.enterprise_ids(FILING_ROLES):
        return Party.HOLDER
    if certificate.enterprise_id in work.actor.related_enterprises or not _supervisor_seats(work, certificate):
        raise NotAllowed
    return Party.AUTHORITY


def _authority(work: Work, certificate: Certificate, party: Party) -> str:
    if party is Party.HOLDER:
        return certificate.enterprise_name
    return _supervisor_seats(work, certificate)[0]


def _supervisor_seats(work: Work, certificate: Certificate) -> list[str]:
    """The names of the offices in whose name the actor may change it: the one that issued it, or above."""
    bureau = certificate.bureau
    seats = work.actor.seats_at(area_path=bureau.area.path, subject=bureau.subject, roles=SUPERVISOR)
    return [seat.bureau_name for seat in seats]


def _add_event(
    work: Work,
    certificate: Certificate,
    action: str,
    *,
    effective_on: date,
    authority: str,
    reason: str = "",
    document_number: str = "",
    correct_by: date | None = None,
) -> None:
    certificate.events.append(
        CertificateEvent(
            sequence=len(certificate.events) + 1,
            action=action,
            to_state=certificate.state,
            effective_on=effective_on,
            correct_by=correct_by,
            reason=reason,
            authority=authority,
            document_number=document_number,
            actor_id=work.actor.user_id,
            recorded_at=work.now,
        )
    )
    work.session.flush()
