"""Certification bodies that CNCA has approved (认证机构名录): what they were called, approved for and until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, frozen, id_column


class CertificationBody(Base):
    """One body. Its state on a day is the replay of its events; that an approval has expired is computed."""

    __tablename__ = "certification_body"

    id: Mapped[int] = id_column()
    approval_number: Mapped[str] = mapped_column(
        String(30), unique=True, comment="批准号 in normal form: CNCA-R-2002-001, CNCA-RF-2003-01"
    )
    name: Mapped[str] = mapped_column(String(200), comment="Name now")
    former_names: Mapped[list[Any]] = mapped_column(comment="Names it had before, the latest first")
    uscc: Mapped[str] = mapped_column(String(18), default="", comment="统一社会信用代码, where known")
    approved_on: Mapped[date | None] = mapped_column(
        comment="First day of its approval; empty: only the year is known, which stands in the number"
    )
    note: Mapped[str] = mapped_column(Text, default="", comment="What else is known of it")
    source: Mapped[str] = mapped_column(String(300), default="", comment="Where the entry comes from")
    keys: Mapped[str] = mapped_column(Text, comment="Number and all names in the form to compare, a line each")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")
    updated_at: Mapped[datetime] = mapped_column(comment="When it was last changed")

    events: Mapped[list[CertificationBodyEvent]] = relationship(
        back_populates="body", order_by="CertificationBodyEvent.id"
    )
    scopes: Mapped[list[CertificationBodyScope]] = relationship(
        back_populates="body", order_by="[CertificationBodyScope.code, CertificationBodyScope.id]"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.


@frozen
class CertificationBodyEvent(Base):
    """What a body's approval was from a day on. Of two from one day, the one recorded last counts."""

    __tablename__ = "certification_body_event"
    __table_args__ = (CheckConstraint("state IN ('valid', 'suspended', 'revoked', 'withdrawn')", name="state"),)

    id: Mapped[int] = id_column()
    body_id: Mapped[int] = mapped_column(ForeignKey("certification_body.id"), index=True, comment="The body")
    state: Mapped[str] = mapped_column(String(12), comment="State from then on; expiry is computed")
    effective_on: Mapped[date | None] = mapped_column(comment="From this day; empty: from its approval")
    expires_on: Mapped[date | None] = mapped_column(comment="Last day of the approval; empty: not known")
    reason: Mapped[str] = mapped_column(Text, default="", comment="Why, as published")
    document_number: Mapped[str] = mapped_column(String(80), default="", comment="文号 of the notice")
    recorded_at: Mapped[datetime] = mapped_column(comment="When it was entered")
    recorded_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), comment="Who entered it; empty: from the command line"
    )

    body: Mapped[CertificationBody] = relationship(back_populates="events")


class CertificationBodyScope(Base):
    """A field that a body may certify in (认证领域), from a day and until a day. A body without any: not known."""

    __tablename__ = "certification_body_scope"

    id: Mapped[int] = id_column()
    body_id: Mapped[int] = mapped_column(ForeignKey("certification_body.id"), index=True, comment="The body")
    code: Mapped[str] = mapped_column(String(20), comment="Code of the field: A01, PV02; covers codes that begin so")
    name: Mapped[str] = mapped_column(String(120), default="", comment="Name of the field, as it was approved")
    valid_from: Mapped[date | None] = mapped_column(comment="First day; empty: from its approval")
    valid_until: Mapped[date | None] = mapped_column(comment="Last day; empty: as long as it is approved")

    body: Mapped[CertificationBody] = relationship(back_populates="scopes")
