"""What becomes of the certificates that a filing is to replace, and the filing beside what they were issued on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from registry.domain import changes
from registry.domain.corrections import field_of
from registry.domain.errors import NotAllowed
from registry.domain.filings import DEFINITIONS, SAID_ANEW
from registry.domain.messages import N_, Message
from registry.domain.succession import Purpose, Succession, Term, first_day, guard_purpose, succession_of
from registry.domain.validity import CertificateState
from registry.domain.workflow import OPEN_STATUSES, Status
from registry.models import Certificate, Filing, FilingProduct
from registry.services import certificates, products, snapshots

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from registry.domain.changes import Line
    from registry.domain.requirements import Field, Gap
    from registry.services.work import Work


@dataclass(frozen=True, slots=True)
class Prospect:
    """A certificate, and what follows for it if the filing that is to replace it is approved today."""

    certificate: Certificate
    product_id: int
    succession: Succession
    begins: date  # The first day of the new one.

    @property
    def term(self) -> Term:
        """The days on which the old one is valid."""
        return Term(self.certificate.valid_from, self.certificate.valid_until)


@dataclass(frozen=True, slots=True)
class Beside:
    """A filing beside what was submitted for the certificates that it is to replace."""

    replaced: list[Certificate]
    prospects: list[Prospect]  # Empty once the case has been decided.
    lines: list[Line]
    whole: bool  # With what is the same.
    incomplete: bool  # What is not filled in rightly yet could not be compared.


def beside_now(work: Work, filing: Filing, gaps: Iterable[Gap], *, whole: bool = False) -> Beside | None:
    """What the draft says now, beside the old; None where it replaces nothing.

    Args:
        work: where to read.
        filing: the draft.
        gaps: what keeps it from being submitted; fields with gaps are not compared.
        whole: with what is the same.
    """
    wrong = {field_of(gap.field) for gap in gaps}
    fields = DEFINITIONS[filing.kind].fields.values()
    sound = [field for field in fields if field.name not in wrong]
    if filing.purpose == Purpose.FIRST:
        return None
    products.load_whole(work, [item.product_id for item in filing.objects])
    declared = snapshots.as_of_now(work, filing, sound)
    missing = bool(wrong & {field.name for field in fields} - SAID_ANEW)
    return _beside(work, filing, declared, sound, whole=whole, incomplete=missing)


def beside_submitted(work: Work, filing: Filing, *, whole: bool = False) -> Beside | None:
    """What was submitted last, beside the old; None where it replaces nothing, or was never submitted."""
    if filing.purpose == Purpose.FIRST or not filing.submissions:
        return None
    declared = snapshots.read(filing.submissions[-1])
    return _beside(work, filing, declared, list(DEFINITIONS[filing.kind].fields.values()), whole=whole)


def prospects(work: Work, filing: Filing, declared: Mapping[str, Any]) -> list[Prospect]:
    """What becomes of each certificate that is to be replaced, in the order of their issue.

    Args:
        work: when it is asked.
        filing: the filing.
        declared: what it says, in the shape of a submission.
    """
    old = certificates.to_be_superseded(work, filing)
    fields = list(DEFINITIONS[filing.kind].fields.values())
    return _prospects(work, filing, old, declared, fields)


def open_filings(work: Work, certificate_ids: Collection[int]) -> dict[int, int]:
    """The numbers of the filings under way that are to replace these certificates, by the certificate's."""
    rows = work.session.execute(
        select(FilingProduct.replaces_id, FilingProduct.filing_id)
        .join(Filing, Filing.id == FilingProduct.filing_id)
        .where(FilingProduct.replaces_id.in_(certificate_ids), Filing.status.in_(OPEN_STATUSES))
        .order_by(FilingProduct.filing_id.desc())
    )
    return {row.replaces_id: row.filing_id for row in rows}


def replaceable(work: Work, filing: Filing, product_ids: Collection[int]) -> dict[int, int]:
    """The certificates that a filing is to replace for products chosen again, after they had been taken out of it."""
    if filing.purpose == Purpose.FIRST:
        return {}
    known = {item.replaces.filing_id for item in filing.objects if item.replaces is not None}
    found = work.session.scalars(
        select(Certificate)
        .where(
            Certificate.enterprise_id == filing.enterprise_id,
            Certificate.kind == filing.kind,
            Certificate.product_id.in_(product_ids),
            Certificate.state == CertificateState.VALID,
            Certificate.superseded_by_id.is_(None),
        )
        .order_by(Certificate.id)
    )
    numbers = {each.product_id: each.id for each in found if not known or each.filing_id in known}
    taken = open_filings(work, numbers.values())
    return {product: number for product, number in numbers.items() if product and number not in taken}


def objections(work: Work, filing: Filing) -> list[Message]:
    """What stands against replacing these certificates, as things stand now.

    In the time of asking a filing must be submitted; how long it takes to be decided is not the firm's affair.
    """
    if filing.purpose == Purpose.FIRST:
        return []
    held = certificates.to_be_superseded(work, filing)
    if not held:
        return [Message(N_("没有选择要换发证书的产品。请重新选择，或者撤回这件申报。"))]
    found = []
    for certificate in held:
        try:
            certificates.guard_superseding(certificate)
            if filing.status == Status.DRAFT:
                guard(work, certificate, Purpose(filing.purpose))
        except NotAllowed as error:
            found.append(error.message)
    for number, other in open_filings(work, [certificate.id for certificate in held]).items():
        if other < filing.id:
            label = next(certificate.number for certificate in held if certificate.id == number)
            found.append(Message(N_("证书 %(number)s 已在另一件申报中申请换发。"), {"number": label}))
    return found


def guard(work: Work, certificate: Certificate, purpose: Purpose) -> None:
    """Let a firm ask for a change or a renewal of this certificate now.

    Raises:
        NotAllowed: nothing may take its place, or the time for this has not come or is over.
    """
    certificates.guard_superseding(certificate)
    guard_purpose(purpose, certificates.state_shown(certificate, work.today), certificate.valid_until, work.today)


def too_short(work: Work, filing: Filing) -> dict[str, Message]:
    """A renewal that rests on a certificate which ends before the renewal could begin, by field."""
    held = certificates.to_be_superseded(work, filing) if filing.purpose == Purpose.RENEWAL else []
    try:
        last = date.fromisoformat(str(filing.content.get("expires_on") or ""))
    except ValueError:
        return {}
    terms = [Term(certificate.valid_from, certificate.valid_until) for certificate in held]
    begins = max((first_day(work.today, term, Succession.RENEWAL) for term in terms), default=last)
    if begins <= last:
        return {}
    text = N_("续期的凭证自 %(day)s 起生效，这张认证证书到那时已经到期，请填写认证机构换发的证书。")
    return {"expires_on": Message(text, {"day": begins.isoformat()})}


def _beside(
    work: Work,
    filing: Filing,
    declared: Mapping[str, Any],
    fields: list[Field],
    *,
    whole: bool,
    incomplete: bool = False,
) -> Beside | None:
    old = certificates.to_be_superseded(work, filing)
    if not old:
        return None
    return Beside(
        old,
        _prospects(work, filing, old, declared, fields) if filing.status in OPEN_STATUSES else [],
        changes.lines(fields, _attested(_submitted_for(old), old), declared, whole=whole),
        whole,
        incomplete,
    )


def _prospects(
    work: Work,
    filing: Filing,
    old: list[Certificate],
    declared: Mapping[str, Any],
    fields: list[Field],
) -> list[Prospect]:
    before = _submitted_for(old)
    after = {product["id"]: product for product in declared["products"]}
    found = []
    for certificate in old:
        product_id = certificate.product_id
        if product_id is not None and product_id in after:  # It may have been taken out of the filing since.
            alone = {**declared, "products": [after[product_id]]}
            editorial = changes.is_editorial(changes.differences(fields, _attested(before, [certificate]), alone))
            shown = certificates.state_shown(certificate, work.today)
            why = succession_of(Purpose(filing.purpose), shown, editorial=editorial)
            term = Term(certificate.valid_from, certificate.valid_until)
            found.append(Prospect(certificate, product_id, why, first_day(work.today, term, why)))
    return found


def _submitted_for(old: list[Certificate]) -> dict[int, dict[str, Any]]:
    """What these certificates were issued on, by the filing."""
    return {filing.id: snapshots.read(filing.submissions[-1]) for filing in {each.filing for each in old}}


def _attested(submitted: Mapping[int, dict[str, Any]], old: list[Certificate]) -> dict[str, Any]:
    """What was submitted for the first of these certificates, with the product of each."""
    products = [
        product
        for certificate in old
        for product in submitted[certificate.filing_id]["products"]
        if product["id"] == certificate.product_id
    ]
    return submitted[old[0].filing_id] | {"products": products}
