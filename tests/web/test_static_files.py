"""Addresses of styles and scripts change with their content, so that caches may keep them for ever."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from typing import TYPE_CHECKING

from flask import url_for
from flask.testing import FlaskClient

from registry.config import PROJECT_ROOT
from registry.web import static_files
from tests.harness import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.conftest import Site
    from tests.harness import Browser

FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=300"


def test_what_a_page_loads_is_kept_for_ever(browser: Browser) -> None:
    loaded = re.findall(r'(?:href|src)="(/static/[^"#]+)', browser.get("/").page.html)
    assert loaded
    for address in loaded:
        path, _, version = address.partition("?v=")
        content = (PROJECT_ROOT / path.removeprefix("/")).read_bytes()
        assert version == hashlib.sha256(content).hexdigest()[:12]
        answer = browser.get(address)
        assert (answer.data, answer.headers["Cache-Control"]) == (content, FOR_EVER)
        again = browser.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.headers["Cache-Control"]) == (304, FOR_EVER)


def test_the_language_is_no_part_of_it(browser: Browser) -> None:
    assert "lang=en" not in " ".join(re.findall(r'"(/static/[^"]+)"', browser.get("/?lang=en").page.html))


def test_any_other_address_of_it_is_kept_briefly(browser: Browser) -> None:
    """An old process that is asked for a new version must not fill caches with the old content."""
    for query in ("", "?v=", "?v=0123456789ab", "?x=1"):
        assert browser.get(f"/static/css/base.css{query}").headers["Cache-Control"] == FOR_NOW


def test_what_is_not_there_is_not_kept(site: Site) -> None:
    plain = FlaskClient(site.app, site.app.response_class)  # The harness asks for the file behind each link.
    for name in ("css/nothing.css", "css", "../registry/config.py", "%2e%2e/wsgi.py", "css/%00"):
        answer = plain.get(f"/static/{name}?v=0123456789ab", base_url=ORIGIN)
        assert answer.status_code in {400, 404}
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_changed_file_has_a_new_address(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "base.css"
    shutil.copyfile(PROJECT_ROOT / "static" / "css" / "base.css", file)
    monkeypatch.setattr(site.app, "static_folder", str(tmp_path))
    with site.app.test_request_context():
        first = url_for("static", filename="base.css")
        assert url_for("static", filename="base.css") == first
        file.write_text("body {}", encoding="ascii")
        os.utime(file, (0, 0))
        assert url_for("static", filename="base.css") != first
        assert url_for("static", filename="nothing.css") == "/static/nothing.css"
        assert url_for("static", filename="base.css", v="own") == "/static/base.css?v=own"
        assert static_files.version("../base.css") is None
