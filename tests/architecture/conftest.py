"""The same site and browser as in `tests/web`."""

from tests.web.conftest import browser, owner, remade, site

__all__ = ["browser", "owner", "remade", "site"]
