"""A newer certificate takes the place of an older one: each for its product, and no way around a suspension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.errors import NotAllowed, NotFound
from registry.domain.succession import Purpose
from registry.domain.validity import CertificateAction, DisplayedState
from registry.domain.workflow import Action
from registry.models import Certificate
from registry.services import certificates, filings, products, replacements, reviews, verification
from tests.factories import act, approve, approve_all, certified, change, filed, start_complete, stored_certificate
from tests.factories.replacements import SUBSTANCE, fill_in

if TYPE_CHECKING:
    from tests.conftest import Site


def replace_certificate(site: Site, old_id: int, **changes: Any) -> int:
    with site.work(site.world.owner) as work:
        draft = replacements.start(work, old_id, purpose=Purpose.CHANGE)
        # Something that is attested, or the change would be an editorial one.
        draft = fill_in(work, draft, **(SUBSTANCE | changes))
        return filings.submit(work, draft.id, revision=draft.revision).id


def test_a_newer_certificate_supersedes_the_old_one(site: Site) -> None:
    old_id = certified(site)
    new_id = approve(site, replace_certificate(site, old_id))
    with site.work(site.world.owner) as work:
        old, new = certificates.get(work, old_id), certificates.get(work, new_id)
        assert (old.state, old.superseded_by, old.succession) == ("superseded", new, "change")
        assert (new.state, new.superseded_by, new.succession) == ("valid", None, "")
        assert (new.product_id, new.kind) == (old.product_id, old.kind) == (site.world.product, "declaration")
        assert (old.events[-1].action, old.events[-1].reason) == ("supersede", new.number)
        shown = verification.look_up(work.session, old.code, work.today)
        assert shown is not None
        assert (shown.state, shown.superseded_by) == (DisplayedState.SUPERSEDED, new.code)


def test_the_old_one_stays_valid_until_the_new_one_is_issued(site: Site) -> None:
    old_id = certified(site)
    filing_id = replace_certificate(site, old_id)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    act(site, site.world.city_reviewer, filing_id, Action.REJECT, reason="不符合")
    with site.work(site.world.owner) as work:
        assert certificates.get(work, old_id).state == "valid"


@pytest.mark.parametrize("action", [CertificateAction.SUSPEND, CertificateAction.REVOKE])
def test_a_new_certificate_is_no_way_around_a_suspension(site: Site, action: CertificateAction) -> None:
    old_id = certified(site)
    filing_id = replace_certificate(site, old_id)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    change(site, site.world.city_supervisor, old_id, action)
    with site.work(site.world.city_reviewer) as work:
        case = reviews.get_case(work, filing_id)
        (replaced,) = certificates.to_be_superseded(work, case)
        assert replaced.id == old_id
        with pytest.raises(NotAllowed, match=replaced.number):
            reviews.apply_action(work, case, Action.APPROVE, revision=case.revision)
        work.session.rollback()
    with site.work(site.world.owner) as work:
        assert [certificate.id for certificate in certificates.page_own(work, 1).rows] == [old_id]
        filing = replacements.start(work, old_id, purpose=Purpose.CHANGE)
        assert filing.id == filing_id  # The one that is under way.
        filings.withdraw(work, filing_id, revision=filing.revision, reason="")
        with pytest.raises(NotAllowed):
            replacements.start(work, old_id, purpose=Purpose.CHANGE)


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_a_revocation_while_the_decision_is_at_work(site: Site) -> None:
    """The decider has read the old certificate already; on SQLite the supervisor would have to wait."""
    old_id = certified(site)
    filing_id = replace_certificate(site, old_id)
    act(site, site.world.county_reviewer, filing_id, Action.RECOMMEND)
    with site.work(site.world.city_reviewer) as work:
        assert certificates.get(work, old_id).state == "valid"
        case = reviews.get_case(work, filing_id)
        change(site, site.world.city_supervisor, old_id, CertificateAction.REVOKE)
        with pytest.raises(NotAllowed, match="撤销"):
            reviews.apply_action(work, case, Action.APPROVE, revision=case.revision)
        work.session.rollback()


def test_a_filing_that_replaces_nothing(site: Site) -> None:
    filing_id = filed(site)
    with site.work(site.world.county_reviewer) as work:
        assert certificates.to_be_superseded(work, reviews.get_case(work, filing_id)) == []


def test_only_own_certificates_are_replaced_and_one_draft_is_enough(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.other_owner) as work, pytest.raises(NotFound):
        replacements.start(work, certificate_id, purpose=Purpose.CHANGE)
    with site.work(site.world.viewer) as work, pytest.raises(NotAllowed):
        replacements.start(work, certificate_id, purpose=Purpose.CHANGE)
    with site.work(site.world.owner) as work:
        first = replacements.start(work, certificate_id, purpose=Purpose.CHANGE)
        assert [(item.product_id, item.replaces_id) for item in first.objects] == [(site.world.product, certificate_id)]
        assert first.content["products"] == [str(site.world.product)]
        assert (first.content["declared_on"], first.content["consent"]) == ("", "")
        assert first.content["place"] == "嘉兴市海宁市"
        assert replacements.start(work, certificate_id, purpose=Purpose.CHANGE) is first


def test_of_several_products_each_replaces_its_own(site: Site) -> None:
    """A declaration of two products, one of which has a certificate already: only that one gives way."""
    old_id = certified(site)
    with site.work(site.world.owner) as work:
        other = products.add(work, {"name": "另一个产品", "category": "consumer"}).id
        draft = replacements.start(work, old_id, purpose=Purpose.CHANGE)
        both = {"products": [str(other), str(site.world.product)]}
        draft = filings.save_step(work, draft.id, "object", both, revision=draft.revision)
        assert [(item.product_id, item.replaces_id) for item in draft.objects] == [
            (site.world.product, old_id),
            (other, None),
        ]
        draft = fill_in(work, draft, **SUBSTANCE)
        filing_id = filings.submit(work, draft.id, revision=draft.revision).id
    approve_all(site, filing_id)
    with site.work(site.world.owner) as work:
        issued = {each.product_id: each for each in filings.certificates_of(work, filings.get_own(work, filing_id))}
        old = certificates.get(work, old_id)
        assert issued.keys() == {other, site.world.product}
        assert old.superseded_by is issued[site.world.product]
        assert old.succession == "change"
        assert [each.state for each in issued.values()] == ["valid", "valid"]


def test_a_draft_for_one_product_is_none_for_another(site: Site) -> None:
    with site.work(site.world.owner) as work:
        other = products.add(work, {"name": "另一个产品", "category": "consumer"}).id
        draft = start_complete(work, site.world.product, products=[str(site.world.product), str(other)])
        filing_id = filings.submit(work, draft.id, revision=draft.revision).id
    approve_all(site, filing_id)
    with site.work(site.world.owner) as work:
        old = filings.certificates_of(work, filings.get_own(work, filing_id))
        drafts = [replacements.start(work, each.id, purpose=Purpose.CHANGE) for each in old]
        chosen = [[(item.product_id, item.replaces_id) for item in draft.objects] for draft in drafts]
        # Of the old filing's two products, each draft is about the one that the certificate speaks of.
        assert chosen == [[(each.product_id, each.id)] for each in old]


def test_a_certificate_that_speaks_of_no_product_is_not_replaced(site: Site) -> None:
    with site.work() as work:
        certificate_id = stored_certificate(work, site.world.enterprise).id
        assert work.session.get_one(Certificate, certificate_id).product_id is None
    with site.work(site.world.owner) as work, pytest.raises(NotFound):
        replacements.start(work, certificate_id, purpose=Purpose.CHANGE)
