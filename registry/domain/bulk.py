"""Many rows of a form at once: the workbook to fill in, and what is right and wrong in one that was filled in.

A `Template` is made of the form's own fields, so that the page and the workbook ask for the same. Each row becomes a
document in the form's shape, checked by the form's own rules (`requirements.find_gaps`). A field of kind ROWS
becomes a sheet of its own, whose rows say by a serial number which row of the first sheet they belong to.

    sheets = fill(template, grids)              where the columns are; raises InvalidValue
    checked = check(template, sheets, facts)    entries and mistakes, each with its cell
    checked = told_besides(template, sheets, checked, findings)    with what only the registry knows
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from registry.domain.bulk_cells import as_typed, example_of, labels_of
from registry.domain.errors import InvalidValue
from registry.domain.grids import WHOLE_ROW, FilledSheet, address, can_be_titled, find_columns
from registry.domain.messages import N_, Message
from registry.domain.requirements import Field, Kind, Step, cleaned, find_gaps
from registry.domain.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from registry.domain.bulk_cells import Labels
    from registry.domain.grids import Grid, GridRow
    from registry.domain.requirements import Facts

MOST_ROWS: Final = 5_000
MOST_CHILD_ROWS: Final = 20_000
# Which row of the first sheet is meant: the columns that templates with several sheets have besides their fields.
SERIAL: Final = Field(
    "serial", N_("序号"), required=False, help=N_("每行一个，不要重复；其他工作表用它指明对应的行。"), example="1"
)
PARENT: Final = Field("serial", N_("所属序号"), help=N_("第一张表中对应行的序号，同一序号可填多行。"), example="1")

_CHOSEN: Final = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.FLAG})
_TEXTS: Final = frozenset({Kind.LINE, Kind.TEXT, Kind.LINES, Kind.DATE})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to fill in."""

    title: str
    fields: tuple[Field, ...]  # Its columns.
    most_rows: int
    name: str = ""  # The field whose rows these are; empty: the first sheet.
    optional: bool = False  # Whether the sheet may be missing.

    @property
    def headings(self) -> dict[str, str]:
        """What each column is headed, by its name."""
        return {field.name: field.label for field in self.fields}

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that have to be filled in whatever stands in the others."""
        return tuple(field.name for field in self.fields if field.required and field.required_if is None)

    @property
    def example(self) -> dict[str, str]:
        """The row that the template shows as an example, by column; it is passed over when it comes back as it was.

        A field whose choices come from outside has an example of its own: the first choice may be another one by then.
        """
        return {field.name: example_of(field) for field in self.fields}


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook to fill in.

    Raises:
        ValueError: a field cannot stand in a workbook (files), has no choices, or a title names no sheet.
    """

    title: str  # What each row is; the first sheet's name.
    fields: tuple[Field, ...]  # With their choices, also where those come from outside.
    unique: tuple[tuple[str, ...], ...] = ()  # Fields that two rows may not have in common, together.
    notes: tuple[str, ...] = ()  # Further sentences for the sheet that explains how to fill in.
    most_rows: int = MOST_ROWS
    most_child_rows: int = MOST_CHILD_ROWS

    def __post_init__(self) -> None:
        for sheet in self.sheets:
            if not can_be_titled(sheet.title):
                raise ValueError(f"no sheet can be called {sheet.title!r}")
            for field in sheet.fields:
                if field.kind not in _TEXTS | _CHOSEN or (field.kind in _CHOSEN and not field.choices):
                    raise ValueError(f"{field.name!r} cannot be filled in on a sheet")

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The first sheet, and one for each field of rows."""
        tables = [field for field in self.fields if field.kind is Kind.ROWS]
        plain = tuple(field for field in self.fields if field.kind is not Kind.ROWS)
        serial = (replace(SERIAL, required=any(field.required for field in tables)),) if tables else ()
        further = (
            Sheet(field.label, (PARENT, *field.columns), self.most_child_rows, field.name, optional=not field.required)
            for field in tables
        )
        return (Sheet(self.title, (*serial, *plain), self.most_rows), *further)

    def label_of(self, name: str) -> str:
        """What a field is called, by the form's name for it: `variants-0-gtin` is a column. Empty: there is none."""
        head, _, rest = name.partition("-")
        wanted = (head, rest.partition("-")[2]) if rest else ("", head)
        labels = {(sheet.name, field.name): field.label for sheet in self.sheets for field in sheet.fields}
        return labels.get(wanted, "")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one cell, or with one row."""

    sheet: str  # Its title.
    row: int  # As the spreadsheet program shows it.
    column: str  # The field's name; empty: the row as a whole.
    cell: str  # Such as C12; empty where there is no such cell.
    message: Message


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the first sheet, with the rows of other sheets that belong to it."""

    row: int
    # As the form would have it: by field, codes for labels, rows as lists. Of columns and sheets in which nobody has
    # filled in anything nothing is said, so that what is known already stays.
    values: Mapping[str, Any]
    lines: Mapping[str, tuple[int, ...]]  # By field of rows: which rows of its sheet belong to this one.
    mistakes: tuple[Mistake, ...]  # Its own, and those of the rows that belong to it.


@dataclass(frozen=True, slots=True)
class Finding:
    """What the registry knows of an entry."""

    known: int | None  # The row number of what it would change; None: it would be new.
    problems: Mapping[str, Message]  # What stands against it, by field as the form names it.


@dataclass(frozen=True, slots=True)
class Put:
    """What became of an entry."""

    outcome: str  # added, changed or unchanged
    object_id: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a workbook."""

    entries: tuple[Entry, ...]
    mistakes: tuple[Mistake, ...]  # All of them, in the order of the workbook.
    strays: tuple[Mistake, ...] = ()  # Those among them of rows that belong to none.

    @property
    def right(self) -> tuple[Entry, ...]:
        """The entries without a mistake."""
        return tuple(entry for entry in self.entries if not entry.mistakes)


def fill(template: Template, grids: Sequence[Grid | None]) -> tuple[FilledSheet, ...]:
    """Find the template's columns in the sheets that were read, and the rows that are no examples.

    Args:
        template: what was to be filled in.
        grids: one for each of its sheets, in their order; None where an optional one is missing.

    Raises:
        InvalidValue: headings are missing or doubtful, or there are no rows or too many.
    """
    filled = tuple(
        _without_examples(sheet, find_columns(grid, sheet.headings, required=sheet.required))
        if grid
        else FilledSheet.missing(sheet.title)
        for sheet, grid in zip(template.sheets, grids, strict=True)
    )
    for sheet, found in zip(template.sheets, filled, strict=True):
        if len(found.rows) > sheet.most_rows:
            raise InvalidValue(Message(N_("最多 %(most)s 行，请分几个文件导入。"), {"most": sheet.most_rows}))
    if not filled[0].rows:
        text = N_("工作表“%(sheet)s”中没有要导入的行，请在标题下面逐行填写。")
        raise InvalidValue(Message(text, {"sheet": filled[0].title}))
    return filled


def check(template: Template, sheets: Sequence[FilledSheet], facts: Facts) -> Checked:
    """Check each row by itself, with the rows that belong to it, and against the rows before it.

    Where rows of a further sheet belong to none, nobody knows who lacks them. So nothing is said of that sheet, lest
    somebody loses what is known of them. Of one that is required everything is said; `notes_on` stops such a workbook.

    Args:
        template: what was to be filled in.
        sheets: as `fill` gives them.
        facts: what the fields' rules must know besides.
    """
    first, *others = (_Reader(sheet, filled) for sheet, filled in zip(template.sheets, sheets, strict=True))
    children = {reader.sheet.name: _by_serial(reader) for reader in others}
    step = Step("", "", (*first.sheet.fields, *(field for field in template.fields if field.kind is Kind.ROWS)))
    # Gathered once: a list to choose from may be as long as the sheet.
    choices = {field.name: frozenset(dict(field.choices)) for field in template.fields if field.choices}
    facts = replace(facts, choices=choices | dict(facts.choices))
    twins = _Twins(template)
    parents = list(first.lines())
    serials = {fold(parent.values.get(SERIAL.name, "")) for parent in parents} - {""}
    doubtful = {
        reader.sheet.name for reader in others if reader.sheet.optional and children[reader.sheet.name].keys() - serials
    }
    told = {name for reader in (first, *others) for name in reader.told} - doubtful
    checked = []
    for parent in parents:
        serial = fold(parent.values.get(SERIAL.name, ""))
        own = {name: lines.pop(serial, []) if serial else [] for name, lines in children.items()}
        content = parent.values | {name: [line.values for line in lines] for name, lines in own.items()}
        _find_problems(step, content, parent, own, facts)
        twins.compare(parent, content)
        values = {field.name: content[field.name] for field in template.fields if field.name in told}
        numbers = {name: tuple(line.row.number for line in each) for name, each in own.items()}
        lines = [parent, *(line for each in own.values() for line in each)]
        mistakes = tuple(mistake for line in lines for mistake in line.mistakes())
        checked.append(Entry(parent.row.number, values, numbers, mistakes))
    lost = [line for lines in children.values() for line in _orphans(lines, first.filled.title)]
    strays = _in_order(sheets, [mistake for line in lost for mistake in line.mistakes()])
    return _checked(sheets, checked, strays)


def told_besides(
    template: Template,
    sheets: Sequence[FilledSheet],
    checked: Checked,
    findings: Mapping[int, Finding],
) -> Checked:
    """The result with what a row by itself does not show, such as what stands in the registry against it.

    Args:
        template: what was to be filled in.
        sheets: as `fill` gives them.
        checked: what was found until now.
        findings: by row of the first sheet. `variants-0-gtin` is a column of the first row that belongs to it.
    """
    places = {sheet.name: filled for sheet, filled in zip(template.sheets, sheets, strict=True)}
    entries = tuple(
        replace(
            entry,
            mistakes=_in_order(sheets, [*entry.mistakes, *_located(entry, places, findings[entry.row].problems)]),
        )
        if entry.row in findings
        else entry
        for entry in checked.entries
    )
    return _checked(sheets, entries, checked.strays)


def _checked(sheets: Sequence[FilledSheet], entries: Sequence[Entry], strays: tuple[Mistake, ...]) -> Checked:
    every = [*strays, *(mistake for entry in entries for mistake in entry.mistakes)]
    return Checked(tuple(entries), _in_order(sheets, every), strays)


def _located(entry: Entry, places: Mapping[str, FilledSheet], problems: Mapping[str, Message]) -> Iterator[Mistake]:
    for field, message in problems.items():
        head, _, rest = field.partition("-")
        number, _, column = rest.partition("-")
        filled, row = (places[head], entry.lines[head][int(number)]) if rest else (places[""], entry.row)
        name = column or head
        place = filled.columns.get(name)
        yield Mistake(filled.title, row, name, address(row, place) if place else "", message)


def _in_order(sheets: Sequence[FilledSheet], mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
    """The mistakes in the order of the workbook; within a row they stay as they are, which is that of the columns."""
    order = [filled.title for filled in sheets]
    return tuple(sorted(mistakes, key=lambda each: (order.index(each.sheet), each.row)))


def _without_examples(sheet: Sheet, filled: FilledSheet) -> FilledSheet:
    """The sheet without the template's example, where that has been left as it was."""
    example = {column: fold(sheet.example[name]) for name, column in filled.columns.items()}
    return replace(filled, rows=tuple(row for row in filled.rows if not _is_example(row, example)))


def _is_example(row: GridRow, example: Mapping[int, str]) -> bool:
    return all(fold(row.cells.get(column, "")) == text for column, text in example.items())


@dataclass(slots=True)
class _Line:
    """One row while it is being checked."""

    reader: _Reader
    row: GridRow
    values: dict[str, Any]
    problems: dict[str, Message]  # By column; the first one found counts.

    def mistakes(self) -> Iterator[Mistake]:
        """What is wrong, the row as a whole first, then in the order of the columns."""
        names = ["", *self.reader.sheet.headings]
        for name in sorted(self.problems, key=lambda each: names.index(each) if each in names else len(names)):
            column = self.reader.filled.columns.get(name)
            cell = address(self.row.number, column) if column else ""
            yield Mistake(self.reader.filled.title, self.row.number, name, cell, self.problems[name])


class _Reader:
    """Reads the rows of one sheet."""

    def __init__(self, sheet: Sheet, filled: FilledSheet) -> None:
        self.sheet = sheet
        self.filled = filled
        self._labels: dict[str, Labels] = {field.name: labels_of(field) for field in sheet.fields}

    @property
    def told(self) -> tuple[str, ...]:
        """The fields of which something is said in at least one row; a further sheet tells of one field only."""
        if self.sheet.name:
            return (self.sheet.name,) if self.filled.rows else ()
        used = {column for row in self.filled.rows for column in (*row.cells, *row.mistakes)}
        return tuple(name for name, column in self.filled.columns.items() if column in used)

    def lines(self) -> Iterator[_Line]:
        """The rows, with the problems that show in each cell by itself."""
        for row in self.filled.rows:
            line = _Line(self, row, {}, {"": row.mistakes[WHOLE_ROW]} if WHOLE_ROW in row.mistakes else {})
            for field in self.sheet.fields:
                value, problem = self._value(field, row)
                line.values[field.name] = value
                if problem is not None:
                    line.problems[field.name] = problem
            yield line

    def _value(self, field: Field, row: GridRow) -> tuple[Any, Message | None]:
        column = self.filled.columns.get(field.name, 0)
        problem = row.mistakes.get(column) if column else None
        if problem is None and column in row.dates and field.kind is not Kind.DATE:
            # 3-4 typed as the size of a screw has become the fourth of March; nobody can tell any more.
            problem = Message(N_("Excel 已把内容改成日期或时间，请把单元格设为文本后重填。"))
        if problem is not None:
            return as_typed(field, "", self._labels[field.name])[0], problem
        return as_typed(field, row.cells.get(column, ""), self._labels[field.name])


def _by_serial(reader: _Reader) -> dict[str, list[_Line]]:
    """The rows of a further sheet by the row of the first sheet that they belong to."""
    found: dict[str, list[_Line]] = {}
    for line in reader.lines():
        found.setdefault(fold(line.values.pop(PARENT.name)), []).append(line)
    return found


def _orphans(left: Mapping[str, Sequence[_Line]], first: str) -> Iterator[_Line]:
    """The rows that belong to no row of the first sheet, which is what is wrong with them."""
    for serial, lines in left.items():
        text = Message(N_("“%(sheet)s”表中没有序号 %(serial)s。"), {"sheet": first, "serial": serial})
        for line in lines:
            line.problems.setdefault(PARENT.name, text if serial else Message(N_("请填写此项。")))
            yield line


def _find_problems(
    step: Step, content: Mapping[str, Any], parent: _Line, own: Mapping[str, Sequence[_Line]], facts: Facts
) -> None:
    """Note what the form's own rules find, each at its cell."""
    for gap in find_gaps((step,), content, facts):
        head, _, rest = gap.field.partition("-")
        if head not in own:
            parent.problems.setdefault(head, gap.message)
        elif rest:
            number, _, column = rest.partition("-")
            own[head][int(number)].problems.setdefault(column, gap.message)
        else:
            text = N_("工作表“%(sheet)s”：%(problem)s")
            parent.problems.setdefault(head, Message(text, {"sheet": Message(gap.label), "problem": gap.message}))


class _Twins:
    """Finds rows that say what another row says already."""

    def __init__(self, template: Template) -> None:
        fields = {field.name: field for field in template.sheets[0].fields}
        serial = [(SERIAL.name,)] if SERIAL.name in fields else []
        # What counts is the normal form: a code with blanks in it is still the same code.
        self._sets = [Step("", "", tuple(fields[name] for name in names)) for names in (*serial, *template.unique)]
        # Serials are found again whatever their case and width; names of things that differ in these are two names.
        self._folded = len(serial)
        self._seen: dict[tuple[int, str], int] = {}

    def compare(self, line: _Line, content: Mapping[str, Any]) -> None:
        """Note with what row this one is the same, or has in common what has to be unique."""
        whole = {name: value for name, value in content.items() if name != SERIAL.name}
        if self._is_twin(line, (-1, json.dumps(whole, ensure_ascii=False, sort_keys=True)), ""):
            return
        for number, step in enumerate(self._sets):
            names = [field.name for field in step.fields]
            if line.problems.keys().isdisjoint(names) and any(content[name] for name in names):
                normal = json.dumps(cleaned((step,), content), ensure_ascii=False)
                self._is_twin(line, (number, fold(normal) if number < self._folded else normal), names[0])

    def _is_twin(self, line: _Line, key: tuple[int, str], column: str) -> bool:
        other = self._seen.setdefault(key, line.row.number)
        if other == line.row.number:
            return False
        line.problems.setdefault(column, Message(N_("与第 %(line)s 行重复。"), {"line": other}))
        return True
