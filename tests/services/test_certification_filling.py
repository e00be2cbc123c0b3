"""What is known of a third party's certificate is told once: file, line and last filing fill in the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.remarks import Weight
from registry.domain.workflow import Action
from registry.models import CertificationBody, ProductVariant
from registry.services import certifications, declarations, factories, filings, products
from tests.factories import act, file_certification, start_certification, start_complete
from tests.factories.certification_bodies import some_body
from tests.factories.evidence import CERTIFICATE_FACTS, add_evidence
from tests.factories.filings import BODY

if TYPE_CHECKING:
    from registry.models import Filing
    from registry.services.work import Work
    from tests.conftest import Site

DATES = {"issued_on": CERTIFICATE_FACTS["issued_on"], "expires_on": CERTIFICATE_FACTS["expires_on"]}


def new(work: Work, site: Site) -> Filing:
    return filings.start(work, "certification", product_id=site.world.product)


def saved(work: Work, draft: Filing, step: str, **values: Any) -> dict[str, Any]:
    return filings.save_step(work, draft.id, step, values, revision=draft.revision).content


def notes(work: Work, draft: Filing) -> dict[str, str]:
    return {note.field: str(note.message) for note in certifications.notes(work, draft)}


# The file


@pytest.mark.parametrize("issuer", ["示例认证中心（虚构）", "示例质量认证所(虚构)", "CNCA-R-9999-901"])
def test_a_file_fills_in_what_nobody_has_typed(site: Site, issuer: str) -> None:
    with site.work(site.world.owner) as work:
        body = some_body(work, BODY, former_names=("示例质量认证所（虚构）",))
        file = add_evidence(work, "certification_certificate", issuer=issuer)
        draft = new(work, site)
        content = saved(work, draft, "certificate", certificate=[file], number="", expires_on="2028-01-01")
        assert content["number"] == CERTIFICATE_FACTS["number"]
        assert content["issued_on"] == CERTIFICATE_FACTS["issued_on"]
        assert content["expires_on"] == "2028-01-01"  # As typed.
        assert (content["body"], draft.body_id) == (str(body), body)


def test_a_file_fills_in_once(site: Site) -> None:
    with site.work(site.world.owner) as work:
        file = add_evidence(work, "certification_certificate")
        draft = new(work, site)
        assert saved(work, draft, "certificate", certificate=[file])["number"]
        # Whoever empties the field afterwards means it.
        assert not saved(work, draft, "certificate", certificate=[file], number="")["number"]
        assert "body" not in draft.content  # Nobody in the register is called like that.
        assert certifications.known_of_file(work, draft, certifications.DEFINITION.fields["certificate"]) == {
            "number": "",
            "issuer": "",
            **DATES,
        }


def test_the_form_fills_in_what_is_asked_of_the_file(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_certification(work, site.world.product)
        assert certifications.known_of_file(work, draft, certifications.DEFINITION.fields["certificate"]) == (
            CERTIFICATE_FACTS
        )
        declared = filings.start(work, "declaration")
        assert not declarations.known_of_file(work, declared, declarations.DEFINITION.fields["reports"])


def test_nothing_is_filled_in_of_what_was_sent_back(site: Site) -> None:
    world = site.world
    with site.work(world.owner) as work:
        number = file_certification(work, world.product).id
    act(site, world.county_reviewer, number, Action.RETURN, reason="请更正", remarks={"certificate": "请换文件"})
    with site.work(world.owner) as work:
        draft = filings.get_own(work, number)
        other = add_evidence(work, "certification_certificate", number="901P26-0002", issued_on="2026-02-02")
        content = saved(work, draft, "certificate", certificate=[other])
        assert content["issued_on"] == CERTIFICATE_FACTS["issued_on"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, set()),
        ({"number": "901p26-0001／虚构"}, set()),  # The same in another spelling.
        ({"number": "901P26-0002/虚构"}, {"number"}),
        ({"issued_on": "20260115"}, set()),
        ({"issued_on": "2026-01-14"}, {"issued_on"}),
        ({"issued_on": "im Januar"}, {"issued_on"}),
        ({"expires_on": "2029-01-13"}, {"expires_on"}),
        ({"expires_on": ""}, set()),
        ({"certificate": []}, set()),
    ],
)
def test_what_the_file_says_otherwise_is_told(site: Site, changes: dict[str, Any], told: set[str]) -> None:
    with site.work(site.world.owner) as work:
        assert notes(work, start_certification(work, site.world.product, **changes)).keys() == told


def test_another_body_than_on_the_file_is_told(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_certification(work, site.world.product)
        other = some_body(work, "CNCA-R-9999-902", "样例检验认证有限公司（虚构）")
        saved(work, draft, "certificate", body=str(other))
        assert "认证机构是 示例认证中心（虚构）" in notes(work, draft)["body"]
        # An annex by somebody who is in no register says nothing against it, nor does a file of the chosen one.
        annex = add_evidence(work, "certification_certificate", number="901P26-0001/虚构-1", issuer="虚构翻译社")
        own = add_evidence(work, "certification_certificate", number="901P26-3", issuer="样例检验认证有限公司（虚构）")
        saved(work, draft, "certificate", certificate=[annex])
        assert "body" not in notes(work, draft)
        saved(work, draft, "certificate", certificate=[*draft.content["certificate"], own])
        assert "body" not in notes(work, draft)


# The line


def test_the_manufacturer_goes_along_with_the_line(site: Site) -> None:
    with site.work(site.world.owner) as work:
        values = {"manufacturer": "海宁代工虚构有限公司", "address": "示例路 7 号", "lines": [{"name": "三线"}]}
        line = factories.add(work, values).lines[0].id
        draft = new(work, site)
        own = (draft.content["manufacturer_name"], draft.content["manufacturer_address"])
        assert saved(work, draft, "object", line=str(line))["manufacturer_name"] == "海宁代工虚构有限公司"
        assert draft.content["manufacturer_address"] == "示例路 7 号"
        saved(work, draft, "object", line=str(site.world.line))
        assert (draft.content["manufacturer_name"], draft.content["manufacturer_address"]) == own
        # Of a line of somebody else nothing is told, and of no line either.
        assert saved(work, draft, "object", line=str(site.world.other_line))["manufacturer_name"] == own[0]
        assert saved(work, draft, "object", line="")["manufacturer_name"] == own[0]


def test_a_manufacturer_that_somebody_has_typed_stays(site: Site) -> None:
    with site.work(site.world.owner) as work:
        values = {"manufacturer": "海宁代工虚构有限公司", "address": "示例路 7 号", "lines": [{"name": "三线"}]}
        line = factories.add(work, values).lines[0].id
        draft = new(work, site)
        saved(work, draft, "parties", manufacturer_name="第三家虚构有限公司")
        assert saved(work, draft, "object", line=str(line))["manufacturer_name"] == "第三家虚构有限公司"
        said = "所选生产线登记的生产企业是 海宁代工虚构有限公司，与这里填写的不同，请核对。"
        assert notes(work, draft)["manufacturer_name"] == said


# The last filing, and the catalogue


def test_what_holds_for_the_next_one_is_offered_again(site: Site) -> None:
    with site.work(site.world.owner) as work:
        file_certification(work, site.world.product, applicant_name="虚构控股有限公司")
        draft = filings.start(work, "certification")
        assert draft.content["applicant_name"] == "虚构控股有限公司"
        assert draft.content["project"] == "同线同标同质产品认证"
        assert draft.content["body"] == str(draft.body_id)
        assert work.session.get_one(CertificationBody, draft.body_id).approval_number == BODY
        assert not {"number", "issued_on", "expires_on", "certificate"} & draft.content.keys()


def test_goods_of_the_compulsory_catalogue(site: Site) -> None:
    with site.work(site.world.owner) as work:
        product = products.add(work, {"name": "虚构插座", "category": "consumer", "hs_code": "8536690000"})
        product.variants.append(ProductVariant(name="冰箱款", hs_code="8418102000", position=0))
        product.variants.append(ProductVariant(name="同码", hs_code="8536690000", position=1))
        product.variants.append(ProductVariant(name="无码", hs_code="", position=2))
        work.session.flush()
        draft = filings.start(work, "certification", product_id=product.id)
        said = [str(note.message) for note in certifications.notes(work, draft) if note.field == "ccc"]
        assert len(said) == 2
        assert "虚构插座的 HS 编码 8536690000 涉及强制性产品认证目录中的 0201 插头插座、" in said[0]
        assert said[0].count("、") == 2
        assert "…，请核对。" in said[0]
        assert "0701" in said[1]
        assert "…" not in said[1]
        saved(work, draft, "ccc", ccc="yes")
        assert "ccc" not in notes(work, draft)


# The reviewer


def test_the_reviewer_is_told_more(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_certification(work, site.world.product, number="90199Q00001", expires_on="2026-03-01")
        found = [(each.subject, each.weight) for each in certifications.for_reviewer(work, draft)]
        assert found == [
            ("expires_on", Weight.WARNING),
            ("project", Weight.NOTE),
            ("number", Weight.NOTE),
            ("number", Weight.NOTE),
            ("expires_on", Weight.NOTE),
        ]
        declared = start_complete(work, site.world.product, domestic_standards="GB 4806.5-1900")
        noted = declarations.for_reviewer(work, declared)
        assert {each.subject for each in noted} == {note.field for note in filings.notes(work, declared)}
        assert {each.weight for each in noted} == {Weight.NOTE}
