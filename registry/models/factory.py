"""Where a firm's goods are made: factories and their production lines (同线)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, id_column

if TYPE_CHECKING:
    from registry.models.enterprise import Enterprise


class Factory(Base):
    """A place where the firm's goods are made, by itself or by another firm on its behalf."""

    __tablename__ = "factory"
    # A double click must not make two factories.
    __table_args__ = (UniqueConstraint("enterprise_id", "manufacturer", "address"),)

    id: Mapped[int] = id_column()
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="Whose dossier it stands in")
    manufacturer: Mapped[str] = mapped_column(String(200), comment="生产企业: who makes the goods here")
    manufacturer_uscc: Mapped[str] = mapped_column(String(18), default="", comment="Its 统一社会信用代码, where known")
    address: Mapped[str] = mapped_column(String(300), comment="工厂地址, whole")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")
    created_at: Mapped[datetime] = mapped_column(comment="When it was entered")
    retired_at: Mapped[datetime | None] = mapped_column(comment="From when on it is not offered any more")

    enterprise: Mapped[Enterprise] = relationship()
    lines: Mapped[list[ProductionLine]] = relationship(
        back_populates="factory", order_by="ProductionLine.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.


class ProductionLine(Base):
    """A production line: what 同线 speaks of."""

    __tablename__ = "production_line"
    __table_args__ = (UniqueConstraint("factory_id", "name"),)

    id: Mapped[int] = id_column()
    factory_id: Mapped[int] = mapped_column(ForeignKey("factory.id"), comment="Where it stands")
    name: Mapped[str] = mapped_column(String(200), comment="Name or number of workshop and line")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")
    retired_at: Mapped[datetime | None] = mapped_column(comment="From when on it is not offered any more")

    factory: Mapped[Factory] = relationship(back_populates="lines")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.
