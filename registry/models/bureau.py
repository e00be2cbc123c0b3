"""The offices that review, decide and supervise."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.area import Area
from registry.models.base import Base, id_column


class Bureau(Base):
    """One office; its scope is its area with all below it, and one subject."""

    __tablename__ = "bureau"
    __table_args__ = (
        UniqueConstraint("area_code", "subject"),
        CheckConstraint("subject IN ('market_supervision', 'commerce')", name="subject"),
        CheckConstraint("tier IN ('county', 'city', 'province')", name="tier"),
    )

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(80), unique=True, comment="Full name, as on its documents")
    name_en: Mapped[str] = mapped_column(String(160), default="", comment="English name")
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), comment="The area it is responsible for")
    subject: Mapped[str] = mapped_column(
        String(20), comment="market_supervision (declarations, certifications) or commerce (titles)"
    )
    tier: Mapped[str] = mapped_column(String(10), comment="Its tier of review: county, city or province")
    phone: Mapped[str] = mapped_column(String(40), default="", comment="Public telephone")
    revision: Mapped[int] = mapped_column(
        Integer, default=1, server_default="1", comment="Counts changes; a stale page is told"
    )

    area: Mapped[Area] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.
