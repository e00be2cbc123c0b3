"""Who a firm's file belongs to: proving it, joining, inviting, and what the firm was called when."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, frozen, id_column

if TYPE_CHECKING:
    from registry.models.area import Area
    from registry.models.enterprise import Enterprise
    from registry.models.evidence import StoredFile
    from registry.models.user import User

_OPEN: Final[dict[str, Any]] = {"sqlite_where": text("status = 'open'"), "postgresql_where": text("status = 'open'")}


class Claim(Base):
    """What a person says of a firm and a bureau checks against the licence: it is mine, or it has changed."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("kind IN ('first', 'dispute', 'change')", name="kind"),
        CheckConstraint("status IN ('open', 'approved', 'refused', 'withdrawn')", name="status"),
        CheckConstraint("(kind = 'change') = (proposed IS NOT NULL AND effective_on IS NOT NULL)", name="proposed"),
        Index("uq_claim_enterprise_id_user_id_kind", "enterprise_id", "user_id", "kind", unique=True, **_OPEN),
    )

    id: Mapped[int] = id_column()
    kind: Mapped[str] = mapped_column(
        String(10), comment="first: the first person; dispute: against the owner; change: of name, address or code"
    )
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="The firm")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="Who says so")
    licence_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), comment="营业执照")
    licence_name: Mapped[str] = mapped_column(String(150), comment="The name it came with, made safe")
    letter_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id"), comment="授权书 with the firm's seal; a change needs none"
    )
    letter_name: Mapped[str] = mapped_column(String(150), default="", comment="The name it came with, made safe")
    statement: Mapped[str] = mapped_column(Text, default="", comment="What the person adds")
    proposed: Mapped[dict[str, Any] | None] = mapped_column(comment="A change: the new facts by field")
    effective_on: Mapped[date | None] = mapped_column(comment="A change: the day on the new licence")
    status: Mapped[str] = mapped_column(String(10), default="open", comment="open, approved, refused or withdrawn")
    made_at: Mapped[datetime] = mapped_column(comment="When")
    decided_at: Mapped[datetime | None] = mapped_column(comment="When it was decided or withdrawn")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="Who decided")
    bureau_id: Mapped[int | None] = mapped_column(ForeignKey("bureau.id"), comment="For which office")
    reason: Mapped[str] = mapped_column(Text, default="", comment="Why it was refused, told to the person")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")

    enterprise: Mapped[Enterprise] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    licence: Mapped[StoredFile] = relationship(foreign_keys=[licence_id])
    letter: Mapped[StoredFile | None] = relationship(foreign_keys=[letter_id])

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.


@frozen
class EnterpriseVersion(Base):
    """What the licence said from a day on. The newest one stands in the firm's own row as well."""

    __tablename__ = "enterprise_version"

    id: Mapped[int] = id_column()
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="The firm")
    valid_from: Mapped[date] = mapped_column(comment="The first day; the next version's ends it")
    uscc: Mapped[str] = mapped_column(String(18), index=True, comment="统一社会信用代码")
    name: Mapped[str] = mapped_column(String(200), comment="Name")
    name_en: Mapped[str] = mapped_column(String(200), comment="English name")
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), comment="Place of business, to county")
    address: Mapped[str] = mapped_column(String(300), comment="Address below the county")
    claim_id: Mapped[int | None] = mapped_column(
        ForeignKey("claim.id"), comment="The checked change it comes from; empty: entered at registration"
    )
    recorded_at: Mapped[datetime] = mapped_column(comment="When the registry learnt it")

    enterprise: Mapped[Enterprise] = relationship(back_populates="versions")
    area: Mapped[Area] = relationship()


class JoinRequest(Base):
    """A person asks the owner of a registered firm to be let in."""

    __tablename__ = "join_request"
    __table_args__ = (
        Index(
            "uq_join_request_enterprise_id_user_id",
            "enterprise_id",
            "user_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[int] = id_column()
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="The firm")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="Who asks")
    message: Mapped[str] = mapped_column(Text, default="", comment="What the person tells the owner")
    asked_at: Mapped[datetime] = mapped_column(comment="When")
    answered_at: Mapped[datetime | None] = mapped_column(comment="When the owner answered")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="Which owner")
    granted: Mapped[bool | None] = mapped_column(comment="Whether the person was let in")

    enterprise: Mapped[Enterprise] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])


class Invitation(Base):
    """An owner invites somebody by mail to act for the firm."""

    __tablename__ = "invitation"

    id: Mapped[int] = id_column()
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256 of the link's secret")
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="The firm")
    email: Mapped[str] = mapped_column(String(255), comment="Where the letter went, in lower case")
    role: Mapped[str] = mapped_column(String(10), comment="owner, filer or viewer")
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="By which owner")
    invited_at: Mapped[datetime] = mapped_column(comment="When")
    expires_at: Mapped[datetime] = mapped_column(comment="The link works until then")
    accepted_at: Mapped[datetime | None] = mapped_column(comment="When it was accepted")
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="By which account")
    revoked_at: Mapped[datetime | None] = mapped_column(comment="When an owner took it back")

    enterprise: Mapped[Enterprise] = relationship()
