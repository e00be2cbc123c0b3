"""Files, each stored once by content, and the evidence that firms keep in their library."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
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
    media_type: Mapped[str] = mapped_column(String(100), comment="Found by looking inside, not by the name")
    created_at: Mapped[datetime] = mapped_column(comment="When it was first stored")
    frozen: Mapped[bool] = mapped_column(default=False, comment="A submission names it by its digest: it stays")


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
    number: Mapped[str] = mapped_column(String(80), default="", comment="Its number as printed")
    number_key: Mapped[str] = mapped_column(String(80), default="", index=True, comment="The number, to compare")
    issuer: Mapped[str] = mapped_column(String(120), default="", comment="Who issued it: laboratory, body, office")
    issued_on: Mapped[date | None] = mapped_column(comment="Date of issue")
    expires_on: Mapped[date | None] = mapped_column(index=True, comment="Last day it is good for")
    details: Mapped[dict[str, Any] | None] = mapped_column(
        comment="What else its kind asks for, by field, see domain/evidence.py"
    )
    visibility: Mapped[str] = mapped_column(String(10), default="review", comment="public, or review: reviewers only")
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Who sent it")
    created_at: Mapped[datetime] = mapped_column(comment="When it was sent")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")
    retired_at: Mapped[datetime | None] = mapped_column(comment="From when on it is not offered any more")

    file: Mapped[StoredFile] = relationship()
    enterprise: Mapped[Enterprise] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.
