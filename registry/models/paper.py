"""The declaration as a document: rendered by the registry, signed by the firm."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, frozen, id_column

if TYPE_CHECKING:
    from registry.models.evidence import StoredFile
    from registry.models.filing import Filing


@frozen
class DeclarationPaper(Base):
    """One rendering of what is declared. Other content makes another one."""

    __tablename__ = "declaration_paper"
    __table_args__ = (UniqueConstraint("filing_id", "digest"),)

    id: Mapped[int] = id_column()
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), comment="The declaration")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the canonical JSON of what is printed")
    rules_version: Mapped[str] = mapped_column(String(20), comment="The rules whose sentence is printed")
    document_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), comment="The PDF to be signed")
    made_at: Mapped[datetime] = mapped_column(comment="When it was rendered")

    filing: Mapped[Filing] = relationship()
    document: Mapped[StoredFile] = relationship()
    came_back: Mapped[list[SignedPaper]] = relationship(viewonly=True, order_by="SignedPaper.id")

    @property
    def signed(self) -> SignedPaper | None:
        """What came back signed last: that counts."""
        return self.came_back[-1] if self.came_back else None


@frozen
class SignedPaper(Base):
    """A file that came back signed. What takes its place is another row: a submission may have named this one."""

    __tablename__ = "signed_paper"
    __table_args__ = (CheckConstraint("means IN ('scan', 'digital')", name="means"),)

    id: Mapped[int] = id_column()
    paper_id: Mapped[int] = mapped_column(ForeignKey("declaration_paper.id"), index=True, comment="What was signed")
    means: Mapped[str] = mapped_column(String(10), comment="scan or digital")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), comment="What came back")
    name: Mapped[str] = mapped_column(String(150), comment="The name it came with, made safe")
    report: Mapped[dict[str, Any]] = mapped_column(comment="What was checked, and what was found")
    signed_at: Mapped[datetime] = mapped_column(comment="When it came back")
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Who sent it")

    paper: Mapped[DeclarationPaper] = relationship()
    file: Mapped[StoredFile] = relationship()
