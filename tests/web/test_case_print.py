"""A whole case on paper, for the firm and for the offices: one or more copies, and what each side may read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import AuditEvent, ExternalCheck
from registry.services import case_messages, files, filings, products, reviews
from tests.factories import pdf_report
from tests.factories.certificates import act, approve, filed
from tests.harness import words
from tests.web import journey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site
    from tests.harness import Browser, Page


@pytest.fixture
def case(site: Site) -> int:
    """A case that was sent back, with a question and its answer."""
    number = filed(site)
    act(site, site.world.county_reviewer, number, Action.RETURN, remarks={"place": "请写到县"}, reason="见逐项意见")
    with site.work(site.world.county_reviewer) as work:
        question = {"field": "line", "text": "请问生产线在哪里？"}
        case_messages.write_for_office(work, reviews.get_case(work, number), question)
    with site.work(site.world.owner) as work:
        case_messages.write_for_firm(work, filings.get_own(work, number), {"text": "在二号车间。\n没有搬迁。"})
    return number


def copies_of(page: Page) -> list[str]:
    return [words(copy) for copy in page.classed("case-file")]


def test_the_firm_prints_everything(case: int, owner: Browser) -> None:
    page = owner.visit(owner.get(f"/enterprise/filings/{case}").page, "打印").page
    assert page.heading == "打印申报材料"
    (copy,) = copies_of(page)
    for said in (
        "受理编号 SM-2026-000001",
        "第 1 份 / 共 1 份",
        "海宁虚构玻璃制品有限公司",
        "测试联系人 0573-55500001",
        "高硼硅玻璃杯",
        "二号车间 A3 压制线",
        "德国、美国",
        "铅溶出量",
        "境外较严",
        "附件 1",
        "FICT-2026-001",
        "检测报告.pdf",
        "SD-00000001",
        "本企业声明：上述产品符合所列标准。",
        "退回补正",
        "见逐项意见",
        "签署地点：请写到县",
        "关于：生产线",
        "请问生产线在哪里？",
        "没有搬迁。",
    ):
        assert said in copy, said
    assert "草稿" not in copy
    assert "测试county" not in copy  # Firms are not told who at the office acted.


def pictured(site: Site, folder: Path) -> None:
    """Give the first firm's product two pictures."""
    with site.work(site.world.owner) as work:
        for colour in ("red", "blue"):
            photograph = folder / f"{colour}.jpg"
            photograph.write_bytes(journey.photograph(colour))
            products.add_picture(work, site.world.product, photograph)


def test_the_pictures_are_printed(site: Site, owner: Browser, tmp_path: Path) -> None:
    pictured(site, tmp_path)
    number = filed(site)
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration", product_id=site.world.product).id
        before = [picture.file.sha256 for picture in products.get_own(work, site.world.product).pictures]
    county = journey.signed_in(site, site.world.county_reviewer)
    for browser, address in (
        (owner, f"/enterprise/filings/{number}/p"),
        (owner, f"/enterprise/filings/{draft}/p"),
        (county, f"/review/cases/{number}/p"),
    ):
        page = browser.get(f"{address}rint?copies=2").page
        for copy in page.classed("case-file"):
            (pictures,) = [each for each in copy.iter("ul") if each.get("class") == "case-file-pictures"]
            assert [picture.get("src") for picture in pictures.iter("img")] == [
                f"{address}ictures/1",
                f"{address}ictures/2",
            ]
            assert before[0][:12] not in words(copy)
        for picture in (1, 2):
            answer = browser.get(f"{address}ictures/{picture}")
            assert answer.mimetype == "image/jpeg"
            assert hashlib.sha256(answer.data).hexdigest() == before[picture - 1]
    # What was submitted is printed, also when the product has other pictures by now.
    with site.work(site.world.owner) as work:
        products.remove_picture(work, site.world.product, products.get_own(work, site.world.product).pictures[0].id)
    assert len(owner.get(f"/enterprise/filings/{number}/print").page.all("img", width="96")) == 2
    assert hashlib.sha256(owner.get(f"/enterprise/filings/{number}/pictures/1").data).hexdigest() == before[0]
    assert hashlib.sha256(owner.get(f"/enterprise/filings/{draft}/pictures/1").data).hexdigest() == before[1]
    for missing in (0, 3):
        assert owner.get(f"/enterprise/filings/{number}/pictures/{missing}").status_code == 404
    other = journey.signed_in(site, site.world.other_owner)
    assert other.get(f"/enterprise/filings/{number}/pictures/1").status_code == 404


def test_how_to_print_is_said_and_not_printed(site: Site, case: int, owner: Browser) -> None:
    county = journey.signed_in(site, site.world.county_reviewer)
    for page in (
        owner.get(f"/enterprise/filings/{case}/print").page,
        county.get(f"/review/cases/{case}/print").page,
    ):
        assert [box for box in page.classed("print-form") if "按 Ctrl+P" in words(box)]


def test_the_attachments_are_listed_with_kind_name_and_number(case: int, owner: Browser) -> None:
    page = owner.get(f"/enterprise/filings/{case}/print").page
    (listed,) = [each for each in page.all("table") if words(each).startswith("附件清单")]
    _heading, report, signed = [[words(cell) for cell in row] for row in listed.iter("tr")]
    assert report[:3] == ["1", "检测报告", "FICT-2026-001"]
    assert report[5] == "检测报告.pdf"
    assert signed[:3] == ["2", "签署的声明", "SD-00000001"]


def test_an_office_prints_with_names_and_masks(site: Site, case: int) -> None:
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.visit(county.get(f"/review/cases/{case}").page, "打印").page
    (copy,) = copies_of(page)
    assert "测试county" in copy
    assert "测*** 057****0001" in copy
    assert "0573-55500001" not in page.text
    assert "测试owner" not in page.text
    assert "见逐项意见" in copy


def test_look_ups_are_for_offices(site: Site, case: int, owner: Browser) -> None:
    with site.work(site.world.county_reviewer) as work:
        (seat,) = work.actor.seats
        check = {"checked_by_id": work.actor.user_id, "checked_by_name": work.actor.name, "bureau_id": seat.bureau_id}
        for result, file in (("unavailable", None), ("matches", files.keep_document(work, pdf_report()))):
            work.session.add(
                ExternalCheck(
                    filing_id=case,
                    checked_on=work.today,
                    result=result,
                    note="状态有效",
                    screenshot=file,
                    recorded_at=work.now,
                    **check,
                )
            )
    county = journey.signed_in(site, site.world.county_reviewer)
    (copy,) = copies_of(county.get(f"/review/cases/{case}/print").page)
    for said in ("网站无法访问", "查到，内容一致", "状态有效"):
        assert said in copy
    assert "查到，内容一致" not in owner.get(f"/enterprise/filings/{case}/print").page.text


def test_printing_by_an_office_is_recorded(site: Site, case: int, owner: Browser) -> None:
    county = journey.signed_in(site, site.world.county_reviewer)
    county.get(f"/review/cases/{case}/print?copies=3")
    owner.get(f"/enterprise/filings/{case}/print?copies=3")
    with site.app.app_context():
        events = db.session.query(AuditEvent).filter_by(tag="review:filing:print").all()
        assert [(event.object_id, event.payload, event.actor_id) for event in events] == [
            (case, {"copies": 3}, site.world.county_reviewer)
        ]


def test_as_many_copies_as_asked_for(case: int, owner: Browser) -> None:
    address = f"/enterprise/filings/{case}/print"
    page = owner.submit(owner.get(address).page, "显示", {"copies": "3"}).page
    assert page.value("copies") == "3"
    copies = copies_of(page)
    assert [copy.count(f"第 {number} 份 / 共 3 份") for number, copy in enumerate(copies, start=1)] == [1, 1, 1]
    bodies = {words(body) for body in page.classed("case-file-body")}
    assert len(bodies) == 1
    assert len(copies_of(owner.get(f"{address}?copies=9").page)) == 9
    classes = [copy.get("class") for copy in owner.get(f"{address}?copies=2").page.classed("case-file")]
    assert classes == ["case-file case-file-1", "case-file case-file-2"]


@pytest.mark.parametrize("asked", ["", "0", "10", "-1", "1.5", "三", "9" * 40])
def test_other_numbers_are_one_copy(case: int, owner: Browser, asked: str) -> None:
    page = owner.get(f"/enterprise/filings/{case}/print", query_string={"copies": asked}).page
    assert len(copies_of(page)) == 1
    assert page.value("copies") == "1"


@pytest.mark.parametrize("kind", ["declaration", "certification"])
def test_a_draft_says_so_on_every_page(site: Site, owner: Browser, kind: str) -> None:
    with site.work(site.world.owner) as work:
        number = filings.start(work, kind, product_id=site.world.product).id
    page = owner.get(f"/enterprise/filings/{number}/print?copies=2").page
    for head in page.classed("case-file-head"):
        assert "草稿" in words(head)
        assert "受理编号" not in words(head)
    for copy in copies_of(page):
        assert "尚未提交" in copy
        assert "没有附件" in copy
        assert "办理经过" not in copy
        assert "询问与答复" not in copy


def test_the_certificates_stand_on_it(site: Site, owner: Browser) -> None:
    number = filed(site)
    approve(site, number)
    (copy,) = copies_of(owner.get(f"/enterprise/filings/{number}/print").page)
    assert "备案凭证 STD-330400-2026-000001" in copy
    assert "2026-03-18 至 2029-03-17" in copy


def test_what_a_firm_no_longer_asks_for_keeps_its_remark(site: Site, owner: Browser) -> None:
    """A field's remark outlives the field: forms change, decisions do not."""
    number = filed(site)
    act(site, site.world.county_reviewer, number, Action.RETURN, remarks={"laboratory": "旧表单的意见"})
    (copy,) = copies_of(owner.get(f"/enterprise/filings/{number}/print").page)
    assert "laboratory：旧表单的意见" in copy


def test_others_find_nothing(site: Site, case: int) -> None:
    other = journey.signed_in(site, site.world.other_owner)
    assert other.get(f"/enterprise/filings/{case}/print").status_code == 404
    county = journey.signed_in(site, site.world.other_county_reviewer)
    assert county.get(f"/review/cases/{case}/print").status_code == 404
