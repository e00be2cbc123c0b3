"""Files in the content-addressed store, and the rows that know them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import select

from registry.infrastructure.inspection import Limits, clean_picture, inspect_file, product_picture
from registry.models import StoredFile
from registry.services.constraints import add_once

if TYPE_CHECKING:
    from pathlib import Path

    from registry.services.work import Work


def keep_upload(work: Work, path: Path) -> StoredFile:
    """Judge a file that was sent by its content, and store it; pictures are re-encoded, without camera data.

    Raises:
        RefusedFile: the file is none that is accepted; the message says why and what to do.
        StorageFull: there is no room.
    """
    limits = _limits(work)
    found = inspect_file(path, limits=limits)
    if found.media_type == "application/pdf":
        with path.open("rb") as file:
            return _keep(work, file, found.media_type)
    return _keep(work, BytesIO(clean_picture(path, limits=limits)), found.media_type)


def keep_picture(work: Work, path: Path) -> StoredFile:
    """Store a product's picture in the public form: a JPEG of moderate size without camera data.

    Raises:
        RefusedFile: the file is no picture that can be used.
        StorageFull: there is no room.
    """
    return _keep(work, BytesIO(product_picture(path, limits=_limits(work))), "image/jpeg")


def keep_document(work: Work, content: bytes) -> StoredFile:
    """Store a PDF that the registry made itself."""
    return _keep(work, BytesIO(content), "application/pdf")


def _limits(work: Work) -> Limits:
    return Limits(max_bytes=work.settings.max_upload_bytes)


def _keep(work: Work, stream: BinaryIO, media_type: str) -> StoredFile:
    blob = work.store.put(stream)
    same = select(StoredFile).where(StoredFile.sha256 == blob.sha256)
    known = work.session.scalar(same)
    if known is not None:
        return known
    stored = StoredFile(sha256=blob.sha256, size=blob.size, media_type=media_type, created_at=work.now)
    if add_once(work.session, stored, "uq_stored_file_sha256"):
        return stored
    return work.session.scalars(same).one()
