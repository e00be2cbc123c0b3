"""The page that a QR code opens, as a consumer's telephone gets it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from sqlalchemy import select

from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import Certificate
from registry.services import products, reviews
from tests.browser import papers
from tests.browser.visitor import PHONE
from tests.factories import file_declaration

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Visitor

    Arrive = Callable[..., Visitor]

LIMIT_BYTES = 50 * 1024


@pytest.fixture
def address(site: LiveSite) -> str:
    """Of the page of a certificate that was just issued, with a picture."""
    world = site.world
    with site.work(world.owner) as work:
        path = site.data_dir / "picture.jpg"
        path.write_bytes(papers.picture()["buffer"])
        products.add_picture(work, world.product, path)
        filing = file_declaration(work, world.product, site.data_dir).id
    for person, action in ((world.county_reviewer, Action.RECOMMEND), (world.city_reviewer, Action.APPROVE)):
        with site.work(person) as work:
            case = reviews.get_case(work, filing)
            reviews.apply_action(work, case, action, revision=case.revision, reason="材料齐全。")
    site.run_worker()
    with site.app.app_context():
        code = db.session.scalars(select(Certificate.code)).one()
    return f"{site.address}/c/{code}"


def test_first_load_is_light(arrive: Arrive, address: str) -> None:
    consumer = arrive(PHONE)
    wire = consumer.context.new_cdp_session(consumer.page)
    wire.send("Network.enable")
    sizes: dict[str, int] = {}
    names: dict[str, str] = {}
    wire.on("Network.responseReceived", lambda got: names.update({got["requestId"]: got["response"]["url"]}))
    wire.on(
        "Network.loadingFinished",
        lambda got: sizes.update({got["requestId"]: int(got["encodedDataLength"])}),
    )
    consumer.page.goto(address, wait_until="networkidle")
    assert consumer.heading == "有效"
    spent = {names[key]: size for key, size in sizes.items() if "/picture/" not in names[key]}
    assert sum(spent.values()) < LIMIT_BYTES, spent
    assert len(spent) <= 12


@pytest.mark.parametrize("script", [True, False])
def test_says_the_same_without_script(arrive: Arrive, address: str, script: bool) -> None:
    consumer = arrive(PHONE, java_script_enabled=script)
    consumer.open(address)
    assert consumer.heading == "有效"
    consumer.page.locator("summary", has_text="变更记录").click()
    assert consumer.page.locator(".timeline").is_visible()
    consumer.open(address[:-1] + ("0" if address[-1] != "0" else "1"))
    assert consumer.heading == "查无此证"
    consumer.look("verification-unknown", dark=True, public=True)


def test_prints_on_one_page(arrive: Arrive, address: str) -> None:
    consumer = arrive()
    consumer.open(address)
    paper = pypdfium2.PdfDocument(BytesIO(consumer.page.pdf(format="A4")))
    assert len(paper) == 1
    text = paper[0].get_textpage().get_text_range()
    for fact in ("有效", "高硼硅玻璃杯", "STD-330400-2026-000001", address.rpartition("/")[2][:4]):
        assert fact in text
    paper[0].render(scale=1.5).to_pil().save(consumer.pictures / "verification-printed.png")
