"""What is frozen: a filing as it was submitted, and what a certificate attests of it.

Both are plain JSON documents with a named schema. They are hashed now and will be signed and logged, so a field
once printed keeps its name and meaning for ever; a new meaning gets a new schema number.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain.declaration import STEPS
from registry.domain.requirements import cleaned
from registry.domain.rules import rules_of
from registry.models import Country
from registry.services import evidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.models import Bureau, Certificate, Declaration, Enterprise, Product, Submission
    from registry.services.work import Work

SUBMISSION_SCHEMA: Final = "santong/declaration-submission/1"
CERTIFICATE_SCHEMA: Final = "santong/declaration-certificate/1"


def of_submission(work: Work, declaration: Declaration) -> dict[str, Any]:
    """Everything that was declared, with the facts it referred to as they were then."""
    assert declaration.product is not None
    content = cleaned(STEPS, declaration.content)
    files = evidence.by_ids(work, (report["evidence"] for report in content["reports"]), declaration.enterprise_id)
    for report in content["reports"]:
        found = files[report["evidence"]]
        report["file"] = {"id": found.id, "sha256": found.file.sha256, "name": found.file_name}
    return {
        "schema": SUBMISSION_SCHEMA,
        "rules": declaration.rules_version,
        "enterprise": _enterprise(declaration.enterprise)
        | {
            "industry": {
                "code": declaration.enterprise.industry_code,
                "name": declaration.enterprise.industry.name,
            },
            "founded_on": str(declaration.enterprise.founded_on or ""),
            "customs_code": declaration.enterprise.customs_code,
        },
        "product": _product(declaration.product),
        "content": content | {"markets": _markets(work, content["markets"])},
    }


def of_certificate(certificate: Certificate, submission: Submission, bureau: Bureau, reference: str) -> dict[str, Any]:
    """What the certificate says. All of it is public: what the firm did not release is left out."""
    declared = json.loads(submission.snapshot)
    content = declared["content"]
    public = set(content["public"])
    enterprise = declared["enterprise"]
    return {
        "schema": CERTIFICATE_SCHEMA,
        "kind": certificate.kind,
        "number": certificate.number,
        "code": certificate.code,
        "rules": certificate.rules_version,
        "issued_on": certificate.issued_on.isoformat(),
        "valid_from": certificate.valid_from.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "bureau": {"name": bureau.name, "name_en": bureau.name_en},
        "enterprise": {name: enterprise[name] for name in ("name", "name_en", "uscc", "address", "area")},
        "product": declared["product"] | {"batch": content["batch"]},
        "line": {
            "manufacturer": content["manufacturer"],
            "factory_address": content["factory_address"] if "factory_address" in public else "",
            "production_line": content["production_line"] if "production_line" in public else "",
        },
        "standard": {
            "markets": content["markets"],
            "overseas": content["overseas_standards"],
            "domestic": content["domestic_standards"],
            "comparison": content["comparison"] if "comparison" in public else [],
        },
        "quality": {"reports": _public_reports(content["reports"]) if "reports" in public else []},
        "statement": {
            "text": content["statement"],
            "limits": content["limits"],
            "signatory_name": content["signatory_name"] if "signatory_name" in public else "",
            "signatory_function": content["signatory_function"],
            "place": content["place"],
            "declared_on": content["declared_on"],
        },
        "responsibility": rules_of(certificate.kind, certificate.rules_version).responsibility,
        "submission": {"reference": reference, "sha256": submission.sha256},
    }


def product_changed(snapshot: Mapping[str, Any], product: Mapping[str, Any]) -> bool:
    """Whether the product's record says something else today than what was attested."""
    attested = snapshot["product"]
    return any(attested[name] != value for name, value in product.items())


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
    }


def _markets(work: Work, codes: list[str]) -> list[dict[str, str]]:
    countries = work.session.scalars(select(Country).where(Country.alpha2.in_(codes)).order_by(Country.alpha2))
    return [{"code": country.alpha2, "name": country.name, "name_en": country.name_en} for country in countries]


def _public_reports(reports: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{name: report[name] for name in ("number", "laboratory", "issued_on", "conclusion")} for report in reports]
