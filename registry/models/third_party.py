"""Third-party certificates: whose they are, and how a reviewer found them on the national site."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, frozen, id_column

if TYPE_CHECKING:
    from registry.models.bureau import Bureau
    from registry.models.certification_body import CertificationBody
    from registry.models.evidence import StoredFile
    from registry.models.filing import Filing


class ThirdPartyCertificate(Base):
    """A body's certificate that the registry has put on record: for one firm at a time, whoever asks at once.

    It is that firm's as long as a certificate stands that was issued on it, see `services/certifications.py`.
    """

    __tablename__ = "third_party_certificate"
    __table_args__ = (UniqueConstraint("body_id", "number_key"),)

    id: Mapped[int] = id_column()
    body_id: Mapped[int] = mapped_column(ForeignKey("certification_body.id"), comment="Who issued it")
    number_key: Mapped[str] = mapped_column(String(80), comment="Its number in the form to compare")
    number: Mapped[str] = mapped_column(String(80), comment="Its number as printed")
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="Whose it is")
    recorded_at: Mapped[datetime] = mapped_column(comment="When it was first put on record")

    body: Mapped[CertificationBody] = relationship()


@frozen
class ExternalCheck(Base):
    """A reviewer's look at the national site (cx.cnca.cn has no interface): date, result, screenshot."""

    __tablename__ = "external_check"
    __table_args__ = (CheckConstraint("result IN ('matches', 'differs', 'not_found', 'unavailable')", name="result"),)

    id: Mapped[int] = id_column()
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), index=True, comment="The case")
    checked_on: Mapped[date] = mapped_column(comment="The day of the look-up")
    result: Mapped[str] = mapped_column(String(12), comment="matches, differs, not_found or unavailable")
    note: Mapped[str] = mapped_column(Text, default="", comment="What was found")
    screenshot_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), comment="What the site showed")
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Who looked")
    checked_by_name: Mapped[str] = mapped_column(String(60), comment="The name that person had then")
    bureau_id: Mapped[int] = mapped_column(ForeignKey("bureau.id"), comment="For which office")
    recorded_at: Mapped[datetime] = mapped_column(comment="When it was entered")

    filing: Mapped[Filing] = relationship(back_populates="external_checks")
    bureau: Mapped[Bureau] = relationship()
    screenshot: Mapped[StoredFile | None] = relationship()
