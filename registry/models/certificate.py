"""Certificates: the registry's own attestation that a filing is on record, and everything that befell it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, freeze_columns, frozen, id_column

if TYPE_CHECKING:
    from registry.models.bureau import Bureau
    from registry.models.enterprise import Enterprise
    from registry.models.evidence import StoredFile
    from registry.models.filing import Filing


class Certificate(Base):
    """One certificate (备案凭证). What it says is frozen; only its state and its file come later.

    `expired` is not among the stored states: it follows from the dates whenever the certificate is read.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("state IN ('valid', 'suspended', 'revoked', 'withdrawn', 'superseded')", name="state"),
        CheckConstraint("valid_from <= valid_until", name="dates"),
        CheckConstraint("succession IN ('', 'change', 'renewal', 'editorial')", name="succession"),
        # However often a decision is repeated, a filing leads to one certificate for each of its products.
        UniqueConstraint("filing_id", "product_id"),
        Index("ix_certificate_directory", "area_code", "category", "state", "issued_on"),
    )

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(16), unique=True, comment="Public code in the QR: 80 random bits")
    number: Mapped[str] = mapped_column(String(32), unique=True, comment="Printed number with check character")
    kind: Mapped[str] = mapped_column(String(20), comment="declaration or certification (later title)")
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), comment="What it was issued on")
    product_id: Mapped[int | None] = mapped_column(
        ForeignKey("product.id"), index=True, comment="The product it speaks of; empty: of none"
    )
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="The holder")
    bureau_id: Mapped[int] = mapped_column(ForeignKey("bureau.id"), comment="The issuing office")
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), comment="The holder's county at issue")
    rules_version: Mapped[str] = mapped_column(String(20), comment="The rules it was issued under")
    product_name: Mapped[str] = mapped_column(String(200), index=True, comment="From the snapshot, for the directory")
    enterprise_name: Mapped[str] = mapped_column(String(200), index=True, comment="From the snapshot, likewise")
    category: Mapped[str] = mapped_column(String(20), comment="From the snapshot, likewise")
    snapshot: Mapped[str] = mapped_column(Text, comment="What was attested, canonical JSON; public")
    sha256: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the snapshot's UTF-8 bytes")
    issued_on: Mapped[date] = mapped_column(comment="Date of issue")
    valid_from: Mapped[date] = mapped_column(comment="First day of validity")
    valid_until: Mapped[date] = mapped_column(index=True, comment="Last day of validity")
    state: Mapped[str] = mapped_column(String(12), default="valid", comment="As last decided; expiry is computed")
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), comment="The newer one")
    succession: Mapped[str] = mapped_column(
        String(10), default="", comment="Why there is a newer one; after an editorial change, labels stay good"
    )
    document_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), comment="The PDF, once made")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")
    created_at: Mapped[datetime] = mapped_column(comment="When it was issued, to the second")

    filing: Mapped[Filing] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    bureau: Mapped[Bureau] = relationship()
    document: Mapped[StoredFile | None] = relationship()
    superseded_by: Mapped[Certificate | None] = relationship(remote_side=[id])
    events: Mapped[list[CertificateEvent]] = relationship(
        back_populates="certificate", order_by="CertificateEvent.sequence"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.


freeze_columns(
    Certificate,
    *("code", "number", "kind", "filing_id", "product_id", "enterprise_id", "bureau_id", "area_code", "rules_version"),
    *("product_name", "enterprise_name", "category"),
    *("snapshot", "sha256", "issued_on", "valid_from", "valid_until", "created_at"),
)


@frozen
class CertificateEvent(Base):
    """One change of a certificate's state; public for ever. The state equals the replay of the events."""

    __tablename__ = "certificate_event"
    __table_args__ = (UniqueConstraint("certificate_id", "sequence"),)

    id: Mapped[int] = id_column()
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), comment="The certificate")
    sequence: Mapped[int] = mapped_column(Integer, comment="1 is the issue, then counting")
    action: Mapped[str] = mapped_column(
        String(12), comment="issue, suspend, reinstate, revoke, withdraw, supersede, renew, end_renewal"
    )
    to_state: Mapped[str] = mapped_column(String(12), comment="State after")
    effective_on: Mapped[date] = mapped_column(comment="From this day")
    correct_by: Mapped[date | None] = mapped_column(comment="Suspension: time allowed to put things right")
    reason: Mapped[str] = mapped_column(Text, default="", comment="Reason as published")
    authority: Mapped[str] = mapped_column(String(200), comment="The office that decided, or the holder")
    document_number: Mapped[str] = mapped_column(String(80), default="", comment="文号 of the decision")
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Who entered it; never public")
    recorded_at: Mapped[datetime] = mapped_column(comment="When it was entered")

    certificate: Mapped[Certificate] = relationship(back_populates="events")


class NumberSeries(Base):
    """The last serial given out in a series, such as certificate numbers of one office and year."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(40), primary_key=True, comment="Series, e.g. STD-330400-2026")
    last: Mapped[int] = mapped_column(Integer, comment="Last serial given out")
