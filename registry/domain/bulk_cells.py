"""From the text of a cell to the value that a form would send, and to the example that a template shows.

People write labels and not codes, dates in several ways, and several values in one cell.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from registry.domain.messages import N_, Message
from registry.domain.requirements import Field, Kind
from registry.domain.text import clean_line, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Labels = Mapping[str, tuple[str, ...]]  # Codes by folded label; more than one where labels are the same.

YES: Final = N_("是")
NO: Final = N_("否")
_YES: Final = frozenset({"是", "有", "yes", "y", "true", "1", "√", "✓", "✔", "☑"})
_NO: Final = frozenset({"", "否", "无", "no", "n", "false", "0", "×", "x"})

_EXAMPLE_DAY: Final = "2026-03-08"
# Year, month and day, with whatever people put between them; a time behind it does not count.
_DATE: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ t]+\d{1,2}:[\d:.]+)?")
_COMPACT_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SEPARATORS: Final = re.compile(r"[、,，;；]")
# Between labels, from what stands in hardly any to what many have: “SGS-CSTC Co., Ltd.” is one.
_STEPS: Final = tuple(re.compile(each) for each in ("[;；]", "、", "[,，]"))
_BETWEEN_PARTS: Final = " · "  # As the labels of products, lines and evidence are put together.
_MOST_LISTED: Final = 12  # More choices than that are not read by anybody in a message.


def example_of(field: Field) -> str:
    """What the example of a template has in this column; empty where the column may be left out."""
    if field.example:
        return field.example
    if field.kind in {Kind.CHOICE, Kind.CHOICES}:
        return field.choices[0][1]
    if field.kind is Kind.FLAG:
        return YES
    if field.kind is Kind.DATE:
        return _EXAMPLE_DAY
    return f"示例{field.label}" if field.required and field.required_if is None else ""


def labels_of(field: Field) -> Labels:
    """The codes that each of a field's labels stands for, compared without regard to width, case and blanks.

    Of “T2026-08 · 示例检测中心 · 2026-08-15” people write the number alone, which is enough where no other begins so.
    """
    whole: dict[str, tuple[str, ...]] = {}
    beginnings: dict[str, tuple[str, ...]] = {}
    for code, label in field.choices:
        whole[fold(label)] = (*whole.get(fold(label), ()), code)
        beginning, separator, _rest = label.partition(_BETWEEN_PARTS)
        if separator:
            beginnings[fold(beginning)] = (*beginnings.get(fold(beginning), ()), code)
    # A code may be written as well, unless it is what something else is called.
    return {fold(code): (code,) for code, _label in field.choices} | beginnings | whole


def as_typed(field: Field, text: str, labels: Labels) -> tuple[Any, Message | None]:
    """The value of a cell in the form's shape, with what is wrong with it, if that shows here already.

    What cannot be read as a date or choice stays as it was typed.
    """
    if field.kind is Kind.DATE:
        return _day(text), None
    if field.kind is Kind.FLAG:
        return _flag(field, text, labels)
    if field.kind is Kind.CHOICE:
        return _choice(field, text, labels)
    if field.kind is Kind.CHOICES:
        return _choices(field, text, labels)
    if field.kind is Kind.LINES:
        return "\n".join(_parts(text)), None
    return text, None


def _day(text: str) -> str:
    """The day as 2026-11-20 where it is one, whichever way it was written."""
    plain = fold(text)
    found = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    if found is None:
        return text
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


def _flag(field: Field, text: str, labels: Labels) -> tuple[str, Message | None]:
    plain = fold(text)
    if plain in _YES or plain in labels:
        return field.choices[0][0], None
    if plain in _NO:
        return "", None
    return text, Message(N_("请填“是”或“否”。"))


def _choice(field: Field, text: str, labels: Labels) -> tuple[str, Message | None]:
    plain = fold(text)
    if not plain:
        return "", None
    found = labels.get(plain, ())
    if len(found) > 1:
        # Names that differ only in case or width are those of different things.
        same = [code for code, label in field.choices if clean_line(label) == clean_line(text)]
        found = tuple(same) if len(same) == 1 else found
    if len(found) == 1:
        return found[0], None
    shown = {"entry": clean_line(text)[:50]}
    if found:
        several = N_("有几项都叫“%(entry)s”，请改填其编号：%(codes)s。")
        return text, Message(several, shown | {"codes": "、".join(found[:_MOST_LISTED])})
    if len(field.choices) > _MOST_LISTED:
        return text, Message(N_("没有“%(entry)s”这一项，请从下拉列表中选择。"), shown)
    known = "、".join(label for _code, label in field.choices)
    return text, Message(N_("没有“%(entry)s”这一项，可填：%(known)s。"), shown | {"known": known})


def _choices(field: Field, text: str, labels: Labels) -> tuple[list[str], Message | None]:
    lines = text.split("\n")
    parts = [part for line in lines for part in _labels_in(line, labels, () if len(lines) > 1 else _STEPS)]
    found = [_choice(field, part, labels) for part in parts]
    problem = next((problem for _code, problem in found if problem is not None), None)
    return list(dict.fromkeys(code for code, _problem in found if code)), problem


def _labels_in(text: str, labels: Labels, steps: Sequence[re.Pattern[str]]) -> list[str]:
    """The labels in a cell. A label may have a separator in it, so what is one is taken apart no further."""
    if not clean_line(text):
        return []
    if fold(text) in labels or not steps:
        return [text.strip()]
    return [part for each in steps[0].split(text) for part in _labels_in(each, labels, steps[1:])]


def _parts(text: str) -> list[str]:
    """The values in a cell; where there are several lines, nothing else separates them."""
    parts = text.split("\n") if "\n" in text else _SEPARATORS.split(text)
    return [part.strip() for part in parts if clean_line(part)]
