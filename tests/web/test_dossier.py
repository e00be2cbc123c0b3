"""The dossier on the firm's desk: what is entered once, and comes back to the filing it was entered for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import Filing, Product, ProductionLine
from registry.services import evidence, factories, filings, products
from tests.factories import act, add_evidence, file_declaration, pdf_report, start_certification, start_complete
from tests.factories.evidence import REPORT_FACTS
from tests.harness import Upload
from tests.web import journey

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser

REPORT = {name: value for name, value in REPORT_FACTS.items() if value}
CONTRACTOR = {
    "manufacturer": "桐乡虚构代工有限公司",
    "manufacturer_uscc": "",
    "address": "浙江省嘉兴市桐乡市虚构路 9 号",
    "lines-0-name": "一号线",
}


@pytest.fixture
def draft(site: Site) -> int:
    with site.work(site.world.owner) as work:
        return start_complete(work, site.world.product).id


def content(site: Site, filing_id: int) -> dict[str, object]:
    with site.app.app_context():
        return dict(db.session.get_one(Filing, filing_id).content)


def test_the_first_page_says_what_is_missing_and_what_ends_soon(site: Site, owner: Browser) -> None:
    page = owner.visit(owner.get("/enterprise/").page, "企业档案").page
    assert "1 家工厂，1 条生产线" in page.text
    assert "还没有填写：英文名称、海关注册编码、法定代表人。" in page.text
    assert "自我声明要有检测报告作为支持" in page.text
    assert "还没有填写：2025、2024、2023、2022。" in page.text
    with site.work(site.world.owner) as work:
        add_evidence(work, "test_report", number="WT-SOON", expires_on="2026-04-01")
        add_evidence(work, "test_report", number="WT-GONE", expires_on="2026-03-01")
        factories.set_line_retired(work, site.world.line, retired=True)
        products.set_retired(work, site.world.product, retired=True)
    page = owner.get("/enterprise/dossier").page
    for text in ("2026-04-01 检测报告 WT-SOON", "1 份已过期", "请先登记", "申报前请先登记产品"):
        assert text in page.text, text
    assert owner.visit(page, "WT-SOON").page.heading == "WT-SOON"
    assert "WT-SOON" in owner.get("/enterprise/").page.text


def test_who_only_looks_is_offered_nothing_to_press(site: Site) -> None:
    viewer = journey.signed_in(site, site.world.viewer)
    with site.work(site.world.owner) as work:
        number = add_evidence(work, "test_report")
    addresses = ("dossier", "factories", "products", f"products/{site.world.product}", "evidence", f"evidence/{number}")
    for address in (*addresses, "trade"):
        page = viewer.get(f"/enterprise/{address}").page
        posts = [
            form for form in page.forms if form.get("method") == "post" and form.get("action") != "/account/logout"
        ]
        assert not posts, address
        for word in ("修改工厂", "修改产品", "上传", "换成新的文件", "填写或修改", "登记工厂", "登记产品"):
            assert not [link for link in page.all("a") if word in "".join(link.itertext())], (address, word)


# Factories and lines


def test_a_factory_is_entered_without_script(site: Site, owner: Browser) -> None:
    page = owner.visit(owner.get("/enterprise/factories").page, "登记工厂").page
    assert page.value("manufacturer") == "海宁虚构玻璃制品有限公司"
    assert page.value("address") == "浙江省嘉兴市海宁市示例路 1 号"
    page = owner.submit(page, "登记工厂", {"lines-0-name": "另一条线"}).page
    assert "已登记过" in page.field_error("address")
    page = owner.submit(page, ("add", "lines"), CONTRACTOR).page
    assert page.value("manufacturer") == "桐乡虚构代工有限公司"
    page = owner.submit(page, ("add", "lines"), {"lines-1-name": "二号线"}).page
    page = owner.submit(page, ("remove", "lines-0")).page
    assert [page.value(f"lines-{number}-name") for number in range(2)] == ["二号线", ""]
    page = owner.submit(page, "登记工厂").page
    assert page.heading == "工厂与生产线"
    assert "二号线" in page.text
    page = owner.visit(page, "修改工厂").page
    page = owner.submit(page, "保存工厂", {"manufacturer": ""}).page
    assert page.errors


def test_lines_are_added_renamed_and_retired(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/factories").page
    page = owner.submit(owner.visit(page, "增加生产线").page, "登记生产线", {"name": "三号线"}).page
    factory = page.link("修改工厂")
    line = next(
        link.get("href") for link in page.all("a") if "/lines/" in link.get("href") and "edit" in link.get("href")
    )
    colleagues = owner.go(line).page
    page = owner.submit(owner.go(line).page, "保存生产线", {"name": "三号线"}).page
    assert "已有同名的生产线" in page.field_error("name")
    page = owner.submit(page, "保存生产线", {"name": "二号车间 A4 压制线"}).page
    assert "A4 压制线" in page.text
    assert owner.press(colleagues, "保存生产线", {"name": "四号线"}).status_code == 409
    page = owner.submit(page, ("retired", "yes")).page
    assert "已停用" in page.text
    page = owner.submit(page, "恢复使用").page
    assert page.text.count("使用中") == 2
    page = owner.submit(page, "停用工厂").page
    assert "使用中" not in page.text
    page = owner.submit(page, "恢复使用工厂").page
    assert page.text.count("使用中") == 2
    changed = owner.submit(owner.go(factory).page, "保存工厂", {"address": "浙江省嘉兴市海宁市示例路 2 号"}).page
    assert "示例路 2 号" in changed.text


# Errands: entered for a filing, chosen there


def test_a_line_entered_for_a_filing_is_chosen_in_it(site: Site, owner: Browser, draft: int) -> None:
    step = owner.get(f"/enterprise/filings/{draft}/edit/line").page
    page = owner.submit(step, "登记工厂或生产线").page
    assert "登记后回到申报" in page.text
    page = owner.submit(page, ("add", "lines"), CONTRACTOR).page  # The way back survives another row.
    page = owner.submit(page, "登记工厂").page
    assert page.heading == "同线"
    assert "已登记，并在申报中选用" in page.text
    with site.app.app_context():
        line = db.session.query(ProductionLine).filter_by(name="一号线").one()
        assert page.value("line") == str(line.id)
    assert content(site, draft)["line"] == str(line.id)
    # A line of a factory that is there already.
    page = owner.submit(page, "登记工厂或生产线").page
    page = owner.visit(page, "海宁虚构玻璃制品有限公司 · 浙江省嘉兴市海宁市示例路 1 号").page
    page = owner.submit(page, "登记生产线", {"name": "三号线"}).page
    assert page.heading == "同线"
    assert content(site, draft)["line"] == page.value("line") != str(line.id)


def test_of_a_certification_the_line_stands_with_the_products(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        number = start_certification(work, site.world.product).id
    page = owner.get(f"/enterprise/factories/new?filing={number}").page
    page = owner.submit(page, "登记工厂", CONTRACTOR).page
    assert page.address.startswith(f"/enterprise/filings/{number}/edit/object")


def test_a_product_entered_for_a_filing_is_chosen_beside_the_others(site: Site, owner: Browser, draft: int) -> None:
    step = owner.get(f"/enterprise/filings/{draft}/edit/object").page
    page = owner.submit(step, "登记新产品").page
    page = owner.submit(page, "保存产品", {"name": "虚构保温杯", "category": "consumer"}).page
    assert page.heading == "产品"
    with site.app.app_context():
        added = db.session.query(Product).filter_by(name="虚构保温杯").one().id
    assert content(site, draft)["products"] == [str(site.world.product), str(added)]


def test_a_report_sent_for_a_filing_is_chosen_beside_the_others(site: Site, owner: Browser, draft: int) -> None:
    before = content(site, draft)["reports"]
    step = owner.get(f"/enterprise/filings/{draft}/edit/quality").page
    page = owner.submit(step, "上传新的文件").page
    assert "检测报告" in page.text
    file = Upload("另一份.pdf", pdf_report("another"))
    page = owner.submit(page, "存入材料库", REPORT | {"number": "WT-2", "file": file}).page
    assert page.heading == "同质"
    chosen = content(site, draft)["reports"]
    assert isinstance(chosen, list)
    assert chosen[:-1] == before
    # The same file once more is chosen once.
    page = owner.submit(owner.submit(page, "上传新的文件").page, "存入材料库", REPORT | {"file": file}).page
    again = content(site, draft)["reports"]
    assert isinstance(again, list)
    assert sorted(again) == sorted(chosen)


def test_only_open_filings_of_the_firm_are_come_back_to(site: Site, owner: Browser, draft: int) -> None:
    with site.work(site.world.owner) as work:
        closed = file_declaration(work, site.world.product).id
    with site.work(site.world.other_owner) as work:
        theirs = filings.start(work, "declaration").id
    assert owner.get(f"/enterprise/factories/new?filing={theirs}").status_code == 404
    assert owner.get("/enterprise/factories/new?filing=999999").status_code == 404
    for query in (
        f"filing={closed}",  # Nothing can be chosen in it any more.
        "filing=//evil.example",
        "filing=",
        "field=line",
    ):
        page = owner.get(f"/enterprise/factories/new?{query}").page
        assert "登记后回到申报" not in page.text, query
    for field in ("statement", "products", "reports", "nonsense"):
        page = owner.get(f"/enterprise/evidence/new?kind=licence&filing={draft}&field={field}").page
        assert "登记后回到申报" not in page.text, field
    answer = owner.press(owner.get(f"/enterprise/factories/new?filing={closed}").page, "登记工厂", CONTRACTOR)
    assert answer.location.startswith("/enterprise/factories")


# Evidence


def test_a_report_is_sent_with_what_it_says(site: Site, owner: Browser) -> None:
    page = owner.visit(owner.get("/enterprise/evidence").page, "上传第一份材料").page
    page = owner.visit(page, "检测报告").page
    assert [details for details in page.all("details") if "为什么要填" in "".join(details.itertext())]
    page = owner.submit(page, "存入材料库", {"number": "WT-1"}).page
    assert "请选择要上传的文件" in page.field_error("file")
    assert page.field_error("issuer")
    file = Upload("检测报告.pdf", pdf_report())
    page = owner.submit(page, "存入材料库", {"file": file}).page
    assert "请重新选择文件再提交" in page.field_error("file")
    assert page.value("number") == "WT-1"
    page = owner.submit(page, "存入材料库", REPORT | {"number": "WT-1", "file": Upload("坏.pdf", b"%PDF-1.7")}).page
    assert page.field_error("file")
    page = owner.submit(page, "存入材料库", {"file": file}).page
    assert page.heading == "WT-1"
    for text in ("虚构检测中心", "L0699", "2026-02-01", "还没有申报用到它", "仅供审核"):
        assert text in page.text, text
    again = owner.get("/enterprise/evidence/new?kind=test_report").page
    again = owner.submit(again, "存入材料库", REPORT | {"file": file}).page
    assert "这个文件已在材料库中" in again.text
    assert again.address == page.address
    assert owner.get("/enterprise/evidence/new?kind=portrait").status_code == 404
    assert owner.forge("/enterprise/evidence/new").status_code == 404


def test_the_library_is_searched_and_filtered(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        for number in range(25):
            add_evidence(work, "test_report", number=f"WT-{number:02}")
        add_evidence(work, "test_report", number="WT-SOON", expires_on="2026-04-01")
        add_evidence(work, "certification_certificate")
    page = owner.get("/enterprise/evidence").page
    assert "共 27 份" in page.text
    page = owner.visit(page, "下一页").page
    assert "WT-00" in page.text
    page = owner.submit(page, "查询", {"q": "wt-1"}).page
    assert "共 10 份" in page.text
    page = owner.get("/enterprise/evidence").page
    page = owner.submit(page, "显示结果", {"standing": "expiring"}).page
    assert "共 1 份" in page.text
    page = owner.submit(page, "显示结果", {"kind": "licence"}).page
    assert "没有符合条件的材料" in page.text
    for query in ("?standing=nonsense", "?kind=%25&q=%00", "?page=x"):
        assert owner.get(f"/enterprise/evidence{query}").status_code == 200


def test_a_piece_is_corrected_replaced_and_retired(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        filed = file_declaration(work, site.world.product)
        number = filed.evidence[0].id
        same = add_evidence(work, "certification_certificate")
    page = owner.get(f"/enterprise/evidence/{number}").page
    assert "SM-2026-000001" in page.text
    page = owner.visit(page, "修改材料信息").page
    page = owner.submit(page, "保存材料信息", {"expires_on": "2026-01-01"}).page
    assert "不能早于出具日期" in page.field_error("expires_on")
    page = owner.submit(page, "保存材料信息", {"expires_on": "2026-04-01", "visibility": "public"}).page
    assert "60 天内到期" in page.text
    assert "同意公开" in page.text
    page = owner.visit(page, "换成新的文件").page
    assert (page.value("number"), page.value("issued_on")) == ("FICT-2026-001", "")
    newer = {"issued_on": "2026-03-01", "number": "FICT-2026-002"}
    page = owner.submit(page, "换成新的文件", newer | {"file": Upload("旧.pdf", pdf_report())}).page
    assert "这就是现有的文件" in page.field_error("file")
    page = owner.submit(page, "换成新的文件", {"file": Upload("新.pdf", pdf_report("newer"))}).page
    assert page.heading == "FICT-2026-002"
    assert "SM-2026-000001" not in page.text
    # One that is known already is used, and what was typed for it now is not.
    known = Upload("已有.pdf", pdf_report("known"))
    add = owner.get("/enterprise/evidence/new?kind=test_report").page
    owner.submit(add, "存入材料库", REPORT | {"number": "KNOWN", "file": known})
    replacing = owner.visit(page, "换成新的文件").page
    told = owner.submit(replacing, "换成新的文件", newer | {"number": "TYPED", "file": known}).page
    assert (told.heading, "这个文件已在材料库中，就是下面这一份" in told.text) == ("KNOWN", True)
    old = owner.get(f"/enterprise/evidence/{number}").page
    assert "不再使用" in old.text
    assert "SM-2026-000001" in old.text
    page = owner.submit(page, "不再使用").page
    page = owner.submit(page, "恢复使用").page
    assert "材料已恢复使用" in page.text
    assert owner.get(f"/enterprise/evidence/{same}/edit").status_code == 200


@pytest.mark.parametrize("remark", ["reports", "place"])
def test_what_a_correction_names_after_a_replacement_is_told(site: Site, owner: Browser, remark: str) -> None:
    with site.work(site.world.owner) as work:
        filing = file_declaration(work, site.world.product)
        number, filing_id = filing.evidence[0].id, filing.id
    act(site, site.world.county_reviewer, filing_id, Action.RETURN, remarks={remark: "请更正"})
    page = owner.get(f"/enterprise/evidence/{number}/replace").page
    typed = {"issued_on": "2026-03-01", "number": "FICT-2026-002", "file": Upload("新.pdf", pdf_report("newer"))}
    page = owner.submit(page, "换成新的文件", typed).page
    assert page.heading == "FICT-2026-002"
    assert "可以修改这一栏的补正已改用新的文件" in page.text
    assert ("SM-2026-000001仍用旧文件：审核意见没有要求修改这一栏" in page.text) is (remark == "place")


def test_two_files_of_one_number_are_noticed(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        first = add_evidence(work, "test_report", number="WT-1")
        add_evidence(work, "test_report", number="ＷＴ－1")
        bare = add_evidence(work, "test_report", number="WT-2")
        evidence.get_own(work, int(bare)).number = ""
    assert "同一编号" in owner.get(f"/enterprise/evidence/{first}").page.text
    assert "还没有填写编号" in owner.get(f"/enterprise/evidence/{bare}").page.text


def test_a_stale_page_of_a_piece_changes_nothing(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        number = add_evidence(work, "test_report")
    page = owner.get(f"/enterprise/evidence/{number}/edit").page
    owner.submit(page, "保存材料信息", {"issuer": "第一位"})
    assert owner.press(page, "保存材料信息", {"issuer": "第二位"}).status_code == 409
    assert "第一位" in owner.get(f"/enterprise/evidence/{number}").page.text


# Trade figures


def test_trade_figures_are_typed_in_the_usual_ways(site: Site, owner: Browser) -> None:
    page = owner.visit(owner.get("/enterprise/trade").page, "填写或修改").page
    typed = {"figures-0-revenue": "１，２３４．５", "figures-0-exports": "800万", "figures-3-revenue": "9 000"}
    page = owner.submit(page, "保存贸易数据", typed).page
    assert "不要写“万”" in page.field_error("figures-0-exports")
    assert page.value("figures-0-revenue") == "１，２３４．５"
    stale = owner.get("/enterprise/trade/edit").page
    page = owner.submit(page, "保存贸易数据", {"figures-0-exports": "800"}).page
    assert page.heading == "贸易数据"
    for text in ("1,234.5", "9,000", "2022 年"):
        assert text in page.text
    assert owner.press(stale, "保存贸易数据", {"figures-0-revenue": "1"}).status_code == 409
    other = journey.signed_in(site, site.world.other_owner)
    assert "1,234.5" not in other.get("/enterprise/trade").page.text
    assert "已填写 2 年" in owner.get("/enterprise/dossier").page.text
