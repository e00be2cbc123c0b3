"""The two names of a certificate: a public code that cannot be guessed, and a number that can be read out.

Both are written in Crockford's base 32, which has no I, L, O and U: nobody takes 0 and 1 for a letter.
Both are read back forgivingly: ``read_code`` and ``read_number`` return the one canonical form or None.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from stdnum.iso7064 import mod_37_36

from registry.domain.text import compact

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 16

_CODE_BYTES: Final = 10
_BITS_PER_CHARACTER: Final = 5
_GROUP: Final = 4
_SERIAL_DIGITS: Final = 6
_LOOKALIKES: Final = str.maketrans("OIL", "011")
_NUMBER: Final = re.compile(
    r"(?P<scheme>ST[DCT])(?P<area>[0-9]{6})(?P<year>[1-9][0-9]{3})"
    r"(?P<serial>(?!000000)[0-9]{6}|[1-9][0-9]{6,11})(?P<check>[0-9A-HJKMNP-TV-Z])",
)


class Scheme(StrEnum):
    """The first three letters of a certificate number: ST for 三同, and what the registry issued."""

    DECLARATION = "STD"
    CERTIFICATION = "STC"
    TITLE = "STT"


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """Return a new public code: 80 random bits as sixteen characters.

    Args:
        random_bytes: returns as many bytes as it is asked for; ``secrets.token_bytes`` outside tests.
    """
    bits = int.from_bytes(random_bytes(_CODE_BYTES), "big")
    mask = len(ALPHABET) - 1
    shifts = range((CODE_LENGTH - 1) * _BITS_PER_CHARACTER, -1, -_BITS_PER_CHARACTER)
    return "".join(ALPHABET[bits >> shift & mask] for shift in shifts)


def read_code(raw: str) -> str | None:
    """Return the canonical code for what somebody typed or scanned, or None when it can be none.

    Case, width, blanks and hyphens do not count; O stands for 0, I and L for 1.
    """
    code = _plain(raw).translate(_LOOKALIKES)
    if len(code) != CODE_LENGTH or any(char not in ALPHABET for char in code):
        return None
    return code


def group(code: str) -> str:
    """Return a code in groups of four for people: ``K7QX-2M9T-…``."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def make_number(scheme: str, area_code: str, year: int, serial: int) -> str:
    """Return a certificate number in its printed form, such as ``STD-330400-2026-000123-X``.

    Args:
        scheme: one of ``Scheme``.
        area_code: six digits; a zone without a code in GB/T 2260 needs one that the bureau gives it.
        year: of issue, four digits.
        serial: from 1, unique within scheme, area and year; printed with at least six digits.

    Raises:
        ValueError: an argument is out of these bounds.
    """
    parts = (str(scheme), area_code, str(year), f"{serial:0{_SERIAL_DIGITS}d}")
    check = _check_character("".join(parts))
    number = "-".join((*parts, check))
    # A part that is too long could be read as the beginning of the next one, so the whole is compared.
    if _print_number("".join((*parts, check))) != number:
        raise ValueError(f"no certificate number can be made of {parts}")
    return number


def read_number(raw: str) -> str | None:
    """Return the printed form of the certificate number that somebody typed, or None when it can be none.

    Case, width, blanks and hyphens do not count; after the scheme O stands for 0, I and L for 1. A single
    wrong digit is always found out, two neighbouring digits in the wrong order in 99 of 100 cases.
    """
    text = _plain(raw)
    scheme_length = len(Scheme.DECLARATION)
    number = text[:scheme_length] + text[scheme_length:].translate(_LOOKALIKES)
    return _print_number(number) if number[-1:] == _check_character(number[:-1]) else None


def _plain(raw: str) -> str:
    return compact(raw).replace("-", "")


def _check_character(text: str) -> str:
    """Return the check character, or nothing when the text has a character that no number has.

    This is the hybrid system of ISO/IEC 7064 (as MOD 37,36) over the 32 characters of the alphabet: MOD
    33,32. The named system has O, I and L among its check characters. They would have to be accepted for 0
    and 1, and then 0.6 % of single wrong digits would pass; with this alphabet none do, as the tests
    show.
    """
    if any(char not in ALPHABET for char in text):
        return ""
    return str(mod_37_36.calc_check_digit(text, alphabet=ALPHABET))


def _print_number(compact_form: str) -> str | None:
    """Put the hyphens into a number, or return None when it does not have the parts of one."""
    match = _NUMBER.fullmatch(compact_form)
    return "-".join(match.groups()) if match else None
