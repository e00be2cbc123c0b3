"""People who sign in, the firms they act for and the posts they hold."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from flask_security import UserMixin
from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, id_column

if TYPE_CHECKING:
    from registry.models.bureau import Bureau
    from registry.models.enterprise import Enterprise


_WHILE_IT_LASTS: Final[dict[str, Any]] = {
    "sqlite_where": text("until IS NULL"),
    "postgresql_where": text("until IS NULL"),
}


class User(Base, UserMixin):
    """A person's account. What the person may do hangs on memberships and posts, never on the account."""

    __tablename__ = "user"
    # Two spellings of one address must not become two accounts.
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = id_column()
    email: Mapped[str] = mapped_column(String(255), unique=True, comment="Sign-in name, in lower case")
    name: Mapped[str] = mapped_column(String(60), comment="The person's name; personal data")
    phone: Mapped[str] = mapped_column(String(40), default="", comment="Personal data; never public")
    password: Mapped[str | None] = mapped_column(String(255), comment="Argon2 hash")
    active: Mapped[bool] = mapped_column(Boolean, default=True, comment="Whether the person may sign in")
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True, comment="What a session names; changing it ends all sessions"
    )
    created_at: Mapped[datetime] = mapped_column(comment="When the account was made")

    memberships: Mapped[list[Membership]] = relationship(back_populates="user", order_by="Membership.id")
    posts: Mapped[list[Post]] = relationship(back_populates="user", order_by="Post.id")


class Membership(Base):
    """A person acting for a firm. Kept after it ends: who once belonged to a firm never decides on it."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'filer', 'viewer')", name="role"),
        # Once at a time: somebody who leaves and comes back has two rows, and both count for standing back.
        Index("uq_membership_user_id_enterprise_id", "user_id", "enterprise_id", unique=True, **_WHILE_IT_LASTS),
    )

    id: Mapped[int] = id_column()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="The person")
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="The firm")
    role: Mapped[str] = mapped_column(String(10), comment="owner, filer or viewer")
    since: Mapped[datetime] = mapped_column(comment="From when")
    until: Mapped[datetime | None] = mapped_column(comment="Until when; empty while it lasts")

    user: Mapped[User] = relationship(back_populates="memberships")
    enterprise: Mapped[Enterprise] = relationship(back_populates="memberships")


class Post(Base):
    """A person's office at a bureau."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("role IN ('reviewer', 'supervisor')", name="role"),
        Index("uq_post_user_id_bureau_id_role", "user_id", "bureau_id", "role", unique=True, **_WHILE_IT_LASTS),
    )

    id: Mapped[int] = id_column()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="The person")
    bureau_id: Mapped[int] = mapped_column(ForeignKey("bureau.id"), index=True, comment="The office")
    role: Mapped[str] = mapped_column(String(12), comment="reviewer or supervisor")
    since: Mapped[datetime] = mapped_column(comment="From when")
    until: Mapped[datetime | None] = mapped_column(comment="Until when; empty while it lasts")

    user: Mapped[User] = relationship(back_populates="posts")
    bureau: Mapped[Bureau] = relationship()
