"""The reviewers' desk: queue, case, decisions; two at once, and pages that have grown old."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import Certificate, Decision, Filing
from registry.services import products
from tests.conftest import ENGINES
from tests.factories import act, file_declaration, filed
from tests.harness import words
from tests.services.test_snapshots import filed_before
from tests.web import journey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site
    from tests.harness import Browser


@pytest.fixture
def case(site: Site, tmp_path: Path) -> str:
    """The address of a case that waits for the county."""
    return f"/review/cases/{filed(site, tmp_path)}"


@pytest.fixture
def county(site: Site) -> Browser:
    return journey.signed_in(site, site.world.county_reviewer)


def decisions(site: Site) -> list[str]:
    with site.app.app_context():
        return [row.action for row in db.session.query(Decision).order_by(Decision.id)]


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_the_second_of_two_is_told(site: Site, case: str, county: Browser) -> None:
    """Both have the page open; the second decision is a 409 and not a second decision."""
    colleague = journey.signed_in(site, site.world.county_reviewer)
    first, second = county.get(case).page, colleague.get(case).page
    county.submit(first, "推荐至上一级")
    answer = colleague.press(second, "退回补正", {"reason": "我看到的是旧页面"})
    assert (answer.status_code, answer.page.heading) == (409, "已有人处理")
    assert "您的操作没有执行" in answer.page.text
    assert decisions(site) == ["submit", "recommend"]
    answer = county.press(first, "推荐至上一级")  # Pressed twice, or back and again.
    assert answer.status_code == 409


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_of_many_at_the_same_moment_one_decides(site: Site, case: str, county: Browser) -> None:
    act(site, site.world.county_reviewer, int(case.rpartition("/")[2]), Action.RECOMMEND)
    people = [journey.signed_in(site, site.world.city_reviewer) for _ in range(4)]
    pages = [person.get(case).page for person in people]
    barrier, statuses = threading.Barrier(len(people)), []

    def decide(person: Browser, page: object) -> None:
        barrier.wait()
        statuses.append(person.press(page, "准予备案").status_code)

    # The harness counts the statements of all of them together, so it would blame each for the others.
    threads = [threading.Thread(target=decide, args=pair) for pair in zip(people, pages, strict=True)]
    for person in people:
        person.alone = False
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 410, 410, 410]
    with site.app.app_context():
        assert db.session.query(Certificate).count() == 1


def test_a_closed_case_says_so(site: Site, case: str, county: Browser) -> None:
    page = county.get(case).page
    number = int(case.rpartition("/")[2])
    act(site, site.world.county_reviewer, number, Action.RECOMMEND)
    act(site, site.world.city_reviewer, number, Action.REJECT, reason="不符合")
    answer = county.press(page, "推荐至上一级")
    assert (answer.status_code, answer.page.heading) == (410, "该事项已办结")
    assert "这件申报目前不需要审核" in county.get(case).page.text


def test_withdrawn_a_second_ago(site: Site, case: str, county: Browser, owner: Browser) -> None:
    page = county.get(case).page
    owner.submit(owner.get("/enterprise/filings/1/withdraw").page, "撤回申报")
    assert county.press(page, "推荐至上一级").status_code == 410


def test_reasons_are_asked_for_and_bounded(site: Site, case: str, county: Browser) -> None:
    page = county.get(case).page
    typed = {"reason": "长" * 20_000, "remark-line": "也要改"}
    answer = county.press(page, "退回补正", typed)
    assert answer.status_code == 422
    assert "最多 2000 个字，现有 20000 个字" in answer.page.field_error("reason")
    assert {name: answer.page.value(name) for name in typed} == typed
    typed = {"reason": "", "remark-line": "长" * 2_001}
    answer = county.press(answer.page, "退回补正", typed)
    assert "最多 2000 个字" in answer.page.field_error("remark-line")
    assert any("生产线" in error for error in answer.page.errors)
    answer = county.submit(answer.page, "退回补正", {"remark-line": "写明车间号"})
    assert "已退回补正" in answer.page.text  # Remarks alone are reason enough.


def test_enter_in_a_line_decides_nothing(case: str, county: Browser) -> None:
    """Browsers press the first button of a form for Enter; it is one that chooses no decision."""
    page = county.get(case).page
    form, _button = page.form_of("退回补正")
    pressed = next(button for button in form.element.iter("button") if button.get("type") == "submit")
    assert "default-submit" in pressed.get("class")
    data = dict(form.entries({"remark-line": "写了一半"})) | {pressed.get("name"): pressed.get("value")}
    answer = county.post(case, data=data, headers={"Referer": f"https://santong.example.gov.cn{case}"})
    assert answer.status_code == 422
    assert "请按下面的一个按钮" in answer.page.text
    assert answer.page.value("remark-line") == "写了一半"


def test_only_reviewers_decisions_can_be_sent(site: Site, case: str, county: Browser) -> None:
    for action in ("submit", "withdraw", "approve", "reject", "", "🏭"):
        revision = county.get(case).page.all("input", name="revision")[0].get("value")
        answer = county.forge(case, {"action": action, "revision": revision, "reason": "x"})
        assert answer.status_code in {403, 422}, action
    assert decisions(site) == ["submit"]


def test_who_stands_back_is_told_why(site: Site, case: str) -> None:
    browser = journey.signed_in(site, site.world.conflicted_reviewer)
    page = browser.get(case).page
    assert "您应当回避" in page.text
    assert "准予备案" not in [button.text for button in page.all("button")]
    with site.app.app_context():
        revision = db.session.query(Filing).one().revision
    answer = browser.forge(case, {"action": "recommend", "revision": revision})
    assert answer.status_code == 403
    assert "应当回避，请由其他审核人员处理" in answer.page.text


def test_piles(site: Site, case: str, county: Browser) -> None:
    assert county.get("/review/").page.link("高硼硅玻璃杯") == case
    for pile in ("other", "returned", "closed", "nonsense"):
        page = county.get(f"/review/?pile={pile}").page
        assert ("高硼硅玻璃杯" in page.text) is (pile == "nonsense"), pile
    county.submit(county.get(case).page, "推荐至上一级")
    assert "没有等您审核的事项" in county.get("/review/").page.text
    assert "现在由其他层级审核" in county.visit(county.get("/review/?pile=other").page, "高硼硅玻璃杯").page.text


def test_the_evidence_is_shown_beside_the_case(case: str, county: Browser) -> None:
    page = county.get(case).page
    address = page.all("iframe")[0].get("src")
    answer = county.get(address)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src" not in answer.headers["Content-Security-Policy"]  # Nothing but what default-src 'none' lets.
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_variant_without_codes_is_no_gap(site: Site, county: Browser, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        product = products.get_own(work, site.world.product)
        variants = [
            {"name": "1.5 L", "gtin": "", "hs_code": ""},
            {"name": "2 L 带木盖", "gtin": "6901234567908", "hs_code": "7013.37.00"},
        ]
        values = products.as_form(product) | {"variants": variants}
        products.change(work, product.id, values, revision=product.revision)
    page = county.get(f"/review/cases/{filed(site, tmp_path)}").page
    (row,) = [words(row) for row in page.classed("summary-row") if words(row).startswith("规格 ")]
    assert row == "规格 1.5 L 2 L 带木盖 · 6901234567908 · 70133700"


def test_a_case_of_several_products_has_one_page(site: Site, county: Browser, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        added = [products.add(work, {"name": name, "category": "consumer"}).id for name in ("骨瓷杯", "骨瓷盘")]
        chosen = [str(number) for number in (site.world.product, *added)]
        case = f"/review/cases/{file_declaration(work, site.world.product, products=chosen).id}"
    queue = county.get("/review/").page
    page = county.visit(queue, "高硼硅玻璃杯等 3 个产品").page
    assert (page.address.partition("?")[0], page.heading) == (case, "高硼硅玻璃杯等 3 个产品")
    for name in ("高硼硅玻璃杯", "骨瓷杯", "骨瓷盘"):
        assert name in page.text
    county.submit(page, "推荐至上一级")
    city = journey.signed_in(site, site.world.city_reviewer)
    city.submit(city.get(case).page, "准予备案")
    page = owner.get("/enterprise/filings/1").page
    assert page.heading == "高硼硅玻璃杯等 3 个产品"
    for name in ("高硼硅玻璃杯", "骨瓷杯", "骨瓷盘"):
        certificate = owner.visit(page, name).page
        assert certificate.heading == name
        assert owner.get(certificate.link("公开查验页面")).page.heading == "有效"


def test_a_case_from_before_there_was_a_dossier_is_shown_and_decided(
    site: Site, county: Browser, owner: Browser
) -> None:
    """What was submitted then is read as it was written; nobody has to submit it anew."""
    number = filed_before(site)
    page = county.get(f"/review/cases/{number}").page
    assert page.heading == "高硼硅玻璃杯"
    for said in (
        "海宁虚构玻璃制品有限公司",
        "二号车间 A3 压制线",
        "FICT-2026-001",
        "虚构检测中心",
        "铅溶出量",
        "质量负责人",
    ):
        assert said in page.text, said
    assert county.get(f"/review/cases/{number}/print").status_code == 200
    assert owner.get(f"/enterprise/filings/{number}").page.heading == "高硼硅玻璃杯"
    assert owner.get(f"/enterprise/filings/{number}/print").status_code == 200
    county.submit(page, "退回补正", {"remark-place": "请写明街道"})
    page = owner.get(f"/enterprise/filings/{number}/edit/statement").page
    assert "请写明街道" in page.text
    typed = {"place": "嘉兴市海宁市硖石街道", "declared_on": "2026-03-18", "consent": "yes"}
    page = owner.submit(page, "保存，去签署", typed).page
    journey.sign_at_once(owner, page)
    page = owner.submit(owner.get(f"/enterprise/filings/{number}/check").page, "提交审核").page
    assert "已提交审核" in page.text
    page = county.get(f"/review/cases/{number}").page
    assert "嘉兴市海宁市硖石街道" in page.text
    county.submit(page, "推荐至上一级")
    city = journey.signed_in(site, site.world.city_reviewer)
    assert "证书正在生成" in city.submit(city.get(f"/review/cases/{number}").page, "准予备案").page.text


def test_the_old_address_of_a_declaration_leads_to_the_filing(site: Site, case: str, owner: Browser) -> None:
    """Letters that were sent before have it in them."""
    answer = owner.get("/enterprise/declarations/1")
    assert (answer.status_code, answer.location) == (301, "/enterprise/filings/1")
