"""What is particular to third-party certifications: parties offered, the body looked up, the certificate's rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, select

from registry.domain import certification_rules
from registry.domain.certification_rules import FiledCertificate
from registry.domain.errors import InvalidFields, NotAllowed
from registry.domain.evidence import number_key
from registry.domain.external_check import MATCHES
from registry.domain.filings import CERTIFICATION
from registry.domain.identifiers import normalise_foreign_certificate_no
from registry.domain.messages import N_, Message
from registry.domain.remarks import Remark, Weight, for_reviewers
from registry.domain.requirements import Gap, Note, row_numbers
from registry.domain.text import compact
from registry.domain.validity import CertificateState
from registry.models import Certificate, Certification, CertificationBody, ThirdPartyCertificate
from registry.services import certification_bodies, evidence, factories, reference, standards
from registry.services.constraints import add_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from registry.domain.certification_rules import Finding
    from registry.domain.requirements import Field
    from registry.models import Enterprise, ExternalCheck, Filing, Product
    from registry.services.work import Work

DEFINITION: Final = CERTIFICATION
MODEL: Final = Certification
_BODY_LABEL: Final = DEFINITION.fields["body"].label
_PARTIES: Final = ("applicant", "producer", "manufacturer")
CARRIED_OVER: Final = (
    "line",
    "body",
    "project",
    "scheme",
    "markets",
    *(f"{party}_{fact}" for party in _PARTIES for fact in ("name", "address")),
)

# What the form asks of the certificate and the library of its file: it is told once.
_SAID_TWICE: Final = ("number", "issued_on", "expires_on")
_MOST_CLASSES: Final = 3  # named of those that an HS code may fall under

_NOT_LOOKED_UP: Final = N_("请先在国家认监委网站核对认证证书并记录“内容一致”；本次提交之后还没有这样的记录。")


def first_content(_work: Work, enterprise: Enterprise) -> dict[str, Any]:
    """What a draft holds before anybody has typed: mostly, the firm itself is all three parties."""
    names = {f"{party}_name": enterprise.name for party in _PARTIES}
    addresses = {f"{party}_address": enterprise.full_address for party in _PARTIES}
    public = [value for value, _label in DEFINITION.public_choices]
    return names | addresses | {"public": public}


def also_known(work: Work, filing: Filing, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a file and a line that are chosen now say besides, for what nobody has filled in.

    A file of the library tells number, body and dates of the certificate, a line who makes the goods and where.
    """
    said = filing.content | dict(typed)
    return _told_by_file(work, filing, said) | _told_by_line(work, filing, said)


def known_of_file(_work: Work, filing: Filing, _field: Field) -> dict[str, str]:
    """Number, body and dates of the certificate, for its file in the library."""
    assert isinstance(filing, Certification)
    said = {name: str(filing.content.get(name) or "") for name in _SAID_TWICE}
    return said | {"issuer": filing.body.name if filing.body else ""}


def follow(work: Work, filing: Filing) -> None:
    """Bring the columns that are searched up to the content."""
    assert isinstance(filing, Certification)
    numbers = row_numbers([str(filing.content.get("body") or "")])
    filing.body = work.session.scalar(select(CertificationBody).where(CertificationBody.id.in_(numbers)))
    filing.number_key = normalise_foreign_certificate_no(str(filing.content.get("number") or ""))[:80]


def problems(work: Work, filing: Filing, _found: list[Gap]) -> list[Gap]:
    """What is wrong beyond single fields: the body, the dates, a number that is another firm's."""
    return [
        Gap(
            DEFINITION.step_of(finding.field).name,
            finding.field,
            DEFINITION.fields[finding.field].label,
            finding.message,
            missing=False,
        )
        for finding in findings(work, filing)
        if finding.kind == "problem"
    ]


def notes(work: Work, filing: Filing) -> list[Note]:
    """What is worth a second look: what a reviewer will compare, and standards that were replaced."""
    return _notes(work, filing, findings(work, filing))


def for_reviewer(work: Work, filing: Filing) -> list[Remark]:
    """What the reviewer is told to look at: also what has become wrong meanwhile, and what nobody else can settle."""
    found = findings(work, filing)
    wrong = [Remark(each.field, each.message) for each in found if each.kind == "problem"]
    open_questions = [Remark(each.field, each.message, Weight.NOTE) for each in found if each.kind == "review"]
    return [*wrong, *open_questions, *for_reviewers(_notes(work, filing, found))]


def last_look_up(filing: Filing) -> ExternalCheck | None:
    """How the certificate was last found on the national site since it was submitted; None: nobody has looked.

    The last word counts: whoever finds something else afterwards has a reason.
    """
    submitted_at = filing.submissions[-1].submitted_at
    since = [check for check in filing.external_checks if check.recorded_at >= submitted_at]
    return since[-1] if since else None


def findings(work: Work, filing: Filing) -> list[Finding]:
    """Everything that the rules say of the certificate as it is typed now (认证认可条例 第九条, 第二十七条)."""
    assert isinstance(filing, Certification)
    content = filing.content
    body = filing.body  # The filing keeps it, so whoever asks again in this unit of work reads no row twice.
    if body is None:
        return []
    issued_on = _day(content.get("issued_on"))
    project, ccc_number = (str(content.get(name) or "") for name in ("project", "ccc_number"))
    parties = tuple(str(content.get(f"{party}_name") or "") for party in _PARTIES)
    standing = certification_bodies.standing(work.session, body.id, project, issued_on or work.today)
    return certification_rules.findings(
        FiledCertificate(
            number=str(content.get("number") or ""),
            approval_number=standing.approval_number if standing else "",
            body_state=standing.state if standing else None,
            in_scope=standing.in_scope if standing else None,
            project_told=bool(project.strip()),
            first_issued_on=_day(content.get("first_issued_on")),
            issued_on=issued_on,
            expires_on=_day(content.get("expires_on")),
            used_by_other=_holder(work, filing) not in {None, filing.enterprise_id},
            party_names=parties,
            firm_names=_names_of(filing.enterprise, parties),
            product_names=tuple(item.product.name for item in filing.objects),
            ccc_number=ccc_number,
            ccc_classes=_classes(work) if ccc_number else frozenset(),
        ),
        work.today,
    )


def put_on_record(work: Work, filing: Filing) -> None:
    """Note on approval whose the body's certificate is.

    It stays with one firm as long as a certificate stands that was issued on it for that firm.

    Raises:
        InvalidFields: nobody has found it on the national site since it was submitted.
        NotAllowed: it is on record for another firm; the database lets only one of two at once through.
    """
    assert isinstance(filing, Certification)
    _guard_looked_up(filing)
    known = _on_record(work, filing)
    if known is None:
        row = ThirdPartyCertificate(
            body_id=filing.body_id,
            number_key=filing.number_key,
            number=str(filing.content["number"]).strip()[:80],
            enterprise_id=filing.enterprise_id,
            recorded_at=work.now,
        )
        if add_once(work.session, row, "uq_third_party_certificate_body_id_number_key"):
            return
        known = _on_record(work, filing)
    if _holder(work, filing) not in {None, filing.enterprise_id}:
        raise NotAllowed(N_("这张认证证书已由另一家企业备案，不能再次备案。"))
    assert known is not None
    known.enterprise_id = filing.enterprise_id


def submitted(_work: Work, _filing: Filing) -> dict[str, Any]:
    """What goes into the submission beside content and products: nothing."""
    return {}


def _notes(work: Work, filing: Filing, found: list[Finding]) -> list[Note]:
    told = [(each.field, each.message) for each in found if each.kind == "warning"]
    told += [*_other_than_file(work, filing), *_other_than_line(work, filing), *_in_catalogue(work, filing)]
    said = [Note(DEFINITION.step_of(field).name, field, message) for field, message in told]
    return [*said, *standards.notes(work, filing.content, DEFINITION)]


def _guard_looked_up(filing: Filing) -> None:
    check = last_look_up(filing)
    if check is None or check.result != MATCHES:
        raise InvalidFields({"action": Message(_NOT_LOOKED_UP)})


def _names_of(enterprise: Enterprise, parties: Iterable[str]) -> tuple[str, ...]:
    """What the firm is called, in English as well; where that is none of these parties, also what it was called."""
    present = (enterprise.name, enterprise.name_en)
    if certification_rules.is_party(parties, present):
        return present
    return (*present, *(name for version in enterprise.versions for name in (version.name, version.name_en)))


def _on_record(work: Work, filing: Certification) -> ThirdPartyCertificate | None:
    """The row of the body's certificate, locked: of two firms the second one waits for the first."""
    return work.session.scalar(
        select(ThirdPartyCertificate)
        .where(ThirdPartyCertificate.body_id == filing.body_id, ThirdPartyCertificate.number_key == filing.number_key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _holder(work: Work, filing: Certification) -> int | None:
    """The firm that the body's certificate is on record for.

    It ends with the last certificate that was issued on it: what was put on record for the wrong firm is withdrawn or
    revoked, and then the right one may file.
    """
    stands = exists().where(
        Certification.body_id == ThirdPartyCertificate.body_id,
        Certification.number_key == ThirdPartyCertificate.number_key,
        Certificate.filing_id == Certification.id,
        Certificate.enterprise_id == ThirdPartyCertificate.enterprise_id,
        Certificate.state.in_([CertificateState.VALID, CertificateState.SUSPENDED]),
        Certificate.valid_until >= work.today,
    )
    return work.session.scalar(
        select(ThirdPartyCertificate.enterprise_id).where(
            ThirdPartyCertificate.body_id == filing.body_id,
            ThirdPartyCertificate.number_key == filing.number_key,
            stands,
        )
    )


def _told_by_file(work: Work, filing: Filing, said: Mapping[str, Any]) -> dict[str, Any]:
    before = filing.content.get("certificate") or []
    fresh = [number for number in said.get("certificate") or [] if number not in before]
    piece = next(iter(evidence.by_ids(work, fresh, filing.enterprise_id).values()), None)
    if piece is None:
        return {}
    facts = {name: str(getattr(piece, name) or "") for name in _SAID_TWICE}
    if not said.get("body"):
        body = certification_bodies.named(work.session, piece.issuer)
        facts["body"] = str(body.id) if body else ""
    return {name: fact for name, fact in facts.items() if fact and not said.get(name)}


def _told_by_line(work: Work, filing: Filing, said: Mapping[str, Any]) -> dict[str, Any]:
    before, now = str(filing.content.get("line") or ""), str(said.get("line") or "")
    if before == now:
        return {}
    fields = ("manufacturer_name", "manufacturer_address")
    present = tuple(said.get(name) or "" for name in fields)
    # What somebody has typed themselves stays; what was put there in their place goes along with the line.
    firm = filing.enterprise
    offered = [("", ""), (firm.name, firm.full_address), tuple(factories.words_of(work, firm.id, before)[:2])]
    return dict(zip(fields, factories.words_of(work, firm.id, now), strict=False)) if present in offered else {}


def _other_than_file(work: Work, filing: Filing) -> Iterator[tuple[str, Message]]:
    """What the chosen files say otherwise; of a certificate with annexes, one that says the same is enough."""
    chosen = filing.content.get("certificate") or []
    pieces = list(evidence.by_ids(work, chosen, filing.enterprise_id).values())
    assert isinstance(filing, Certification)
    text = N_("证书文件在材料库中登记的%(label)s是 %(value)s，与这里填写的不同，请核对。")
    for name in _SAID_TWICE:
        theirs = [str(getattr(piece, name)) for piece in pieces if getattr(piece, name)]
        ours = str(filing.content.get(name) or "")
        if ours and theirs and _compared(name, ours) not in {_compared(name, each) for each in theirs}:
            yield name, Message(text, {"label": Message(DEFINITION.fields[name].label), "value": theirs[0]})
    issuers = {piece.issuer: certification_bodies.named(work.session, piece.issuer) for piece in pieces}
    others = [issuer for issuer, body in issuers.items() if body is not None]
    if filing.body is not None and others and filing.body not in issuers.values():
        yield "body", Message(text, {"label": Message(_BODY_LABEL), "value": others[0]})


def _compared(name: str, text: str) -> str:
    if name == "number":
        return number_key(text)
    day = _day(text)
    return day.isoformat() if day else text


def _other_than_line(work: Work, filing: Filing) -> Iterator[tuple[str, Message]]:
    """A manufacturer that is not the one of the line on which the goods are made (同线)."""
    typed = str(filing.content.get("manufacturer_name") or "")
    line = factories.words_of(work, filing.enterprise_id, str(filing.content.get("line") or ""))
    if typed and line and compact(typed) != compact(line[0]):
        text = N_("所选生产线登记的生产企业是 %(name)s，与这里填写的不同，请核对。")
        yield "manufacturer_name", Message(text, {"name": line[0]})


def _in_catalogue(work: Work, filing: Filing) -> Iterator[tuple[str, Message]]:
    """Products whose HS codes come under headings of the compulsory catalogue: a hint, since headings are wider."""
    if filing.content.get("ccc") == "yes":
        return
    products = [(item.product.name, _hs_codes(item.product)) for item in filing.objects]
    found = reference.ccc_classes_of(work.session, {code for _name, codes in products for code in codes})
    text = N_("%(product)s的 HS 编码 %(code)s 涉及强制性产品认证目录中的 %(classes)s，请核对。")
    for name, code in ((name, code) for name, codes in products for code in codes if found[code]):
        classes = [f"{each.code} {each.name}" for each in found[code]]
        said = "、".join(classes[:_MOST_CLASSES]) + ("…" if len(classes) > _MOST_CLASSES else "")
        yield "ccc", Message(text, {"product": name, "code": code, "classes": said})


def _hs_codes(product: Product) -> list[str]:
    """The codes of a product and of its variants, each once."""
    codes = [product.hs_code, *(variant.hs_code for variant in product.variants)]
    return [code for code in dict.fromkeys(codes) if code]


def _classes(work: Work) -> frozenset[str]:
    return frozenset(known.code for known in reference.ccc_classes(work.session))


def _day(text: Any) -> date | None:
    """A date as typed; None where it is none, which is told at its field."""
    try:
        return date.fromisoformat(str(text or "").strip())
    except ValueError:
        return None
