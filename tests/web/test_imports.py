"""Many products and declarations from a spreadsheet: template, upload, check, result, remarks, import."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from registry.infrastructure.database import db
from registry.models import BulkImport, Product, StoredFile
from registry.services import bulk_imports
from tests.factories import worker
from tests.factories.bulk import checked_import, sheet_of
from tests.factories.evidence import pdf_report
from tests.harness import ORIGIN, Upload, words
from tests.web import journey

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook
    from werkzeug.test import TestResponse

    from tests.conftest import Site
    from tests.harness import Browser, Page

CUP = (1, "示例保温杯（虚构）", "Fictional flask", "虚构牌", "BW-1", "一般消费品", "6901234567885", "9617.00.11")
BOWL = (2, "示例瓷碗（虚构）", "", "", "", "不知道", "", "")


def book_of(answer: TestResponse) -> Workbook:
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return load_workbook(BytesIO(answer.data))


def name_of(answer: TestResponse) -> str:
    return unquote(answer.headers["Content-Disposition"].rpartition("''")[2])


def as_file(book: Workbook, name: str = "我的产品.xlsx") -> Upload:
    buffer = BytesIO()
    book.save(buffer)
    return Upload(name, buffer.getvalue())


def filled(browser: Browser, *rows: tuple[Any, ...], kind: str = "product") -> Upload:
    """The template, filled in as a person would."""
    book = book_of(browser.get(f"/enterprise/imports/template/{kind}"))
    for row in rows:
        book.worksheets[0].append(list(row))
    return as_file(book)


def send(browser: Browser, file: Upload, kind: str = "product") -> Page:
    page = browser.get(f"/enterprise/imports/new/{kind}").page
    return browser.submit(page, "上传并检查", {"file": file}).page


def reloads(page: Page) -> bool:
    return bool(page.all("meta", **{"http-equiv": "refresh"}))


def product_names(site: Site) -> list[str]:
    with site.app.app_context():
        return [name for (name,) in db.session.query(Product.name).order_by(Product.id).offset(2)]


def rows_of(page: Page) -> list[list[str]]:
    """What the first table of a page says, without its headings."""
    return [[words(cell) for cell in row.iter("td")] for row in page.all("tr")[1:]]


def checked(site: Site, browser: Browser, file: Upload, kind: str = "product") -> Page:
    """Send a file, and let the worker check it."""
    page = send(browser, file, kind)
    journey.run_worker(site)
    return browser.get(page.address).page


def test_from_the_template_to_what_is_wrong(site: Site, owner: Browser) -> None:
    page = owner.visit(owner.get("/enterprise/products").page, "批量导入").page
    assert page.heading == "批量导入"
    assert "还没有上传过表格" in page.text
    template = owner.go(page.link("下载模板"))
    assert name_of(template) == "批量导入模板-产品.xlsx"
    book = book_of(template)
    assert book.sheetnames[:4] == ["产品", "规格", "网店链接", "填写说明"]
    for row in (CUP, BOWL):
        book.worksheets[0].append(list(row))
    book["规格"].append([1, "", "", "9617.00.19"])

    page = send(owner, as_file(book))
    assert (page.heading, reloads(page)) == ("我的产品.xlsx", True)
    assert "正在检查每一行" in page.text
    assert journey.run_worker(site) == 1
    page = owner.get(page.address).page
    assert not reloads(page)
    assert "2 行都需要修改" in page.text
    assert rows_of(page) == [
        ["规格 B5", "规格", "请填写此项。"],
        ["产品 F6", "类别", "没有“不知道”这一项，可填：农食产品、一般消费品、工业品。"],
    ]
    assert not [button for button in page.all("button") if "导入" in words(button)]
    answer = owner.go(page.link("下载带批注的表格"))
    assert name_of(answer) == "处理结果-我的产品.xlsx"
    assert "不知道" in book_of(answer)["产品"]["F6"].comment.text


def test_the_right_rows_first_and_then_the_corrected_ones(site: Site, owner: Browser) -> None:
    page = checked(site, owner, filled(owner, CUP, BOWL))
    assert "2 行中有 1 行需要修改" in page.text
    form, _button = page.form_of("只导入正确的 1 行")
    sent = {name: value for name, value in form.entries() if name == "revision"}
    refused = owner.forge(form.element.get("action"), sent)
    assert refused.status_code == 422
    assert "还有 1 行有错误。可以只导入正确的行，或改好后重新上传。" in refused.page.errors[0]
    page = owner.submit(page, "只导入正确的 1 行").page
    assert (reloads(page), "正在导入：0 / 1 行" in page.text) == (True, True)
    assert [bar.get("max") for bar in page.all("progress")] == ["1"]
    journey.run_worker(site)
    page = owner.get(page.address).page
    assert "新增 1，更新 0，没有变化 0，未能导入 0。 另有 1 行在检查时有错误，没有导入。" in page.text
    assert product_names(site) == [CUP[1]]

    book = book_of(owner.go(page.link("下载带批注的表格")))
    book["产品"]["F6"] = "工业品"
    page = checked(site, owner, as_file(book))
    assert "2 行全部正确" in page.text
    assert "将新增 1 行，更新 1 行" in page.text
    address = owner.submit(page, "导入 2 行").page.address
    journey.run_worker(site)
    page = owner.get(address).page
    assert "新增 1，更新 0，没有变化 1" in page.text
    assert owner.visit(page, "查看产品").page.heading == "产品"
    assert product_names(site) == [CUP[1], BOWL[1]]
    listed = rows_of(owner.get("/enterprise/imports").page)
    assert [row[:5] for row in listed] == [
        ["已导入", "我的产品.xlsx", "产品", "2", "0"],
        ["已导入", "我的产品.xlsx", "产品", "2", "1"],
    ]


def test_what_may_not_be_meant_is_told_and_asked_about(site: Site, owner: Browser) -> None:
    """A mistyped serial, a renamed heading, a hidden row: every row is right, and the spreadsheet is not."""
    book = book_of(owner.get("/enterprise/imports/template/product"))
    book.worksheets[0].append(list(CUP))
    book["规格"].append([2, "350 mL"])
    book.worksheets[0]["D3"] = "品牌名称"
    book.worksheets[0].row_dimensions[5].hidden = True
    page = checked(site, owner, as_file(book))
    assert "全部正确" not in page.text
    assert "1 行没有错误，但表格可能不完整" in page.text
    for told in ("“规格”中有 1 行找不到对应的序号", "没有读取：品牌名称；", "没有找到：品牌（商标）。", "第 5 行。"):
        assert told in page.text
    assert rows_of(page) == [["规格 A5", "所属序号", "“产品”表中没有序号 2。"]]
    form, _button = page.form_of("已核对，导入 1 行")
    sent = {name: value for name, value in form.entries() if name == "revision"}
    refused = owner.forge(form.element.get("action"), sent)
    assert "请先核对页面上的说明，再确认导入。" in refused.page.errors[0]
    assert "正在导入" in owner.submit(page, "已核对，导入 1 行").page.text


def test_a_spreadsheet_that_has_to_be_corrected_first(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        number = bulk_imports.upload(work, "product", sheet_of(work, "product", site.data_dir / "a.xlsx"), "a.xlsx").id
        row = bulk_imports.get_own(work, number)
        row.status, row.total = "checked", 2
        row.notes = [{"effect": "stops", "text": "“指标对比表”有问题。", "args": {}}]
        work.session.flush()
        revision = row.revision
    page = owner.get(f"/enterprise/imports/{number}").page
    assert "这份表格要先改好，才能导入" in page.text
    assert "“指标对比表”有问题。" in page.text
    assert not [button for button in page.all("button") if "导入" in words(button)]
    refused = owner.forge(f"/enterprise/imports/{number}/start", {"revision": str(revision), "only_right": "yes"})
    assert "原因见页面上的说明" in refused.page.errors[0]


def test_the_page_lists_no_more_mistakes_than_anybody_reads(site: Site, owner: Browser) -> None:
    book = book_of(owner.get("/enterprise/imports/template/product"))
    book.worksheets[0].append([*BOWL])
    for _ in range(120):
        book["规格"].append([2, "长" * 101, "123", "7"])
    page = checked(site, owner, as_file(book))
    assert len(rows_of(page)) == 100
    assert "这里只列出前 100 处。" in page.text


def test_a_page_that_looks_by_itself_keeps_nobody_signed_in(site: Site, owner: Browser) -> None:
    """The worker stands still, and the computer has been left alone."""
    page = send(owner, filled(owner, CUP))
    (part,) = [each for each in page.all("div") if each.get("data-progress")]
    address = part.get("data-progress")
    (meta,) = page.all("meta", **{"http-equiv": "refresh"})
    assert meta.get("content") == f"3; url={address}"
    for _ in range(2):
        site.clock.moment += timedelta(minutes=25)
        assert "正在检查每一行" in owner.get(address).page.text
    # Somebody who asks for the page is there.
    assert "正在检查每一行" in owner.get(page.address).page.text
    for _ in range(3):
        site.clock.moment += timedelta(minutes=20)
        assert "正在检查每一行" in owner.get(address).page.text
    site.clock.moment += timedelta(minutes=1)
    assert owner.go(address).page.heading == "登录"


def test_declarations_come_from_the_list_of_filings(site: Site, owner: Browser) -> None:
    page = owner.visit(owner.get("/enterprise/filings").page, "批量导入").page
    assert "自我声明（草稿）" in page.text
    book = book_of(owner.get("/enterprise/imports/template/declaration"))
    assert book.sheetnames[:3] == ["声明", "指标对比表", "填写说明"]
    page = checked(site, owner, filled(owner, (1, "没有这个产品"), kind="declaration"), "declaration")
    assert "1 行都需要修改" in page.text
    assert "没有“没有这个产品”这一项" in page.text


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (Upload("产品.xlsx", pdf_report()), "这个文件实际是：PDF 文件"),
        (Upload("产品.xlsx", b""), "空的"),
        (None, "请选择文件。"),
    ],
    ids=["renamed", "empty", "none"],
)
def test_what_is_no_spreadsheet_is_told_at_the_field(owner: Browser, file: Upload | None, message: str) -> None:
    page = owner.get("/enterprise/imports/new/product").page
    answer = owner.press(page, "上传并检查", {"file": file} if file else None)
    assert answer.status_code == 422
    assert message in answer.page.field_error("file")


def test_a_spreadsheet_that_cannot_be_read(site: Site, owner: Browser) -> None:
    page = checked(site, owner, Upload("产品.csv", "名称,分类\n示例（虚构）,一般消费品\n".encode()))
    assert page.heading == "产品.csv"
    assert "没有找到标题行" in page.text
    assert owner.visit(page, "重新上传").page.heading == "上传表格：产品"


# The library forgets what it has received by then.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_upload_that_breaks_off_leaves_nothing(site: Site, owner: Browser) -> None:
    """Half of a body, as when the line is cut; sent again it is as if nothing had been."""
    file = filled(owner, CUP)
    boundary = "X" * 20
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{owner.csrf_token()}\r\n'
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    assert isinstance(file.content, bytes)
    body = head.encode() + file.content[:2000]
    answer = owner.post(
        "/enterprise/imports/new/product",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Referer": f"{ORIGIN}/enterprise/imports/new/product"},
    )
    assert answer.status_code in {400, 422}
    with site.app.app_context():
        assert db.session.query(BulkImport).count() == db.session.query(StoredFile).count() == 0
    assert not list(site.data_dir.glob("upload-*"))
    assert "正在检查每一行" in send(owner, file).text


def test_a_colleagues_spreadsheet_comes_first(site: Site, owner: Browser) -> None:
    page = send(owner, filled(owner, CUP))
    filer = journey.signed_in(site, site.world.filer)
    told = send(filer, filled(filer, BOWL))
    assert told.field_error("file").endswith("本企业的上一份表格还在处理，请等它完成后再上传。")
    # The colleague sees it, and may stop it.
    seen = filer.get(page.address).page
    page = filer.submit(seen, "取消检查").page
    assert "没有导入任何内容" in page.text
    assert filer.submit(seen, "取消检查").page.heading == "我的产品.xlsx"
    assert journey.run_worker(site) == 1
    assert "没有导入任何内容" in owner.get(page.address).page.text
    assert "正在检查每一行" in send(filer, filled(filer, BOWL)).text


def test_stale_pages_and_two_presses(site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_imports, "PER_JOB", 1)
    page = send(owner, filled(owner, CUP, (*BOWL[:5], "工业品", "", "")))
    checking = page
    journey.run_worker(site)
    page = owner.get(page.address).page
    assert owner.press(checking, "取消检查").status_code == 409
    started = owner.submit(page, "导入 2 行").page
    assert owner.submit(page, "导入 2 行").page.heading == started.heading
    assert owner.press(page, "放弃这份表格").status_code == 409
    with site.app.app_context():
        assert worker(site).run_next()
    running = owner.get(page.address).page
    assert "正在导入：1 / 2 行" in running.text
    stopped = owner.submit(running, "停止导入").page
    assert "新增 1" in stopped.text
    assert "已经导入的行保留" in stopped.text
    assert owner.press(page, "导入 2 行").status_code == 409
    journey.run_worker(site)
    assert len(product_names(site)) == 1


def test_what_failed_when_it_was_taken_in_is_listed(site: Site, owner: Browser) -> None:
    page = checked(site, owner, filled(owner, CUP))
    with site.app.app_context():
        db.session.query(Product).filter_by(id=site.world.product).update({"gtin": CUP[6]})
        db.session.commit()
    address = owner.submit(page, "导入 1 行").page.address
    journey.run_worker(site)
    page = owner.get(address).page
    assert "未能导入 1" in page.text
    assert "这个商品条码已用于产品“高硼硅玻璃杯”。" in page.text
    assert "产品 第 5 行" in page.text


def test_whoever_only_looks_sees_no_buttons(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        number = checked_import(work, tmp_path)
        row = work.session.get_one(BulkImport, number)
        row.total, row.strays = 2, [{"sheet": "规格", "row": 7, "cell": "A7", "label": "", "text": "没有", "args": {}}]
    viewer = journey.signed_in(site, site.world.viewer)
    page = viewer.get("/enterprise/imports").page
    assert not [link for link in page.all("a") if "template" in link.get("href")]
    page = viewer.visit(page, "产品表.xlsx").page
    assert "2 行中有 1 行需要修改" in page.text
    assert "规格 A7" in page.text
    assert not [button for button in page.all("button") if "导入" in words(button)]
    assert viewer.get(f"/enterprise/imports/{number}/remarks").data == b"PK fictional"


def test_another_firms_spreadsheet_is_none(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        number = checked_import(work, tmp_path)
    other = journey.signed_in(site, site.world.other_owner)
    for path in ("", "/remarks"):
        assert other.get(f"/enterprise/imports/{number}{path}").status_code == 404
    for path in ("start", "cancel"):
        assert other.forge(f"/enterprise/imports/{number}/{path}", {"revision": "1"}).status_code == 404
    for path in ("template", "new"):
        assert other.get(f"/enterprise/imports/{path}/certification").status_code == 404
