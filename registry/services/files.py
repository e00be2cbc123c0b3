"""Files in the content-addressed store, and the rows that know them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

from sqlalchemy import exists, select

from registry.infrastructure.inspection import (
    XLSX,
    Limits,
    Reason,
    RefusedFile,
    clean_picture,
    cut_picture,
    inspect_file,
    inspect_workbook,
    product_picture,
)
from registry.infrastructure.inspection.filetype import accepted_type
from registry.infrastructure.storage import BlobCorrupted
from registry.models import StoredFile
from registry.services.constraints import add_once

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from registry.domain.crops import Crop
    from registry.infrastructure.storage import FileStore
    from registry.services.work import Work

_LONGEST_SIGNATURE: Final = 16  # bytes


def keep_upload(work: Work, path: Path) -> StoredFile:
    """Judge a file that was sent by its content, and store it; pictures are re-encoded, without camera data.

    Raises:
        RefusedFile: the file is none that is accepted; the message says why and what to do.
        InspectionUnavailable: nobody could look at the file; it may be fine.
        StorageFull: there is no room.
    """
    limits = _limits(work)
    found = inspect_file(path, limits=limits)
    _scan(work, path)
    if found.media_type == "application/pdf":
        with path.open("rb") as file:
            return _keep(work, file, found.media_type)
    return _keep(work, BytesIO(clean_picture(path, limits=limits)), found.media_type)


def keep_picture(work: Work, path: Path) -> StoredFile:
    """Store a product's picture in the public form: a JPEG of moderate size without camera data.

    Raises:
        RefusedFile: the file is no picture that can be used.
        InspectionUnavailable: nobody could look at the file; it may be fine.
        StorageFull: there is no room.
    """
    picture = product_picture(path, limits=_limits(work))
    _scan(work, path)
    return _keep(work, BytesIO(picture), "image/jpeg")


def keep_part(work: Work, whole: StoredFile, wanted: Crop | tuple[int, int]) -> tuple[Crop, StoredFile]:
    """Store a part of a product's picture, beside the whole; returns where it lies, and its file.

    Raises:
        InvalidFields: the part is smaller than anything can be seen in.
        BlobNotFound, BlobCorrupted: the whole is not in the store any more, or is damaged.
    """
    with open_kept(work.store, whole.sha256, whole.media_type) as file:
        crop, part = cut_picture(file.read(), wanted, limits=_limits(work))
    return crop, _keep(work, BytesIO(part), whole.media_type)


def keep_workbook(work: Work, path: Path) -> StoredFile:
    """Store a spreadsheet that was sent, after a look at what it is; its rows are read later.

    Raises:
        RefusedFile: it is no spreadsheet that is accepted; the message says why and what to do.
        InspectionUnavailable: nobody could look at the file; it may be fine.
        StorageFull: there is no room.
    """
    found = inspect_workbook(path)
    _scan(work, path)
    with path.open("rb") as file:
        return _keep(work, file, found.media_type)


def keep_made_workbook(work: Work, path: Path) -> StoredFile:
    """Store a spreadsheet that the registry made itself."""
    with path.open("rb") as file:
        return _keep(work, file, XLSX)


def keep_document(work: Work, content: bytes) -> StoredFile:
    """Store a PDF that the registry made itself."""
    return _keep(work, BytesIO(content), "application/pdf")


def open_kept(store: FileStore, sha256: str, media_type: str) -> BinaryIO:
    """Open a stored file to be given out, after a look at all of it.

    The content must still have the digest it was stored under, and begin like a file of this media type, which says how
    browsers will take it. It may have been damaged by a disk, or exchanged by somebody, years after it came in.

    Raises:
        BlobNotFound: it is gone.
        BlobCorrupted: it has another digest, or is of another type.
    """
    file = store.open(sha256, verify=True)
    if accepted_type(file.read(_LONGEST_SIGNATURE)) != media_type:
        file.close()
        raise BlobCorrupted(sha256)
    file.seek(0)
    return file


def _scan(work: Work, path: Path) -> None:
    """Ask the virus scanner, where there is one, about the file as it was sent."""
    if work.adapters.scanner is not None and work.adapters.scanner.is_infected(path):
        raise RefusedFile(Reason.INFECTED)


def _limits(work: Work) -> Limits:
    return Limits(max_bytes=work.settings.max_upload_bytes)


def forget_unreferenced(work: Work, file_ids: Iterable[int]) -> None:
    """Delete those of these files that no row of any table refers to any more."""
    columns = [
        column
        for table in StoredFile.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is StoredFile.__table__ for key in column.foreign_keys)
    ]
    unused = select(StoredFile).where(
        StoredFile.id.in_(list(file_ids)), *(~exists().where(column == StoredFile.id) for column in columns)
    )
    for file in work.session.scalars(unused).all():
        work.session.delete(file)
        work.session.flush()
        # Before the commit: should that fail, the row stays and the next upload of this content brings it back.
        work.store.remove(file.sha256)


def _keep(work: Work, stream: BinaryIO, media_type: str) -> StoredFile:
    blob = work.store.put(stream)
    same = select(StoredFile).where(StoredFile.sha256 == blob.sha256)
    known = work.session.scalar(same)
    if known is not None:
        return known
    stored = StoredFile(sha256=blob.sha256, size=blob.size, media_type=media_type, created_at=work.now)
    if add_once(work.session, stored, "uq_stored_file_sha256"):
        if not work.store.exists(blob.sha256):  # It was there before, and forgotten at this very moment.
            stream.seek(0)
            work.store.put(stream)
        return stored
    return work.session.scalars(same).one()
