"""What a consumer asks: is this certificate real, and does it hold now?

The statement is on columns and built once: this is the most-read page of the registry, and loading entities
costs more than all the rest of it together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from registry.domain.codes import read_code, read_number
from registry.domain.validity import CertificateState, DisplayedState, displayed_state
from registry.models import Certificate, CertificateEvent, Declaration, Enterprise, Product, StoredFile
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
    superseded_by: str  # The public code of the newer certificate, or empty.
    document_sha256: str  # Empty until the document is made.
    product_changed: bool
    enterprise_changed: bool  # Another name or code since, which a bureau has checked.
    enterprise_name: str  # Today's.
    enterprise_uscc: str
    events: Sequence[PublicEvent]


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
_CERTIFICATE = (
    select(
        Certificate.id,
        Certificate.code,
        Certificate.number,
        Certificate.state,
        Certificate.snapshot,
        Certificate.valid_from,
        Certificate.valid_until,
        _NEWER.code.label("superseded_by"),
        StoredFile.sha256.label("document_sha256"),
        Enterprise.name.label("enterprise_name"),
        Enterprise.uscc.label("enterprise_uscc"),
        *(column.label(f"product_{column.key}") for column in _PRODUCT_COLUMNS),
    )
    .join(Enterprise, Enterprise.id == Certificate.enterprise_id)
    .outerjoin(_NEWER, _NEWER.id == Certificate.superseded_by_id)
    .outerjoin(StoredFile, StoredFile.id == Certificate.document_id)
    # The declaration's own table, not the filing's: the base row would be read for nothing.
    .outerjoin(Declaration.__table__, Declaration.__table__.c.id == Certificate.filing_id)
    .outerjoin(Product, Product.id == Declaration.__table__.c.product_id)
    .where(Certificate.code == bindparam("code"))
)
_EVENTS = (
    select(
        CertificateEvent.action,
        CertificateEvent.effective_on,
        CertificateEvent.correct_by,
        CertificateEvent.reason,
        CertificateEvent.authority,
        CertificateEvent.document_number,
    )
    .where(CertificateEvent.certificate_id == bindparam("certificate_id"))
    .order_by(CertificateEvent.sequence.desc())
)
_CODE_OF_NUMBER = select(Certificate.code).where(Certificate.number == bindparam("number"))


def look_up(session: Session, code: str, today: date) -> PublicCertificate | None:
    """The certificate with this canonical public code, as it stands today, in two statements."""
    row = session.execute(_CERTIFICATE, {"code": code}).one_or_none()
    if row is None:
        return None
    snapshot = json.loads(row.snapshot)
    events = session.execute(_EVENTS, {"certificate_id": row.id})
    return PublicCertificate(
        code=row.code,
        number=row.number,
        state=displayed_state(CertificateState(row.state), row.valid_from, row.valid_until, today),
        snapshot=snapshot,
        valid_until=row.valid_until,
        superseded_by=row.superseded_by or "",
        document_sha256=row.document_sha256 or "",
        product_changed=_product_changed(snapshot, row),
        enterprise_changed=_enterprise_changed(snapshot, row),
        enterprise_name=row.enterprise_name,
        enterprise_uscc=row.enterprise_uscc,
        events=[PublicEvent(*event) for event in events],
    )


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
