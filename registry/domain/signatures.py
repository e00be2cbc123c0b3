"""What was found when a signed PDF was looked at: plain data that can be stored, and what it says to people.

Three questions are answered apart, since each may have another answer: is this our document, are its signatures whole,
and who signed. That a certificate has not been revoked is not among them: that would mean asking its issuer.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from registry.domain.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


class Original(StrEnum):
    """Whether the file is the document that was given out to be signed."""

    NOT_COMPARED = "not_compared"
    SAME = "same"  # It begins with it, byte by byte, and only signatures were added.
    CHANGED = "changed"  # It begins with it, and something besides signatures was added.
    OTHER = "other"  # It does not begin with it: another document, or one that was saved anew.


class Trust(StrEnum):
    """Whether a certificate leads to one of the roots that are trusted here."""

    NOT_CHECKED = "not_checked"  # No roots are set.
    TRUSTED = "trusted"
    NOT_TRUSTED = "not_trusted"


class Problem(StrEnum):
    """What is wrong with a file or one of its signatures. The values are stored, and keep their meaning."""

    UNREADABLE = "unreadable"
    NOT_SIGNED = "not_signed"
    OTHER_DOCUMENT = "other_document"
    CHANGED = "changed"
    BROKEN = "broken"
    PARTIAL = "partial"
    CHANGED_AFTERWARDS = "changed_afterwards"
    SM2 = "sm2"
    UNCHECKABLE = "uncheckable"
    WEAK = "weak"
    CERTIFICATE_DATES = "certificate_dates"
    FUTURE = "future"
    NOT_TRUSTED = "not_trusted"


# What is wrong, and what the firm can do about it.
MESSAGES: Final[Mapping[Problem, str]] = MappingProxyType(
    {
        Problem.UNREADABLE: N_("无法读取这个 PDF 中的签名。请重新下载声明文件，签署后不要另存或转换格式，再上传。"),
        Problem.NOT_SIGNED: N_("这个 PDF 中没有电子签名。请签署后再上传；签字、盖章的纸件请以扫描件上传。"),
        Problem.OTHER_DOCUMENT: N_(
            "这不是在本平台下载的声明文件，或签署前已另存、转换过。请重新下载声明文件，直接签署后再上传。"
        ),
        Problem.CHANGED: N_("声明文件除签名外还有其他改动。请重新下载声明文件，不作改动，签署后再上传。"),
        Problem.BROKEN: N_("签名与文件内容不符，文件在签署后被改动过或已损坏。请重新签署后再上传。"),
        Problem.PARTIAL: N_("签名没有覆盖整个文件。请换用其他签署软件重新签署。"),
        Problem.CHANGED_AFTERWARDS: N_("文件在签署后被改动过（例如添加了页面或批注）。请上传签署后未作改动的文件。"),
        Problem.SM2: N_(
            "签名使用国密算法（SM2、SM3），本平台暂时无法核对。请改用 RSA 或 ECDSA 证书签署，或打印后签字、盖章。"
        ),
        Problem.UNCHECKABLE: N_("签名的格式或算法无法核对。请换用其他签署软件，或打印后签字、盖章。"),
        Problem.WEAK: N_("签名使用的算法已不安全（例如 SHA-1）。请换用 SHA-256 重新签署。"),
        Problem.CERTIFICATE_DATES: N_("签署时证书尚未生效或已经过期。请使用有效的证书重新签署。"),
        Problem.FUTURE: N_("签署时间晚于现在。请校准电脑时间后重新签署。"),
        Problem.NOT_TRUSTED: N_("签名证书不是由本平台认可的机构签发的。"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Whose certificate it is, as its issuer says, and the certificate itself."""

    name: str  # CN
    organisation: str  # O
    uscc: str  # The first valid 统一社会信用代码 in the subject, wherever issuers put it; empty: none is there.
    issuer: str  # CN of the issuer, or its O
    serial_number: str  # of the certificate, hexadecimal
    sha256: str  # of the certificate, hexadecimal
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature in a file."""

    field: str  # The name of the form field it stands in.
    signer: Signer | None  # None: it cannot be read.
    signed_at: datetime | None  # As the signer's computer said; nobody else confirms it.
    trust: Trust
    problems: tuple[Problem, ...]  # None of them: it holds.


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """What was found in one file."""

    readable: bool
    original: Original
    signatures: tuple[Signature, ...]  # In the order in which they were made.

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, each thing once; nothing when the document is ours and all signatures hold."""
        found = [problem for signature in self.signatures for problem in signature.problems]
        if self.original is Original.CHANGED:
            found.insert(0, Problem.CHANGED)
        if self.original is Original.OTHER:
            found.insert(0, Problem.OTHER_DOCUMENT)
        if not self.signatures:
            found.insert(0, Problem.NOT_SIGNED)
        return tuple(dict.fromkeys(found)) if self.readable else (Problem.UNREADABLE,)

    def as_data(self) -> dict[str, Any]:
        """The report as JSON holds it; `report_of` reads it again."""
        data = asdict(self)
        return {**data, "signatures": [_plain(signature) for signature in data["signatures"]]}


def report_of(data: Mapping[str, Any]) -> SignatureReport:
    """The report that was stored as this."""
    return SignatureReport(
        readable=data["readable"],
        original=Original(data["original"]),
        signatures=tuple(_signature(signature) for signature in data["signatures"]),
    )


UNREADABLE: Final = SignatureReport(readable=False, original=Original.NOT_COMPARED, signatures=())


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _signature(data: Mapping[str, Any]) -> Signature:
    signer = data["signer"]
    return Signature(
        field=data["field"],
        signer=signer and Signer(**{**signer, **{name: _moment(signer[name]) for name in ("not_before", "not_after")}}),
        signed_at=_moment(data["signed_at"]),
        trust=Trust(data["trust"]),
        problems=tuple(Problem(problem) for problem in data["problems"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
