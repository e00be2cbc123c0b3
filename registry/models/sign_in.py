"""Signing in: each time it was done, what failed, and the other ways in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask_security import WebAuthnMixin
from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, JsonDocument, id_column

if TYPE_CHECKING:
    from registry.models.user import User


class SignIn(Base):
    """One signing in of a person on one device. A session lasts while its row has not ended."""

    __tablename__ = "sign_in"

    id: Mapped[int] = id_column()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="Who")
    at: Mapped[datetime] = mapped_column(comment="When")
    factors: Mapped[str] = mapped_column(
        String(40), comment="How, joined by +: password, totp, recovery, passkey, oidc, mail"
    )
    strong: Mapped[bool] = mapped_column(Boolean, comment="Whether two factors, or a passkey, were shown")
    confirmed_at: Mapped[datetime] = mapped_column(comment="When the person last proved to be there")
    origin: Mapped[str] = mapped_column(String(45), comment="Network address")
    device: Mapped[str] = mapped_column(String(80), comment="Browser and system, in words")
    device_key: Mapped[str] = mapped_column(String(64), index=True, comment="SHA-256 of the device's own cookie")
    expires_at: Mapped[datetime] = mapped_column(comment="The session ends then at the latest")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it was ended; empty while it may last")
    end_reason: Mapped[str] = mapped_column(String(20), default="", comment="sign_out, ended, password, closed, …")

    user: Mapped[User] = relationship()


class SignInFailure(Base):
    """Failed tries on one account name, whether there is such an account or not."""

    __tablename__ = "sign_in_failure"

    key: Mapped[str] = mapped_column(String(64), primary_key=True, comment="Keyed hash of the name that was tried")
    failures: Mapped[int] = mapped_column(Integer, comment="How many in a row")
    last_at: Mapped[datetime] = mapped_column(index=True, comment="When the last one was")
    locked_until: Mapped[datetime | None] = mapped_column(comment="No try is looked at before this moment")


class Passkey(Base, WebAuthnMixin):
    """A passkey (WebAuthn credential). The accounts library says which columns there are."""

    __tablename__ = "passkey"

    id: Mapped[int] = id_column()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="Whose")
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True, comment="Its name")
    public_key: Mapped[bytes] = mapped_column(LargeBinary(1024), comment="What its signatures are checked with")
    sign_count: Mapped[int] = mapped_column(Integer, default=0, comment="Uses, as it counts itself; shows a copy")
    transports: Mapped[list[Any] | None] = mapped_column(JsonDocument, comment="How it is reached: usb, nfc, …")
    backup_state: Mapped[bool] = mapped_column(Boolean, comment="Whether it is kept in a cloud")
    device_type: Mapped[str] = mapped_column(String(64), comment="single_device or multi_device")
    extensions: Mapped[str | None] = mapped_column(String(255), comment="What the browser told beside")
    create_datetime: Mapped[datetime] = mapped_column(comment="When it was added")
    lastuse_datetime: Mapped[datetime] = mapped_column(comment="When it was last used")
    name: Mapped[str] = mapped_column(String(64), comment="What its owner calls it")
    usage: Mapped[str] = mapped_column(String(64), comment="first: alone; secondary: after a password")

    user: Mapped[User] = relationship(back_populates="webauthn")


class Identity(Base):
    """An account at a provincial identity service that signs in as a person here (OpenID Connect)."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = id_column()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="Who")
    issuer: Mapped[str] = mapped_column(String(255), comment="The service: claim iss")
    subject: Mapped[str] = mapped_column(String(255), comment="The account there: claim sub")
    linked_at: Mapped[datetime] = mapped_column(comment="When it was linked")
