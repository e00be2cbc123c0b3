"""A holder gives certificates up, one or several at once (注销)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts
from registry.domain.roles import FILING_ROLES
from registry.domain.validity import CertificateAction, Party, resolve_change
from registry.domain.withdrawal import reason_of
from registry.models import Certificate
from registry.services import certificates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.services.work import Work


def offered(work: Work, certificate: Certificate) -> list[Certificate]:
    """The certificates that may be given up along with this one: of the same filing, and what is to renew it.

    In the order of their issue, this one among them; empty where this one may not be given up.
    """
    ahead = certificates.renewal_ahead(work, certificate)
    found = work.session.scalars(
        select(Certificate)
        .where(
            or_(
                Certificate.filing_id == certificate.filing_id,
                Certificate.id == (ahead.id if ahead is not None else certificate.id),
            ),
            Certificate.enterprise_id.in_(work.actor.enterprise_ids(FILING_ROLES)),
        )
        .order_by(Certificate.id)
    )
    possible = [each for each in found if _may_withdraw(work, each)]
    return possible if certificate in possible else []


def guard(work: Work, certificate: Certificate) -> None:
    """Check that its holder may give it up now.

    Raises:
        AlreadyClosed: it is in a final state.
        NotAllowed: it is suspended or has expired.
    """
    resolve_change(CertificateAction.WITHDRAW, by=Party.HOLDER, shown=certificates.state_shown(certificate, work.today))


def withdraw(work: Work, revisions: Mapping[int, int], typed: Mapping[str, str]) -> None:
    """Give certificates up. Nothing is done where one of them cannot be.

    Args:
        work: who acts, for the firm.
        revisions: the revision of each certificate that the actor was shown, by its number.
        typed: reason and note, as a form sends them.

    Raises:
        InvalidFields: no certificate was chosen, or the reason is missing or needs to be explained.
        NotFound: one of them is not the firm's.
        StaleRevision, AlreadyClosed, NotAllowed: as for any change of a certificate's state.
    """
    if not revisions:
        raise InvalidFields({"certificates": Message(N_("请至少选择一张证书。"))})
    reason = reason_of(typed, Facts(work.today))
    for number in sorted(revisions):
        certificate = certificates.get(work, number)
        if certificate.enterprise_id not in work.actor.enterprise_ids(FILING_ROLES):
            raise NotFound
        certificates.change_state(
            work, certificate, CertificateAction.WITHDRAW, revision=revisions[number], reason=reason
        )


def _may_withdraw(work: Work, certificate: Certificate) -> bool:
    try:
        guard(work, certificate)
    except (AlreadyClosed, NotAllowed):
        return False
    return True
