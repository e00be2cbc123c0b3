"""A holder gives certificates up, one or several at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from registry.domain.errors import AlreadyClosed, InvalidFields, NotFound, StaleRevision
from registry.domain.succession import Purpose
from registry.domain.validity import CertificateAction
from registry.services import certificates, verification, withdrawals
from tests.factories import certified, change
from tests.factories.replacements import at, certified_together, replaced

if TYPE_CHECKING:
    from tests.conftest import Site

STOPPED = {"reason": "production_ended", "note": "2026 年 3 月起停产"}


@pytest.fixture
def two(site: Site) -> list[int]:
    """The certificates of a declaration of two products."""
    return certified_together(site, "另一个产品")


def revisions(site: Site, numbers: list[int]) -> dict[int, int]:
    with site.work(site.world.owner) as work:
        return {number: certificates.get(work, number).revision for number in numbers}


def offered(site: Site, number: int, user: int | None = None) -> list[int]:
    with site.work(user or site.world.owner) as work:
        return [each.id for each in withdrawals.offered(work, certificates.get(work, number))]


def test_several_at_once(site: Site, two: list[int]) -> None:
    assert offered(site, two[1]) == two
    shown = revisions(site, two)
    with site.work(site.world.owner) as work:
        withdrawals.withdraw(work, shown, STOPPED)
    for number in two:
        with site.work(site.world.owner) as work:
            found = certificates.get(work, number)
            event = found.events[-1]
            assert (found.state, event.action) == ("withdrawn", "withdraw")
            assert event.reason == "产品停产：2026 年 3 月起停产"
            shown_now = verification.look_up(work.session, found.code, work.today)
            assert shown_now is not None
            assert (shown_now.state, shown_now.events[0].reason) == ("withdrawn", event.reason)
    assert offered(site, two[0]) == []


def test_one_of_several(site: Site, two: list[int]) -> None:
    shown = revisions(site, two[:1])
    with site.work(site.world.owner) as work:
        withdrawals.withdraw(work, shown, {"reason": "production_ended"})
    assert offered(site, two[1]) == [two[1]]


def test_all_or_none(site: Site, two: list[int]) -> None:
    """Somebody suspends one of them while the holder looks at the page."""
    shown = revisions(site, two)
    change(site, site.world.city_supervisor, two[1], CertificateAction.SUSPEND)
    with site.work(site.world.owner) as work:
        with pytest.raises(StaleRevision):
            withdrawals.withdraw(work, shown, STOPPED)
        work.session.rollback()
    with site.work(site.world.owner) as work:
        assert [certificates.get(work, number).state for number in two] == ["valid", "suspended"]
    assert offered(site, two[0]) == [two[0]]
    assert offered(site, two[1]) == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [({}, "reason"), ({"reason": "other"}, "note"), ({"reason": "x"}, "reason")],
    ids=["none", "unexplained", "unknown"],
)
def test_the_reason_is_asked_for(site: Site, typed: dict[str, str], field: str) -> None:
    shown = revisions(site, [certified(site)])
    with site.work(site.world.owner) as work, pytest.raises(InvalidFields) as caught:
        withdrawals.withdraw(work, shown, typed)
    assert set(caught.value.fields) == {field}


def test_none_chosen(site: Site) -> None:
    with site.work(site.world.owner) as work, pytest.raises(InvalidFields) as caught:
        withdrawals.withdraw(work, {}, STOPPED)
    assert set(caught.value.fields) == {"certificates"}


def test_nobody_gives_up_what_is_anothers(site: Site) -> None:
    number = certified(site)
    shown = revisions(site, [number])
    # An office that supervises it has its own page, where it gives the reason in its own words.
    for user in (site.world.other_owner, site.world.viewer, site.world.city_supervisor):
        with site.work(user) as work, pytest.raises(NotFound):
            withdrawals.withdraw(work, shown, STOPPED)
    assert offered(site, number, site.world.viewer) == []
    assert offered(site, number, site.world.city_supervisor) == []


def test_twice_is_told(site: Site) -> None:
    number = certified(site)
    for expected in (None, AlreadyClosed):
        shown = revisions(site, [number])
        with site.work(site.world.owner) as work:
            if expected is None:
                withdrawals.withdraw(work, shown, STOPPED)
            else:
                with pytest.raises(expected):
                    withdrawals.withdraw(work, shown, STOPPED)


def test_with_what_is_to_renew_it(site: Site) -> None:
    old = certified(site)
    at(site, date(2029, 3, 1))
    new = replaced(site, old, purpose=Purpose.RENEWAL)
    assert offered(site, old) == [old, new]
    assert offered(site, new) == [new]
    shown = revisions(site, [old, new])
    with site.work(site.world.owner) as work:
        withdrawals.withdraw(work, shown, STOPPED)
    with site.work(site.world.owner) as work:
        assert [certificates.get(work, number).state for number in (old, new)] == ["withdrawn", "withdrawn"]
