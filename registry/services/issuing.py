"""Issuing the certificates of an approved filing; those that they are to replace give way."""

from __future__ import annotations

import secrets
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from registry.domain.canonical import canonical, digest
from registry.domain.codes import Scheme, make_number, new_code
from registry.domain.rules import rules_of
from registry.domain.succession import Succession, Term, term_of
from registry.domain.validity import ISSUE, CertificateAction, CertificateState
from registry.models import Bureau, Certificate
from registry.services import audit, certificates, jobs, notifications, snapshots, succession
from registry.services.certificates import DOCUMENT_JOB
from registry.services.filing_kinds import kind_named
from registry.services.numbers import next_serial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.models import Decision, Filing
    from registry.services.succession import Prospect
    from registry.services.work import Work

_SCHEMES: Final = {"declaration": Scheme.DECLARATION, "certification": Scheme.CERTIFICATION}


def issue(work: Work, filing: Filing, decision: Decision) -> list[Certificate]:
    """Issue the certificates for a filing that this decision has approved, one for each product.

    Called by `reviews.apply_action` only, in the same transaction as the decision.

    Raises:
        NotAllowed: a certificate that is to be replaced is suspended, has ended or has been replaced already; another
            one of a product is suspended; or what the new one rests on ends before it could begin.
    """
    bureau = work.session.get_one(Bureau, decision.bureau_id)
    declared = snapshots.read(filing.submissions[-1])
    kind_named(filing.kind).put_on_record(work, filing)
    succession.hold_all(work, filing)
    old = certificates.hold_replaced(work, filing)
    prospects = {prospect.product_id: prospect for prospect in succession.prospects(work, filing, declared)}
    issued = [
        _issue(work, filing, bureau, declared, product, prospect=prospects.get(product["id"]))
        for product in declared["products"]
    ]
    if old:
        notifications.superseded(work, filing, old)
    return issued


def _issue(
    work: Work,
    filing: Filing,
    bureau: Bureau,
    declared: Mapping[str, Any],
    product: Mapping[str, Any],
    *,
    prospect: Prospect | None,
) -> Certificate:
    today = work.today
    term = _term(work, filing, declared, prospect)
    certificate = Certificate(
        code=new_code(secrets.token_bytes),
        number=_next_number(work, filing.kind, bureau),
        kind=filing.kind,
        filing=filing,
        product_id=product["id"],
        enterprise_id=filing.enterprise_id,
        bureau=bureau,
        area_code=filing.area_code,
        rules_version=filing.rules_version,
        issued_on=today,
        valid_from=term.first,
        valid_until=term.last,
        created_at=work.now,
    )
    snapshot = snapshots.of_certificate(certificate, declared, product, bureau)
    certificate.snapshot = canonical(snapshot)
    certificate.sha256 = digest(certificate.snapshot)
    certificate.product_name = snapshot["product"]["name"]
    certificate.category = snapshot["product"]["category"]
    certificate.enterprise_name = snapshot["enterprise"]["name"]
    certificate.state = CertificateState.VALID
    work.session.add(certificate)
    certificates.add_event(work, certificate, ISSUE, effective_on=today, authority=bureau.name)
    audit.record(work, "review:certificate:issue", certificate.id, number=certificate.number)
    jobs.enqueue(work.session, DOCUMENT_JOB, str(certificate.id), {"certificate_id": certificate.id}, at=work.now)
    if prospect is not None:
        _supersede(work, prospect, certificate)
    return certificate


def _term(work: Work, filing: Filing, declared: Mapping[str, Any], prospect: Prospect | None) -> Term:
    """From when until when it is valid; it ends with the certificate it rests on, if it rests on one."""
    theirs = declared["content"].get("expires_on", "")
    return term_of(
        work.today,
        rules_of(filing.kind, filing.rules_version).validity_years,
        replaced=(prospect.term, prospect.succession) if prospect else None,
        ends_with=date.fromisoformat(theirs) if theirs else None,
    )


def _next_number(work: Work, kind: str, bureau: Bureau) -> str:
    """A number counts within scheme, issuing office and year. An office of a zone counts with its city's code."""
    scheme, area_code, year = _SCHEMES[kind], bureau.area_code[:6], work.today.year
    return make_number(scheme, area_code, year, next_serial(work.session, f"{scheme}-{area_code}-{year}"))


def _supersede(work: Work, prospect: Prospect, new: Certificate) -> None:
    """The old certificate gives way: at once, or when the one that renews it begins."""
    old, renewed = prospect.certificate, prospect.succession is Succession.RENEWAL
    if not renewed:
        old.state = CertificateState.SUPERSEDED
    old.superseded_by = new
    old.succession = prospect.succession
    certificates.add_event(
        work,
        old,
        CertificateAction.RENEW if renewed else CertificateAction.SUPERSEDE,
        effective_on=new.valid_from if renewed else work.today,
        authority=new.bureau.name,
        reason=new.number,
    )
    audit.record(work, "review:certificate:supersede", old.id, number=old.number, succession=prospect.succession.value)
