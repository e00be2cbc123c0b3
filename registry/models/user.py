"""People who sign in, the firms they act for and the posts they hold."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from flask_security import UserMixin
from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, id_column, json_type

if TYPE_CHECKING:
    from registry.models.bureau import Bureau
    from registry.models.enterprise import Enterprise
    from registry.models.sign_in import Passkey


def _where(condition: str) -> dict[str, Any]:
    """The condition of a partial index, for both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


_WHILE_IT_LASTS: Final = _where("until IS NULL")
_ADMINISTRATORS: Final = "role IN ('system_admin', 'security_admin', 'audit_admin')"


class User(Base, UserMixin):
    """A person's account. What the person may do hangs on memberships and posts, never on the account.

    The names beginning with tf_, mf_ and fs_ are those the accounts library looks for.
    """

    __tablename__ = "user"
    # Two spellings of one address must not become two accounts.
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = id_column()
    email: Mapped[str] = mapped_column(String(255), unique=True, comment="Sign-in name, in lower case")
    name: Mapped[str] = mapped_column(String(60), comment="The person's name; personal data")
    phone: Mapped[str] = mapped_column(String(40), default="", comment="Personal data; never public")
    password: Mapped[str | None] = mapped_column(String(255), comment="Argon2 hash; empty: signs in another way")
    active: Mapped[bool] = mapped_column(Boolean, default=True, comment="Whether the person may sign in")
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True, comment="What a session names; changing it ends all sessions"
    )
    created_at: Mapped[datetime] = mapped_column(comment="When the account was made")
    closed_at: Mapped[datetime | None] = mapped_column(comment="When the person closed it; personal data is gone then")
    admitted_at: Mapped[datetime | None] = mapped_column(
        comment="When a system administrator made or admitted it for work; empty: no post can be given"
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64), comment="Second factor in use: authenticator")
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255), comment="Encrypted secret of the second factor")
    tf_last_counter: Mapped[int | None] = mapped_column(
        BigInteger, comment="Time step of the last code that was accepted; none is accepted twice (RFC 6238 clause 5.2)"
    )
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(
        MutableList.as_mutable(json_type()), comment="Unused ones, encrypted"
    )
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # Empty without a passkey.
        String(64), index=True, unique=True, comment="What a passkey calls this account; says nothing of the person"
    )

    memberships: Mapped[list[Membership]] = relationship(back_populates="user", order_by="Membership.id")
    posts: Mapped[list[Post]] = relationship(back_populates="user", order_by="Post.id", foreign_keys="Post.user_id")
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]  # The library's list is of its mixin.
        back_populates="user", order_by="Passkey.id"
    )


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
    """A person's office at a bureau, or the administration of the site.

    A post that stands in for an absent colleague's has its end from the beginning, and ends with that one.
    """

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint(
            "role IN ('reviewer', 'expert', 'supervisor', 'publisher',"
            " 'system_admin', 'security_admin', 'audit_admin')",
            name="role",
        ),
        # Administrators serve the site and no bureau; nobody stands in for one.
        CheckConstraint(f"({_ADMINISTRATORS}) = (bureau_id IS NULL)", name="bureau"),
        CheckConstraint("stands_in_for_id IS NULL OR until IS NOT NULL", name="stand_in_ends"),
        Index("uq_post_user_id_bureau_id_role", "user_id", "bureau_id", "role", unique=True, **_WHILE_IT_LASTS),
        # 三权分立: the database itself refuses a second administrator's post to one person.
        Index("uq_post_administrator", "user_id", unique=True, **_where(f"until IS NULL AND {_ADMINISTRATORS}")),
    )

    id: Mapped[int] = id_column()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="The person")
    bureau_id: Mapped[int | None] = mapped_column(
        ForeignKey("bureau.id"), index=True, comment="The office; empty for administrators of the site"
    )
    role: Mapped[str] = mapped_column(String(16), comment="See domain/roles.py")
    since: Mapped[datetime] = mapped_column(comment="From when")
    until: Mapped[datetime | None] = mapped_column(comment="Until when; empty while it lasts")
    stands_in_for_id: Mapped[int | None] = mapped_column(
        ForeignKey("post.id"), index=True, comment="The absent colleague's post; empty: the person's own"
    )
    made_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), comment="Who appointed or asked to stand in; empty: from the command line"
    )

    user: Mapped[User] = relationship(back_populates="posts", foreign_keys=[user_id])
    bureau: Mapped[Bureau | None] = relationship()
    stands_in_for: Mapped[Post | None] = relationship(remote_side=[id])
