"""The look into a workbook that somebody sends to be read: an .xlsx without a life of its own, or a CSV file.

Workbooks are never stored for others or shown, only their cells are read (`registry.infrastructure.workbooks`). So what
counts is that reading costs little and gives what the sender sees. Macros, links and embedded files are refused all the
same: they have no place in a list, and whoever sends them should know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_
from registry.domain.tables import decode
from registry.infrastructure.inspection.filetype import accepted_type, ask_libmagic, name_of
from registry.infrastructure.inspection.package import TYPES, opened
from registry.infrastructure.inspection.verdict import CSV, XLSX, Inspected, Reason, RefusedFile, damaged

if TYPE_CHECKING:
    from pathlib import Path

    from registry.infrastructure.inspection.package import Package, Relationship
    from registry.infrastructure.inspection.verdict import Limits

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: the container of older Office files.
# Names of streams in such a container, the telling ones first; they are written in UTF-16.
_STREAMS: Final = (
    ("EncryptedPackage", ""),  # [MS-OFFCRYPTO] 2.3.1: a newer file behind a password.
    ("WordDocument", "application/msword"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
)
# What a spreadsheet program opens and can save as .xlsx.
_CONVERTIBLE: Final = frozenset(
    {
        "application/vnd.apple.numbers",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)

_MAIN: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OTHER_FORMS: Final = {
    "application/vnd.ms-excel.sheet.binary.macroEnabled.main": N_("Excel 二进制工作簿（.xlsb）"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": N_("Excel 模板（.xltx）"),
}
_STRICT: Final = N_("严格的 Open XML 工作簿")
_STRICT_NAMESPACE: Final = "http://purl.oclc.org/ooxml/"
# Parts by a word in their type, in the relationship that leads to them, or in their name.
_UNWANTED: Final = (
    (Reason.WORKBOOK_MACROS, r"macroenabled|vbaproject|vbadata|macrosheet|dialogsheet|attachedtoolbars"),
    (Reason.WORKBOOK_EXTERNAL, r"externallink|connections|querytable|model\+data|powerpivot"),
    (Reason.WORKBOOK_EMBEDDED, r"activex|oleobject|embeddings/|webextension|^(?:control|package)$"),
)
_FOLLOWED_BY_PEOPLE: Final = "hyperlink"  # The one kind of link outside that nothing follows by itself.

_TEXT_TYPES: Final = frozenset({"", "application/csv", "application/x-wine-extension-ini"})
_NOT_IN_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")


def examine(path: Path, limits: Limits) -> Inspected:
    """Judge a file that is to be read as a workbook.

    Raises:
        RefusedFile: one of the ``workbook_…`` reasons, or ``not_a_workbook``, which names what the file really is.
        Exception: whatever else a parser raises; the caller takes it for damage.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise RefusedFile(Reason.WORKBOOK_TOO_LARGE, limit=limits.max_bytes // 1024**2)
    if not size:
        raise RefusedFile(Reason.EMPTY)
    with path.open("rb") as file:
        head = file.read(len(_OLE))
    if head.startswith(_ZIP):
        with opened(path, limits) as package:
            examine_package(package)
        return Inspected(media_type=XLSX, size=size)
    content = path.read_bytes()
    if head == _OLE:
        raise _old_container(content, path)
    _refuse_other_than_text(content, path)
    return Inspected(media_type=CSV, size=size)


def examine_package(package: Package) -> None:
    """Judge an archive that is to be read as a workbook.

    Raises:
        RefusedFile: it is none, or acts, links or carries.
    """
    if TYPES not in package.names:
        raise _refusal(_type_of_archive(package))
    every = [("", package.relationships())]
    every += [(name, package.relationships(name)) for name in package.names]
    main = [link.target for link in every[0][1] if link.kind == "officeDocument"]
    if len(main) != 1:
        raise damaged(XLSX)
    _refuse_other_documents(package, main[0])
    for name in package.names:
        _refuse_unwanted(name, package.type_of(name))
    for _name, links in every:
        for link in links:
            _refuse_link(link)
    for name in package.names:
        if package.is_xml(name):
            package.root(name)
    if package.root(main[0]).startswith(_STRICT_NAMESPACE):
        raise RefusedFile(Reason.WORKBOOK_FORMAT, found=_STRICT)
    # Readers find the workbook by its relationship or by its type; there must not be two.
    if [name for name in package.names if package.type_of(name) in {_MAIN, *_OTHER_FORMS}] != main:
        raise damaged(XLSX)


def _refuse_other_documents(package: Package, main: str) -> None:
    kind = package.type_of(main)
    if kind in _OTHER_FORMS:
        raise RefusedFile(Reason.WORKBOOK_FORMAT, found=_OTHER_FORMS[kind])
    if kind.startswith("application/vnd.ms-excel.") and "macroEnabled" in kind:
        raise RefusedFile(Reason.WORKBOOK_MACROS)
    if kind != _MAIN:
        raise _refusal(kind.removesuffix(".main+xml"))


def _refuse_unwanted(*words: str) -> None:
    for reason, pattern in _UNWANTED:
        if any(re.search(pattern, word, re.IGNORECASE) for word in words):
            raise RefusedFile(reason)


def _refuse_link(link: Relationship) -> None:
    _refuse_unwanted(link.kind)
    if link.external and link.kind != _FOLLOWED_BY_PEOPLE:
        raise RefusedFile(Reason.WORKBOOK_EXTERNAL)


def _type_of_archive(package: Package) -> str:
    """What an archive is that is no Office file."""
    if "mimetype" in package.names:
        with package.archive.open("mimetype") as file:
            return file.read(100).decode("ascii", "replace").strip()
    if "Index/Document.iwa" in package.names or "Index.zip" in package.names:
        return "application/vnd.apple.numbers"
    return "application/ofd" if "OFD.xml" in package.names else "application/zip"


def _old_container(content: bytes, path: Path) -> RefusedFile:
    """The refusal of a file of the years before 2007, or of a newer one behind a password."""
    found = next((kind for name, kind in _STREAMS if name.encode("utf-16-le") in content), None)
    return RefusedFile(Reason.WORKBOOK_ENCRYPTED) if found == "" else _refusal(found or ask_libmagic(path))


def _refuse_other_than_text(content: bytes, path: Path) -> None:
    found = accepted_type(content) or ask_libmagic(path)
    if found not in _TEXT_TYPES and not found.startswith("text/"):
        raise _refusal(found)
    try:
        text = decode(content)
    except InvalidValue as error:
        raise _refusal("") from error
    if _NOT_IN_TEXT.search(text):
        raise _refusal("")
    if text.lstrip().startswith("<"):
        # Web sites call such files .xls; spreadsheet programs open them after a warning.
        raise RefusedFile(Reason.WORKBOOK_FORMAT, found=name_of("text/html" if "<t" in text else "text/xml"))


def _refusal(media_type: str) -> RefusedFile:
    reason = Reason.WORKBOOK_FORMAT if media_type in _CONVERTIBLE else Reason.NOT_A_WORKBOOK
    return RefusedFile(reason, found=name_of(media_type))
