"""What is frozen: a filing as it was submitted, and what a certificate attests of it.

Both are plain JSON documents with a named schema. They are hashed now and will be signed and logged, so a field
once printed keeps its name and meaning for ever; a new meaning gets a new schema number.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain.declaration_checks import with_stricter
from registry.domain.evidence import facts_of, kind_named
from registry.domain.filings import DEFINITIONS
from registry.domain.requirements import Kind, Step, cleaned
from registry.domain.rules import rules_of
from registry.models import CertificationBody, Country
from registry.services import evidence, factories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from registry.domain.documents import ReportFacts
    from registry.domain.requirements import Field
    from registry.models import Bureau, Certificate, Enterprise, Evidence, Filing, Product, Submission
    from registry.services.work import Work

_FIRST_SCHEMA: Final = "santong/declaration-submission/1"
SUBMISSION_SCHEMAS: Final = {
    "declaration": "santong/declaration-submission/2",
    "certification": "santong/certification-submission/1",
}
CERTIFICATE_SCHEMAS: Final = {
    "declaration": "santong/declaration-certificate/1",
    "certification": "santong/certification-certificate/1",
}
_LINE: Final = ("manufacturer", "factory_address", "production_line")
_PARTIES: Final = ("applicant", "producer", "manufacturer")


def of_filing(work: Work, filing: Filing) -> dict[str, Any]:
    """Everything that was filed, with the facts it referred to as they were then."""
    return {
        "schema": SUBMISSION_SCHEMAS[filing.kind],
        "rules": filing.rules_version,
        **as_of_now(work, filing, DEFINITIONS[filing.kind].fields.values()),
    }


def as_of_now(work: Work, filing: Filing, fields: Iterable[Field]) -> dict[str, Any]:
    """What would be submitted now, as far as these fields go; they must have no gaps."""
    return {
        "purpose": filing.purpose,
        "enterprise": enterprise_of(filing),
        "products": products_now(filing),
        "content": resolved(work, filing, fields),
    }


def enterprise_of(filing: Filing) -> dict[str, Any]:
    """The firm's facts as they are now."""
    enterprise = filing.enterprise
    return _enterprise(enterprise) | {
        "industry": {"code": enterprise.industry_code, "name": enterprise.industry.name},
        "founded_on": str(enterprise.founded_on or ""),
        "customs_code": enterprise.customs_code,
    }


def products_now(filing: Filing) -> list[dict[str, Any]]:
    """The products as their records say now."""
    return [{"id": item.product_id} | _product(item.product) for item in filing.objects]


def resolved(work: Work, filing: Filing, fields: Iterable[Field]) -> dict[str, Any]:
    """What stands in these fields in normal form, with what it refers to in the dossier put in its place.

    The products are left out: they stand beside the content, whole. Only for fields without gaps.
    """
    asked = tuple(field for field in fields if field.name != "products")
    content = cleaned((Step("", "", asked),), filing.content)
    for field in asked:
        name = field.name
        if field.kind is Kind.EVIDENCE:
            files = evidence.by_ids(work, content[name], filing.enterprise_id)
            content[name] = [_evidence(files[number]) for number in content[name] if number in files]
        elif name in _REFERENCES:
            content[name] = _REFERENCES[name](work, content[name])
    return content


def read(submission: Submission) -> dict[str, Any]:
    """What was submitted, in the shape of today; what is stored stays as it was hashed."""
    declared: dict[str, Any] = json.loads(submission.snapshot)
    if declared["schema"] != _FIRST_SCHEMA:
        return declared
    content = dict(declared["content"])
    product = declared.pop("product") | {"id": int(content.pop("product")), "variants": []}
    content["line"] = {name: content.pop(name) for name in _LINE}
    content["reports"] = [_of_first_schema(report) for report in content["reports"]]
    return declared | {"products": [product], "content": content, "purpose": submission.filing.purpose}


def _of_first_schema(report: Mapping[str, Any]) -> dict[str, Any]:
    """A test report as it was typed into the declaration, before the library knew what its files say."""
    kept = {name: fact for name, fact in report.items() if name not in {"laboratory", "evidence"}}
    return kept | {"issuer": report["laboratory"], "expires_on": "", "sample": ""}


def products_of(submission: Submission) -> set[int]:
    """The numbers of the products that a submission speaks of."""
    return {product["id"] for product in read(submission)["products"]}


def of_certificate(
    certificate: Certificate, declared: Mapping[str, Any], product: Mapping[str, Any], bureau: Bureau
) -> dict[str, Any]:
    """What the certificate says. All of it is public: what the firm did not release is left out."""
    filing, submission = certificate.filing, certificate.filing.submissions[-1]
    content = declared["content"]
    enterprise = declared["enterprise"]
    return {
        "schema": CERTIFICATE_SCHEMAS[certificate.kind],
        "kind": certificate.kind,
        "number": certificate.number,
        "code": certificate.code,
        "rules": certificate.rules_version,
        "issued_on": certificate.issued_on.isoformat(),
        "valid_from": certificate.valid_from.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "bureau": {"name": bureau.name, "name_en": bureau.name_en},
        "enterprise": {name: enterprise[name] for name in ("name", "name_en", "uscc", "address", "area")},
        "line": _public_line(content["line"], content["public"]),
        "responsibility": rules_of(certificate.kind, certificate.rules_version).responsibility,
        "submission": {"reference": filing.reference or "", "sha256": submission.sha256},
        **_ATTESTED[certificate.kind](content, {name: fact for name, fact in product.items() if name != "id"}),
    }


def product_changed(snapshot: Mapping[str, Any], product: Mapping[str, Any]) -> bool:
    """Whether the product's record says something else today than what was attested."""
    attested = snapshot["product"]
    return any(attested[name] != value for name, value in product.items())


def _attested_declaration(content: Mapping[str, Any], product: Mapping[str, Any]) -> dict[str, Any]:
    public = content["public"]
    return {
        "product": {**product, "batch": content["batch"]},
        "standard": {
            "markets": content["markets"],
            "overseas": content["overseas_standards"],
            "domestic": content["domestic_standards"],
            "comparison": content["comparison"] if "comparison" in public else [],
        },
        "quality": {"reports": public_reports(content["reports"]) if "reports" in public else []},
        "statement": {
            "text": content["statement"],
            "limits": content["limits"],
            "signatory_name": content["signatory_name"] if "signatory_name" in public else "",
            "signatory_function": content["signatory_function"],
            "place": content["place"],
            "declared_on": content["declared_on"],
        },
    }


def _attested_certification(content: Mapping[str, Any], product: Mapping[str, Any]) -> dict[str, Any]:
    addresses = "parties" in content["public"]
    third_party = ("body", "number", "project", "scheme", "standards", "first_issued_on", "issued_on", "expires_on")
    return {
        "product": {**product, "batch": ""},
        "certification": {name: content[name] for name in third_party}
        | {"markets": content["markets"], "ccc_number": content["ccc_number"] if content["ccc"] == "yes" else ""},
        "parties": {
            party: {
                "name": content[f"{party}_name"],
                "address": content[f"{party}_address"] if addresses else "",
            }
            for party in _PARTIES
        },
    }


_ATTESTED: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]]] = {
    "declaration": _attested_declaration,
    "certification": _attested_certification,
}


def _enterprise(enterprise: Enterprise) -> dict[str, Any]:
    return {
        "name": enterprise.name,
        "name_en": enterprise.name_en,
        "uscc": enterprise.uscc,
        "address": enterprise.full_address,
        "area": {"code": enterprise.area_code, "name": enterprise.area.name},
    }


def _product(product: Product) -> dict[str, Any]:
    return {
        "name": product.name,
        "name_en": product.name_en,
        "brand": product.brand,
        "model": product.model,
        "category": product.category,
        "gtin": product.gtin,
        "hs_code": product.hs_code,
        "pictures": [picture.file.sha256 for picture in product.pictures],
        "variants": [{"name": item.name, "gtin": item.gtin, "hs_code": item.hs_code} for item in product.variants],
    }


def _evidence(found: Evidence) -> dict[str, Any]:
    kind = kind_named(found.kind)
    facts = facts_of(kind, found)
    return {field.name: facts[field.name] for field in kind.fields} | {
        "file": {"id": found.id, "sha256": found.file.sha256, "name": found.file_name}
    }


def _markets(work: Work, codes: list[str]) -> list[dict[str, str]]:
    countries = work.session.scalars(select(Country).where(Country.alpha2.in_(codes)).order_by(Country.alpha2))
    return [{"code": country.alpha2, "name": country.name, "name_en": country.name_en} for country in countries]


def _line(work: Work, number: str) -> dict[str, str]:
    line = factories.line_with(work, int(number))
    factory = line.factory
    return dict(zip(_LINE, (factory.manufacturer, factory.address, line.name), strict=True))


def _body(work: Work, number: str) -> dict[str, Any]:
    body = work.session.get_one(CertificationBody, int(number))
    return {"id": body.id, "approval_number": body.approval_number, "name": body.name}


def _comparison(_work: Work, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return with_stricter(rows)


_REFERENCES: Final[Mapping[str, Callable[[Work, Any], Any]]] = {
    "markets": _markets,
    "line": _line,
    "body": _body,
    "comparison": _comparison,
}


def _public_line(line: Mapping[str, str], public: list[str]) -> dict[str, str]:
    return {name: text if name == "manufacturer" or name in public else "" for name, text in line.items()}


def public_reports(reports: list[dict[str, Any]]) -> list[ReportFacts]:
    """What is printed of test reports."""
    return [
        {
            "number": report["number"],
            "laboratory": report["issuer"],
            "issued_on": report["issued_on"],
            "conclusion": report["conclusion"],
        }
        for report in reports
    ]
