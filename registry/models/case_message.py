"""Questions and answers on a case, between the firm and the offices."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, frozen, id_column

if TYPE_CHECKING:
    from registry.models.bureau import Bureau
    from registry.models.filing import Filing


@frozen
class CaseMessage(Base):
    """One thing that somebody asked or answered. Both sides read it, so it is never changed."""

    __tablename__ = "case_message"
    __table_args__ = (
        UniqueConstraint("filing_id", "sequence"),
        CheckConstraint("side IN ('firm', 'office')", name="side"),
        CheckConstraint("(side = 'office') = (bureau_id IS NOT NULL)", name="bureau"),
    )

    id: Mapped[int] = id_column()
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), comment="The case")
    sequence: Mapped[int] = mapped_column(Integer, comment="1, 2, 3 … within the filing")
    side: Mapped[str] = mapped_column(String(6), comment="firm or office: who writes")
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Who wrote it")
    author_name: Mapped[str] = mapped_column(String(60), comment="The name the author had then; not told to the firm")
    bureau_id: Mapped[int | None] = mapped_column(ForeignKey("bureau.id"), comment="For which office; empty: the firm")
    field: Mapped[str] = mapped_column(String(60), default="", comment="What it is about, by field; empty: the case")
    text: Mapped[str] = mapped_column(Text, comment="As written")
    written_at: Mapped[datetime] = mapped_column(comment="When")

    filing: Mapped[Filing] = relationship(back_populates="messages")
    bureau: Mapped[Bureau | None] = relationship(lazy="joined")
