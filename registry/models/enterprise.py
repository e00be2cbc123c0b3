"""Firms."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Base, id_column

if TYPE_CHECKING:
    from registry.models.area import Area
    from registry.models.claim import EnterpriseVersion
    from registry.models.product import Product
    from registry.models.reference import Industry
    from registry.models.user import Membership


class Enterprise(Base):
    """A firm, known by its 统一社会信用代码. Its place is asked for: 43 % of codes name another office's place."""

    __tablename__ = "enterprise"

    id: Mapped[int] = id_column()
    uscc: Mapped[str] = mapped_column(String(18), unique=True, comment="统一社会信用代码, GB 32100-2015")
    name: Mapped[str] = mapped_column(String(200), index=True, comment="Name as on the licence")
    name_en: Mapped[str] = mapped_column(String(200), default="", comment="English name as used on exports")
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), index=True, comment="Place of business, to county")
    address: Mapped[str] = mapped_column(String(300), comment="Address below the county")
    industry_code: Mapped[str] = mapped_column(ForeignKey("industry.code"), comment="GB/T 4754-2017")
    founded_on: Mapped[date | None] = mapped_column(comment="Date of establishment on the licence")
    customs_code: Mapped[str] = mapped_column(String(10), default="", comment="海关注册编码")
    legal_representative: Mapped[str] = mapped_column(String(60), default="", comment="Personal data; never public")
    contact_name: Mapped[str] = mapped_column(String(60), comment="Personal data; never public")
    contact_phone: Mapped[str] = mapped_column(String(40), comment="Personal data; never public")
    revision: Mapped[int] = mapped_column(Integer, default=1, comment="Counts changes; a stale page is told")
    created_at: Mapped[datetime] = mapped_column(comment="When it was registered")
    verified_at: Mapped[datetime | None] = mapped_column(
        comment="When a bureau first found that it is who it says; before, it may draft but not submit"
    )

    area: Mapped[Area] = relationship()
    industry: Mapped[Industry] = relationship()
    memberships: Mapped[list[Membership]] = relationship(back_populates="enterprise")
    versions: Mapped[list[EnterpriseVersion]] = relationship(
        back_populates="enterprise", order_by="(EnterpriseVersion.valid_from, EnterpriseVersion.id)"
    )
    products: Mapped[list[Product]] = relationship(back_populates="enterprise", order_by="Product.id")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  # SQLAlchemy reads it as a plain dict.

    @property
    def full_address(self) -> str:
        """The address with city and county before it, as an envelope has it (loads the area's parents)."""
        names = []
        area: Area | None = self.area
        while area is not None:
            if area.name not in names:  # 北京市 is a province, and a city of the same name.
                names.append(area.name)
            area = area.parent
        return "".join(reversed(names)) + self.address
