"""The audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId, frozen


@frozen
class AuditEvent(Base):
    """Something that was done or refused. It names people and objects by number, so it outlives both.

    Rows are numbered without gaps and chained: each holds the hash of the one before. The database refuses to
    change or delete any (see the migration); `services/audit.py` is the only writer.
    """

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_tag_object_id", "tag", "object_id"),)

    id: Mapped[int] = mapped_column(
        BigId, primary_key=True, autoincrement=False, comment="Place in the chain: 1, 2, 3 … without a gap"
    )
    at: Mapped[datetime] = mapped_column(index=True, comment="When")
    tag: Mapped[str] = mapped_column(String(60), comment="source:subject:action, see domain/audit.py")
    success: Mapped[bool] = mapped_column(Boolean, comment="False: it was tried and refused")
    actor_id: Mapped[int | None] = mapped_column(BigId, index=True, comment="Account; empty: nobody was signed in")
    person_id: Mapped[int | None] = mapped_column(
        BigId, index=True, comment="The account it was done to, or whose data was read"
    )
    object_id: Mapped[int | None] = mapped_column(BigId, comment="Row number of the tag's subject")
    origin: Mapped[str] = mapped_column(String(45), comment="Network address; empty: from the machine itself")
    request_id: Mapped[str] = mapped_column(String(36), comment="Ties the row to the log's lines")
    payload: Mapped[dict[str, Any]] = mapped_column(comment="Details; names and types are checked against the tag")
    previous: Mapped[str] = mapped_column(String(64), comment="Hash of the row before; zeros for the first")
    hash: Mapped[str] = mapped_column(
        String(64), unique=True, comment="SHA-256 of this row's canonical JSON, with the hash before in it"
    )
