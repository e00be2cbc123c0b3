"""Layouts and components, without the application: strict markup, contrast and names as axe sees them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import html5lib
import pytest
from werkzeug.serving import make_server

from tests.gallery.app import PAGES, create_gallery

if TYPE_CHECKING:
    from collections.abc import Iterator

STATES = (
    "valid",
    "suspended",
    "revoked",
    "withdrawn",
    "superseded",
    "expired",
    "not_yet_valid",
    "not_found",
    "busy",
)
ADDRESSES = [*(f"/{name}" for name in PAGES), *(f"/verify/{state}" for state in STATES), "/no-such-page"]
VERIFICATION_LIMIT_BYTES = 50 * 1024


def _parse(html: str):
    return html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False).parse(
        html
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_well_formed(address: str) -> None:
    html = create_gallery().test_client().get(address).get_data(as_text=True)
    page = _parse(html)

    headings = page.findall(".//h1")
    assert len(headings) == 1
    title = "".join(page.find(".//title").itertext()).strip()
    assert title.startswith("".join(headings[0].itertext()).strip())

    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    labelled = {label.get("for") for label in page.iter("label")}
    for control in [*page.iter("input"), *page.iter("select"), *page.iter("textarea")]:
        if control.get("type") != "hidden":
            assert control.get("id") in labelled
        for reference in (control.get("aria-describedby") or "").split():
            assert reference in ids
    for element in page.iter():
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
    for form in page.iter("form"):
        assert form.get("method")
        assert form.get("action")
    for script in page.iter("script"):
        assert script.get("nonce")


def test_public_pages_never_touch_the_session() -> None:
    client = create_gallery().test_client()
    for address in ("/home", "/directory", "/verify/valid", "/no-such-page"):
        response = client.get(address)
        assert "Set-Cookie" not in response.headers
        assert "csrf_token" not in response.get_data(as_text=True)


def test_verification_page_is_light() -> None:
    client = create_gallery().test_client()
    html = client.get("/verify/valid").get_data()
    page = _parse(html.decode())
    assert not page.findall(".//script")
    addresses = {link.get("href") for link in page.iter("link")} | {image.get("src") for image in page.iter("img")}
    addresses |= {use.get("href").partition("#")[0] for use in page.iter() if str(use.tag).endswith("use")}
    total = len(html)
    for address in addresses:
        with client.get(address) as response:
            total += len(response.get_data())
    assert total < VERIFICATION_LIMIT_BYTES


@pytest.fixture(scope="module")
def gallery_address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(chromium, gallery_address, scheme: str, width: int) -> None:
    axe_module = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe = axe_module.Axe()
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="zh-CN", bypass_csp=True
    )
    page = context.new_page()
    found = {}
    for address in ADDRESSES:
        page.goto(gallery_address + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        violations = axe.run(page).response["violations"]
        if violations:
            found[address] = [(each["id"], each["nodes"][0]["html"]) for each in violations]
    context.close()
    assert not found
