"""Work that must follow a commit: mails, documents. Outbox and queue in one table, see services/jobs.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, id_column


class Job(Base):
    """One piece of work, written in the transaction that caused it."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint("status IN ('due', 'done', 'failed')", name="status"),
        # Finished jobs pile up; the worker looks at due ones only.
        Index(
            "ix_job_due",
            "due_at",
            sqlite_where=text("status = 'due'"),
            postgresql_where=text("status = 'due'"),
        ),
    )

    id: Mapped[int] = id_column()
    kind: Mapped[str] = mapped_column(String(30), comment="Names the handler")
    key: Mapped[str] = mapped_column(String(100), comment="Unique within the kind: asked for twice, done once")
    payload: Mapped[dict[str, Any]] = mapped_column(comment="What the handler needs")
    status: Mapped[str] = mapped_column(String(10), default="due", comment="due, done or failed (given up)")
    due_at: Mapped[datetime] = mapped_column(comment="Not before this moment; while at work, when the lease ends")
    tries: Mapped[int] = mapped_column(Integer, default=0, comment="Times begun; fences off a worker thought dead")
    error: Mapped[str] = mapped_column(Text, default="", comment="What went wrong last")
    created_at: Mapped[datetime] = mapped_column(comment="When it was asked for")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When it was done or given up")
