"""What a file is, judged by its first bytes; its name is never looked at.

Three signatures decide what is accepted. libmagic only finds the words for the refusal of everything else,
so that a clerk reads “this is a Word document” and not “unknown”; without libmagic nothing more is let in.

libmagic is called through ctypes, in the child process. The python-magic binding does the same in more
lines, has had no release since 2022, and looks for the library by running other programs, which the child may
not do.
"""

from __future__ import annotations

import ctypes
import os
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from registry.domain.messages import N_
from registry.infrastructure.inspection.verdict import JPEG, PDF, PNG, Reason, RefusedFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# All of them at offset 0: ISO 32000-1, 7.5.2; ITU-T T.81, annex B; ISO/IEC 15948, 5.2.
_SIGNATURES: Final = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
# Readers look for the header this far into the file (PDF Reference 1.7, implementation note 13). We do not,
# but we recognise the case.
_HEADER_WINDOW: Final = 1024
_ZIP_WINDOW: Final = 4096

_LIBMAGIC: Final = "libmagic.so.1"
# From magic.h, which has kept them since the nineties.
_MAGIC_MIME_TYPE: Final = 0x10
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.IGNORECASE)

_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
_UNRECOGNISED: Final = N_("无法识别的格式")
_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "application/gzip": N_("压缩包"),
        "application/msword": N_("Word 或 WPS 文字文档"),
        "application/ofd": N_("OFD 版式文件"),
        PDF: N_("PDF 文件"),
        "application/vnd.apple.numbers": N_("Numbers 表格"),
        "application/vnd.ms-excel": N_("Excel 或 WPS 表格"),
        "application/vnd.ms-powerpoint": N_("PowerPoint 或 WPS 演示文稿"),
        "application/vnd.oasis.opendocument.spreadsheet": N_("OpenDocument 表格（.ods）"),
        "application/x-7z-compressed": N_("压缩包"),
        "application/x-dosexec": N_("可执行程序"),
        "application/x-executable": N_("可执行程序"),
        "application/x-pie-executable": N_("可执行程序"),
        "application/x-rar": N_("压缩包"),
        "application/xml": N_("XML 文件"),
        "application/zip": N_("压缩包"),
        "image/bmp": N_("BMP 图片"),
        "image/gif": N_("GIF 图片"),
        "image/heic": N_("HEIC 图片（苹果手机可在“设置 › 相机 › 格式”中改为“兼容性最佳”）"),
        "image/heif": N_("HEIF 图片"),
        JPEG: N_("JPEG 图片"),
        PNG: N_("PNG 图片"),
        "image/svg+xml": N_("SVG 图形"),
        "image/tiff": N_("TIFF 图片"),
        "image/webp": N_("WebP 图片"),
        "text/html": N_("网页（HTML）"),
        "text/plain": N_("纯文本"),
        "text/xml": N_("XML 文件"),
        _OPEN_XML + "presentationml.presentation": N_("PowerPoint 或 WPS 演示文稿"),
        _OPEN_XML + "spreadsheetml.sheet": N_("Excel 或 WPS 表格"),
        _OPEN_XML + "wordprocessingml.document": N_("Word 或 WPS 文字文档"),
    }
)
# What libmagic says of a PDF behind something else.
_UNTELLING: Final = frozenset({"", PDF, "text/plain"})


def recognise(path: Path) -> str:
    """Return the media type of an acceptable file.

    Raises:
        RefusedFile: ``empty``, ``leading_data``, or ``unknown_type``, which names what the file really is.
    """
    with path.open("rb") as file:
        head = file.read(_ZIP_WINDOW)
    if not head:
        raise RefusedFile(Reason.EMPTY)
    if media_type := accepted_type(head):
        return media_type
    found = ask_libmagic(path)
    if found in _UNTELLING and b"%PDF-" in head[:_HEADER_WINDOW]:
        raise RefusedFile(Reason.LEADING_DATA)
    if found == "application/zip" and b"OFD.xml" in head:
        # GB/T 33190-2016: an OFD file is a ZIP with OFD.xml at its top. libmagic does not know it yet.
        found = "application/ofd"
    raise RefusedFile(Reason.UNKNOWN_TYPE, found=name_of(found))


def accepted_type(head: bytes) -> str | None:
    """Return the media type that a file with these first bytes claims, if it is one that is accepted."""
    return next((media_type for signature, media_type in _SIGNATURES if head.startswith(signature)), None)


def name_of(media_type: str) -> str:
    """What people call files of a type, in Chinese; the type itself where nothing better is known."""
    return _NAMES.get(media_type) or media_type or _UNRECOGNISED


def ask_libmagic(path: Path) -> str:
    """Return the media type that libmagic finds, or nothing when it finds none or is not installed."""
    try:
        library = ctypes.CDLL(_LIBMAGIC)
    except OSError:
        return ""
    library.magic_open.restype = ctypes.c_void_p
    library.magic_file.restype = ctypes.c_char_p
    library.magic_load.argtypes = library.magic_file.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.magic_close.argtypes = [ctypes.c_void_p]
    cookie = library.magic_open(_MAGIC_MIME_TYPE)
    try:
        library.magic_load(cookie, None)
        answer: bytes = library.magic_file(cookie, os.fsencode(path)) or b""
    finally:
        library.magic_close(cookie)
    text = answer.decode("ascii", "replace")
    # “Bytes of some kind” tells nobody anything; nor does an error message, which is no media type.
    return text if _MEDIA_TYPE.fullmatch(text) and text != "application/octet-stream" else ""
