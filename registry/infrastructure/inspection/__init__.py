"""Whether an uploaded file is accepted: judged by its content, in a process of its own.

PDF, JPEG and PNG are accepted; a structural look refuses what acts, carries or unfolds (``pdf``), and
pictures are only ever stored re-encoded (``picture``). What an upload goes through::

    found = inspect_file(path)            raises RefusedFile, with a reason and a text for the person
    pictures:   content = clean_picture(path), or product_picture(path) for public pages; store that
    PDFs:       store the file as it came, so that signatures in it stay valid
    display_name(name, found.media_type)  see registry.domain.filenames

Each call starts one child process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.infrastructure.inspection.sandbox import ask_child
from registry.infrastructure.inspection.verdict import (
    JPEG,
    MESSAGES,
    PDF,
    PNG,
    Inspected,
    InspectionUnavailable,
    Limits,
    Reason,
    RefusedFile,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "DEFAULT_LIMITS",
    "JPEG",
    "MESSAGES",
    "PDF",
    "PNG",
    "Inspected",
    "InspectionUnavailable",
    "Limits",
    "Reason",
    "RefusedFile",
    "clean_picture",
    "inspect_file",
    "product_picture",
]

DEFAULT_LIMITS: Final = Limits()


def inspect_file(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Inspected:
    """Judge an uploaded file by its content.

    A picture that passes is still not to be stored as it came; see ``clean_picture``.

    Raises:
        RefusedFile: the file is not accepted; ``reason`` and ``message`` say why.
        InspectionUnavailable: inspection itself does not work; the file may be fine.
        FileNotFoundError: there is no such file.
    """
    head, _ = ask_child("inspect", path, limits)
    return Inspected(**head)


def clean_picture(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return an evidence picture re-encoded in its own format: JPEG in quality 92, PNG without loss.

    The pixels are those that were seen (turned as EXIF asks, in sRGB); everything else is gone: place,
    device, comments, and what was hidden behind the picture's end. The file is checked as by
    ``inspect_file``.

    Raises:
        RefusedFile: the file is not accepted, or is no picture.
        InspectionUnavailable: inspection itself does not work; the file may be fine.
        FileNotFoundError: there is no such file.
    """
    _, content = ask_child("clean", path, limits)
    return content


def product_picture(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return a product picture for public pages: JPEG, upright, at most 1600 pixels a side, on white.

    The file is checked as by ``inspect_file``, and cleaned as by ``clean_picture``.

    Raises:
        RefusedFile: the file is not accepted, or is no picture.
        InspectionUnavailable: inspection itself does not work; the file may be fine.
        FileNotFoundError: there is no such file.
    """
    _, content = ask_child("shrink", path, limits)
    return content
