"""What is printed on a certificate: plain data, frozen when the certificate is issued.

The same mapping is stored as the certificate's snapshot, so it holds only what JSON holds: days are ISO 8601
strings (“2026-11-20”), and what a firm left empty is an empty string or list, never absent. Labels of code
lists (category, market) are the words that were shown when the case was decided. The maker of documents
prints it and knows no table; whoever issues takes out beforehand what the firm did not want to be public.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class CertificateFacts(TypedDict):
    """The registry's own facts."""

    number: str  # the printed form, as in STD-330400-2026-000123-X
    public_code: str  # sixteen characters of Crockford's base 32, ungrouped
    verification_url: str  # https://HOST/c/<public code>: a promise for ever once it is printed
    official_domain: str  # the host that a consumer compares with the address bar
    issued_on: str
    valid_from: str
    valid_until: str  # the last valid day
    rule_version: str  # the rules under which it was issued
    specimen: bool  # made up, in a demonstration: the document must not pass for a real one


class IssuerFacts(TypedDict):
    """The bureau that filed the declaration and answers for the filing, not for the product."""

    name: str
    name_en: str


class EnterpriseFacts(TypedDict):
    """The declarant: ISO/IEC 17050-1 clause 6.1 b, name and address of the issuer."""

    name: str
    name_en: str
    uscc: str
    registered_address: str


class ProductFacts(TypedDict):
    """The object of the declaration: ISO/IEC 17050-1 clause 6.1 c."""

    name: str
    name_en: str
    brand: str
    model: str
    category: str
    gtin: str
    hs_code: str
    batch: str  # empty when the declaration covers everything made while it is valid


class ProductionFacts(TypedDict):
    """Same line (同线)."""

    manufacturer: str
    factory_address: str
    production_line: str


class ComparisonRow(TypedDict):
    """One indicator under both standards; limits and values are text, as in “≤0.5”."""

    indicator: str
    unit: str
    overseas_limit: str
    domestic_limit: str
    measured: str
    stricter: Literal["overseas", "domestic", "equal"]


class StandardFacts(TypedDict):
    """Same standard (同标): the complete list that ISO/IEC 17050-1 clause 6.1 e asks for."""

    markets: list[str]
    overseas: list[str]
    domestic: list[str]
    comparison: list[ComparisonRow]


class ReportFacts(TypedDict):
    """Same quality (同质): one test report."""

    number: str
    laboratory: str
    issued_on: str
    conclusion: str


class StatementFacts(TypedDict):
    """The statement of conformity and who signed it: ISO/IEC 17050-1 clause 6.1 d, f, g and h."""

    text: str
    limits: str  # on the validity of the declaration
    responsibility: str  # the rules' sentence on who answers for what
    signatory_name: str
    signatory_function: str
    place: str
    declared_on: str


class DeclarationDocument(TypedDict):
    """Everything on a 三同产品自我声明备案凭证."""

    certificate: CertificateFacts
    issuer: IssuerFacts
    enterprise: EnterpriseFacts
    product: ProductFacts
    production: ProductionFacts
    standards: StandardFacts
    reports: list[ReportFacts]
    statement: StatementFacts
