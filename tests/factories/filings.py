"""Filings of each kind on their way, made step by step as a firm makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from registry.domain.filings import DEFINITIONS
from registry.models import CertificationBody
from registry.services import declaration_papers, factories, files, filings, snapshots
from tests.factories.certification_bodies import some_body
from tests.factories.evidence import CERTIFICATE_FACTS, add_evidence, pdf_report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from registry.models import Filing
    from registry.services.work import Work

BODY = "CNCA-R-9999-901"


def complete_content(product_id: int, line_id: int, evidence_id: str) -> dict[str, Any]:
    """Everything a declaration asks for."""
    return {
        "products": [str(product_id)],
        "batch": "",
        "line": str(line_id),
        "markets": ["DE", "US"],
        "overseas_standards": "ISO 7086-1\nISO 7086-2",
        "domestic_standards": "GB 4806.5-2016",
        "comparison": [
            {
                "indicator": "铅溶出量",
                "unit": "mg/L",
                "overseas_limit": "≤0.5",
                "domestic_limit": "≤0.8",
                "measured": "0.02",
                "stricter": "overseas",
            }
        ],
        "reports": [evidence_id],
        "quality_record": "none",
        "quality_note": "",
        "statement": "本企业声明：上述产品符合所列标准。",
        "limits": "",
        "signatory_name": "测试签署人",
        "signatory_function": "质量负责人",
        "place": "嘉兴市海宁市",
        "declared_on": "2026-03-01",
        "public": ["production_line", "comparison", "reports", "signatory_name"],
        "consent": "yes",
    }


def complete_certification(product_id: int, line_id: int, body_id: int, evidence_id: str) -> dict[str, Any]:
    """Everything a filing of a certification asks for; the certificate's facts are those of the file."""
    return {
        "products": [str(product_id)],
        "line": str(line_id),
        "body": str(body_id),
        "number": CERTIFICATE_FACTS["number"],
        "project": "同线同标同质产品认证",
        "scheme": "type_test_inspection",
        "standards": "GB 4806.5-2016\nISO 7086-1",
        "markets": ["DE", "US"],
        "first_issued_on": "2023-01-15",
        "issued_on": CERTIFICATE_FACTS["issued_on"],
        "expires_on": CERTIFICATE_FACTS["expires_on"],
        "certificate": [evidence_id],
        "applicant_name": "海宁虚构玻璃制品有限公司",
        "applicant_address": "浙江省嘉兴市海宁市示例路 1 号",
        "producer_name": "海宁虚构玻璃制品有限公司",
        "producer_address": "浙江省嘉兴市海宁市示例路 1 号",
        "manufacturer_name": "海宁虚构玻璃制品有限公司",
        "manufacturer_address": "浙江省嘉兴市海宁市示例路 1 号",
        "ccc": "no",
        "ccc_number": "",
        "quality_record": "none",
        "quality_note": "",
        "public": ["production_line"],
        "consent": "yes",
    }


def start_complete(work: Work, product_id: int, folder: Path | None = None, **changes: Any) -> Filing:
    """A draft of a declaration with nothing missing; `changes` takes the place of what it says."""
    draft = filings.start(work, "declaration", product_id=product_id)
    content = complete_content(product_id, _line(work, draft), add_evidence(work, "test_report", folder))
    return completed(work, draft, content | changes)


def start_certification(work: Work, product_id: int, folder: Path | None = None, **changes: Any) -> Filing:
    """A draft of a certification with nothing missing, likewise. Its body is entered where it is not known."""
    draft = filings.start(work, "certification", product_id=product_id)
    file = add_evidence(work, "certification_certificate", folder)
    content = complete_certification(product_id, _line(work, draft), _body(work), file)
    return completed(work, draft, content | changes)


def completed(work: Work, draft: Filing, content: Mapping[str, Any]) -> Filing:
    """The draft with everything saved and done that has to be before it can be submitted."""
    for step in DEFINITIONS[draft.kind].steps:
        draft = filings.save_step(work, draft.id, step.name, content, revision=draft.revision)
    return signed(work, draft)


def said_anew(work: Work) -> dict[str, str]:
    """What every submission says anew."""
    return {"declared_on": work.today.isoformat(), "consent": "yes"}


def corrected(work: Work, filing: Filing, **changes: Any) -> Filing:
    """A filing that was sent back, consented to anew and dated as before; `changes` may say more of the last step."""
    before = snapshots.read(filing.submissions[-1])["content"]
    typed = said_anew(work) | {"declared_on": before.get("declared_on", "")}
    return signed(work, filings.save_step(work, filing.id, "statement", typed | changes, revision=filing.revision))


def signed(work: Work, draft: Filing) -> Filing:
    """The draft with a scan of its signed declaration, as if it had been rendered, printed and signed.

    What is wrong with it stays so: there is nothing to sign then.
    """
    if DEFINITIONS[draft.kind].signed and {gap.step for gap in filings.gaps(work, draft)} == {declaration_papers.STEP}:
        paper = declaration_papers.record(work, draft, files.keep_document(work, pdf_report()))
        scan = files.keep_document(work, pdf_report())
        report = {"pages": 1, "pages_matched": 1, "document_pages": 1}
        declaration_papers.accept(work, paper, scan, name="签署的声明.pdf", means="scan", report=report)
    return draft


def file_declaration(work: Work, product_id: int, folder: Path | None = None, **changes: Any) -> Filing:
    """A submitted declaration, waiting for the county."""
    draft = start_complete(work, product_id, folder, **changes)
    return filings.submit(work, draft.id, revision=draft.revision)


def file_certification(work: Work, product_id: int, folder: Path | None = None, **changes: Any) -> Filing:
    """A submitted certification, waiting for the county."""
    draft = start_certification(work, product_id, folder, **changes)
    return filings.submit(work, draft.id, revision=draft.revision)


def _line(work: Work, draft: Filing) -> int:
    """The firm's first line, entered where it has none."""
    known = factories.to_choose(work, draft.enterprise_id, "")
    if known:
        return known[0].id
    values = factories.first_values(draft.enterprise) | {"lines": [{"name": "一号车间"}]}
    return factories.add(work, values).lines[0].id


def _body(work: Work) -> int:
    known = work.session.scalar(select(CertificationBody.id).where(CertificationBody.approval_number == BODY))
    return known or some_body(work, BODY)
