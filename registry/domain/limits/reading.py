"""Reading the limits and measured values that people type into a table.

Whatever cannot be read with certainty is not read: a wrong reading would accuse a firm, or clear it, on a guess.
Then the text stays what it is, with the reason, and somebody compares it by eye.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.domain.limits.interval import AMOUNTS, ENDLESS, Interval
from registry.domain.limits.notation import Notation, Shape, half_grades, notation_of, plain_text, with_points
from registry.domain.limits.units import is_unit, unit_key
from registry.domain.text import clean_line

if TYPE_CHECKING:
    from decimal import Decimal

_GRADE: Final = "级"
_AMBIGUOUS: Final = re.compile(r"-+|/+|\\+|\*+|无|没有|不适用|空|none|nil|n/?a", re.IGNORECASE)
_REMARK: Final = re.compile(r"(?P<value>.+?)\s?\((?P<remark>[^()]*)\)")
# What lead is to mg, these are to their units: ≤75（Cd） names what was measured.
_ELEMENTS: Final = frozenset({"Cd", "Cl", "Hg", "Mg", "Mn", "Na", "Pt"})


class Problem(StrEnum):
    """Why a text could not be read."""

    UNREADABLE = "unreadable"  # Words, as in 不得脱落 and 合格, or numbers in none of the known ways.
    COMMA = "comma"  # 1,000: a thousand, or one with three decimals?
    NO_DIRECTION = "no direction"  # A bare number as a limit: at most, or at least?
    AMBIGUOUS = "ambiguous"  # 无, —: no limit, or nothing allowed?
    OTHER_UNIT = "other unit"  # Not the unit of the column, or two different ones.
    REVERSED = "reversed"  # The lower end is above the upper one.


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, as far as it could be read."""

    text: str  # As typed, on one line.
    interval: Interval | None = None  # None: unreadable. Not detected: from zero to what the method could not see.
    not_detected: bool = False
    detection_limit: Decimal | None = None  # Of what was not detected, where it was given.
    unit: str = ""  # The column's, or else the one that was written with the number; in the form to compare.
    problem: Problem | None = None  # Set when, and only when, there is no interval.

    @property
    def has_number(self) -> bool:
        """Whether there is a number in it, to which a unit belongs."""
        if self.interval is None or self.interval.is_endless:
            return False
        return not self.not_detected or self.detection_limit is not None


@dataclass(frozen=True, slots=True)
class Limit(Reading):
    """A limit: the values that it allows, “not detected”, or a text that could not be read."""


@dataclass(frozen=True, slots=True)
class Measured(Reading):
    """A measured value: what it may be, “not detected”, or a text that could not be read."""

    was_found: bool = False  # Whether the ends themselves were measured: one value, or the range of several.


def read_limit(text: str, unit: str = "") -> Limit | None:
    """Read a limit; None where nothing was typed. Never raises.

    A limit with a unit other than the column's is unreadable, even one that converts (g/kg for mg/kg): converting
    is the firm's own work, since a test report states one unit. Case and width of a unit do not count. A bare number
    is unreadable, because nobody can say whether it is the most or the least that is allowed.

    Args:
        text: as typed, such as ``≤0.5``, ``不大于0.5 mg/L``, ``0.1～0.5``, ``10±2``, ``不得检出``, ``未规定``.
        unit: the unit of the column, possibly empty.
    """
    written = clean_line(text)
    if not written:
        return None
    found = _understood(written, unit)
    if isinstance(found, Problem):
        return Limit(written, problem=found)
    if found.shape is Shape.VALUE:
        return Limit(written, problem=Problem.NO_DIRECTION)
    return Limit(
        written,
        found.interval,
        not_detected=found.shape is Shape.NOT_DETECTED,
        detection_limit=found.detection_limit,
        unit=_unit(found, unit),
    )


def read_measured(text: str, unit: str = "") -> Measured | None:
    """Read a measured value; None where nothing was typed. Never raises.

    ``0.05`` is a point and ``0.02～0.04`` a range of values that were found. ``≤0.05`` and ``<0.05`` mean “at most”:
    an amount from nothing up to there. ``10±0.2`` is a value that may lie anywhere in between. A value with a unit
    other than the column's is unreadable, even one that converts: see ``read_limit``.

    Args:
        text: as typed.
        unit: the unit of the column, possibly empty.
    """
    written = clean_line(text)
    if not written:
        return None
    found = _understood(written, unit)
    if isinstance(found, Problem):
        return Measured(written, problem=found)
    if found.shape is Shape.UNLIMITED:
        return Measured(written, problem=Problem.UNREADABLE)
    amount = found.interval.common(AMOUNTS)
    is_at_most = found.interval.lower == -ENDLESS and not amount.is_empty
    return Measured(
        written,
        amount if is_at_most else found.interval,
        not_detected=found.shape is Shape.NOT_DETECTED,
        detection_limit=found.detection_limit,
        unit=_unit(found, unit),
        was_found=found.shape in {Shape.VALUE, Shape.RANGE},
    )


def _understood(written: str, unit: str) -> Notation | Problem:
    plain = plain_text(written)
    if _AMBIGUOUS.fullmatch(plain):
        return Problem.AMBIGUOUS
    if _GRADE in (unit_key(unit) or plain):
        plain = half_grades(plain)
    notation = notation_of(plain) or notation_of(_without_brackets(plain, unit))
    if notation is None:
        pointed = with_points(plain)
        is_readable = pointed != plain and _understood(pointed, unit) is not Problem.UNREADABLE
        return Problem.COMMA if is_readable else Problem.UNREADABLE
    known = unit_key(unit)
    others = {unit_key(each) for each in notation.units} - {known}
    if not all(is_unit(each) for each in others):
        return Problem.UNREADABLE
    if others and (known or len(others) > 1):
        return Problem.OTHER_UNIT
    return Problem.REVERSED if notation.interval.is_empty else notation


def _without_brackets(plain: str, unit: str) -> str:
    """The text with the unit out of its brackets, or without the remark in them, such as （迁移量）.

    A remark that has anything to compute with is none.
    """
    match = _REMARK.fullmatch(plain)
    if match is None:
        return plain
    value, remark = match["value"], match["remark"]
    if unit_key(remark) == unit_key(unit) or (is_unit(remark) and remark not in _ELEMENTS):
        return f"{value} {remark}"
    return plain if re.search("[0-9<>≤≥±~]", remark) else value


def _unit(notation: Notation, unit: str) -> str:
    return unit_key(unit) or next(map(unit_key, notation.units), "")
