"""Checks the signatures of one PDF in this process. Everything here runs in a child process; see the package.

pyHanko verifies each signature (ISO 32000-2, 12.8; ETSI EN 319 142-1) and compares what was added to the file after
it with what may be added. Neither asks who wrote what came before the signature: that is asked here, with the
document that was given out.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from registry.domain.errors import InvalidValue
from registry.domain.identifiers import check_uscc
from registry.domain.signatures import UNREADABLE, Original, Problem, Signature, SignatureReport, Signer, Trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyhanko.sign.validation import PdfSignatureStatus

# A revision ends with this mark and at most one end of line (ISO 32000-1, 7.5.5 and 7.5.6).
_END: Final = re.compile(rb"%%EOF(\r\n|\r|\n)?")
# Other identifiers of OSCCA's algorithms begin like this one as well (GB/T 33560: 1.2.156.10197).
_OSCCA: Final = bytes.fromhex("2a811ccf55")
# What may follow a signature may follow our document, and its form may say for the first time that it is signed.
_SINCE_RENDERED: Final = StandardDiffPolicy(
    DEFAULT_DIFF_POLICY.global_rules,
    FormUpdatingRule(
        [SigFieldCreationRule(), SigFieldModificationRule()],  # type: ignore[no-untyped-call]
        ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"},
    ),
)
_WEAK: Final = frozenset(
    {AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE, AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE}
)
# Either of the two is for signing documents; which one a certificate has is its issuer's taste.
_USAGE: Final = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
# Clocks of office computers are not always right.
_TOLERANCE: Final = timedelta(hours=24)
_USCC: Final = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")


def check(pdf: bytes, original_sha256: str | None, roots: Sequence[bytes], at: datetime) -> SignatureReport:
    """Check; see ``registry.infrastructure.signatures.check``."""
    anchors = [Certificate.load(root) for root in roots]
    # Parsers of hostile files raise anything at all, as judge.blaming_the_file says.
    try:
        reader = PdfFileReader(BytesIO(pdf))
        return SignatureReport(
            readable=True,
            original=_compared(pdf, original_sha256),
            signatures=tuple(_signatures(reader, anchors, at)),
        )
    except Exception:  # noqa: BLE001
        return UNREADABLE


def _compared(pdf: bytes, original_sha256: str | None) -> Original:
    if original_sha256 is None:
        return Original.NOT_COMPARED
    end = _end_of(pdf, original_sha256)
    if end is None:
        return Original.OTHER
    # The bytes alone prove nothing: what follows may be a document of its own that refers to none of them.
    first = PdfFileReader(BytesIO(pdf[:end])).xrefs
    last = first.total_revisions - 1
    reader = PdfFileReader(BytesIO(pdf))
    if reader.xrefs.get_startxref_for_revision(last) != first.get_startxref_for_revision(last):
        return Original.OTHER
    base = reader.get_historical_resolver(last)
    # The comparison takes every document for one that was signed before, and so wants a form; ours has none.
    if "/AcroForm" not in base.root:
        base.root["/AcroForm"] = DictionaryObject({NameObject("/Fields"): ArrayObject()})  # type: ignore[no-untyped-call]
    return Original.SAME if _harmless(_SINCE_RENDERED.review_file(reader, base)) else Original.CHANGED


def _end_of(pdf: bytes, sha256: str) -> int | None:
    """Where the document with this digest ends in the file, if the file begins with it."""
    digest, done = hashlib.sha256(), 0
    for mark in _END.finditer(pdf):
        for end in (mark.end() - len(mark[1] or b""), mark.end()):
            digest.update(pdf[done:end])
            done = end
            if digest.hexdigest() == sha256:
                return end
    return None


def _harmless(difference: object) -> bool:
    """Whether nothing but signatures and what confirms them was added."""
    return (
        not isinstance(difference, SuspiciousModification)
        and difference.modification_level <= ModificationLevel.FORM_FILLING  # type: ignore[attr-defined]
    )


def _signatures(reader: PdfFileReader, anchors: Sequence[Certificate], at: datetime) -> Iterator[Signature]:
    found = []
    for name, value, field in enumerate_sig_fields(reader, filled_status=True):
        # A document timestamp (ISO 32000-2, 12.8.5) is nobody's signature.
        if value.get_object().get("/Type") != "/DocTimeStamp":
            found.append((reader.xrefs.get_last_change(value.reference), name, field))
    for _, name, field in sorted(found, key=lambda each: each[:2]):
        yield _signature(reader, name, field, anchors, at)


def _signature(reader: PdfFileReader, name: str, field: Any, anchors: Sequence[Certificate], at: datetime) -> Signature:
    embedded = None
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        return _validated(embedded, anchors, at)
    except Exception:  # noqa: BLE001
        foreign = embedded is not None and _OSCCA in embedded.pkcs7_content
        return Signature(
            field=name,
            signer=None,
            signed_at=None,
            trust=Trust.NOT_CHECKED,
            problems=(Problem.SM2 if foreign else Problem.UNCHECKABLE,),
        )


def _validated(embedded: EmbeddedPdfSignature, anchors: Sequence[Certificate], at: datetime) -> Signature:
    signer = _signer(embedded.signer_cert)
    signed_at = _in_utc(embedded.self_reported_timestamp)
    moment = min(signed_at or at, at)
    context = ValidationContext(trust_roots=list(anchors), moment=moment, allow_fetching=False)
    status = validate_pdf_signature(embedded, context, key_usage_settings=_USAGE)
    trust = Trust.NOT_CHECKED
    if anchors:
        trust = Trust.TRUSTED if status.trusted else Trust.NOT_TRUSTED
    problems = list(_problems(status))
    if not signer.not_before <= moment <= signer.not_after:
        problems.append(Problem.CERTIFICATE_DATES)
    if signed_at is not None and signed_at > at + _TOLERANCE:
        problems.append(Problem.FUTURE)
    if trust is Trust.NOT_TRUSTED and not problems:
        problems.append(Problem.NOT_TRUSTED)
    return Signature(field=embedded.fq_name, signer=signer, signed_at=signed_at, trust=trust, problems=tuple(problems))


def _problems(status: PdfSignatureStatus) -> Iterator[Problem]:
    if not (status.intact and status.valid):
        yield Problem.BROKEN
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield Problem.PARTIAL
    elif not (_harmless(status.diff_result) and status.docmdp_ok):
        yield Problem.CHANGED_AFTERWARDS
    if status.trust_problem_indic in _WEAK:
        yield Problem.WEAK


def _in_utc(moment: datetime | None) -> datetime | None:
    """A moment with its distance from UTC; one without is taken for UTC (ISO 32000-2, 7.9.4, leaves it open)."""
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _signer(certificate: Certificate) -> Signer:
    subject, issuer = _names(certificate.subject), _names(certificate.issuer)
    return Signer(
        name=subject.get("common_name", ""),
        organisation=subject.get("organization_name", ""),
        uscc=next(_codes(subject.values()), ""),
        issuer=issuer.get("common_name") or issuer.get("organization_name", ""),
        serial_number=f"{certificate.serial_number:x}",
        sha256=certificate.sha256.hex(),
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
    )


def _names(name: Any) -> dict[str, str]:
    """The attributes of a distinguished name; those that are there several times in one text."""
    found: dict[str, str] = {}
    for entry in (entry for part in name.chosen for entry in part):
        kind, value = entry["type"].native, str(entry["value"].native)
        found[kind] = f"{found[kind]} {value}" if kind in found else value
    return found


def _codes(texts: Iterable[str]) -> Iterator[str]:
    """Every 统一社会信用代码 in these texts: issuers put it into the serial number, the unit, or an own field."""
    for candidate in (match for text in texts for match in _USCC.findall(text.upper())):
        with suppress(InvalidValue):
            yield check_uscc(candidate)
