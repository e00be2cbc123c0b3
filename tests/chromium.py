"""Where Chromium is, and starting it; for the browser tests, the gallery and the screenshots."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Playwright

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def launched(playwright: Playwright, *arguments: str) -> Iterator[Browser | None]:
    """A Chromium without window: the one named in CHROMIUM, the machine's, or Playwright's own; None without any."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _PROGRAMS)), None)
    program = program or playwright.chromium.executable_path
    if not Path(program).exists():
        yield None
        return
    # Its own words, on file inputs and dates, are those of the machine's language.
    words = {"LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"}
    browser = playwright.chromium.launch(
        executable_path=program, args=[*_ARGUMENTS, *arguments], env={**os.environ, **words}
    )
    try:
        yield browser
    finally:
        browser.close()
