"""A table of staff as a spreadsheet saves it: read whatever its encoding and separator, and checked row by row.

What is wrong is told at its line and column, as the spreadsheet shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.domain import staff, tables
from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, validated
from registry.domain.roles import BUREAU_ROLES, ROLE_LABELS, STAFF_ROLES, Role, check_together
from registry.domain.text import clean_line, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

MOST_ROWS: Final = 5_000

# Column names in the file, and what they are called here.
COLUMNS: Final[Mapping[str, str]] = {
    "姓名": "name",
    "邮箱": "email",
    "电话": "phone",
    "主管部门": "bureau",
    "岗位": "role",
}
_HEADINGS: Final = {name: heading for heading, name in COLUMNS.items()}
_OPTIONAL: Final = frozenset({"phone", "bureau", "role"})
_ROLES: Final = {fold(ROLE_LABELS[role]): role for role in STAFF_ROLES} | {role.value: role for role in STAFF_ROLES}

TEMPLATE: Final = (
    tuple(COLUMNS),
    ("张示例", "zhang@office.example", "0573-82520000", "嘉兴市市场监督管理局", "审核人员"),
    ("李样例", "li@office.example", "", "", ""),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One right line: a person, and perhaps a post."""

    line: int
    name: str
    email: str
    phone: str
    bureau_id: int | None
    role: Role | None


@dataclass(slots=True)
class Table(tables.Table[Row]):
    """What was found in the file."""

    headings: Mapping[str, str] = field(default_factory=lambda: _HEADINGS)
    by_address: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take a right line in."""
        self.rows.append(row)
        self.by_address.setdefault(row.email, []).append(row)

    def drop(self, row: Row, name: str, message: Message) -> None:
        """Take a line out again, since something is wrong with it that only the registry knows."""
        self.rows.remove(row)
        self.add_mistake(row.line, name, message)


def lines_of(text: str) -> list[tuple[int, dict[str, str]]]:
    """The lines below the headings that are not blank, each with its number and its cells by column.

    Raises:
        InvalidValue: the headings are not those of the template, or there are no lines or too many.
    """
    found = tables.lines_of(text, COLUMNS, optional=_OPTIONAL, most=MOST_ROWS)
    if not found:
        raise InvalidValue(N_("表中没有人员，请在标题下面逐行填写。"))
    return found


def check(lines: Iterable[tuple[int, Mapping[str, str]]], bureaus: Mapping[str, int], today: date) -> Table:
    """Check each line by itself and against the lines before it.

    Args:
        lines: as `lines_of` gives them.
        bureaus: row numbers of the offices by their names, folded.
        today: the day that counts.
    """
    table = Table()
    for number, cells in lines:
        before = len(table.mistakes)
        row = _row(table, number, cells, bureaus, today)
        if row is not None and len(table.mistakes) == before:
            _compare(table, row)
    return table


def _row(table: Table, number: int, cells: Mapping[str, str], bureaus: Mapping[str, int], today: date) -> Row | None:
    """The line in normal form; what is wrong with it is noted in the table."""
    # A telephone number may begin with a plus; that there is nothing else in it, its own check sees to.
    table.add_odd_cells(number, cells, but=("phone",))
    try:
        normal = validated(staff.FIELDS, cells, Facts(today))
    except InvalidFields as error:
        for name, message in error.fields.items():
            table.add_mistake(number, name, message)
        return None
    role = _role(table, number, clean_line(cells["role"]))
    bureau_id = _bureau(table, number, clean_line(cells["bureau"]), bureaus)
    if role is None and bureau_id is not None and not cells["role"].strip():
        table.add_mistake(number, "role", Message(N_("写了主管部门，也要写岗位。")))
    if role in BUREAU_ROLES and not cells["bureau"].strip():
        table.add_mistake(number, "bureau", Message(N_("这个岗位须写明主管部门。")))
    if role is not None and role not in BUREAU_ROLES and cells["bureau"].strip():
        table.add_mistake(number, "bureau", Message(N_("管理员岗位不属于主管部门，请留空。")))
    return Row(number, normal["name"], normal["email"], normal["phone"], bureau_id, role)


def _role(table: Table, number: int, text: str) -> Role | None:
    role = _ROLES.get(fold(text))
    if text and role is None:
        known = "、".join(ROLE_LABELS[each] for each in Role if each in STAFF_ROLES)
        table.add_mistake(number, "role", Message(N_("没有这个岗位，可填：%(known)s。"), {"known": known}))
    return role


def _bureau(table: Table, number: int, text: str, bureaus: Mapping[str, int]) -> int | None:
    found = bureaus.get(fold(text))
    if text and found is None:
        table.add_mistake(number, "bureau", Message(N_("没有这个主管部门，请写全称。")))
    return found


def _compare(table: Table, row: Row) -> None:
    """Take the line in, unless it contradicts one before it."""
    for other in table.by_address.get(row.email, ()):
        if other.name != row.name:
            message = Message(N_("与第 %(line)s 行邮箱相同，姓名不同。"), {"line": other.line})
            table.add_mistake(row.line, "email", message)
            return
        if (other.bureau_id, other.role) == (row.bureau_id, row.role):
            table.add_mistake(row.line, "", Message(N_("与第 %(line)s 行重复。"), {"line": other.line}))
            return
        if other.role is not None and row.role is not None:
            try:
                check_together([other.role], row.role)
            except InvalidValue as error:
                table.add_mistake(row.line, "role", error.message)
                return
    table.add(row)
