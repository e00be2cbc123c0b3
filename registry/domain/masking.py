"""Personal data made unreadable for lists, exports and logs; whole only where somebody asks for it and is recorded.

What is left lets two people be told apart and no one be reached (GB/T 35273-2020 clause 7.2; GB/T 37964-2019).
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_STARS: Final = "****"
_EMAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# A part of an address so long is a key: of a letter's link, say.
_KEY: Final = re.compile(r"(?<=/)[\w.~-]{25,}")
# Mobile numbers with or without +86, and land lines with their area code.
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8})(?!\d)")


def mask_phone(phone: str) -> str:
    """138****1234: the first three digits and the last four; of short numbers only the last two."""
    digits = phone.strip()
    if len(digits) < 8:  # noqa: PLR2004  # Too short to show both ends.
        return _STARS + digits[-2:] if digits else ""
    return f"{digits[:3]}{_STARS}{digits[-4:]}"


def mask_email(email: str) -> str:
    """z***@firm.example: the first letter and the domain."""
    local, at, domain = email.partition("@")
    return f"{local[:1]}***{at}{domain}" if email else ""


def mask_name(name: str) -> str:
    """张** for 张三丰, J*** for a Latin name: the family name's first character."""
    name = name.strip()
    return name[:1] + "*" * min(max(len(name) - 1, 1), 3) if name else ""


def mask_address(address: str) -> str:
    """The network a visitor comes from: 203.0.113.* or the first three groups of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:  # noqa: PLR2004  # As in the name of the protocol.
        return ".".join([*str(found).split(".")[:3], "*"])
    return ":".join([*found.exploded.split(":")[:3], "*"])


def mask_text(text: str) -> str:
    """Any text, with mail addresses, telephone numbers and keys in addresses masked; for logs."""
    text = _KEY.sub("…", text)
    text = _EMAIL.sub(lambda match: mask_email(match.group()), text)
    return _PHONE.sub(lambda match: mask_phone(match.group()), text)
