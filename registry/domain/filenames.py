"""Names of uploaded files, made safe to show and to send.

A name that comes with an upload is text from a stranger. It is only ever shown, and offered again when the
file is downloaded; files are stored under their digest, never under this name.
"""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from registry.domain.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

# Characters, the extension included. The column that keeps the name holds 150.
MAX_LENGTH: Final = 120

# The first extension of each media type is the one that is given to a name that has none.
EXTENSIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "application/pdf": (".pdf",),
        "image/jpeg": (".jpg", ".jpeg"),
        "image/png": (".png",),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
        "text/csv": (".csv",),
    }
)

_ALL_EXTENSIONS: Final = tuple(each for fitting in EXTENSIONS.values() for each in fitting)

# A file without a usable name has to be called something. It is stored as data and never translated.
UNNAMED: Final = "未命名文件"

_PATH_SEPARATORS: Final = re.compile(r"[/\\]")
# What Windows does not allow in a name, and look-alikes of the slash that some systems turn into one. The
# full-width slash and colon are ordinary Chinese punctuation and stay.
_FORBIDDEN: Final = re.compile('[<>:"|?*\u2044\u2215\u29f8\u29f9]')
# Device names of Windows; they are taken whatever follows the first dot.
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
# A leading dot hides a file, a hyphen makes it an option of a command, a tilde a home folder.
_BAD_START: Final = ".-~ "
_BAD_END: Final = ". "


def display_name(raw: str, media_type: str) -> str:
    """Turn the name an upload came with into one that is safe to show and to put into Content-Disposition.

    The result is in NFC, has no path, no control or invisible character and none that Windows refuses, is at
    most ``MAX_LENGTH`` characters long and ends in an extension that fits what the file really is. Making a
    name safe twice changes nothing.

    Only extensions of accepted media types are taken off: any other ending may belong to the name
    (“检测报告 V1.2”), and a wrong extension followed by the right one (“a.exe.pdf”) does no harm.

    Args:
        raw: the name as it came; any string at all.
        media_type: what inspection found the file to be, one of ``EXTENSIONS``.

    Raises:
        KeyError: the media type is not one that is accepted.
    """
    name = _FORBIDDEN.sub("_", clean_line(_PATH_SEPARATORS.split(raw)[-1])).rstrip(_BAD_END)
    extension = _extension(name, EXTENSIONS[media_type])
    stem = _shortened(_harmless_start(_bare(name)), MAX_LENGTH - len(extension))
    # The cut may have laid bare an extension that stood in the middle.
    return (_bare(stem) or UNNAMED) + extension


def _extension(name: str, fitting: tuple[str, ...]) -> str:
    """Return the extension the name has, if it fits, or else the usual one."""
    return next((each for each in fitting if name.lower().endswith(each)), fitting[0])


def _bare(stem: str) -> str:
    """Take accepted extensions off the end, with the dots and spaces that Windows would drop anyway."""
    stem = stem.rstrip(_BAD_END)
    while stem.lower().endswith(_ALL_EXTENSIONS):
        stem = stem[: stem.rindex(".")].rstrip(_BAD_END)
    return stem


def _harmless_start(stem: str) -> str:
    """Take off what must not stand first, and put a mark before a device name."""
    stem = stem.lstrip(_BAD_START)
    return f"_{stem}" if _DEVICE.match(stem) else stem


def _shortened(stem: str, length: int) -> str:
    """Cut to this many characters, never between a letter and the marks that belong to it."""
    if len(stem) <= length:
        return stem
    end = length
    while end > 0 and unicodedata.category(stem[end]).startswith("M"):
        end -= 1
    # A name of nothing but marks has no good place to be cut.
    return stem[: end or length]
