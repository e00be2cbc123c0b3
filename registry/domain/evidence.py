"""What the evidence library asks of each kind of file: entered once, used by every filing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from registry.domain.errors import InvalidFields
from registry.domain.identifiers import (
    check_cma_no,
    check_cnas_no,
    check_standard_no,
    normalise_foreign_certificate_no,
)
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, Field, Kind, validated

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPIRES_SOON: Final = timedelta(days=60)  # From when on the firm is told.
MOST_KEY: Final = 80  # characters of the column that keeps a number to compare

_FOR_REVIEW: Final = N_("仅供审核。")
_BY_CHOICE: Final = N_("在“声明”中勾选后才公开。")


class Standing(StrEnum):
    """How a piece of evidence stands on a day: computed whenever it is read, never stored."""

    VALID = "valid"  # Its last day lies further ahead, or it has none.
    EXPIRING = "expiring"
    EXPIRED = "expired"
    RETIRED = "retired"


STANDING_LABELS: Final = {
    Standing.VALID: N_("有效"),
    Standing.EXPIRING: N_("60 天内到期"),
    Standing.EXPIRED: N_("已过期"),
    Standing.RETIRED: N_("不再使用"),
}

# What the firm agrees to. No page publishes a file of the library, whatever it is.
VISIBILITIES: Final = (("review", N_("仅供审核")), ("public", N_("同意公开")))


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One kind of file in the library. `fields` beyond the columns of the table stand in its details."""

    name: str
    label: str
    fields: tuple[Field, ...]
    help: str = ""


COLUMNS: Final = frozenset({"number", "issuer", "issued_on", "expires_on"})  # Fields with a column of their own.

VISIBILITY_FIELD: Final = Field(
    "visibility",
    N_("是否同意公开文件"),
    Kind.CHOICE,
    required=False,
    choices=VISIBILITIES,
    help=N_("目前文件一律不公开，只有办理申报的机关可以查看；这里只记录企业的意愿。"),
    why_private=N_("仅作记录。"),
)

_NUMBER: Final = Field("number", N_("编号"), help=N_("照文件填写。"), max_length=80, why_private=_FOR_REVIEW)
_ISSUER: Final = Field(
    "issuer", N_("出具单位"), help=N_("发证或出具文件的单位全称。"), max_length=120, why_private=_FOR_REVIEW
)
_ISSUED: Final = Field(
    "issued_on", N_("出具日期"), Kind.DATE, help=N_("文件上的日期。"), not_future=True, why_private=_FOR_REVIEW
)
_EXPIRES: Final = Field(
    "expires_on",
    N_("有效期至"),
    Kind.DATE,
    required=False,
    help=N_("文件上没有写明有效期的，留空。"),
    why=N_("到期前 60 天提醒您更新。"),
    why_private=_FOR_REVIEW,
)
# What is asked of a certification body's certificate, of a product or of a management system.
_CERTIFICATE_NUMBER: Final = Field(
    "number", N_("证书编号"), help=N_("照证书原样填写。"), max_length=80, why_private=_FOR_REVIEW
)
_BODY: Final = Field("issuer", N_("认证机构"), help=N_("颁发证书的机构全称。"), max_length=120, why_private=_FOR_REVIEW)
_CERTIFIED: Final = Field(
    "issued_on", N_("颁证日期"), Kind.DATE, help=N_("这张证书上的颁发日期。"), not_future=True, why_private=_FOR_REVIEW
)
_CERTIFIED_UNTIL: Final = Field(
    "expires_on",
    N_("有效期至"),
    Kind.DATE,
    help=N_("证书上的截止日期。"),
    why=_EXPIRES.why,
    why_private=_FOR_REVIEW,
)

KINDS: Final = (
    EvidenceKind(
        "test_report",
        N_("检测报告"),
        (
            Field("number", N_("报告编号"), help=N_("见报告封面。"), max_length=80, why_private=_BY_CHOICE),
            Field("issuer", N_("检测机构"), help=N_("出具报告的机构全称。"), max_length=120, why_private=_BY_CHOICE),
            Field(
                "cma",
                N_("CMA 编号"),
                required=False,
                help=N_("12 位数字，见报告封面。"),
                max_length=20,
                check=check_cma_no,
                why_private=_FOR_REVIEW,
            ),
            Field(
                "cnas",
                N_("CNAS 编号"),
                required=False,
                help=N_("实验室认可编号，L 和数字，见报告封面。"),
                example="L0699",
                max_length=20,
                check=check_cnas_no,
                why_private=_FOR_REVIEW,
            ),
            Field(
                "issued_on",
                N_("报告日期"),
                Kind.DATE,
                help=N_("报告上的签发日期。"),
                not_future=True,
                why_private=_BY_CHOICE,
            ),
            _EXPIRES,
            Field(
                "sample",
                N_("受检样品"),
                required=False,
                help=N_("报告上的样品名称和型号。"),
                max_length=200,
                why_private=_FOR_REVIEW,
            ),
            Field(
                "conclusion",
                N_("检测结论"),
                help=N_("照报告填写。"),
                example=N_("所检项目符合 GB 4806.5-2016"),
                max_length=200,
                why_private=_BY_CHOICE,
            ),
        ),
    ),
    EvidenceKind(
        "management_certificate",
        N_("管理体系证书"),
        (
            Field(
                "basis",
                N_("认证依据"),
                help=N_("体系标准的编号。"),
                example=N_("GB/T 19001-2016（ISO 9001）"),
                max_length=80,
                check=check_standard_no,
                why_private=_FOR_REVIEW,
            ),
            _CERTIFICATE_NUMBER,
            _BODY,
            Field(
                "scope",
                N_("认证范围"),
                required=False,
                help=N_("照证书填写。"),
                max_length=300,
                why_private=_FOR_REVIEW,
            ),
            _CERTIFIED,
            _CERTIFIED_UNTIL,
        ),
    ),
    EvidenceKind(
        "certification_certificate",
        N_("产品认证证书"),
        (_CERTIFICATE_NUMBER, _BODY, _CERTIFIED, _CERTIFIED_UNTIL),
    ),
    EvidenceKind(
        "licence",
        N_("许可或资质文件"),
        (_NUMBER, _ISSUER, _ISSUED, _EXPIRES),
        N_("生产许可证、出口备案、商标注册证等。"),
    ),
    EvidenceKind(
        "other",
        N_("其他材料"),
        (
            Field(
                "number",
                N_("名称或编号"),
                help=N_("没有编号的，写文件的名称。"),
                max_length=80,
                why_private=_FOR_REVIEW,
            ),
            replace(_ISSUER, required=False),
            replace(_ISSUED, required=False),
            _EXPIRES,
        ),
    ),
)


def kind_named(name: str) -> EvidenceKind:
    """The kind with this name.

    Raises:
        KeyError: there is no such kind.
    """
    return {kind.name: kind for kind in KINDS}[name]


def fields_of(kind: EvidenceKind) -> tuple[Field, ...]:
    """Everything that is asked about a file of this kind."""
    return (*kind.fields, VISIBILITY_FIELD)


def columns_of(kind: EvidenceKind, facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What the table keeps of the facts typed about a piece of evidence, by column.

    Raises:
        InvalidFields: facts are missing or wrong.
    """
    normal = validated(fields_of(kind), facts, Facts(today))
    details = {field.name: normal[field.name] for field in kind.fields if field.name not in COLUMNS}
    issued_on, expires_on = (_day(normal.get(name)) for name in ("issued_on", "expires_on"))
    if issued_on is not None and expires_on is not None and expires_on < issued_on:
        raise InvalidFields({"expires_on": Message(N_("有效期至不能早于出具日期。"))})
    number = normal["number"]
    return {
        "number": number,
        "number_key": number_key(number),
        "issuer": normal["issuer"],
        "issued_on": issued_on,
        "expires_on": expires_on,
        "details": details or None,
        "visibility": normal["visibility"] or VISIBILITIES[0][0],
    }


def facts_of(kind: EvidenceKind, piece: Any) -> dict[str, str]:
    """What is kept of a piece of evidence, as the form of its kind wants it: the opposite of `columns_of`.

    Args:
        kind: the piece's.
        piece: anything with the columns of the table.
    """
    kept = {name: getattr(piece, name) for name in (*COLUMNS, VISIBILITY_FIELD.name)} | (piece.details or {})
    return {field.name: str(kept.get(field.name) or "") for field in fields_of(kind)}


def number_key(number: str) -> str:
    """A number in the form to compare and to search by; possibly empty."""
    return normalise_foreign_certificate_no(number)[:MOST_KEY]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def has_expired(expires_on: date | None, today: date) -> bool:
    """Whether a file was good until a day before today. The last day still counts."""
    return expires_on is not None and expires_on < today


def expires_soon(expires_on: date | None, today: date) -> bool:
    """Whether a file is still good, and not for longer than the firm needs to get a new one."""
    return expires_on is not None and today <= expires_on <= today + EXPIRES_SOON


def standing_of(expires_on: date | None, today: date, *, retired: bool) -> Standing:
    """How a piece of evidence stands today; whether it is in use comes before its dates."""
    if retired:
        return Standing.RETIRED
    if has_expired(expires_on, today):
        return Standing.EXPIRED
    return Standing.EXPIRING if expires_soon(expires_on, today) else Standing.VALID


def in_use(counts: Mapping[tuple[str, Standing], int]) -> dict[str, int]:
    """How many pieces are in use, by kind: of counts by kind and standing."""
    found: dict[str, int] = {}
    for (kind, standing), count in counts.items():
        if standing is not Standing.RETIRED:
            found[kind] = found.get(kind, 0) + count
    return found
