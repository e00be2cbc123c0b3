"""Rows of a spreadsheet that become drafts of declarations, one for each product."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from registry.domain.succession import Purpose
from registry.infrastructure import workbooks
from registry.models import AuditEvent, Evidence, Filing, Product, ProductionLine
from registry.services import bulk_imports, evidence, factories, filings, products, replacements
from tests.factories import add_evidence, certified, start_complete
from tests.factories.bulk import became, count, found, not_started, numbered, run, sent, start, taken, told

if TYPE_CHECKING:
    from pathlib import Path

    from registry.domain.bulk import Template
    from registry.services.work import Work
    from tests.conftest import Site

CUP = "高硼硅玻璃杯 · 虚构牌 · GB-300"
BOWL = "示例瓷碗（虚构）"
LINE = "二号车间 A3 压制线"
COMPARISON = (1, "铅溶出量", "mg/L", "≤0.5", "≤0.8", "0.02", "")
GAPS = {"consent", "signed"}  # What only a person can do who sees the draft.


@pytest.fixture
def report(site: Site) -> str:
    """A test report, and a second product."""
    with site.work(site.world.owner) as work:
        products.add(work, {"name": BOWL, "category": "consumer"})
        return add_evidence(work, "test_report")


def row_for(work: Work, product: str = CUP, **changes: str) -> tuple[str, ...]:
    """A row of the first sheet, without its number; every choice by its label."""
    fields = {field.name: field for field in template(work).sheets[0].fields}
    line = next((label for _value, label in fields["line"].choices if LINE in label), "")
    values = {
        "product": product,
        "line": line,
        "markets": "德国、美国",
        "overseas_standards": "ISO 7086-1、ISO 7086-2",
        "domestic_standards": "GB 4806.5-2016",
        "reports": "；".join(label for _value, label in fields["reports"].choices[-1:]),
        "quality_record": "无不合格、召回或通报",
        "signatory_name": "示例签署人（虚构）",
        "signatory_function": "质量负责人",
        "place": "嘉兴市海宁市",
    } | changes
    return tuple(values.get(name, "") for name in fields if name != "serial")


def template(work: Work) -> Template:
    return bulk_imports.template(work, "declaration")


def rows(site: Site, *each: dict[str, str]) -> list[tuple[Any, ...]]:
    with site.work(site.world.owner) as work:
        return numbered(*(row_for(work, **changes) for changes in each))


def drafts(work: Work) -> list[Filing]:
    return list(work.session.scalars(select(Filing).order_by(Filing.id)))


def test_rows_become_drafts_that_only_have_to_be_signed(site: Site, tmp_path: Path, report: str) -> None:
    both = rows(site, {}, {"product": BOWL, "statement": "本企业声明（虚构）。", "public": "生产线"})
    further = [COMPARISON, (1, "镉溶出量", *COMPARISON[2:]), (2, *COMPARISON[1:])]
    assert taken(site, tmp_path, both, further, kind="declaration") == {"added": 2}
    with site.work(site.world.owner) as work:
        cup, bowl = drafts(work)
        page = filings.page_own(work, 1)
        assert ([draft.id for draft in page.rows], page.total) == ([bowl.id, cup.id], 2)
        assert [item.product_id for item in cup.objects] == [site.world.product]
        assert (cup.status, cup.content["markets"], cup.content["reports"]) == ("draft", ["DE", "US"], [report])
        assert cup.content["overseas_standards"] == "ISO 7086-1\nISO 7086-2"
        assert [each["indicator"] for each in cup.content["comparison"]] == ["铅溶出量", "镉溶出量"]
        assert {gap.field for gap in filings.gaps(work, cup)} == GAPS | {"declared_on"}
        begun = filings.start(work, "declaration")
        # What is said nowhere begins as any draft does; what is left empty in one row of several stays empty.
        assert cup.content["statement"] == begun.content["statement"]
        assert (cup.content["public"], bowl.content["public"]) == ([], ["production_line"])
        assert bowl.content["statement"] == "本企业声明（虚构）。"
        work.session.rollback()
        tags = work.session.scalars(select(AuditEvent.object_id).where(AuditEvent.tag == "enterprise:filing:start"))
        assert list(tags) == [cup.id, bowl.id]


def test_the_same_again_is_no_second_draft(site: Site, tmp_path: Path, report: str) -> None:
    one = rows(site, {})
    assert taken(site, tmp_path, one, [COMPARISON], kind="declaration") == {"added": 1}
    with site.work(site.world.owner) as work:
        (draft,) = drafts(work)
        filings.save_step(work, draft.id, "statement", {"limits": "手工填写（虚构）"}, revision=draft.revision)
    assert taken(site, tmp_path, one, [COMPARISON], kind="declaration") == {"unchanged": 1}
    number = sent(site, tmp_path, rows(site, {"place": "嘉兴市"}), [COMPARISON], kind="declaration")
    with site.work(site.world.owner) as work:
        assert bulk_imports.count_known(work, bulk_imports.get_own(work, number)) == 1
    start(site, number)
    run(site)
    assert became(site, number) == {"changed": 1}
    with site.work(site.world.owner) as work:
        (draft,) = drafts(work)
        assert (draft.content["place"], draft.content["limits"]) == ("嘉兴市", "手工填写（虚构）")
        assert draft.content["reports"] == [report]


def test_what_a_spreadsheet_changes_is_consented_to_anew(site: Site, tmp_path: Path, report: str) -> None:
    assert report
    one = rows(site, {})
    assert taken(site, tmp_path, one, [COMPARISON], kind="declaration") == {"added": 1}
    with site.work(site.world.owner) as work:
        (draft,) = drafts(work)
        filings.save_step(work, draft.id, "statement", {"consent": "yes"}, revision=draft.revision)
    for sheet, outcome, consent in ((one, "unchanged", "yes"), (rows(site, {"markets": "法国"}), "changed", "")):
        assert taken(site, tmp_path, sheet, [COMPARISON], kind="declaration") == {outcome: 1}
        with site.work(site.world.owner) as work:
            (draft,) = drafts(work)
            assert draft.content["consent"] == consent


def test_a_draft_for_several_products_is_left_alone(site: Site, tmp_path: Path, report: str) -> None:
    assert report
    with site.work(site.world.owner) as work:
        bowl = work.session.scalars(select(Product.id).where(Product.name == BOWL)).one()
        both = start_complete(work, site.world.product, products=[str(site.world.product), str(bowl)]).id
    assert taken(site, tmp_path, rows(site, {}), [COMPARISON], kind="declaration") == {"added": 1}
    with site.work(site.world.owner) as work:
        first, second = drafts(work)
        assert (first.id, len(second.objects)) == (both, 1)


def test_what_is_wrong_in_a_declaration(site: Site, tmp_path: Path, report: str) -> None:
    assert report
    first = rows(
        site, {"place": "海宁😀"}, {"product": BOWL, "markets": "亚特兰蒂斯", "quality_record": "有，说明如下"}
    )
    further = [(1, "外观", "", "无裂纹", "平整光洁", "合格", ""), (1, "铅🥂", *COMPARISON[2:])]
    number = sent(site, tmp_path, first, further, kind="declaration")
    assert [(message, cell[0]) for cell, message in told(site, number) if cell] == [
        ("凭证无法印出这些字：😀，请改用常用字。", "O"),
        ("这两个限值无法自动比较，请选择哪个较严。", "G"),
        ("凭证无法印出这些字：🥂，请改用常用字。", "B"),
        ("没有“亚特兰蒂斯”这一项，请从下拉列表中选择。", "E"),
        ("请填写此项。", "J"),
    ]
    assert [message for cell, message in told(site, number) if not cell] == ["工作表“指标对比表”：请至少填写一行。"]


def test_nothing_is_begun_beside_what_is_under_way_or_on_record(site: Site, tmp_path: Path, report: str) -> None:
    assert report
    certificate = certified(site)
    with site.work(site.world.owner) as work:
        bowl = work.session.scalars(select(Product.id).where(Product.name == BOWL)).one()
    with site.work(site.world.owner) as work:
        draft = start_complete(work, bowl)
        reference = filings.submit(work, draft.id, revision=draft.revision).reference
    first, further = rows(site, {}, {"product": BOWL}), [COMPARISON, (2, *COMPARISON[1:])]
    number = sent(site, tmp_path, first, further, kind="declaration")
    (held, under_way) = told(site, number)
    assert "这个产品已有凭证 STD-" in held[1]
    assert under_way == ("B6", f"这个产品的申报 {reference} 还没有办结，请在那里继续。")
    assert certificate


def test_nothing_is_begun_beside_a_change_of_what_is_on_record(site: Site, tmp_path: Path, report: str) -> None:
    assert report
    certificate = certified(site)
    with site.work(site.world.owner) as work:
        replacements.start(work, certificate, purpose=Purpose.CHANGE)
    number = sent(site, tmp_path, rows(site, {}), [COMPARISON], kind="declaration")
    assert told(site, number) == [("B5", "这个产品的凭证正在申请变更或续期，请在那份草稿中继续。")]


def test_what_is_no_longer_there_when_rows_are_taken_in(site: Site, tmp_path: Path, report: str) -> None:
    with site.work(site.world.owner) as work:
        pot = products.add(work, {"name": "示例茶壶（虚构）", "category": "consumer"}).id
        plate = products.add(work, {"name": "示例瓷盘（虚构）", "category": "consumer"}).id
    each = [{}, {"product": BOWL, "reports": "没有"}, {"product": "示例茶壶（虚构）"}, {"product": "示例瓷盘（虚构）"}]
    with site.work(site.world.owner) as work:
        other = add_evidence(work, "test_report", number="FICT-2026-002")
        (label,) = [evidence.label(item) for item in evidence.by_ids(work, [other], site.world.enterprise).values()]
    each[1]["reports"] = label
    further = [(number, *COMPARISON[1:]) for number in (1, 2, 3, 4)]
    number = sent(site, tmp_path, rows(site, *each), further, kind="declaration")
    assert told(site, number) == []
    with site.work(site.world.owner) as work:
        work.session.get_one(Evidence, int(other)).retired_at = work.now
        products.set_retired(work, pot, retired=True)
        draft = start_complete(work, plate)
        reference = filings.submit(work, draft.id, revision=draft.revision).reference
    start(site, number)
    run(site)
    assert became(site, number) == {"added": 1, "failed": 3}
    with site.work(site.world.owner) as work:
        row = bulk_imports.get_own(work, number)
        failed = bulk_imports.first_mistakes(work, row, failed=True)
        assert [(item["row"], item["label"], str(bulk_imports.message_of(item))) for item in failed] == [
            (6, "检测报告", "请从列表中选择。"),
            (7, "声明的产品", "请从列表中选择。"),
            (8, "声明的产品", f"这个产品的申报 {reference} 还没有办结，请在那里继续。"),
        ]
        assert [draft.content["reports"] for draft in drafts(work) if draft.status == "draft"] == [[report]]


def test_the_example_is_passed_over_whatever_the_dossier_holds_by_then(site: Site, tmp_path: Path, report: str) -> None:
    """Between the template and the upload there may be another newest product, line or report."""
    assert report
    path = tmp_path / "template.xlsx"
    with site.work(site.world.owner) as work:
        workbooks.write_template(path, template(work))
        before = [sheet.example for sheet in template(work).sheets]
    with site.work(site.world.owner) as work:
        products.add(work, {"name": "后来登记的（虚构）", "category": "consumer"})
        products.set_retired(work, site.world.product, retired=True)
        add_evidence(work, "test_report", number="FICT-2026-009")
        factories.add_line(work, factories.list_own(work)[0].id, {"name": "新线"})
        assert [sheet.example for sheet in template(work).sheets] == before
        row = (1, *row_for(work, product="后来登记的（虚构）"))
    book = load_workbook(path)
    book.worksheets[0].append(list(row))
    book.worksheets[1].append(list(COMPARISON))
    book.save(path)
    with site.work(site.world.owner) as work:
        number = bulk_imports.upload(work, "declaration", path, "声明.xlsx").id
    run(site)
    assert (found(site, number).total, told(site, number)) == (1, [])
    start(site, number)
    run(site)
    with site.work(site.world.owner) as work:
        (draft,) = drafts(work)
        assert [item.product.name for item in draft.objects] == ["后来登记的（虚构）"]
        assert len(draft.content["comparison"]) == 1


def test_products_that_differ_in_case_are_told_apart(site: Site, tmp_path: Path, report: str) -> None:
    assert report
    with site.work(site.world.owner) as work:
        for model in ("M6a", "M6A"):
            products.add(work, {"name": "螺丝（虚构）", "model": model, "category": "industrial"})
    both = rows(site, {"product": "螺丝（虚构） · M6a"}, {"product": "螺丝（虚构） · M6A"})
    number = sent(site, tmp_path, both, [COMPARISON, (2, *COMPARISON[1:])], kind="declaration")
    assert told(site, number) == []


def test_comparisons_that_belong_to_no_declaration_stop_all(site: Site, tmp_path: Path, report: str) -> None:
    """A draft would lose an indicator, and nobody would notice."""
    assert report
    one = rows(site, {})
    both = [COMPARISON, (1, "镉溶出量", *COMPARISON[2:])]
    assert taken(site, tmp_path, one, both, kind="declaration") == {"added": 1}
    number = sent(site, tmp_path, one, [COMPARISON, (11, *both[1][1:])], kind="declaration")
    assert found(site, number).wrong == 0
    for only_right in (False, True):
        assert "这份表格要先改好，才能导入" in not_started(site, number, only_right=only_right)


def test_a_firm_with_an_empty_dossier_is_told_so(site: Site, tmp_path: Path) -> None:
    """Neither a line nor a report: the list says what is missing, and choosing that is choosing nothing."""
    with site.work(site.world.owner) as work:
        work.session.get_one(ProductionLine, site.world.line).retired_at = work.now
        fields = {field.name: field for field in template(work).sheets[0].fields}
        nothing = fields["line"].choices[0][1]
        assert [fields[name].choices for name in ("line", "reports")] == [(("", nothing),)] * 2
        assert "请先在企业档案中登记" in nothing
        row = row_for(work, line=nothing, reports=nothing)
    number = sent(site, tmp_path, numbered(row), [COMPARISON], kind="declaration")
    assert told(site, number) == [("D5", "请选择一项。"), ("H5", "请至少选择一项。")]
    assert count(site, Filing) == 0
    assert found(site, number).wrong == 1


def test_evidence_whose_time_is_over_is_not_offered(site: Site, report: str) -> None:
    with site.work(site.world.owner) as work:
        for last, offered in ((work.today, report), (work.today - timedelta(days=1), "")):
            work.session.get_one(Evidence, int(report)).expires_on = last
            (field,) = [field for field in template(work).fields if field.name == "reports"]
            assert [value for value, _label in field.choices] == [offered]
