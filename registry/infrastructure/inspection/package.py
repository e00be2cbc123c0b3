"""The package of an Office file: a ZIP of parts with types and relationships (ECMA-376-2 = ISO/IEC 29500-2).

Nothing here trusts the archive's own figures further than it has to: every entry is bounded before it is read, and
no XML is read that declares a document type, since entities are the one thing that makes XML grow.
"""

from __future__ import annotations

import posixpath
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final
from xml.parsers import expat

from registry.infrastructure.inspection.verdict import XLSX, Reason, RefusedFile, damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from registry.infrastructure.inspection.verdict import Limits

TYPES: Final = "[Content_Types].xml"

_CHUNK: Final = 64 * 1024
_ENCRYPTED: Final = 0x1  # The first of an entry's general purpose flags (APPNOTE.TXT, 4.4.4).
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SMALL: Final = 1024 * 1024  # Bytes; what stays below them is no bomb, whatever its ratio.
_LARGEST_INDEX: Final = 4 * 1024 * 1024  # Bytes of one part that says what the others are.
_XML_ENDINGS: Final = (".xml", ".rels", ".vml")


@dataclass(frozen=True, slots=True)
class Relationship:
    """What one part has to do with another, or with something outside."""

    id: str
    kind: str  # The last word of its type, which is the same in both editions of the standard.
    target: str  # The other part's name; outside: as written.
    external: bool


class _Enough(Exception):  # noqa: N818 - it ends the reading, and is no error
    """All that was asked for has been seen."""


class Package:
    """An archive whose entries are bounded."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Take an archive that `opened` has looked at."""
        self.archive = archive
        self.names: Final = tuple(info.filename for info in archive.infolist() if not info.is_dir())
        self._types: dict[str, str] = {}
        self._endings: dict[str, str] = {}
        if TYPES in self.names:
            for name, attributes in self._index(TYPES):
                if name.endswith(" Override"):
                    self._types[attributes["PartName"].lstrip("/")] = attributes["ContentType"]
                elif name.endswith(" Default"):
                    self._endings[attributes["Extension"].casefold()] = attributes["ContentType"]

    def type_of(self, name: str) -> str:
        """The type that the package gives a part; empty if it gives none."""
        return self._types.get(name) or self._endings.get(name.rpartition(".")[2].casefold(), "")

    def is_xml(self, name: str) -> bool:
        """Whether a part is read as XML by anybody."""
        return self.type_of(name).endswith("xml") or name.casefold().endswith(_XML_ENDINGS)

    def relationships(self, part: str = "") -> list[Relationship]:
        """What a part refers to; without a part, what the package as a whole does."""
        folder, name = posixpath.split(part)
        index = posixpath.join(folder, "_rels", f"{name}.rels")
        if index not in self.names:
            return []
        return [
            _relationship(attributes, folder)
            for element, attributes in self._index(index)
            if element.endswith(" Relationship")
        ]

    def root(self, name: str) -> str:
        """The namespace and the name of a part's outermost element, with a blank between.

        Raises:
            RefusedFile: it declares a document type.
            expat.ExpatError: it is no XML.
        """
        found = []

        def start(element: str, _attributes: Mapping[str, str]) -> None:
            found.append(element)
            raise _Enough

        self.parse(name, start)
        return found[0]

    def parse(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], Any],
        end: Callable[[str], Any] | None = None,
    ) -> None:
        """Read a part of XML element by element, until its end or until `start` raises.

        Raises:
            RefusedFile: it declares a document type.
            expat.ExpatError: it is no XML.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.StartDoctypeDeclHandler = _refuse_document_type
        with self.archive.open(name) as file:
            try:
                _feed(parser, file)
            except _Enough:
                return

    def _index(self, name: str) -> list[tuple[str, dict[str, str]]]:
        """The elements of a small part."""
        if self.archive.getinfo(name).file_size > _LARGEST_INDEX:
            raise damaged(XLSX)
        found: list[tuple[str, dict[str, str]]] = []
        self.parse(name, lambda element, attributes: found.append((element, attributes)))
        return found


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Package]:
    """Open an Office file, or another archive, whose entries are neither hidden nor huge.

    Raises:
        RefusedFile: ``workbook_bomb``, ``workbook_encrypted``, or ``workbook_damaged``.
        zipfile.BadZipFile: it is no archive.
    """
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        # Names differ by more than case (ISO/IEC 29500-2, 6.2.2.3), or two readers would open different parts.
        names = {info.filename.casefold() for info in entries}
        if len(names) < len(entries) or not all(_is_plain(info) for info in entries):
            raise damaged(XLSX)
        if any(info.flag_bits & _ENCRYPTED for info in entries):
            raise RefusedFile(Reason.WORKBOOK_ENCRYPTED)
        if (
            len(entries) > limits.max_objects
            or sum(info.file_size for info in entries) > limits.max_content_bytes
            or any(_is_bomb(info, limits) for info in entries)
        ):
            raise RefusedFile(Reason.WORKBOOK_BOMB)
        yield Package(archive)


def _is_plain(info: zipfile.ZipInfo) -> bool:
    """Whether an entry stays in its place and is packed in a way that everybody can unpack."""
    parts = info.filename.split("/")
    return info.compress_type in _METHODS and "\\" not in info.filename and ".." not in parts and parts[0] != ""


def _is_bomb(info: zipfile.ZipInfo, limits: Limits) -> bool:
    if info.file_size > limits.max_stream_bytes:
        return True
    return info.file_size > max(_SMALL, info.compress_size * limits.max_ratio)


def _relationship(attributes: Mapping[str, str], folder: str) -> Relationship:
    target = attributes.get("Target", "")
    external = attributes.get("TargetMode", "").casefold() == "external"
    if not external:
        target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return Relationship(attributes.get("Id", ""), attributes.get("Type", "").rpartition("/")[2], target, external)


def _feed(parser: expat.XMLParserType, file: IO[bytes]) -> None:
    while chunk := file.read(_CHUNK):
        parser.Parse(chunk)
    parser.Parse(b"", True)  # noqa: FBT003 - the parameter has no name


def _refuse_document_type(*_declared: object) -> None:
    raise damaged(XLSX)
