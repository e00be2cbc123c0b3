"""Certificates: one through the whole procedure, or many written straight into the table."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from registry.domain.codes import ALPHABET, CODE_LENGTH, make_number
from registry.domain.external_check import MATCHES
from registry.domain.validity import CertificateState
from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import Bureau, Certificate, CertificateEvent, Declaration, Enterprise, ExternalCheck
from registry.services import certificates, external_checks, filings, reviews
from registry.services.worker import HANDLERS, Worker
from tests.factories.filings import file_declaration, start_complete
from tests.factories.world import JIAXING

if TYPE_CHECKING:
    from pathlib import Path

    from registry.services.work import Work
    from tests.conftest import Site

_serials = count(1)


def act(site: Site, user: int, filing_id: int, action: Action, **details: Any) -> None:
    """One step of a case by an office, on the revision it has now."""
    with site.work(user) as work:
        case = reviews.get_case(work, filing_id)
        reviews.apply_action(work, case, action, revision=case.revision, **details)


def approve(site: Site, filing_id: int) -> int:
    """Take a submitted filing of one product through county and city, and return its certificate's number of row."""
    [certificate_id] = approve_all(site, filing_id)
    return certificate_id


def approve_all(site: Site, filing_id: int) -> list[int]:
    """As `approve`, of any number of products."""
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    look_up(site, site.world.city_reviewer, filing_id)
    act(site, site.world.city_reviewer, filing_id, Action.APPROVE)
    with site.work(site.world.owner) as work:
        return [certificate.id for certificate in filings.certificates_of(work, filings.get_own(work, filing_id))]


def look_up(site: Site, user: int, filing_id: int) -> None:
    """Note that a third party's certificate was found on the national site, where the case rests on one."""
    with site.work(user) as work:
        case = reviews.get_case(work, filing_id)
        if external_checks.applies_to(case):
            case.external_checks.append(
                ExternalCheck(
                    checked_on=work.today,
                    result=MATCHES,
                    checked_by_id=work.actor.user_id,
                    checked_by_name=work.actor.name,
                    bureau_id=reviews.seat_of(work, case).bureau_id,
                    recorded_at=work.now,
                )
            )


def filed(site: Site, folder: Path | None = None) -> int:
    """A declaration of the first firm, submitted."""
    with site.work(site.world.owner) as work:
        return file_declaration(work, site.world.product, folder).id


def certified(site: Site, folder: Path | None = None, **content: Any) -> int:
    """A certificate of the first firm; `content` takes the place of what its declaration said."""
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product, folder, **content)
        filing_id = filings.submit(work, draft.id, revision=draft.revision).id
    return approve(site, filing_id)


def worker(site: Site, **handlers: Any) -> Worker:
    """A worker on the site's database; call it within an application context."""
    return Worker(db.sessionmaker, site.app.extensions["registry"], HANDLERS | handlers)


def change(site: Site, user: int, certificate_id: int, action: Any, **details: Any) -> None:
    """Change a certificate's state, on the revision it has now."""
    with site.work(user) as work:
        certificate = certificates.get(work, certificate_id)
        details = {
            "reason": "测试原因",
            "document_number": "虚构〔2026〕1号",
            "correct_by": date(2026, 6, 1),  # Only a suspension has one; the others take no notice.
            "revision": certificate.revision,
        } | details
        certificates.change_state(work, certificate, action, **details)


def stored_certificate(
    work: Work,
    enterprise_id: int,
    *,
    state: str = CertificateState.VALID,
    valid_from: date = date(2026, 1, 1),
    valid_until: date = date(2028, 12, 31),
    product_name: str = "虚构产品",
    category: str = "consumer",
    kind: str = "declaration",
    issued_on: date | None = None,
) -> Certificate:
    """A certificate without its procedure: for lists, which need many of them in all states."""
    serial = next(_serials)
    enterprise = work.session.get_one(Enterprise, enterprise_id)
    filing = Declaration(
        enterprise=enterprise,
        area_code=enterprise.area_code,
        subject="market_supervision",
        rules_version="2020-1",
        content={},
        status="approved",
        created_at=work.now,
        updated_at=work.now,
        submitted_at=work.now,
        closed_at=work.now,
    )
    certificate = Certificate(
        code="".join(ALPHABET[serial // 32**place % 32] for place in range(CODE_LENGTH)),
        number=make_number("STD", "330499", 2026, serial),
        kind=kind,
        filing=filing,
        enterprise=enterprise,
        bureau=work.session.scalars(select(Bureau).where(Bureau.area_code == JIAXING).order_by(Bureau.id)).first(),
        area_code=enterprise.area_code,
        rules_version="2020-1",
        product_name=product_name,
        enterprise_name=enterprise.name,
        category=category,
        snapshot='{"product":{}}',
        sha256="0" * 64,
        issued_on=issued_on or valid_from,
        valid_from=valid_from,
        valid_until=valid_until,
        state=state,
        created_at=work.now,
    )
    work.session.add(certificate)
    work.session.flush()
    work.session.add(
        CertificateEvent(
            certificate_id=certificate.id,
            sequence=1,
            action="issue",
            to_state="valid",
            effective_on=certificate.issued_on,
            authority="虚构局",
            actor_id=1,
            recorded_at=work.now,
        )
    )
    work.session.flush()
    return certificate
