"""The dossier at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.domain.errors import NotAllowed
from registry.domain.evidence import Standing
from registry.models import Evidence
from registry.services import dossier, enterprises, evidence, factories, files, products, trade
from tests.factories import add_evidence, pdf_report

if TYPE_CHECKING:
    from tests.conftest import Site

CERTIFICATE = {
    "basis": "GB/T 19001-2016",
    "number": "Q-虚构-1",
    "issuer": "示例认证中心（虚构）",
    "issued_on": "2026-01-01",
    "expires_on": "2026-04-30",
}


def test_what_is_there_and_what_is_missing(site: Site) -> None:
    with site.work(site.world.owner) as work:
        found = dossier.of_firm(work)
        assert found.enterprise.id == site.world.enterprise
        assert found.unsaid == ("英文名称", "海关注册编码", "法定代表人")
        assert (found.factories, found.lines, found.products, found.without_picture) == (1, 1, 1, 1)
        assert (found.count(), found.without_number, found.management, found.expiring) == (0, 0, (), ())
        assert found.years_unsaid == found.years == (2025, 2024, 2023, 2022)

        add_evidence(work, "test_report", expires_on="2026-03-01")
        add_evidence(work, "test_report", number="WT-2")
        retired = add_evidence(work, "test_report", number="WT-3")
        evidence.set_retired(work, int(retired), retired=True)
        work.session.add(
            Evidence(
                enterprise_id=site.world.enterprise,
                file=files.keep_document(work, pdf_report("without")),
                kind="other",
                file_name="说明.pdf",
                uploaded_by_id=site.world.owner,
                created_at=work.now,
            )
        )
        path = work.settings.data_dir / "certificate.pdf"
        path.write_bytes(pdf_report("certificate"))
        managed = evidence.add(work, path, "证书.pdf", kind=dossier.MANAGEMENT, facts=CERTIFICATE)
        factories.add_line(work, factories.line_with(work, site.world.line).factory_id, {"name": "二线"})
        factories.set_line_retired(work, site.world.line, retired=True)
        products.set_retired(work, site.world.product, retired=True)
        trade.change(work, [{}, {"revenue": "1"}], revision=trade.revision_shown(work))

        found = dossier.of_firm(work)
        assert (found.factories, found.lines, found.products, found.without_picture) == (1, 1, 0, 0)
        assert (found.count(), found.count(Standing.EXPIRED), found.without_number) == (3, 1, 1)
        assert (found.count(management=True), found.count(Standing.EXPIRING, management=True)) == (1, 1)
        assert found.management == (managed,)
        assert [item.number for item in found.expiring] == ["Q-虚构-1"]
        assert found.years_unsaid == (2025, 2023, 2022)


def test_a_dossier_is_the_firms_own(site: Site) -> None:
    with site.work(site.world.owner) as work:
        add_evidence(work, "test_report")
    with site.work(site.world.other_owner) as work:
        assert dossier.of_firm(work).count() == 0
        assert enterprises.own(work).id == site.world.other_enterprise
    with site.work(site.world.county_reviewer) as work, pytest.raises(NotAllowed):
        dossier.of_firm(work)
