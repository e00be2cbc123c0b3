"""What a firm exports and sells at home, by year. Never public (政府信息公开条例 第十五条: 商业秘密)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Integer, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, id_column

_AMOUNT = Numeric(14, 2)


class TradeFigures(Base):
    """One year's figures; empty where the firm has not said."""

    __tablename__ = "trade_figures"
    __table_args__ = (UniqueConstraint("enterprise_id", "year"),)

    id: Mapped[int] = id_column()
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="The firm")
    year: Mapped[int] = mapped_column(Integer, comment="Calendar year")
    revenue: Mapped[Decimal | None] = mapped_column(_AMOUNT, comment="营业收入, 10,000 yuan")
    exports: Mapped[Decimal | None] = mapped_column(_AMOUNT, comment="出口额, 10,000 US dollars")
    domestic_sales: Mapped[Decimal | None] = mapped_column(_AMOUNT, comment="内销额, 10,000 yuan")
    converted_sales: Mapped[Decimal | None] = mapped_column(
        _AMOUNT, comment="出口转内销额: export goods sold at home, 10,000 yuan"
    )
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")
    updated_at: Mapped[datetime] = mapped_column(comment="When it was last changed")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.
