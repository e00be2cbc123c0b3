"""The bureau's desk: certificates of its area, and changing their state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import ENGINES
from tests.factories.certificates import certified
from tests.web import journey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site
    from tests.harness import Browser

CHANGE = {"reason": "抽查不合格", "document_number": "虚构〔2026〕1号"}


@pytest.fixture
def address(site: Site, tmp_path: Path) -> str:
    return f"/bureau/certificates/{certified(site, tmp_path)}"


@pytest.fixture
def supervisor(site: Site) -> Browser:
    return journey.signed_in(site, site.world.city_supervisor)


def test_particulars_are_asked_for_at_their_fields(supervisor: Browser, address: str) -> None:
    page = supervisor.visit(supervisor.get(address).page, "暂停证书").page
    typed = {"reason": "", "document_number": "", "until": "下个月"}
    answer = supervisor.press(page, "暂停证书", typed)
    assert answer.status_code == 422
    for name in typed:
        assert answer.page.field_error(name), name
    assert answer.page.value("until") == "下个月"
    answer = supervisor.press(answer.page, "暂停证书", CHANGE | {"until": "2026-03-18"})
    assert "应晚于今天" in answer.page.field_error("until")
    assert answer.page.value("reason") == CHANGE["reason"]


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_suspended_reinstated_revoked(site: Site, supervisor: Browser, address: str) -> None:
    for button, more, state in (
        ("暂停证书", {"until": "2026-06-01"}, "暂停"),
        ("恢复证书", {}, "有效"),
        ("撤销证书", {}, "撤销"),
    ):
        page = supervisor.visit(supervisor.get(address).page, button).page
        page = supervisor.submit(page, button, CHANGE | more).page
        assert supervisor.get(page.link("公开查验页面")).page.heading == state
    assert "监管措施" not in page.text
    history = page.classed("timeline")[0]
    assert "".join(history.itertext()).count("虚构〔2026〕1号") == 3


def test_withdrawn_by_the_office(supervisor: Browser, address: str) -> None:
    page = supervisor.visit(supervisor.get(address).page, "注销证书").page
    page = supervisor.submit(page, "注销证书", {"reason": "企业已注销"}).page
    assert supervisor.get(page.link("公开查验页面")).page.heading == "注销"


def test_an_old_page_changes_nothing(site: Site, supervisor: Browser, address: str) -> None:
    pages = {name: supervisor.get(f"{address}/{name}").page for name in ("suspend", "revoke")}
    supervisor.submit(pages["revoke"], "撤销证书", CHANGE)
    answer = supervisor.press(pages["suspend"], "暂停证书", CHANGE | {"until": "2026-06-01"})
    assert (answer.status_code, answer.page.heading) == (409, "已有人处理")
    revision = supervisor.get(address).page
    assert "撤销" in revision.text


def test_what_cannot_be_done_now_leads_back(supervisor: Browser, address: str) -> None:
    assert supervisor.get(f"{address}/reinstate").location == address
    for name in ("supersede", "nothing", "issue", "SUSPEND"):  # Nobody supersedes by hand.
        assert supervisor.get(f"{address}/{name}").status_code == 404, name
        assert supervisor.forge(f"{address}/{name}", CHANGE).status_code == 404, name


def test_list_and_filters(supervisor: Browser, address: str) -> None:
    for query, found in (
        ("", True),
        ("?state=valid", True),
        ("?state=suspended", False),
        ("?state=nonsense", True),
        ("?q=高硼硅", True),
        ("?q=没有这个", False),
        ("?q=%25", False),
        ("?q=STD-330400", True),
    ):
        page = supervisor.get(f"/bureau/certificates{query}").page
        assert ("高硼硅玻璃杯" in page.text) is found, query
        assert ("没有符合条件的证书" in page.text) is not found, query
    page = supervisor.get("/bureau/certificates?q=高硼硅&state=valid").page
    assert page.value("q") == "高硼硅"
