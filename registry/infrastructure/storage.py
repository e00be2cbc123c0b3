"""Files, kept by content: the name of a file is the SHA-256 (FIPS 180-4) of its bytes.

The same content is stored once, a stored file never changes, and whoever holds the digest can prove what was
filed. ``FileStore`` is what services see; ``FolderStore`` is the store of a single machine.
"""

# The names say what happened, as in registry.domain.errors.
# ruff: noqa: N818

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

_CHUNK: Final = 1024 * 1024
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
# A full disk, and a full quota, are the same thing to the person who uploads.
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# Not two hexadecimal digits, so it can never be taken for a folder of stored files.
_INCOMING: Final = "incoming"
_OWNER_ONLY_FOLDER: Final = 0o700


class StorageFull(Exception):
    """There is no room left; nothing was stored, and the same call may succeed later."""


class BlobNotFound(LookupError):
    """No file with this digest is stored."""


class BlobCorrupted(Exception):
    """A stored file no longer has the digest it is stored under."""


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What was stored: SHA-256 in lower-case hexadecimal, size in bytes."""

    sha256: str
    size: int


class FileStore(Protocol):
    """What services need of a store; a folder and an S3 bucket can both give it."""

    def put(self, source: BinaryIO | Path) -> StoredBlob:
        """Store the content, once."""
        ...

    def open(self, sha256: str, *, verify: bool = False) -> BinaryIO:
        """Open a stored content for reading."""
        ...

    def exists(self, sha256: str) -> bool:
        """Whether this content is stored."""
        ...

    def remove(self, sha256: str) -> None:
        """Remove a stored content, where it is there."""
        ...

    def older_than(self, age: timedelta) -> Iterator[str]:
        """The digests of the contents that were stored longer ago than this."""
        ...

    def remove_leftovers(self) -> int:
        """Remove what processes that were killed while storing have left; returns how many files that were."""
        ...


class FolderStore:
    """A store in a folder: ``root/ab/cd/<sha256>``, readable by the owner only.

    A file is written beside the others in ``root/incoming``, flushed to the disk and then renamed, so that a
    reader sees a whole file or none, and a power cut after ``put`` has returned loses nothing. Several
    processes may share one root.
    """

    def __init__(self, root: Path) -> None:
        """Use this folder; it is made when the first file arrives."""
        self._root = root

    def put(self, source: BinaryIO | Path) -> StoredBlob:
        """Store what ``source`` holds, from where the stream stands to its end, and return its digest.

        Content that is already there is left as it is, unless its size shows that the disk has damaged it.

        Raises:
            StorageFull: the disk or the quota is full; nothing of the file is left behind.
            OSError: the source cannot be read, or the folder cannot be written to.
        """
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return self._put_stream(stream)
        return self._put_stream(source)

    def open(self, sha256: str, *, verify: bool = False) -> BinaryIO:
        """Open a stored file for reading.

        With ``verify`` the whole file is read and compared with its digest first; that is worth its time
        where the content is about to be relied upon (an issued document), not for every picture shown.

        Raises:
            BlobNotFound: there is no such file.
            BlobCorrupted: with ``verify``, the content no longer has this digest.
            ValueError: ``sha256`` is not a digest.
        """
        try:
            stream = self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobNotFound(sha256) from error
        if verify:
            if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
                stream.close()
                raise BlobCorrupted(sha256)
            stream.seek(0)
        return stream

    def exists(self, sha256: str) -> bool:
        """Whether a file with this digest is stored.

        Raises:
            ValueError: ``sha256`` is not a digest.
        """
        return self.path(sha256).is_file()

    def remove(self, sha256: str) -> None:
        """Delete a stored file; that there is none is as good.

        Raises:
            ValueError: ``sha256`` is not a digest.
        """
        self.path(sha256).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where a file with this digest is or would be.

        Not part of ``FileStore``: a store elsewhere has no paths.

        Raises:
            ValueError: not 64 lower-case hexadecimal digits. A digest may come out of a URL, and this keeps
                ``../`` out of the path.
        """
        if not _DIGEST.fullmatch(sha256):
            raise ValueError("a SHA-256 digest is 64 lower-case hexadecimal digits")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def older_than(self, age: timedelta) -> Iterator[str]:
        """The digests of the files that were stored longer ago than this, but for those that go meanwhile.

        Args:
            age: as the machine's clock shows it.
        """
        limit = time.time() - age.total_seconds()
        for folder in self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"):
            with os.scandir(folder) as entries:
                found = [entry for entry in entries if _DIGEST.fullmatch(entry.name)]
            for entry in found:
                with suppress(FileNotFoundError):
                    if entry.stat().st_mtime < limit:
                        yield entry.name

    def remove_leftovers(self, *, older_than: float = 86_400) -> int:
        """Delete what killed processes left half-written, and return how many files that were.

        Args:
            older_than: age in seconds; a younger file may still be being written.
        """
        removed = 0
        limit = time.time() - older_than
        for leftover in (self._root / _INCOMING).glob("*"):
            # Another process may tidy up at the same time, or finish its file just now.
            with suppress(FileNotFoundError):
                if leftover.stat().st_mtime < limit:
                    leftover.unlink()
                    removed += 1
        return removed

    def _put_stream(self, stream: BinaryIO) -> StoredBlob:
        with full_disk_named():
            incoming = self._root / _INCOMING
            _make_folders(incoming)
            # The file is made with mode 0600, and in the same file system, where a rename is atomic.
            handle, name = tempfile.mkstemp(dir=incoming)
            temporary = Path(name)
            try:
                with os.fdopen(handle, "wb") as out:
                    blob = _copy(stream, out)
                    out.flush()
                    os.fsync(out.fileno())
                self._publish(temporary, blob)
            finally:
                # After a rename there is nothing left under this name; in every other case there is.
                temporary.unlink(missing_ok=True)
        return blob

    def _publish(self, temporary: Path, blob: StoredBlob) -> None:
        target = self.path(blob.sha256)
        _make_folders(target.parent)
        if not target.is_file() or target.stat().st_size != blob.size:
            temporary.replace(target)
        # Even when the file was there: the process that renamed it may not have come this far yet.
        _sync_folder(target.parent)


def _copy(stream: BinaryIO, out: BinaryIO) -> StoredBlob:
    """Copy to the end of the stream, reckoning digest and size on the way."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        out.write(chunk)
        size += len(chunk)
    return StoredBlob(digest.hexdigest(), size)


def _make_folders(folder: Path) -> None:
    """Make a folder and those above it, each entered durably in the one above."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    # Two processes may make the same folder at the same moment.
    folder.mkdir(mode=_OWNER_ONLY_FOLDER, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Write a folder's entries to the disk: a rename is durable only after that (POSIX fsync)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def full_disk_named() -> Iterator[None]:
    """Raise ``StorageFull`` in place of the operating system's two ways of saying so."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(str(error)) from error
        raise
