"""The QR codes on what people have scanned or photographed.

Unlike `infrastructure.qr`, which reads the registry's own documents back, this looks at files that strangers send: in a
child process, under the limits of ``inspection``, and with bounds on pages and pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.infrastructure.inspection import Limits
from registry.infrastructure.inspection.sandbox import run_child

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DEFAULT_LIMITS", "find_paper_codes"]

# Sixty pages take three seconds; a declaration of every allowed length has about thirty.
DEFAULT_LIMITS: Final = Limits(max_pages=60)
_PROGRAM: Final = "registry.infrastructure.scans.child"


def find_paper_codes(content: bytes, media_type: str, *, limits: Limits = DEFAULT_LIMITS) -> Sequence[Sequence[str]]:
    """Return the texts of the QR codes on each page, as they stand there: `read_paper_code` says what they mean.

    Pages may be turned, a little askew, black and white, and as coarse as 100 dots an inch. No text on a page may mean
    that there is no code, that a stamp covers it, or that the scan is too bad.

    Args:
        content: a PDF, JPEG or PNG, which may be hostile.
        media_type: which of them; a picture counts as one page.
        limits: what it may cost; pages beyond ``max_pages`` are not looked at.

    Raises:
        RefusedFile: the file is damaged, or too large to be looked at.
        InspectionUnavailable: looking itself does not work; the file may be fine.
    """
    head, _ = run_child(
        _PROGRAM, {"task": "codes", "media_type": media_type}, limits, claimed=media_type, parts=[content]
    )
    pages: list[list[str]] = head["pages"]
    return pages
