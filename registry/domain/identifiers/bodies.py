"""Numbers that other bodies give: laboratories, customs, certification bodies."""

from __future__ import annotations

import re
from typing import Final

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.text import compact

_CMA_LENGTH: Final = 12
_CMA_LAST_AUTHORITY: Final = 31
_CMA_LAST_FIELD: Final = 21
_CUSTOMS_LENGTH: Final = 10
_APPROVAL_NO: Final = re.compile(r"CNCA-?(RF|R)-?([0-9]{4})-?([0-9]{2,4})")


def normalise_cma_no(raw: str) -> str:
    """Return the digits of a CMA certificate (检验检测机构资质认定), without the letters CMA."""
    return compact(raw).replace("-", "").removeprefix("CMA")


def check_cma_no(raw: str) -> str:
    """Return a CMA number of twelve digits.

    Raises:
        InvalidValue: empty, not digits, or of another length.
    """
    number = normalise_cma_no(raw)
    if not number:
        raise InvalidValue(Message(N_("请填写 CMA 资质认定证书编号。")))
    if not re.fullmatch(r"[0-9]+", number):
        raise InvalidValue(Message(N_("CMA 资质认定证书编号只能是数字。")))
    if len(number) != _CMA_LENGTH:
        text = N_("CMA 资质认定证书编号应为 12 位数字，现为 %(count)s 位。")
        raise InvalidValue(Message(text, {"count": len(number)}))
    return number


def cma_warnings(number: str) -> tuple[Message, ...]:
    """Return what looks unusual in a checked CMA number, for a reviewer to compare with the certificate.

    Digits 3-4 stand for the issuing authority (00 national, 01 to 31 provinces) and 5-6 for the field (00
    to 21). Both lists are general knowledge from public tables of 2015 and may have grown: hence only a
    warning.
    """
    warnings = []
    if int(number[2:4]) > _CMA_LAST_AUTHORITY:
        text = N_("CMA 编号第 3、4 位 %(code)s 不在已知的发证机关代码（00 至 31）中，请核对证书。")
        warnings.append(Message(text, {"code": number[2:4]}))
    if int(number[4:6]) > _CMA_LAST_FIELD:
        text = N_("CMA 编号第 5、6 位 %(code)s 不在已知的专业领域代码（00 至 21）中，请核对证书。")
        warnings.append(Message(text, {"code": number[4:6]}))
    return tuple(warnings)


def normalise_cnas_no(raw: str) -> str:
    """Return the number of a CNAS laboratory, such as ``L0290``, without the letters CNAS."""
    return re.sub(r"^(?:NO\.?)?(?:CNAS)?", "", compact(raw).replace("-", ""))


def check_cnas_no(raw: str) -> str:
    """Return a CNAS number: the letter L and three to six digits.

    The form is general knowledge, taken from published examples (``L0290``, ``L12345``).

    Raises:
        InvalidValue: empty or of another form.
    """
    number = normalise_cnas_no(raw)
    if not number:
        raise InvalidValue(Message(N_("请填写 CNAS 认可编号。")))
    if not re.fullmatch(r"L[0-9]{3,6}", number):
        raise InvalidValue(Message(N_("CNAS 认可编号应为字母 L 加数字，例如 L0290。")))
    return number


def normalise_customs_no(raw: str) -> str:
    """Return a customs registration code half-width, in capitals, without blanks and hyphens."""
    return compact(raw).replace("-", "")


def check_customs_no(raw: str) -> str:
    """Return a customs registration code (海关注册编码): ten characters, of which the first four are digits.

    Digits 1-4 stand for the place, 5 for the kind of zone, 6 for the kind of firm, 7-10 are a serial. Letters
    occur after the fourth place: ``3301961Q43`` is a real one. Which letters do is not published.

    Raises:
        InvalidValue: empty, of another length, or with a character that cannot stand at its place.
    """
    code = normalise_customs_no(raw)
    if not code:
        raise InvalidValue(Message(N_("请填写海关注册编码。")))
    if len(code) != _CUSTOMS_LENGTH:
        text = N_("海关注册编码应为 10 位，现为 %(count)s 位。")
        raise InvalidValue(Message(text, {"count": len(code)}))
    if not re.fullmatch(r"[0-9A-Z]+", code):
        raise InvalidValue(Message(N_("海关注册编码只能是数字和字母。")))
    if not code[:4].isdigit():
        raise InvalidValue(Message(N_("海关注册编码前 4 位是地区代码，只能是数字。")))
    return code


def normalise_foreign_certificate_no(raw: str) -> str:
    """Return a third party's certificate number in the form to compare; what is shown stays as it was typed.

    Bodies use slashes, hyphens and underscores with a meaning (``00114E22766R2L/3502``), so those stay;
    width, case, blanks and the kind of dash have none.
    """
    return compact(raw)


def check_foreign_certificate_no(raw: str) -> str:
    """Return the form to compare of a certificate number that is there and has a digit or a letter.

    Raises:
        InvalidValue: empty, or punctuation only.
    """
    number = normalise_foreign_certificate_no(raw)
    if not any(char.isalnum() for char in number):
        raise InvalidValue(Message(N_("请填写证书编号。")))
    return number


def normalise_approval_no(raw: str) -> str:
    """Return a certification body's approval number half-width, in capitals, with its hyphens at their places."""
    number = compact(raw)
    match = _APPROVAL_NO.fullmatch(number)
    return "-".join(("CNCA", *match.groups())) if match else number


def check_approval_no(raw: str) -> str:
    """Return a certification body's approval number (批准号): ``CNCA-R-2002-001``, ``CNCA-RF-2003-01``.

    R stands for a body, RF for one with foreign investment; then come the year of approval and a serial of two to
    four digits. The form is taken from published numbers.

    Raises:
        InvalidValue: empty or of another form.
    """
    number = normalise_approval_no(raw)
    if not number:
        raise InvalidValue(Message(N_("请填写批准号。")))
    if not _APPROVAL_NO.fullmatch(number):
        raise InvalidValue(Message(N_("批准号应如 CNCA-R-2002-001 或 CNCA-RF-2003-01。")))
    return number
