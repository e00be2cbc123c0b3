"""Files on their way in and out."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Response, request, send_file

from registry.domain.filenames import display_name
from registry.domain.messages import N_, Message
from registry.infrastructure.inspection import PDF, XLSX
from registry.infrastructure.storage import full_disk_named
from registry.services import files
from registry.web.work import adapters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.models import StoredFile


CHOOSE_AGAIN: Final = Message(N_("其他内容需要更正。浏览器不保留文件，改好后请重新选择文件再提交。"))


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
    response = _shown(sha256, media_type, name)
    response.headers["Content-Security-Policy"] = f"{_policy(media_type)}; frame-ancestors 'self'"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"  # The reviewer's page shows it beside the case.
    return response


def public_file(sha256: str, media_type: str, *, name: str) -> Response:
    """A content that belongs to a certificate. It never changes, so caches keep it and ask by its digest."""
    known = request.if_none_match.contains_weak(sha256)
    response = Response(status=304) if known else _shown(sha256, media_type, name)
    response.set_etag(sha256)
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Content-Security-Policy"] = f"{_policy(media_type)}; frame-ancestors 'none'"
    return response


def workbook(content: bytes, *, name: str) -> Response:
    """A spreadsheet that the registry made itself, to be downloaded."""
    name = display_name(name, XLSX)
    return send_file(
        BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name, conditional=False, etag=False
    )


def _shown(sha256: str, media_type: str, name: str) -> Response:
    """The content, looked at again, under a name that fits and breaks no header (RFC 6266)."""
    file = files.open_kept(adapters().store, sha256, media_type)
    # In one piece: each piece of a file that is asked for by parts would be looked at as a whole again.
    name = display_name(name, media_type)
    response = send_file(file, mimetype=media_type, download_name=name, conditional=False, etag=False)
    response.content_length = file.seek(0, SEEK_END)
    file.seek(0)
    return response


def _policy(media_type: str) -> str:
    """Nothing is loaded and nothing runs; a picture has no rights at all.

    Browsers refuse to show a PDF in a sandbox; what could act in one was refused when it came in.
    """
    return "default-src 'none'" if media_type == PDF else "default-src 'none'; sandbox"
