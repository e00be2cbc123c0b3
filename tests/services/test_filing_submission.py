"""Submitting a filing: what is frozen, which office it goes to, and what a correction may not change."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from registry.domain.canonical import canonical, digest
from registry.domain.errors import NotAllowed, NotFound
from registry.domain.filings import DEFINITIONS
from registry.domain.workflow import Action
from registry.models import Enterprise, Evidence, Factory, Filing, Product, ProductionLine
from registry.services import enterprises, filings, products
from registry.services.filings import Incomplete
from tests.factories import (
    act,
    add_evidence,
    file_certification,
    file_declaration,
    filed,
    start_certification,
    start_complete,
)
from tests.factories.filings import corrected, said_anew, signed

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site

STARTED = {"declaration": start_complete, "certification": start_certification}
FILED = {"declaration": file_declaration, "certification": file_certification}

each_kind = pytest.mark.parametrize("kind", STARTED)


def said(filing: Filing) -> dict[str, Any]:
    submission = filing.submissions[-1]
    assert submission.sha256 == digest(submission.snapshot)
    found: dict[str, Any] = json.loads(submission.snapshot)
    assert canonical(found) == submission.snapshot
    return found


# Gaps


@each_kind
def test_gaps_keep_it_from_being_submitted(site: Site, kind: str) -> None:
    with site.work(site.world.owner) as work:
        draft = filings.start(work, kind)
        with pytest.raises(Incomplete) as caught:
            filings.submit(work, draft.id, revision=draft.revision)
        required = [name for name, field in DEFINITIONS[kind].fields.items() if field.required]
        open_fields = [name for name in required if not draft.content.get(name)]
        assert [gap.field for gap in caught.value.gaps if gap.step != "sign"] == open_fields
        assert open_fields[:2] == ["products", "line"]
        assert set(caught.value.fields) == {gap.field for gap in caught.value.gaps}
        assert all(gap.missing for gap in caught.value.gaps)
        assert (draft.status, draft.reference, draft.submissions) == ("draft", None, [])


@each_kind
def test_one_gap_is_enough(site: Site, kind: str) -> None:
    with site.work(site.world.owner) as work:
        draft = STARTED[kind](work, site.world.product, consent="")
        with pytest.raises(Incomplete) as caught:
            filings.submit(work, draft.id, revision=draft.revision)
        assert [gap.field for gap in caught.value.gaps if gap.step != "sign"] == ["consent"]


# What is frozen


def test_what_a_submitted_declaration_says(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        filing = filings.submit(work, draft.id, revision=draft.revision)
        assert (filing.status, filing.tier, filing.reference) == ("under_review", "county", "SM-2026-000001")
        assert filing.submitted_at == site.clock.moment
        assert len(filing.submissions) == 1
        found = said(filing)
        assert (found["schema"], found["rules"], found["purpose"]) == (
            "santong/declaration-submission/2",
            "2020-1",
            "first",
        )
        (report,) = found["content"]["reports"]
        (linked,) = filing.evidence
        assert report == {
            "number": "FICT-2026-001",
            "issuer": "虚构检测中心",
            "cma": "",
            "cnas": "L0699",
            "issued_on": "2026-02-01",
            "expires_on": "",
            "sample": "高硼硅玻璃杯 GB-300",
            "conclusion": "所检项目符合 GB 4806.5-2016",
            "file": {"id": linked.id, "sha256": linked.file.sha256, "name": "检测报告.pdf"},
        }
        assert found["content"]["line"] == {
            "manufacturer": "海宁虚构玻璃制品有限公司",
            "factory_address": "浙江省嘉兴市海宁市示例路 1 号",
            "production_line": "二号车间 A3 压制线",
        }
        assert [market["code"] for market in found["content"]["markets"]] == ["DE", "US"]
        assert found["content"]["overseas_standards"] == ["ISO 7086-1", "ISO 7086-2"]
        assert "products" not in found["content"]  # They stand beside it, whole.
        assert found["enterprise"]["industry"] == {"code": "30", "name": "非金属矿物制品业"}
        assert found["enterprise"]["founded_on"] == "2008-08-08"
        assert found["products"] == [
            {
                "id": site.world.product,
                "name": "高硼硅玻璃杯",
                "name_en": "",
                "brand": "虚构牌",
                "model": "GB-300",
                "category": "consumer",
                "gtin": "6901234567892",
                "hs_code": "",
                "pictures": [],
                "variants": [],
            }
        ]


def test_what_a_submitted_certification_says(site: Site) -> None:
    with site.work(site.world.owner) as work:
        filing = file_certification(work, site.world.product)
        assert (filing.status, filing.tier, filing.reference) == ("under_review", "county", "SM-2026-000001")
        found = said(filing)
        assert found["schema"] == "santong/certification-submission/1"
        content = found["content"]
        assert content["body"] == {
            "id": filing.body_id,
            "approval_number": "CNCA-R-9999-901",
            "name": "示例认证中心（虚构）",
        }
        assert (content["number"], content["expires_on"]) == ("901P26-0001/虚构", "2029-01-14")
        assert content["standards"] == ["GB 4806.5-2016", "ISO 7086-1"]
        assert content["line"]["production_line"] == "二号车间 A3 压制线"
        (scan,) = content["certificate"]
        (linked,) = filing.evidence
        assert scan["file"] == {"id": linked.id, "sha256": linked.file.sha256, "name": "认证证书.pdf"}
        assert linked.kind == "certification_certificate"


@each_kind
def test_every_answer_of_the_form_is_in_it(site: Site, kind: str) -> None:
    with site.work(site.world.owner) as work:
        found = said(FILED[kind](work, site.world.product))
        assert found["content"].keys() == DEFINITIONS[kind].fields.keys() - {"products"}


@each_kind
def test_what_was_submitted_stays_as_it_was(site: Site, kind: str) -> None:
    with site.work(site.world.owner) as work:
        filing_id = FILED[kind](work, site.world.product).id
    with site.work() as work:
        work.session.execute(update(Product).values(name="改了名"))
        work.session.execute(update(Enterprise).values(name="改了名"))
        work.session.execute(update(Factory).values(manufacturer="改了名"))
        work.session.execute(update(ProductionLine).values(name="改了名"))
        work.session.execute(update(Evidence).values(number="改了名", issuer="改了名"))
    with site.work(site.world.owner) as work:
        filing = work.session.get_one(Filing, filing_id)
        assert "改了名" not in filing.submissions[0].snapshot


def test_several_products_and_reports_in_the_order_they_were_chosen_in(site: Site) -> None:
    """The draft was begun for the one, and the other was added."""
    with site.work(site.world.owner) as work:
        other = products.add(work, {"name": "另一个产品", "category": "consumer"}).id
        reports = [add_evidence(work, "test_report", number=number) for number in ("FICT-2", "FICT-1")]
        chosen = {"products": [str(other), str(site.world.product)], "reports": reports}
        filing = file_declaration(work, site.world.product, **chosen)
        found = said(filing)
        assert [product["id"] for product in found["products"]] == [site.world.product, other]
        assert [report["number"] for report in found["content"]["reports"]] == ["FICT-2", "FICT-1"]
        assert {str(linked.id) for linked in filing.evidence} == set(reports)


def test_references_count_over_all_kinds(site: Site) -> None:
    with site.work(site.world.owner) as work:
        references = [FILED[kind](work, site.world.product).reference for kind in ("declaration", "certification") * 2]
        assert references == [f"SM-2026-00000{number}" for number in (1, 2, 3, 4)]
        site.clock.moment += timedelta(days=365)
        assert file_declaration(work, site.world.product).reference == "SM-2027-000001"


# Where it goes


def change_place(site: Site, filing_id: int, place: str) -> Filing:
    """A correction of the place, submitted."""
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        filing = filings.save_step(work, filing_id, "statement", {"place": place}, revision=filing.revision)
        return resubmit(work, filing)


def resubmit(work: Work, filing: Filing) -> Filing:
    filing = corrected(work, filing) if filing.submissions else signed(work, filing)
    return filings.submit(work, filing.id, revision=filing.revision)


def test_a_case_goes_to_the_county_where_the_firm_is_when_it_is_submitted(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        enterprises.own(work).area_code = "330421"  # As a bureau has approved; see the tests of claims.
        work.session.flush()
        work.session.expire(enterprises.own(work), ["area"])
        filing_id = resubmit(work, draft).id
    with pytest.raises(NotFound):
        act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    act(site, site.world.other_county_reviewer, filing_id, Action.RETURN, reason="请补正")
    with site.work(site.world.owner) as work:
        # It stays with the county that asked, even when the firm moves again.
        enterprises.own(work).area_code = "330481"
        reference = filings.get_own(work, filing_id).reference
    filing = change_place(site, filing_id, "嘉善县")
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        assert (filing.area_code, filing.tier, filing.reference) == ("330421", "county", reference)
        assert len(filing.evidence) == 1
        assert [submission.sequence for submission in filing.submissions] == [1, 2]


def test_evidence_that_was_submitted_once_stays_linked(site: Site) -> None:
    """A reviewer may read again what the first submission rested on."""
    filing_id = filed(site)
    act(site, site.world.county_reviewer, filing_id, Action.RETURN, remarks={"reports": "请换用新的报告"})
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        old = filing.content["reports"]
        new = [add_evidence(work, "test_report", number="FICT-2026-002")]
        filing = filings.save_step(work, filing_id, "quality", {"reports": new}, revision=filing.revision)
        filing = resubmit(work, filing)
        assert {str(linked.id) for linked in filing.evidence} == {*old, *new}
        assert [report["number"] for report in said(filing)["content"]["reports"]] == ["FICT-2026-002"]


# Corrections


def test_a_correction_is_of_the_same_products(site: Site) -> None:
    """The county has recommended those, and is not asked again."""
    filing_id = filed(site)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    act(site, site.world.city_reviewer, filing_id, Action.RETURN, reason="请补正")
    with site.work(site.world.owner) as work:
        other = products.add(work, {"name": "另一个产品", "category": "consumer"}).id
        own = str(site.world.product)
        revision = filings.get_own(work, filing_id).revision
        for values in ([str(other)], [own, str(other)], []):
            with pytest.raises(NotAllowed):
                filings.save_step(work, filing_id, "object", {"products": values}, revision=revision)
        filing = filings.save_step(work, filing_id, "object", {"products": [own]}, revision=revision)
        assert [item.product_id for item in filing.objects] == [site.world.product]
        assert {product["id"] for product in said(filing)["products"]} == {site.world.product}


def test_a_correction_with_other_products_than_before_is_not_taken(site: Site) -> None:
    """However they came to be others: the last look finds it as well."""
    filing_id = filed(site)
    act(site, site.world.county_reviewer, filing_id, Action.RETURN, reason="请补正")
    with site.work(site.world.owner) as work:
        other = products.add(work, {"name": "另一个产品", "category": "consumer"})
        filing = filings.get_own(work, filing_id)
        filing.objects[0].product = other
        filing.content = filing.content | {"products": [str(other.id)]} | said_anew(work)
        work.session.flush()
        (gap,) = [gap for gap in filings.gaps(work, filing) if gap.step != "sign"]
        assert (gap.field, gap.missing) == ("products", False)
        assert "补正时不能更换产品" in str(gap.message)
        with pytest.raises(Incomplete):
            filings.submit(work, filing_id, revision=filing.revision)
