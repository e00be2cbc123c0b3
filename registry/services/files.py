"""Files in the content-addressed store, and the rows that know them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

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
_ONCE: Final = "uq_stored_file_sha256"
_UNKNOWN_FOR: Final = timedelta(days=1)
_AT_ONCE: Final = 500  # digests that one statement asks for


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that was sent and may be stored, in the form in which it will be."""

    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """What its content is known by, once it is stored."""
        return sha256(self.content).hexdigest()


def judge(work: Work, path: Path) -> Judged:
    """Judge a file that was sent by its content; pictures are re-encoded, without camera data.

    It takes a while and reads nothing of the database: whoever can, does it outside of a transaction.

    Raises:
        RefusedFile: the file is none that is accepted; the message says why and what to do.
        InspectionUnavailable: nobody could look at the file; it may be fine.
    """
    limits = _limits(work)
    found = inspect_file(path, limits=limits)
    _scan(work, path)
    is_pdf = found.media_type == "application/pdf"
    return Judged(path.read_bytes() if is_pdf else clean_picture(path, limits=limits), found.media_type)


def find(work: Work, judged: Judged) -> StoredFile | None:
    """What is stored already and has the same content."""
    return work.session.scalar(select(StoredFile).where(StoredFile.sha256 == judged.sha256))


def keep_judged(work: Work, judged: Judged) -> StoredFile:
    """Store a file that was judged.

    Raises:
        StorageFull: there is no room.
    """
    return _keep(work, BytesIO(judged.content), judged.media_type)


def keep_upload(work: Work, path: Path) -> StoredFile:
    """Judge a file that was sent, and store it.

    Raises:
        RefusedFile, InspectionUnavailable, StorageFull: as for the two.
    """
    return keep_judged(work, judge(work, path))


def judge_picture(work: Work, path: Path) -> Judged:
    """Judge a product's picture, and bring it into the public form: a JPEG of moderate size without camera data.

    Raises:
        RefusedFile: the file is no picture that can be used.
        InspectionUnavailable: nobody could look at the file; it may be fine.
    """
    picture = product_picture(path, limits=_limits(work))
    _scan(work, path)
    return Judged(picture, "image/jpeg")


def cut_part(work: Work, whole: StoredFile, wanted: Crop | tuple[int, int]) -> tuple[Crop, Judged]:
    """Cut a part out of a product's picture; returns where it lies, and what may be stored beside the whole.

    Raises:
        InvalidFields: the part is smaller than anything can be seen in.
        BlobNotFound, BlobCorrupted: the whole is not in the store any more, or is damaged.
    """
    with open_kept(work.store, whole.sha256, whole.media_type) as file:
        crop, part = cut_picture(file.read(), wanted, limits=_limits(work))
    return crop, Judged(part, whole.media_type)


def judge_workbook(work: Work, path: Path) -> Judged:
    """Judge a spreadsheet that was sent; its rows are read later.

    Raises:
        RefusedFile: it is no spreadsheet that is accepted; the message says why and what to do.
        InspectionUnavailable: nobody could look at the file; it may be fine.
    """
    found = inspect_workbook(path)
    _scan(work, path)
    return Judged(path.read_bytes(), found.media_type)


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


def forget_unreferenced(work: Work, file_ids: Iterable[int]) -> list[str]:
    """Delete the rows of those of these files that nothing refers to any more, and return their digests.

    A content may go once the commit is sure to come; what nobody has removed by then `remove_unknown` does. A file that
    somebody begins to refer to at this moment stays.
    """
    columns = [
        column
        for table in StoredFile.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is StoredFile.__table__ for key in column.foreign_keys)
    ]
    unused = (
        delete(StoredFile)
        .where(
            StoredFile.id.in_(list(file_ids)),
            StoredFile.frozen.is_(False),
            *(~exists().where(column == StoredFile.id) for column in columns),
        )
        .returning(StoredFile.sha256)
        .execution_options(synchronize_session="fetch")
    )
    gone: list[str] = []
    with suppress(IntegrityError), work.session.begin_nested():
        gone += work.session.scalars(unused)
    return gone


def remove_unknown(work: Work) -> None:
    """Remove contents that have lain for a day without a row: of uploads that were refused, and of forgotten files."""
    old = work.store.older_than(_UNKNOWN_FOR)
    while some := list(islice(old, _AT_ONCE)):
        known = set(work.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(some))))
        for digest in sorted(set(some) - known):
            # Whoever sends this very content now waits for this row, or has one already. When it is gone, they find the
            # content missing, and store it again.
            row = StoredFile(sha256=digest, size=0, media_type="", created_at=work.now)
            if add_once(work.session, row, _ONCE):
                work.store.remove(digest)
                work.session.delete(row)
                work.session.flush()


def _keep(work: Work, stream: BinaryIO, media_type: str) -> StoredFile:
    blob = work.store.put(stream)
    same = select(StoredFile).where(StoredFile.sha256 == blob.sha256)
    known = work.session.scalar(same)
    if known is not None:
        return known
    stored = StoredFile(sha256=blob.sha256, size=blob.size, media_type=media_type, created_at=work.now)
    if add_once(work.session, stored, _ONCE):
        if not work.store.exists(blob.sha256):  # It was there before, and forgotten at this very moment.
            stream.seek(0)
            work.store.put(stream)
        return stored
    return work.session.scalars(same).one()
