"""What a filing must contain, as data: the form, the completeness check and the guide read the same definition.

What a person types is kept as typed: a document of strings, lists of strings and rows of strings. Nothing here
changes it. `find_gaps` names what is missing or wrong, field by field, and `cleaned` gives the normal form once
there are no gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.remarks import Weight
from registry.domain.text import clean_line, clean_text

MOST_LINES: Final = 50
MOST_DIGITS: Final = 18  # A row's number has 64 bits; a longer one makes the driver fail instead of finding nothing.

Check = Callable[[str], str]
Content = Mapping[str, Any]


class Kind(StrEnum):
    """How a field is filled in."""

    LINE = "line"  # one line of text
    TEXT = "text"  # several lines
    LINES = "lines"  # one entry on each line
    DATE = "date"  # 2026-11-20
    CHOICE = "choice"  # one of the choices
    CHOICES = "choices"  # any number of them
    FLAG = "flag"  # ticked or not
    FILE = "file"  # number of a piece of evidence
    EVIDENCE = "evidence"  # any number of pieces of evidence of one kind
    ROWS = "rows"  # a table with the columns below


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in."""

    name: str
    label: str
    kind: Kind = Kind.LINE
    required: bool = True
    help: str = ""
    why: str = ""  # What it is asked for, where that does not go without saying.
    example: str = ""
    max_length: int = 200
    check: Check | None = None  # Returns the normal form or raises InvalidValue.
    choices: tuple[tuple[str, str], ...] = ()  # Value and label; empty where the choices come from outside.
    columns: tuple[Field, ...] = ()
    max_rows: int = 0
    not_future: bool = False  # Dates: the day must not lie ahead.
    required_if: tuple[str, str] | None = None  # Required when that field has that value.
    evidence_kind: str = ""  # Files and evidence: which kind of the library, see domain/evidence.py.
    anew: bool = False  # Columns: to be said anew in each filing, though the rows are offered again.
    editorial: bool = False  # Another wording of it changes nothing of what is attested.
    public: bool = False  # Whether everybody may see it; if not, the reason stands in `why_private`.
    why_private: str = ""  # 政府信息公开条例 第十四至十六条; 个人信息保护法 第二十五条


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a filing."""

    name: str
    label: str
    fields: tuple[Field, ...]
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that keeps a filing from being submitted."""

    step: str
    field: str  # As the form names it: `reports-0-number` is a column of the first row.
    label: str
    message: Message
    missing: bool  # Nothing was typed yet, as opposed to something wrong.


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth a second look, which keeps nothing from being submitted."""

    step: str
    field: str
    message: Message
    weight: Weight = Weight.NOTE


@dataclass(frozen=True, slots=True)
class Facts:
    """What the check must know from outside the document."""

    today: date
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)  # Known values by field name.


def find_gaps(steps: tuple[Step, ...], content: Content, facts: Facts) -> list[Gap]:
    """All that is missing or wrong, in the order of the form."""
    return [gap for step in steps for spec in step.fields for gap in _field_gaps(step, spec, content, facts)]


def cleaned(steps: tuple[Step, ...], content: Content) -> dict[str, Any]:
    """The content in normal form, with blank rows left out. Only for content without gaps."""
    return {spec.name: _normal(spec, content.get(spec.name)) for step in steps for spec in step.fields}


def validated(fields: tuple[Field, ...], content: Content, facts: Facts) -> dict[str, Any]:
    """The normal form of a form that must be right as a whole, such as a product's.

    Raises:
        InvalidFields: names every field that is missing or wrong.
    """
    steps = (Step("", "", fields),)
    gaps = find_gaps(steps, content, facts)
    if gaps:
        raise InvalidFields({gap.field: gap.message for gap in gaps})
    return cleaned(steps, content)


def row_numbers(values: Iterable[str]) -> list[int]:
    """Those of the values of a form that can be row numbers at all; what else is sent, no row has."""
    return [int(text) for text in values if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS]


def is_blank_row(row: Mapping[str, str]) -> bool:
    """Whether nothing was typed in this row, so that it does not count."""
    return all(_is_empty(value) for value in row.values())


def _field_gaps(step: Step, spec: Field, content: Content, facts: Facts) -> Iterator[Gap]:
    value = content.get(spec.name)
    if spec.kind is Kind.ROWS:
        yield from _rows_gaps(step, spec, value or [], facts)
        return
    message = _problem(spec, value, facts, required=_is_required(spec, content))
    if message is not None:
        yield Gap(step.name, spec.name, spec.label, message, missing=_is_empty(value))


def _rows_gaps(step: Step, spec: Field, rows: list[dict[str, str]], facts: Facts) -> Iterator[Gap]:
    filled = [(number, row) for number, row in enumerate(rows) if not is_blank_row(row)]
    if spec.required and not filled:
        yield Gap(step.name, spec.name, spec.label, Message(N_("请至少填写一行。")), missing=True)
    if len(filled) > spec.max_rows:
        message = Message(N_("最多 %(most)s 行，现有 %(count)s 行。"), {"most": spec.max_rows, "count": len(filled)})
        yield Gap(step.name, spec.name, spec.label, message, missing=False)
    for number, row in filled:
        for column in spec.columns:
            value = row.get(column.name, "")
            message_or_none = _problem(column, value, facts, required=column.required)
            if message_or_none is not None:
                name = f"{spec.name}-{number}-{column.name}"
                yield Gap(step.name, name, column.label, message_or_none, missing=_is_empty(value))


def _is_required(spec: Field, content: Content) -> bool:
    if spec.required_if is None:
        return spec.required
    other, value = spec.required_if
    return content.get(other) == value


def _is_empty(value: Any) -> bool:
    # Zero-width characters alone would pass for an answer.
    return not value or (isinstance(value, str) and not clean_text(value))


def _problem(spec: Field, value: Any, facts: Facts, *, required: bool) -> Message | None:
    """What is wrong with one value, or None."""
    if _is_empty(value):
        return Message(_MISSING.get(spec.kind, _MISSING[Kind.LINE])) if required else None
    known = facts.choices.get(spec.name) or frozenset(choice for choice, _label in spec.choices)
    entries = _entries(spec, value)
    if spec.max_rows and len(entries) > spec.max_rows:
        return Message(N_("最多选择 %(most)s 项，现有 %(count)s 项。"), {"most": spec.max_rows, "count": len(entries)})
    if spec.kind is Kind.LINES and len(entries) > MOST_LINES:
        return Message(N_("最多 %(most)s 行，现有 %(count)s 行。"), {"most": MOST_LINES, "count": len(entries)})
    for entry in entries:
        message = _entry_problem(spec, entry, known, facts.today)
        if message is not None:
            return message
    return None


def _entries(spec: Field, value: Any) -> list[str]:
    if spec.kind is Kind.LINES:
        return [line for line in str(value).splitlines() if clean_line(line)]
    return list(value) if isinstance(value, list) else [str(value)]


def _entry_problem(spec: Field, entry: str, known: frozenset[str], today: date) -> Message | None:
    if spec.kind in _CHOSEN:
        return None if entry in known else Message(N_("请从列表中选择。"))
    # The normal form of a few characters is longer than what was typed, and it is what has to fit.
    length = max(len(entry), len(clean_text(entry)))
    if length > spec.max_length:
        return Message(N_("最多 %(most)s 个字，现有 %(count)s 个字。"), {"most": spec.max_length, "count": length})
    if spec.kind is Kind.DATE:
        return _date_problem(spec, entry, today)
    if spec.check is None:
        return None
    try:
        spec.check(entry)
    except InvalidValue as error:
        return error.message
    return None


def _date_problem(spec: Field, entry: str, today: date) -> Message | None:
    try:
        day = date.fromisoformat(entry.strip())
    except ValueError:
        return Message(N_("请填写日期，例如 2026-03-08。"))
    if spec.not_future and day > today:
        return Message(N_("日期不能晚于今天。"))
    return None


def _normal(spec: Field, value: Any) -> Any:
    if spec.kind is Kind.ROWS:
        return [
            {column.name: _normal(column, row.get(column.name)) for column in spec.columns}
            for row in value or []
            if not is_blank_row(row)
        ]
    if spec.kind is Kind.LINES:
        return [_normal_entry(spec, entry) for entry in _entries(spec, value or "")]
    if spec.kind in {Kind.CHOICES, Kind.EVIDENCE}:
        return list(value or [])
    return _normal_entry(spec, str(value or ""))


def _normal_entry(spec: Field, entry: str) -> str:
    entry = clean_text(entry) if spec.kind is Kind.TEXT else clean_line(entry)
    if spec.kind is Kind.DATE and entry:
        return date.fromisoformat(entry).isoformat()  # 20260308 is a date as well.
    return spec.check(entry) if spec.check is not None and entry else entry


_CHOSEN: Final = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.FLAG, Kind.FILE, Kind.EVIDENCE})

_MISSING = {
    Kind.LINE: N_("请填写此项。"),
    Kind.DATE: N_("请填写日期。"),
    Kind.CHOICE: N_("请选择一项。"),
    Kind.CHOICES: N_("请至少选择一项。"),
    Kind.FLAG: N_("请勾选确认。"),
    Kind.FILE: N_("请上传文件。"),
    Kind.EVIDENCE: N_("请从证明材料库中选择，或上传新的文件。"),
}
