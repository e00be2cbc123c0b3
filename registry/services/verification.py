"""What a consumer asks: is this certificate real, and does it hold now?

The statements are on columns and built once: this is the most-read page of the registry, and loading entities
costs more than all the rest of it together.

A label whose number was replaced by an editorial change only is answered with the certificate that holds now.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, literal, select
from sqlalchemy.orm import aliased

from registry.domain.codes import read_code, read_number
from registry.domain.succession import Succession
from registry.domain.validity import CertificateState, DisplayedState, displayed_state
from registry.models import Certificate, CertificateEvent, Enterprise, Product, StoredFile
from registry.services.snapshots import product_changed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Row
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One entry of the public history."""

    action: str
    effective_on: date
    correct_by: date | None
    reason: str
    authority: str
    document_number: str


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """What everybody may know of a certificate."""

    code: str
    number: str
    state: DisplayedState
    snapshot: dict[str, Any]
    valid_until: date
    printed_code: str  # On the label, where an editorial change has given it a newer code and number; else empty.
    printed_number: str
    printed_document: bool  # Whether that one has a document.
    succession: str  # Why there is a newer certificate, or empty.
    superseded_by: str  # Its public code, or empty.
    superseded_by_number: str
    superseded_from: date | None  # Its first day; until then, one that was renewed holds.
    document_sha256: str  # Empty until the document is made.
    product_changed: bool
    enterprise_changed: bool  # Another name or code since, which a bureau has checked.
    enterprise_name: str  # Today's.
    enterprise_uscc: str
    events: Sequence[PublicEvent]


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate as it was issued, whatever has become of it."""

    number: str
    snapshot: dict[str, Any]
    document_sha256: str  # Empty until the document is made.


# Each step is a case that an office has decided; a chain of so many is a mistake, and its last one is shown.
_MOST_STEPS: Final = 50
_NEWER = aliased(Certificate)
_PRODUCT_COLUMNS = (
    Product.name,
    Product.name_en,
    Product.brand,
    Product.model,
    Product.category,
    Product.gtin,
    Product.hs_code,
)
_SHOWN = (
    select(
        Certificate.id,
        Certificate.code,
        Certificate.number,
        Certificate.state,
        Certificate.snapshot,
        Certificate.valid_from,
        Certificate.valid_until,
        Certificate.succession,
        _NEWER.code.label("superseded_by"),
        _NEWER.number.label("superseded_by_number"),
        _NEWER.valid_from.label("superseded_from"),
        StoredFile.sha256.label("document_sha256"),
        Enterprise.name.label("enterprise_name"),
        Enterprise.uscc.label("enterprise_uscc"),
        *(column.label(f"product_{column.key}") for column in _PRODUCT_COLUMNS),
    )
    .join(Enterprise, Enterprise.id == Certificate.enterprise_id)
    .outerjoin(_NEWER, _NEWER.id == Certificate.superseded_by_id)
    .outerjoin(StoredFile, StoredFile.id == Certificate.document_id)
    .outerjoin(Product, Product.id == Certificate.product_id)
)
_CERTIFICATE = _SHOWN.where(Certificate.code == bindparam("code"))
_FIRST_STEP = (
    select(Certificate.superseded_by_id.label("id"), literal(1).label("step"))
    .where(Certificate.id == bindparam("certificate_id"))
    .cte("chain", recursive=True)
)
_CHAIN = _FIRST_STEP.union_all(
    select(Certificate.superseded_by_id, _FIRST_STEP.c.step + 1)
    .join(_FIRST_STEP, Certificate.id == _FIRST_STEP.c.id)
    .where(Certificate.succession == Succession.EDITORIAL, _FIRST_STEP.c.step < _MOST_STEPS)
)
# What has taken the place of a certificate by editorial changes only, one after the other.
_SUCCESSORS = _SHOWN.join(_CHAIN, _CHAIN.c.id == Certificate.id).order_by(_CHAIN.c.step)
_EVENTS = (
    select(
        CertificateEvent.action,
        CertificateEvent.effective_on,
        CertificateEvent.correct_by,
        CertificateEvent.reason,
        CertificateEvent.authority,
        CertificateEvent.document_number,
    )
    .where(CertificateEvent.certificate_id.in_(bindparam("certificates", expanding=True)))
    .order_by(CertificateEvent.certificate_id.desc(), CertificateEvent.sequence.desc())
)
_ISSUED = (
    select(Certificate.number, Certificate.snapshot, StoredFile.sha256)
    .outerjoin(StoredFile, StoredFile.id == Certificate.document_id)
    .where(Certificate.code == bindparam("code"))
)
_CODE_OF_NUMBER = select(Certificate.code).where(Certificate.number == bindparam("number"))


def look_up(session: Session, code: str, today: date) -> PublicCertificate | None:
    """The certificate with this canonical public code, as it stands today, in two statements.

    Where labels with the code stay good after an editorial change, it is the one that has taken its place, with the
    history of both, in three.
    """
    printed = session.execute(_CERTIFICATE, {"code": code}).one_or_none()
    if printed is None:
        return None
    rows = [printed]
    if printed.succession == Succession.EDITORIAL:
        rows += session.execute(_SUCCESSORS, {"certificate_id": printed.id}).all()
    row = rows[-1]
    snapshot = json.loads(row.snapshot)
    events = session.execute(_EVENTS, {"certificates": [each.id for each in rows]})
    return PublicCertificate(
        code=row.code,
        number=row.number,
        state=displayed_state(
            CertificateState(row.state),
            row.valid_from,
            row.valid_until,
            today,
            renewed=row.succession == Succession.RENEWAL,
        ),
        snapshot=snapshot,
        valid_until=row.valid_until,
        printed_code=printed.code if row is not printed else "",
        printed_number=printed.number if row is not printed else "",
        printed_document=row is not printed and printed.document_sha256 is not None,
        succession=row.succession,
        superseded_by=row.superseded_by or "",
        superseded_by_number=row.superseded_by_number or "",
        superseded_from=row.superseded_from,
        document_sha256=row.document_sha256 or "",
        product_changed=_product_changed(snapshot, row),
        enterprise_changed=_enterprise_changed(snapshot, row),
        enterprise_name=row.enterprise_name,
        enterprise_uscc=row.enterprise_uscc,
        events=[PublicEvent(*event) for event in events],
    )


def as_issued(session: Session, code: str) -> IssuedCertificate | None:
    """What was issued under this canonical public code: its document and pictures stay where they were printed."""
    row = session.execute(_ISSUED, {"code": code}).one_or_none()
    return IssuedCertificate(row.number, json.loads(row.snapshot), row.sha256 or "") if row is not None else None


def find_code(session: Session, typed: str) -> str | None:
    """The public code meant by what somebody typed: a code or a certificate number; None when it can be neither.

    A code is returned whether or not there is such a certificate: that is for the verification page to say.
    """
    code = read_code(typed)
    if code is not None:
        return code
    number = read_number(typed)
    return session.scalar(_CODE_OF_NUMBER, {"number": number}) if number is not None else None


def _enterprise_changed(snapshot: dict[str, Any], row: Row[*tuple[Any, ...]]) -> bool:
    attested = snapshot.get("enterprise", {})
    return any(name in attested and attested[name] != getattr(row, f"enterprise_{name}") for name in ("name", "uscc"))


def _product_changed(snapshot: dict[str, Any], row: Row[*tuple[Any, ...]]) -> bool:
    if row.product_name is None:
        return False
    today = {column.key: getattr(row, f"product_{column.key}") for column in _PRODUCT_COLUMNS}
    return product_changed(snapshot, today)
