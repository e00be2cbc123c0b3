"""Posts that were asked for and wait for the security administrator."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, id_column

if TYPE_CHECKING:
    from registry.models.bureau import Bureau
    from registry.models.user import User

_ADMINISTRATORS: Final = "role IN ('system_admin', 'security_admin', 'audit_admin')"


def _open(condition: str = "decided_at IS NULL") -> dict[str, Any]:
    """The condition of an index on proposals that wait, for both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class PostProposal(Base):
    """A post that the system administrator asks for a person; it is none before the security administrator agrees."""

    __tablename__ = "post_proposal"
    __table_args__ = (
        CheckConstraint(
            "role IN ('reviewer', 'expert', 'supervisor', 'publisher',"
            " 'system_admin', 'security_admin', 'audit_admin')",
            name="role",
        ),
        CheckConstraint(f"({_ADMINISTRATORS}) = (bureau_id IS NULL)", name="bureau"),
        CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name="decided"),
        Index("uq_post_proposal_user_id_bureau_id_role", "user_id", "bureau_id", "role", unique=True, **_open()),
        Index(
            "uq_post_proposal_administrator",
            "user_id",
            unique=True,
            **_open(f"decided_at IS NULL AND {_ADMINISTRATORS}"),
        ),
    )

    id: Mapped[int] = id_column()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="The person")
    bureau_id: Mapped[int | None] = mapped_column(
        ForeignKey("bureau.id"), index=True, comment="The office; empty for administrators of the site"
    )
    role: Mapped[str] = mapped_column(String(16), comment="See domain/roles.py")
    proposed_at: Mapped[datetime] = mapped_column(comment="When it was asked for")
    proposed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), comment="By which system administrator; empty: from the command line"
    )
    decided_at: Mapped[datetime | None] = mapped_column(comment="When it was given or refused; empty while it waits")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="By which security administrator")
    granted: Mapped[bool | None] = mapped_column(comment="Whether the post was given")

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    bureau: Mapped[Bureau | None] = relationship()
