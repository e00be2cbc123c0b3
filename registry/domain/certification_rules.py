"""What is to be said of a third party's certificate that a firm files: plain rules on plain facts.

A problem contradicts what the certificate must be; a warning is worth a second look; what is for review, nobody but a
reviewer can settle. Who is told, and what a problem keeps from happening, the caller decides. Fields are named as in
`domain/certification.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from registry.domain.certification_numbers import hints
from registry.domain.evidence import expires_soon, has_expired
from registry.domain.messages import N_, Message
from registry.domain.text import compact
from registry.domain.validity import DisplayedState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be said, and at which field."""

    kind: Literal["problem", "warning", "review"]
    field: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledCertificate:
    """What is known of a certificate. Days that are not known are left out of the comparison."""

    number: str  # As printed.
    approval_number: str  # The body's, in normal form; empty where the body is not in the register.
    body_state: DisplayedState | None  # On the day of issue; None: the body is not in the register.
    in_scope: bool | None  # On the day of issue; None: it cannot be told.
    project_told: bool = True  # Whether the project has been typed at all.
    first_issued_on: date | None
    issued_on: date | None
    expires_on: date | None
    used_by_other: bool = False  # On record for another firm, with a certificate of ours that stands.
    party_names: tuple[str, ...] = ()  # Applicant, producer, manufacturer, as far as they are named.
    firm_names: tuple[str, ...] = ()  # Of the firm that files: the present one first, then others it has or had.
    product_names: tuple[str, ...] = ()
    scope_text: str = ""  # What the certificate says it covers, where that has been typed.
    product_covered: bool | None = None  # What a reviewer has found; None: nobody has looked.
    ccc_number: str = ""
    ccc_classes: frozenset[str] = frozenset()  # The catalogue, where it is known.


_BODY_PROBLEMS: Final[Mapping[DisplayedState, str]] = {
    DisplayedState.NOT_YET_VALID: N_("颁证时（%(day)s）认证机构尚未获得批准。"),
    DisplayedState.SUSPENDED: N_("颁证时（%(day)s）认证机构的批准处于暂停期间。"),
    DisplayedState.REVOKED: N_("颁证时（%(day)s）认证机构的批准已被撤销。"),
    DisplayedState.WITHDRAWN: N_("颁证时（%(day)s）认证机构的批准已注销。"),
    DisplayedState.EXPIRED: N_("颁证时（%(day)s）认证机构的批准已过有效期。"),
}

_USED_BY_OTHER: Final = N_(
    "这张证书已由另一家企业备案。确属申报企业的，请与审核机关联系；那份备案凭证注销或撤销后即可办理。"
)
_NO_PARTY: Final = N_("委托人、生产者和生产企业都不是申报企业（%(name)s，含曾用名），请核对这张证书是否属于申报企业。")


def findings(certificate: FiledCertificate, today: date) -> list[Finding]:
    """Everything to be said of a certificate: body, number, project, dates, products, parties, CCC certificate."""
    return [
        *_body(certificate),
        *_number(certificate),
        *_project(certificate),
        *_dates(certificate, today),
        *_products(certificate),
        *_parties(certificate),
        *_ccc(certificate),
    ]


def is_party(party_names: Iterable[str], firm_names: Iterable[str]) -> bool:
    """Whether one of these names is among the parties; also while nobody is named yet."""
    named = {compact(name) for name in party_names} - {""}
    return not named or not named.isdisjoint(compact(name) for name in firm_names)


def validity_of(ours_until: date, theirs_until: date) -> date:
    """The last day of the registry's own certificate: it ends with the one it is put on record for, or before."""
    return min(ours_until, theirs_until)


def _body(certificate: FiledCertificate) -> Iterator[Finding]:
    if certificate.body_state is None:
        yield Finding("warning", "body", Message(N_("认证机构不在本平台的名录中，请到国家认监委网站核对其批准资格。")))
    elif certificate.issued_on is not None and certificate.body_state in _BODY_PROBLEMS:
        day = {"day": certificate.issued_on.isoformat()}
        yield Finding("problem", "body", Message(_BODY_PROBLEMS[certificate.body_state], day))


def _number(certificate: FiledCertificate) -> Iterator[Finding]:
    if certificate.used_by_other:
        yield Finding("problem", "number", Message(_USED_BY_OTHER))
    for message in hints(certificate.number, certificate.approval_number, issued_on=certificate.issued_on):
        yield Finding("warning", "number", message)


def _project(certificate: FiledCertificate) -> Iterator[Finding]:
    if certificate.in_scope is False:
        yield Finding("problem", "project", Message(N_("颁证时认证项目不在认证机构获批的认证领域内。")))
    elif certificate.in_scope is None and certificate.body_state is not None and certificate.project_told:
        yield Finding("review", "project", Message(N_("不能自动判断认证项目是否在认证机构获批的领域内，请人工核对。")))


def _dates(certificate: FiledCertificate, today: date) -> Iterator[Finding]:
    first, issued, expires = certificate.first_issued_on, certificate.issued_on, certificate.expires_on
    if first is not None and issued is not None and first > issued:
        yield Finding("problem", "first_issued_on", Message(N_("初次获证日期不能晚于颁证日期。")))
    if issued is not None and issued > today:
        yield Finding("problem", "issued_on", Message(N_("颁证日期不能晚于今天。")))
    if expires is None:
        return
    if issued is not None and expires < issued:
        yield Finding("problem", "expires_on", Message(N_("有效期不能早于颁证日期。")))
    elif has_expired(expires, today):
        yield Finding("problem", "expires_on", Message(N_("认证证书已于 %(day)s 到期。"), {"day": expires.isoformat()}))
    elif expires_soon(expires, today):
        text = N_("认证证书还有 %(days)s 天到期，备案凭证届时一并到期。")
        yield Finding("warning", "expires_on", Message(text, {"days": (expires - today).days}))


def _products(certificate: FiledCertificate) -> Iterator[Finding]:
    if certificate.product_covered is False:
        yield Finding("problem", "products", Message(N_("经核对，产品不在认证证书的范围内。")))
    elif certificate.product_covered is None and certificate.scope_text:
        covered = compact(certificate.scope_text)
        missing = [name for name in certificate.product_names if compact(name) not in covered]
        if missing:
            text = N_("认证范围的文字中没有出现：%(names)s。请对照证书核对产品。")
            yield Finding("warning", "products", Message(text, {"names": "、".join(missing)}))


def _parties(certificate: FiledCertificate) -> Iterator[Finding]:
    """A certificate on which the firm does not stand may be somebody else's; or the firm is called otherwise there."""
    if not is_party(certificate.party_names, certificate.firm_names):
        yield Finding("review", "applicant_name", Message(_NO_PARTY, {"name": certificate.firm_names[0]}))


def _ccc(certificate: FiledCertificate) -> Iterator[Finding]:
    for message in hints(certificate.ccc_number, "", ccc_classes=certificate.ccc_classes):
        yield Finding("warning", "ccc_number", message)
