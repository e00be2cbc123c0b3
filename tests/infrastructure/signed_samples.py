"""Signed files for the tests, and what is found in them."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pikepdf
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import NumberObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from registry.infrastructure.signatures import checking, signing
from tests.signing_keys import PASSPHRASE, pkcs12

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography import x509

    from registry.domain.signatures import SignatureReport

NOW = datetime(2026, 3, 18, 6, 3, tzinfo=UTC)


def document(pages: int = 1) -> bytes:
    """What was given out to be signed."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842)).Rotate = 0
        pdf.save(out)
    return out.getvalue()


def signed(document: bytes, held: bytes | None = None, *, at: datetime = NOW) -> bytes:
    held = held or pkcs12("p256")
    return signing.sign(document, held, PASSPHRASE.encode(), reason="签署声明", location="海宁市", at=at)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def found(
    file: bytes, original: bytes | None = None, roots: tuple[x509.Certificate, ...] = (), at: datetime = NOW
) -> SignatureReport:
    """What a check finds, in this process, so that its coverage is seen."""
    der = [root.public_bytes(Encoding.DER) for root in roots]
    return checking.check(file, sha256(original) if original else None, der, at)


def edited(document: bytes, change: Callable[[IncrementalPdfFileWriter], object]) -> bytes:
    """The document with something appended to it, as PDF editors do."""
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def add_page(writer: IncrementalPdfFileWriter) -> None:
    content = writer.add_object(StreamObject(stream_data=b"0 0 99 99 re f"))
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 595, 842)))


def turn_page(writer: IncrementalPdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(0)
    page.get_object()["/Rotate"] = NumberObject(180)
    writer.update_container(page.get_object())
