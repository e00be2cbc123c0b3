"""Certificates: reading them, every change of their state, and which may give way to a newer one.

How they are issued: `services/issuing.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from registry.domain.errors import NotAllowed, NotFound, StaleRevision
from registry.domain.messages import N_, Message
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES, Role
from registry.domain.succession import Succession
from registry.domain.text import clean_line, clean_text
from registry.domain.validity import (
    END_RENEWAL,
    FINAL_STATES,
    STATE_LABELS,
    CertificateAction,
    CertificateState,
    DisplayedState,
    Party,
    StateChange,
    allowed_changes,
    check_particulars,
    displayed_state,
    resolve_change,
)
from registry.models import Certificate, CertificateEvent, FilingProduct
from registry.services import audit, notifications, scope
from registry.services.locking import lock
from registry.services.paging import PER_PAGE, paginate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from registry.models import Filing
    from registry.services.paging import Page
    from registry.services.work import Work

DOCUMENT_JOB: Final = "certificate_document"
SUPERVISOR: Final = frozenset({Role.SUPERVISOR})


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

    What an office does to a certificate it does to the renewal that waits for its first day as well, which else would
    begin as if nothing had happened.

    Raises:
        StaleRevision: somebody acted since the actor looked.
        AlreadyClosed: the certificate is in a final state.
        NotAllowed: not open to this person, or not in this state.
        InvalidFields: reason, document number or date is required and missing.
    """
    renewed = _renewed_by(work, certificate) if work.today < certificate.valid_from else None
    if renewed is not None:
        # Always the older one first, so that two who act at once cannot wait for each other.
        lock(work.session, renewed)
    lock(work.session, certificate)
    if certificate.revision != revision:
        raise StaleRevision
    party = _party(work, certificate)
    change = resolve_change(action, by=party, shown=state_shown(certificate, work.today))
    reason, document_number = clean_text(reason), clean_line(document_number)
    check_particulars(change, today=work.today, reason=reason, document_number=document_number, until=correct_by)
    particulars = {"reason": reason, "document_number": document_number}
    until = correct_by if change.needs_until else None
    authority = _authority(work, certificate, party)
    waiting = renewal_ahead(work, certificate) if party is Party.AUTHORITY else None
    _apply(work, certificate, change, authority=authority, correct_by=until, **particulars)
    if waiting is not None:
        lock(work.session, waiting)
        if change in allowed_changes(state_shown(waiting, work.today), party):
            _apply(work, waiting, change, authority=authority, correct_by=until, **particulars)


def renewal_ahead(work: Work, certificate: Certificate) -> Certificate | None:
    """The certificate that takes over when this one ends, and has not begun yet."""
    newest = certificate
    while newest.superseded_by is not None:
        newest = newest.superseded_by
    return newest if newest is not certificate and work.today < newest.valid_from else None


def possible_changes(work: Work, certificate: Certificate) -> Sequence[StateChange]:
    """What the actor may do with the certificate now."""
    try:
        party = _party(work, certificate)
    except NotAllowed:
        return ()
    return allowed_changes(state_shown(certificate, work.today), party)


def standing_of(work: Work, product_id: int) -> list[Certificate]:
    """The certificates of an own product that have neither ended nor run out, in the order of their issue."""
    return list(
        work.session.scalars(
            select(Certificate)
            .where(
                _own(work),
                Certificate.product_id == product_id,
                Certificate.state.in_([CertificateState.VALID, CertificateState.SUSPENDED]),
                Certificate.superseded_by_id.is_(None),
                Certificate.valid_until >= work.today,
            )
            .order_by(Certificate.id)
        )
    )


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


def page_own(work: Work, number: int, *, per_page: int = PER_PAGE) -> Page[Certificate]:
    """One page of the certificates of the actor's firms, the newest first."""
    found = select(Certificate).where(_own(work)).order_by(Certificate.id.desc())
    return paginate(work.session, found, number, per_page=per_page)


def state_shown(certificate: Certificate, today: date) -> DisplayedState:
    """The state people see on this day."""
    return displayed_state(
        CertificateState(certificate.state),
        certificate.valid_from,
        certificate.valid_until,
        today,
        renewed=certificate.succession == Succession.RENEWAL,
    )


def to_be_superseded(work: Work, filing: Filing) -> list[Certificate]:
    """The certificates that this filing's own are to replace, if any, in the order of their issue."""
    numbers = [item.replaces_id for item in filing.objects if item.replaces_id is not None]
    return list(
        work.session.scalars(
            select(Certificate)
            .where(Certificate.id.in_(numbers))
            .options(joinedload(Certificate.filing))
            .order_by(Certificate.id)
        )
    )


def hold_replaced(work: Work, filing: Filing) -> list[Certificate]:
    """Lock the certificates that this filing's own are to replace, until the commit.

    Of two filings that are approved at the same moment the second finds that the first has replaced them.

    Raises:
        NotAllowed: one of them is suspended, has ended or was replaced: a new certificate must be no way around that.
    """
    found = to_be_superseded(work, filing)
    for certificate in found:
        lock(work.session, certificate)
        guard_superseding(certificate)
    return found


def guard_superseding(certificate: Certificate) -> None:
    """Check that a newer certificate may take this one's place.

    Raises:
        NotAllowed: it is suspended, or was when its time ran out; it has ended in another way than by time; or there
            is a newer one already.
    """
    label = {"state": Message(STATE_LABELS[DisplayedState(certificate.state)]), "number": certificate.number}
    if certificate.state != CertificateState.VALID:
        raise NotAllowed(Message(N_("原证书 %(number)s 的状态为“%(state)s”，不能换发。"), label))
    if certificate.superseded_by is not None:
        names = {"number": certificate.number, "newer": certificate.superseded_by.number}
        raise NotAllowed(Message(N_("原证书 %(number)s 已续期为 %(newer)s，请对新证书提出申请。"), names))


def add_event(
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
    """Write what befell a certificate into its history, with the state it has now."""
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


def _apply(
    work: Work,
    certificate: Certificate,
    change: StateChange,
    *,
    authority: str,
    reason: str,
    document_number: str,
    correct_by: date | None,
) -> None:
    certificate.state = change.target
    add_event(
        work,
        certificate,
        change.action,
        effective_on=work.today,
        authority=authority,
        reason=reason,
        document_number=document_number,
        correct_by=correct_by,
    )
    source = "bureau" if change.by is Party.AUTHORITY else "enterprise"
    audit.record(work, f"{source}:certificate:{change.action}", certificate.id, number=certificate.number)
    notifications.certificate_changed(work, certificate)
    if change.target in FINAL_STATES and work.today < certificate.valid_from:
        _end_renewal(work, certificate, source, authority)


def _end_renewal(work: Work, certificate: Certificate, source: str, authority: str) -> None:
    """A renewal has ended before it began: what it was to renew is as if it had never been, and may be renewed anew."""
    renewed = _renewed_by(work, certificate)
    if renewed is None or renewed.state in FINAL_STATES:
        return
    renewed.superseded_by = None
    renewed.succession = ""
    add_event(work, renewed, END_RENEWAL, effective_on=work.today, authority=authority, reason=certificate.number)
    audit.record(work, f"{source}:certificate:end-renewal", renewed.id, number=renewed.number)


def _renewed_by(work: Work, certificate: Certificate) -> Certificate | None:
    """The certificate that this one renews, itself or by way of a change since."""
    newer: Certificate | None = certificate
    while newer is not None:
        link = work.session.get(FilingProduct, (newer.filing_id, newer.product_id)) if newer.product_id else None
        newer = link.replaces if link is not None else None
        if newer is not None and newer.succession == Succession.RENEWAL:
            return newer
    return None


def _own(work: Work) -> ColumnElement[bool]:
    return Certificate.enterprise_id.in_(work.actor.enterprise_ids(ENTERPRISE_ROLES))


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
