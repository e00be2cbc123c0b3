"""A row of the comparison table, as the form has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from registry.domain.limits.comparing import Conformity, Stricter, Verdict, judge, same_unit, stricter
from registry.domain.limits.reading import Limit, Measured, Problem, Reading, read_limit, read_measured
from registry.domain.messages import N_, Message
from registry.domain.remarks import Remark, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST_QUOTE: Final = 30


class _ValueTexts(NamedTuple):
    above: str
    below: str
    unclear: str


_OVERSEAS: Final = _ValueTexts(
    N_("实测值 %(measured)s 超出境外限值 %(limit)s，请核对或说明。"),
    N_("实测值 %(measured)s 低于境外限值 %(limit)s，请核对或说明。"),
    N_("实测值 %(measured)s 不足以表明符合境外限值 %(limit)s，请填写更具体的数值。"),
)
_DOMESTIC: Final = _ValueTexts(
    N_("实测值 %(measured)s 超出国内限值 %(limit)s，请核对或说明。"),
    N_("实测值 %(measured)s 低于国内限值 %(limit)s，请核对或说明。"),
    N_("实测值 %(measured)s 不足以表明符合国内限值 %(limit)s，请填写更具体的数值。"),
)
_COMPUTED: Final[dict[Stricter, str]] = {
    "overseas": N_("按所填限值，境外限值较严，请核对。"),
    "domestic": N_("按所填限值，国内限值较严，请核对。"),
    "equal": N_("按所填限值，两者相同，请核对。"),
}
_IN_ANY_COLUMN: Final = {
    Problem.OTHER_UNIT: N_("“%(text)s”的单位与本行单位不同，请换算成同一单位。"),
    Problem.COMMA: N_(
        "“%(text)s”中的逗号可能是千位分隔符，也可能是小数点，无法判断；请写成不带逗号的数，例如“1000”或“0.005”。"
    ),
    Problem.REVERSED: N_("“%(text)s”的下限高于上限，请核对。"),
}
_OF_LIMIT: Final = _IN_ANY_COLUMN | {
    Problem.UNREADABLE: N_("系统读不出“%(text)s”的数值，无法自动比较；请尽可能写成“≤0.5”“0.1～0.5”或“不得检出”。"),
    Problem.NO_DIRECTION: N_("请写明“%(text)s”是上限还是下限，例如“≤0.5”或“≥0.5”。"),
    Problem.AMBIGUOUS: N_("“%(text)s”含义不明：没有限值请写“未规定”，不允许检出请写“不得检出”。"),
}
_OF_MEASURED: Final = _IN_ANY_COLUMN | {
    Problem.UNREADABLE: N_("系统读不出“%(text)s”的数值，无法自动比较；请尽可能写成“0.02”“<0.05”或“未检出”。"),
    Problem.AMBIGUOUS: N_("“%(text)s”含义不明：没有检出请写“未检出”。"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a row says."""

    stricter: Stricter | None  # Computed; what the firm chose stands in the row.
    verdict: Verdict
    remarks: tuple[Remark, ...] = ()  # By column, in the order of the table.


def comparison_row(row: Mapping[str, str]) -> Comparison:
    """Compare the limits of a row with one another and with the measured value, and say what is to be put right.

    Args:
        row: as typed, with `unit`, `overseas_limit`, `domestic_limit`, `measured` and `stricter`; what is missing is
            empty. The remarks' subjects are these names.
    """
    unit = row.get("unit") or ""
    overseas = read_limit(row.get("overseas_limit") or "", unit)
    domestic = read_limit(row.get("domestic_limit") or "", unit)
    measured = read_measured(row.get("measured") or "", unit)
    computed, verdict = stricter(overseas, domestic), judge(measured, overseas, domestic)
    readings = {"overseas_limit": overseas, "domestic_limit": domestic, "measured": measured}
    remarks = [
        *_on_units(*readings.values()),
        *_on_readings(readings),
        *_on_value(measured, overseas, verdict.overseas, _OVERSEAS),
        *_on_value(measured, domestic, verdict.domestic, _DOMESTIC),
    ]
    if computed and row.get("stricter") and row["stricter"] != computed:
        remarks.append(Remark("stricter", Message(_COMPUTED[computed])))
    return Comparison(computed, verdict, tuple(remarks))


def _on_units(*readings: Reading | None) -> Iterator[Remark]:
    numbers = [reading for reading in readings if reading and reading.has_number]
    if not all(same_unit(numbers[0], number) for number in numbers):
        yield Remark("unit", Message(N_("各数值的单位不一致，请在“单位”中填写统一的单位。")))


def _on_readings(readings: Mapping[str, Reading | None]) -> Iterator[Remark]:
    # A row of requirements in words has nothing to compute: 不得脱落, 不得脱落, 符合.
    is_numeric = any(reading and (reading.has_number or reading.not_detected) for reading in readings.values())
    for column, reading in readings.items():
        if reading is None or reading.problem is None:
            continue
        weight = Weight.WARNING if reading.problem in _IN_ANY_COLUMN else Weight.NOTE
        if weight is Weight.WARNING or is_numeric:
            texts = _OF_MEASURED if column == "measured" else _OF_LIMIT
            yield Remark(column, Message(texts[reading.problem], {"text": _quoted(reading)}), weight)


def _on_value(
    measured: Measured | None, limit: Limit | None, found: Conformity, texts: _ValueTexts
) -> Iterator[Remark]:
    if measured is None or limit is None or measured.interval is None or limit.interval is None:
        return
    args = {"measured": _quoted(measured), "limit": _quoted(limit)}
    if found is Conformity.OUTSIDE:
        text = texts.above if measured.interval.reaches_above(limit.interval) else texts.below
        yield Remark("measured", Message(text, args))
    elif found is Conformity.UNKNOWN and same_unit(measured, limit):
        yield Remark("measured", Message(texts.unclear, args), Weight.NOTE)


def _quoted(reading: Reading) -> str:
    text = reading.text
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
