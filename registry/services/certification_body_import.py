"""Certification bodies from a table: everything in it goes in or nothing, and the same table again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from registry.config import PROJECT_ROOT
from registry.domain import certification_bodies as definition
from registry.domain import certification_body_table as tables
from registry.domain.administration import Duty
from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.validity import CertificateState
from registry.infrastructure.database import update_rows
from registry.models import CertificationBody, CertificationBodyEvent, CertificationBodyScope
from registry.services import audit
from registry.services.administration import require
from registry.services.certification_bodies import fields
from registry.services.certification_body_register import latest
from registry.services.constraints import unique

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from registry.domain.certification_body_table import Row, Table
    from registry.models import Base
    from registry.services.work import Work

SEED: Final = PROJECT_ROOT / "registry" / "data" / "certification_bodies.csv"

_MEANWHILE: Final = N_("有认证机构刚刚由别人新增，请再上传一次。")
_AT_ONCE: Final = 1_000  # numbers asked for in one statement
_OWN: Final = ("name", "former_names", "uscc", "approved_on", "note", "source", "keys")


@dataclass(frozen=True, slots=True)
class Result:
    """What was written."""

    added: int
    changed: int
    unchanged: int


@dataclass(slots=True)
class _Difference:
    """What a line says that the register does not: values of the body's own row, and rows that hang on it."""

    values: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    scopes: list[dict[str, Any]] = field(default_factory=list)
    ended: list[tuple[CertificationBodyScope, date]] = field(default_factory=list)

    @property
    def fields(self) -> list[str]:
        """What has changed, by name."""
        more = {"state": self.events, "scopes": self.scopes or self.ended}
        return [*(name for name in self.values if name != "keys"), *(name for name, rows in more.items() if rows)]


def read(work: Work, text: str) -> Table:
    """Check a table against itself and against the register; nothing is written.

    Raises:
        NotAllowed: the actor does not keep the register.
        InvalidFields: it cannot be read as a table at all.
    """
    require(work, Duty.CERTIFICATION_BODIES)
    table = _checked(work, text)
    known = _known(work, [row.approval_number for row in table.rows])
    for row in table.rows:
        _compared(table, row, known.get(row.approval_number))
    return table


def write(work: Work, table: Table) -> Result:
    """Add the bodies that are new, and change those of which the table says something else.

    Raises:
        NotAllowed: the actor does not keep the register.
        InvalidFields: there are mistakes in the table.
        Duplicate: somebody added one of the bodies at the same moment.
    """
    require(work, Duty.CERTIFICATION_BODIES)
    return _write(work, table)


def load_seed(work: Work, path: Path = SEED) -> int:
    """Add the bodies that come with the software and are not in the register; tell how many.

    What administrators have changed since stays as they left it.

    Raises:
        InvalidFields: there is a mistake in the file.
    """
    table = _checked(work, path.read_text(encoding="utf-8"))
    known = _known(work, [row.approval_number for row in table.rows])
    table.rows = [row for row in table.rows if row.approval_number not in known]
    return _write(work, table).added if table.rows or table.mistakes else 0


def _checked(work: Work, text: str) -> Table:
    try:
        return tables.check(tables.lines_of(text), fields(work.session), work.today)
    except InvalidValue as error:
        raise InvalidFields({"file": error.message}) from error


def _write(work: Work, table: Table) -> Result:
    known = _known(work, [row.approval_number for row in table.rows])
    new = [row for row in table.rows if row.approval_number not in known]
    differences = {row.approval_number: _compared(table, row, known.get(row.approval_number)) for row in table.rows}
    if table.mistakes:
        raise InvalidFields({"file": Message(N_("表中有错误，没有导入。"))})
    # Rows are inserted as a whole and read again: one by one, thousands would take as many statements.
    if new:
        with unique(work.session, "uq_certification_body_approval_number", "file", _MEANWHILE):
            work.session.execute(insert(CertificationBody), [_body(work, row) for row in new])
    ids = {number: body.id for number, body in known.items()} | _ids(work, [row.approval_number for row in new])
    changed = {number: each for number, each in differences.items() if number in known and each.fields}
    _change(work, [known[number] for number in changed], changed)
    recorded = {"recorded_at": work.now, "recorded_by_id": work.visitor.user_id if work.visitor else None}
    hanging = [(ids[number], each) for number, each in differences.items()]
    events = [{"body_id": number} | recorded | event for number, each in hanging for event in each.events]
    scopes = [{"body_id": number} | scope for number, each in hanging for scope in each.scopes]
    _insert(work, CertificationBodyEvent, events)
    _insert(work, CertificationBodyScope, scopes)
    for row in new:
        audit.record(work, "admin:certification_body:add", ids[row.approval_number], number=row.approval_number)
    for number, each in changed.items():
        audit.record(work, "admin:certification_body:change", ids[number], fields=each.fields)
    audit.record(work, "admin:certification_body:import", rows=len(table.rows), added=len(new), changed=len(changed))
    return Result(len(new), len(changed), len(table.rows) - len(new) - len(changed))


def _known(work: Work, numbers: Sequence[str]) -> dict[str, CertificationBody]:
    """The bodies with these numbers and all that hangs on them; nobody changes them before the commit."""
    found: dict[str, CertificationBody] = {}
    for some in _portions(numbers):
        bodies = work.session.scalars(
            select(CertificationBody)
            .where(CertificationBody.approval_number.in_(some))
            .options(selectinload(CertificationBody.events), selectinload(CertificationBody.scopes))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found |= {body.approval_number: body for body in bodies}
    return found


def _ids(work: Work, numbers: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    asked = select(CertificationBody.approval_number, CertificationBody.id)
    for some in _portions(numbers):
        rows = work.session.execute(asked.where(CertificationBody.approval_number.in_(some)))
        found |= dict(rows.all())
    return found


def _portions(numbers: Sequence[str]) -> Iterable[Sequence[str]]:
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))


def _body(work: Work, row: Row) -> dict[str, Any]:
    former_names = definition.names_before(row.name, row.former_names, row.name)
    return {
        "approval_number": row.approval_number,
        "name": row.name,
        "former_names": former_names,
        "uscc": row.uscc,
        "approved_on": row.approved_on,
        "note": row.note,
        "source": row.source,
        "keys": definition.keys_of(row.approval_number, row.name, former_names),
        "updated_at": work.now,
    }


def _compared(table: Table, row: Row, body: CertificationBody | None) -> _Difference:
    """What a line says beyond the register; what contradicts it is noted in the table."""
    difference = _Difference()
    try:
        if body is None:
            _first_events(difference, row)
        else:
            _compare_values(difference, row, body)
            _compare_state(difference, row, body)
        _compare_scopes(difference, row, body.scopes if body is not None else [])
    except InvalidFields as error:
        table.add_mistakes(row.line, error)
    return difference


def _first_events(difference: _Difference, row: Row) -> None:
    said = {"expires_on": row.expires_on, "reason": row.reason, "document_number": row.document_number}
    if row.state_from is None:
        if row.state not in {"", CertificateState.VALID}:
            raise InvalidFields({"effective_on": Message(N_("请填写状态自何日起。"))})
        difference.events = [{"state": CertificateState.VALID, "effective_on": None} | said]
        return
    first = definition.first_day(row.approval_number, row.approved_on)
    approved = {"state": CertificateState.VALID, "effective_on": None, "expires_on": row.expires_on}
    event = {"state": row.state or CertificateState.VALID, "effective_on": row.state_from} | said
    _check_event(event, first)
    difference.events = [approved | {"reason": "", "document_number": ""}, event]


def _compare_values(difference: _Difference, row: Row, body: CertificationBody) -> None:
    named = {name: getattr(row, name) for name in ("name", "uscc", "approved_on", "note", "source")}
    said = {name: value for name, value in named.items() if value}
    said["former_names"] = definition.names_before(row.name, [*row.former_names, *body.former_names], body.name)
    if set(said["former_names"]) == set(body.former_names):
        del said["former_names"]  # Told in another order.
    difference.values = {name: value for name, value in said.items() if getattr(body, name) != value}
    if difference.values:
        merged = {name: getattr(body, name) for name in ("name", "former_names")} | difference.values
        keys = definition.keys_of(body.approval_number, merged["name"], merged["former_names"])
        difference.values["keys"] = keys


def _compare_state(difference: _Difference, row: Row, body: CertificationBody) -> None:
    """Another state needs its day; what is known better of the present one begins where that began."""
    last = latest(body)
    first = definition.first_day(body.approval_number, row.approved_on or body.approved_on)
    state, begins = row.state or last.state, row.state_from
    if begins is None and state != last.state:
        raise InvalidFields({"effective_on": Message(N_("请填写状态自何日起。"))})
    begins = begins or last.effective_on
    before = definition.latest_event(body.events, first, begins or first) or last
    is_same = before.state == state and before.effective_on == begins
    event = {
        "state": state,
        "effective_on": begins,
        "expires_on": row.expires_on or before.expires_on,
        "reason": row.reason or (before.reason if is_same else ""),
        "document_number": row.document_number or (before.document_number if is_same else ""),
    }
    if any(getattr(before, name) != value for name, value in event.items()):
        _check_event(event, first)
        difference.events = [event]


def _check_event(event: dict[str, Any], first: date) -> None:
    lasts = event["state"] in {CertificateState.VALID, CertificateState.SUSPENDED}
    ends = event["expires_on"] if lasts else None  # What has run out may still be revoked.
    definition.check_change(event["state"], event["effective_on"], ends, event["reason"], first)


def _compare_scopes(difference: _Difference, row: Row, scopes: Sequence[CertificationBodyScope]) -> None:
    """Other fields than before need their day; no fields at all say nothing."""
    if {scope.code for scope in row.scopes} in (set(), {each.code for each in scopes if each.valid_until is None}):
        return
    if scopes and row.scopes_from is None:
        raise InvalidFields({"scopes_from": Message(N_("已有认证领域，请填写变更自何日起。"))})
    added, difference.ended = definition.scope_changes(scopes, row.scopes, row.scopes_from)
    difference.scopes = [{"code": each.code, "name": each.name, "valid_from": row.scopes_from} for each in added]


def _change(work: Work, bodies: Sequence[CertificationBody], differences: dict[str, _Difference]) -> None:
    """Change the bodies' own rows and end fields, each in one statement for all."""
    rows = [
        {name: getattr(body, name) for name in _OWN}
        | differences[body.approval_number].values
        | {"id": body.id, "updated_at": work.now, "revision": body.revision + 1}
        for body in bodies
    ]
    ended = [pair for body in bodies for pair in differences[body.approval_number].ended]
    if rows:
        update_rows(work.session, CertificationBody.__table__, ("id",), rows)
    if ended:
        ends = [{"id": scope.id, "valid_until": last} for scope, last in ended]
        update_rows(work.session, CertificationBodyScope.__table__, ("id",), ends)
    for row in (*bodies, *(scope for scope, _last in ended)):
        work.session.expire(row)


def _insert(work: Work, model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        work.session.execute(insert(model), rows)
