"""Rows of a spreadsheet that become products, beside those that are there."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from sqlalchemy import select

from registry.domain.errors import StaleRevision
from registry.infrastructure.database import db
from registry.models import AuditEvent, BulkRow, Product
from registry.services import bulk_imports, bulk_products, products
from tests.at_once import at_once
from tests.factories.bulk import (
    BOWL,
    CUP,
    PLATE,
    became,
    count,
    found,
    not_started,
    numbered,
    run,
    sent,
    start,
    taken,
    told,
)
from tests.statements import counted

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from openpyxl import Workbook

    from tests.conftest import Site


def test_rows_become_products_with_variants_and_links(site: Site, tmp_path: Path) -> None:
    variants = [(1, "350 mL", "6901234567878", ""), (1, "500 mL", "", "9617.00.19")]
    links = [(2, "示例商城（虚构）", "shop.example/item?id=1")]
    number = sent(site, tmp_path, numbered(CUP, BOWL, PLATE), variants, links)
    row = found(site, number)
    assert (row.status, row.total, row.wrong, row.remarks_id) == ("checked", 3, 0, None)
    assert count(site) == 2
    start(site, number)
    assert run(site) == 1
    row = found(site, number)
    assert (row.status, row.done, row.finished_at) == ("imported", 3, site.clock.moment)
    assert became(site, number) == {"added": 3}
    with site.work(site.world.owner) as work:
        cup, bowl, plate = (
            products.as_form(product)
            for product in work.session.scalars(select(Product).order_by(Product.id).offset(2))
        )
        assert cup["variants"] == [
            {"name": "350 mL", "gtin": "6901234567878", "hs_code": ""},
            {"name": "500 mL", "gtin": "", "hs_code": "96170019"},
        ]
        assert (cup["category"], cup["hs_code"]) == ("consumer", "96170011")
        assert bowl["links"] == [{"shop": "示例商城（虚构）", "url": "https://shop.example/item?id=1"}]
        assert plate["name"] == PLATE[0]
        tags = [
            event.tag for event in work.session.scalars(select(AuditEvent).where(AuditEvent.tag.contains("product")))
        ]
        assert tags.count("enterprise:product:add") == 5


def test_the_same_again_changes_nothing_and_what_was_corrected_is_changed(site: Site, tmp_path: Path) -> None:
    variants = [(1, "350 mL", "6901234567878", "")]
    assert taken(site, tmp_path, numbered(CUP, BOWL), variants) == {"added": 2}
    assert taken(site, tmp_path, numbered(CUP, BOWL), variants) == {"unchanged": 2}
    number = sent(site, tmp_path, numbered((*CUP[:4], "工业品", *CUP[5:]), BOWL, PLATE), variants)
    with site.work(site.world.owner) as work:
        assert bulk_imports.count_known(work, bulk_imports.get_own(work, number)) == 2
    start(site, number)
    run(site)
    assert became(site, number) == {"changed": 1, "unchanged": 1, "added": 1}
    with site.work() as work:
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "enterprise:product:change")).one()
        assert (event.payload, event.actor_id) == ({"fields": ["category"]}, site.world.owner)
        assert event.object_id == work.session.scalars(select(Product.id).where(Product.name == CUP[0])).one()


def test_columns_and_sheets_that_say_nothing_leave_what_is_known(site: Site, tmp_path: Path) -> None:
    links = [(1, "示例商城（虚构）", "https://shop.example/1")]
    assert taken(site, tmp_path, numbered(CUP), [(1, "350 mL", "", "")], links) == {"added": 1}
    bare = (CUP[0], "", *CUP[2:4], "工业品", "", "")
    assert taken(site, tmp_path, numbered(bare)) == {"changed": 1}

    def without_codes(book: Workbook) -> None:
        book.worksheets[0].delete_cols(7, 2)
        del book["规格"]

    assert taken(site, tmp_path, numbered(bare), change=without_codes) == {"unchanged": 1}
    with site.work(site.world.owner) as work:
        cup = products.as_form(work.session.scalars(select(Product).where(Product.name == CUP[0])).one())
        assert (cup["category"], cup["name_en"], cup["gtin"]) == ("industrial", CUP[1], CUP[5])
        assert ([each["name"] for each in cup["variants"]], len(cup["links"])) == (["350 mL"], 1)
    # Where something is said in one row, an empty cell in another one is meant.
    assert taken(site, tmp_path, numbered((*bare[:5], "", ""), (*CUP[:1], "Other", "", "X", *CUP[4:5], "", ""))) == {
        "changed": 1,
        "added": 1,
    }
    with site.work(site.world.owner) as work:
        cup = products.as_form(work.session.scalars(select(Product).where(Product.model == CUP[3])).one())
        assert (cup["name_en"], cup["gtin"]) == ("", CUP[5])


def variants_of(site: Site) -> dict[str, list[str]]:
    with site.app.app_context():
        found = db.session.scalars(select(Product))
        return {product.name: [each.name for each in product.variants] for product in found}


def test_a_mistyped_serial_takes_nothing_from_another_product(site: Site, tmp_path: Path) -> None:
    rows, right = numbered(CUP, BOWL), [(1, "300 mL", "", ""), (2, "大", "6901234567878", "")]
    assert taken(site, tmp_path, rows, right) == {"added": 2}
    known = variants_of(site)
    number = sent(site, tmp_path, rows, [(1, "500 mL", "", ""), (22, "大", "6901234567878", "")])
    row = found(site, number)
    assert (row.status, row.wrong) == ("checked", 0)
    assert not_started(site, number) == "请先核对页面上的说明，再确认导入。"
    start(site, number, only_right=True)
    run(site)
    assert became(site, number) == {"unchanged": 2}
    assert variants_of(site) == known
    # What is corrected counts for every row of the first sheet.
    assert taken(site, tmp_path, rows, [(1, "500 mL", "", ""), (1, "大", "", "")]) == {"changed": 2}
    assert variants_of(site)[BOWL[0]] == []


def test_names_that_differ_in_case_are_two_products(site: Site, tmp_path: Path) -> None:
    """As on the page."""
    rows = numbered(*(("螺丝（虚构）", "", "", model, "工业品", "", "") for model in ("M6a", "M6A")))
    assert taken(site, tmp_path, rows) == {"added": 2}
    assert taken(site, tmp_path, rows) == {"unchanged": 2}


def rename(book: Workbook) -> None:
    sheet = book.worksheets[0]
    assert str(sheet["D3"].value).startswith("品牌")
    sheet["D3"], sheet["J3"] = "品牌名称", "备注"
    sheet.row_dimensions[6].hidden = True


def test_a_renamed_column_is_asked_about(site: Site, tmp_path: Path) -> None:
    """What stands in it is not read, and a product of another brand would be another product."""
    number = sent(site, tmp_path, numbered(CUP, BOWL), change=rename)
    row = found(site, number)
    assert row.wrong == 0
    assert row.notes is not None
    asked, hidden = ((note["effect"], str(bulk_imports.message_of(note))) for note in row.notes)
    assert asked[0] == "asked"
    assert "没有读取：品牌名称、备注；模板中的这些列没有找到：品牌（商标）。" in asked[1]
    assert hidden == ("told", "工作表“产品”中有 1 行是隐藏的，同样会导入：第 6 行。")
    assert "请先核对" in not_started(site, number)
    start(site, number, only_right=True)


def test_what_is_wrong_is_not_kept_without_end(site: Site, tmp_path: Path) -> None:
    """The page shows the first mistakes; the file with remarks has all, and what was typed."""
    rows = numbered(*((f"示例 {number}（虚构）", "", "", "", "不知道", "", "7") for number in range(60)), CUP)
    number = sent(site, tmp_path, rows, [(99, str(variant), "", "") for variant in range(110)])
    row = found(site, number)
    assert (row.total, row.wrong, len(row.strays or [])) == (61, 60, 100)
    assert len(told(site, number)) == 100
    with site.work(site.world.owner) as work:
        assert len(bulk_imports.first_mistakes(work, row, failed=False)) == 100
        kept = work.session.scalars(select(BulkRow.values).where(BulkRow.bulk_import_id == number)).all()
        assert [bool(values) for values in kept] == [False] * 60 + [True]
        path = tmp_path / "remarks.xlsx"
        path.write_bytes(bulk_imports.read_remarks(work, number)[1])
    assert load_workbook(path).worksheets[0]["F64"].comment is not None


def spoil(book: Workbook) -> None:
    """What people do to a sheet."""
    sheet = book.worksheets[0]
    sheet["C5"] = "=A5&B5"
    sheet.merge_cells("D6:D7")


def test_what_is_wrong_is_told_at_its_cell(site: Site, tmp_path: Path) -> None:
    other = (1, "示例杯（虚构）", "", "", "", "一般消费品", "", "")
    rows = [
        (1, *CUP),
        (2, *BOWL),
        (3, "示例汤匙（虚构）", "", "", "", "不知道", "6901234567893", "7"),
        (4, "", "", "", "", "一般消费品", "", ""),
        (5, *BOWL),
    ]
    number = sent(site, tmp_path, rows, [(9, "350 mL", "", "")], change=spoil)
    row = found(site, number)
    assert (row.status, row.total, row.wrong) == ("checked", 5, 5)
    assert told(site, number) == [
        ("C5", "这里是公式，请复制后“粘贴为数值”。"),
        ("D6", "单元格已合并（D6:D7），请取消合并，每行分别填写。"),
        ("D7", "单元格已合并（D6:D7），请取消合并，每行分别填写。"),
        ("F7", "没有“不知道”这一项，可填：农食产品、一般消费品、工业品。"),
        *((cell, text) for cell, text in told(site, number)[4:6] if cell in {"G7", "H7"}),
        ("B8", "请填写此项。"),
        ("", "与第 6 行重复。"),
    ]
    assert row.strays is not None
    assert [(item["cell"], item["label"]) for item in row.strays] == [("A5", "所属序号")]
    with site.work(site.world.owner) as work:
        name, content = bulk_imports.read_remarks(work, number)
    path = tmp_path / "remarks.xlsx"
    path.write_bytes(content)
    book = load_workbook(path)
    assert name == "产品表.xlsx"
    assert "这里是公式" in book.worksheets[0]["C5"].comment.text
    # The very file with the remarks is corrected and sent again.
    book.worksheets[0].delete_rows(6, 4)
    book.worksheets[0]["C5"] = CUP[1]
    book.worksheets[1].delete_rows(5)
    book.worksheets[0].append(list(other))
    book.save(path)
    with site.work(site.world.owner) as work:
        number = bulk_imports.upload(work, "product", path, "更正.xlsx").id
    run(site)
    row = found(site, number)
    assert (row.status, row.total, row.wrong) == ("checked", 2, 1)
    assert told(site, number) == [("A6", "与第 5 行重复。")]


def test_rows_beside_the_firms_own_products(site: Site, tmp_path: Path) -> None:
    """The firm has a product with the bar code 6901234567892, and one that is not used any more."""
    world = site.world
    with site.work(world.owner) as work:
        spoon = products.add(work, {"name": "示例汤匙（虚构）", "category": "consumer", "gtin": "6901234567861"})
        products.set_retired(work, spoon.id, retired=True)
    with site.work(world.other_owner) as work:
        products.add(work, {"name": "别家的杯子（虚构）", "category": "consumer", "gtin": "6901234567847"})
    rows = numbered(
        ("甲（虚构）", "", "", "", "一般消费品", "6901234567892", ""),
        ("乙（虚构）", "", "", "", "一般消费品", "6901234567847", ""),
        ("丙（虚构）", "", "", "", "一般消费品", "06901234567847", ""),
        ("丁（虚构）", "", "", "", "一般消费品", "6901234567861", ""),
        ("高硼硅玻璃杯", "", "虚构牌", "GB-300", "一般消费品", "6901234567892", ""),
        ("示例汤匙（虚构）", "", "", "", "一般消费品", "", ""),
        ("戊（虚构）", "", "", "", "一般消费品", "6901234567885", ""),
    )
    variants = [
        (2, "大", "6901234567892", ""),
        (5, "大", "", ""),
        (5, "Ａ", "", ""),
        (5, "a", "", ""),
        (7, "大", "6901234567885", ""),
    ]
    number = sent(site, tmp_path, rows, variants)
    assert told(site, number) == [
        ("G5", "这个商品条码已用于产品“高硼硅玻璃杯”。"),
        ("C5", "这个商品条码已用于产品“高硼硅玻璃杯”。"),
        ("G7", "第 6 行也用了这个商品条码。"),
        ("B8", "与上面一行重复。"),
        ("B10", "这个产品已停用，请先恢复使用，再导入。"),
        ("C9", "这个商品条码在上面已经填过。"),
    ]
    row = found(site, number)
    assert (row.total, row.wrong, row.remarks_id is not None) == (7, 6, True)
    with site.work(world.owner) as work:
        first, second, *_others = bulk_imports.first_mistakes(work, row, failed=False)
        assert (first["row"], second["sheet"], second["label"]) == (5, "规格", "商品条码（GTIN）")


def test_only_the_right_rows_or_none(site: Site, tmp_path: Path) -> None:
    number = sent(site, tmp_path, numbered(CUP, (*BOWL[:4], "", "", ""), PLATE))
    assert "还有 1 行有错误" in not_started(site, number)
    assert count(site) == 2
    start(site, number, only_right=True)
    run(site)
    assert became(site, number) == {"added": 2}
    number = sent(site, tmp_path, numbered((*BOWL[:4], "", "", "")))
    assert not_started(site, number, only_right=True) == "没有可以导入的行。"


def test_the_dossier_changes_between_check_and_import(site: Site, tmp_path: Path) -> None:
    rows = numbered(CUP, BOWL, PLATE, (*BOWL[:3], "B-2", *BOWL[4:]))
    number = sent(site, tmp_path, rows, [(4, "大", "6901234567878", "")])
    with site.work(site.world.owner) as work:
        values = {"name": "后来登记的（虚构）", "category": "consumer", "gtin": CUP[5]}
        products.add(work, values | {"variants": [{"name": "一", "gtin": "6901234567878", "hs_code": ""}]})
        bowl = products.add(work, {"name": BOWL[0], "category": "consumer"}).id
        plate = products.add(work, {"name": PLATE[0], "brand": PLATE[2], "model": PLATE[3], "category": "industrial"})
        products.set_retired(work, plate.id, retired=True)
    start(site, number)
    run(site)
    assert became(site, number) == {"failed": 3, "unchanged": 1}
    with site.work(site.world.owner) as work:
        row = bulk_imports.get_own(work, number)
        assert (row.status, row.done) == ("imported", 4)
        failed = bulk_imports.first_mistakes(work, row, failed=True)
        assert [(item["row"], item["label"], str(bulk_imports.message_of(item))) for item in failed] == [
            (5, "商品条码（GTIN）", "这个商品条码已用于产品“后来登记的（虚构）”。"),
            (7, "产品名称", "这个产品已停用，请先恢复使用，再导入。"),
            (8, "商品条码（GTIN）", "这个商品条码已用于产品“后来登记的（虚构）”。"),
        ]
        assert work.session.get_one(Product, bowl).revision == 1


def test_a_row_that_no_longer_fits_what_is_there_fails_alone(site: Site, tmp_path: Path) -> None:
    """The file says nothing of links; somebody has entered a form since that no longer is right with it."""
    number = sent(site, tmp_path, numbered(CUP, BOWL), [(1, "大", "", "")])
    with site.work() as work:
        row = work.session.scalars(select(BulkRow).where(BulkRow.bulk_import_id == number)).first()
        assert row is not None
        row.values = row.values | {"hs_code": "7"}
    start(site, number)
    run(site)
    assert became(site, number) == {"failed": 1, "added": 1}


def test_rows_are_read_and_changed_all_at_once(site: Site, tmp_path: Path) -> None:
    """What is read and changed does not grow with the rows; whether they are inserted at once is up to the database."""
    rows = numbered(*((f"示例 {number}（虚构）", "", "", "", "一般消费品", "", "") for number in range(30)))
    codes = [(number, "大", "", "9617.00.19") for number in range(1, 10)]
    for further in (codes, codes):
        number = sent(site, tmp_path, rows, further)
        start(site, number)
        with site.app.app_context():
            engines = dict(db.engines)
        with counted(engines) as statements:
            assert run(site) == 1
        sent_to = [text.split()[0] for text in statements.sent["default"]]
        assert sent_to.count("SELECT") <= 22, statements
        assert sent_to.count("UPDATE") <= 5, statements
    assert became(site, number) == {"unchanged": 30}


def test_a_product_is_changed_by_hand_and_by_a_spreadsheet_at_once(site: Site) -> None:
    """Neither waits for the other for ever, and both are told of what was there."""
    world = site.world
    with site.work(world.owner) as work:
        values = products.as_form(products.get_own(work, world.product))

    def by_hand() -> None:
        with site.work(world.owner) as work:
            known = products.get_own(work, world.product)
            with suppress(StaleRevision):
                products.change(work, known.id, values | {"name_en": "By hand"}, revision=known.revision)

    def by_spreadsheet() -> None:
        with site.work(world.filer) as work:
            assert bulk_products.put_all(work, [values | {"name_en": "By spreadsheet"}])

    for _ in range(5):
        assert at_once([by_hand, by_spreadsheet, by_hand, by_spreadsheet]) == [None] * 4
    with site.work(world.owner) as work:
        assert products.get_own(work, world.product).name_en.startswith("By ")


def test_somebody_enters_the_same_product_at_that_very_moment(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses the whole batch, and the job is tried again."""
    number = sent(site, tmp_path, numbered(CUP, BOWL))
    start(site, number)
    with site.work(site.world.owner) as work:
        products.add(work, {"name": BOWL[0], "category": "industrial"})
    with monkeypatch.context() as patched:
        patched.setattr("registry.services.bulk_products._known", lambda *_: {})
        run(site)
    assert (found(site, number).done, count(site)) == (0, 3)
    site.clock.moment += timedelta(minutes=1)
    run(site)
    assert (became(site, number), count(site)) == ({"added": 1, "changed": 1}, 4)
