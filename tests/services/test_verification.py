"""What a consumer is told of a certificate: that it is real, whether it holds now, and what has changed since."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from registry.domain.validity import DisplayedState
from registry.models import Enterprise, Product
from registry.services import certificates, enterprises, products, verification
from tests.factories import certified, stored_certificate

if TYPE_CHECKING:
    from tests.conftest import Site


def test_look_up(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        code, number = certificate.code, certificate.number
    with site.work() as work:
        shown = verification.look_up(work.session, code, work.today)
        assert shown is not None
        assert (shown.number, shown.state, shown.valid_until) == (number, DisplayedState.VALID, date(2029, 3, 17))
        assert (shown.document_sha256, shown.superseded_by, shown.product_changed) == ("", "", False)
        assert [event.action for event in shown.events] == ["issue"]
        late = verification.look_up(work.session, code, date(2029, 3, 18))
        assert late is not None
        assert late.state is DisplayedState.EXPIRED
        assert verification.look_up(work.session, "0" * 16, work.today) is None
        assert verification.find_code(work.session, f" {code[:8]}-{code[8:]}".lower()) == code
        assert verification.find_code(work.session, "0000000000000000") == "0" * 16
        assert verification.find_code(work.session, number.lower()) == code
        assert verification.find_code(work.session, "STD-330400-2026-000999-8") is None
        assert verification.find_code(work.session, "玻璃杯") is None


def test_a_product_that_has_changed_since_is_told(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        product = work.session.get_one(Product, site.world.product)
        values = products.as_form(product) | {"model": "GB-301"}
        products.change(work, product.id, values, revision=product.revision)
        code = certificates.get(work, certificate_id).code
        shown = verification.look_up(work.session, code, work.today)
        assert shown is not None
        assert shown.product_changed
        assert shown.snapshot["product"]["model"] == "GB-300"


def test_a_certificate_without_a_product_has_none_that_changed(site: Site) -> None:
    with site.work() as work:
        code = stored_certificate(work, site.world.enterprise).code
        shown = verification.look_up(work.session, code, work.today)
        assert shown is not None
        assert not shown.product_changed


def test_the_firm_keeps_its_name_on_what_was_issued(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        enterprise = work.session.get_one(Enterprise, site.world.enterprise)
        values = enterprises.as_form(enterprise) | {"name": "海宁改名玻璃有限公司"}
        enterprises.change(work, values, revision=enterprise.revision)
        certificate = certificates.get(work, certificate_id)
        assert certificate.enterprise_name == "海宁虚构玻璃制品有限公司"
        assert "改名" not in certificate.snapshot
