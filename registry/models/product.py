"""Products: the objects that declarations and certificates speak of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

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
    retired_at: Mapped[datetime | None] = mapped_column(comment="From when on it is not offered any more")

    enterprise: Mapped[Enterprise] = relationship(back_populates="products")
    pictures: Mapped[list[ProductPicture]] = relationship(
        back_populates="product", order_by="ProductPicture.position", cascade="all, delete-orphan"
    )
    variants: Mapped[list[ProductVariant]] = relationship(
        back_populates="product", order_by="ProductVariant.position", cascade="all, delete-orphan"
    )
    links: Mapped[list[ProductLink]] = relationship(
        back_populates="product", order_by="ProductLink.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.


class ProductPicture(Base):
    """A picture of a product, cleaned and public."""

    __tablename__ = "product_picture"
    __table_args__ = (UniqueConstraint("product_id", "file_id"),)

    id: Mapped[int] = id_column()
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), comment="The product")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), comment="The picture")
    original_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id"), comment="What it was cut from; empty: it is whole"
    )
    crop: Mapped[dict[str, Any] | None] = mapped_column(
        comment="left, top, width and height of the cut, in thousandths of the original; empty: it is whole"
    )
    position: Mapped[int] = mapped_column(Integer, comment="Order of showing, from 0")

    product: Mapped[Product] = relationship(back_populates="pictures")
    file: Mapped[StoredFile] = relationship(foreign_keys=[file_id])
    original: Mapped[StoredFile | None] = relationship(foreign_keys=[original_id])


class ProductVariant(Base):
    """One size, colour or pack of a product, with codes of its own."""

    __tablename__ = "product_variant"
    __table_args__ = (UniqueConstraint("product_id", "name"),)

    id: Mapped[int] = id_column()
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), comment="The product")
    name: Mapped[str] = mapped_column(String(100), comment="What tells it from the others: size, colour, pack")
    gtin: Mapped[str] = mapped_column(String(14), default="", index=True, comment="GTIN-8, -12, -13 or -14")
    hs_code: Mapped[str] = mapped_column(String(13), default="", comment="HS code, where it differs")
    position: Mapped[int] = mapped_column(Integer, comment="Order of showing, from 0")

    product: Mapped[Product] = relationship(back_populates="variants")


class ProductLink(Base):
    """Where a product is sold on the web."""

    __tablename__ = "product_link"
    __table_args__ = (UniqueConstraint("product_id", "url"),)

    id: Mapped[int] = id_column()
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), comment="The product")
    shop: Mapped[str] = mapped_column(String(60), comment="Name of the shop or platform")
    url: Mapped[str] = mapped_column(String(500), comment="Address of the product's page, https")
    position: Mapped[int] = mapped_column(Integer, comment="Order of showing, from 0")

    product: Mapped[Product] = relationship(back_populates="links")
