"""What becomes of the certificates that a filing is to replace, and the filing beside what they were issued on.

Also what else there is for its products: certificates that it does not replace, and other filings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from registry.domain import changes
from registry.domain.corrections import field_of
from registry.domain.errors import NotAllowed
from registry.domain.filings import DEFINITIONS, SAID_ANEW
from registry.domain.messages import N_, Message
from registry.domain.remarks import Remark, Weight
from registry.domain.requirements import Note
from registry.domain.succession import Purpose, Succession, Term, first_day, guard_purpose, succession_of
from registry.domain.validity import CertificateState
from registry.domain.workflow import OPEN_STATUSES, Status
from registry.models import Certificate, Filing, FilingProduct, Product
from registry.services import certificates, products, snapshots

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy import ColumnElement

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


_SUSPENDED: Final = N_("产品“%(product)s”的证书 %(number)s 已暂停，恢复之前不能为这个产品办理新的备案。")
_HELD: Final = N_("产品“%(product)s”已有有效证书 %(number)s，需要修改请办理变更，将要到期请办理续期。")
_HELD_BESIDE: Final = N_("产品“%(product)s”已有有效证书 %(number)s，这件申报不替换它；批准之后两张证书同时有效。")
_UNDER_WAY: Final = N_("产品“%(product)s”的申报 %(reference)s 还没有办结，请核对是否重复申报。")
_BEGUN: Final = N_("产品“%(product)s”还有另一份草稿，请核对是否重复申报。")


def suspended_beside(work: Work, filing: Filing) -> list[Message]:
    """What stands against the filing whatever it is for: suspended certificates of its products, of the same kind.

    Those that it is to replace are left out, see `objections`.
    """
    return _told(_SUSPENDED, _held_beside(work, filing).suspended)


def notes(work: Work, filing: Filing) -> list[Note]:
    """What the firm is told of its products that keeps nothing from being submitted."""
    held = _told(_HELD, _held_beside(work, filing).valid)
    return [Note("object", "products", message) for message in (*held, *_others_told(work, filing, drafts=True))]


def for_reviewer(work: Work, filing: Filing) -> list[Remark]:
    """What the reviewer is told of the same; drafts are nobody's business yet."""
    held = _held_beside(work, filing)
    wrong = [Remark("products", message) for message in _told(_SUSPENDED, held.suspended)]
    noted = (*_told(_HELD_BESIDE, held.valid), *_others_told(work, filing, drafts=False))
    return [*wrong, *(Remark("products", message, Weight.NOTE) for message in noted)]


def hold_all(work: Work, filing: Filing) -> None:
    """Lock the certificates that approving the filing concerns until the commit, in the order of their issue.

    Raises:
        NotAllowed: one of its products has a suspended certificate: a new one must be no way around that.
    """
    replaced = Certificate.id.in_([item.replaces_id for item in filing.objects if item.replaces_id is not None])
    held = select(Certificate).where(or_(replaced, _of_its_products(work, filing))).order_by(Certificate.id)
    work.session.scalars(held.with_for_update().execution_options(populate_existing=True)).all()
    against = suspended_beside(work, filing)
    if against:
        raise NotAllowed(against[0])


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


def _of_its_products(work: Work, filing: Filing) -> ColumnElement[bool]:
    """Certificates of the firm for the filing's products, of its kind, that have neither ended nor run out."""
    return (
        (Certificate.enterprise_id == filing.enterprise_id)
        & (Certificate.kind == filing.kind)
        & Certificate.product_id.in_([item.product_id for item in filing.objects])
        & Certificate.state.in_([CertificateState.VALID, CertificateState.SUSPENDED])
        & (Certificate.valid_until >= work.today)
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """Certificates of a filing's products that it does not replace, in the order of their issue."""

    suspended: list[Certificate]
    valid: list[Certificate]  # In force, or waiting for the first day.


def _held_beside(work: Work, filing: Filing) -> _Held:
    """What its products have besides what the filing replaces.

    Where it replaces one, what that one has renewed itself goes on to its last day and is nothing beside it.
    """
    replaced = {item.product_id: item.replaces_id for item in filing.objects if item.replaces_id is not None}
    found = work.session.scalars(select(Certificate).where(_of_its_products(work, filing)).order_by(Certificate.id))
    held = _Held([], [])
    for each in found:
        is_newest = each.superseded_by_id is None
        if each.id in replaced.values():
            continue
        if each.state == CertificateState.SUSPENDED and (is_newest or each.product_id not in replaced):
            held.suspended.append(each)
        elif each.state == CertificateState.VALID and is_newest:
            held.valid.append(each)
    return held


def _told(text: str, held: Iterable[Certificate]) -> list[Message]:
    return [Message(text, {"product": each.product_name, "number": each.number}) for each in held]


def _others_told(work: Work, filing: Filing, *, drafts: bool) -> Iterator[Message]:
    """Other filings for its products, of each product one."""
    for product, reference in _filings_beside(work, filing).values():
        if reference:
            yield Message(_UNDER_WAY, {"product": product, "reference": reference})
        elif drafts:
            yield Message(_BEGUN, {"product": product})


def _filings_beside(work: Work, filing: Filing) -> dict[int, tuple[str, str]]:
    """Name of the product and reference of another filing of the same kind for it, by the product's number.

    What replaces the same certificate is left out, see `objections`. What was submitted comes before drafts.
    """
    replaced = [item.replaces_id for item in filing.objects if item.replaces_id is not None]
    rows = work.session.execute(
        select(Product.id, Product.name, Filing.reference)
        .join(FilingProduct, FilingProduct.product_id == Product.id)
        .join(Filing, Filing.id == FilingProduct.filing_id)
        .where(
            Filing.enterprise_id == filing.enterprise_id,
            Filing.kind == filing.kind,
            Filing.status.in_(OPEN_STATUSES),
            Filing.id != filing.id,
            Product.id.in_([item.product_id for item in filing.objects]),
            or_(FilingProduct.replaces_id.is_(None), FilingProduct.replaces_id.not_in(replaced)),
        )
        .order_by(Filing.reference, Filing.id)
    )
    found: dict[int, tuple[str, str]] = {}
    for number, name, reference in rows:
        if reference or number not in found:
            found[number] = (name, reference or "")
    return found


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
