"""Files of firms, and what firms say of them."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from sqlalchemy import select

from registry.domain.evidence import columns_of, kind_named
from registry.models import Evidence
from registry.services import enterprises, evidence, files

if TYPE_CHECKING:
    from pathlib import Path

    from registry.services.work import Work

REPORT_FACTS = {
    "number": "FICT-2026-001",
    "issuer": "虚构检测中心",
    "cma": "",
    "cnas": "L0699",
    "issued_on": "2026-02-01",
    "expires_on": "",
    "sample": "高硼硅玻璃杯 GB-300",
    "conclusion": "所检项目符合 GB 4806.5-2016",
}
CERTIFICATE_FACTS = {
    "number": "901P26-0001/虚构",
    "issuer": "示例认证中心（虚构）",
    "issued_on": "2026-01-15",
    "expires_on": "2029-01-14",
}
FACTS = {"test_report": REPORT_FACTS, "certification_certificate": CERTIFICATE_FACTS}
NAMES = {"test_report": "检测报告.pdf", "certification_certificate": "认证证书.pdf"}


@cache
def pdf_report(title: str = "") -> bytes:
    """A clean one-page PDF, the same bytes every time for the same title."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    if title:
        pdf.docinfo["/Title"] = title
    buffer = BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def add_report(work: Work, folder: Path | None = None) -> str:
    """The test report in the firm's library, by its number as forms carry it; see `add_evidence`."""
    return add_evidence(work, "test_report", folder)


def add_evidence(work: Work, kind: str, folder: Path | None = None, **changes: Any) -> str:
    """Put a file of this kind into the firm's library, and return its number as forms carry it.

    With a folder it is sent as a file. Without one it is put there as if it had been inspected: inspection starts a
    process, which takes longer than all the rest. `changes` takes the place of what the firm says of it; with a number
    of its own it is a file of its own.
    """
    facts = FACTS[kind] | changes
    content = pdf_report("" if facts["number"] == FACTS[kind]["number"] else facts["number"])
    if folder is not None:
        path = folder / NAMES[kind]
        path.write_bytes(content)
        return str(evidence.add(work, path, NAMES[kind], kind=kind, facts=facts).id)
    enterprise_id = enterprises.own(work, to_file=True).id
    same = (Evidence.enterprise_id == enterprise_id, Evidence.kind == kind, Evidence.number == facts["number"])
    known = work.session.scalars(select(Evidence.id).where(*same)).first()
    if known:
        return str(known)
    piece = Evidence(
        enterprise_id=enterprise_id,
        file=files.keep_document(work, content),
        kind=kind,
        file_name=NAMES[kind],
        uploaded_by_id=work.actor.user_id,
        created_at=work.now,
        **columns_of(kind_named(kind), facts, work.today),
    )
    work.session.add(piece)
    work.session.flush()
    return str(piece.id)
