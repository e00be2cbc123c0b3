"""Filings: what a firm asks the registry to take on record, and what was decided on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, frozen, id_column

if TYPE_CHECKING:
    from registry.models.area import Area
    from registry.models.bureau import Bureau
    from registry.models.case_message import CaseMessage
    from registry.models.certificate import Certificate
    from registry.models.certification_body import CertificationBody
    from registry.models.enterprise import Enterprise
    from registry.models.evidence import Evidence
    from registry.models.product import Product
    from registry.models.third_party import ExternalCheck
    from registry.models.user import User

filing_evidence = Table(
    "filing_evidence",
    Base.metadata,
    Column("filing_id", ForeignKey("filing.id"), primary_key=True, comment="The filing"),
    Column("evidence_id", ForeignKey("evidence.id"), primary_key=True, index=True, comment="What it rests on"),
    comment="Evidence a filing links to; a reviewer of the filing may read it",
)


class Filing(Base):
    """One case. `services/reviews.py` is the only writer of status and tier.

    What is typed is kept as it was typed, whole, in one document: a draft may be wrong or half done. The domain
    says what is missing; a submission freezes what was filed.
    """

    __tablename__ = "filing"
    __table_args__ = (
        CheckConstraint(
            "status IN ('draft', 'under_review', 'returned', 'approved', 'rejected', 'withdrawn')",
            name="status",
        ),
        CheckConstraint("(status IN ('under_review', 'returned')) = (tier <> '')", name="tier"),
        CheckConstraint("purpose IN ('first', 'change', 'renewal')", name="purpose"),
        # The desk asks for the open cases of a scope, oldest first.
        Index("ix_filing_desk", "subject", "status", "tier", "area_code", "submitted_at"),
    )

    id: Mapped[int] = id_column()
    kind: Mapped[str] = mapped_column(String(20), comment="declaration or certification (later title)")
    purpose: Mapped[str] = mapped_column(
        String(10), default="first", comment="first; change or renewal of certificates that the holder has"
    )
    reference: Mapped[str | None] = mapped_column(
        String(24), unique=True, comment="受理编号, given at the first submission"
    )
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="The firm that files")
    area_code: Mapped[str] = mapped_column(
        ForeignKey("area.code"), comment="Where the case is handled: the firm's county when it was submitted"
    )
    subject: Mapped[str] = mapped_column(String(20), comment="Which line of offices handles it")
    rules_version: Mapped[str] = mapped_column(String(20), comment="The rules in force when it was submitted")
    status: Mapped[str] = mapped_column(String(20), default="draft", comment="Where the case stands")
    tier: Mapped[str] = mapped_column(String(10), default="", comment="Who has it, or who sent it back; else empty")
    handler_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"),
        index=True,
        comment="承办人: the reviewer who has taken it up; empty: anybody of the scope",
    )
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")
    created_at: Mapped[datetime] = mapped_column(comment="When the draft was begun")
    updated_at: Mapped[datetime] = mapped_column(comment="When it was last changed")
    submitted_at: Mapped[datetime | None] = mapped_column(comment="When it was last submitted")
    closed_at: Mapped[datetime | None] = mapped_column(comment="When it was decided or withdrawn")
    correct_by: Mapped[date | None] = mapped_column(
        index=True, comment="While returned: the last day for the correction; afterwards it has lapsed"
    )
    content: Mapped[dict[str, Any]] = mapped_column(comment="Fields as typed, see domain/requirements.py")

    enterprise: Mapped[Enterprise] = relationship()
    handler: Mapped[User | None] = relationship()
    area: Mapped[Area] = relationship()
    evidence: Mapped[list[Evidence]] = relationship(secondary=filing_evidence, order_by="Evidence.id")
    submissions: Mapped[list[Submission]] = relationship(back_populates="filing", order_by="Submission.sequence")
    decisions: Mapped[list[Decision]] = relationship(back_populates="filing", order_by="Decision.sequence")
    messages: Mapped[list[CaseMessage]] = relationship(back_populates="filing", order_by="CaseMessage.sequence")
    external_checks: Mapped[list[ExternalCheck]] = relationship(back_populates="filing", order_by="ExternalCheck.id")
    objects: Mapped[list[FilingProduct]] = relationship(
        back_populates="filing", order_by="FilingProduct.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.
        "polymorphic_on": kind,
        "version_id_col": revision,
    }


class FilingProduct(Base):
    """A product that a filing speaks of, and the certificate that the new one is to take the place of."""

    __tablename__ = "filing_product"

    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), primary_key=True, comment="The filing")
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id"), primary_key=True, index=True, comment="The product"
    )
    position: Mapped[int] = mapped_column(Integer, comment="Order of showing, from 0")
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificate.id"), index=True, comment="The certificate that this one is to supersede"
    )

    filing: Mapped[Filing] = relationship(back_populates="objects")
    product: Mapped[Product] = relationship()
    replaces: Mapped[Certificate | None] = relationship()


class Declaration(Filing):
    """A self-declaration of conformity after GB/T 27050.1 (ISO/IEC 17050-1)."""

    __mapper_args__ = {"polymorphic_identity": "declaration"}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.


class Certification(Filing):
    """A certification body's certificate (第三方认证) that the firm puts on record."""

    __tablename__ = "certification"

    id: Mapped[int] = mapped_column(ForeignKey("filing.id"), primary_key=True, comment="The filing")
    body_id: Mapped[int | None] = mapped_column(
        ForeignKey("certification_body.id"), index=True, comment="The certification body"
    )
    number_key: Mapped[str] = mapped_column(
        String(80), default="", index=True, comment="The certificate's number in the form to compare"
    )

    body: Mapped[CertificationBody | None] = relationship()

    __mapper_args__ = {"polymorphic_identity": "certification"}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.


@frozen
class Submission(Base):
    """What was submitted, word for word, as canonical JSON."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("filing_id", "sequence"),)

    id: Mapped[int] = id_column()
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), comment="The filing")
    sequence: Mapped[int] = mapped_column(Integer, comment="1 for the first time, then counting")
    snapshot: Mapped[str] = mapped_column(Text, comment="Canonical JSON (RFC 8785)")
    sha256: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the snapshot's UTF-8 bytes")
    submitted_at: Mapped[datetime] = mapped_column(comment="When")
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="By whom")

    filing: Mapped[Filing] = relationship(back_populates="submissions")


@frozen
class Decision(Base):
    """One step of a case. The case's status equals the replay of its decisions."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("filing_id", "sequence"),)

    id: Mapped[int] = id_column()
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), comment="The filing")
    sequence: Mapped[int] = mapped_column(Integer, comment="1, 2, 3 … within the filing")
    action: Mapped[str] = mapped_column(String(20), comment="See domain/workflow.py")
    from_status: Mapped[str] = mapped_column(String(20), comment="Status before")
    from_tier: Mapped[str] = mapped_column(String(10), comment="Tier before")
    to_status: Mapped[str] = mapped_column(String(20), comment="Status after")
    to_tier: Mapped[str] = mapped_column(String(10), comment="Tier after")
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Who acted")
    actor_name: Mapped[str] = mapped_column(String(60), comment="The name the actor had then")
    bureau_id: Mapped[int | None] = mapped_column(ForeignKey("bureau.id"), comment="For which office; empty: the firm")
    stands_in_for: Mapped[str | None] = mapped_column(
        String(60), comment="The absent colleague the actor stood in for, by the name held then"
    )
    reason: Mapped[str] = mapped_column(Text, default="", comment="Opinion or reason, told to the firm")
    remarks: Mapped[dict[str, Any]] = mapped_column(comment="What is to be corrected, by field")
    correct_by: Mapped[date | None] = mapped_column(comment="Returned: the last day for the correction")
    decided_at: Mapped[datetime] = mapped_column(comment="When")

    filing: Mapped[Filing] = relationship(back_populates="decisions")
    bureau: Mapped[Bureau | None] = relationship()
