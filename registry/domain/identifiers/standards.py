"""Numbers of standards: one spelling for what people write in many ways.

Chinese numbers are taken apart and printed again after GB/T 1.1 (``GB/T 8163-2018``; the printed standard
has a long dash, the registry a hyphen). Of international and foreign numbers only the spacing is put right,
since each body has rules of its own: the ``-23`` of ``ASTM F963-23`` is a year and stays two digits.
Whatever is not recognised is kept as it is: a list of standards is never complete.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.text import clean_line, unify_dashes

if TYPE_CHECKING:
    from collections.abc import Iterable

# Codes of national and sector standards. GBZ is occupational health and not the guidance document GB/Z, so
# nothing is ever inserted into it.
_NATIONAL: Final = "GBZ|GBJ|GB|GJB|JJG|JJF"
_SECTORS: Final = (
    "AQ|BB|CB|CH|CJ|CY|DA|DL|DY|DZ|EJ|FZ|GA|GC|GD|GF|GH|GM|GY|HB|HG|HJ|HS|HY|JB|JC|JG|JJ|JR|JT|JY|KA|LB|LD|LS|LY|"
    "MH|MR|MT|MZ|NB|NY|QB|QC|QJ|QX|RB|RF|SB|SC|SF|SH|SJ|SL|SN|SW|SY|TB|TD|TY|WB|WH|WJ|WM|WS|WW|XB|XF|YB|YC|YD|"
    "YJ|YS|YY|YZ|ZY"
)
_CHINESE: Final = re.compile(
    rf"""
    (?: (?P<family> {_NATIONAL}|{_SECTORS}|DB\s?[0-9]{{2}}(?:[0-9]{{2}})?(?=[\s/T]) )  # DB33, DB3304: local
        \s?(?:/?\s?(?P<t>T)|/\s?(?P<z>Z))?
      | (?P<owner> [TQ]\s?/\s?[0-9A-Z]*[A-Z] )                # T/CCSAS: association; Q/ABC: enterprise
    )
    \s?(?P<number> [0-9]+(?:\.[0-9]+)* )
    (?: \s?-\s?(?P<year> [0-9]{{4}}|[0-9]{{2}} ) (?![0-9]) )?
    (?P<tail> (?:\s?/\s?XG[0-9]+-[0-9]{{4}})? (?:\s?\(.*?\))? )  # amendment sheet, remark in brackets
    """,
    re.VERBOSE | re.IGNORECASE,
)

# "IS0" with a zero is how character recognition reads ISO; no body of that name exists.
_BODY: Final = r"IS[O0]|IEC|CISPR|EN|BS|DIN|UL|JIS|IEEE|OIML"
_INTERNATIONAL: Final = re.compile(
    rf"(?P<body>(?:{_BODY})(?:[ /](?:{_BODY}|TS|TR|PAS|GUIDE))*)\s?(?P<rest>[0-9].*)",
    re.IGNORECASE,
)
_EU_REGULATION: Final = re.compile(r"\((EU|EC|EEC)\)\s?(?:No\.?)?\s?([0-9]+/[0-9]+)", re.IGNORECASE)

# One foreign number and no more, for lists: the patterns above take anything that follows the digits.
_ONE_FOREIGN: Final = re.compile(
    rf"""
    (?: (?:{_BODY})(?:[ /](?:{_BODY}|TS|TR|PAS|GUIDE))* \s?[0-9]+(?:[.-][0-9A-Z]+)*
        (?:\s?:\s?[0-9]{{4}})? (?:\s?\+\s?A[0-9]+(?::[0-9]{{4}})?)*
      | ASTM\s?[A-Z][0-9]+(?:/[A-Z]?[0-9]+M?)?(?:-[0-9]{{2,4}}[a-z]?)?
      | \((?:EU|EC|EEC)\)\s?(?:No\.?)?\s?[0-9]+/[0-9]+
      | [0-9]+\s?CFR\s?(?:Part\s)?[0-9]+(?:\.[0-9]+)?
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_BETWEEN_NUMBERS: Final = re.compile(r"\s*[、,;/]\s*|\s+")

_CENTURY_BREAK: Final = 50  # Two-digit years were given up in the 1990s: 50-99 are 19xx, 00-49 are 20xx.
_OLDEST: Final = 1950
_NEWEST: Final = 2100


@dataclass(frozen=True, slots=True)
class _ChineseNumber:
    code: str  # GB, FZ, DB33, T/CCSAS
    nature: str  # /T recommended, /Z guidance, or nothing
    number: str  # 9254.1
    year: str  # four digits, or nothing
    tail: str  # /XG1-2020, (局部修订)

    @property
    def root(self) -> str:
        """What all editions have in common: the number without nature and year."""
        return f"{self.code} {self.number}"

    def __str__(self) -> str:
        year = f"-{self.year}" if self.year else ""
        return f"{self.code}{self.nature} {self.number}{year}{self.tail}"


def normalise_standard_no(raw: str) -> str:
    """Return the registry's spelling of a standard's number, or cleaned text where the form is unknown."""
    text = unify_dashes(clean_line(unicodedata.normalize("NFKC", raw)))
    if chinese := _read_chinese(text):
        return str(chinese)
    text = _EU_REGULATION.sub(lambda match: f"({match[1].upper()}) {match[2]}", text)
    if international := _INTERNATIONAL.fullmatch(text):
        body = international["body"].upper().replace("IS0", "ISO")
        rest = re.sub(r"(?<=\w)\s?([-:+])\s?(?=\w)", r"\1", international["rest"])
        return f"{body} {rest}"
    return text


def check_standard_no(raw: str) -> str:
    """Return the registry's spelling of a standard's number.

    Raises:
        InvalidValue: empty, or a Chinese number with a year that no standard can have.
    """
    number = normalise_standard_no(raw)
    if not number:
        raise InvalidValue(Message(N_("请填写标准编号。")))
    chinese = _read_chinese(number)
    if chinese and chinese.year and not _OLDEST <= int(chinese.year) <= _NEWEST:
        text = N_("标准编号“%(number)s”中的年份 %(year)s 不合理，请核对。")
        raise InvalidValue(Message(text, {"number": number, "year": chinese.year}))
    return number


def base_standard_no(raw: str) -> str:
    """Return the registry's spelling without what only adds to it: an amendment sheet, a remark in brackets."""
    number = normalise_standard_no(raw)
    chinese = _read_chinese(number)
    return str(replace(chinese, tail="")) if chinese else number


def standard_root(raw: str) -> str:
    """Return what all editions of a Chinese standard have in common, ``GB 12235`` for ``GB/T 12235-2007``.

    Many a GB became a GB/T, so the nature does not count. Empty for any other number.
    """
    chinese = _read_chinese(normalise_standard_no(raw))
    return chinese.root if chinese else ""


def one_standard_per_line(text: str) -> str:
    """Put each standard on a line of its own where several stand on one.

    A line is taken apart only where all of it is numbers with 、 ， ； ／ or blanks between; any other line stays as
    it was typed, such as one with a title, and so does ``GB 6675.1~6675.4-2014``.
    """
    return "\n".join(number for line in text.splitlines() for number in _numbers_on(line))


def find_standard(raw: str, catalogue: Iterable[str]) -> str | None:
    """Return the catalogue's number for what somebody wrote, or None when the catalogue has none.

    The number itself wins. Otherwise an edition of the same Chinese standard under its other nature is
    taken (GB for GB/T, or the reverse): of the year that was written, or the newest one when no year was. A
    year that the catalogue does not have is never replaced by another.

    Args:
        raw: as typed.
        catalogue: numbers in the registry's spelling.
    """
    numbers = tuple(catalogue)
    wanted_text = normalise_standard_no(raw)
    if wanted_text in numbers:
        return wanted_text
    wanted = _read_chinese(wanted_text)
    if wanted is None:
        return None
    known = (_read_chinese(number) for number in numbers)
    editions = [edition for edition in known if edition and edition.root == wanted.root]
    if wanted.year:
        editions = [edition for edition in editions if edition.year == wanted.year]
    # The nature decides between editions of one year only.
    newest = max(editions, key=lambda edition: (edition.year, edition.nature == wanted.nature), default=None)
    return str(newest) if newest else None


def _numbers_on(line: str) -> list[str]:
    text = unify_dashes(clean_line(unicodedata.normalize("NFKC", line)))
    numbers, start = [], 0
    while match := _CHINESE.match(text, start) or _ONE_FOREIGN.match(text, start):
        numbers.append(normalise_standard_no(match[0]))
        between = _BETWEEN_NUMBERS.match(text, match.end())
        if match.end() == len(text):
            return numbers if len(numbers) > 1 else [line]
        if between is None:
            break
        start = between.end()
    return [line]


def _read_chinese(text: str) -> _ChineseNumber | None:
    match = _CHINESE.fullmatch(text)
    if match is None:
        return None
    code = match["family"] or match["owner"]
    return _ChineseNumber(
        code=code.replace(" ", "").upper(),
        nature="/T" if match["t"] else "/Z" if match["z"] else "",
        number=match["number"],
        year=_four_digits(match["year"] or ""),
        tail=_print_tail(match["tail"]),
    )


def _four_digits(year: str) -> str:
    two_digits = 2
    if len(year) != two_digits:
        return year
    return f"19{year}" if int(year) >= _CENTURY_BREAK else f"20{year}"


def _print_tail(tail: str) -> str:
    """Put the amendment sheet's letters in capitals and leave the remark as it was written."""
    sheet, bracket, remark = tail.partition("(")
    return sheet.replace(" ", "").upper() + bracket + remark
