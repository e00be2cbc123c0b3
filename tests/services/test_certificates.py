"""Certificates: what they say, who may change them, and what became of them."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.canonical import canonical, digest
from registry.domain.codes import read_code, read_number
from registry.domain.declaration import PUBLIC_CHOICES
from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound, RegistryError, StaleRevision
from registry.domain.validity import CertificateAction, CertificateState, DisplayedState
from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import (
    AuditEvent,
    Certificate,
    CertificateEvent,
    Enterprise,
    FrozenRowError,
    Job,
    Product,
    Submission,
)
from registry.services import certificates, declarations, enterprises, products, reviews, snapshots, verification
from tests.factories import act, approve, certified, change, file_declaration, filed, stored_certificate

if TYPE_CHECKING:
    from tests.conftest import Site

SUSPEND = {"correct_by": date(2026, 6, 1)}
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
        "factory_address": "工业路 77 号",
        "production_line": "二号车间 A3 压制线",
        "comparison": "铅溶出量",
        "reports": "FICT-2026-001",
        "signatory_name": "测试签署人",
    }
    assert set(texts) == {choice for choice, _label in PUBLIC_CHOICES}
    certificate_id = certified(site, factory_address="工业路 77 号")
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        submission, bureau = certificate.filing.submissions[-1], certificate.bureau
        declared = json.loads(submission.snapshot)
        assert all(text in submission.snapshot for text in texts.values())
        for released in [*([choice] for choice in texts), list(texts), []]:
            declared["content"]["public"] = released
            frozen = Submission(snapshot=canonical(declared), sha256="0" * 64)
            text = canonical(snapshots.of_certificate(certificate, frozen, bureau, "SM-1"))
            assert {choice for choice, words in texts.items() if words in text} == set(released)
            for private in (*PRIVATE, "检测报告.pdf", "L0699"):
                assert private not in text


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


# Changing the state


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
        assert [each.id for each in certificates.list_own(work)] == [certificate_id]
        tags = work.session.scalars(select(AuditEvent.tag).where(AuditEvent.object_id == certificate_id))
        assert "enterprise:certificate:withdraw" in set(tags)
    with site.work(site.world.other_owner) as work:
        assert certificates.list_own(work) == []


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


# Superseding


def replace_certificate(site: Site, old_id: int, **changes: Any) -> int:
    with site.work(site.world.owner) as work:
        draft = declarations.start_replacement(work, old_id)
        values = {"declared_on": "2026-03-02", "consent": "yes"} | changes
        draft = declarations.save_step(work, draft.id, "statement", values, revision=draft.revision)
        return declarations.submit(work, draft.id, revision=draft.revision).id


def test_a_newer_certificate_supersedes_the_old_one(site: Site) -> None:
    old_id = certified(site)
    new_id = approve(site, replace_certificate(site, old_id))
    with site.work(site.world.owner) as work:
        old, new = certificates.get(work, old_id), certificates.get(work, new_id)
        assert (old.state, old.superseded_by) == ("superseded", new)
        assert (new.state, new.superseded_by) == ("valid", None)
        assert (old.events[-1].action, old.events[-1].reason) == ("supersede", new.number)
        shown = verification.look_up(work.session, old.code, work.today)
        assert shown is not None
        assert (shown.state, shown.superseded_by) == (DisplayedState.SUPERSEDED, new.code)


def test_the_old_one_stays_valid_until_the_new_one_is_issued(site: Site) -> None:
    old_id = certified(site)
    filing_id = replace_certificate(site, old_id)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    act(site, site.world.city_reviewer, filing_id, Action.REJECT, reason="不符合")
    with site.work(site.world.owner) as work:
        assert certificates.get(work, old_id).state == "valid"


@pytest.mark.parametrize("action", [CertificateAction.SUSPEND, CertificateAction.REVOKE])
def test_a_new_certificate_is_no_way_around_a_suspension(site: Site, action: CertificateAction) -> None:
    old_id = certified(site)
    filing_id = replace_certificate(site, old_id)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    change(site, site.world.city_supervisor, old_id, action)
    with site.work(site.world.city_reviewer) as work:
        case = reviews.get_case(work, filing_id)
        replaced = certificates.to_be_superseded(work, case)
        assert replaced is not None
        assert replaced.id == old_id
        with pytest.raises(NotAllowed, match=replaced.number):
            reviews.apply_action(work, case, Action.APPROVE, revision=case.revision)
        work.session.rollback()
    with site.work(site.world.owner) as work:
        assert [certificate.id for certificate in certificates.list_own(work)] == [old_id]
        with pytest.raises(NotAllowed):
            declarations.start_replacement(work, old_id)


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_a_revocation_while_the_decision_is_at_work(site: Site) -> None:
    """The decider has read the old certificate already; on SQLite the supervisor would have to wait."""
    old_id = certified(site)
    filing_id = replace_certificate(site, old_id)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    with site.work(site.world.city_reviewer) as work:
        assert certificates.get(work, old_id).state == "valid"
        case = reviews.get_case(work, filing_id)
        change(site, site.world.city_supervisor, old_id, CertificateAction.REVOKE)
        with pytest.raises(NotAllowed, match="撤销"):
            reviews.apply_action(work, case, Action.APPROVE, revision=case.revision)
        work.session.rollback()


def test_a_filing_that_replaces_nothing(site: Site) -> None:
    filing_id = filed(site)
    with site.work(site.world.county_reviewer) as work:
        assert certificates.to_be_superseded(work, reviews.get_case(work, filing_id)) is None


def test_a_draft_of_a_replacement_is_told_when_the_old_one_is_suspended(site: Site) -> None:
    old_id = certified(site)
    with site.work(site.world.owner) as work:
        draft_id = declarations.start_replacement(work, old_id).id
    change(site, site.world.city_supervisor, old_id, CertificateAction.SUSPEND)
    with site.work(site.world.owner) as work:
        draft = declarations.get_own(work, draft_id)
        assert any("不能换发" in str(gap.message) for gap in declarations.gaps(work, draft))


def test_only_own_certificates_are_replaced_and_one_draft_is_enough(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.other_owner) as work, pytest.raises(NotFound):
        declarations.start_replacement(work, certificate_id)
    with site.work(site.world.viewer) as work, pytest.raises(NotAllowed):
        declarations.start_replacement(work, certificate_id)
    with site.work(site.world.owner) as work:
        first = declarations.start_replacement(work, certificate_id)
        assert first.replaces_id == certificate_id
        assert (first.content["declared_on"], first.content["consent"]) == ("", "")
        assert first.content["place"] == "嘉兴市海宁市"
        assert declarations.start_replacement(work, certificate_id) is first


# What a consumer sees


def test_look_up(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        code, number = certificate.code, certificate.number
    with site.work() as work:
        shown = verification.look_up(work.session, code, work.today)
        assert shown is not None
        assert (shown.number, shown.state, shown.valid_until) == (number, DisplayedState.VALID, date(2029, 3, 17))
        assert (shown.document_sha256, shown.superseded_by, shown.product_changed) == ("", "", False)
        assert [event.action for event in shown.events] == ["issue"]
        late = verification.look_up(work.session, code, date(2029, 3, 18))
        assert late is not None
        assert late.state is DisplayedState.EXPIRED
        assert verification.look_up(work.session, "0" * 16, work.today) is None
        assert verification.find_code(work.session, f" {code[:8]}-{code[8:]}".lower()) == code
        assert verification.find_code(work.session, "0000000000000000") == "0" * 16
        assert verification.find_code(work.session, number.lower()) == code
        assert verification.find_code(work.session, "STD-330400-2026-000999-8") is None
        assert verification.find_code(work.session, "玻璃杯") is None


def test_a_product_that_has_changed_since_is_told(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        product = work.session.get_one(Product, site.world.product)
        values = products.as_form(product) | {"model": "GB-301"}
        products.change(work, product.id, values, revision=product.revision)
        code = certificates.get(work, certificate_id).code
        shown = verification.look_up(work.session, code, work.today)
        assert shown is not None
        assert shown.product_changed
        assert shown.snapshot["product"]["model"] == "GB-300"


def test_a_certificate_without_a_product_has_none_that_changed(site: Site) -> None:
    with site.work() as work:
        code = stored_certificate(work, site.world.enterprise).code
        shown = verification.look_up(work.session, code, work.today)
        assert shown is not None
        assert not shown.product_changed


def test_the_firm_keeps_its_name_on_what_was_issued(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        enterprise = work.session.get_one(Enterprise, site.world.enterprise)
        values = enterprises.as_form(enterprise) | {"name": "海宁改名玻璃有限公司"}
        enterprises.change(work, values, revision=enterprise.revision)
        certificate = certificates.get(work, certificate_id)
        assert certificate.enterprise_name == "海宁虚构玻璃制品有限公司"
        assert "改名" not in certificate.snapshot


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
