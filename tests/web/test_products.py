"""Products on the firm's desk: rows without script, bar codes, copying, retiring, pictures."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from registry.services import products
from tests.harness import Upload

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser


def picture(*colours: str) -> bytes:
    image = Image.new("RGB", (400, 300))
    for number, colour in enumerate(colours):
        image.paste(colour, (number * 400 // len(colours), 0, 400, 300))
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_variants_and_links_are_typed_in_rows(site: Site, owner: Browser) -> None:
    page = owner.get(f"/enterprise/products/{site.world.product}/edit").page
    typed = {
        "hs_code": "7013.37.00",
        "variants-0-name": "300 mL",
        "variants-0-gtin": "6901234567878",
        "links-0-shop": "示例商城",
        "links-0-url": "示例.example/商品",
    }
    page = owner.submit(page, ("add", "variants"), typed).page
    page = owner.submit(page, "保存产品", {"variants-1-name": "300 ML"}).page
    assert "重复" in page.field_error("variants-1-name")
    assert "玻璃及其制品" in page.text
    page = owner.submit(page, "保存产品", {"variants-1-name": "500 mL"}).page
    for text in ("玻璃及其制品", "500 mL", "https://xn--fsq092h.example/%E5%95%86%E5%93%81"):
        assert text in page.text, text
    (link,) = [link for link in page.all("a") if "xn--" in link.get("href")]
    assert link.get("rel") == "noopener noreferrer nofollow"
    page = owner.submit(owner.visit(page, "修改产品").page, "保存产品", {"hs_code": "99999999"}).page
    assert "没有第 99 章" in page.field_error("hs_code")
    page = owner.submit(page, "保存产品", {"hs_code": "70999999"}).page
    assert "玻璃及其制品" in page.text


def test_a_bar_code_of_another_product_is_told_with_the_way_there(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/products/new").page
    page = owner.submit(page, "保存产品", {"name": "另一个", "category": "consumer", "gtin": "6901234567892"}).page
    assert "已用于产品“高硼硅玻璃杯”" in page.field_error("gtin")
    assert owner.visit(page, "高硼硅玻璃杯 GB-300").page.heading == "高硼硅玻璃杯"


def test_a_bar_code_of_another_firm_is_told_after_saving_without_its_name(site: Site, owner: Browser) -> None:
    page = owner.get(f"/enterprise/products/{site.world.product}/edit").page
    page = owner.submit(page, "保存产品", {"model": "GB-301"}).page
    assert any("商品条码 6901234567892 另一家企业也登记过" in notice for notice in page.notices)
    assert "嘉善" not in page.text
    page = owner.submit(owner.visit(page, "修改产品").page, "保存产品", {"gtin": "6901234567878"}).page
    assert "另一家企业" not in page.text


def test_a_product_is_copied(site: Site, owner: Browser) -> None:
    page = owner.visit(owner.get(f"/enterprise/products/{site.world.product}").page, "复制为新产品").page
    assert (page.value("name"), page.value("gtin")) == ("高硼硅玻璃杯", "")
    page = owner.submit(page, "保存产品").page
    assert "已登记过" in page.field_error("name")
    page = owner.submit(page, "保存产品", {"model": "GB-500"}).page
    assert page.heading == "高硼硅玻璃杯"
    assert "GB-500" in page.text
    for copied in (site.world.other_product, "x", ""):
        assert owner.get(f"/enterprise/products/new?copy={copied}").status_code == 404


def test_a_product_is_retired_and_comes_back(site: Site, owner: Browser) -> None:
    page = owner.get(f"/enterprise/products/{site.world.product}").page
    page = owner.submit(page, "停用产品").page
    assert "已停用" in page.text
    assert "新建自我声明" not in page.text
    page = owner.visit(page, "产品").page
    assert "没有符合条件的产品" in page.text
    page = owner.submit(page, "显示结果", {"retired": "yes"}).page
    page = owner.submit(owner.visit(page, "高硼硅玻璃杯").page, "恢复使用产品").page
    assert "为它新建自我声明" in page.text


def test_products_are_found_and_walked_through(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        for number in range(30):
            products.add(work, {"name": f"虚构零件 {number:02}", "category": "industrial"})
    page = owner.get("/enterprise/products").page
    assert "共 31 个" in page.text
    page = owner.submit(page, "查询", {"q": "零件"}).page
    assert "共 30 个" in page.text
    page = owner.visit(page, "下一页").page
    assert "虚构零件 00" in page.text
    assert "q=" in page.address
    page = owner.submit(page, "显示结果", {"category": "consumer"}).page
    assert "没有符合条件的产品" in page.text
    assert "共 31 个" in owner.visit(page, "显示全部").page.text


def test_a_picture_is_cut_without_script(site: Site, owner: Browser) -> None:
    address = f"/enterprise/products/{site.world.product}"
    page = owner.get(address).page
    page = owner.submit(page, "上传图片", {"picture": Upload("a.png", picture("red", "blue"))}).page
    page = owner.visit(page, "裁剪图片 1").page
    assert page.value("shape") == "whole"
    page = owner.submit(page, "保存裁剪", {"shape": "own", "left": "50", "width": "60"}).page
    assert "超过了整张图片" in page.field_error("width")
    page = owner.submit(page, "保存裁剪", {"width": "50"}).page
    assert "图片已裁剪" in page.text
    shown, whole = (
        Image.open(BytesIO(owner.get(source).data))
        for source in (f"{address}/pictures/1", f"{address}/pictures/1?whole=1")
    )
    assert (shown.size, whole.size) == ((200, 300), (400, 300))
    page = owner.visit(page, "裁剪图片 1").page
    assert [page.value(name) for name in ("shape", "left", "width")] == ["own", "50", "50"]
    owner.submit(page, "保存裁剪", {"shape": "whole"})
    assert Image.open(BytesIO(owner.get(f"{address}/pictures/1").data)).size == (400, 300)


def test_pictures_are_put_in_order(site: Site, owner: Browser) -> None:
    page = owner.get(f"/enterprise/products/{site.world.product}").page
    for colour in ("red", "green", "blue"):
        page = owner.submit(page, "上传图片", {"picture": Upload("a.png", picture(colour))}).page

    def order() -> list[str]:
        return [image.get("src").rpartition("/")[2] for image in page.all("img") if "/pictures/" in image.get("src")]

    assert order() == ["1", "2", "3"]
    page = owner.submit(page, "图片 3 设为标题").page
    assert order() == ["3", "1", "2"]
    page = owner.submit(page, "图片 3 前移").page
    assert order() == ["3", "2", "1"]
    assert owner.forge(f"/enterprise/products/{site.world.product}/pictures/1/move", {"move": "x"}).status_code == 302
    page = owner.submit(page, "上传图片").page
    assert "请选择一张图片" in page.text
