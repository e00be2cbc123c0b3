"""What can be read out of the number of a third party's certificate: hints for a reviewer, never a reason to refuse.

Bodies number as they like. These shapes are general knowledge from published numbers:

| shape | reads |
|---|---|
| `00114E22766R2L/3502` | body 001, year 14, E: environmental management; the rest differs from body to body |
| `002FSMS1300012` | body 002, FSMS: food safety management, year 13, serial |
| `2009010702358369` | compulsory certification: year, body 01, class 0702, serial |

The first three digits of the first two shapes are the last three of the body's approval number. A number is kept as it
is printed; `identifiers.normalise_foreign_certificate_no` is the form to compare.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from registry.domain.identifiers import normalise_foreign_certificate_no
from registry.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

_SYSTEM: Final = (
    re.compile(r"(?P<body>[0-9]{3})(?P<year>[0-9]{2})[A-Z]{1,4}[0-9]{4,}.*"),
    re.compile(r"(?P<body>[0-9]{3})[A-Z]{2,6}(?P<year>[0-9]{2})[0-9]{3,}.*"),
)
_CCC: Final = re.compile(r"(?P<year>20[0-9]{2})(?P<body>[0-9]{2})(?P<ccc_class>[0-9]{4})[0-9]{6}")
# The bodies whose two digits are known. Others exist; a number with their digits is not commented on.
_CCC_BODIES: Final = {"01": "CNCA-R-2002-001"}
_CENTURY: Final = 2000


def ccc_class(number: str) -> str:
    """The class in the number of a compulsory certificate (CCC), such as 0702; empty where it is no such number."""
    match = _CCC.fullmatch(normalise_foreign_certificate_no(number))
    return match["ccc_class"] if match else ""


def hints(
    number: str, approval_number: str, *, issued_on: date | None = None, ccc_classes: Collection[str] = ()
) -> list[Message]:
    """What in a number does not go with the body or the date, for a reviewer to compare with the certificate.

    Args:
        number: as printed.
        approval_number: of the body, in normal form; empty where it is not known.
        issued_on: the day the certificate was issued, where known.
        ccc_classes: the classes of the compulsory catalogue, where they are known.
    """
    compared = normalise_foreign_certificate_no(number)
    if (match := _CCC.fullmatch(compared)) is not None:
        return list(_ccc_hints(match, approval_number, issued_on, ccc_classes))
    for shape in _SYSTEM:
        if (match := shape.fullmatch(compared)) is not None:
            return list(_system_hints(match, approval_number, issued_on))
    return []


def _system_hints(match: re.Match[str], approval_number: str, issued_on: date | None) -> Iterator[Message]:
    # How bodies with foreign investment (RF) number is not known.
    if (
        approval_number.startswith("CNCA-R-")
        and approval_number[-3:].isdigit()
        and match["body"] != approval_number[-3:]
    ):
        facts = {"found": match["body"], "number": approval_number}
        yield Message(N_("证书编号前三位 %(found)s 与批准号 %(number)s 的后三位不同，请核对认证机构。"), facts)
    yield from _year_hints(_CENTURY + int(match["year"]), issued_on)


def _ccc_hints(
    match: re.Match[str], approval_number: str, issued_on: date | None, classes: Collection[str]
) -> Iterator[Message]:
    body = _CCC_BODIES.get(match["body"])
    if body and approval_number and body != approval_number:
        facts = {"found": match["body"], "number": body}
        yield Message(N_("证书编号第 5、6 位 %(found)s 是 %(number)s 的代码，与所选认证机构不同，请核对。"), facts)
    if classes and match["ccc_class"] not in classes:
        text = N_("证书编号第 7 至 10 位 %(found)s 不在已知的强制性认证产品种类中，请核对。")
        yield Message(text, {"found": match["ccc_class"]})
    yield from _year_hints(int(match["year"]), issued_on)


def _year_hints(year: int, issued_on: date | None) -> Iterator[Message]:
    # Earlier is usual: a certificate that is issued again keeps its number.
    if issued_on is not None and year > issued_on.year:
        facts = {"year": year, "day": issued_on.isoformat()}
        yield Message(N_("证书编号中的年份 %(year)s 晚于颁证日期 %(day)s，请核对。"), facts)
