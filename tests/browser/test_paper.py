"""What goes on paper: the guide, and a whole case in several copies with its head and foot on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from registry.services import filings
from tests.browser.visitor import DESKTOP
from tests.factories import start_complete

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor

    Arrive = Callable[..., Visitor]

A4_POINTS = (595, 842)
ROWS = 45  # More than one page holds.


def printed(visitor: Visitor) -> list[str]:
    """The text of each page as it comes out of the printer."""
    content = visitor.page.pdf(prefer_css_page_size=True, format="A4")
    document = pypdfium2.PdfDocument(content)
    for page in document:
        assert page.get_size() == pytest.approx(A4_POINTS, abs=1)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


@pytest.fixture
def filing(site: LiveSite) -> int:
    row = {
        "unit": "mg/L",
        "overseas_limit": "≤0.5",
        "domestic_limit": "≤0.8",
        "measured": "0.02",
        "stricter": "overseas",
    }
    comparison = [row | {"indicator": f"指标 {number}"} for number in range(1, ROWS + 1)]
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product, comparison=comparison)
        return filings.submit(work, draft.id, revision=draft.revision).id


def test_the_guide(arrive: Arrive, screen: Screen) -> None:
    visitor = arrive(screen)
    visitor.open("/")
    visitor.follow("办事指南")
    visitor.look("guides", public=True, dark=True)
    visitor.follow("三同产品自我声明备案")
    visitor.look("guide", public=True, dark=True)
    visitor.page.get_by_text("同标", exact=True).first.click()
    assert visitor.reads("出口到哪里就选哪里，可多选。")
    visitor.open("/guide/fields/evidence#test_report")
    visitor.look("guide-fields", public=True)


def test_the_guide_on_paper_hides_nothing(arrive: Arrive) -> None:
    visitor = arrive(DESKTOP)
    visitor.open("/guide/declaration?area=330481")
    text = "".join(printed(visitor))
    for said in ("出口到哪里就选哪里", "5 个工作日", "330481", "《产品质量法》第五十三条", "一次填不完怎么办"):
        assert said in text
    assert "查找主管部门" not in text


def test_one_copy(arrive: Arrive, screen: Screen, filing: int) -> None:
    visitor = arrive(screen)
    visitor.sign_in(visitor.site.world.owner)
    visitor.open(f"/enterprise/filings/{filing}/print")
    visitor.look("case-file")
    if screen is DESKTOP:
        pages = printed(visitor)
        assert len(pages) > 2
        for number, page in enumerate(pages, start=1):
            assert "受理编号 SM-2026-000001" in page
            assert page.startswith(f"{number} / {len(pages)} ")  # The foot comes first in the file.


def test_several_copies_begin_anew(arrive: Arrive, filing: int) -> None:
    visitor = arrive(DESKTOP)
    visitor.sign_in(visitor.site.world.county_reviewer)
    visitor.open(f"/review/cases/{filing}/print")
    alone = len(printed(visitor))
    visitor.fill({"copies": "3"})
    visitor.press("显示")
    visitor.look("case-file-copies")
    pages = printed(visitor)
    assert len(pages) == 3 * alone
    for number, page in enumerate(pages):
        copy, sheet = divmod(number, alone)
        assert f"第 {copy + 1} 份 / 共 3 份" in page
        assert page.startswith(f"{sheet + 1} {number + 1} / {len(pages)} ")
