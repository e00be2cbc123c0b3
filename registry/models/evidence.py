"""Files, each stored once by content, and the evidence that firms keep in their library."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, id_column

if TYPE_CHECKING:
    from registry.models.enterprise import Enterprise


class StoredFile(Base):
    """One content in the file store."""

    __tablename__ = "stored_file"

    id: Mapped[int] = id_column()
    sha256: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256 of the content: its address")
    size: Mapped[int] = mapped_column(BigInteger, comment="Bytes")
    media_type: Mapped[str] = mapped_column(String(40), comment="Found by looking inside, not by the name")
    created_at: Mapped[datetime] = mapped_column(comment="When it was first stored")


class Evidence(Base):
    """A file in a firm's evidence library; filings link to it."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("visibility IN ('public', 'review')", name="visibility"),
        # The same file sent twice, by a double click or next year, is one piece of evidence.
        UniqueConstraint("enterprise_id", "file_id", "kind"),
    )

    id: Mapped[int] = id_column()
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="The firm it belongs to")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True, comment="The content")
    kind: Mapped[str] = mapped_column(String(30), comment="What it is: test_report, licence, …")
    file_name: Mapped[str] = mapped_column(String(150), comment="The name it came with, made safe")
    issued_on: Mapped[date | None] = mapped_column(comment="Date of issue")
    expires_on: Mapped[date | None] = mapped_column(comment="Last day it is good for")
    visibility: Mapped[str] = mapped_column(String(10), default="review", comment="public, or review: reviewers only")
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Who sent it")
    created_at: Mapped[datetime] = mapped_column(comment="When it was sent")

    file: Mapped[StoredFile] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
