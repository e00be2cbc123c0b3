"""A certificate changed, renewed and given up, and a filing corrected: by its holder, on a desk and on a phone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from registry.domain.workflow import Action
from registry.infrastructure.database import db
from registry.models import Certificate
from registry.services import filings
from tests.factories import act, approve_all, certified, filed
from tests.factories.filings import signed
from tests.factories.replacements import at

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor

    Arrive = Callable[..., Visitor]

LAST = date(2029, 3, 17)  # Of a certificate that was issued on the day of the tests.


def address(site: LiveSite, certificate_id: int) -> str:
    with site.app.app_context():
        return f"/c/{db.session.get_one(Certificate, certificate_id).code}"


def at_certificate(visitor: Visitor, certificate_id: int) -> None:
    visitor.sign_in(visitor.site.world.owner)
    visitor.open(f"/enterprise/certificates/{certificate_id}")


def to_step(visitor: Visitor, name: str) -> int:
    """At another step of the draft that is open; gives its number."""
    start, _, _ = visitor.page.url.partition("/edit/")
    visitor.open(f"{start}/edit/{name}")
    return int(start.rpartition("/")[2])


def sign_and_check(visitor: Visitor, filing_id: int) -> None:
    """As if the declaration had been printed, signed and scanned; that has its own journey."""
    with visitor.site.work(visitor.site.world.owner) as work:
        signed(work, filings.get_own(work, filing_id))
    visitor.open(f"/enterprise/filings/{filing_id}/check")


@pytest.mark.parametrize("purpose", ["申请变更", "申请续期"])
def test_a_certificate_is_replaced(site: LiveSite, arrive: Arrive, screen: Screen, purpose: str) -> None:
    old = certified(site)
    if purpose == "申请续期":
        at(site, LAST - timedelta(days=60))
    holder = arrive(screen)
    at_certificate(holder, old)
    holder.follow(purpose)
    assert holder.heading == purpose
    holder.look("replace")
    holder.press("开始填写")
    assert holder.reads("已带入原申报的全部内容")
    holder.look("object")
    to_step(holder, "standard")
    holder.fill({"comparison-0-measured": "0.03"})
    holder.press("保存并继续")
    holder.fill({"quality_record": "none"})
    holder.press("保存并继续")
    today = site.clock.moment.date().isoformat()
    holder.fill({"limits": "不适用于定制产品", "declared_on": today, "consent": "yes"})
    filing_id = int(holder.path.split("/")[3])
    holder.press("保存，去签署")
    assert holder.heading == "签署"
    sign_and_check(holder, filing_id)
    assert holder.reads("不适用于定制产品")
    holder.look("check")
    holder.press("提交审核")
    assert holder.reads("已提交审核")
    [newer] = approve_all(site, filing_id)
    site.run_worker()

    consumer = arrive(screen)
    consumer.open(address(site, old))
    if purpose == "申请变更":
        assert consumer.heading == "已换发"
    else:
        assert consumer.heading == "有效"
        at(site, LAST + timedelta(days=1))
        consumer.open(address(site, newer))
        assert consumer.heading == "有效"
    consumer.look("scan", public=True)


def test_a_certificate_is_given_up(site: LiveSite, arrive: Arrive, screen: Screen) -> None:
    old = certified(site)
    holder = arrive(screen)
    at_certificate(holder, old)
    holder.follow("注销证书")
    holder.look("withdraw")
    holder.fill({"reason": "production_ended"})
    holder.press("注销证书")
    assert holder.reads("已注销 1 张证书")
    consumer = arrive(screen)
    consumer.open(address(site, old))
    assert consumer.heading == "注销"
    assert consumer.reads("产品停产")
    consumer.look("scan", public=True)


def test_a_filing_is_corrected(site: LiveSite, arrive: Arrive, screen: Screen) -> None:
    filing_id = filed(site)
    act(site, site.world.county_reviewer, filing_id, Action.RETURN, remarks={"place": "请写明街道"}, reason="差一处")
    holder = arrive(screen)
    holder.sign_in(site.world.owner)
    holder.open(f"/enterprise/filings/{filing_id}")
    assert holder.reads("差一处")
    holder.look("returned")
    holder.follow("签署地点")
    assert holder.reads("请写明街道")
    assert holder.control("signatory_name").count() == 0, "only what was asked for is open"
    today = site.clock.moment.date().isoformat()
    holder.fill({"place": "海宁市硖石街道", "declared_on": today, "consent": "yes"})
    holder.look("correct")
    holder.press("保存，去签署")
    sign_and_check(holder, filing_id)
    assert holder.reads("与上次提交相比的改动")
    holder.look("check")
    holder.press("提交审核")
    assert holder.reads("已提交审核")
