"""The PDF of a certificate: made from the frozen snapshot by the worker, after the commit that issued it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain.errors import InvalidValue
from registry.domain.product import CATEGORIES
from registry.infrastructure import qr
from registry.models import Certificate
from registry.services import audit, files
from registry.services.jobs import CannotEverSucceed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.config import Settings
    from registry.domain.documents import DeclarationDocument
    from registry.services.work import Work

TEMPLATE: Final = "certificate_declaration.html"
# Chinese words on a Chinese document, whatever language the person uses who caused it.
_CATEGORY_WORDS: Final = dict(CATEGORIES)


class UnreadableDocument(RuntimeError):  # noqa: N818  # It states a fact about the document.
    """The QR code on a freshly made document does not read as the address it should carry."""


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
    """Make the PDF and read its QR code back."""
    try:
        pdf = work.adapters.documents.render(TEMPLATE, document_data(work.settings, snapshot))
    except InvalidValue as error:
        raise CannotEverSucceed(str(error)) from error
    found = qr.decode_pdf(pdf)
    if found != [verification_url(work.settings, snapshot["code"])]:
        raise UnreadableDocument(f"{snapshot['number']}: the QR code reads {found}.")
    return pdf


def document_data(settings: Settings, snapshot: Mapping[str, Any]) -> DeclarationDocument:
    """What is printed, from what was attested."""
    standard, product = snapshot["standard"], snapshot["product"]
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
            "batch": product["batch"],
        },
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
