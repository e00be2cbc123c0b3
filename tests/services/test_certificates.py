"""Certificates: what is issued on an approved filing, and that it stays as it was."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from registry.domain.canonical import canonical, digest
from registry.domain.codes import read_code, read_number
from registry.domain.declaration import PUBLIC_CHOICES
from registry.domain.errors import NotAllowed
from registry.domain.validity import CertificateState
from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import AuditEvent, Certificate, CertificateEvent, Factory, FrozenRowError, Job
from registry.services import certificates, enterprises, filings, products, reviews, snapshots
from tests.factories import (
    act,
    approve,
    approve_all,
    certified,
    file_certification,
    file_declaration,
    look_up,
    stored_certificate,
)

if TYPE_CHECKING:
    from tests.conftest import Site

# What the world's firm told about people, which nothing public may contain.
PRIVATE = ("测试联系人", "0573-55500001", "测试owner", "@test.example")


# Issuing


def test_what_is_issued(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.city_supervisor) as work:
        certificate = certificates.get(work, certificate_id)
        assert re.fullmatch(r"STD-330400-2026-000001-[0-9A-Z]", certificate.number)
        assert read_number(certificate.number.lower().replace("-", " ")) == certificate.number
        wrong = certificate.number[:-1] + ("2" if certificate.number[-1] != "2" else "3")
        assert read_number(wrong) is None
        assert read_code(certificate.code) == certificate.code
        dates = (certificate.issued_on, certificate.valid_from, certificate.valid_until)
        assert dates == (date(2026, 3, 18), date(2026, 3, 18), date(2029, 3, 17))
        assert (certificate.product_name, certificate.category) == ("高硼硅玻璃杯", "consumer")
        assert (certificate.enterprise_name, certificate.area_code) == ("海宁虚构玻璃制品有限公司", "330481")
        assert certificate.bureau.area_code == "330400"
        (event,) = certificate.events
        assert (event.action, event.to_state, event.effective_on) == ("issue", "valid", date(2026, 3, 18))
        assert certificate.sha256 == digest(certificate.snapshot)
        assert canonical(json.loads(certificate.snapshot)) == certificate.snapshot


def test_one_certificate_for_each_product(site: Site) -> None:
    """Each with a code, a number and a document of its own, in the order the products were chosen in."""
    with site.work(site.world.owner) as work:
        values = {"name": "另一个产品", "category": "industrial", "model": "B"}
        other = products.add(work, values).id
        filing_id = file_declaration(work, site.world.product, products=[str(other), str(site.world.product)]).id
    approve_all(site, filing_id)
    with site.work(site.world.owner) as work:
        issued = filings.certificates_of(work, filings.get_own(work, filing_id))
        assert [certificate.product_id for certificate in issued] == [site.world.product, other]
        assert [certificate.product_name for certificate in issued] == ["高硼硅玻璃杯", "另一个产品"]
        assert [certificate.category for certificate in issued] == ["consumer", "industrial"]
        assert [certificate.number[16:22] for certificate in issued] == ["000001", "000002"]
        assert len({certificate.code for certificate in issued}) == 2
        for certificate in issued:
            said = json.loads(certificate.snapshot)
            assert certificate.sha256 == digest(certificate.snapshot)
            assert (said["number"], said["code"]) == (certificate.number, certificate.code)
            assert said["product"]["name"] == certificate.product_name
            assert "id" not in said["product"]  # Row numbers are nobody's business.
            assert said["submission"]["sha256"] == certificate.filing.submissions[-1].sha256
            assert [event.action for event in certificate.events] == ["issue"]
        jobs = work.session.scalars(select(Job).where(Job.kind == certificates.DOCUMENT_JOB).order_by(Job.id))
        assert [job.payload for job in jobs] == [{"certificate_id": certificate.id} for certificate in issued]
        tag = AuditEvent.tag == "review:certificate:issue"
        assert set(work.session.scalars(select(AuditEvent.object_id).where(tag))) == {each.id for each in issued}


def test_what_is_issued_on_a_certification(site: Site) -> None:
    with site.work(site.world.owner) as work:
        filing_id = file_certification(work, site.world.product).id
    certificate_id = approve(site, filing_id)
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        assert re.fullmatch(r"STC-330400-2026-000001-[0-9A-Z]", certificate.number)
        assert (certificate.kind, certificate.product_id) == ("certification", site.world.product)
        # Five years at most, and never longer than the body's own certificate.
        assert certificate.valid_until == date(2029, 1, 14)
        said = json.loads(certificate.snapshot)
        assert said["schema"] == "santong/certification-certificate/1"
        assert said["certification"]["number"] == "901P26-0001/虚构"
        assert said["certification"]["body"]["approval_number"] == "CNCA-R-9999-901"
        assert said["certification"]["expires_on"] == "2029-01-14"
        assert "认证机构对其负责" in said["responsibility"]
        assert said["line"]["factory_address"] == ""  # Not released.
        assert said["line"]["production_line"] == "二号车间 A3 压制线"
        assert {party["address"] for party in said["parties"].values()} == {""}
        for private in (*PRIVATE, "认证证书.pdf"):
            assert private not in certificate.snapshot


@pytest.mark.parametrize(("days", "issued"), [(0, True), (1, False)])
def test_nothing_is_issued_on_a_certificate_that_has_expired_meanwhile(site: Site, days: int, issued: bool) -> None:
    """It was good when it was filed, and its last day went by on the reviewer's desk."""
    with site.work(site.world.owner) as work:
        filing_id = file_certification(work, site.world.product, expires_on="2026-03-20").id
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    site.clock.moment += timedelta(days=2 + days)
    look_up(site, site.world.city_reviewer, filing_id)
    if issued:
        act(site, site.world.city_reviewer, filing_id, Action.APPROVE)
    else:
        with pytest.raises(NotAllowed, match="2026-03-20"):
            act(site, site.world.city_reviewer, filing_id, Action.APPROVE)
        act(site, site.world.city_reviewer, filing_id, Action.REJECT, reason="认证证书已到期")
    with site.work(site.world.owner) as work:
        found = filings.certificates_of(work, filings.get_own(work, filing_id))
        assert [certificate.valid_until for certificate in found] == ([date(2026, 3, 20)] if issued else [])


def test_each_kind_counts_its_own_numbers(site: Site) -> None:
    numbers = []
    for file in (file_declaration, file_certification):
        with site.work(site.world.owner) as work:
            filing_id = file(work, site.world.product).id
        with_number = approve(site, filing_id)
        with site.work(site.world.owner) as work:
            numbers.append(certificates.get(work, with_number).number[:22])
    assert numbers == ["STD-330400-2026-000001", "STC-330400-2026-000001"]


def test_the_day_of_issue_is_the_offices(site: Site) -> None:
    """Half past midnight in China is still the day before in UTC."""
    site.clock.moment = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        assert certificate.issued_on == date(2027, 1, 1)
        assert certificate.number.startswith("STD-330400-2027-000001-")


def test_the_snapshot_says_what_was_declared(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        said = json.loads(certificate.snapshot)
        submission = certificate.filing.submissions[-1]
        assert said["schema"] == "santong/declaration-certificate/1"
        assert (said["number"], said["code"]) == (certificate.number, certificate.code)
        assert said["submission"] == {"reference": "SM-2026-000001", "sha256": digest(submission.snapshot)}
        assert said["enterprise"]["address"] == "浙江省嘉兴市海宁市示例路 1 号"
        assert said["standard"]["markets"] == [
            {"code": "DE", "name": "德国", "name_en": "Germany"},
            {"code": "US", "name": "美国", "name_en": "United States"},
        ]
        assert said["standard"]["overseas"] == ["ISO 7086-1", "ISO 7086-2"]
        assert "声明人" in said["responsibility"]
        assert said["rules"] == "2020-1"


def test_only_what_the_firm_released_is_public(site: Site) -> None:
    texts = {
        "factory_address": "浙江省嘉兴市海宁市示例路 1 号虚构厂区",
        "production_line": "二号车间 A3 压制线",
        "comparison": "铅溶出量",
        "reports": "FICT-2026-001",
        "signatory_name": "测试签署人",
    }
    assert set(texts) == {choice for choice, _label in PUBLIC_CHOICES}
    with site.work(site.world.owner) as work:
        work.session.execute(update(Factory).values(address=texts["factory_address"]))
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        submission = certificate.filing.submissions[-1]
        assert all(text in submission.snapshot for text in texts.values())
        for released in [*([choice] for choice in texts), list(texts), []]:
            declared = snapshots.read(submission)
            declared["content"]["public"] = released
            (product,) = declared["products"]
            text = canonical(snapshots.of_certificate(certificate, declared, product, certificate.bureau))
            assert {choice for choice, words in texts.items() if words in text} == set(released)
            for private in (*PRIVATE, "检测报告.pdf", "L0699", "高硼硅玻璃杯 GB-300"):
                assert private not in text


def test_numbers_go_on_without_gaps_when_an_approval_is_rolled_back(site: Site) -> None:
    first = certified(site)
    with site.work(site.world.owner) as work:
        filing_id = file_declaration(work, site.world.product).id
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    with site.work(site.world.city_reviewer) as work:
        case = reviews.get_case(work, filing_id)
        reviews.apply_action(work, case, Action.APPROVE, revision=case.revision)
        work.session.rollback()
    act(site, site.world.city_reviewer, filing_id, Action.APPROVE)
    with site.app.app_context():
        numbers = list(db.session.scalars(select(Certificate.number).order_by(Certificate.id)))
    assert [number[16:22] for number in numbers] == ["000001", "000002"]
    assert first


def test_personal_data_is_in_no_snapshot(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        values = enterprises.as_form(enterprises.own(work)) | {"legal_representative": "测试法人"}
        enterprises.change(work, values, revision=enterprises.own(work).revision)
        certificate = certificates.get(work, certificate_id)
        for text in (certificate.snapshot, certificate.filing.submissions[0].snapshot):
            for private in (*PRIVATE, "测试法人"):
                assert private not in text


# Frozen


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("snapshot", "{}"),
        ("sha256", "1" * 64),
        ("number", "STD-330400-2026-000009-X"),
        ("code", "1" * 16),
        ("valid_until", date(2040, 1, 1)),
        ("product_name", "另一个产品"),
        ("enterprise_name", "另一家企业"),
        ("bureau_id", 1),
    ],
)
def test_what_a_certificate_says_never_changes(site: Site, column: str, value: Any) -> None:
    with site.work() as work:
        certificate = stored_certificate(work, site.world.enterprise)
        setattr(certificate, column, value)
        with pytest.raises(FrozenRowError, match=f"Certificate.{column}"):
            work.session.flush()
        work.session.rollback()


def test_certificates_and_their_history_are_never_deleted(site: Site) -> None:
    with site.work() as work:
        certificate_id = stored_certificate(work, site.world.enterprise).id
    for model in (Certificate, CertificateEvent):
        with site.work() as work:
            row = work.session.scalars(select(model)).one()
            if model is Certificate:
                row = work.session.get_one(Certificate, certificate_id)
            work.session.delete(row)
            with pytest.raises(FrozenRowError):
                work.session.flush()
            work.session.rollback()
    with site.work() as work:
        work.session.scalars(select(CertificateEvent)).one().reason = "改写"
        with pytest.raises(FrozenRowError):
            work.session.flush()
        work.session.rollback()


def test_what_follows_later_may_change(site: Site) -> None:
    with site.work() as work:
        certificate = stored_certificate(work, site.world.enterprise)
        certificate.state = CertificateState.SUSPENDED
        work.session.flush()
        assert certificate.revision == 2
