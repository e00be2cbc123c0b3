"""Declarations on the firm's side: drafts, what is carried over, what keeps one from being submitted."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from registry.domain.canonical import digest
from registry.domain.errors import AlreadyClosed, NotAllowed, NotFound, StaleRevision
from registry.domain.workflow import Action, Status
from registry.models import Declaration, Enterprise, Job, Product, User
from registry.services import declarations, enterprises, notifications, people, products
from registry.services.declarations import Incomplete
from tests.factories import act, add_report, complete_content, file_declaration, filed, start_complete, worker

if TYPE_CHECKING:
    from tests.conftest import Site


def test_a_draft_begins_with_what_is_known(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = declarations.start(work, product_id=site.world.product)
        assert draft.content["manufacturer"] == "海宁虚构玻璃制品有限公司"
        assert draft.content["factory_address"] == "浙江省嘉兴市海宁市示例路 1 号"
        assert draft.content["product"] == str(site.world.product)
        assert set(draft.content["public"]) == {
            *("factory_address", "production_line", "comparison", "reports")  # A name only where it is ticked.
        }
        assert (draft.status, draft.tier, draft.reference, draft.subject) == ("draft", "", None, "market_supervision")


def test_one_empty_draft_is_enough(site: Site) -> None:
    with site.work(site.world.owner) as work:
        first = declarations.start(work, product_id=site.world.product)
        assert declarations.start(work, product_id=site.world.product) is first
        without = declarations.start(work)
        assert without is not first
        assert declarations.start(work) is without
        declarations.save_step(work, first.id, "line", {"production_line": "一号线"}, revision=first.revision)
        assert declarations.start(work, product_id=site.world.product) is not first


def test_what_was_told_once_is_offered_again(site: Site) -> None:
    with site.work(site.world.owner) as work:
        file_declaration(work, site.world.product)
        site.clock.moment += timedelta(days=1)
        draft = declarations.start(work)
        assert draft.content["production_line"] == "二号车间 A3 压制线"
        assert draft.content["signatory_name"] == "测试签署人"
        assert draft.content["public"] == ["production_line", "comparison", "reports", "signatory_name"]
        for own_to_each in ("product", "reports", "consent", "declared_on", "batch"):
            assert not draft.content.get(own_to_each)


def test_others_have_no_say(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        draft_id = start_complete(work, world.product).id
        assert [draft.id for draft in declarations.list_own(work)] == [draft_id]
    for user in (world.other_owner, world.county_reviewer, world.nobody):
        with site.work(user) as work:
            assert declarations.list_own(work) == []
            with pytest.raises(NotFound):
                declarations.get_own(work, draft_id)
    with site.work(world.viewer) as work:
        assert declarations.get_own(work, draft_id).id == draft_id
        with pytest.raises(NotAllowed):
            declarations.start(work)
        for change in (
            lambda: declarations.save_step(work, draft_id, "line", {}, revision=6),
            lambda: declarations.submit(work, draft_id, revision=6),
            lambda: declarations.withdraw(work, draft_id, revision=6, reason=""),
        ):
            with pytest.raises(NotFound):
                change()
    with site.work(world.other_owner) as work, pytest.raises(NotFound):
        declarations.start(work, product_id=world.product)


def test_what_is_typed_is_kept_as_typed(site: Site) -> None:
    typed = {"manufacturer": "  两边有空格 ", "production_line": "", "unknown": "x", "markets": ["DE"]}
    with site.work(site.world.owner) as work:
        draft = declarations.start(work)
        draft = declarations.save_step(work, draft.id, "line", typed, revision=draft.revision)
        assert draft.content["manufacturer"] == "  两边有空格 "
        assert draft.content["production_line"] == ""
        assert "unknown" not in draft.content
        assert "markets" not in draft.content  # That is another step's field.
        with pytest.raises(KeyError):
            declarations.save_step(work, draft.id, "nothing", {}, revision=draft.revision)


def test_a_null_character_is_not_kept(site: Site) -> None:
    """PostgreSQL cannot store it, neither in text nor in JSON."""
    rows = [{"indicator": "铅\0", "unit": "\0"}, {"indicator": None}]
    with site.work(site.world.owner) as work:
        draft = declarations.start(work)
        values = {"comparison": rows, "markets": ["D\0E"], "overseas_standards": "ISO\0 1"}
        declarations.save_step(work, draft.id, "standard", values, revision=draft.revision)
        work.session.commit()
        work.session.refresh(draft)
        assert draft.content["comparison"] == [{"indicator": "铅", "unit": ""}, {"indicator": None}]
        assert draft.content["markets"] == ["DE"]
        assert draft.content["overseas_standards"] == "ISO 1"


@pytest.mark.parametrize("chosen", ["", "x", "-1", "٣", "9" * 30, "9" * 5000])
def test_a_product_that_is_none_is_a_gap(site: Site, chosen: str) -> None:
    with site.work(site.world.owner) as work:
        draft = declarations.start(work, product_id=site.world.product)
        draft = declarations.save_step(work, draft.id, "object", {"product": chosen}, revision=draft.revision)
        assert draft.product is None
        assert "product" in {gap.field for gap in declarations.gaps(work, draft)}


def test_another_firms_product_is_none(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = declarations.start(work)
        values = {"product": str(site.world.other_product)}
        draft = declarations.save_step(work, draft.id, "object", values, revision=draft.revision)
        assert draft.product is None
        draft = declarations.save_step(
            work, draft.id, "object", {"product": str(site.world.product)}, revision=draft.revision
        )
        assert draft.product is not None
        assert draft.product.id == site.world.product


def test_gaps_keep_it_from_being_submitted(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = declarations.start(work)
        with pytest.raises(Incomplete) as caught:
            declarations.submit(work, draft.id, revision=draft.revision)
        assert [gap.field for gap in caught.value.gaps][:3] == ["product", "production_line", "markets"]
        assert set(caught.value.fields) == {gap.field for gap in caught.value.gaps}
        assert (draft.status, draft.reference, draft.submissions) == ("draft", None, [])


def test_a_report_of_another_firm_cannot_be_used(site: Site) -> None:
    with site.work(site.world.other_owner) as work:
        foreign = add_report(work)
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        reports = complete_content(site.world.product, foreign)["reports"]
        draft = declarations.save_step(work, draft.id, "quality", {"reports": reports}, revision=draft.revision)
        assert [gap.field for gap in declarations.gaps(work, draft)] == ["reports-0-evidence"]


def test_submission(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        filing = declarations.submit(work, draft.id, revision=draft.revision)
        assert (filing.status, filing.tier, filing.reference) == ("under_review", "county", "SM-2026-000001")
        assert filing.submitted_at == site.clock.moment
        (submission,) = filing.submissions
        assert submission.sha256 == digest(submission.snapshot)
        said = json.loads(submission.snapshot)
        (report,) = said["content"]["reports"]
        (linked,) = filing.evidence
        assert report["file"] == {"id": linked.id, "sha256": linked.file.sha256, "name": "检测报告.pdf"}
        assert said["schema"] == "santong/declaration-submission/1"
        assert said["enterprise"]["industry"] == {"code": "30", "name": "非金属矿物制品业"}
        assert said["enterprise"]["founded_on"] == "2008-08-08"
        assert said["product"]["pictures"] == []


def test_a_case_goes_to_the_county_where_the_firm_is_when_it_is_submitted(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        enterprises.own(work).area_code = "330421"  # As a bureau has approved; see the tests of claims.
        filing_id = declarations.submit(work, draft.id, revision=draft.revision).id
    with pytest.raises(NotFound):
        act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    act(site, site.world.other_county_reviewer, filing_id, Action.RETURN, reason="请补正")
    with site.work(site.world.owner) as work:
        # It stays with the county that asked, even when the firm moves again.
        enterprises.own(work).area_code = "330481"
        filing = declarations.get_own(work, filing_id)
        reference = filing.reference
        filing = declarations.submit(work, filing_id, revision=filing.revision)
        assert (filing.area_code, filing.tier, filing.reference) == ("330421", "county", reference)
        assert len(filing.evidence) == 1


def test_a_correction_is_of_the_same_product(site: Site) -> None:
    """The county has recommended that one, and is not asked again."""
    filing_id = filed(site)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    act(site, site.world.city_reviewer, filing_id, Action.RETURN, reason="请补正")
    with site.work(site.world.owner) as work:
        other = products.add(work, {"name": "另一个产品", "category": "consumer"})
        filing = declarations.get_own(work, filing_id)
        for product_id, gaps in ((other.id, ["product"]), (site.world.product, [])):
            values = {"product": str(product_id)}
            filing = declarations.save_step(work, filing_id, "object", values, revision=filing.revision)
            assert [gap.field for gap in declarations.gaps(work, filing)] == gaps
        assert filing.submissions[0].product_id == site.world.product


def test_while_under_review_and_after_nothing_is_changed(site: Site) -> None:
    filing_id = filed(site)
    with site.work(site.world.owner) as work:
        revision = declarations.get_own(work, filing_id).revision
        for change in (
            lambda: declarations.save_step(work, filing_id, "line", {}, revision=revision),
            lambda: declarations.submit(work, filing_id, revision=revision),
        ):
            with pytest.raises(NotAllowed, match="正在审核中"):
                change()
        with pytest.raises(StaleRevision):
            declarations.withdraw(work, filing_id, revision=revision - 1, reason="")
        withdrawn = declarations.withdraw(work, filing_id, revision=revision, reason="不再需要")
        assert (withdrawn.status, withdrawn.decisions[-1].reason) == (Status.WITHDRAWN, "不再需要")
        assert declarations.certificate_of(work, withdrawn) is None
        for change in (
            lambda: declarations.save_step(work, filing_id, "line", {}, revision=revision + 1),
            lambda: declarations.submit(work, filing_id, revision=revision + 1),
            lambda: declarations.withdraw(work, filing_id, revision=revision + 1, reason=""),
        ):
            with pytest.raises(AlreadyClosed):
                change()


def test_what_two_windows_typed_is_not_mixed(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = declarations.start(work)
        draft_id, shown = draft.id, draft.revision
        declarations.save_step(work, draft_id, "line", {"production_line": "一"}, revision=shown)
    with site.work(site.world.owner) as work:
        with pytest.raises(StaleRevision):
            declarations.save_step(work, draft_id, "statement", {"place": "二"}, revision=shown)
        draft = declarations.get_own(work, draft_id)
        assert (draft.content["production_line"], draft.content.get("place")) == ("一", None)


def test_the_product_is_frozen_as_it_was(site: Site) -> None:
    filing_id = filed(site)
    with site.work() as work:
        work.session.execute(update(Product).values(name="改了名"))
        work.session.execute(update(Enterprise).values(name="改了名"))
    with site.work(site.world.owner) as work:
        filing = work.session.get_one(Declaration, filing_id)
        assert "改了名" not in filing.submissions[0].snapshot


# Mail


def test_everybody_who_files_for_the_firm_is_told_once(site: Site) -> None:
    world = site.world
    with site.work() as work:
        firm = work.session.get_one(Enterprise, world.enterprise)
        for name, active, ended in (("second", True, False), ("gone", True, True), ("locked", False, False)):
            user = people.add_user(work, email=f"{name}@test.example", name=name, password_hash="x")
            user.active = active
            people.join(work, user, firm, people.Role.FILER)
            if ended:
                user.memberships[0].until = work.now
    filing_id = filed(site)
    remarks = {"place": "请写明", "batch": "请写明"}
    act(site, world.county_reviewer, filing_id, Action.RETURN, reason="第一行\n第二行", remarks=remarks)
    sent: list[tuple[str, str, str]] = []

    class Post:
        def send(self, *, to: str, subject: str, body: str) -> None:
            sent.append((to, subject, body))

    site.app.extensions["registry"].mailer, kept = Post(), site.app.extensions["registry"].mailer
    try:
        with site.app.app_context():
            assert worker(site).run_due() == 6
    finally:
        site.app.extensions["registry"].mailer = kept
    owner = world.emails[world.owner]
    told = {"filer@test.example", "second@test.example", owner}
    assert {to for to, _subject, _body in sent} == told
    (letter,) = [each for each in sent if each[0] == owner and "补正" in each[1]]
    assert letter[1] == "请补正申报内容（SM-2026-000001）"
    assert "第一行\n第二行" in letter[2]
    assert "另有 2 处逐项意见" in letter[2]
    assert f"https://santong.example.gov.cn/enterprise/declarations/{filing_id}" in letter[2]
    with site.work() as work:
        assert work.session.scalar(select(func.count()).where(Job.status != "done")) == 0


def test_every_action_has_a_letter(site: Site) -> None:
    letters = site.app.extensions["registry"].letters
    facts = {"name": "甲", "enterprise": "乙", "reason": "", "link": "https://x"}
    for action in Action:
        data = facts | {"action": action, "reference": None, "remarks": 0}
        subject, body = letters.write("filing_moved", data)
        assert subject
        assert "甲，您好" in body
        assert "意见" not in body
    for action in ("suspend", "reinstate", "revoke", "withdraw", "supersede"):
        data = facts | {"action": action, "number": "STD-1", "correct_by": ""}
        assert "STD-1" in letters.write("certificate_changed", data)[0]


def test_a_firm_without_anybody_is_told_nothing(site: Site) -> None:
    with site.work() as work:
        for user in work.session.scalars(select(User)):
            user.active = False
    filing_id = filed(site)
    with site.work() as work:
        assert work.session.scalar(select(func.count()).where(Job.kind == notifications.MAIL_JOB)) == 0
        assert filing_id
