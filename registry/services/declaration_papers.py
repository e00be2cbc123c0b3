"""The declaration as a document: rendered for the firm to sign, and checked when it comes back signed.

ISO/IEC 17050-1 clause 6.1 g: signature (or equivalent sign of validation), name and function of the authorised person.
The document carries a code of its content on every page. What was signed counts only for that very content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registry.domain.declaration import SIGNED_FIELD
from registry.domain.errors import InvalidFields, NotAllowed, NotFound
from registry.domain.filenames import display_name
from registry.domain.filings import DECLARATION
from registry.domain.messages import N_, Message
from registry.domain.paper_codes import declaration_paper, read_paper_code
from registry.domain.requirements import Gap
from registry.domain.rules import rules_of
from registry.domain.signatures import MESSAGES, Original, Problem
from registry.infrastructure import scans, signatures
from registry.models import DeclarationPaper
from registry.services import audit, documents, files, snapshots

if TYPE_CHECKING:
    from pathlib import Path

    from registry.domain.documents import DeclarationContent
    from registry.domain.documents import DeclarationPaper as PaperData
    from registry.domain.signatures import SignatureReport
    from registry.models import Filing, StoredFile
    from registry.services.work import Work

STEP: Final = "sign"
FIELD: Final = SIGNED_FIELD.name
LABEL: Final = SIGNED_FIELD.label
_PDF: Final = "application/pdf"
_INCOMPLETE: Final = N_("请先填完其他各项，再生成声明文件。")
_NOT_SIGNED: Final = N_("请下载声明文件，签署后上传；也可以直接用电子签名。")
_OTHER_FIRM: Final = N_("签名证书属于另一家企业（%(code)s），请使用本企业的证书。")
_CHANGED: Final = N_("签署之后内容有修改，请重新下载声明文件并签署。")


def current(work: Work, filing: Filing) -> DeclarationPaper | None:
    """The document of what the filing says now, where it was made. Only for a filing without gaps."""
    return _paper(work, filing, _data(work, filing)["paper"]["sha256"])


def problems(work: Work, filing: Filing, found: list[Gap]) -> list[Gap]:
    """What is missing of the signature.

    Args:
        work: who acts.
        filing: the declaration.
        found: what is wrong otherwise; until that is right there is nothing to sign.
    """
    if found:
        return [Gap(STEP, FIELD, LABEL, Message(_INCOMPLETE), missing=True)]
    paper = current(work, filing)
    if paper is not None and paper.signed_id is not None:
        return []
    text = _CHANGED if changed_since(work, filing, paper) else _NOT_SIGNED
    return [Gap(STEP, FIELD, LABEL, Message(text), missing=True)]


def changed_since(work: Work, filing: Filing, paper: DeclarationPaper | None) -> bool:
    """Whether something was signed which is not what the filing says now.

    Args:
        work: who asks.
        filing: the declaration.
        paper: the document of what it says now, see `current`.
    """
    return (paper is None or paper.signed_id is None) and _latest(work, filing, signed=True) is not None


def latest(work: Work, filing: Filing, *, signed: bool = False) -> DeclarationPaper:
    """The document that was made last, or that came back signed last.

    Raises:
        NotFound: there is none.
    """
    paper = _latest(work, filing, signed=signed)
    if paper is None:
        raise NotFound
    return paper


def make(work: Work, filing: Filing) -> DeclarationPaper:
    """Render the document of what the filing says now; one that is there is left as it is.

    Raises:
        MissingGlyph: characters cannot be printed.
        UnreadableDocument: a page does not carry its code; the document is not released.
    """
    data = _data(work, filing)
    known = _paper(work, filing, data["paper"]["sha256"])
    if known is not None:
        return known
    stored = files.keep_document(work, documents.render_declaration(work, data))
    return record(work, filing, stored)


def record(work: Work, filing: Filing, document: StoredFile) -> DeclarationPaper:
    """Note that this is the document of what the filing says now."""
    digest = _data(work, filing)["paper"]["sha256"]
    paper = DeclarationPaper(filing_id=filing.id, digest=digest, document=document, made_at=work.now)
    work.session.add(paper)
    work.session.flush()
    audit.record(work, "enterprise:paper:make", filing.id, sha256=document.sha256)
    return paper


def take(work: Work, filing: Filing, path: Path, name: str) -> DeclarationPaper:
    """Take what came back: a PDF with a digital signature, or the scan of the printed page.

    Raises:
        RefusedFile: the file is none that is accepted.
        InvalidFields: it is another document, or its signature does not hold; the message says what to do.
    """
    paper = make(work, filing)
    stored = files.keep_upload(work, path)
    content = path.read_bytes()
    report = _checked(work, filing, paper, content) if stored.media_type == _PDF else None
    if report is not None and report.signatures:
        return accept(work, paper, stored, name=name, means="digital", report=report.as_data())
    report_of_scan = _compared(paper, content, stored.media_type)
    return accept(work, paper, stored, name=name, means="scan", report=report_of_scan)


def sign(work: Work, filing: Filing, pkcs12: bytes, passphrase: str) -> DeclarationPaper:
    """Sign the document with the firm's own key, which is used this once and kept nowhere.

    Raises:
        CannotSign: key, certificate or passphrase will not do.
        InvalidFields: the signature was made, and does not hold: its certificate leads to no trusted root, say.
    """
    paper = make(work, filing)
    with work.store.open(paper.document.sha256) as file:
        original = file.read()
    content = filing.content
    signed = signatures.sign(
        original,
        pkcs12,
        passphrase,
        reason=str(N_("三同产品自我声明")),
        location=str(content.get("place") or ""),
        at=work.now,
    )
    report = _checked(work, filing, paper, signed)
    stored = files.keep_document(work, signed)
    return accept(work, paper, stored, name=f"{identification(filing)}.pdf", means="digital", report=report.as_data())


def of_submission(work: Work, filing: Filing) -> DeclarationPaper:
    """The signed document that goes with what is submitted now.

    Raises:
        NotAllowed: there is none.
    """
    paper = current(work, filing)
    if paper is None or paper.signed_id is None:
        raise NotAllowed(_NOT_SIGNED)
    return paper


def with_digest(work: Work, filing: Filing, digest: str) -> DeclarationPaper:
    """The document of what was submitted once.

    Raises:
        NotFound: there is none; declarations filed before revision 0003 were not signed here.
    """
    paper = _paper(work, filing, digest)
    if paper is None:
        raise NotFound
    return paper


def identification(filing: Filing) -> str:
    """What tells this declaration from all others (ISO/IEC 17050-1 clause 6.1 a); it stays through corrections."""
    return f"SD-{filing.id:08d}"


def _latest(work: Work, filing: Filing, *, signed: bool) -> DeclarationPaper | None:
    moment = DeclarationPaper.signed_at if signed else DeclarationPaper.made_at
    return work.session.scalars(
        select(DeclarationPaper)
        .where(DeclarationPaper.filing_id == filing.id, moment.is_not(None))
        .options(joinedload(DeclarationPaper.document), joinedload(DeclarationPaper.signed))
        .order_by(moment.desc(), DeclarationPaper.id.desc())
        .limit(1)
    ).first()


def _paper(work: Work, filing: Filing, digest: str) -> DeclarationPaper | None:
    return work.session.scalar(
        select(DeclarationPaper)
        .where(DeclarationPaper.filing_id == filing.id, DeclarationPaper.digest == digest)
        .options(joinedload(DeclarationPaper.document), joinedload(DeclarationPaper.signed))
    )


def _checked(work: Work, filing: Filing, paper: DeclarationPaper, content: bytes) -> SignatureReport:
    """The signatures of a PDF. One that has none may be a scan; one whose signature does not hold is refused.

    Raises:
        InvalidFields: it has one, and something is wrong with it, or it is another firm's.
    """
    report = signatures.check(
        content, original_sha256=paper.document.sha256, trust_roots=work.adapters.signature_roots, at=work.now
    )
    if report.signatures and report.problems:
        raise InvalidFields({FIELD: Message(MESSAGES[report.problems[0]])})
    # What no reader of signatures makes sense of may still be a scan: scanners write as they like.
    if not report.signatures and report.original in {Original.SAME, Original.CHANGED}:
        raise InvalidFields({FIELD: Message(MESSAGES[Problem.NOT_SIGNED])})
    firms = {signature.signer.uscc for signature in report.signatures if signature.signer} - {""}
    # Many certificates name a person and no firm; whose they are, the reviewer sees.
    if firms and filing.enterprise.uscc not in firms:
        raise InvalidFields({FIELD: Message(_OTHER_FIRM, {"code": "、".join(sorted(firms))})})
    return report


def _compared(paper: DeclarationPaper, content: bytes, media_type: str) -> dict[str, Any]:
    """What the codes on a scan say. A scan that cannot be read is left for the reviewer to compare.

    Raises:
        InvalidFields: it shows another document.
    """
    pages = scans.find_paper_codes(content, media_type)
    found = [code for page in pages for text in page if (code := read_paper_code(text))]
    wanted = _code(paper)
    if any(code.digits != wanted for code in found):
        raise InvalidFields(
            {FIELD: Message(N_("这份扫描件与现在的内容不一致，可能是旧的一版。请重新下载、签署后上传。"))}
        )
    return {"pages_matched": len(found)}


def _code(paper: DeclarationPaper) -> str:
    return paper.digest[:32].upper()


def accept(
    work: Work, paper: DeclarationPaper, stored: StoredFile, *, name: str, means: str, report: dict[str, Any]
) -> DeclarationPaper:
    """Note that this came back signed. Whoever asks has checked it."""
    paper.signed, paper.signed_name = stored, display_name(name, stored.media_type)
    paper.means, paper.report = means, report
    paper.signed_at, paper.signed_by_id = work.now, work.actor.user_id
    work.session.flush()
    audit.record(work, "enterprise:paper:sign", paper.filing_id, means=means, sha256=stored.sha256)
    return paper


def _data(work: Work, filing: Filing) -> PaperData:
    return declaration_paper(identification(filing), _content(work, filing), specimen=work.settings.demonstration)


def _content(work: Work, filing: Filing) -> DeclarationContent:
    content, enterprise = snapshots.resolved(work, filing, DECLARATION.fields.values()), filing.enterprise
    return {
        "enterprise": {
            "name": enterprise.name,
            "name_en": enterprise.name_en,
            "uscc": enterprise.uscc,
            "registered_address": enterprise.full_address,
        },
        "products": [
            {
                "name": product.name,
                "name_en": product.name_en,
                "brand": product.brand,
                "model": product.model,
                "variants": [{"name": variant.name, "gtin": variant.gtin} for variant in product.variants],
                "gtin": product.gtin,
            }
            for product in (item.product for item in filing.objects)
        ],
        "batch": content["batch"],
        "production": content["line"],
        "standards": {
            "markets": [market["name"] for market in content["markets"]],
            "overseas": content["overseas_standards"],
            "domestic": content["domestic_standards"],
            "comparison": content["comparison"],
        },
        "reports": snapshots.public_reports(content["reports"]),
        "statement": {
            "text": content["statement"],
            "limits": content["limits"],
            "responsibility": rules_of(filing.kind, filing.rules_version).responsibility,
            "signatory_name": content["signatory_name"],
            "signatory_function": content["signatory_function"],
            "place": content["place"],
            "declared_on": content["declared_on"],
        },
    }
