"""What keeps a filing from being submitted although every field may be right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.filings import DEFINITIONS
from registry.domain.succession import Purpose
from registry.domain.validity import CertificateAction
from registry.domain.workflow import Action, Status
from registry.models import Enterprise, Evidence, Factory, Product, ProductionLine
from registry.services import evidence, factories, filings, products, replacements
from registry.services.filings import Incomplete
from tests.factories import act, add_evidence, certified, change, filed, start_certification, start_complete

if TYPE_CHECKING:
    from registry.models import Filing
    from registry.services.work import Work
    from tests.conftest import Site

UNPRINTABLE = "凭证无法印出这些字：{}，请改用常用字。"
STARTED = {"declaration": start_complete, "certification": start_certification}
EVIDENCE_FIELDS = {"declaration": "reports", "certification": "certificate"}


def wrong(work: Work, draft: Filing) -> dict[str, str]:
    """What is wrong, by field; what is only missing follows from it."""
    return {gap.field: str(gap.message) for gap in filings.gaps(work, draft) if not gap.missing}


def piece(work: Work, draft: Filing) -> Evidence:
    return work.session.get_one(Evidence, int(draft.content[EVIDENCE_FIELDS[draft.kind]][0]))


# What cannot be printed


@pytest.mark.parametrize(
    ("model", "column", "field"),
    [
        (Enterprise, "name", "products"),
        (Enterprise, "name_en", "products"),
        (Enterprise, "address", "products"),
        (Product, "name", "products"),
        (Product, "name_en", "products"),
        (Product, "brand", "products"),
        (Product, "model", "products"),
        (Factory, "manufacturer", "line"),
        (Factory, "address", "line"),
        (ProductionLine, "name", "line"),
        (Evidence, "number", "reports"),
        (Evidence, "issuer", "reports"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__tablename__,
)
def test_what_stands_in_the_dossier_is_printed_as_well(site: Site, model: type, column: str, field: str) -> None:
    """A certificate with a box in the place of a character is never made: whoever files is told before."""
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        rows = {
            Enterprise: draft.enterprise,
            Product: draft.objects[0].product,
            ProductionLine: work.session.get_one(ProductionLine, site.world.line),
            Evidence: piece(work, draft),
        }
        rows[Factory] = rows[ProductionLine].factory
        setattr(rows[model], column, "虚构🥂")
        work.session.flush()
        assert wrong(work, draft) == {field: UNPRINTABLE.format("🥂")}
        with pytest.raises(Incomplete):
            filings.submit(work, draft.id, revision=draft.revision)


def test_the_conclusion_of_a_report_is_printed_as_well(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        report = piece(work, draft)
        report.details = (report.details or {}) | {"conclusion": "合格🥂"}
        work.session.flush()
        assert wrong(work, draft) == {"reports": UNPRINTABLE.format("🥂")}


def test_every_product_of_several_is_looked_at(site: Site) -> None:
    with site.work(site.world.owner) as work:
        other = products.add(work, {"name": "另一个产品🥂", "category": "consumer"}).id
        draft = start_complete(work, site.world.product, products=[str(site.world.product), str(other)])
        assert wrong(work, draft) == {"products": UNPRINTABLE.format("🥂")}


def test_what_was_typed_is_looked_at_as_it_will_be_printed(site: Site) -> None:
    """Without what cannot be seen, and letters put together with their marks."""
    comparison = [{"indicator": "铅😀", "overseas_limit": "1", "domestic_limit": "2", "measured": "e\u0301\u200b"}]
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product, limits="e\u0301\u200b", comparison=comparison)
        assert wrong(work, draft) == {"comparison": UNPRINTABLE.format("😀")}


# What has come to stand against it since it was begun


@pytest.mark.parametrize(
    ("kind", "last", "told"),
    [
        ("declaration", date(2026, 3, 17), True),
        ("declaration", date(2026, 3, 18), False),
        ("declaration", None, False),  # Reports mostly have no last day.
        ("certification", date(2026, 3, 17), True),
        ("certification", date(2026, 3, 18), False),
    ],
)
def test_evidence_whose_time_is_over_proves_nothing(site: Site, kind: str, last: date | None, told: bool) -> None:
    """The last day still counts."""
    with site.work(site.world.owner) as work:
        draft = STARTED[kind](work, site.world.product)
        found = piece(work, draft)
        found.expires_on = last
        work.session.flush()
        text = f"{found.number} 已于 2026-03-17 到期，请换用有效的文件。"
        assert wrong(work, draft).get(EVIDENCE_FIELDS[kind]) == (text if told else None)


@pytest.mark.parametrize("kind", STARTED)
def test_a_file_of_which_nothing_was_said_cannot_be_filed(site: Site, kind: str) -> None:
    """It was sent, and what it is is still to be told; or a fact is missing that is asked for today."""
    name = EVIDENCE_FIELDS[kind]
    with site.work(site.world.owner) as work:
        draft = STARTED[kind](work, site.world.product)
        found = piece(work, draft)
        facts = {column: getattr(found, column) for column in ("number", "issuer", "issued_on", "details")}
        empty = {"number": "", "issuer": "", "issued_on": None, "details": None}
        for column in (*facts, None):
            for each, value in (facts | ({column: empty[column]} if column else empty)).items():
                setattr(found, each, value)
            work.session.flush()
            told = wrong(work, draft)
            if column == "details" and kind == "certification":
                assert told == {}  # Its kind asks for nothing else.
            else:
                assert set(told) == {name}
                assert (found.number or found.file_name) in told[name]
        with pytest.raises(Incomplete):
            filings.submit(work, draft.id, revision=draft.revision)


RETIRED = {
    "products": "已停用，请先在“产品”中恢复使用",
    "line": "这条生产线已停用",
    "reports": "已标为不再使用",
}


def retire(work: Work, draft: Filing, what: str, *, retired: bool = True) -> None:
    if what == "products":
        products.set_retired(work, draft.objects[0].product_id, retired=retired)
    elif what == "line":
        factories.set_line_retired(work, int(draft.content["line"]), retired=retired)
    else:
        evidence.set_retired(work, piece(work, draft).id, retired=retired)


@pytest.mark.parametrize("what", RETIRED)
def test_what_has_been_taken_out_of_use_is_not_submitted(site: Site, what: str) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        retire(work, draft, what)
        told = wrong(work, draft)
        assert set(told) == {what}
        assert RETIRED[what] in told[what]
        with pytest.raises(Incomplete):
            filings.submit(work, draft.id, revision=draft.revision)
        retire(work, draft, what, retired=False)
        assert filings.submit(work, draft.id, revision=draft.revision).status == Status.UNDER_REVIEW


def test_a_factory_out_of_use_takes_its_lines_along(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product)
        factories.set_retired(work, factories.line_with(work, int(draft.content["line"])).factory_id, retired=True)
        assert set(wrong(work, draft)) == {"line"}


@pytest.mark.parametrize("remarked", [*RETIRED, ""], ids=lambda name: name or "general")
def test_in_a_correction_another_choice_is_asked_for_where_one_may_be_made(site: Site, remarked: str) -> None:
    filing_id = filed(site)
    details: dict[str, Any] = {"remarks": {remarked: "请说明"}} if remarked else {"reason": "请全面核对"}
    act(site, site.world.county_reviewer, filing_id, Action.RETURN, **details)
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        for what in RETIRED:
            retire(work, filing, what)
        # The products stay as they were recommended.
        assert wrong(work, filing).keys() == ({remarked} if remarked else set(RETIRED)) - {"products"}


def test_a_draft_of_a_replacement_is_told_when_the_old_one_is_suspended(site: Site) -> None:
    old_id = certified(site)
    with site.work(site.world.owner) as work:
        draft_id = replacements.start(work, old_id, purpose=Purpose.CHANGE).id
        assert "products" not in wrong(work, filings.get_own(work, draft_id))
    change(site, site.world.city_supervisor, old_id, CertificateAction.SUSPEND)
    with site.work(site.world.owner) as work:
        assert "不能换发" in wrong(work, filings.get_own(work, draft_id))["products"]


# In the order of the form


def test_gaps_come_in_the_order_of_the_form(site: Site) -> None:
    """Those of single fields first, then what is wrong beyond them: each names a step and a field of the form."""
    with site.work(site.world.owner) as work:
        report = add_evidence(work, "test_report", expires_on="2026-03-18")
        draft = start_complete(work, site.world.product, place="海宁😀", markets=[], reports=[report])
        site.clock.moment += timedelta(days=1)
        found = [gap for gap in filings.gaps(work, draft) if gap.step != "sign"]
        assert [gap.field for gap in found] == ["markets", "place", "reports"]
        definition = DEFINITIONS[draft.kind]
        assert all(definition.step_of(gap.field).name == gap.step for gap in found)
        assert [gap.missing for gap in found] == [True, False, False]
