"""统一社会信用代码, the unified social credit code (GB 32100-2015).

Eighteen characters: 1 registration department, 2 kind of body, 3-8 division of the registration office
(GB/T 2260), 9-17 organisation code (GB 11714), 18 check character (GB/T 17710, modulus 31).

What is confirmed and what is not:

* The alphabet, the lengths and the check character are those of the standard; they hold for every first
  character, letters too. ``python-stdnum`` computes the check character, but its ``validate`` refuses a
  letter among the first two characters, which the standard allows, so that the form is checked here.
* The list of prefixes (``REGISTRATION_KINDS``) agrees with public tables made from the standard and its
  amendment. It grows by administrative decision, so an unknown prefix is a warning and never an error.
* The second check, inside the organisation code, fails for some real firms: a warning and never an error.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from stdnum.cn import uscc as stdnum_uscc

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.text import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# What somebody meant who read or typed a letter that the alphabet leaves out. V looks like no digit.
_PROBABLY: Mapping[str, str] = MappingProxyType({"I": "1", "O": "0", "S": "5", "Z": "2"})
_UNUSED_LETTERS = frozenset("IOSVZ")

_ORG_CODE_LENGTH = 9
_OLD_REGISTRATION_LENGTH = 15
_DIVISION = slice(2, 8)
_ORG_CODE = slice(8, 17)

# Registration department and kind of body, by the first two characters.
REGISTRATION_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "11": N_("机关"),
        "12": N_("事业单位"),
        "13": N_("中央编办直接管理机构编制的群众团体"),
        "19": N_("机构编制部门登记的其他机构"),
        "21": N_("外国常驻新闻机构"),
        "29": N_("外交部门登记的其他机构"),
        "31": N_("律师执业机构"),
        "32": N_("公证处"),
        "33": N_("基层法律服务所"),
        "34": N_("司法鉴定机构"),
        "35": N_("仲裁委员会"),
        "39": N_("司法行政部门登记的其他机构"),
        "41": N_("外国在华文化中心"),
        "49": N_("文化部门登记的其他机构"),
        "51": N_("社会团体"),
        "52": N_("民办非企业单位"),
        "53": N_("基金会"),
        "59": N_("民政部门登记的其他机构"),
        "61": N_("外国旅游部门常驻代表机构"),
        "62": N_("港澳台地区旅游部门常驻内地（大陆）代表机构"),
        "69": N_("旅游部门登记的其他机构"),
        "71": N_("宗教活动场所"),
        "72": N_("宗教院校"),
        "79": N_("宗教部门登记的其他机构"),
        "81": N_("基层工会"),
        "89": N_("工会登记的其他机构"),
        "91": N_("企业"),
        "92": N_("个体工商户"),
        "93": N_("农民专业合作社"),
        "A1": N_("军队事业单位"),
        "A9": N_("军队登记的其他机构"),
        "N1": N_("组级集体经济组织"),
        "N2": N_("村级集体经济组织"),
        "N3": N_("乡镇级集体经济组织"),
        "N9": N_("农业部门登记的其他机构"),
        "Y1": N_("其他机构"),
    },
)


def normalise_uscc(raw: str) -> str:
    """Return the code half-width and in capitals, without blanks, hyphens and invisible characters."""
    return compact(raw).replace("-", "")


def check_uscc(raw: str) -> str:
    """Return the normal form of a right code.

    Raises:
        InvalidValue: empty, of the wrong length, with a character that cannot stand at its place, or with the
            wrong check character. The message says which, and what the person may have meant.
    """
    code = normalise_uscc(raw)
    _check_length(code)
    for position, char in enumerate(code, start=1):
        _check_character(position, char)
    if code[_DIVISION] == "000000":
        raise InvalidValue(Message(N_("统一社会信用代码第 3 至 8 位是行政区划码，不能全为 0。")))
    if code[-1] != stdnum_uscc.calc_check_digit(code[:-1]):
        raise InvalidValue(Message(N_("统一社会信用代码第 18 位校验不符，请核对营业执照。")))
    return code


def _check_length(code: str) -> None:
    if not code:
        raise InvalidValue(Message(N_("请填写统一社会信用代码。")))
    if len(code) == LENGTH:
        return
    args = {"count": len(code)}
    if len(code) == _ORG_CODE_LENGTH:
        text = N_(
            "统一社会信用代码应为 18 位，现为 %(count)s 位，可能是组织机构代码，请填写营业执照上的 18 位代码。",
        )
    elif len(code) == _OLD_REGISTRATION_LENGTH:
        text = N_(
            "统一社会信用代码应为 18 位，现为 %(count)s 位，可能是旧的注册号，请填写营业执照上的 18 位代码。",
        )
    else:
        text = N_("统一社会信用代码应为 18 位，现为 %(count)s 位。")
    raise InvalidValue(Message(text, args))


def _check_character(position: int, char: str) -> None:
    """Check that a character may stand at a place; ``position`` counts from 1, as people do."""
    args = {"position": position, "character": char, "digit": _PROBABLY.get(char, "")}
    if char in _PROBABLY:
        text = N_("第 %(position)s 位是字母 %(character)s，代码中不使用字母 %(character)s，是否应为数字 %(digit)s？")
    elif char in _UNUSED_LETTERS:
        text = N_("第 %(position)s 位是字母 %(character)s，代码中不使用字母 %(character)s，请核对营业执照。")
    elif char not in ALPHABET:
        text = N_("第 %(position)s 位“%(character)s”不是代码中可用的数字或字母。")
    elif _DIVISION.start < position <= _DIVISION.stop and not char.isdigit():
        text = N_("第 %(position)s 位是字母 %(character)s，第 3 至 8 位是行政区划码，只能是数字。")
    else:
        return
    raise InvalidValue(Message(text, args))


def make_uscc(first17: str) -> str:
    """Return seventeen characters with their check character added; for demonstration data and tests.

    Raises:
        ValueError: the characters are not seventeen of the alphabet.
    """
    if not re.fullmatch(f"[{ALPHABET}]{{{LENGTH - 1}}}", first17):
        raise ValueError(f"not seventeen characters of the alphabet: {first17!r}")
    return first17 + str(stdnum_uscc.calc_check_digit(first17))


def org_code(uscc: str) -> str:
    """Return the organisation code, characters 9 to 17: the key of lists made before 2015."""
    return uscc[_ORG_CODE]


def make_org_code(first8: str) -> str:
    """Return eight characters with the check character of GB 11714 added.

    Raises:
        ValueError: a character is neither a digit nor a capital letter.
    """
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    if not re.fullmatch(r"[0-9A-Z]{8}", first8):
        raise ValueError(f"not eight digits or capital letters: {first8!r}")
    total = sum(weight * int(char, 36) for weight, char in zip(weights, first8, strict=True))
    return first8 + "0123456789X0"[11 - total % 11]


def registration_kind(uscc: str) -> Message | None:
    """Return what kind of body the first two characters stand for, or None when the prefix is unknown."""
    kind = REGISTRATION_KINDS.get(uscc[:2])
    return Message(kind) if kind else None


def uscc_warnings(uscc: str) -> tuple[Message, ...]:
    """Return what a reviewer should look at in a code that ``check_uscc`` has accepted.

    None of it is a reason to reject: real firms carry such codes.
    """
    warnings = []
    if uscc[:2] not in REGISTRATION_KINDS:
        text = N_("统一社会信用代码前两位 %(prefix)s 不在已知的登记管理部门和机构类别中，请核对营业执照。")
        warnings.append(Message(text, {"prefix": uscc[:2]}))
    code = org_code(uscc)
    if code != make_org_code(code[:-1]):
        text = N_("统一社会信用代码第 9 至 17 位（组织机构代码 %(code)s）自身校验不符，请核对营业执照。")
        warnings.append(Message(text, {"code": code}))
    return tuple(warnings)
