"""The site and a browser for the tests of pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from tests.harness import Browser
from tests.web.journey import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Site


@pytest.fixture
def site(request: pytest.FixtureRequest, open_site: Callable[[str], Site]) -> Site:
    """On SQLite, and with `@pytest.mark.parametrize("site", ENGINES, indirect=True)` on the others too.

    Most of what pages do does not depend on the engine; what does, asks for both.
    """
    engine = getattr(request, "param", "sqlite")
    try:
        found = open_site(engine)
    except OperationalError:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no {engine} server is reachable")
    found.reset()
    found.app.test_client_class = Browser
    return found


@pytest.fixture
def browser(site: Site) -> Browser:
    """A browser in which nobody is signed in."""
    return site.app.test_client()


@pytest.fixture
def owner(site: Site) -> Browser:
    """A browser in which the first firm's owner is signed in."""
    return signed_in(site, site.world.owner)
