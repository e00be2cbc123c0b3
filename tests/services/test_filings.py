"""Filings on the firm's side, of every kind: drafts, what is carried over, what keeps one from being submitted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from registry.domain.errors import AlreadyClosed, NotAllowed, NotFound, StaleRevision
from registry.domain.filings import DEFINITIONS
from registry.domain.requirements import Kind
from registry.domain.workflow import Status
from registry.models import AuditEvent, Certification, Declaration, Filing
from registry.services import filings, products
from registry.services.filings import Incomplete
from tests.factories import (
    add_evidence,
    add_report,
    file_certification,
    file_declaration,
    filed,
    start_certification,
    start_complete,
)

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site

STARTED = {"declaration": start_complete, "certification": start_certification}
FILED = {"declaration": file_declaration, "certification": file_certification}
MODELS = {"declaration": Declaration, "certification": Certification}

each_kind = pytest.mark.parametrize("kind", STARTED)


def add_product(work: Work, name: str = "另一个产品") -> int:
    return products.add(work, {"name": name, "category": "consumer"}).id


def chosen(filing: Filing) -> list[tuple[int, int | None]]:
    return [(item.product_id, item.replaces_id) for item in filing.objects]


# Drafts


@each_kind
def test_a_draft_begins_with_what_is_known(site: Site, kind: str) -> None:
    with site.work(site.world.owner) as work:
        draft = filings.start(work, kind, product_id=site.world.product)
        assert type(draft) is MODELS[kind]
        assert draft.content["products"] == [str(site.world.product)]
        assert chosen(draft) == [(site.world.product, None)]
        assert (draft.status, draft.tier, draft.reference, draft.subject) == ("draft", "", None, "market_supervision")
        assert (draft.kind, draft.purpose, draft.area_code) == (kind, "first", "330481")
        assert filings.is_editable(work, draft)
        work.session.commit()
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "enterprise:filing:start")).one()
        assert (event.object_id, event.payload["kind"]) == (draft.id, kind)


@each_kind
def test_one_empty_draft_is_enough(site: Site, kind: str) -> None:
    with site.work(site.world.owner) as work:
        first = filings.start(work, kind, product_id=site.world.product)
        assert filings.start(work, kind, product_id=site.world.product) is first
        without = filings.start(work, kind)
        assert without is not first
        assert without.content["products"] == []
        assert filings.start(work, kind) is without
        other = filings.start(work, kind, product_id=add_product(work))
        assert other is not first
        step = "line" if kind == "declaration" else "object"
        filings.save_step(work, first.id, step, {"line": str(site.world.line)}, revision=first.revision)
        assert filings.start(work, kind, product_id=site.world.product) is not first


def test_an_empty_draft_of_one_kind_is_none_of_another(site: Site) -> None:
    with site.work(site.world.owner) as work:
        drafts = {filings.start(work, kind, product_id=site.world.product).id for kind in STARTED}
        assert len(drafts) == len(STARTED)


@pytest.mark.parametrize("kind", ["", "title", "Declaration"])
def test_a_kind_that_there_is_not(site: Site, kind: str) -> None:
    with site.work(site.world.owner) as work, pytest.raises(NotFound):
        filings.start(work, kind)


@each_kind
def test_what_belongs_to_one_filing_is_not_carried_over(site: Site, kind: str) -> None:
    with site.work(site.world.owner) as work:
        FILED[kind](work, site.world.product)
        site.clock.moment += timedelta(days=1)
        draft = filings.start(work, kind)
        assert draft.content["line"] == str(site.world.line)
        assert draft.content["markets"] == ["DE", "US"]
        own = ("products", "batch", "reports", "certificate", "number", "issued_on", "declared_on", "consent")
        own += ("quality_record", "quality_note")  # They speak of the products filed, and of the year before.
        assert not any(draft.content.get(name) for name in own)
        # What another kind said is not for this one.
        (other,) = set(STARTED) - {kind}
        assert "line" not in filings.start(work, other).content


def test_of_several_the_last_one_submitted_is_carried_over(site: Site) -> None:
    with site.work(site.world.owner) as work:
        for place in ("嘉兴市海宁市", "嘉兴市海宁市许村镇"):
            site.clock.moment += timedelta(days=1)
            file_declaration(work, site.world.product, place=place)
        start_complete(work, site.world.product, place="还没有提交")
        assert filings.start(work, "declaration").content["place"] == "嘉兴市海宁市许村镇"


@each_kind
def test_others_have_no_say(site: Site, kind: str) -> None:
    world = site.world
    with site.work(world.owner) as work:
        draft = STARTED[kind](work, world.product)
        draft_id, revision = draft.id, draft.revision
        assert [draft.id for draft in filings.page_own(work, 1).rows] == [draft_id]
    for user in (world.other_owner, world.county_reviewer, world.nobody):
        with site.work(user) as work:
            assert filings.page_own(work, 1).rows == []
            with pytest.raises(NotFound):
                filings.get_own(work, draft_id)
    with site.work(world.viewer) as work:
        assert filings.get_own(work, draft_id).id == draft_id
        with pytest.raises(NotAllowed):
            filings.start(work, kind)
    for user in (world.viewer, world.other_owner):
        with site.work(user) as work:
            for change in (
                lambda: filings.save_step(work, draft_id, "object", {}, revision=revision),
                lambda: filings.submit(work, draft_id, revision=revision),
                lambda: filings.withdraw(work, draft_id, revision=revision, reason=""),
            ):
                with pytest.raises(NotFound):
                    change()
    with site.work(world.other_owner) as work, pytest.raises(NotFound):
        filings.start(work, kind, product_id=world.product)


def test_the_list_has_every_kind_the_last_changed_first(site: Site) -> None:
    with site.work(site.world.owner) as work:
        declared = file_declaration(work, site.world.product)
        site.clock.moment += timedelta(minutes=1)
        certified = file_certification(work, site.world.product)
        site.clock.moment += timedelta(minutes=1)
        filings.withdraw(work, declared.id, revision=declared.revision, reason="")
        assert [filing.id for filing in filings.page_own(work, 1).rows] == [declared.id, certified.id]


# Saving


def test_what_is_typed_is_kept_as_typed(site: Site) -> None:
    typed = {"place": "  两边有空格 ", "limits": "", "unknown": "x", "markets": ["DE"]}
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration")
        draft = filings.save_step(work, draft.id, "statement", typed, revision=draft.revision)
        assert draft.content["place"] == "  两边有空格 "
        assert draft.content["limits"] == ""
        assert "unknown" not in draft.content
        assert "markets" not in draft.content  # That is another step's field.
        with pytest.raises(KeyError):
            filings.save_step(work, draft.id, "nothing", {}, revision=draft.revision)


def test_a_null_character_is_not_kept(site: Site) -> None:
    """PostgreSQL cannot store it, neither in text nor in JSON."""
    rows = [{"indicator": "铅\0", "unit": "\0"}, {"indicator": None}]
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration")
        values = {"comparison": rows, "markets": ["D\0E"], "overseas_standards": "ISO\0 1"}
        filings.save_step(work, draft.id, "standard", values, revision=draft.revision)
        work.session.commit()
        work.session.refresh(draft)
        assert draft.content["comparison"] == [{"indicator": "铅", "unit": ""}, {"indicator": None}]
        assert draft.content["markets"] == ["DE"]
        assert draft.content["overseas_standards"] == "ISO 1"


@each_kind
@pytest.mark.parametrize("none", ["", "x", "-1", "٣", "9" * 30, "9" * 5000])
def test_a_product_that_is_none_is_a_gap(site: Site, kind: str, none: str) -> None:
    with site.work(site.world.owner) as work:
        draft = STARTED[kind](work, site.world.product)
        for products_chosen in ([none], [str(site.world.product), none]):
            values = {"products": products_chosen}
            draft = filings.save_step(work, draft.id, "object", values, revision=draft.revision)
            assert [item.product_id for item in draft.objects] == [site.world.product][: len(products_chosen) - 1]
            assert "products" in {gap.field for gap in filings.gaps(work, draft)}


@each_kind
@pytest.mark.parametrize("none", ["999", "-1", "٣", "9" * 30, "9" * 5000])
def test_rows_of_the_dossier_that_are_none_are_gaps(site: Site, kind: str, none: str) -> None:
    """Numbers that no row has do no harm, neither to the columns that are searched nor to a foreign key."""
    fields = {"declaration": ("line", "reports"), "certification": ("line", "body", "certificate")}[kind]
    with site.work(site.world.owner) as work:
        for name in fields:
            value = [none] if name in {"reports", "certificate"} else none
            draft = STARTED[kind](work, site.world.product, **{name: value})
            work.session.commit()
            assert next(gap.field for gap in filings.gaps(work, draft)) == name
            with pytest.raises(Incomplete):
                filings.submit(work, draft.id, revision=draft.revision)


@each_kind
def test_what_is_another_firms_cannot_be_used(site: Site, kind: str) -> None:
    evidence_kind = {"declaration": "test_report", "certification": "certification_certificate"}[kind]
    with site.work(site.world.other_owner) as work:
        foreign = {
            "products": [str(site.world.other_product)],
            "line": str(site.world.other_line),
            "reports": [add_report(work)],
            "certificate": [add_evidence(work, evidence_kind)],
        }
    with site.work(site.world.owner) as work:
        for name in {"declaration": ("products", "line", "reports"), "certification": ("certificate",)}[kind]:
            draft = STARTED[kind](work, site.world.product, **{name: foreign[name]})
            assert [gap.field for gap in filings.gaps(work, draft) if not gap.missing] == [name]
            assert name != "products" or draft.objects == []


def test_a_file_of_another_kind_is_no_report(site: Site) -> None:
    with site.work(site.world.owner) as work:
        scan = add_evidence(work, "certification_certificate")
        draft = start_complete(work, site.world.product, reports=[scan])
        assert [gap.field for gap in filings.gaps(work, draft) if not gap.missing] == ["reports"]


def test_products_are_linked_in_the_order_they_were_chosen_in(site: Site) -> None:
    """Boxes come in the order of the page; what was chosen before keeps its place."""
    with site.work(site.world.owner) as work:
        numbers = [site.world.product, add_product(work, "甲"), add_product(work, "乙")]
        draft = start_complete(work, site.world.product)
        for ticked, wanted in (([2, 0], [0, 2]), ([2, 1, 0], [0, 2, 1]), ([1, 2, 2], [2, 1]), ([0], [0])):
            values = {"products": [str(numbers[index]) for index in ticked]}
            draft = filings.save_step(work, draft.id, "object", values, revision=draft.revision)
            work.session.commit()
            work.session.refresh(draft)
            assert draft.content["products"] == [str(numbers[index]) for index in wanted]
            assert [item.product_id for item in draft.objects] == [numbers[index] for index in wanted]
            assert [item.position for item in draft.objects] == list(range(len(wanted)))


@each_kind
def test_saving_again_what_stands_there_changes_nothing(site: Site, kind: str) -> None:
    """Whatever the order in which the page has its boxes: what was signed is still what is said."""
    with site.work(site.world.owner) as work:
        draft = STARTED[kind](work, site.world.product)
        before = dict(draft.content)
        for step in DEFINITIONS[kind].steps:
            values = {
                field.name: list(reversed(before[field.name]))
                if field.kind in {Kind.CHOICES, Kind.EVIDENCE}
                else before[field.name]
                for field in step.fields
            }
            draft = filings.save_step(work, draft.id, step.name, values, revision=draft.revision)
        assert draft.content == before
        assert filings.gaps(work, draft) == []


def test_another_step_leaves_the_products_alone(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration", product_id=site.world.product)
        draft = filings.save_step(work, draft.id, "line", {"line": ""}, revision=draft.revision)
        assert chosen(draft) == [(site.world.product, None)]


# What two do at once, and too late


def test_what_two_windows_typed_is_not_mixed(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration")
        draft_id, shown = draft.id, draft.revision
        filings.save_step(work, draft_id, "statement", {"limits": "一"}, revision=shown)
    with site.work(site.world.owner) as work:
        with pytest.raises(StaleRevision):
            filings.save_step(work, draft_id, "statement", {"place": "二"}, revision=shown)
        draft = filings.get_own(work, draft_id)
        assert (draft.content["limits"], draft.content.get("place")) == ("一", None)


def test_a_change_of_the_products_alone_counts_as_a_change(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration", product_id=site.world.product)
        draft_id, shown = draft.id, draft.revision
        values = {"products": [str(site.world.product), str(add_product(work))]}
        assert filings.save_step(work, draft_id, "object", values, revision=shown).revision > shown


def test_while_under_review_and_after_nothing_is_changed(site: Site) -> None:
    filing_id = filed(site)
    with site.work(site.world.owner) as work:
        filing = filings.get_own(work, filing_id)
        revision = filing.revision
        assert not filings.is_editable(work, filing)
        for change in (
            lambda: filings.save_step(work, filing_id, "line", {}, revision=revision),
            lambda: filings.submit(work, filing_id, revision=revision),
        ):
            with pytest.raises(NotAllowed, match="正在审核中"):
                change()
        with pytest.raises(StaleRevision):
            filings.withdraw(work, filing_id, revision=revision - 1, reason="")
        withdrawn = filings.withdraw(work, filing_id, revision=revision, reason="不再需要")
        assert (withdrawn.status, withdrawn.decisions[-1].reason) == (Status.WITHDRAWN, "不再需要")
        assert filings.certificates_of(work, withdrawn) == []
        assert not filings.is_editable(work, withdrawn)
        for change in (
            lambda: filings.save_step(work, filing_id, "line", {}, revision=revision + 1),
            lambda: filings.submit(work, filing_id, revision=revision + 1),
            lambda: filings.withdraw(work, filing_id, revision=revision + 1, reason=""),
        ):
            with pytest.raises(AlreadyClosed):
                change()


def test_a_draft_that_is_withdrawn_has_no_reference(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration")
        withdrawn = filings.withdraw(work, draft.id, revision=draft.revision, reason="")
        assert (withdrawn.status, withdrawn.reference, withdrawn.submissions) == (Status.WITHDRAWN, None, [])
        assert work.session.scalar(select(func.count()).select_from(Filing)) == 1
