"""The PDFs of certificates and of declarations to sign.

A certificate's is made from the frozen snapshot by the worker, after the commit that issued it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain.certificate_faces import arrangements
from registry.domain.certification import SCHEMES
from registry.domain.errors import InvalidValue
from registry.domain.product import CATEGORIES
from registry.infrastructure import qr
from registry.infrastructure.pdf import for_signing
from registry.models import Certificate
from registry.services import audit, files
from registry.services.jobs import CannotEverSucceed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry.config import Settings
    from registry.domain.documents import (
        CertificationDocument,
        DeclarationDocument,
        DeclarationPaper,
        PartyFacts,
        RegistryFacts,
    )
    from registry.infrastructure.pdf import DocumentMaker
    from registry.services.work import Work

DECLARATION_TEMPLATE: Final = "declaration.html"
# Chinese words on a Chinese document, whatever language the person uses who caused it.
_CATEGORY_WORDS: Final = dict(CATEGORIES)
_SCHEME_WORDS: Final = dict(SCHEMES)
_PARTY_WORDS: Final = {"applicant": "认证委托人", "producer": "生产者", "manufacturer": "生产企业"}


class UnreadableDocument(RuntimeError):  # noqa: N818  # It states a fact about the document.
    """A QR code on a freshly made document does not read as the text it should carry."""


def verification_url(settings: Settings, code: str) -> str:
    """The address printed on certificates and goods; a promise for ever."""
    return qr.canonical_url(f"{settings.public_url}/c/{code}")


def make(work: Work, certificate_id: int) -> None:
    """Make, read back and keep the PDF of a certificate; one that is there is left as it is.

    Raises:
        CannotEverSucceed: a character cannot be printed.
        UnreadableDocument: the QR code cannot be read back; the document is not released.
    """
    snapshot = work.session.scalar(
        select(Certificate.snapshot).where(Certificate.id == certificate_id, Certificate.document_id.is_(None))
    )
    work.session.rollback()  # Setting a page takes a while, and on SQLite everybody else would wait to write.
    if snapshot is None:
        return
    pdf = _render(work, json.loads(snapshot))
    certificate = work.session.get_one(Certificate, certificate_id, with_for_update=True)
    if certificate.document_id is not None:
        return
    stored = files.keep_document(work, pdf)
    certificate.document = stored
    work.session.flush()
    audit.record(work, "worker:certificate:document", certificate.id, number=certificate.number, sha256=stored.sha256)


def _render(work: Work, snapshot: Mapping[str, Any]) -> bytes:
    """Make the PDF and read its QR code back, which stands on the first page and nowhere else."""
    try:
        template, data = _DOCUMENTS[snapshot["kind"]]
        pdf = certificate_pdf(work.adapters.documents, template, data(work.settings, snapshot))
    except InvalidValue as error:
        raise CannotEverSucceed(str(error)) from error
    first, *others = qr.decode_pages(pdf)
    if first != [verification_url(work.settings, snapshot["code"])] or any(others):
        raise UnreadableDocument(f"{snapshot['number']}: the QR codes of its pages read {[first, *others]}.")
    return pdf


def certificate_pdf(maker: DocumentMaker, template: str, data: DeclarationDocument | CertificationDocument) -> bytes:
    """Make the PDF of a certificate, with its face on one page: what has no room there stands in the annexes.

    Raises:
        MissingGlyph: characters cannot be printed; the message names them.
    """
    return maker.render(template, maker.first_fitting(template, ({**data, **way} for way in arrangements(data))))


def render_declaration(work: Work, data: DeclarationPaper) -> bytes:
    """Make the PDF of a declaration that is to be signed, and read the code on each of its pages back.

    Args:
        work: lends the maker of documents; nothing is written.
        data: see `registry.domain.paper_codes.declaration_paper`.

    Raises:
        MissingGlyph: characters cannot be printed; the message names them.
        UnreadableDocument: a page does not carry its code; the document is not released.
    """
    pdf = for_signing(work.adapters.documents.render(DECLARATION_TEMPLATE, data))
    code = data["paper"]["code"]
    for number, found in enumerate(qr.decode_pages(pdf), start=1):
        if found != [code]:
            raise UnreadableDocument(f"{code}: the QR code on page {number} reads {found}.")
    return pdf


def document_data(settings: Settings, snapshot: Mapping[str, Any]) -> DeclarationDocument:
    """What is printed of a declaration, from what was attested."""
    standard = snapshot["standard"]
    return {
        **_registry_facts(settings, snapshot),
        "production": snapshot["line"],
        "standards": {
            "markets": [market["name"] for market in standard["markets"]],
            "overseas": standard["overseas"],
            "domestic": standard["domestic"],
            "comparison": standard["comparison"],
        },
        "reports": snapshot["quality"]["reports"],
        "statement": snapshot["statement"] | {"responsibility": snapshot["responsibility"]},
    }


def certification_data(settings: Settings, snapshot: Mapping[str, Any]) -> CertificationDocument:
    """What is printed of a third-party certification, from what was attested."""
    certified = snapshot["certification"]
    copied = ("number", "project", "standards", "first_issued_on", "issued_on", "expires_on", "ccc_number")
    return {
        **_registry_facts(settings, snapshot),
        "production": snapshot["line"],
        "certification": {
            "body": certified["body"]["name"],
            "approval_number": certified["body"]["approval_number"],
            "scheme": _SCHEME_WORDS[certified["scheme"]],
            "markets": [market["name"] for market in certified["markets"]],
            **{name: certified[name] for name in copied},  # type: ignore[typeddict-item]
        },
        "parties": _parties(snapshot["parties"]),
        "responsibility": snapshot["responsibility"],
    }


def _parties(parties: Mapping[str, Mapping[str, str]]) -> list[PartyFacts]:
    """Everybody named on the body's certificate once, with all that they are: mostly one firm is all three."""
    roles: dict[tuple[str, str], list[str]] = {}
    for party, role in _PARTY_WORDS.items():
        roles.setdefault((parties[party]["name"], parties[party]["address"]), []).append(role)
    return [{"role": "、".join(found), "name": name, "address": address} for (name, address), found in roles.items()]


def _registry_facts(settings: Settings, snapshot: Mapping[str, Any]) -> RegistryFacts:
    product = snapshot["product"]
    return {
        "certificate": {
            "number": snapshot["number"],
            "public_code": snapshot["code"],
            "verification_url": verification_url(settings, snapshot["code"]),
            "official_domain": settings.official_domain,
            "issued_on": snapshot["issued_on"],
            "valid_from": snapshot["valid_from"],
            "valid_until": snapshot["valid_until"],
            "rule_version": snapshot["rules"],
            "specimen": settings.demonstration,
        },
        "issuer": snapshot["bureau"],
        "enterprise": {
            "name": snapshot["enterprise"]["name"],
            "name_en": snapshot["enterprise"]["name_en"],
            "uscc": snapshot["enterprise"]["uscc"],
            "registered_address": snapshot["enterprise"]["address"],
        },
        "product": {
            "name": product["name"],
            "name_en": product["name_en"],
            "brand": product["brand"],
            "model": product["model"],
            "category": _CATEGORY_WORDS[product["category"]],
            "gtin": product["gtin"],
            "hs_code": product["hs_code"],
            "batch": product.get("batch", ""),
            "variants": product.get("variants", []),  # Declarations of the first schema knew none.
        },
    }


_DOCUMENTS: Final[
    Mapping[str, tuple[str, Callable[[Settings, Mapping[str, Any]], DeclarationDocument | CertificationDocument]]]
] = {
    "declaration": ("certificate_declaration.html", document_data),
    "certification": ("certificate_certification.html", certification_data),
}
