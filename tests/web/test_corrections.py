"""Corrections as both sides see them: deadline, remarks at their fields, what is open, what has changed, questions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import CaseMessage, Decision, Filing
from registry.services import evidence, filings
from tests.factories import act, file_certification, filed, pdf_report
from tests.factories.filings import corrected, signed
from tests.harness import Upload
from tests.services.test_corrections import extend, resubmit, returned, save, send_back, to_day
from tests.web.journey import REPORT, signed_in

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser, Page

NEVER_CORRECTED = {"consent", "public"}


@pytest.fixture
def county(site: Site) -> Browser:
    return signed_in(site, site.world.county_reviewer)


def controls(page: Page) -> set[str]:
    """What can be typed or chosen in the form of a step."""
    form, _button = page.form_of("保存")
    return {
        control.get("name").partition("-")[0]
        for control in form.controls
        if control.get("type") != "hidden" and not control.get("name").endswith("search")
    }


def content(site: Site, filing_id: int) -> dict[str, object]:
    with site.app.app_context():
        return db.session.get_one(Filing, filing_id).content


def last(site: Site) -> Decision:
    with site.app.app_context():
        return db.session.query(Decision).order_by(Decision.id.desc()).first()


# From one side to the other


def test_there_and_back(site: Site, county: Browser, owner: Browser) -> None:
    filing_id = filed(site)
    page = county.get(f"/review/cases/{filing_id}").page
    assert page.value("correct_by") == "2026-04-17"
    county.submit(page, "退回补正", {"remark-place": "请写明街道", "correct_by": "2026-04-01", "reason": "差一处"})

    page = owner.get("/enterprise/").page
    assert "2026-04-01（还有 14 天）" in page.text
    page = owner.visit(page, "高硼硅玻璃杯").page
    assert any("差一处" in notice and "2026-04-01" in notice for notice in page.notices)
    page = owner.visit(page, "签署地点").page
    assert page.heading == "声明"
    assert controls(page) == {"place", "declared_on", "consent"}
    assert any("请写明街道" in notice and "虚构330481market_supervision局" in notice for notice in page.notices)
    assert "测试county" not in page.text
    assert page.text.count("这次不需要修改") == 5
    assert "本企业声明：上述产品符合所列标准。" in page.text
    assert "已修改" not in page.text

    anew = {"declared_on": "2026-03-01", "consent": "yes"}  # What every submission says anew.
    page = owner.submit(page, "保存", {"place": "海宁市硖石街道"} | anew).page
    assert "已修改，原为：嘉兴市海宁市" in page.text
    with site.work(site.world.owner) as work:
        signed(work, filings.get_own(work, filing_id))
    page = owner.get(f"/enterprise/filings/{filing_id}/check").page
    assert "与上次提交相比的改动，共 1 处" in page.text
    assert "签署地点 嘉兴市海宁市 海宁市硖石街道" in page.text
    page = owner.submit(page, "提交审核").page
    assert "已提交审核" in page.text

    page = county.get(f"/review/cases/{filing_id}").page
    assert "与上次提交相比的改动，共 1 处" in page.text
    assert "签署地点：已修改，原为：嘉兴市海宁市" in page.text
    assert "此前：请写明街道" in page.text


def test_a_general_reason_opens_everything_but_the_products(site: Site, owner: Browser) -> None:
    filing_id = returned(site, reason="请全面核对")
    address = f"/enterprise/filings/{filing_id}/edit"
    page = owner.get(f"{address}/object").page
    assert controls(page) == {"batch"}
    assert "补正时不更换产品" in page.text
    assert any("请全面核对" in notice for notice in page.notices)
    assert controls(owner.get(f"{address}/standard").page) == {
        "markets",
        "overseas_standards",
        "domestic_standards",
        "comparison",
    }
    assert controls(owner.get(f"{address}/quality").page) == {"reports", "quality_record", "quality_note"}


def test_a_closed_table_and_closed_files_are_shown(site: Site, owner: Browser) -> None:
    filing_id = returned(site)
    page = owner.get(f"/enterprise/filings/{filing_id}/edit/standard").page
    assert controls(page) == set()
    assert "铅溶出量" in page.text
    assert "德国" in page.text
    page = owner.get(f"/enterprise/filings/{filing_id}/edit/quality").page
    assert "FICT-2026-001" in page.text


def test_marks_of_lists_and_tables(site: Site, owner: Browser, county: Browser) -> None:
    filing_id = returned(site, reason="请全面核对")
    row = dict(content(site, filing_id)["comparison"][0])
    rows = [row | {"measured": "0.03"}, row | {"indicator": "镉溶出量"}]
    save(site, filing_id, "standard", markets=["DE", "JP"], comparison=rows)
    page = owner.get(f"/enterprise/filings/{filing_id}/edit/standard").page
    for said in (
        "已修改，新增：日本；去掉：美国",
        "铅溶出量 · 企业实测：已修改，原为：0.02",
        "镉溶出量：已修改，新增一行",
    ):
        assert said in page.text
    resubmit(site, filing_id)
    page = county.get(f"/review/cases/{filing_id}").page
    for said in (
        "境外目标市场：已修改，新增：日本；去掉：美国",
        "指标对比表：铅溶出量 · 企业实测：已修改，原为：0.02",
        "境外目标市场 去掉：美国 新增：日本",
        "指标对比表 · 铅溶出量 · 企业实测 0.02 0.03",
    ):
        assert said in page.text
    english = county.get(f"/review/cases/{filing_id}?lang=en").page
    assert "Japan" in english.text


def test_a_removed_row_is_told_in_words(site: Site, owner: Browser) -> None:
    filing_id = filed(site)
    with site.work() as work:
        filing = work.session.get_one(Filing, filing_id)
        row = filing.content["comparison"][0]
    send_back(site, filing_id, reason="请补充")
    save(site, filing_id, "standard", comparison=[row, row | {"indicator": "镉溶出量"}])
    resubmit(site, filing_id)
    send_back(site, filing_id, reason="请删去")
    save(site, filing_id, "standard", comparison=[row])
    page = owner.get(f"/enterprise/filings/{filing_id}/edit/standard").page
    assert "镉溶出量：已修改，已删除：指标：镉溶出量；单位：mg/L；" in page.text


def test_what_was_remarked_before_is_still_there(site: Site, owner: Browser) -> None:
    filing_id = returned(site)
    save(site, filing_id, "statement", place="海宁市")
    resubmit(site, filing_id)
    site.clock.moment += timedelta(hours=1)
    send_back(site, filing_id, remarks={"place": "请写到街道"})
    page = owner.get(f"/enterprise/filings/{filing_id}/edit/statement").page
    assert any("请写到街道" in notice for notice in page.notices)
    assert not any("请写明县（市）" in notice for notice in page.notices)
    assert "签署地点：此前的意见与答复（1）" in page.text
    assert "请写明县（市）" in page.text


# What is closed


def test_a_closed_field_sent_by_hand_is_refused(site: Site, owner: Browser) -> None:
    filing_id = returned(site)
    address = f"/enterprise/filings/{filing_id}/edit/statement"
    before = content(site, filing_id)
    revision = owner.get(address).page.all("input", name="revision")[0].get("value")
    answer = owner.forge(address, {"revision": revision, "place": "海宁市", "statement": "另一段声明"})
    assert answer.status_code == 403
    assert "只能修改审核意见要求补正的内容" in answer.page.text
    assert content(site, filing_id) == before
    other = f"/enterprise/filings/{filing_id}/edit/standard"
    typed = {"revision": revision, "comparison-0-indicator": "伪造", "markets": "DE"}
    assert owner.forge(other, typed).status_code == 403
    typed = {"revision": revision, "products": str(site.world.other_product)}
    assert owner.forge(f"/enterprise/filings/{filing_id}/edit/object", typed).status_code == 403
    assert content(site, filing_id) == before
    answer = owner.forge(address, {"revision": revision, "place": "海宁市", "declared_on": "2026-03-18"})
    assert answer.status_code == 302


def test_after_the_last_day_the_firm_is_told_what_to_do(site: Site, owner: Browser) -> None:
    filing_id = returned(site)
    address = f"/enterprise/filings/{filing_id}"
    old = owner.get(f"{address}/edit/statement").page
    to_day(site, "2026-04-18")
    owner = signed_in(site, site.world.owner)
    assert "（已过 1 天）" in owner.get("/enterprise/").page.text
    page = owner.get(address).page
    assert "逾期未补正" in page.text
    assert "请审核机关延长期限" in page.text
    assert "修改并再次提交" not in page.text
    for part in ("edit/statement", "check", "sign"):
        assert owner.get(f"{address}/{part}").location.endswith(address)
    typed = {"revision": old.all("input", name="revision")[0].get("value"), "place": "太迟了"}
    for part in ("edit/statement", "check"):
        assert owner.forge(f"{address}/{part}", typed).status_code == 302
    assert content(site, filing_id)["place"] == "嘉兴市海宁市"


def test_a_lapsed_case_is_taken_up_again(site: Site) -> None:
    filing_id = returned(site)
    to_day(site, "2026-04-18")
    owner, county = signed_in(site, site.world.owner), signed_in(site, site.world.county_reviewer)
    page = owner.get(f"/enterprise/filings/{filing_id}").page
    page = owner.submit(page, "发送", {"text": "检测机构延误，请延长两周"}).page
    assert "已发送" in page.text

    queue = county.get("/review/?pile=lapsed").page
    assert "企业有新的询问或答复" in queue.text
    page = county.visit(county.get("/review/?pile=asked").page, "高硼硅玻璃杯").page
    assert "检测机构延误，请延长两周" in page.text
    assert "企业逾期未补正" in page.text
    answer = county.submit(page, "延长补正期限", {"reason": "同意", "correct_by": "2026-04-20"})
    assert answer.status_code == 422
    assert "补正期限须在 2026-04-23 至 2026-10-15 之间" in answer.page.field_error("correct_by")
    answer = county.submit(answer.page, "延长补正期限", {"correct_by": "2026-05-02"})
    assert "补正期限已延长" in answer.page.text
    assert last(site).correct_by == date(2026, 5, 2)

    page = owner.get(f"/enterprise/filings/{filing_id}").page
    assert "2026-05-02（还有 14 天）" in page.text
    assert controls(owner.visit(page, "修改并再次提交").page) == {"place", "declared_on", "consent"}


# The reviewer's form


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-02-29", "请填写日期"),
        ("明天", "请填写日期"),
        ("9" * 5_000, "请填写日期"),
        ("2026-03-17", "补正期限须在 2026-03-23 至 2026-09-14 之间"),
        ("2027-03-18", "补正期限须在 2026-03-23 至 2026-09-14 之间"),
    ],
)
def test_a_wrong_day_is_told_at_its_field(site: Site, county: Browser, day: str, said: str) -> None:
    filing_id = filed(site)
    page = county.get(f"/review/cases/{filing_id}").page
    typed = {"correct_by": day, "reason": "请补正", "remark-place": "请写明"}
    answer = county.press(page, "退回补正", typed)
    assert answer.status_code == 422
    assert said in answer.page.field_error("correct_by")
    assert {name: answer.page.value(name) for name in typed} == typed
    assert last(site).action == "submit"
    county.submit(answer.page, "退回补正", {"correct_by": ""})
    assert last(site).correct_by == date(2026, 4, 17)


def test_a_very_long_remark_is_told_at_its_field(site: Site, county: Browser) -> None:
    filing_id = filed(site)
    answer = county.press(county.get(f"/review/cases/{filing_id}").page, "退回补正", {"remark-place": "长" * 10_000})
    assert "最多 2000 个字，现有 10000 个字" in answer.page.field_error("remark-place")


def test_each_kind_has_its_own_remarks(site: Site, county: Browser) -> None:
    with site.work(site.world.owner) as work:
        filing_id = file_certification(work, site.world.product).id
    page = county.get(f"/review/cases/{filing_id}").page
    names = {control.get("name") for control in page.all("input", "textarea")}
    assert {"remark-body", "remark-number", "remark-ccc_number"} <= names
    assert not {f"remark-{name}" for name in NEVER_CORRECTED} & names
    county.submit(page, "退回补正", {"remark-number": "与证书不符"})
    page = signed_in(site, site.world.owner).get(f"/enterprise/filings/{filing_id}/edit/certificate").page
    assert controls(page) == {"number"}
    assert "同线同标同质产品认证" in page.text


def test_of_two_who_extend_the_second_is_told(site: Site, county: Browser) -> None:
    filing_id = returned(site)
    colleague = signed_in(site, site.world.colleague)
    typed = {"reason": "同意", "correct_by": "2026-05-01"}
    first = county.get(f"/review/cases/{filing_id}").page
    second = colleague.get(f"/review/cases/{filing_id}").page
    county.submit(first, "延长补正期限", typed)
    answer = colleague.press(second, "延长补正期限", typed)
    assert (answer.status_code, answer.page.heading) == (409, "已有人处理")


def test_an_old_page_of_the_firm_is_told(site: Site, owner: Browser) -> None:
    filing_id = returned(site)
    page = owner.get(f"/enterprise/filings/{filing_id}/edit/statement").page
    extend(site, filing_id, "2026-05-01")
    answer = owner.press(page, "保存", {"place": "海宁市"})
    assert answer.status_code == 409
    assert answer.page.value("place") == "海宁市"
    assert controls(answer.page) == {"place", "declared_on", "consent"}
    assert owner.press(answer.page, "保存").status_code == 302
    assert content(site, filing_id)["place"] == "海宁市"


def test_only_the_tier_that_asked_is_offered_more_time(site: Site) -> None:
    filing_id = returned(site)
    for who in ("city_reviewer", "county_supervisor", "conflicted_reviewer"):
        page = signed_in(site, getattr(site.world, who)).get(f"/review/cases/{filing_id}").page
        assert "延长补正期限" not in [button.text for button in page.all("button")]


# Nothing was changed


def test_a_correction_that_changes_nothing_is_asked_about(site: Site, owner: Browser, county: Browser) -> None:
    filing_id = returned(site)
    page = owner.get(f"/enterprise/filings/{filing_id}/check").page
    assert "与上次提交相比没有改动" in page.text
    assert "没有修改的，填原来的日期，不必重新签署" in page.text
    assert not [control for control in page.all("input") if control.get("name") == "unchanged"]  # Gaps come first.
    save(site, filing_id, "statement", declared_on="2026-03-01", consent="yes")
    page = owner.get(page.address).page
    answer = owner.press(page, "提交审核")
    assert answer.status_code == 422
    assert "没有改动" in answer.page.field_error("unchanged")
    assert last(site).action == "return"
    owner.submit(answer.page, "提交审核", {"unchanged": "yes"})
    assert last(site).action == "resubmit"
    assert "与上次提交相比没有改动" in county.get(f"/review/cases/{filing_id}").page.text


def test_another_date_alone_is_asked_about_as_well(site: Site, owner: Browser) -> None:
    filing_id = returned(site)
    with site.work(site.world.owner) as work:
        corrected(work, filings.get_own(work, filing_id), declared_on="2026-03-18")
    page = owner.get(f"/enterprise/filings/{filing_id}/check").page
    assert "除签署日期外，与上次提交相比没有改动" in page.text
    assert "与上次提交相比的改动，共 1 处" in page.text
    answer = owner.press(page, "提交审核")
    assert "没有改动" in answer.page.field_error("unchanged")
    owner.submit(answer.page, "提交审核", {"unchanged": "yes"})
    assert last(site).action == "resubmit"


def test_a_changed_correction_is_not_asked_about(site: Site, owner: Browser) -> None:
    filing_id = returned(site)
    save(site, filing_id, "statement", place="海宁市", declared_on="2026-03-18", consent="yes")
    page = owner.get(f"/enterprise/filings/{filing_id}/check").page
    assert not [control for control in page.all("input") if control.get("name") == "unchanged"]
    answer = owner.press(page, "提交审核")  # It has to be signed anew.
    assert answer.status_code == 422
    assert any("签署之后内容有修改" in error for error in answer.page.errors)


# Questions and answers


def test_questions_and_answers(site: Site, county: Browser, owner: Browser) -> None:
    filing_id = filed(site)
    page = county.get(f"/review/cases/{filing_id}").page
    assert "还没有询问或答复" in page.text
    page = county.submit(page, "发送", {"text": "请说明 <b>产地</b>", "field": "line"}).page
    assert "请说明 <b>产地</b>" in page.text
    assert "虚构330481market_supervision局 测试county" in page.text
    page = owner.get("/enterprise/").page
    assert "审核人员有询问" in page.text
    page = owner.visit(page, "高硼硅玻璃杯").page
    assert "关于：生产线" in page.text
    assert "请说明 <b>产地</b>" in page.text
    assert "测试county" not in page.text
    site.clock.moment += timedelta(minutes=1)
    page = owner.submit(page, "发送", {"text": "海宁市\n\n示例路 1 号", "field": "line"}).page
    assert "审核人员有询问" not in owner.get("/enterprise/").page.text
    assert "企业有新的询问或答复" in county.get("/review/").page.text
    page = county.get(f"/review/cases/{filing_id}").page
    assert "海宁市 示例路 1 号" in page.text
    assert "此前：海宁市 示例路 1 号" in page.text


@pytest.mark.parametrize("text", ["", "  \n", "长" * 10_000])
def test_what_is_wrong_with_a_message_is_told_at_its_field(
    site: Site, county: Browser, owner: Browser, text: str
) -> None:
    filing_id = filed(site)
    for browser, address in ((county, "/review/cases"), (owner, "/enterprise/filings")):
        answer = browser.press(browser.get(f"{address}/{filing_id}").page, "发送", {"text": text, "field": "place"})
        assert answer.status_code == 422
        assert answer.page.field_error("text")
        assert answer.page.value("field") == "place"
        assert answer.page.value("text").strip() == text.strip()
    with site.app.app_context():
        assert db.session.query(CaseMessage).count() == 0


def test_a_field_that_there_is_not(site: Site, owner: Browser) -> None:
    filing_id = filed(site)
    answer = owner.forge(f"/enterprise/filings/{filing_id}/messages", {"text": "在吗", "field": "nonsense"})
    assert answer.status_code == 422
    assert answer.page.field_error("field")


def test_the_remark_leads_to_the_question_about_its_field(site: Site, owner: Browser) -> None:
    filing_id = returned(site)
    page = owner.get(f"/enterprise/filings/{filing_id}/edit/statement").page
    page = owner.visit(page, "询问或答复").page
    assert page.value("field") == "place"


def test_who_cannot_write_is_offered_nothing(site: Site) -> None:
    filing_id = filed(site)
    for who, address in (
        ("viewer", "/enterprise/filings"),
        ("county_supervisor", "/review/cases"),
        ("conflicted_reviewer", "/review/cases"),
    ):
        page = signed_in(site, getattr(site.world, who)).get(f"{address}/{filing_id}").page
        assert not [control for control in page.all("textarea") if control.get("name") == "text"]


def test_a_closed_case_keeps_its_thread(site: Site, county: Browser) -> None:
    filing_id = filed(site)
    page = county.get(f"/review/cases/{filing_id}").page
    county.submit(page, "发送", {"text": "请说明产地"})
    old = county.get(f"/review/cases/{filing_id}").page
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    act(site, site.world.city_reviewer, filing_id, Action.REJECT, reason="不符合")
    page = county.get(f"/review/cases/{filing_id}").page
    assert "请说明产地" in page.text
    assert not page.all("textarea")
    assert county.press(old, "发送", {"text": "还有一问"}).status_code == 410


def test_many_messages_cost_as_many_statements_as_few(site: Site, county: Browser, owner: Browser) -> None:
    filing_id = returned(site)

    def cost() -> list[int]:
        pages = (
            (county, f"/review/cases/{filing_id}"),
            (county, "/review/?pile=returned"),
            (owner, f"/enterprise/filings/{filing_id}"),
            (owner, f"/enterprise/filings/{filing_id}/edit/statement"),
            (owner, "/enterprise/"),
        )
        return [len(browser.get(address).statements) for browser, address in pages]

    def write(number: int) -> None:
        for browser, address in ((county, "/review/cases"), (owner, "/enterprise/filings")):
            typed = {"text": f"第 {number} 句", "field": "place"}
            assert browser.forge(f"{address}/{filing_id}/messages", typed).status_code == 302

    write(0)
    few = cost()
    for number in range(1, 8):
        write(number)
    assert cost() == few


# What opens while a page is open


def test_a_field_that_opens_meanwhile_is_left_alone(site: Site, owner: Browser) -> None:
    filing_id = returned(site, remarks={"quality_record": "请核实"})
    page = owner.get(f"/enterprise/filings/{filing_id}/edit/quality").page
    assert "reports" not in controls(page)
    reports = content(site, filing_id)["reports"]
    with site.work(site.world.owner) as work:
        piece = evidence.of_content(work, filings.get_own(work, filing_id))[0]
        facts = evidence.as_form(piece) | {"conclusion": "所检项目全部合格"}
        evidence.change(work, piece.id, facts, revision=piece.revision)
        work.session.commit()
    assert "reports" in controls(owner.get(page.address).page), "what it says has changed, so it is open"
    owner.submit(page, "保存", {"quality_record": "some", "quality_note": "已整改"})
    assert content(site, filing_id)["quality_record"] == "some"
    assert content(site, filing_id)["reports"] == reports


@pytest.mark.parametrize("late", [False, True])
def test_what_is_uploaded_for_a_field_that_is_not_open_goes_into_the_library(
    site: Site, owner: Browser, *, late: bool
) -> None:
    filing_id = returned(site, remarks={"reports": "换报告"} if late else {"place": "写明街道"})
    if late:
        to_day(site, "2026-05-30")
        owner.sign_in(site.world.emails[site.world.owner])
    page = owner.go(f"/enterprise/evidence/new?kind=test_report&filing={filing_id}&field=reports").page
    upload = Upload("新报告.pdf", pdf_report("neu"))
    answer = owner.submit(page, "存入材料库", REPORT | {"number": "WT-9", "file": upload})
    assert answer.status_code == 200
    with site.work(site.world.owner) as work:
        assert evidence.find_own(work, evidence.Query(text="WT-9")).total == 1
