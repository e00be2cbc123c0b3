"""Cutting a product's picture by dragging a frame over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from registry.infrastructure.database import db
from registry.models import Product
from registry.services import products

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor

    Arrive = Callable[..., Visitor]


@pytest.fixture
def address(site: LiveSite, tmp_path: Path) -> str:
    """The page where the product's picture is cut."""
    path = tmp_path / "cup.png"
    Image.new("RGB", (600, 400), "teal").save(path)
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, path)
        number = products.get_own(work, site.world.product).pictures[0].id
    return f"/enterprise/products/{site.world.product}/pictures/{number}/crop"


def test_a_frame_is_dragged(site: LiveSite, arrive: Arrive, address: str, screen: Screen) -> None:
    owner = arrive(screen)
    owner.sign_in(site.world.owner)
    owner.open(address)
    assert owner.page.get_by_text("在图片上拖动").is_visible()
    picture = owner.page.locator(".crop img").bounding_box()
    assert picture is not None

    def point(across: float, down: float) -> tuple[float, float]:
        return picture["x"] + across * picture["width"], picture["y"] + down * picture["height"]

    mouse = owner.page.mouse
    mouse.move(*point(0.75, 0.5))
    mouse.down()
    mouse.move(*point(0.5, 0.3))
    mouse.move(*point(0.25, 0.25))
    mouse.up()
    assert owner.page.locator('[name="shape"][value="own"]').is_checked()
    shares = [float(owner.control(name).input_value()) for name in ("left", "top", "width", "height")]
    assert shares == pytest.approx([25, 25, 50, 25], abs=1)
    # A mere click draws nothing anew, and a shape that is chosen is shown as a frame.
    mouse.click(*point(0.1, 0.1))
    assert float(owner.control("left").input_value()) == shares[0]
    frame = owner.page.locator(".crop-frame")
    owner.fill({"shape": "square"})
    box = frame.bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"], abs=2)
    owner.fill({"shape": "own", "left": "0"})
    owner.press("保存裁剪")
    assert owner.reads("图片已裁剪")
    with site.app.app_context():
        cut = db.session.get_one(Product, site.world.product).pictures[0]
        assert cut.crop is not None
        assert cut.crop["left"] == 0
        assert cut.crop["width"] == pytest.approx(500, abs=10)
