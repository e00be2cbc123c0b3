"""The declaration as a document: rendered by the registry, signed by the firm."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, id_column

if TYPE_CHECKING:
    from registry.models.evidence import StoredFile
    from registry.models.filing import Filing


class DeclarationPaper(Base):
    """One rendering of what is declared, and what came back signed. Other content makes another one."""

    __tablename__ = "declaration_paper"
    __table_args__ = (
        UniqueConstraint("filing_id", "digest"),
        CheckConstraint("means IN ('', 'scan', 'digital')", name="means"),
        CheckConstraint("(means = '') = (signed_id IS NULL)", name="signed"),
    )

    id: Mapped[int] = id_column()
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), comment="The declaration")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the canonical JSON of what is printed")
    document_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), comment="The PDF to be signed")
    made_at: Mapped[datetime] = mapped_column(comment="When it was rendered")
    means: Mapped[str] = mapped_column(String(10), default="", comment="scan or digital; empty: not signed yet")
    signed_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), comment="What came back signed")
    signed_name: Mapped[str] = mapped_column(String(150), default="", comment="The name it came with, made safe")
    report: Mapped[dict[str, Any] | None] = mapped_column(comment="What was checked, and what was found")
    signed_at: Mapped[datetime | None] = mapped_column(comment="When it came back")
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="Who sent it")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")

    filing: Mapped[Filing] = relationship()
    document: Mapped[StoredFile] = relationship(foreign_keys=[document_id])
    signed: Mapped[StoredFile | None] = relationship(foreign_keys=[signed_id])

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.
