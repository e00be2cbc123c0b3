"""Administrative divisions and the functional zones that report beside them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base


class Area(Base):
    """A province, city or county of GB/T 2260, or a functional zone (经开, 港区) that has no such code."""

    __tablename__ = "area"
    __table_args__ = (
        CheckConstraint("level IN ('province', 'city', 'county')", name="level"),
        CheckConstraint("kind IN ('statutory', 'functional_zone')", name="kind"),
    )

    code: Mapped[str] = mapped_column(
        String(12),
        primary_key=True,
        comment="GB/T 2260 code; a functional zone has its city's code and a suffix",
    )
    name: Mapped[str] = mapped_column(String(60), comment="Name in Chinese")
    name_en: Mapped[str] = mapped_column(String(120), default="", comment="Name in English where one is in use")
    level: Mapped[str] = mapped_column(String(10), comment="province, city or county; a zone ranks as a county")
    kind: Mapped[str] = mapped_column(String(20), default="statutory", comment="statutory or functional_zone")
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"), index=True, comment="The area above")
    path: Mapped[str] = mapped_column(
        String(60),
        index=True,
        comment="Codes from the province down, each followed by /: scope is a prefix of it",
    )

    parent: Mapped[Area | None] = relationship(remote_side=[code])
