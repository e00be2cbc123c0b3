"""The dossier's pages, on a desk and on a phone, as axe and the narrowest screen see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from registry.services import factories, products, trade
from tests.factories import add_evidence, start_complete

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor

LONG_LINK = "https://shop.example/item?id=" + "1234567890" * 12


def filled(site: LiveSite, folder: Path) -> dict[str, int]:
    """A firm with something in every part of its dossier; gives the numbers of some of it."""
    path = folder / "cup.png"
    world = site.world
    with site.work(world.owner) as work:
        draft = start_complete(work, world.product)
        number = add_evidence(work, "test_report", number="WT-2026/002-" + "7" * 40, expires_on="2026-04-01")
        add_evidence(work, "test_report", number="WT-2025/003", expires_on="2026-03-01")
        factory = factories.line_with(work, world.line).factory_id
        factories.set_line_retired(work, factories.add_line(work, factory, {"name": "旧线"}).id, retired=True)
        product = products.get_own(work, world.product)
        more = {
            "hs_code": "70133700",
            "variants": [{"name": "300 mL", "gtin": "6901234567878", "hs_code": ""}],
            "links": [{"shop": "示例商城", "url": LONG_LINK}],
        }
        products.change(work, product.id, products.as_form(product) | more, revision=product.revision)
        for colour in ("teal", "maroon"):
            Image.new("RGB", (600, 400), colour).save(path)
            products.add_picture(work, product.id, path)
        trade.change(work, [{"revenue": "123,456,789.01"}], revision=trade.revision_shown(work))
        picture = product.pictures[0].id
        return {"draft": draft.id, "piece": int(number), "factory": factory, "picture": picture}


def test_every_page_of_the_dossier(
    site: LiveSite, arrive: Callable[..., Visitor], screen: Screen, tmp_path: Path
) -> None:
    numbers = filled(site, tmp_path)
    owner = arrive(screen)
    owner.sign_in(site.world.owner)
    owner.follow("企业档案")
    assert owner.heading == "企业档案"
    owner.look("dossier", dark=True)
    for name, address in (
        ("factories", "factories"),
        ("add-factory", "factories/new?filing={draft}"),
        ("add-line", "factories/{factory}/lines/new"),
        ("products", "products?q=杯"),
        ("product", f"products/{site.world.product}"),
        ("change-product", f"products/{site.world.product}/edit"),
        ("crop", f"products/{site.world.product}/pictures/{{picture}}/crop"),
        ("evidence", "evidence?standing=expiring"),
        ("kinds", "evidence/new"),
        ("add-evidence", "evidence/new?kind=test_report&filing={draft}&field=reports"),
        ("piece", "evidence/{piece}"),
        ("replace", "evidence/{piece}/replace"),
        ("trade", "trade"),
        ("change-trade", "trade/edit"),
    ):
        owner.open(f"/enterprise/{address.format(**numbers)}")
        owner.look(name)
    owner.press("保存贸易数据")
    assert owner.reads("贸易数据已保存")
