"""The declaration as a document: rendered for the firm to sign, and checked when it comes back signed.

ISO/IEC 17050-1 clause 6.1 g: signature (or equivalent sign of validation), name and function of the authorised person.
The document carries a code of its content on every page. What was signed counts only for that very content.

Rendering, signing and looking at files take seconds, and on SQLite everybody else would wait to write: they happen
between two transactions. The first says what the page showed, the second stores if that is still so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from registry.domain.declaration import SIGNED_FIELD
from registry.domain.errors import InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.filenames import display_name
from registry.domain.filings import DECLARATION
from registry.domain.messages import N_, Message
from registry.domain.paper_codes import declaration_paper, paper_code, read_paper_code
from registry.domain.requirements import Gap
from registry.domain.rules import rules_in_force, rules_of
from registry.domain.signatures import MESSAGES, Original, Problem
from registry.domain.workflow import Status
from registry.infrastructure import scans, signatures
from registry.infrastructure.pdf import count_pages
from registry.models import DeclarationPaper, Filing, FilingProduct, Product, SignedPaper, StoredFile
from registry.services import audit, documents, files, snapshots
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Select

    from registry.domain.documents import DeclarationContent
    from registry.domain.documents import DeclarationPaper as PaperData
    from registry.domain.rules import Rules
    from registry.domain.signatures import SignatureReport
    from registry.services.files import Judged
    from registry.services.work import Work

STEP: Final = "sign"
FIELD: Final = SIGNED_FIELD.name
LABEL: Final = SIGNED_FIELD.label
_PDF: Final = "application/pdf"
_INCOMPLETE: Final = N_("请先填完其他各项，再生成声明文件。")
_NOT_SIGNED: Final = N_("请下载声明文件，签署后上传；也可以直接用电子签名。")
_OTHER_FIRM: Final = N_("签名证书属于另一家企业（%(code)s），请使用本企业的证书。")
_CHANGED: Final = N_("签署之后内容有修改，请重新下载声明文件并签署。")
_NEW_RULES: Final = N_("签署之后三同规则有了新版本，请按新版本重新生成声明文件并签署。")


def current(work: Work, filing: Filing) -> DeclarationPaper | None:
    """The document of what the filing says now, where it was made. Only for a filing without gaps."""
    return _paper(work, filing, _data(work, filing)["paper"]["sha256"])


def mark_of(paper: DeclarationPaper | None) -> str:
    """What tells a page from a later one: which document it shows, and what had come back signed."""
    if paper is None:
        return ""
    return f"{paper.digest}-{paper.signed.id if paper.signed else 0}"


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
    if paper is not None and paper.signed is not None:
        return []
    return [Gap(STEP, FIELD, LABEL, outdated(work, filing, paper) or Message(_NOT_SIGNED), missing=True)]


def outdated(work: Work, filing: Filing, paper: DeclarationPaper | None) -> Message | None:
    """Why what was signed last counts no more; None where it does, or nothing was signed.

    Args:
        work: who asks.
        filing: the declaration.
        paper: the document of what it says now, see `current`.
    """
    last = None if paper is not None and paper.signed is not None else _last_signed(work, filing)
    if last is None:
        return None
    return Message(_CHANGED if last.paper.rules_version == _rules(work, filing).version else _NEW_RULES)


def document(work: Work, filing: Filing, digest: str = "") -> DeclarationPaper:
    """The document with this digest, else the one that was made last.

    Raises:
        NotFound: there is none.
    """
    paper = _paper(work, filing, digest) if digest else _last_made(work, filing)
    if paper is None:
        raise NotFound
    return paper


def last_signed(work: Work, filing: Filing, digest: str = "") -> SignedPaper:
    """What came back signed last, of the document with this digest or of any.

    Raises:
        NotFound: nothing has.
    """
    signed = _last_signed(work, filing, digest)
    if signed is None:
        raise NotFound
    return signed


def make(work: Work, filing: Filing, *, revision: int) -> DeclarationPaper:
    """Render the document of what the filing says now; one that is there is left as it is.

    Args:
        work: who acts.
        filing: the declaration, without gaps but for the signature.
        revision: the revision the actor was shown.

    Raises:
        StaleRevision: it was changed since, or while the document was rendered; nothing is kept.
        MissingGlyph: characters cannot be printed.
        UnreadableDocument: a page does not carry its code; the document is not released.
    """
    if filing.revision != revision:
        raise StaleRevision
    data = _data(work, filing)
    digest = data["paper"]["sha256"]
    known = _paper(work, filing, digest)
    if known is not None:
        return known
    work.session.rollback()
    pdf = documents.render_declaration(work, data)
    _lock(work, filing)
    if filing.revision != revision or _data(work, filing)["paper"]["sha256"] != digest:
        raise StaleRevision
    return _paper(work, filing, digest) or _record(work, filing, digest, files.keep_document(work, pdf))


def record(work: Work, filing: Filing, stored: StoredFile) -> DeclarationPaper:
    """Note that this is the document of what the filing says now."""
    return _record(work, filing, _data(work, filing)["paper"]["sha256"], stored)


def take(work: Work, filing: Filing, path: Path, name: str, *, revision: int, shown: str) -> SignedPaper:
    """Take what came back: a PDF with a digital signature, or the scan of the printed page.

    Args:
        work: who acts.
        filing: the declaration.
        path: where the file is.
        name: the name it came with.
        revision: the revision the actor was shown.
        shown: the document the actor was shown, see `mark_of`.

    Raises:
        StaleRevision: another document is the present one now, or something else came back; nothing is kept.
        RefusedFile: the file is none that is accepted.
        InvalidFields: it is another document, or its signature does not hold; the message says what to do.
    """
    asked = _asked(filing, _shown(work, filing, revision, shown))
    work.session.rollback()
    judged = files.judge(work, path)
    means, report = _looked_at(work, asked, judged)
    _lock(work, filing)
    paper = _shown(work, filing, revision, shown)
    return accept(work, paper, files.keep_judged(work, judged), name=name, means=means, report=report)


def sign(work: Work, filing: Filing, pkcs12: bytes, passphrase: str, *, revision: int, shown: str) -> SignedPaper:
    """Sign the document that was shown with the firm's own key, which is used this once and kept nowhere.

    Args:
        work: who acts.
        filing: the declaration.
        pkcs12: key and certificates.
        passphrase: what opens them.
        revision: the revision the actor was shown.
        shown: the document the actor was shown, see `mark_of`.

    Raises:
        StaleRevision: as for taking a file; the key was not used, or what it signed is not kept.
        CannotSign: key, certificate or passphrase will not do.
        InvalidFields: the signature was made, and does not hold: its certificate leads to no trusted root, say.
    """
    asked = _asked(filing, _shown(work, filing, revision, shown))
    work.session.rollback()
    signed = signatures.sign(
        _original(work, asked),
        pkcs12,
        passphrase,
        reason=str(N_("三同产品自我声明")),
        location=asked.place,
        at=work.now,
    )
    report = _checked(work, asked, signed).as_data()
    _lock(work, filing)
    paper = _shown(work, filing, revision, shown)
    name = f"{asked.identification}.pdf"
    return accept(work, paper, files.keep_document(work, signed), name=name, means="digital", report=report)


def accept(
    work: Work, paper: DeclarationPaper, stored: StoredFile, *, name: str, means: str, report: dict[str, Any]
) -> SignedPaper:
    """Note that this came back signed, beside what came before it. Whoever asks has checked it."""
    signed = SignedPaper(
        paper=paper,
        means=means,
        file=stored,
        name=display_name(name, stored.media_type),
        report=report,
        signed_at=work.now,
        signed_by_id=work.actor.user_id,
    )
    work.session.add(signed)
    work.session.flush()
    work.session.refresh(paper, ["came_back"])
    audit.record(work, "enterprise:paper:sign", paper.filing_id, means=means, sha256=stored.sha256)
    return signed


def of_submission(work: Work, filing: Filing) -> SignedPaper:
    """The signed document that goes with what is submitted now.

    Raises:
        NotAllowed: there is none.
    """
    paper = current(work, filing)
    if paper is None or paper.signed is None:
        raise NotAllowed(_NOT_SIGNED)
    return paper.signed


def named(work: Work, filing: Filing, submitted: Mapping[str, Any]) -> SignedPaper:
    """What a submission names: that very file, whatever came back after it.

    Args:
        work: who asks.
        filing: the declaration.
        submitted: the submission's own words, its part `paper`.

    Raises:
        NotFound: there is none; declarations filed before revision 0003 were not signed here.
    """
    found = work.session.scalars(
        _signed_of(filing)
        .join(SignedPaper.file)
        .where(DeclarationPaper.digest == submitted["digest"], StoredFile.sha256 == submitted["sha256"])
        .order_by(SignedPaper.id)
        .limit(1)
    ).first()
    if found is None:
        raise NotFound
    return found


def identification(filing: Filing) -> str:
    """What tells this declaration from all others (ISO/IEC 17050-1 clause 6.1 a); it stays through corrections."""
    return f"SD-{filing.id:08d}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be signed, as far as it has to be known while no transaction is open."""

    identification: str
    code: str  # What the pages carry: the beginning of the content's digest.
    sha256: str  # Of the document itself.
    uscc: str  # Of the firm.
    place: str  # Where it is signed.


def _asked(filing: Filing, paper: DeclarationPaper) -> _Asked:
    return _Asked(
        identification=identification(filing),
        code=paper_code(identification(filing), paper.digest).digits,
        sha256=paper.document.sha256,
        uscc=filing.enterprise.uscc,
        place=str(filing.content.get("place") or ""),
    )


def _shown(work: Work, filing: Filing, revision: int, shown: str) -> DeclarationPaper:
    """The document that the page showed: nobody signs what nobody has looked at.

    Raises:
        StaleRevision: it is not the present one any more.
    """
    paper = current(work, filing) if filing.revision == revision else None
    if paper is None or mark_of(paper) != shown:
        raise StaleRevision
    return paper


def _lock(work: Work, filing: Filing) -> None:
    """Read the filing again under a lock, with its products at once."""
    lock(work.session, filing)
    whole = selectinload(Filing.objects).joinedload(FilingProduct.product).selectinload(Product.variants)
    work.session.scalars(select(Filing).where(Filing.id == filing.id).options(whole)).one()


def _record(work: Work, filing: Filing, digest: str, stored: StoredFile) -> DeclarationPaper:
    paper = DeclarationPaper(
        filing_id=filing.id,
        digest=digest,
        rules_version=_rules(work, filing).version,
        document=stored,
        made_at=work.now,
    )
    work.session.add(paper)
    work.session.flush()
    audit.record(work, "enterprise:paper:make", filing.id, sha256=stored.sha256)
    return paper


def _paper(work: Work, filing: Filing, digest: str) -> DeclarationPaper | None:
    return work.session.scalar(
        select(DeclarationPaper)
        .where(DeclarationPaper.filing_id == filing.id, DeclarationPaper.digest == digest)
        .options(joinedload(DeclarationPaper.document), selectinload(DeclarationPaper.came_back))
    )


def _last_made(work: Work, filing: Filing) -> DeclarationPaper | None:
    return work.session.scalars(
        select(DeclarationPaper)
        .where(DeclarationPaper.filing_id == filing.id)
        .options(joinedload(DeclarationPaper.document))
        .order_by(DeclarationPaper.id.desc())
        .limit(1)
    ).first()


def _last_signed(work: Work, filing: Filing, digest: str = "") -> SignedPaper | None:
    of_one = [DeclarationPaper.digest == digest] if digest else []
    return work.session.scalars(_signed_of(filing).where(*of_one).order_by(SignedPaper.id.desc()).limit(1)).first()


def _signed_of(filing: Filing) -> Select[SignedPaper]:
    return (
        select(SignedPaper)
        .join(SignedPaper.paper)
        .where(DeclarationPaper.filing_id == filing.id)
        .options(contains_eager(SignedPaper.paper), joinedload(SignedPaper.file))
    )


def _original(work: Work, asked: _Asked) -> bytes:
    with work.store.open(asked.sha256) as file:
        return file.read()


def _looked_at(work: Work, asked: _Asked, judged: Judged) -> tuple[str, dict[str, Any]]:
    """By which means it was signed, and what was found.

    Raises:
        InvalidFields: it is another document, or its signature does not hold.
    """
    if judged.media_type == _PDF:
        report = _checked(work, asked, judged.content)
        if report.signatures:
            return "digital", report.as_data()
    return "scan", _compared(work, asked, judged)


def _checked(work: Work, asked: _Asked, content: bytes) -> SignatureReport:
    """The signatures of a PDF. One that has none may be a scan; one whose signature does not hold is refused.

    Raises:
        InvalidFields: it has one, and something is wrong with it, or it is another firm's.
    """
    report = signatures.check(
        content, original_sha256=asked.sha256, trust_roots=work.adapters.signature_roots, at=work.now
    )
    if report.signatures and report.problems:
        raise InvalidFields({FIELD: Message(MESSAGES[report.problems[0]])})
    # What no reader of signatures makes sense of may still be a scan: scanners write as they like.
    if not report.signatures and report.original in {Original.SAME, Original.CHANGED}:
        raise InvalidFields({FIELD: Message(MESSAGES[Problem.NOT_SIGNED])})
    firms = {signature.signer.uscc for signature in report.signatures if signature.signer} - {""}
    # Many certificates name a person and no firm; whose they are, the reviewer sees.
    if firms and asked.uscc not in firms:
        raise InvalidFields({FIELD: Message(_OTHER_FIRM, {"code": "、".join(sorted(firms))})})
    return report


def _compared(work: Work, asked: _Asked, judged: Judged) -> dict[str, Any]:
    """How many pages of a scan carry the document's code. One that carries none is left for the reviewer to compare.

    Raises:
        InvalidFields: it shows another document.
    """
    texts = scans.find_paper_codes(judged.content, judged.media_type)
    pages = [[code.digits for text in page if (code := read_paper_code(text))] for page in texts]
    if any(digits != asked.code for page in pages for digits in page):
        raise InvalidFields(
            {FIELD: Message(N_("这份扫描件与现在的内容不一致，可能是旧的一版。请重新下载、签署后上传。"))}
        )
    return {
        "pages": len(pages),
        "pages_matched": sum(bool(page) for page in pages),
        "document_pages": count_pages(_original(work, asked)),
    }


def _rules(work: Work, filing: Filing) -> Rules:
    """The rules whose sentence is printed: of a draft, those that it would be submitted under today."""
    if filing.status == Status.DRAFT:
        return rules_in_force(filing.kind, work.today)
    return rules_of(filing.kind, filing.rules_version)


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
            "responsibility": _rules(work, filing).responsibility,
            "signatory_name": content["signatory_name"],
            "signatory_function": content["signatory_function"],
            "place": content["place"],
            "declared_on": content["declared_on"],
        },
    }
