"""The page a QR code opens: light, without script, forgiving, and never a general error."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.domain.validity import CertificateAction
from registry.infrastructure.database import db
from registry.models import Certificate
from registry.services import products, verification
from tests.conftest import ENGINES
from tests.factories.certificates import certified, change, worker
from tests.harness import words
from tests.web import journey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site
    from tests.harness import Browser, Page

LIMIT = 50 * 1024


@pytest.fixture
def code(site: Site, tmp_path: Path) -> str:
    """The public code of a certificate without its document yet."""
    certificate = certified(site, tmp_path)
    with site.app.app_context():
        return db.session.get_one(Certificate, certificate).code


def test_the_page_is_light_and_has_no_script(site: Site, browser: Browser, tmp_path: Path) -> None:
    photograph = tmp_path / "photograph.jpg"
    photograph.write_bytes(journey.photograph())
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, photograph)
    certificate = certified(site, tmp_path)
    with site.app.app_context():
        worker(site).run_due()
        code = db.session.get_one(Certificate, certificate).code
    answer = browser.get(f"/c/{code}")
    page = answer.page
    assert not page.all("script")
    linked = {link.get("href") for link in page.all("link")}
    linked |= {urlsplit(use.get("href")).path for use in page.tree.iter() if str(use.tag).endswith("use")}
    linked |= {image.get("src") for image in page.all("img")}
    weights = {address: len(browser.get(address).data) for address in linked}
    assert len(answer.data) + sum(weights.values()) < LIMIT, weights
    assert answer.headers["Cache-Control"] == "public, max-age=10"  # A suspension must be seen at once.
    assert page.link("查看证书 PDF") == f"/c/{code}.pdf"


def test_what_is_typed_leads_to_the_one_address(browser: Browser, code: str) -> None:
    alike = code.replace("0", "O").replace("1", "l")
    for typed in (
        code.lower(),
        f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}",
        f"%20{code[:8]}%20{code[8:]}",
        alike,
    ):
        if typed != code:
            answer = browser.get(f"/c/{typed}")
            assert (answer.status_code, answer.location) == (301, f"/c/{code}")
    assert browser.get(f"/c/{code}").status_code == 200


def test_look_alikes_are_forgiven(site: Site, browser: Browser) -> None:
    """O for 0, I and L for 1: also before it is known whether there is such a certificate."""
    assert browser.get("/c/OIL0OIL0OIL0OIL0").location == "/c/0110011001100110"
    assert browser.get("/verify?q=oil0oil0oil0oil0").location == "/c/0110011001100110"


@pytest.mark.parametrize("typed", ["0110011001100110", "K7QX2M9T4RVB8HW", "🏭", "<script>alert(1)</script>", "a" * 500])
def test_nothing_found_says_so_and_what_to_do(browser: Browser, typed: str) -> None:
    answer = browser.go(
        f"/c/{typed.replace('/', '%2F')}" if "/" not in typed else "/c/%3Cscript%3Ealert(1)%3C%20script%3E"
    )
    assert answer.status_code == 404
    assert answer.page.heading == "查无此证"
    assert "商品上的标注可能是假的" in answer.page.text
    assert answer.page.link("重新输入") == "/verify"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("typed", ["abc", "STD-330400-2026-000001-0", "<b>x</b>", "%", "K7QX-2M9T-4RVB-8HWU"])
def test_a_code_that_can_be_none_is_told_where_it_was_typed(browser: Browser, typed: str) -> None:
    answer = browser.submit(browser.get("/verify").page, "查验", {"q": typed})
    assert answer.status_code == 404
    assert f"没有查到“{typed}”" in answer.page.text
    assert answer.page.value("q") == typed


def test_no_document_and_no_picture_are_404(browser: Browser, code: str) -> None:
    for address in (
        f"/c/{code}.pdf",
        f"/c/{code}/picture/1",
        f"/c/{code}/picture/0",
        "/c/0110011001100110.pdf",
        "/c/x.pdf",
    ):
        assert browser.get(address).status_code == 404, address
    assert "查看证书 PDF" not in browser.get(f"/c/{code}").page.text


def with_variants(site: Site, variants: list[dict[str, str]]) -> None:
    with site.work(site.world.owner) as work:
        product = products.get_own(work, site.world.product)
        values = products.as_form(product) | {"variants": variants}
        products.change(work, product.id, values, revision=product.revision)


def shown(site: Site, browser: Browser, certificate: int) -> Page:
    with site.app.app_context():
        code = db.session.get_one(Certificate, certificate).code
    return browser.get(f"/c/{code}").page


def test_who_has_one_of_the_variants_sees_that_it_is_covered(site: Site, browser: Browser, tmp_path: Path) -> None:
    with_variants(
        site,
        [{"name": "1.5 L", "gtin": "", "hs_code": ""}, {"name": "2 L 带木盖", "gtin": "6901234567908", "hs_code": ""}],
    )
    page = shown(site, browser, certified(site, tmp_path))
    assert "涵盖的规格（2 种）" in page.text
    (covered,) = page.classed("variants")
    assert [words(item) for item in covered.iter("li")] == ["1.5 L", "2 L 带木盖 商品条码：6901234567908"]
    assert "全部规格和商品条码" not in page.text


def test_many_variants_are_folded(site: Site, browser: Browser, tmp_path: Path) -> None:
    with_variants(site, [{"name": f"{number} L", "gtin": "", "hs_code": ""} for number in range(1, 41)])
    page = shown(site, browser, certified(site, tmp_path))
    assert "涵盖的规格（40 种）" in page.text
    (folded,) = [each for each in page.all("details") if "全部规格和商品条码" in words(each)]
    assert len(list(folded.iter("li"))) == 40
    assert len(page.html.encode()) < LIMIT // 2


def test_without_variants_nothing_is_said_of_them(browser: Browser, code: str) -> None:
    assert "涵盖的规格" not in browser.get(f"/c/{code}").page.text


NOTE = "PDF 是签发时的文件，签发之后的变化不在其中。这张证书现在的状态是“{}”，以本页显示的为准。"


@pytest.mark.parametrize(
    ("action", "word"), [(CertificateAction.SUSPEND, "暂停"), (CertificateAction.REVOKE, "撤销"), (None, "过期")]
)
def test_beside_the_document_stands_that_it_knows_nothing_of_the_state(
    site: Site, browser: Browser, owner: Browser, action: CertificateAction | None, word: str
) -> None:
    certificate = certified(site)
    with site.app.app_context():
        worker(site).run_due()
    own = f"/enterprise/certificates/{certificate}"
    for page in (shown(site, browser, certificate), owner.get(own).page):
        assert "PDF 是签发时的文件" not in page.text
    if action is None:
        site.clock.moment += timedelta(days=3 * 366)
        owner = journey.signed_in(site, site.world.owner)
    else:
        change(site, site.world.city_supervisor, certificate, action)
    for page in (shown(site, browser, certificate), owner.get(own).page):
        (links,) = [each for each in page.classed("actions") if NOTE.format(word) in words(each)]
        assert [link for link in links.iter("a") if "PDF" in words(link)]


def test_a_changed_product_is_said(site: Site, browser: Browser, code: str) -> None:
    with site.work(site.world.owner) as work:
        product = products.get_own(work, site.world.product)
        values = products.as_form(product) | {"model": "GB-301"}
        products.change(work, product.id, values, revision=product.revision)
    page = browser.get(f"/c/{code}").page
    assert "企业更新过产品资料" in page.text
    assert "型号：GB-300" in page.text


@pytest.mark.parametrize("site", ENGINES, indirect=True)
@pytest.mark.parametrize("error", [OperationalError("SELECT", {}, Exception("gone")), PoolTimeout("no connection")])
def test_when_the_database_fails_it_says_busy(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_args: object) -> None:
        raise error

    monkeypatch.setattr(verification, "look_up", fail)
    monkeypatch.setattr(verification, "find_code", fail)
    monkeypatch.setattr(verification, "as_issued", fail)
    answer = browser.get("/c/0110011001100110")
    assert answer.status_code == 503
    assert answer.page.heading == "系统繁忙"
    assert "这不表示证书无效" in answer.page.text
    assert answer.headers["Retry-After"]
    answer = browser.get("/verify?q=0110011001100110")
    assert (answer.status_code, answer.page.heading) == (503, "系统繁忙")
    assert browser.get("/c/0110011001100110.pdf").status_code == 503


def test_a_visitor_who_is_signed_in_sees_the_same_page(owner: Browser, code: str) -> None:
    mine, everybodys = owner.get(f"/c/{code}"), owner.application.test_client().get(f"/c/{code}")
    assert mine.data == everybodys.data
