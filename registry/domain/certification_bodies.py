"""Certification bodies: what the register asks of one, its state on a day, and what it may certify then.

Only bodies that CNCA has approved may certify (认证认可条例 第九条), each in the fields it was approved for. What
counts for a certificate is the day it was issued, so a body keeps the history of its approval: nothing is overwritten.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.identifiers import check_approval_no, check_uscc
from registry.domain.messages import N_, Message
from registry.domain.requirements import Field, Kind
from registry.domain.text import clean_line, compact
from registry.domain.validity import (
    MOST_DOCUMENT_NUMBER,
    MOST_REASON,
    STATE_LABELS,
    CertificateState,
    DisplayedState,
    displayed_state,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# The states that somebody's decision leads to; that an approval has expired follows from its last day.
STATES: Final = (
    CertificateState.VALID,
    CertificateState.SUSPENDED,
    CertificateState.REVOKED,
    CertificateState.WITHDRAWN,
)
STATE_CHOICES: Final = tuple((state.value, STATE_LABELS[DisplayedState(state)]) for state in STATES)

_FOR_RECORD: Final = N_("仅作记录。")

NUMBER_FIELD: Final = Field(
    "approval_number",
    N_("批准号"),
    help=N_("国家认监委批准书上的编号。"),
    example="CNCA-R-2002-001",
    max_length=40,
    check=check_approval_no,
    public=True,
)
_IDENTITY_FIELDS: Final = (
    Field("name", N_("机构名称"), help=N_("全称，与批准书一致。"), max_length=200, public=True),
    Field(
        "former_names",
        N_("曾用名"),
        Kind.LINES,
        required=False,
        help=N_("每行一个。改名时，原名称会自动列入。"),
        max_length=200,
        public=True,
    ),
    Field("uscc", N_("统一社会信用代码"), required=False, max_length=30, check=check_uscc, public=True),
    Field(
        "approved_on",
        N_("批准日期"),
        Kind.DATE,
        required=False,
        help=N_("不知道具体日期时留空，按批准号中的年份计算。"),
        not_future=True,
        public=True,
    ),
)
_RECORD_FIELDS: Final = (
    Field("note", N_("备注"), Kind.TEXT, required=False, max_length=2000, why_private=_FOR_RECORD),
    Field(
        "source",
        N_("信息来源"),
        help=N_("公告文号或查询日期，供日后核对。"),
        max_length=300,
        why_private=_FOR_RECORD,
    ),
)
EXPIRY_FIELD: Final = Field(
    "expires_on",
    N_("有效期至"),
    Kind.DATE,
    required=False,
    help=N_("批准书的最后一天；不知道时留空。"),
    public=True,
)
SCOPES_FIELD: Final = Field(
    "scopes",
    N_("认证领域"),
    Kind.TEXT,
    required=False,
    help=N_("每行一个，先代码后名称。留空表示范围不明，审核时会提醒人工核对。"),
    example=N_("A01 质量管理体系"),
    max_length=8000,
    public=True,
)
FIELDS: Final = (*_IDENTITY_FIELDS, *_RECORD_FIELDS)
NEW_FIELDS: Final = (NUMBER_FIELD, *_IDENTITY_FIELDS, EXPIRY_FIELD, SCOPES_FIELD, *_RECORD_FIELDS)
STATE_FIELD: Final = Field("state", N_("状态"), Kind.CHOICE, choices=STATE_CHOICES, public=True)
EFFECTIVE_FIELD: Final = Field(
    "effective_on", N_("自何日起"), Kind.DATE, help=N_("公告写明的日期；可以是将来的日期。"), public=True
)
REASON_FIELD: Final = Field("reason", N_("原因"), Kind.TEXT, required=False, max_length=MOST_REASON, public=True)
DOCUMENT_FIELD: Final = Field(
    "document_number", N_("文号"), required=False, max_length=MOST_DOCUMENT_NUMBER, public=True
)
STATE_FIELDS: Final = (
    STATE_FIELD,
    EFFECTIVE_FIELD,
    replace(EXPIRY_FIELD, help=N_("批准书续期时填写；留空则不变。")),
    REASON_FIELD,
    DOCUMENT_FIELD,
)
SCOPE_FIELDS: Final = (
    SCOPES_FIELD,
    replace(
        EFFECTIVE_FIELD,
        required=False,
        help=N_("从这天起认证领域如上；首次填写时可留空，视为自批准之日起。"),
    ),
)

# A01, A010101, PV02; Z- marks a code of the registry's own, used while CNCA's is not known.
_CODE: Final = re.compile(r"(?:[A-Z]{1,2}[0-9]{2,8}|Z-[A-Z0-9]{2,16})(?![A-Z0-9])", re.IGNORECASE | re.ASCII)
_HALF_WIDTH: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_SEPARATORS: Final = re.compile(r"[\n；;]")
_MOST_SCOPES: Final = 200
_MOST_SCOPE_NAME: Final = 120


class Event(Protocol):
    """What an approval was from a day on."""

    @property
    def state(self) -> str: ...

    @property
    def effective_on(self) -> date | None: ...

    @property
    def expires_on(self) -> date | None: ...


class Scope(Protocol):
    """A field that a body may certify in, from a day and until a day."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_until(self) -> date | None: ...


AnyEvent = TypeVar("AnyEvent", bound=Event)
AnyScope = TypeVar("AnyScope", bound=Scope)


class NamedCode(NamedTuple):
    """Code and name of a field."""

    code: str
    name: str


def first_day(approval_number: str, approved_on: date | None) -> date:
    """From when on a body is approved: the day, or where it is not known the first one of the year in the number."""
    return approved_on or date(int(approval_number.split("-")[2]), 1, 1)


def latest_event(events: Iterable[AnyEvent], first: date, day: date) -> AnyEvent | None:
    """The event that holds on a day; of two from one day, the one recorded last.

    Args:
        events: in the order in which they were recorded.
        first: the body's `first_day`, from which on those without a day hold.
        day: the day that counts.
    """
    known = [event for event in events if (event.effective_on or first) <= day]
    return max(reversed(known), key=lambda event: event.effective_on or first, default=None)


def state_on(events: Iterable[Event], first: date, day: date) -> DisplayedState:
    """The state of a body's approval on a day; the arguments are those of `latest_event`."""
    event = latest_event(events, first, day) if day >= first else None
    if event is None:
        return DisplayedState.NOT_YET_VALID
    return displayed_state(CertificateState(event.state), first, event.expires_on or date.max, day)


def scopes_on(scopes: Iterable[AnyScope], day: date) -> list[AnyScope]:
    """The fields that a body may certify in on a day."""
    return [each for each in scopes if (each.valid_from or date.min) <= day <= (each.valid_until or date.max)]


def dated_scopes(scopes: Iterable[AnyScope]) -> list[AnyScope]:
    """The fields that began or end on a day of their own, without those that never held."""
    return [
        each
        for each in scopes
        if (each.valid_from or each.valid_until) and (each.valid_from or date.min) <= (each.valid_until or date.max)
    ]


def in_scope_on(scopes: Sequence[Scope], project: str, known: Mapping[str, str], day: date) -> bool | None:
    """Whether a body may certify a project on a day; None where that cannot be told and somebody has to look.

    Args:
        scopes: all that is known of the body's fields, past ones too.
        project: the project as the certificate says it: A010101 质量管理体系认证, or one of both.
        known: names of fields by their codes.
        day: the day the certificate was issued.
    """
    if not scopes:
        return None
    held = scopes_on(scopes, day)
    words = compact(project)
    if any(compact(scope.name) in words for scope in held if scope.name):
        return True
    codes = _codes_in(project, known)
    if not codes:
        return None
    return any(code.startswith(scope.code) for scope in held for code in codes)


def scope_changes(
    scopes: Iterable[AnyScope], wanted: Sequence[NamedCode], day: date | None
) -> tuple[list[NamedCode], list[tuple[AnyScope, date]]]:
    """What is to be added so that from a day on a body may certify in these fields only, and what ends when.

    Args:
        scopes: all there are, past ones too. One that had not begun on the day ends before it begins.
        wanted: the fields from that day on.
        day: the first day; None only where there are no fields yet.
    """
    if day is None:
        return list(wanted), []
    codes = {scope.code for scope in wanted}
    kept, ended = set(), []
    for scope in scopes:
        begins = scope.valid_from or date.min
        if scope.code in codes and begins <= day and scope.valid_until is None:
            kept.add(scope.code)
            continue
        last = max(day, begins) - timedelta(days=1)
        if last < (scope.valid_until or date.max):
            ended.append((scope, last))
    return [scope for scope in wanted if scope.code not in kept], ended


def keys_of(number: str, name: str, former_names: Iterable[str]) -> str:
    """Number and names in the form to compare, each between line ends, so that a whole one can be looked for."""
    return "".join(f"\n{compact(each)}" for each in (number, name, *former_names)) + "\n"


def names_before(name: str, former_names: Sequence[str], old_name: str) -> list[str]:
    """The former names of a body that may have been renamed: its old name comes first, and none twice."""
    given = [old_name] if compact(old_name) != compact(name) else []
    found = {compact(each): each for each in reversed([*given, *former_names]) if compact(each) != compact(name)}
    return list(reversed(found.values()))


def parse_scopes(text: str, known: Mapping[str, str]) -> list[NamedCode]:
    """The fields in a text, one in each line or between semicolons: a code, a name or both.

    Args:
        text: as somebody typed it.
        known: names of fields by their codes, which fill in what was left out.

    Raises:
        InvalidValue: an entry has no code and its name is not known, or there are too many.
    """
    by_name = {compact(name): code for code, name in known.items()}
    found: dict[str, NamedCode] = {}
    for entry in map(clean_line, _SEPARATORS.split(text)):
        if not entry:
            continue
        code, name = _split_code(entry)
        code = code or by_name.get(compact(name), "")
        if not code:
            raise InvalidValue(Message(N_("“%(entry)s”没有代码，请写成“A01 质量管理体系”。"), {"entry": entry[:40]}))
        if len(name) > _MOST_SCOPE_NAME:
            counts = {"most": _MOST_SCOPE_NAME, "count": len(name)}
            raise InvalidValue(Message(N_("最多 %(most)s 个字，现有 %(count)s 个字。"), counts))
        found[code] = NamedCode(code, name or known.get(code, ""))
    if len(found) > _MOST_SCOPES:
        counts = {"most": _MOST_SCOPES, "count": len(found)}
        raise InvalidValue(Message(N_("最多 %(most)s 行，现有 %(count)s 行。"), counts))
    return [found[code] for code in sorted(found)]


def check_approval(approval_number: str, approved_on: date | None, expires_on: date | None, today: date) -> None:
    """Whether the days of an approval can be.

    Raises:
        InvalidFields: the day is needed, because the number's year lies ahead; or the end comes before the beginning.
    """
    if approved_on is None and first_day(approval_number, None) > today:
        raise InvalidFields({"approved_on": Message(N_("批准号中的年份晚于今年，请填写批准日期。"))})
    check_expiry(first_day(approval_number, approved_on), expires_on)


def check_change(state: str, effective_on: date | None, expires_on: date | None, reason: str, first: date) -> None:
    """Whether a change of a body's state can be.

    Args:
        state: what it is to be.
        effective_on: from when on; None: from the approval.
        expires_on: last day of the approval, where known.
        reason: why.
        first: the body's `first_day`.

    Raises:
        InvalidFields: it begins before the approval, ends before it begins, or has no reason.
    """
    wrong = {}
    if effective_on is not None and effective_on < first:
        wrong["effective_on"] = Message(N_("不能早于批准日期 %(day)s。"), {"day": first.isoformat()})
    if state != CertificateState.VALID and not reason:
        wrong["reason"] = Message(N_("请填写原因。"))
    if wrong:
        raise InvalidFields(wrong)
    check_expiry(effective_on or first, expires_on)


def check_expiry(begins: date, expires_on: date | None) -> None:
    """Whether an approval ends after it begins.

    Raises:
        InvalidFields: it does not.
    """
    if expires_on is not None and expires_on < begins:
        raise InvalidFields({"expires_on": Message(N_("不能早于 %(day)s。"), {"day": begins.isoformat()})})


def _split_code(entry: str) -> tuple[str, str]:
    """The code that an entry begins with, in normal form, and what follows it."""
    match = _CODE.match(entry.translate(_HALF_WIDTH))  # Character by character, so that the places stay.
    return (match.group().upper(), entry[match.end() :].strip(" :：、")) if match else ("", entry)


def _codes_in(project: str, known: Mapping[str, str]) -> list[str]:
    """The code that a project begins with, or those of the fields whose name is in it."""
    code, words = _split_code(clean_line(project))
    return [code] if code else [code for code, name in known.items() if compact(name) in compact(words)]
