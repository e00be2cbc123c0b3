"""What was frozen before is read in the shape of today; what is stored stays as it was hashed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from registry.domain.canonical import canonical, digest
from registry.domain.differences import Part
from registry.domain.filings import DECLARATION
from registry.domain.workflow import Action
from registry.models import Certificate, Evidence, Filing, Submission
from registry.services import corrections, filings, reviews, snapshots
from tests.factories import act, add_report, approve, file_declaration, start_complete
from tests.factories.filings import corrected, signed

if TYPE_CHECKING:
    from tests.conftest import Site


def first_schema(product_id: int, report: Evidence) -> dict[str, Any]:
    """A submission of schema 1, as the registry wrote it before there was a dossier: written out by hand."""
    return {
        "schema": "santong/declaration-submission/1",
        "rules": "2020-1",
        "enterprise": {
            "name": "海宁虚构玻璃制品有限公司",
            "name_en": "",
            "uscc": "91330481T00000010B",
            "address": "浙江省嘉兴市海宁市示例路 1 号",
            "area": {"code": "330481", "name": "海宁市"},
            "industry": {"code": "30", "name": "非金属矿物制品业"},
            "founded_on": "2008-08-08",
            "customs_code": "",
        },
        "product": {
            "name": "高硼硅玻璃杯",
            "name_en": "",
            "brand": "虚构牌",
            "model": "GB-300",
            "category": "consumer",
            "gtin": "6901234567892",
            "hs_code": "",
            "pictures": [],
        },
        "content": {
            "product": str(product_id),
            "batch": "",
            "manufacturer": "海宁虚构玻璃制品有限公司",
            "factory_address": "浙江省嘉兴市海宁市示例路 1 号",
            "production_line": "二号车间 A3 压制线",
            "markets": [
                {"code": "DE", "name": "德国", "name_en": "Germany"},
                {"code": "US", "name": "美国", "name_en": "United States"},
            ],
            "overseas_standards": ["ISO 7086-1", "ISO 7086-2"],
            "domestic_standards": ["GB 4806.5-2016"],
            "comparison": [
                {
                    "indicator": "铅溶出量",
                    "unit": "mg/L",
                    "overseas_limit": "≤0.5",
                    "domestic_limit": "≤0.8",
                    "measured": "0.02",
                    "stricter": "overseas",
                }
            ],
            "reports": [
                {
                    "number": "FICT-2026-001",
                    "laboratory": "虚构检测中心",
                    "cma": "",
                    "cnas": "L0699",
                    "issued_on": "2026-02-01",
                    "conclusion": "所检项目符合 GB 4806.5-2016",
                    "evidence": str(report.id),
                    "file": {"id": report.id, "sha256": report.file.sha256, "name": report.file_name},
                }
            ],
            "quality_record": "none",
            "quality_note": "",
            "statement": "本企业声明：上述产品符合所列标准。",
            "limits": "",
            "signatory_name": "测试签署人",
            "signatory_function": "质量负责人",
            "place": "嘉兴市海宁市",
            "declared_on": "2026-03-01",
            "public": ["production_line", "comparison", "reports", "signatory_name"],
            "consent": "yes",
        },
    }


def filed_before(site: Site) -> int:
    """A declaration of the first firm that was submitted with schema 1, and has come through revision 0003."""
    with site.work(site.world.owner) as work:
        report = work.session.get_one(Evidence, int(add_report(work)))
        # The library knows of the report what the declaration said, and no more.
        report.details = {name: (report.details or {})[name] for name in ("cma", "cnas", "conclusion")}
        draft = start_complete(work, site.world.product)
        text = canonical(first_schema(site.world.product, report))
        draft.submissions.append(
            Submission(
                sequence=1,
                snapshot=text,
                sha256=digest(text),
                submitted_at=work.now,
                submitted_by_id=work.actor.user_id,
            )
        )
        draft.evidence.append(report)
        draft.reference = "SM-2026-900001"
        work.session.flush()
        reviews.apply_action(work, draft, Action.SUBMIT, revision=draft.revision)
        return draft.id


def test_a_submission_of_today_is_read_as_it_is(site: Site) -> None:
    with site.work(site.world.owner) as work:
        (submission,) = file_declaration(work, site.world.product).submissions
        assert snapshots.read(submission) == json.loads(submission.snapshot)
        assert snapshots.products_of(submission) == {site.world.product}


def test_the_first_schema_is_read_in_the_shape_of_today(site: Site) -> None:
    filing_id = filed_before(site)
    with site.work(site.world.owner) as work:
        (old,) = work.session.get_one(Filing, filing_id).submissions
        stored = old.snapshot
        read = snapshots.read(old)
        (new,) = file_declaration(work, site.world.product).submissions
        today = snapshots.read(new)
        # Apart from what there was not then, it says the same in the same places.
        assert read["schema"] == "santong/declaration-submission/1"
        assert (read["purpose"], read["rules"]) == ("first", "2020-1")
        assert read["products"] == today["products"]
        assert read["content"].keys() == today["content"].keys()
        for name in read["content"].keys() - {"reports"}:
            assert read["content"][name] == today["content"][name], name
        assert read["content"]["reports"] == today["content"]["reports"]
        assert snapshots.products_of(old) == {site.world.product}
        # Reading changes nothing of what was hashed.
        assert (old.snapshot, digest(old.snapshot)) == (stored, old.sha256)
        assert snapshots.read(old) == read


def test_a_certificate_is_issued_on_what_was_submitted_before(site: Site) -> None:
    filing_id = filed_before(site)
    certificate_id = approve(site, filing_id)
    with site.work() as work:
        certificate = work.session.get_one(Certificate, certificate_id)
        said = json.loads(certificate.snapshot)
        (submission,) = certificate.filing.submissions
        assert said["schema"] == "santong/declaration-certificate/1"
        assert said["submission"] == {"reference": "SM-2026-900001", "sha256": submission.sha256}
        assert certificate.product_id == site.world.product
        assert said["product"]["name"] == "高硼硅玻璃杯"
        assert said["product"]["variants"] == []
        assert said["line"] == {
            "manufacturer": "海宁虚构玻璃制品有限公司",
            "factory_address": "",
            "production_line": "二号车间 A3 压制线",
        }
        assert said["quality"]["reports"] == [
            {
                "number": "FICT-2026-001",
                "laboratory": "虚构检测中心",
                "issued_on": "2026-02-01",
                "conclusion": "所检项目符合 GB 4806.5-2016",
            }
        ]


def test_a_correction_of_what_was_submitted_before_shows_what_changed_and_no_more(site: Site) -> None:
    """The new shape of a snapshot is no change of what the firm says."""
    filing_id = filed_before(site)
    act(site, site.world.county_reviewer, filing_id, Action.RETURN, remarks={"place": "请写明街道"})
    with site.work(site.world.owner) as work:
        filing = corrected(work, filings.get_own(work, filing_id))
        changes = corrections.changes_now(work, filing, filings.gaps(work, filing))
        assert [change.part for change in changes] == [Part.PAPER]  # It was not signed here then.
        values = {"place": "嘉兴市海宁市硖石街道"}
        filing = signed(work, filings.save_step(work, filing_id, "statement", values, revision=filing.revision))
        filings.submit(work, filing_id, revision=filing.revision)
    with site.work(site.world.county_reviewer) as work:
        changes = corrections.changes_submitted(reviews.get_case(work, filing_id))
        (change,) = [change for change in changes if change.part is not Part.PAPER]
        assert (change.field, change.before, change.after) == (
            DECLARATION.fields["place"],
            "嘉兴市海宁市",
            "嘉兴市海宁市硖石街道",
        )
