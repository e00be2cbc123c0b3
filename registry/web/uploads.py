"""Files on their way in and out."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, request, send_file

from registry.infrastructure.storage import full_disk_named
from registry.web.work import adapters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.models import StoredFile


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent, in a temporary place, and the name it came with."""

    path: Path
    name: str


@contextmanager
def received(field: str) -> Iterator[Upload | None]:
    """The file sent in this field, gone when the block ends; None where none was chosen."""
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        yield None
        return
    # Beside the file store: a full disk is noticed here, and not after half of the work.
    with tempfile.TemporaryDirectory(dir=adapters().settings.data_dir, prefix="upload-") as folder:
        path = Path(folder) / "upload"
        with full_disk_named():
            sent.save(path)
        yield Upload(path, sent.filename)


def stored_file(file: StoredFile, *, name: str) -> Response:
    """A kept file for those who may see it."""
    return kept_file(file.sha256, file.media_type, name=name)


def kept_file(sha256: str, media_type: str, *, name: str) -> Response:
    """A content of the store: shown in the page, unable to do anything, kept by no cache."""
    response = send_file(adapters().store.open(sha256), mimetype=media_type, download_name=name)
    # Browsers refuse to show a PDF in a sandbox; what could act in one was refused when it came in.
    sandbox = "" if media_type == "application/pdf" else "; sandbox"
    response.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'unsafe-inline'{sandbox}"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"  # The reviewer's page shows it beside the case.
    return response
