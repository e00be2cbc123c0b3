"""The ways in which limits and measured values are written, and what each of them says."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.domain.limits.interval import EVERYTHING, NOTHING_AT_ALL, Interval
from registry.domain.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHARACTERS: Final = 100  # Longer texts are prose; the fields of the table hold 60.
_EXACT: Final = Context(prec=400)  # Sums of numbers of that length, and exponents of two digits, are never rounded.


class Shape(StrEnum):
    """How a value was written."""

    CONDITION = "condition"  # ≤0.5, or ≥4.0 and ≤7.5
    RANGE = "range"  # 0.1～0.5
    TOLERANCE = "tolerance"  # 10±2, +1.0/0
    VALUE = "value"  # 0.5
    NOT_DETECTED = "not detected"  # 未检出
    UNLIMITED = "unlimited"  # 未规定


@dataclass(frozen=True, slots=True)
class Notation:
    """What was written: an interval, which is empty when the lower end is above the upper one, and its units."""

    shape: Shape
    interval: Interval
    units: tuple[str, ...] = ()  # As they were written, one for each number that had one.
    detection_limit: Decimal | None = None


# 民法典 第一千二百五十九条: 以上, 以下 and 以内 include the number, 不满 and 超过 do not.
_SIGNS: Final = {
    "≤": "<= =< ≦ ⩽ ≯ 不大于 不超过 不高于 不多于 不得大于 不得超过 不得高于 不应大于 不应超过 不应高于 "
    "小于等于 小于或等于 低于或等于 至多 最多",
    "≥": ">= => ≧ ⩾ ≮ 不小于 不低于 不少于 不得小于 不得低于 不得少于 不应小于 不应低于 不应少于 "
    "大于等于 大于或等于 高于或等于 至少 最少",
    "<": "小于 低于 少于 不满 不足",
    ">": "大于 高于 超过 多于",
    "±": "+/- +-",
}
_SIGN_OF: Final = {spelling: sign for sign, spellings in _SIGNS.items() for spelling in spellings.split()}
_SPELLED_SIGN: Final = re.compile("|".join(map(re.escape, sorted(_SIGN_OF, key=len, reverse=True))))

_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_POWER_OF_TEN: Final = re.compile("(?<=10)[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER_OF_UNIT: Final = re.compile(r"(?<=[^\W\d_])[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58", "-"))
_TILDES: Final = str.maketrans(dict.fromkeys("\u301c\u223c\u223d\u2053\u223f", "~"))
# Marks of footnotes and fractions are digits to Unicode's compatibility forms: 0.5① would become 0.51.
_NOT_DIGITS: Final = frozenset({"No", "Nl"})

# 1 000, 1,000.5 and 1,000,000 are thousands. 1,000 is a thousand to one person and one to another, 0,005 is somebody's
# decimal comma, and 1.5×103 has lost its power: none of them is read.
_GROUPS: Final = r"(?: [0-9]{3})+|(?:,[0-9]{3}){2,}|,[0-9]{3}(?=\.[0-9])"
_PLAIN: Final = rf"(?:[1-9][0-9]{{0,2}}(?:{_GROUPS})|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_ONE_COMMA: Final = re.compile(r"(?<![0-9,])([0-9]+),([0-9]+)(?![0-9,])")
_POWER: Final = r"(?:\(\s?[+-]?[0-9]{1,2}\s?\)|[+-]?[0-9]{1,2})"
_UNSIGNED: Final = (
    rf"(?:10\s?\^\s?{_POWER}|(?:{_PLAIN})(?:[eE][+-]?[0-9]{{1,2}}|\s?[×xX*]\s?10\s?\^\s?{_POWER})?)(?![0-9])"
)
_NUMBER: Final = rf"(?:[+-]\s?)?{_UNSIGNED}"
_PARTS: Final = re.compile(r"(?P<mantissa>[^eE×xX*^]+?)\s?(?:(?:[eE]|[×xX*]\s?10\s?\^)(?P<power>.+)|\^(?P<ten>.+))?")

_UNIT: Final = r"(?:\s?(?P<unit>[^\s0-9<>≤≥±~(),;+-][^<>≤≥±~(),;]*))?"
_UNIT_BEFORE: Final = r"(?:\s?(?P<unit_before>[^\s0-9<>≤≥±~(),;+-][^0-9<>≤≥±~(),;+-]*?))??"
_CONDITION: Final = re.compile(rf"(?P<sign>[<>≤≥])\s?(?P<number>{_NUMBER}){_UNIT}")
_BETWEEN_CONDITIONS: Final = re.compile(r"\s?(?:[,;、]\s?(?:且|并且)?|且|并且|和|\s)\s?(?=[<>≤≥])")
_TOLERANCE: Final = re.compile(rf"(?P<base>{_NUMBER})?{_UNIT_BEFORE}\s?±\s?(?P<both>{_UNSIGNED}){_UNIT}")
_DEVIATIONS: Final = re.compile(
    rf"(?P<base>{_NUMBER})?\s?\+\s?(?P<plus>{_UNSIGNED})\s?[/,;]\s?(?:-\s?(?P<minus>{_UNSIGNED})|0){_UNIT}"
)
# Between a negative number and another one a dash may be a second minus that was lost, so those take ～ or 至.
_RANGE: Final = re.compile(
    rf"(?:从\s?)?(?P<lower>{_NUMBER}){_UNIT_BEFORE}\s?(?:~|至|到)\s?(?P<upper>{_NUMBER}){_UNIT}"
    rf"|(?P<low>{_UNSIGNED}){_UNIT_BEFORE.replace('unit_before', 'unit_low')}"
    rf"\s?--?\s?(?P<high>{_UNSIGNED}){_UNIT.replace('unit', 'unit_high')}"
)
_BOUNDED: Final = re.compile(rf"(?P<number>{_NUMBER}){_UNIT_BEFORE}\s?(?:\(含\)\s?)?(?:及|或)?以(?P<side>[下内上])")
_VALUE: Final = re.compile(rf"(?P<number>{_NUMBER}){_UNIT}")

_ABSENT: Final = (
    r"(?:不得检出|不应检出|不可检出|不允许检出|不准检出|未检出|未测出|没有检出"
    r"|n\.\s?d\.?|nd|not?[ -]?detected|none detected|<\s?(?:方法)?检[出测]限|<\s?(?:LOD|MDL|DL))"
)
_DETECTION_LIMIT: Final = r"(?:(?:方法)?(?:检出限|检测限|定量限)|LOD|LOQ|MDL|DL)"
_NOT_DETECTED: Final = re.compile(
    rf"{_ABSENT}\s?(?P<per>/[^(),;<≤]+)?"
    rf"(?:\s?[(,:;]?\s?(?P<key>{_DETECTION_LIMIT})?\s?(?:为|[:=])?"
    rf"\s?(?P<sign>[<≤])?\s?(?P<number>{_UNSIGNED}){_UNIT}\s?\)?)?"
    rf"|(?P<sign_first>[<≤])\s?(?P<number_first>{_UNSIGNED}){_UNIT.replace('unit', 'unit_first')}"
    rf"\s?[(,]\s?{_ABSENT}\s?\)?",
    re.IGNORECASE,
)
_UNLIMITED: Final = re.compile(
    "(?:未|无|没有|未作|未做|不作|不做)(?:特殊)?(?:规定|要求)|不要求|[无未](?:设)?限[值量]?|不限量?|无限制|没有限[值量制]"
    "|not (?:specified|regulated)|no (?:limit|requirement)",
    re.IGNORECASE,
)

# Colour fastness and pilling are graded in halves, and the half between 3 and 4 is written 3-4 (GB/T 250, ISO 105-A02).
_HALF_GRADE: Final = re.compile(r"(?<![0-9.])([1-8])\s?[-~]\s?([1-8])(?![0-9.])")
_BRACKETED: Final = re.compile(r"\((?P<inside>[^()]*±[^()]*)\)(?P<rest>.*)")


def plain_text(text: str) -> str:
    """One spelling of all signs and digits; empty where it is too long, or has marks that look like digits."""
    text = _POWER_OF_TEN.sub(lambda match: f"^{match[0].translate(_SUPERSCRIPTS)}", clean_line(text))
    text = _POWER_OF_UNIT.sub(lambda match: match[0].translate(_SUPERSCRIPTS), text)
    if any(unicodedata.category(char) in _NOT_DIGITS for char in text):
        return ""
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_TILDES)
    if len(text) > MOST_CHARACTERS:
        return ""
    text = re.sub(r"(?<=[<>=]) (?=[<>=])", "", text)
    text = _SPELLED_SIGN.sub(lambda match: _SIGN_OF[match[0]], text)
    return re.sub(r"^[应须需] ?(?=[<>≤≥])|[\s。,、;.]+$", "", text).strip()


def half_grades(text: str) -> str:
    """The text with 3-4 written as 3.5, for indicators that are graded."""

    def as_half(match: re.Match[str]) -> str:
        return f"{match[1]}.5" if int(match[2]) == int(match[1]) + 1 else match[0]

    return _HALF_GRADE.sub(as_half, text)


def with_points(text: str) -> str:
    """The text with a point for each comma that may part thousands as well as decimals."""
    return _ONE_COMMA.sub(r"\1.\2", text)


def notation_of(text: str) -> Notation | None:
    """What a plain text says, or None where it follows none of the known ways."""
    readers: tuple[Callable[[str], Notation | None], ...] = (
        _read_absence,
        _read_conditions,
        _read_tolerance,
        _read_deviations,
        _read_range,
        _read_bounded,
        _read_value,
    )
    return next((notation for read in readers if (notation := read(text))), None)


def _read_absence(text: str) -> Notation | None:
    if _UNLIMITED.fullmatch(text):
        return Notation(Shape.UNLIMITED, EVERYTHING)
    match = _NOT_DETECTED.fullmatch(text)
    if match is None:
        return None
    units = _units(match, "per", "unit", "unit_first")
    written = match["number"] or match["number_first"]
    if written is None:
        return Notation(Shape.NOT_DETECTED, NOTHING_AT_ALL, units)
    limit = _decimal(written)
    sign = match["sign"] or match["sign_first"]
    # In 不得检出（25 g） the number is the amount that is looked at.
    if not limit or (match["unit"] and not sign and not match["key"]):
        return None
    seen = Interval(Decimal(0), limit, upper_open=sign != "≤")
    return Notation(Shape.NOT_DETECTED, seen, units, limit)


def _read_conditions(text: str) -> Notation | None:
    parts = _BETWEEN_CONDITIONS.split(text)
    matches = [match for part in parts if (match := _CONDITION.fullmatch(part))]
    sides = [match["sign"] in "<≤" for match in matches]
    if len(matches) != len(parts) or len(set(sides)) != len(sides):  # Two upper limits contradict each other.
        return None
    interval = EVERYTHING
    for match in matches:
        interval = interval.common(_bound(match["sign"], _decimal(match["number"])))
    return Notation(Shape.CONDITION, interval, tuple(unit for match in matches for unit in _units(match, "unit")))


def _read_tolerance(text: str) -> Notation | None:
    # 10 ± 0.5 % is 9.5 % to 10.5 %: a relative deviation is written 10 × (1 ± 0.5 %) (GB 3101-1993).
    match = _TOLERANCE.fullmatch(_BRACKETED.sub(r"\g<inside>\g<rest>", text))
    if match is None:
        return None
    both = _decimal(match["both"])
    return Notation(Shape.TOLERANCE, _around(match["base"], both, both), _units(match, "unit_before", "unit"))


def _read_deviations(text: str) -> Notation | None:
    match = _DEVIATIONS.fullmatch(text)
    if match is None:
        return None
    interval = _around(match["base"], _decimal(match["plus"]), _decimal(match["minus"] or "0"))
    return Notation(Shape.TOLERANCE, interval, _units(match, "unit"))


def _read_range(text: str) -> Notation | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    interval = Interval(_decimal(match["lower"] or match["low"]), _decimal(match["upper"] or match["high"]))
    return Notation(Shape.RANGE, interval, _units(match, "unit_before", "unit", "unit_low", "unit_high"))


def _read_bounded(text: str) -> Notation | None:
    match = _BOUNDED.fullmatch(text)
    if match is None:
        return None
    interval = _bound("≥" if match["side"] == "上" else "≤", _decimal(match["number"]))
    return Notation(Shape.CONDITION, interval, _units(match, "unit_before"))


def _read_value(text: str) -> Notation | None:
    match = _VALUE.fullmatch(text)
    if match is None:
        return None
    value = _decimal(match["number"])
    return Notation(Shape.VALUE, Interval(value, value), _units(match, "unit"))


def _bound(sign: str, value: Decimal) -> Interval:
    is_open = sign in "<>"
    if sign in "<≤":
        return Interval(upper=value, upper_open=is_open)
    return Interval(lower=value, lower_open=is_open)


def _around(base: str | None, plus: Decimal, minus: Decimal) -> Interval:
    middle = _decimal(base or "0")
    return Interval(_EXACT.subtract(middle, minus), _EXACT.add(middle, plus))


def _units(match: re.Match[str], *names: str) -> tuple[str, ...]:
    return tuple(match[name] for name in names if match[name])


def _decimal(written: str) -> Decimal:
    """The value of a number that was found by the patterns above."""
    parts = _PARTS.fullmatch(re.sub(r"[\s,()]", "", written))
    assert parts is not None
    if parts["ten"]:
        sign = "-" if parts["mantissa"].startswith("-") else ""
        return Decimal(f"{sign}1e{parts['ten']}")
    return Decimal(f"{parts['mantissa']}e{parts['power'] or 0}")
