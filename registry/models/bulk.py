"""Many products or declarations from one spreadsheet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, id_column

if TYPE_CHECKING:
    from registry.models.enterprise import Enterprise
    from registry.models.evidence import StoredFile
    from registry.models.user import User


class BulkImport(Base):
    """One spreadsheet: checked row by row by the worker, then taken in as the firm chooses."""

    __tablename__ = "bulk_import"
    __table_args__ = (
        CheckConstraint("kind IN ('product', 'declaration')", name="kind"),
        CheckConstraint(
            "status IN ('checking', 'checked', 'importing', 'imported', 'refused', 'cancelled')", name="status"
        ),
        Index("ix_bulk_import_enterprise_id_created_at", "enterprise_id", "created_at"),
    )

    id: Mapped[int] = id_column()
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="The firm")
    kind: Mapped[str] = mapped_column(String(12), comment="What each row becomes: product or declaration")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), comment="The spreadsheet as it was sent")
    file_name: Mapped[str] = mapped_column(String(150), comment="The name it came with, made safe")
    status: Mapped[str] = mapped_column(String(10), default="checking", comment="How far it has come")
    message: Mapped[dict[str, Any] | None] = mapped_column(comment="Refused: why, as text and arguments")
    notes: Mapped[list[Any] | None] = mapped_column(
        comment="What else is told of it before it is taken in, as text and arguments, and what that asks for"
    )
    strays: Mapped[list[Any] | None] = mapped_column(
        comment="The first of what is wrong with rows of further sheets that belong to no row"
    )
    total: Mapped[int] = mapped_column(Integer, default=0, comment="Rows found")
    wrong: Mapped[int] = mapped_column(Integer, default=0, comment="Rows with mistakes")
    done: Mapped[int] = mapped_column(Integer, default=0, comment="Rows seen to in the present stage")
    remarks_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id"), comment="The spreadsheet with remarks, once made"
    )
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Who sent it")
    created_at: Mapped[datetime] = mapped_column(comment="When it was sent")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When it was taken in, refused or cancelled")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")

    enterprise: Mapped[Enterprise] = relationship()
    created_by: Mapped[User] = relationship()
    file: Mapped[StoredFile] = relationship(foreign_keys=[file_id])
    remarks: Mapped[StoredFile | None] = relationship(foreign_keys=[remarks_id])

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.


class BulkRow(Base):
    """One row of a spreadsheet: what is to be taken in, or what is wrong, and what became of it."""

    __tablename__ = "bulk_row"
    __table_args__ = (
        UniqueConstraint("bulk_import_id", "number"),
        CheckConstraint("outcome IN ('', 'added', 'changed', 'unchanged', 'failed')", name="outcome"),
    )

    id: Mapped[int] = id_column()
    bulk_import_id: Mapped[int] = mapped_column(ForeignKey("bulk_import.id"), comment="The spreadsheet")
    number: Mapped[int] = mapped_column(Integer, comment="Row number as the spreadsheet program shows it")
    values: Mapped[dict[str, Any]] = mapped_column(comment="What stands in the row, by column; of a wrong one nothing")
    mistakes: Mapped[dict[str, Any] | None] = mapped_column(
        comment="What is wrong, as text and arguments; of many rows only that there is something"
    )
    outcome: Mapped[str] = mapped_column(String(10), default="", comment="What became of it; empty: nothing yet")
    object_id: Mapped[int | None] = mapped_column(Integer, comment="The product or filing it became, as a row number")
