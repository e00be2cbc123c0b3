"""A third party's certificate from the draft to the voucher: its rules, the look-up, and whose it is."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed
from registry.domain.validity import CertificateAction
from registry.domain.workflow import Action, Status
from registry.models import Certificate, EnterpriseVersion, ExternalCheck, StoredFile, ThirdPartyCertificate
from registry.services import certifications, documents, external_checks, files, filings, reviews
from tests.at_once import at_once
from tests.factories.certificates import act, change
from tests.factories.certification_bodies import some_body
from tests.factories.filings import BODY, file_certification, start_certification

if TYPE_CHECKING:
    from pathlib import Path

    from registry.services.work import Work
    from tests.conftest import Site


def filed(site: Site, **changes: Any) -> int:
    """A certification of the first firm, submitted."""
    with site.work(site.world.owner) as work:
        draft = start_certification(work, site.world.product, **changes)
        return filings.submit(work, draft.id, revision=draft.revision).id


def looked_up(site: Site, filing_id: int, picture: Path, user: int, **values: str) -> None:
    with site.work(user) as work:
        typed = {"result": "matches", "checked_on": work.today.isoformat(), "note": ""} | values
        external_checks.record(work, reviews.get_case(work, filing_id), typed, picture)


def gaps(site: Site, **changes: Any) -> set[str]:
    """The fields that keep a certification with these changes from being submitted."""
    with site.work(site.world.owner) as work:
        return {gap.field for gap in filings.gaps(work, start_certification(work, site.world.product, **changes))}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "screenshot.png"
    path.write_bytes(bytes.fromhex(_ONE_PIXEL))
    return path


_ONE_PIXEL = (
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe"
    "dccc59e70000000049454e44ae426082"
)


def test_from_the_draft_to_the_voucher(site: Site, picture: Path) -> None:
    world = site.world
    filing_id = filed(site)
    act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    with pytest.raises(InvalidFields) as refused:
        act(site, world.city_reviewer, filing_id, Action.APPROVE)
    assert "国家认监委" in str(refused.value.fields["action"])

    looked_up(site, filing_id, picture, world.city_reviewer)
    act(site, world.city_reviewer, filing_id, Action.APPROVE)

    with site.work(world.owner) as work:
        [certificate] = filings.certificates_of(work, filings.get_own(work, filing_id))
        said = json.loads(certificate.snapshot)
        assert certificate.number.startswith("STC-")
        assert said["kind"] == "certification"
        assert said["certification"]["body"]["approval_number"] == BODY
        assert certificate.valid_until.isoformat() == said["certification"]["expires_on"]
        [on_record] = work.session.scalars(select(ThirdPartyCertificate))
        assert on_record.enterprise_id == world.enterprise
        number = certificate.id
    with site.work() as work:
        documents.make(work, number)
        assert work.session.get_one(Certificate, number).document_id is not None


def test_only_what_was_found_since_the_last_submission_counts(site: Site, picture: Path) -> None:
    world = site.world
    filing_id = filed(site)
    looked_up(site, filing_id, picture, world.county_reviewer)
    looked_up(site, filing_id, picture, world.county_reviewer, result="differs", note="有效期不一致")
    act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    with pytest.raises(InvalidFields):  # The last word counts.
        act(site, world.city_reviewer, filing_id, Action.APPROVE)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"result": ""}, "result"),
        ({"result": "guessed"}, "result"),
        ({"checked_on": "2020-01-01"}, "checked_on"),
        ({"checked_on": "2099-01-01"}, "checked_on"),
        ({"checked_on": "gestern"}, "checked_on"),
        ({"note": "长" * 1001}, "note"),
    ],
)
def test_a_look_up_that_is_wrong(site: Site, picture: Path, values: dict[str, str], wrong: str) -> None:
    filing_id = filed(site)
    with pytest.raises(InvalidFields) as refused:
        looked_up(site, filing_id, picture, site.world.county_reviewer, **values)
    assert list(refused.value.fields) == [wrong]


def test_a_screenshot_is_needed_unless_the_site_was_away(site: Site) -> None:
    filing_id = filed(site)
    with site.work(site.world.county_reviewer) as work:
        filing = reviews.get_case(work, filing_id)
        typed = {"result": "not_found", "checked_on": work.today.isoformat(), "note": ""}
        with pytest.raises(InvalidFields) as refused:
            external_checks.record(work, filing, typed, None)
        assert list(refused.value.fields) == ["screenshot"]
        assert external_checks.record(work, filing, typed | {"result": "unavailable"}, None).screenshot is None


def test_looking_at_a_screenshot_keeps_nobody_from_writing(
    site: Site, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanwhile the firm takes its filing back, and so nothing is recorded."""
    filing_id, real, asked = filed(site), files.judge, []

    def meanwhile(work: Work, path: Path) -> files.Judged:
        asked.append(work.session.in_transaction())
        with site.work(site.world.owner) as other:
            found = filings.get_own(other, filing_id)
            filings.withdraw(other, filing_id, revision=found.revision, reason="")
        return real(work, path)

    monkeypatch.setattr(files, "judge", meanwhile)
    with pytest.raises(AlreadyClosed):
        looked_up(site, filing_id, picture, site.world.county_reviewer)
    assert asked == [False]
    with site.work() as work:
        assert work.session.scalars(select(ExternalCheck)).all() == []


def test_who_records_a_look_up(site: Site) -> None:
    world = site.world
    filing_id = filed(site)
    typed = {"result": "unavailable", "checked_on": "2026-03-18", "note": ""}
    for user in (world.city_reviewer, world.county_supervisor, world.conflicted_reviewer):
        with site.work(user) as work:
            filing = reviews.get_case(work, filing_id)
            assert not external_checks.may_record(work, filing)
            with pytest.raises(NotAllowed):
                external_checks.record(work, filing, typed, None)
    with site.work(world.owner) as work:
        filings.withdraw(work, filing_id, revision=filings.get_own(work, filing_id).revision, reason="")
    with site.work(world.county_reviewer) as work, pytest.raises(AlreadyClosed):
        external_checks.record(work, reviews.get_case(work, filing_id), typed, None)


def test_the_bodys_rules_are_told_at_their_fields(site: Site) -> None:
    assert gaps(site) == set()
    assert gaps(site, first_issued_on="2026-03-10", issued_on="2026-03-01") == {"first_issued_on"}
    assert gaps(site, issued_on="2025-01-01", first_issued_on="2025-01-01", expires_on="2026-03-01") == {"expires_on"}
    assert gaps(site, ccc="yes", ccc_number="") == {"ccc_number"}
    assert gaps(site, number="／  ") == {"number"}
    assert gaps(site, body="999999") == {"body"}


def test_the_body_must_have_been_approved_on_that_day(site: Site) -> None:
    with site.work(site.world.owner) as work:
        late = some_body(work, "CNCA-R-9999-903", "示例新设认证中心（虚构）", approved_on=date(2026, 3, 1))
        narrow = some_body(work, "CNCA-R-9999-904", "示例食品认证中心（虚构）", scopes=("A01",))
    assert gaps(site, body=str(late), issued_on="2026-02-01", first_issued_on="2026-02-01") == {"body"}
    assert gaps(site, body=str(narrow), project="PV02") == {"project"}


def test_one_certificate_belongs_to_one_firm(site: Site, picture: Path) -> None:
    world = site.world
    first = filed(site, number="00126Ｑ 30001／R0M")
    act(site, world.county_reviewer, first, Action.RECOMMEND)
    looked_up(site, first, picture, world.city_reviewer)

    with site.work(world.other_owner) as work:
        draft = start_certification(work, world.other_product, number="00126q30001/R0M")
        second = filings.submit(work, draft.id, revision=draft.revision).id
    act(site, world.other_county_reviewer, second, Action.RECOMMEND)
    looked_up(site, second, picture, world.city_reviewer)

    act(site, world.city_reviewer, first, Action.APPROVE)
    with pytest.raises(NotAllowed, match="另一家企业"):
        act(site, world.city_reviewer, second, Action.APPROVE)
    with site.work(world.other_owner) as work:
        assert filings.get_own(work, second).status == Status.UNDER_REVIEW
        assert work.session.scalars(select(ThirdPartyCertificate.number)).all() == ["00126Ｑ 30001／R0M"]  # As typed.
        draft = start_certification(work, world.other_product, number="00126Q-30001/R0M", project="另一项")
        assert "number" not in {gap.field for gap in filings.gaps(work, draft)}  # A dash has a meaning.
        again = start_certification(work, world.other_product, number="00126Q30001/r0m", project="再一项")
        assert "number" in {gap.field for gap in filings.gaps(work, again)}


def test_of_two_at_once_the_database_lets_one_through(
    site: Site, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = site.world
    first = filed(site)
    with site.work(world.other_owner) as work:
        second = file_certification(work, world.other_product).id
    for filing_id, county in ((first, world.county_reviewer), (second, world.other_county_reviewer)):
        act(site, county, filing_id, Action.RECOMMEND)
        looked_up(site, filing_id, picture, world.city_reviewer)
    act(site, world.city_reviewer, first, Action.APPROVE)
    answers = iter([None])  # Nobody had it yet when the second one looked.
    on_record = certifications._on_record
    monkeypatch.setattr(certifications, "_on_record", lambda *args: next(answers, on_record(*args)))
    with pytest.raises(NotAllowed, match="另一家企业"):
        act(site, world.city_reviewer, second, Action.APPROVE)


def approved(site: Site, picture: Path, filing_id: int, county: int) -> int:
    """The certificate that is issued on a filing."""
    world = site.world
    act(site, county, filing_id, Action.RECOMMEND)
    looked_up(site, filing_id, picture, world.city_reviewer)
    act(site, world.city_reviewer, filing_id, Action.APPROVE)
    with site.work() as work:
        return work.session.scalars(select(Certificate.id).where(Certificate.filing_id == filing_id)).one()


def holder_of(site: Site) -> int:
    with site.work() as work:
        return work.session.scalars(select(ThirdPartyCertificate.enterprise_id)).one()


@pytest.mark.parametrize(
    "ended", [CertificateAction.WITHDRAW, CertificateAction.REVOKE, CertificateAction.SUSPEND, "expired", ""]
)
def test_what_was_filed_by_the_wrong_firm_is_free_when_that_has_ended(site: Site, picture: Path, ended: str) -> None:
    world = site.world
    wrong = approved(site, picture, filed(site), world.county_reviewer)
    with site.work(world.other_owner) as work:
        draft_id = start_certification(work, world.other_product).id
        assert "number" in {gap.field for gap in filings.gaps(work, filings.get_own(work, draft_id))}
    if ended == "expired":
        site.clock.moment += timedelta(days=3 * 366)
    elif ended:
        change(site, world.city_supervisor, wrong, CertificateAction(ended))
    frees = ended in {CertificateAction.WITHDRAW, CertificateAction.REVOKE, "expired"}
    with site.work(world.other_owner) as work:
        values = {"expires_on": (work.today + timedelta(days=300)).isoformat()}
        draft = filings.get_own(work, draft_id)
        draft = filings.save_step(work, draft_id, "certificate", values, revision=draft.revision)
        found = {gap.field: str(gap.message) for gap in filings.gaps(work, draft)}
        assert ("number" not in found) is frees
        if not frees:
            assert "那份备案凭证注销或撤销后即可办理" in found["number"]


def test_once_it_is_free_it_goes_to_the_next_firm(site: Site, picture: Path) -> None:
    world = site.world
    wrong = approved(site, picture, filed(site), world.county_reviewer)
    change(site, world.city_supervisor, wrong, CertificateAction.REVOKE)
    with site.work(world.other_owner) as work:
        second = file_certification(work, world.other_product).id
    again = filed(site)
    assert holder_of(site) == world.enterprise
    approved(site, picture, second, world.other_county_reviewer)
    with site.work(world.other_owner) as work:
        other = filings.get_own(work, second).enterprise_id
    assert holder_of(site) == other
    # And is theirs now, also for the firm that had it before.
    act(site, world.county_reviewer, again, Action.RECOMMEND)
    looked_up(site, again, picture, world.city_reviewer)
    with pytest.raises(NotAllowed, match="另一家企业"):
        act(site, world.city_reviewer, again, Action.APPROVE)


def test_of_two_who_wait_for_a_free_one_the_database_lets_one_through(site: Site, picture: Path) -> None:
    world = site.world
    wrong = approved(site, picture, filed(site), world.county_reviewer)
    change(site, world.city_supervisor, wrong, CertificateAction.REVOKE)
    first = filed(site)
    with site.work(world.other_owner) as work:
        second = file_certification(work, world.other_product).id
    for filing_id, county in ((first, world.county_reviewer), (second, world.other_county_reviewer)):
        act(site, county, filing_id, Action.RECOMMEND)
        looked_up(site, filing_id, picture, world.city_reviewer)
    results = at_once([partial(act, site, world.city_reviewer, each, Action.APPROVE) for each in (first, second)])
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotAllowed"]


def test_the_reviewer_is_told_when_the_firm_does_not_stand_on_the_certificate(site: Site) -> None:
    names = dict.fromkeys(("applicant_name", "producer_name", "manufacturer_name"), "嘉善虚构纺织有限公司")
    filing_id = filed(site, **names)

    def said() -> list[str]:
        with site.work(site.world.county_reviewer) as work:
            found = certifications.for_reviewer(work, reviews.get_case(work, filing_id))
            return [str(each.message) for each in found if each.subject == "applicant_name"]

    assert ["都不是申报企业（海宁虚构玻璃制品有限公司，含曾用名）" in text for text in said()] == [True]
    with site.work(site.world.owner) as work:
        firm = filings.get_own(work, filing_id).enterprise
        version = EnterpriseVersion(
            enterprise_id=firm.id,
            valid_from=date(2001, 1, 1),
            uscc=firm.uscc,
            name="嘉善虚构 纺织有限公司",
            name_en="",
            area_code=firm.area_code,
            address=firm.address,
            recorded_at=work.now,
        )
        work.session.add(version)
    assert said() == []  # It was called so once.


def test_a_second_product_of_the_same_firm_may_rest_on_it(site: Site, picture: Path) -> None:
    world = site.world
    for _time in range(2):
        filing_id = filed(site)
        act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
        looked_up(site, filing_id, picture, world.city_reviewer)
        act(site, world.city_reviewer, filing_id, Action.APPROVE)
    with site.work(world.owner) as work:
        assert len(work.session.scalars(select(ThirdPartyCertificate)).all()) == 1
        assert len(work.session.scalars(select(ExternalCheck)).all()) == 2
        assert work.session.scalars(select(StoredFile.media_type)).all()


def test_ours_ends_with_theirs(site: Site, picture: Path) -> None:
    world = site.world
    with site.work(world.owner) as work:
        soon = (work.today + timedelta(days=30)).isoformat()
    filing_id = filed(site, expires_on=soon)
    with site.work(world.owner) as work:
        notes = {note.field for note in certifications.notes(work, filings.get_own(work, filing_id))}
        assert "expires_on" in notes
    act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    looked_up(site, filing_id, picture, world.city_reviewer)
    act(site, world.city_reviewer, filing_id, Action.APPROVE)
    with site.work(world.owner) as work:
        [certificate] = filings.certificates_of(work, filings.get_own(work, filing_id))
        assert certificate.valid_until.isoformat() == soon


def test_everybody_on_the_certificate_is_printed_once(site: Site, picture: Path) -> None:
    world = site.world
    filing_id = filed(site, applicant_name="虚构控股有限公司")
    act(site, world.county_reviewer, filing_id, Action.RECOMMEND)
    looked_up(site, filing_id, picture, world.city_reviewer)
    act(site, world.city_reviewer, filing_id, Action.APPROVE)
    with site.work(world.owner) as work:
        [certificate] = filings.certificates_of(work, filings.get_own(work, filing_id))
        data = documents.certification_data(work.settings, json.loads(certificate.snapshot))
    assert data["parties"] == [
        {"role": "认证委托人", "name": "虚构控股有限公司", "address": ""},  # The addresses are not released.
        {"role": "生产者、生产企业", "name": "海宁虚构玻璃制品有限公司", "address": ""},
    ]
