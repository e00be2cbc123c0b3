"""The code on every page of a declaration that is to be signed: which declaration, and exactly which content.

It is no verification address and leads nowhere. It lets a scan be matched with the content it was printed from: the
digest is that of the canonical JSON of everything that is printed, so that other content has another code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.domain.canonical import canonical, digest
from registry.domain.codes import group

if TYPE_CHECKING:
    from registry.domain.documents import DeclarationContent, DeclarationPaper

PREFIX: Final = "SANTONG-DECLARATION"

# 128 bits: nobody finds a second content with the same code.
_DIGITS: Final = 32
# 64 bits are compared by eye where a scanner cannot read the QR code.
_CHECK_DIGITS: Final = 16
# Capital letters throughout, for which a QR code needs a third less room (ISO/IEC 18004, alphanumeric mode).
_IDENTIFICATION: Final = re.compile(r"[0-9A-Z][0-9A-Z-]{0,39}")
_CODE: Final = re.compile(rf"{PREFIX}:({_IDENTIFICATION.pattern}):([0-9A-F]{{{_DIGITS}}})")


@dataclass(frozen=True, slots=True)
class PaperCode:
    """What the QR code on a page says."""

    identification: str  # the filing's reference, or the draft's identification
    digits: str  # the first 32 hexadecimal digits of the content's SHA-256, in capitals

    def __str__(self) -> str:
        """The text in the QR code."""
        return f"{PREFIX}:{self.identification}:{self.digits}"

    @property
    def check_text(self) -> str:
        """What is printed beside the QR code, for people to compare: ``3F2A-…`` in four groups."""
        return group(self.digits[:_CHECK_DIGITS])


def paper_code(identification: str, sha256: str) -> PaperCode:
    """The code for a content.

    Args:
        identification: the filing's reference, or the draft's: letters, digits and hyphens; written in capitals.
        sha256: of the canonical content, 64 hexadecimal digits.

    Raises:
        ValueError: one of the two cannot stand in a code.
    """
    code = PaperCode(identification.upper(), sha256[:_DIGITS].upper())
    if read_paper_code(str(code)) != code:
        raise ValueError(f"no paper code can be made of {identification!r} and {sha256!r}")
    return code


def read_paper_code(text: str) -> PaperCode | None:
    """What a scanned text says, or None when it is no paper code: scans also show QR codes of other kinds."""
    match = _CODE.fullmatch(text)
    return PaperCode(*match.groups()) if match else None


def declaration_paper(identification: str, content: DeclarationContent, *, specimen: bool = False) -> DeclarationPaper:
    """The document to be signed, for what a firm declares. The same content always has the same code.

    Args:
        identification: ISO/IEC 17050-1 clause 6.1 a; see `paper_code`.
        content: what is declared.
        specimen: made up, in a demonstration; says nothing of the content.

    Raises:
        ValueError: the identification cannot stand in a code.
    """
    sha256 = digest(canonical({**content, "identification": identification}))
    code = paper_code(identification, sha256)
    return {
        "paper": {
            "identification": identification,
            "sha256": sha256,
            "code": str(code),
            "check_text": code.check_text,
            "specimen": specimen,
        },
        **content,
    }
