"""One Chromium and one served site for all tests here; the site is put back to the start before each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import live
from tests.browser.visitor import DESKTOP, PHONE, Screen, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.live import LiveSite
    from tests.factories import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            # The browser goes on to the next page before a style sheet has come in full; the server drops the file.
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="session")
def served_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    with live.live_site(tmp_path_factory.mktemp("served")) as site:
        yield site


@pytest.fixture
def site(chromium: Browser, served_site: LiveSite) -> LiveSite:
    """The site as it was at the beginning."""
    served_site.reset()
    return served_site


@pytest.fixture
def world(site: LiveSite) -> World:
    return site.world


@pytest.fixture(params=[DESKTOP, PHONE], ids=str)
def screen(request: pytest.FixtureRequest) -> Screen:
    return request.param


@pytest.fixture
def arrive(site: LiveSite, chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Visitor]]:
    """Lets a person come with a browser of their own, in which nothing is known of the site."""
    visitors: list[Visitor] = []

    def come(screen: Screen = DESKTOP, **options: object) -> Visitor:
        visitors.append(Visitor(chromium, site, screen, tmp_path, **options))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()
    for visitor in visitors:
        visitor.assert_no_trouble()
