"""Whether an uploaded file is accepted: judged by its content, in a process of its own.

PDF, JPEG and PNG are accepted; a structural look refuses what acts, carries or unfolds (``pdf``), and
pictures are only ever stored re-encoded (``picture``). What an upload goes through::

    found = inspect_file(path)            raises RefusedFile, with a reason and a text for the person
    pictures:   content = clean_picture(path), or product_picture(path) for public pages; store that
    PDFs:       store the file as it came, so that signatures in it stay valid
    display_name(name, found.media_type)  see registry.domain.filenames

Workbooks are no evidence. Where many rows are sent at once, ``inspect_workbook`` accepts .xlsx and CSV, and
``registry.infrastructure.workbooks`` reads them.

Each call starts one child process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.domain.crops import Crop, too_small
from registry.infrastructure.inspection.sandbox import ask_child, run_child
from registry.infrastructure.inspection.verdict import (
    CSV,
    JPEG,
    MESSAGES,
    PDF,
    PNG,
    XLSX,
    Inspected,
    InspectionUnavailable,
    Limits,
    Reason,
    RefusedFile,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "CSV",
    "DEFAULT_LIMITS",
    "JPEG",
    "MESSAGES",
    "PDF",
    "PNG",
    "WORKBOOK_LIMITS",
    "XLSX",
    "Inspected",
    "InspectionUnavailable",
    "Limits",
    "Reason",
    "RefusedFile",
    "clean_picture",
    "cut_picture",
    "inspect_file",
    "inspect_workbook",
    "product_picture",
]

DEFAULT_LIMITS: Final = Limits()
_CUTTER: Final = "registry.infrastructure.inspection.cutter"
# A list of some thousand rows has half a megabyte. One of 100,000 is still opened, to say that it is too long.
WORKBOOK_LIMITS: Final = Limits(
    max_bytes=10 * 1024**2, max_stream_bytes=128 * 1024**2, max_objects=1_000, cpu_seconds=60, wall_seconds=180
)


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


def inspect_workbook(path: Path, *, limits: Limits = WORKBOOK_LIMITS) -> Inspected:
    """Judge a file that is to be read as a workbook: .xlsx or CSV, which the media type says.

    Raises:
        RefusedFile: the file is not accepted; ``message`` says what it really is and how to save it instead.
        InspectionUnavailable: inspection itself does not work; the file may be fine.
        FileNotFoundError: there is no such file.
    """
    head, _ = ask_child("inspect_workbook", path, limits, claimed=XLSX)
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


def cut_picture(
    content: bytes, wanted: Crop | tuple[int, int], *, limits: Limits = DEFAULT_LIMITS
) -> tuple[Crop, bytes]:
    """Return a part of a picture that ``product_picture`` once made, and where it lies.

    Args:
        content: the whole picture.
        wanted: the part, or the proportion of the largest part in the middle.
        limits: what it may cost.

    Raises:
        InvalidFields: the part is smaller than anything can be seen in.
        RefusedFile: the content is damaged.
        InspectionUnavailable: no process could be started.
    """
    place = {"crop": wanted.as_json(), "aspect": None} if isinstance(wanted, Crop) else {"crop": None, "aspect": wanted}
    head, part = run_child(_CUTTER, {"task": "cut", **place}, limits, claimed=JPEG, parts=(content,))
    if not part:
        raise too_small()
    return Crop(**head), part
