"""PDFs for the tests: whole ones made by pikepdf, and odd ones that no library would write."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PAGE_TREE = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
}


def made_pdf(path: Path, change: Callable[[pikepdf.Pdf], object] | None = None, **save: object) -> Path:
    """Write a PDF of one A4 page to ``path``, after ``change`` has had its way with it."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        if change:
            change(pdf)
        pdf.save(path, **save)
    return path


def link(address: str | bytes) -> Dictionary:
    """A link annotation that opens an address when it is clicked."""
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([0, 0, 100, 20]),
        A=Dictionary(Type=Name.Action, S=Name.URI, URI=pikepdf.String(address)),
    )


def stream_object(entries: bytes, data: bytes) -> bytes:
    """The text of a stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def raw_pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of exactly these objects, with a cross-reference table that fits them."""
    out, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % offsets[number] for number in range(1, size))
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def raw_pdf_with_streams(object_stream: bytes, padding: int = 0) -> bytes:
    """A PDF with object 4 in an object stream and a cross-reference stream, for bombs in either of them."""
    out, rows = bytearray(b"%PDF-1.7\n"), [b"\0\0\0\0\0\xff\xff"]
    packed = zlib.compress(b"4 0 " + object_stream, 9)
    entries = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"
    objects = {**PAGE_TREE, 5: stream_object(entries, packed)}
    objects[3] = PAGE_TREE[3][:-2] + b"/PieceInfo 4 0 R>>"
    for number, body in objects.items():
        if number == 5:
            rows.append(b"\2" + (5).to_bytes(4, "big") + b"\0\0")
        rows.append(b"\1" + len(out).to_bytes(4, "big") + b"\0\0")
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    rows.append(b"\1" + start.to_bytes(4, "big") + b"\0\0")
    table = zlib.compress(b"".join(rows) + b"\0" * padding, 9)
    entries = b"/Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Filter/FlateDecode"
    out += b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream_object(entries, table), start)
    return bytes(out)
