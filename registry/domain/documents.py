"""What is printed on a certificate, and on a declaration that is to be signed: plain data.

It is frozen when the document is made, so it holds only what JSON holds: days are ISO 8601
strings (“2026-11-20”), and what a firm left empty is an empty string or list, never absent. Labels of code
lists (category, market) are the words that were shown when the case was decided. The maker of documents
prints it and knows no table; whoever issues takes out beforehand what the firm did not want to be public.
"""

from __future__ import annotations

from typing import Literal, TypedDict, final


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


class VariantFacts(TypedDict):
    """One size, colour or pack of a product: ISO/IEC 17050-1 clause 6.1 c asks for the model or type."""

    name: str
    gtin: str


class CoveredVariant(VariantFacts):
    """A variant as a certificate names it."""

    hs_code: str  # empty: the product's


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
    variants: list[CoveredVariant]  # empty: the product has no variants


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
    stricter: Literal["", "overseas", "domestic", "equal"]  # empty: neither is said to be


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


class RegistryFacts(TypedDict):
    """What stands on every voucher of filing."""

    certificate: CertificateFacts
    issuer: IssuerFacts
    enterprise: EnterpriseFacts
    product: ProductFacts


@final  # So that one can be told from the other by what it holds.
class DeclarationDocument(RegistryFacts):
    """Everything on a 三同产品自我声明备案凭证."""

    production: ProductionFacts
    standards: StandardFacts
    reports: list[ReportFacts]
    statement: StatementFacts


class CertificationFacts(TypedDict):
    """The body's own certificate, as it was compared with the national site."""

    body: str
    approval_number: str
    number: str  # as printed
    project: str
    scheme: str
    standards: list[str]
    markets: list[str]
    first_issued_on: str
    issued_on: str
    expires_on: str
    ccc_number: str  # empty: the product is not in the compulsory catalogue


class PartyFacts(TypedDict):
    """Somebody named on the body's certificate."""

    role: str  # or several, one after the other
    name: str
    address: str  # empty where the firm has not released it


@final
class CertificationDocument(RegistryFacts):
    """Everything on a 三同产品认证结果备案凭证."""

    production: ProductionFacts
    certification: CertificationFacts
    parties: list[PartyFacts]
    responsibility: str  # the rules' sentence on who answers for what


class PaperProduct(TypedDict):
    """One object of the declaration: ISO/IEC 17050-1 clause 6.1 c, so described that it can be told from others."""

    name: str
    name_en: str
    brand: str
    model: str
    variants: list[VariantFacts]  # empty: the product has no variants
    gtin: str


class PaperFacts(TypedDict):
    """What tells one paper from another, printed on every page."""

    identification: str  # clause 6.1 a: the filing's reference, or the draft's
    sha256: str  # of the canonical JSON of identification and content
    code: str  # the text of the QR code, see `registry.domain.paper_codes`; no address
    check_text: str  # the beginning of the digest, for people to compare
    specimen: bool  # made up, in a demonstration


class DeclarationContent(TypedDict):
    """What a firm declares, all of it, whether or not it will be public: ISO/IEC 17050-1 clause 6.1.

    - a, unique identification of the declaration: `PaperFacts.identification`
    - b, name and contact address of the issuer: `enterprise`
    - c, identification of the object: `products`, `batch`, `production`
    - d, statement of conformity: `statement`, text
    - e, complete and clear list of standards and other specified requirements, with selected options: `standards`
    - f, date and place of issue: `statement`, place and declared_on
    - g, signature or equivalent sign of validation, name and function of the authorised person: `statement`,
      signatory_name and signatory_function; the box for signature and seal, or the digital signature in the file
    - h, limitation on the validity of the statement: `statement`, limits; `batch`

    `comparison` and `reports` refer to the supporting documentation (ISO/IEC 17050-2), which clause 6.1 leaves open.
    """

    enterprise: EnterpriseFacts
    products: list[PaperProduct]  # one or more
    batch: str  # of all products; empty when the declaration covers everything made while it is valid
    production: ProductionFacts
    standards: StandardFacts
    reports: list[ReportFacts]
    statement: StatementFacts


class DeclarationPaper(DeclarationContent):
    """Everything on a 三同产品自我声明: the firm's own document, which the firm signs and the registry only prints."""

    paper: PaperFacts
