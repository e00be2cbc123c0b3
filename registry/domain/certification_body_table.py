"""A table of certification bodies as a spreadsheet saves it, checked row by row, and compared with the register.

A cell that is left empty says nothing: what the register knows stays. So a table may have few columns, and sending the
same one again changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from registry.domain import certification_bodies as definition
from registry.domain import tables
from registry.domain.bulk_cells import as_typed, labels_of
from registry.domain.certification_bodies import NamedCode, check_approval, parse_scopes
from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.identifiers import normalise_approval_no
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, Kind, validated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_ROWS: Final = 5_000

# Column names in the file, and what they are called here.
COLUMNS: Final[Mapping[str, str]] = {
    "批准号": "approval_number",
    "机构名称": "name",
    "曾用名": "former_names",
    "统一社会信用代码": "uscc",
    "批准日期": "approved_on",
    "有效期至": "expires_on",
    "状态": "state",
    "状态自何日起": "state_from",
    "原因": "reason",
    "文号": "document_number",
    "认证领域": "scopes",
    "认证领域自何日起": "scopes_from",
    "备注": "note",
    "信息来源": "source",
}
_HEADINGS: Final = {name: heading for heading, name in COLUMNS.items()}
_OPTIONAL: Final = frozenset(COLUMNS.values()) - {"approval_number", "name", "source"}

TEMPLATE: Final = (
    tuple(COLUMNS),
    (
        "CNCA-R-9999-901",
        "示例认证中心（虚构）",
        "示例认证所（虚构）",
        "",
        "2015-06-01",
        "2027-05-31",
        "有效",
        "",
        "",
        "",
        "A01 质量管理体系；A02 环境管理体系",
        "",
        "",
        "示例数据",
    ),
    (
        *("CNCA-R-9999-902", "样例检验认证公司（虚构）", "", "", "2018-03-15", "2030-03-14", "暂停", "2026-01-10"),
        *("未按要求整改", "虚构〔2026〕1号", "", "", "", "示例数据"),
    ),
)

_DAYS: Final = ("approved_on", "expires_on", "state_from", "scopes_from")
_STATE: Final = replace(definition.STATE_FIELD, required=False)
_FIELDS: Final = (
    definition.NUMBER_FIELD,
    *definition.FIELDS,
    definition.EXPIRY_FIELD,
    _STATE,
    replace(definition.EFFECTIVE_FIELD, name="state_from", required=False),
    definition.REASON_FIELD,
    definition.DOCUMENT_FIELD,
    definition.SCOPES_FIELD,
    replace(definition.EFFECTIVE_FIELD, name="scopes_from", required=False),
)
_LABELS: Final = labels_of(_STATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One right line, in normal form; what it does not say is empty or None."""

    line: int
    approval_number: str
    name: str
    former_names: tuple[str, ...]
    uscc: str
    approved_on: date | None
    expires_on: date | None
    state: str
    state_from: date | None
    reason: str
    document_number: str
    scopes: tuple[NamedCode, ...]
    scopes_from: date | None
    note: str
    source: str


@dataclass(slots=True)
class Table(tables.Table[Row]):
    """What was found in the file."""

    headings: Mapping[str, str] = field(default_factory=lambda: _HEADINGS)

    def add_mistakes(self, line: int, error: InvalidFields) -> None:
        """Note what is wrong with fields that a form would have."""
        for name, message in error.fields.items():
            self.add_mistake(line, {"effective_on": "state_from"}.get(name, name), message)


def lines_of(text: str) -> list[tuple[int, dict[str, str]]]:
    """The lines below the headings that are not blank, each with its number and its cells by column.

    Raises:
        InvalidValue: the headings are not those of the template, or there are no lines or too many.
    """
    found = tables.lines_of(text, COLUMNS, optional=_OPTIONAL, most=MOST_ROWS)
    if not found:
        raise InvalidValue(N_("表中没有认证机构，请在标题下面逐行填写。"))
    return found


def check(lines: Iterable[tuple[int, Mapping[str, str]]], fields: Mapping[str, str], today: date) -> Table:
    """Check each line by itself and against the lines before it.

    Args:
        lines: as `lines_of` gives them.
        fields: names of the certification fields by their codes.
        today: the day that counts.
    """
    table = Table()
    seen: dict[str, int] = {}
    for number, cells in lines:
        before = len(table.mistakes)
        row = _row(table, number, cells, fields, today)
        key = normalise_approval_no(cells["approval_number"])
        if key and key in seen:
            table.add_mistake(number, "", Message(N_("与第 %(line)s 行重复。"), {"line": seen[key]}))
        seen.setdefault(key, number)
        if row is not None and len(table.mistakes) == before:
            table.rows.append(row)
    return table


def _row(table: Table, number: int, cells: Mapping[str, str], fields: Mapping[str, str], today: date) -> Row | None:
    """The line in normal form; what is wrong with it is noted in the table."""
    table.add_odd_cells(number, cells)
    typed: dict[str, Any] = {name: cell for name, cell in cells.items() if name}
    # A name may have a comma in it.
    typed["former_names"] = "\n".join(re.split(r"[\n；;]", typed["former_names"]))
    for spec in _FIELDS:
        if spec.kind in {Kind.DATE, Kind.CHOICE}:
            typed[spec.name], problem = as_typed(spec, typed[spec.name], _LABELS)
            if problem is not None:
                table.add_mistake(number, spec.name, problem)
                typed[spec.name] = ""
    try:
        normal = validated(_FIELDS, typed, Facts(today))
    except InvalidFields as error:
        table.add_mistakes(number, error)
        return None
    try:
        scopes = tuple(parse_scopes(normal["scopes"], fields))
    except InvalidValue as error:
        table.add_mistake(number, "scopes", error.message)
        return None
    days = {name: date.fromisoformat(normal[name]) if normal[name] else None for name in _DAYS}
    values: dict[str, Any] = normal | days
    values |= {"former_names": tuple(normal["former_names"]), "scopes": scopes}
    row = Row(line=number, **values)
    try:
        check_approval(row.approval_number, row.approved_on, row.expires_on, today)
    except InvalidFields as error:
        table.add_mistakes(number, error)
    return row
