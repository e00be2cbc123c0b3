"""A case whole, for paper: as it was submitted, or the draft with what is wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.domain.errors import NotFound
from registry.domain.workflow import Action
from registry.services import case_files, filings
from tests.factories import start_complete
from tests.factories.certificates import act, certified, filed

if TYPE_CHECKING:
    from tests.conftest import Site


def test_a_submission_is_printed_as_it_was_submitted(site: Site) -> None:
    number = filed(site)
    act(site, site.world.county_reviewer, number, Action.RETURN, reason="请补正")
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, number, to_file=True)
        filings.save_step(work, number, "statement", {"place": "改过的地点"}, revision=filing.revision)
    with site.work(site.world.owner) as work:
        file = case_files.of_own(work, number)
        assert file.declared["content"]["place"] == "嘉兴市海宁市"
        assert file.submission is file.filing.submissions[-1]
        assert file.purpose == "首次申报"
        assert file.printed_at == work.now
        assert [decision.action for decision in file.filing.decisions] == ["submit", "return"]


def test_attachments_are_numbered_and_the_signed_paper_is_there(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        number = filings.submit(work, draft.id, revision=draft.revision).id
    with site.work(site.world.county_reviewer) as work:
        file = case_files.in_scope(work, number)
        assert [(item.number, item.facts["number"]) for item in file.attachments] == [(1, "FICT-2026-001")]
        fields = file.definition.fields
        assert file.attached_to(fields["reports"]) == (1,)
        assert file.attached_to(fields["comparison"]) == ()
        assert file.paper is not None
        assert file.paper.name == "签署的声明.pdf"


def test_the_certificates_and_what_they_replace(site: Site) -> None:
    certified(site)
    with site.work(site.world.owner) as work:
        (first,) = filings.page_own(work, 1).rows
        file = case_files.of_own(work, first.id)
        assert [certificate.number for certificate in file.certificates] == [
            certificate.number for certificate in filings.certificates_of(work, first)
        ]
        assert file.replaced == ()
        draft = filings.start(work, "declaration", product_id=site.world.product)
        draft.purpose, draft.objects[0].replaces_id = "change", file.certificates[0].id
        work.session.flush()
        file = case_files.of_own(work, draft.id)
        assert [certificate.id for certificate in file.replaced] == [filings.certificates_of(work, first)[0].id]
        assert file.purpose == "变更"


def test_a_draft_is_printed_with_what_is_wrong_as_it_was_typed(site: Site) -> None:
    wrong = {
        "overseas_standards": "ISO 7086-1\n不是标准",
        "declared_on": "昨天",
        "place": "长" * 101,
        "line": "",
        "quality_record": "",
        "reports": ["999999"],
        "comparison": [{"indicator": "铅溶出量"}],
        "limits": "只有一处",
    }
    with site.work(site.world.owner) as work:
        number = start_complete(work, site.world.product, **wrong).id
    with site.work(site.world.owner) as work:
        file = case_files.of_own(work, number)
        content = file.declared["content"]
        assert file.submission is None
        assert file.paper is None
        assert file.attachments == ()
        assert content["overseas_standards"] == ["ISO 7086-1", "不是标准"]
        assert (content["declared_on"], content["place"]) == ("昨天", "长" * 101)
        assert content["line"] is None
        assert content["quality_record"] is None
        assert content["comparison"] == [{"indicator": "铅溶出量"}]
        assert content["limits"] == "只有一处"
        assert [market["name"] for market in content["markets"]] == ["德国", "美国"]
        assert [product["name"] for product in file.declared["products"]] == ["高硼硅玻璃杯"]


def test_an_empty_draft_of_each_kind(site: Site) -> None:
    for kind in ("declaration", "certification"):
        with site.work(site.world.owner) as work:
            file = case_files.of_own(work, filings.start(work, kind).id)
            assert file.declared["products"] == []
            assert file.declared["content"].keys() == file.definition.fields.keys()


def test_other_firms_and_other_regions_find_nothing(site: Site) -> None:
    number = filed(site)
    with site.work(site.world.other_owner) as work, pytest.raises(NotFound):
        case_files.of_own(work, number)
    with site.work(site.world.other_county_reviewer) as work, pytest.raises(NotFound):
        case_files.in_scope(work, number)
