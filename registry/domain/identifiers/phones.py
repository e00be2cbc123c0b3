"""Telephone numbers of mainland China."""

from __future__ import annotations

import re
from typing import Final

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.text import compact

_MOBILE: Final = re.compile(r"(?P<country>\+86)?(?P<number>1[3-9][0-9]{9})")
# Area codes have the trunk prefix 0 at home and lose it after +86; some people write +86 (0)573 all the same.
_LANDLINE: Final = re.compile(
    r"(?P<country>\+86-?)?(?P<trunk>0)?(?P<area>10|2[0-9]|[3-9][0-9]{2})-?"
    r"(?P<number>[2-9][0-9]{2,3}-?[0-9]{4})(?:-(?P<extension>[0-9]{1,6}))?",
)
# Numbers for callers from the whole country: 400 (both pay) and 800 (the firm pays).
_SERVICE: Final = re.compile(r"[48]00[0-9]{7}")


def normalise_phone(raw: str) -> str:
    """Return a telephone number in one spelling.

    The forms are ``13800138000``, ``0573-82520000-801``, ``4008001234``, ``+86-573-82520000``. A number
    typed with the country code keeps it, as ``+86``. What is none of these comes back without blanks and
    brackets, for ``check_phone`` to refuse.
    """
    text = _separated(raw)
    return _read(text) or text


def check_phone(raw: str) -> str:
    """Return the normal form of a mobile, landline (with area code) or service number.

    Raises:
        InvalidValue: empty, or none of these.
    """
    text = _separated(raw)
    if not text:
        raise InvalidValue(Message(N_("请填写电话号码。")))
    phone = _read(text)
    if phone is None:
        hint = N_("电话号码应为 11 位手机号码，或带区号的固定电话，例如 0573-82520000。")
        raise InvalidValue(Message(hint))
    return phone


def check_mobile(raw: str) -> str:
    """Return the normal form of a mobile number: eleven digits, after ``+86`` where that was typed.

    Raises:
        InvalidValue: empty, or not a mobile number. The message gives the number of digits.
    """
    phone = normalise_phone(raw)
    if not phone:
        raise InvalidValue(Message(N_("请填写手机号码。")))
    if not _MOBILE.fullmatch(phone):
        count = sum(char.isdigit() for char in phone.removeprefix("+86"))
        text = N_("手机号码应为 1 开头的 11 位数字，现为 %(count)s 位数字，请核对。")
        raise InvalidValue(Message(text, {"count": count}))
    return phone


def _separated(raw: str) -> str:
    """Return a number with ``-`` as its only separator and ``+86`` as its only country code."""
    text = compact(raw).replace("(0)", "")
    text = re.sub(r"(?:转|分机|EXT\.?)[-:]?", "-", text)
    text = re.sub(r"[().,/·-]+", "-", text).strip("-")
    return re.sub(r"^(?:00-?|\+)?86(?=-|1[3-9][0-9]{9}$)|^(?:0086|\+86)", "+86", text)


def _read(text: str) -> str | None:
    """Return the normal form of a separated number, or None when it is not one of the known kinds."""
    digits = text.replace("-", "")
    if mobile := _MOBILE.fullmatch(digits):
        return f"{mobile['country'] or ''}{mobile['number']}"
    if _SERVICE.fullmatch(digits):
        return digits
    landline = _LANDLINE.fullmatch(text)
    if landline and (landline["country"] or landline["trunk"]):
        return _print_landline(landline)
    return None


def _print_landline(landline: re.Match[str]) -> str:
    prefix = "+86-" if landline["country"] else "0"
    extension = f"-{landline['extension']}" if landline["extension"] else ""
    return f"{prefix}{landline['area']}-{landline['number'].replace('-', '')}{extension}"
