"""Lists: filters, pages, and as many statements for many rows as for one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from registry.domain.filings import DEFINITIONS
from registry.domain.product import CATEGORIES
from registry.domain.validity import CertificateState
from registry.infrastructure.database import db
from registry.models import Declaration, Evidence, Filing, FilingProduct, Product, StoredFile
from registry.services import products
from tests.conftest import ENGINES
from tests.factories import add_evidence, file_declaration, start_complete
from tests.factories.certificates import stored_certificate
from tests.factories.world import HAINING, JIASHAN, JIAXING
from tests.harness import words
from tests.web import journey

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser, Page

MANY = 45


@pytest.fixture
def directory(site: Site) -> Site:
    """Certificates of both firms, in all states, with different names and categories."""
    with site.work() as work:
        for number in range(MANY):
            stored_certificate(work, site.world.enterprise, product_name=f"虚构玻璃杯{number:02}")
        for state in CertificateState:
            stored_certificate(work, site.world.other_enterprise, state=state, product_name=f"布料 {state}")
        stored_certificate(
            work,
            site.world.other_enterprise,
            product_name="旧布料",
            category="industrial",
            valid_from=date(2022, 1, 1),
            valid_until=date(2024, 12, 31),
        )
    return site


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_filters_narrow_down_and_can_be_taken_off(directory: Site, browser: Browser) -> None:
    for query, total in (
        ("", MANY + 1),
        ("?state=all", MANY + 6),
        ("?state=expired", 1),
        ("?state=suspended", 1),
        ("?state=nonsense", MANY + 1),
        (f"?area={HAINING}", MANY),
        (f"?area={JIASHAN}&state=all", 6),
        (f"?area={JIAXING}&state=all", MANY + 6),
        ("?category=industrial&state=all", 1),
        ("?q=布料", 1),
        ("?q=海宁虚构", MANY),
    ):
        page = browser.get(f"/directory{query}").page
        assert f"共 {total} 条" in page.text, query
    for query in ("?area=99", "?category=x", "?q=没有", "?q=%25", "?q=_", "?area=%27"):
        assert "没有符合条件的证书" in browser.get(f"/directory{query}").page.text, query
    page = browser.get(f"/directory?q=布料&area={JIASHAN}&category=consumer&state=all").page
    assert len(page.classed("active-filter")) == 4
    for tag in page.classed("active-filter"):
        assert len(browser.get(tag.get("href")).page.classed("active-filter")) == 3
    assert not browser.visit(page, "全部清除").page.classed("active-filter")


def test_filters_are_filled_in_as_they_are_asked_for(directory: Site, browser: Browser) -> None:
    page = browser.get("/directory").page
    values = {"area": JIASHAN, "category": CATEGORIES[1][0], "state": "revoked"}
    page = browser.submit(page, "显示结果", values).page
    assert "共 1 条" in page.text
    assert {name: page.value(name) for name in values} == values


def test_pages_are_walked_through(directory: Site, browser: Browser) -> None:
    seen, page = set(), browser.get("/directory?q=玻璃杯").page
    while True:
        seen |= {a.text for a in page.all("a") if (a.get("href") or "").startswith("/c/")}
        if not [a for a in page.all("a") if a.get("rel") == "next"]:
            break
        page = browser.visit(page, "下一页").page
        assert "q=" in page.address
    assert len(seen) == MANY
    assert browser.get("/directory?q=玻璃杯&page=999999").page.text == page.text  # Beyond the end is the last.


def test_nothing_is_recommended_and_the_newest_stands_first(directory: Site, browser: Browser) -> None:
    page = browser.get("/directory").page
    assert "不分先后优劣" in page.text
    for word in ("推荐", "优秀", "排名"):
        assert word not in page.text


def test_a_firms_certificates_have_pages(directory: Site) -> None:
    owner = journey.signed_in(directory, directory.world.owner)
    page = owner.get("/enterprise/certificates").page
    assert f"共 {MANY} 张" in page.text
    assert _glasses(page) == [f"虚构玻璃杯{number:02}" for number in range(MANY - 1, MANY - 21, -1)]
    page = owner.visit(owner.visit(page, "下一页").page, "下一页").page
    assert _glasses(page)[-1] == "虚构玻璃杯00"
    desk = owner.get("/enterprise/").page
    assert (len(_glasses(desk)), words(desk.all("dd")[-1])) == (5, str(MANY))


def _glasses(page: Page) -> list[str]:
    return [text for link in page.all("a") if (text := words(link)).startswith("虚构玻璃杯")]


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_the_desk_lists_the_first_and_counts_the_rest(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        begun = start_complete(work, site.world.product)
        columns = [column.name for column in Filing.__table__.columns if column.name != "id"]
        draft = {name: getattr(begun, name) for name in columns}
        returned = {"status": "returned", "tier": "county"}
        rows = [draft] * 10
        rows += [draft | returned | {"correct_by": date(2026, 4, day)} for day in (9, 2)]
        rows += [draft | {"status": "under_review", "tier": "county", "submitted_at": work.now}] * 11
        work.session.execute(insert(Filing.__table__), rows)
    page = owner.get("/enterprise/").page
    to_do, under_review = (
        [row for row in table.iter("tr") if row.find("td") is not None] for table in page.all("table")[:2]
    )
    assert (len(to_do), len(under_review)) == (8, 8)
    assert ["2026-04-02" in words(to_do[0]), "2026-04-09" in words(to_do[1])] == [True, True]
    assert [text for text in ("另有 5 件", "另有 3 件") if text not in page.text] == []
    assert [words(each) for each in page.all("dd")][-2:] == ["11", "0"]


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_many_rows_cost_as_many_statements_as_few(site: Site, owner: Browser) -> None:
    county = journey.signed_in(site, site.world.county_reviewer)
    visits = (
        (owner, "/enterprise/"),
        (owner, "/enterprise/products"),
        (owner, "/enterprise/filings"),
        (owner, "/enterprise/certificates"),
        (owner, "/enterprise/evidence"),
        (owner, "/enterprise/dossier"),
        (owner, "/enterprise/factories"),
        (county, "/review/?pile=closed"),
        (county, "/bureau/certificates"),
        (county, "/directory?state=all"),
    )
    _fill(site, 2)
    few = [len(browser.get(address).statements) for browser, address in visits]
    _fill(site, MANY)
    many = [len(browser.get(address).statements) for browser, address in visits]
    assert many == few


def _fill(site: Site, rows: int) -> None:
    with site.work() as work:
        for _ in range(rows):
            certificate = stored_certificate(work, site.world.enterprise)
            number = certificate.id
            made = [
                Product(enterprise_id=site.world.enterprise, name=name, category="consumer", created_at=work.now)
                for name in (f"杯 {number}", f"盘 {number}")
            ]
            file = StoredFile(sha256=f"{number:064}", size=1, media_type="application/pdf", created_at=work.now)
            db.session.add_all([*made, file])
            db.session.flush()
            objects = db.session.get_one(Declaration, certificate.filing_id).objects
            objects.extend(FilingProduct(product=each, position=place) for place, each in enumerate(made))
            db.session.add(
                Evidence(
                    enterprise_id=site.world.enterprise,
                    file=file,
                    kind="test_report",
                    file_name=f"{number}.pdf",
                    uploaded_by_id=site.world.owner,
                    created_at=work.now,
                )
            )


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_a_filing_of_many_products_and_reports_costs_as_many_statements_as_one_of_one(
    site: Site, owner: Browser
) -> None:
    def visited(many: int) -> list[int]:
        with site.work(site.world.owner) as work:
            named = [{"name": f"{many} 之 {number}", "category": "consumer"} for number in range(many)]
            chosen = [str(products.add(work, values).id) for values in named]
            reports = [add_evidence(work, "test_report", number=f"FICT-{many}-{number}") for number in range(many)]
            rests_on = {"products": chosen, "reports": reports}
            draft = f"/enterprise/filings/{start_complete(work, site.world.product, **rests_on).id}"
            number = file_declaration(work, site.world.product, **rests_on).id
        steps = [f"{draft}/edit/{name}" for name in DEFINITIONS["declaration"].step_names]
        county = journey.signed_in(site, site.world.county_reviewer)
        visits = [(owner, address) for address in (draft, f"{draft}/check", f"{draft}/sign", f"{draft}/print", *steps)]
        visits += [(owner, f"/enterprise/filings/{number}"), (county, f"/review/cases/{number}")]
        visits += [(county, f"/review/cases/{number}/print")]
        return [len(browser.get(address).statements) for browser, address in visits]

    few = visited(2)
    assert visited(20) == few
