"""Code lists that the registry reads and does not own; `registry/data/README.md` names their sources."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, id_column


class Industry(Base):
    """A section, division, group or class of GB/T 4754-2017."""

    __tablename__ = "industry"

    code: Mapped[str] = mapped_column(String(5), primary_key=True, comment="GB/T 4754-2017 code")
    name: Mapped[str] = mapped_column(String(120), comment="Name in Chinese")
    level: Mapped[int] = mapped_column(Integer, index=True, comment="1 section, 2 division, 3 group, 4 class")
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"), comment="The level above")
    section_code: Mapped[str] = mapped_column(String(1), comment="The section's letter")


class Country(Base):
    """A country or region of ISO 3166-1."""

    __tablename__ = "country"

    alpha2: Mapped[str] = mapped_column(String(2), primary_key=True, comment="ISO 3166-1 alpha-2")
    name: Mapped[str] = mapped_column(String(60), comment="Name in Chinese as government texts write it")
    name_en: Mapped[str] = mapped_column(String(80), comment="Name in English")


class HsCode(Base):
    """A chapter, heading or subheading of the Harmonized System 2022."""

    __tablename__ = "hs_code"

    code: Mapped[str] = mapped_column(String(6), primary_key=True, comment="2, 4 or 6 digits")
    name: Mapped[str] = mapped_column(String(200), default="", comment="Chinese; chapters only")
    name_en: Mapped[str] = mapped_column(String(600), comment="English")
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("hs_code.code"), comment="The level above")


class Standard(Base):
    """A Chinese standard that firms refer to."""

    __tablename__ = "standard"

    number: Mapped[str] = mapped_column(String(60), primary_key=True, comment="Number in normal form")
    title: Mapped[str] = mapped_column(String(200), comment="Title in Chinese")
    family: Mapped[str] = mapped_column(String(40), comment="Product family")
    note: Mapped[str] = mapped_column(String(300), default="", comment="Status: replaced, withdrawn, not yet in force")
    status: Mapped[str] = mapped_column(
        String(10), default="in_force", comment="in_force, replaced, withdrawn or upcoming"
    )
    in_force_from: Mapped[date | None] = mapped_column(comment="First day in force, where that is known")
    successor: Mapped[str] = mapped_column(String(120), default="", comment="What replaced it")


class StandardPair(Base):
    """A Chinese standard and the overseas one it is compared with."""

    __tablename__ = "standard_pair"

    id: Mapped[int] = id_column()
    number: Mapped[str] = mapped_column(String(60), index=True, comment="The Chinese standard's number")
    overseas: Mapped[str] = mapped_column(String(200), comment="Overseas standards, separated by /")
    relation: Mapped[str] = mapped_column(String(40), comment="IDT, MOD or related")
    family: Mapped[str] = mapped_column(String(40), comment="Product family")


class CertificationField(Base):
    """A field that certification bodies are approved for (认证领域), such as A01 质量管理体系."""

    __tablename__ = "certification_field"

    code: Mapped[str] = mapped_column(String(20), primary_key=True, comment="Code; codes below it begin with it")
    name: Mapped[str] = mapped_column(String(120), comment="Name in Chinese")
    name_en: Mapped[str] = mapped_column(String(160), comment="Name in English")
    kind: Mapped[str] = mapped_column(String(10), comment="system, product or service")


class CccClass(Base):
    """A class of the compulsory certification catalogue (强制性产品认证目录), past or present."""

    __tablename__ = "ccc_class"

    code: Mapped[str] = mapped_column(String(4), primary_key=True, comment="Four digits, as in a certificate's number")
    name: Mapped[str] = mapped_column(String(120), comment="Name in Chinese")
    name_en: Mapped[str] = mapped_column(String(160), comment="Name in English")
    category: Mapped[str] = mapped_column(String(60), comment="产品大类: the group it stands in")
    hs_headings: Mapped[str] = mapped_column(
        String(100), default="", comment="HS headings that such goods come under, with blanks between; a hint only"
    )
