"""What becomes of a certificate: who may suspend, reinstate, revoke or withdraw it, and what is recorded of it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound, RegistryError, StaleRevision
from registry.domain.validity import CertificateAction, DisplayedState
from registry.models import AuditEvent, Job
from registry.services import certificates, enterprises
from tests.factories import certified, change, stored_certificate

if TYPE_CHECKING:
    from tests.conftest import Site

SUSPEND = {"correct_by": date(2026, 6, 1)}


def test_suspend_reinstate_revoke(site: Site) -> None:
    certificate_id = certified(site)
    supervisor = site.world.city_supervisor
    change(site, supervisor, certificate_id, CertificateAction.SUSPEND, **SUSPEND)
    site.clock.moment += timedelta(days=1)
    change(site, supervisor, certificate_id, CertificateAction.REINSTATE, document_number="虚构〔2026〕2号")
    change(site, supervisor, certificate_id, CertificateAction.REVOKE, document_number="虚构〔2026〕3号", **SUSPEND)
    with site.work(supervisor) as work:
        certificate = certificates.get(work, certificate_id)
        assert [
            (event.action, event.to_state, event.document_number, event.correct_by, event.authority)
            for event in certificate.events
        ] == [
            ("issue", "valid", "", None, "虚构330400market_supervision局"),
            ("suspend", "suspended", "虚构〔2026〕1号", date(2026, 6, 1), "虚构330400market_supervision局"),
            ("reinstate", "valid", "虚构〔2026〕2号", None, "虚构330400market_supervision局"),
            ("revoke", "revoked", "虚构〔2026〕3号", None, "虚构330400market_supervision局"),
        ]
        assert certificate.state == "revoked"
        assert certificates.possible_changes(work, certificate) == ()
        tags = set(work.session.scalars(select(AuditEvent.tag).where(AuditEvent.object_id == certificate_id)))
        assert {f"bureau:certificate:{action}" for action in ("suspend", "reinstate", "revoke")} <= tags
        mails = work.session.scalars(select(Job.key).where(Job.key.startswith(f"certificate-{certificate_id}-")))
        told = (site.world.owner, site.world.filer)
        assert set(mails) == {f"certificate-{certificate_id}-{number}-{user}" for number in (2, 3, 4) for user in told}
    with pytest.raises(AlreadyClosed):
        change(site, supervisor, certificate_id, CertificateAction.REINSTATE)


def test_a_stale_revision_changes_nothing(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.city_supervisor) as work:
        shown = certificates.get(work, certificate_id).revision
    change(site, site.world.city_supervisor, certificate_id, CertificateAction.SUSPEND, **SUSPEND)
    with pytest.raises(StaleRevision):
        change(site, site.world.city_supervisor, certificate_id, CertificateAction.REVOKE, revision=shown)


@pytest.mark.parametrize(
    ("details", "fields"),
    [
        ({"reason": " \u200b", "document_number": "", "correct_by": None}, ["document_number", "reason", "until"]),
        ({"correct_by": date(2026, 3, 18)}, ["until"]),
        ({"document_number": "长" * 81, "correct_by": date(2026, 6, 1)}, ["document_number"]),
        ({"reason": "长" * 2001, "correct_by": date(2026, 6, 1)}, ["reason"]),
    ],
)
def test_a_suspension_must_say_why_and_until_when(site: Site, details: dict[str, Any], fields: list[str]) -> None:
    with site.work() as work:
        certificate_id = stored_certificate(work, site.world.enterprise).id
    with pytest.raises(InvalidFields) as caught:
        change(site, site.world.city_supervisor, certificate_id, CertificateAction.SUSPEND, **details)
    assert sorted(caught.value.fields) == fields


def test_longest_particulars_fit(site: Site) -> None:
    """Names of firms are longer than names of offices; whoever withdraws stands in the history."""
    with site.work(site.world.owner) as work:
        enterprises.own(work).name = "长" * 200
        certificate_id = stored_certificate(work, site.world.enterprise).id
    change(site, site.world.city_supervisor, certificate_id, "suspend", document_number="长" * 80, **SUSPEND)
    change(site, site.world.city_supervisor, certificate_id, "reinstate", reason="长" * 2000)
    change(site, site.world.owner, certificate_id, "withdraw")
    with site.work(site.world.owner) as work:
        assert certificates.get(work, certificate_id).events[-1].authority == "长" * 200


def test_who_may_change_what(site: Site) -> None:
    world = site.world
    certificate_id = certified(site)
    expected = {
        world.owner: ["withdraw"],
        world.viewer: [],
        world.city_supervisor: ["suspend", "revoke", "withdraw"],
        world.county_supervisor: [],  # It sees a city's certificate and leaves it to the city.
        world.city_reviewer: [],
        world.county_reviewer: [],
        world.conflicted_reviewer: [],
    }
    for user, actions in expected.items():
        with site.work(user) as work:
            certificate = certificates.get(work, certificate_id)
            assert [row.action for row in certificates.possible_changes(work, certificate)] == actions, user
        if not actions:
            with pytest.raises(NotAllowed):
                change(site, user, certificate_id, CertificateAction.SUSPEND, **SUSPEND)
    for user in (world.other_owner, world.commerce_reviewer, world.other_county_reviewer, world.nobody):
        with pytest.raises(NotFound):
            change(site, user, certificate_id, CertificateAction.WITHDRAW)


@pytest.mark.parametrize(
    ("state", "valid_until", "by_office", "by_holder"),
    [
        ("valid", date(2026, 3, 18), ["suspend", "revoke", "withdraw"], ["withdraw"]),
        ("valid", date(2026, 3, 17), ["revoke"], []),  # expired
        ("suspended", date(2026, 3, 18), ["reinstate", "revoke", "withdraw"], []),
        ("suspended", date(2026, 3, 17), ["revoke"], []),
        ("revoked", date(2026, 3, 18), [], []),
        ("withdrawn", date(2026, 3, 18), [], []),
        ("superseded", date(2026, 3, 18), [], []),
    ],
)
def test_what_can_become_of_a_certificate(
    site: Site, state: str, valid_until: date, by_office: list[str], by_holder: list[str]
) -> None:
    with site.work() as work:
        certificate_id = stored_certificate(work, site.world.enterprise, state=state, valid_until=valid_until).id
    for user, actions in ((site.world.city_supervisor, by_office), (site.world.owner, by_holder)):
        with site.work(user) as work:
            certificate = certificates.get(work, certificate_id)
            assert [row.action for row in certificates.possible_changes(work, certificate)] == actions


def test_the_holder_withdraws(site: Site) -> None:
    certificate_id = certified(site)
    change(site, site.world.owner, certificate_id, CertificateAction.WITHDRAW, reason="停产")
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        assert (certificate.state, certificate.events[-1].authority) == ("withdrawn", "海宁虚构玻璃制品有限公司")
        assert [each.id for each in certificates.page_own(work, 1).rows] == [certificate_id]
        tags = work.session.scalars(select(AuditEvent.tag).where(AuditEvent.object_id == certificate_id))
        assert "enterprise:certificate:withdraw" in set(tags)
    with site.work(site.world.other_owner) as work:
        assert certificates.page_own(work, 1).rows == []


def test_expiry_is_computed(site: Site) -> None:
    certificate_id = certified(site)
    for day, shown in ((date(2029, 3, 17), DisplayedState.VALID), (date(2029, 3, 18), DisplayedState.EXPIRED)):
        with site.work(site.world.owner) as work:
            certificate = certificates.get(work, certificate_id)
            assert certificates.state_shown(certificate, day) is shown
            assert certificate.state == "valid"


def test_a_random_walk_of_changes_equals_its_replay(site: Site) -> None:
    """The state a certificate has is that of its last event, and each event led on from the one before."""
    chance, done = random.Random(7), 0
    users = (site.world.city_supervisor, site.world.owner, site.world.county_supervisor)
    with site.work() as work:
        certificate_id = stored_certificate(work, site.world.enterprise).id
    for _step in range(30):
        user = chance.choice(users)
        with site.work(user) as work:
            certificate = certificates.get(work, certificate_id)
            offered = [row.action for row in certificates.possible_changes(work, certificate)]
            action = chance.choice(offered if offered and chance.random() < 0.6 else list(CertificateAction))
            final = not offered and certificate.state in {"revoked", "withdrawn"}
            details = {"revision": certificate.revision, "reason": "测试", "document_number": "1号"}
            try:
                certificates.change_state(work, certificate, action, correct_by=date(2027, 1, 1), **details)
            except RegistryError:
                assert action not in offered
            else:
                assert action in offered
                done += 1
            work.session.flush()
            state = "valid"
            for number, event in enumerate(certificate.events, start=1):
                assert event.sequence == number
                state = event.to_state
            assert certificate.state == state
            if final:
                certificate_id = stored_certificate(work, site.world.enterprise).id
    assert done > 6
