import errno
import hashlib
import io
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry.infrastructure import storage
from registry.infrastructure.storage import (
    BlobCorrupted,
    BlobNotFound,
    FileStore,
    FolderStore,
    StorageFull,
    StoredBlob,
)

CONTENT = "三同".encode() * 100_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "var" / "files")


def files_in(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


def test_what_is_put_can_be_opened(store: FolderStore) -> None:
    assert not store.exists(DIGEST)
    assert store.put(io.BytesIO(CONTENT)) == StoredBlob(DIGEST, len(CONTENT))
    assert store.exists(DIGEST)
    with store.open(DIGEST) as stream:
        assert stream.read() == CONTENT


def test_a_file_is_put_by_its_path(store: FolderStore, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(CONTENT)
    assert store.put(source).sha256 == DIGEST
    assert source.exists()


def test_the_path_is_made_of_the_digest(store: FolderStore, tmp_path: Path) -> None:
    store.put(io.BytesIO(CONTENT))
    assert store.path(DIGEST) == tmp_path / "var/files" / DIGEST[:2] / DIGEST[2:4] / DIGEST
    assert files_in(tmp_path) == [store.path(DIGEST)]


def test_identical_content_is_stored_once(store: FolderStore, tmp_path: Path) -> None:
    store.put(io.BytesIO(CONTENT))
    before = store.path(DIGEST).stat()
    store.put(io.BytesIO(CONTENT))
    after = store.path(DIGEST).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert files_in(tmp_path) == [store.path(DIGEST)]


def test_many_at_once_store_one_file(store: FolderStore, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        blobs = set(pool.map(lambda _: store.put(io.BytesIO(CONTENT)), range(24)))
    assert blobs == {StoredBlob(DIGEST, len(CONTENT))}
    assert files_in(tmp_path) == [store.path(DIGEST)]


def test_a_file_cut_short_by_the_disk_is_replaced(store: FolderStore) -> None:
    store.put(io.BytesIO(CONTENT))
    store.path(DIGEST).write_bytes(CONTENT[:10])
    store.put(io.BytesIO(CONTENT))
    assert store.path(DIGEST).read_bytes() == CONTENT


def test_only_the_owner_can_read(store: FolderStore, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store.put(io.BytesIO(CONTENT))
    finally:
        os.umask(before)
    root = tmp_path / "var"
    folders = [root, *(each for each in root.rglob("*") if each.is_dir())]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}
    assert stat.S_IMODE(store.path(DIGEST).stat().st_mode) == 0o600


def test_no_part_of_a_file_is_ever_visible(store: FolderStore, tmp_path: Path) -> None:
    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert all(each.parent.name == "incoming" for each in files_in(tmp_path))
            return super().read(size)

    store.put(Watched(CONTENT))
    assert store.exists(DIGEST)


def test_an_upload_that_breaks_off_leaves_nothing(store: FolderStore, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put(Broken())
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("place", ["fsync", "open", "mkdir"])
def test_a_full_disk_is_named_and_leaves_nothing(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, place: str
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(code, os.strerror(code))

    store.put(io.BytesIO(b"earlier"))
    before = files_in(tmp_path)
    if place == "mkdir":
        monkeypatch.setattr(Path, "mkdir", full)
    else:
        monkeypatch.setattr(storage.os, place, full)
    with pytest.raises(StorageFull):
        store.put(io.BytesIO(CONTENT))
    monkeypatch.undo()
    assert files_in(tmp_path) == before


def test_other_trouble_keeps_its_name(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(storage.os, "fsync", broken)
    with pytest.raises(OSError, match="input/output error"):
        store.put(io.BytesIO(CONTENT))


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "abc",
        "../../../etc/passwd",
        "A" * 64,
        "g" * 64,
        "a" * 63,
        "a" * 65,
        "a" * 64 + "\n",
        "/" + "a" * 63,
    ],
)
def test_what_is_no_digest_is_refused(store: FolderStore, digest: str) -> None:
    for use in (store.path, store.open, store.exists):
        with pytest.raises(ValueError, match="64 lower-case"):
            use(digest)


def test_what_is_not_there_is_not_found(store: FolderStore) -> None:
    with pytest.raises(BlobNotFound):
        store.open(DIGEST)


def test_verifying_finds_a_changed_file(store: FolderStore) -> None:
    store.put(io.BytesIO(CONTENT))
    with store.open(DIGEST, verify=True) as stream:
        assert stream.read() == CONTENT
    store.path(DIGEST).write_bytes(CONTENT[::-1])
    with pytest.raises(BlobCorrupted):
        store.open(DIGEST, verify=True)


def test_leftovers_of_killed_processes_are_removed(store: FolderStore, tmp_path: Path) -> None:
    assert store.remove_leftovers() == 0
    store.put(io.BytesIO(CONTENT))
    incoming = tmp_path / "var/files/incoming"
    old, young = incoming / "old", incoming / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    assert store.remove_leftovers() == 1
    assert files_in(tmp_path) == sorted([store.path(DIGEST), young])


def test_a_folder_is_a_file_store(store: FolderStore) -> None:
    as_seen_by_services: FileStore = store
    assert as_seen_by_services.put(io.BytesIO(b"")).size == 0
