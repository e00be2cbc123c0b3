"""Text typed into a form whose session had ended, kept until its owner has signed in again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base


class KeptForm(Base):
    """One form's fields; shown to the person who typed them and nobody else, deleted after a day."""

    __tablename__ = "kept_form"

    token: Mapped[str] = mapped_column(String(43), primary_key=True, comment="Random name")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Who typed it")
    path: Mapped[str] = mapped_column(String(500), comment="The page it belongs to")
    fields: Mapped[list[Any]] = mapped_column(comment="Pairs of name and value, in order")
    kept_at: Mapped[datetime] = mapped_column(index=True, comment="When")
