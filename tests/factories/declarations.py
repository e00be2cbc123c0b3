"""Declarations on their way."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf

from registry.domain.declaration import STEPS
from registry.models import Evidence
from registry.services import declarations, enterprises, evidence, files

if TYPE_CHECKING:
    from pathlib import Path

    from registry.models import Declaration
    from registry.services.work import Work


@cache
def pdf_report() -> bytes:
    """A clean one-page PDF, the same bytes every time."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    buffer = BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def add_report(work: Work, folder: Path | None = None) -> str:
    """Put the report into the firm's library, and return its number as forms carry it.

    With a folder it is sent as a file. Without one it is put there as if it had been inspected: inspection starts a
    process, which takes longer than all the rest.
    """
    if folder is not None:
        path = folder / "report.pdf"
        path.write_bytes(pdf_report())
        return str(evidence.add(work, path, "检测报告.pdf", kind="test_report").id)
    known = [item for item in evidence.list_own(work) if item.file_name == "检测报告.pdf"]
    if known:
        return str(known[0].id)
    report = Evidence(
        enterprise_id=enterprises.own(work, to_file=True).id,
        file=files.keep_document(work, pdf_report()),
        kind="test_report",
        file_name="检测报告.pdf",
        uploaded_by_id=work.actor.user_id,
        created_at=work.now,
    )
    work.session.add(report)
    work.session.flush()
    return str(report.id)


def complete_content(product_id: int, evidence_id: str) -> dict[str, Any]:
    """Everything a declaration asks for."""
    return {
        "product": str(product_id),
        "batch": "",
        "manufacturer": "海宁虚构玻璃制品有限公司",
        "factory_address": "浙江省嘉兴市海宁市示例路 1 号",
        "production_line": "二号车间 A3 压制线",
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
        "reports": [
            {
                "number": "FICT-2026-001",
                "laboratory": "虚构检测中心",
                "cma": "",
                "cnas": "L0699",
                "issued_on": "2026-02-01",
                "conclusion": "所检项目符合 GB 4806.5-2016",
                "evidence": evidence_id,
            }
        ],
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


def start_complete(work: Work, product_id: int, folder: Path | None = None, **changes: Any) -> Declaration:
    """A draft with nothing missing; `changes` takes the place of what it says."""
    draft = declarations.start(work, product_id=product_id)
    content = complete_content(product_id, add_report(work, folder)) | changes
    for step in STEPS:
        draft = declarations.save_step(work, draft.id, step.name, content, revision=draft.revision)
    return draft


def file_declaration(work: Work, product_id: int, folder: Path | None = None) -> Declaration:
    """A submitted declaration, waiting for the county."""
    draft = start_complete(work, product_id, folder)
    return declarations.submit(work, draft.id, revision=draft.revision)
