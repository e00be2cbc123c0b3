"""Drafts that are to replace certificates: which certificates, and what is carried over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registry.domain.errors import InvalidFields, NotAllowed, NotFound
from registry.domain.filings import ASKED_ANEW, DEFINITIONS, SAID_ANEW
from registry.domain.messages import N_, Message
from registry.domain.succession import Purpose
from registry.models import Certificate, Filing, Product
from registry.services import enterprises, filings, succession
from registry.services.filing_kinds import kind_named
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from registry.models import Enterprise
    from registry.services.work import Work

_ASKED_FOR: Final = (Purpose.CHANGE, Purpose.RENEWAL)


@dataclass(frozen=True, slots=True)
class Options:
    """What the holder of a certificate may ask for now."""

    open_filing: int | None  # One that is under way already; there is one at a time.
    refusals: Mapping[Purpose, Message]  # Why not; what does not stand here, may be asked for.


def options(work: Work, certificate: Certificate) -> Options:
    """What may be asked for, and where it has been already."""
    refusals = {}
    for purpose in _ASKED_FOR:
        try:
            succession.guard(work, certificate, purpose)
        except NotAllowed as error:
            refusals[purpose] = error.message
    return Options(succession.open_filings(work, [certificate.id]).get(certificate.id), refusals)


def offered(work: Work, certificate_id: int, purpose: Purpose) -> list[Certificate]:
    """A certificate and those of the same filing that may be replaced together with it, in the order of their issue.

    Raises:
        NotFound: it is not the firm's.
        NotAllowed: the actor files for no firm; or nothing may take its place, or not now.
    """
    asked = _own(work, enterprises.own(work, to_file=True), certificate_id)
    succession.guard(work, asked, purpose)
    found = work.session.scalars(
        select(Certificate)
        .where(Certificate.filing_id == asked.filing_id, Certificate.product_id.is_not(None))
        .options(joinedload(Certificate.superseded_by))
        .order_by(Certificate.id)
    ).all()
    taken = succession.open_filings(work, [certificate.id for certificate in found])
    return [each for each in found if each is asked or (each.id not in taken and _may_be(work, each, purpose))]


def start(work: Work, certificate_id: int, *, purpose: Purpose, others: Collection[int] = ()) -> Filing:
    """Begin a draft that is to replace certificates of one filing, with everything that was filed for them.

    Where one is under way for the certificate, it is that one.

    Args:
        work: who acts.
        certificate_id: the certificate.
        purpose: change or renewal.
        others: further certificates of the same filing, to be replaced along with it.

    Raises:
        NotFound, NotAllowed: as for `offered`.
        InvalidFields: one of the others may not be replaced along with it.
    """
    enterprise = enterprises.own(work, to_file=True)
    asked = _own(work, enterprise, certificate_id)
    lock(work.session, asked)  # Of two presses the second finds what the first has begun.
    known = succession.open_filings(work, [asked.id]).get(asked.id)
    if known is not None:
        return filings.get_own(work, known, to_file=True)
    free = {each.id: each for each in offered(work, certificate_id, purpose)}
    if not free.keys() >= set(others):
        raise InvalidFields({"certificates": Message(N_("所选的证书有的已经不能一并办理，请重新选择。"))})
    old = work.session.get_one(Filing, asked.filing_id)
    chosen = [each for each in free.values() if each is asked or each.id in others]
    objects = {work.session.get_one(Product, each.product_id): each.id for each in chosen}
    content = _carried_over(old, purpose)
    return filings.add_draft(work, kind_named(old.kind), enterprise, content, objects, purpose=purpose)


def _carried_over(old: Filing, purpose: Purpose) -> dict[str, Any]:
    """What was filed, without what is asked anew; a renewal asks for what was measured since as well."""
    fields = DEFINITIONS[old.kind].fields
    content = old.content | dict.fromkeys((SAID_ANEW | ASKED_ANEW) & fields.keys(), "")
    if purpose is Purpose.RENEWAL:
        known = fields.keys() & content.keys()
        content |= {name: filings.offered(fields[name], content[name]) for name in known}
    return content


def _own(work: Work, enterprise: Enterprise, certificate_id: int) -> Certificate:
    certificate = work.session.scalar(
        select(Certificate).where(Certificate.id == certificate_id, Certificate.enterprise_id == enterprise.id)
    )
    if certificate is None or certificate.product_id is None:
        raise NotFound
    return certificate


def _may_be(work: Work, certificate: Certificate, purpose: Purpose) -> bool:
    try:
        succession.guard(work, certificate, purpose)
    except NotAllowed:
        return False
    return True
