"""The site and a browser for the tests of pages."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from registry.app import create_app
from registry.infrastructure.database import READ, WRITE, db
from tests.harness import Browser
from tests.web.journey import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

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


@pytest.fixture
def remade(site: Site) -> Iterator[Callable[..., Flask]]:
    """Gives the same site as after a restart with other settings."""
    made: list[Flask] = []

    def remake(**changes: object) -> Flask:
        app = create_app(replace(site.app.extensions["registry"].settings, **changes), site.clock)
        app.test_client_class = Browser
        made.append(app)
        return app

    yield remake
    for app in made:
        with app.app_context():
            for name in (WRITE, READ):
                db.get_engine(name).dispose()
