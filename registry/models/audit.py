"""The audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId, frozen, id_column


@frozen
class AuditEvent(Base):
    """Something that was done or refused. It names people and objects by number, so it outlives both."""

    __tablename__ = "audit_event"

    id: Mapped[int] = id_column()
    at: Mapped[datetime] = mapped_column(index=True, comment="When")
    tag: Mapped[str] = mapped_column(String(60), index=True, comment="source:subject:action")
    success: Mapped[bool] = mapped_column(Boolean, comment="False: it was tried and refused")
    actor_id: Mapped[int | None] = mapped_column(BigId, index=True, comment="Account; empty: nobody was signed in")
    object_id: Mapped[int | None] = mapped_column(BigId, comment="Row number of the tag's subject")
    request_id: Mapped[str] = mapped_column(String(36), default="", comment="Ties the row to the log's lines")
    payload: Mapped[dict[str, Any]] = mapped_column(comment="Details; keys are checked against the tag")
