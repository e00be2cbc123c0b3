"""What people agreed to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, frozen, id_column


@frozen
class Consent(Base):
    """A person agreed to one version of the privacy notice (个人信息保护法 第十四条), or took that back (第十五条)."""

    __tablename__ = "consent"

    id: Mapped[int] = id_column()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="Who")
    notice: Mapped[str] = mapped_column(String(20), comment="Version of the privacy notice, see domain/privacy.py")
    given: Mapped[bool] = mapped_column(comment="False: taken back")
    at: Mapped[datetime] = mapped_column(comment="When")
