"""How much the tuned way of making a certificate saves against WeasyPrint as one finds it.

    python -m benchmarks.pdf [runs]

Both print the same certificate in turn in one process. The naive way makes a font configuration and parses
the style sheet each time, and takes the system's font collection. Trust the ratio, not the milliseconds.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from registry.config import PROJECT_ROOT
from registry.infrastructure.fonts import SERIF, SOURCE
from registry.infrastructure.pdf import PDF_OPTIONS, DocumentMaker
from tests.documents.samples import ordinary

if TYPE_CHECKING:
    from collections.abc import Callable

TEMPLATE = "certificate_declaration.html"
STYLESHEET = PROJECT_ROOT / "static/css/documents.css"


def naive(html: str, stylesheet: str) -> bytes:
    """Make a certificate without keeping anything."""
    fonts = FontConfiguration()
    css = CSS(string=stylesheet, font_config=fonts)
    return bytes(HTML(string=html).write_pdf(stylesheets=[css], font_config=fonts, **PDF_OPTIONS))


def measure(runs: int, *ways: Callable[[], bytes]) -> list[tuple[float, int]]:
    """Return median seconds and size in bytes of each way; they take turns, so that noise hits all alike."""
    sizes = [len(way()) for way in ways]
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(runs):
        for way, times in zip(ways, seconds, strict=True):
            started = time.perf_counter()
            way()
            times.append(time.perf_counter() - started)
    return [(statistics.median(times), size) for times, size in zip(seconds, sizes, strict=True)]


def main() -> None:
    """Print both medians, both sizes and their ratios."""
    maker = DocumentMaker(
        fonts_dir=PROJECT_ROOT / "var/fonts",
        templates=PROJECT_ROOT / "templates/documents",
        stylesheet=STYLESHEET,
    )
    data = ordinary()
    without_fonts = re.sub(r"@font-face\s*\{.*?\}", "", STYLESHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
    (tuned_time, tuned_size), (naive_time, naive_size) = measure(
        int(sys.argv[1]) if len(sys.argv) > 1 else 9,
        partial(maker.render, TEMPLATE, data),
        partial(naive, maker.fill(TEMPLATE, data), without_fonts.replace(SERIF, SOURCE)),
    )
    print(f"tuned  {tuned_time * 1000:6.0f} ms {tuned_size / 1024:6.0f} KiB")
    print(f"naive  {naive_time * 1000:6.0f} ms {naive_size / 1024:6.0f} KiB")
    print(f"ratio  {naive_time / tuned_time:6.1f}    {naive_size / tuned_size:6.1f}")


if __name__ == "__main__":
    main()
