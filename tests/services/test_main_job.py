"""The main job through the services: file, recommend, approve, document, verify, suspend."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from registry.domain.validity import CertificateAction, DisplayedState
from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.services import certificates, reviews, verification, worklists
from registry.services.worker import HANDLERS, Worker
from tests.factories import file_declaration

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site


def test_from_declaration_to_suspended_certificate(site: Site, tmp_path: Path) -> None:
    world = site.world
    with site.work(world.owner) as work:
        filing_id = file_declaration(work, world.product, tmp_path).id
    for user, action in ((world.county_reviewer, Action.RECOMMEND), (world.city_reviewer, Action.APPROVE)):
        with site.work(user) as work:
            case = reviews.get_case(work, filing_id)
            assert action in reviews.possible_actions(work, case)
            reviews.apply_action(work, case, action, revision=case.revision)
    with site.app.app_context():
        worker = Worker(db.sessionmaker, site.app.extensions["registry"], HANDLERS)
        assert worker.run_due() == 7  # the document, and three letters to each of the firm's two
    with site.work(world.city_supervisor) as work:
        certificate = worklist_first(work)
        shown = verification.look_up(work.session, certificate.code, work.today)
        assert shown is not None
        assert shown.state is DisplayedState.VALID
        assert shown.valid_until == date(2029, 3, 17)
        assert shown.document_sha256
        certificates.change_state(
            work,
            certificate,
            CertificateAction.SUSPEND,
            revision=certificate.revision,
            reason="抽查不合格",
            document_number="虚构〔2026〕1号",
            correct_by=date(2026, 6, 1),
        )
        work.session.flush()
        shown = verification.look_up(work.session, certificate.code, work.today)
        assert shown is not None
        assert shown.state is DisplayedState.SUSPENDED
        assert shown.events[0].document_number == "虚构〔2026〕1号"


def worklist_first(work):
    return worklists.certificates(work).rows[0]
