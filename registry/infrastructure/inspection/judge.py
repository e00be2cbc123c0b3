"""Judges one file in this process. Everything here runs in a child process; see ``sandbox``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.infrastructure.inspection import filetype, pdf, picture, workbook
from registry.infrastructure.inspection.verdict import (
    PDF,
    XLSX,
    Inspected,
    Limits,
    Reason,
    RefusedFile,
    damaged,
    too_costly,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def inspect(path: Path, limits: Limits) -> Inspected:
    """Judge a file; see ``registry.infrastructure.inspection.inspect_file``."""
    media_type = _recognise(path, limits)
    with blaming_the_file(media_type, limits):
        return pdf.examine(path, limits) if media_type == PDF else picture.examine(path, limits)


def inspect_workbook(path: Path, limits: Limits) -> Inspected:
    """Judge a workbook; see ``registry.infrastructure.inspection.inspect_workbook``."""
    with blaming_the_file(XLSX, limits):
        return workbook.examine(path, limits)


def clean(path: Path, limits: Limits) -> bytes:
    """Re-encode a picture; see ``registry.infrastructure.inspection.clean_picture``."""
    media_type = _recognise_picture(path, limits)
    with blaming_the_file(media_type, limits):
        return picture.clean(path, limits)


def shrink(path: Path, limits: Limits) -> bytes:
    """Make a product picture; see ``registry.infrastructure.inspection.product_picture``."""
    media_type = _recognise_picture(path, limits)
    with blaming_the_file(media_type, limits):
        return picture.for_product(path, limits)


@contextmanager
def blaming_the_file(media_type: str, limits: Limits) -> Iterator[None]:
    """Turn whatever a parser raises into a refusal.

    Parsers of hostile files raise anything at all (TypeError, AssertionError and AttributeError have been
    seen), so one class or three would not be enough. Our own defects are caught as well; the file is then
    refused, which is the safe side.
    """
    try:
        yield
    except RefusedFile:
        raise
    except MemoryError as error:
        raise too_costly(media_type, limits) from error
    except Exception as error:
        raise damaged(media_type) from error


def _recognise(path: Path, limits: Limits) -> str:
    if path.stat().st_size > limits.max_bytes:
        raise RefusedFile(Reason.TOO_LARGE, limit=limits.max_bytes // 1024**2)
    return filetype.recognise(path)


def _recognise_picture(path: Path, limits: Limits) -> str:
    media_type = _recognise(path, limits)
    if media_type == PDF:
        raise RefusedFile(Reason.NOT_A_PICTURE)
    return media_type
