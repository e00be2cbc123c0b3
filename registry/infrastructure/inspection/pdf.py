"""The structural look into a PDF: whole, readable by anyone, of a sane size, and without a life of its own.

Opening is not acceptance: every parser opens hostile files without an error. So the file must be a PDF from
its first byte to its last, must need no repair (two readers may repair it into two different documents, and
evidence must say the same thing to everyone), and none of its objects, reachable or not, may act, carry files
or unfold into something huge.

Clauses are those of ISO 32000-1:2008. Pages are not rendered: renderers draw nearly everything, so success
would prove little, and a second large C++ parser would see every hostile byte.
"""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import pikepdf

from registry.infrastructure.inspection.pdf_objects import refuse_active, refuse_bulky
from registry.infrastructure.inspection.verdict import PDF, Inspected, Limits, Reason, RefusedFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# 7.5.2, with the versions that exist; version 2.0 is ISO 32000-2.
_HEADER: Final = re.compile(rb"%PDF-(1\.[0-7]|2\.0)\s")
# 7.2.2: NUL counts as white space, and some programs pad with it.
_WHITE_SPACE: Final = b"\0\t\n\f\r "
# 7.5.5: the last lines of a file. Nothing may stand between them, or a second document could.
_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF\Z")
_END_WINDOW: Final = 128

# Deviations that every reader takes in the same way. Any other warning of qpdf means a file that needs
# repair; a wording that changes with a new version can only make the check stricter.
_HARMLESS: Final = (
    "Resources is missing or invalid; repairing",
    "extraneous whitespace seen before xref",
    "is not one plus the highest object number",
    "object has offset 0 - a common error",
)
_UNSUPPORTED_ENCRYPTION: Final = re.compile(r"unsupported .*encryption", re.IGNORECASE)


def examine(path: Path, limits: Limits) -> Inspected:
    """Judge a file that begins like a PDF.

    A PDF that opens with an empty user password is accepted and marked as restricted: laboratories protect
    their reports against changes that way, and since every reader opens such a file without asking, its
    content can be examined like any other. What needs a password or a certificate is refused.

    Raises:
        RefusedFile: one of the ``pdf_…`` reasons, or ``trailing_data``.
        Exception: whatever else the parser raises; the caller takes it for damage.
    """
    data = path.read_bytes()
    _refuse_foreign_data(data)
    with _qpdf_limits(limits), _open(data) as pdf:
        _refuse_doubtful_encryption(pdf)
        _refuse_pages(pdf, limits)
        refuse_active(pdf, limits)
        refuse_bulky(pdf, limits)
        # Objects are read when they are needed, so only now has every warning been given.
        _refuse_warnings(pdf)
        return Inspected(media_type=PDF, size=len(data), pages=len(pdf.pages), restricted=pdf.is_encrypted)


def _refuse_foreign_data(data: bytes) -> None:
    """Refuse what is not a PDF from its first byte to its last."""
    if not _HEADER.match(data):
        raise RefusedFile(Reason.PDF_DAMAGED)
    content = data.rstrip(_WHITE_SPACE)
    if not _END.search(content[-_END_WINDOW:]):
        # A marker that is not at the end was followed by something; none at all, or one alone, is damage.
        misplaced = b"%%EOF" in content and not content.endswith(b"%%EOF")
        raise RefusedFile(Reason.TRAILING_DATA if misplaced else Reason.PDF_DAMAGED)
    # A ZIP is read from its end, and its comment may be a whole PDF trailer: such a file is both at once.
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise RefusedFile(Reason.TRAILING_DATA)


@contextmanager
def _qpdf_limits(limits: Limits) -> Iterator[None]:
    """Bound every decompression of qpdf, that of object and cross-reference streams on opening included."""
    size = limits.max_stream_bytes
    previous = pikepdf.settings.set_qpdf_limits(
        flate_max_memory=size, png_max_memory=size, tiff_max_memory=size, run_length_max_memory=size
    )
    try:
        yield
    finally:
        # The values come back as a mapping for just this use; its type is wider than the parameters'.
        pikepdf.settings.set_qpdf_limits(**cast("Any", previous))


def _open(data: bytes) -> pikepdf.Pdf:
    """Open without repair, and with no password."""
    try:
        return pikepdf.open(io.BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError as error:
        raise RefusedFile(Reason.PDF_ENCRYPTED) from error
    except pikepdf.PdfError as error:
        if _UNSUPPORTED_ENCRYPTION.search(str(error)):
            raise RefusedFile(Reason.PDF_ENCRYPTED) from error
        raise


def _refuse_doubtful_encryption(pdf: pikepdf.Pdf) -> None:
    """Refuse encryption whose key length qpdf guesses, and other readers do not (7.6.1, table 20)."""
    encryption = pdf.trailer.get("/Encrypt")
    if encryption is not None and encryption.get("/V") in {2, 3} and "/Length" not in encryption:
        raise RefusedFile(Reason.PDF_DAMAGED)


def _refuse_pages(pdf: pikepdf.Pdf, limits: Limits) -> None:
    """Refuse a document with too many pages, or none, or with one that is too large (7.7.3)."""
    # The tree's own count is asked first: walking a large tree is what costs.
    claimed = int(pdf.Root.Pages.Count)
    if claimed > limits.max_pages or len(pdf.pages) > limits.max_pages:
        raise RefusedFile(Reason.PDF_TOO_MANY_PAGES, limit=limits.max_pages)
    # Some readers trust the count and others the tree; they would show different documents.
    if claimed < 1 or claimed != len(pdf.pages):
        raise RefusedFile(Reason.PDF_DAMAGED)
    for number, page in enumerate(pdf.pages, start=1):
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        # The default unit may be made larger, table 30.
        unit = float(page.obj.get("/UserUnit", 1))
        sides = abs(right - left) * unit, abs(top - bottom) * unit
        if max(sides) > limits.max_page_side:
            raise RefusedFile(Reason.PDF_PAGE_TOO_LARGE, page=number)
        if not min(sides) > 0:
            raise RefusedFile(Reason.PDF_DAMAGED)


def _refuse_warnings(pdf: pikepdf.Pdf) -> None:
    """Refuse a file that qpdf could read only by guessing."""
    if not all(any(harmless in warning for harmless in _HARMLESS) for warning in pdf.get_warnings()):
        raise RefusedFile(Reason.PDF_DAMAGED)
