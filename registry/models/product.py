"""Products: the objects that declarations and certificates speak of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, id_column

if TYPE_CHECKING:
    from registry.models.enterprise import Enterprise
    from registry.models.evidence import StoredFile


class Product(Base):
    """One product of a firm."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("category IN ('agricultural_food', 'consumer', 'industrial')", name="category"),
        # A double click, or the same row typed twice, must not make two products.
        UniqueConstraint("enterprise_id", "name", "model", "brand"),
    )

    id: Mapped[int] = id_column()
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="The firm")
    name: Mapped[str] = mapped_column(String(200), comment="Name in Chinese")
    name_en: Mapped[str] = mapped_column(String(200), default="", comment="Name in English")
    brand: Mapped[str] = mapped_column(String(100), default="", comment="Brand or trademark")
    model: Mapped[str] = mapped_column(String(200), default="", comment="Model, type or size")
    category: Mapped[str] = mapped_column(String(20), comment="agricultural_food, consumer or industrial")
    gtin: Mapped[str] = mapped_column(String(14), default="", index=True, comment="GTIN-8, -12, -13 or -14")
    hs_code: Mapped[str] = mapped_column(String(13), default="", comment="HS code, 6, 8, 10 or 13 digits")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")
    created_at: Mapped[datetime] = mapped_column(comment="When it was entered")

    enterprise: Mapped[Enterprise] = relationship(back_populates="products")
    pictures: Mapped[list[ProductPicture]] = relationship(
        back_populates="product", order_by="ProductPicture.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.


class ProductPicture(Base):
    """A picture of a product, cleaned and public."""

    __tablename__ = "product_picture"
    __table_args__ = (UniqueConstraint("product_id", "file_id"),)

    id: Mapped[int] = id_column()
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), comment="The product")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), comment="The picture")
    position: Mapped[int] = mapped_column(Integer, comment="Order of showing, from 0")

    product: Mapped[Product] = relationship(back_populates="pictures")
    file: Mapped[StoredFile] = relationship()
