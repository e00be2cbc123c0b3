"""What browsers make of files that may do nothing: their own viewers still show them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from registry.infrastructure.database import db
from registry.models import Certificate
from registry.services import products
from tests.factories.certificates import certified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.live import LiveSite

RED = (200, 30, 30)


@pytest.fixture
def addresses(site: LiveSite, tmp_path: Path) -> dict[str, str]:
    """A picture and a document that everybody may open."""
    buffer = BytesIO()
    Image.new("RGB", (1500, 1000), RED).save(buffer, "JPEG")
    photograph = tmp_path / "photograph.jpg"
    photograph.write_bytes(buffer.getvalue())
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, photograph)
    certified(site, tmp_path)
    site.run_worker()
    with site.app.app_context():
        certificate = db.session.query(Certificate).one()
    return {"public picture": f"/c/{certificate.code}/picture/1", "public document": f"/c/{certificate.code}.pdf"}


def colour_in_the_middle(page: Page) -> tuple[int, int, int]:
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    return picture.getpixel((picture.width // 2, picture.height // 3))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window of its own: the viewer's complaints about our policy are no trouble of the site's."""
    page = chromium.new_page(viewport={"width": 900, "height": 700})
    yield page
    page.close()


def test_a_picture_is_shown_without_any_style(site: LiveSite, page: Page, addresses: dict[str, str]) -> None:
    """The policy forbids the styles of the browser's viewer as well; only its dark margin is missed."""
    answer = page.goto(site.address + addresses["public picture"])
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    page.wait_for_timeout(300)
    found = colour_in_the_middle(page)
    assert all(abs(a - b) < 12 for a, b in zip(found, RED, strict=True)), found


def test_a_document_is_shown_in_the_browsers_viewer(site: LiveSite, page: Page, addresses: dict[str, str]) -> None:
    answer = page.goto(site.address + addresses["public document"])
    assert answer.status == 200
    for _ in range(100):
        # The viewer is a page inside of the page.
        if any(frame.query_selector("embed") for frame in page.frames):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"no viewer in {[frame.url for frame in page.frames]}")
