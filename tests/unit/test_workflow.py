"""The transition tables against an expectation that was written out by hand."""

from __future__ import annotations

from itertools import product

import pytest

from registry.domain import workflow
from registry.domain.errors import AlreadyClosed, NotAllowed
from registry.domain.roles import Role, Tier
from registry.domain.workflow import Action, Stage, Status, allowed_transitions, resolve

# Route, where the case stands, what is done, by whom, where it then stands. What is not here is forbidden.
EXPECTED = """
county                 draft                  submit     firm    under_review/county
county                 draft                  withdraw   firm    withdrawn
county                 under_review/county    approve    office  approved
county                 under_review/county    return     office  returned/county
county                 under_review/county    reject     office  rejected
county                 under_review/county    withdraw   firm    withdrawn
county                 returned/county        resubmit   firm    under_review/county
county                 returned/county        withdraw   firm    withdrawn
county                 returned/county        extend     office  returned/county

county>city            draft                  submit     firm    under_review/county
county>city            draft                  withdraw   firm    withdrawn
county>city            under_review/county    recommend  office  under_review/city
county>city            under_review/county    return     office  returned/county
county>city            under_review/county    withdraw   firm    withdrawn
county>city            returned/county        resubmit   firm    under_review/county
county>city            returned/county        withdraw   firm    withdrawn
county>city            returned/county        extend     office  returned/county
county>city            under_review/city      approve    office  approved
county>city            under_review/city      return     office  returned/city
county>city            under_review/city      reject     office  rejected
county>city            under_review/city      withdraw   firm    withdrawn
county>city            returned/city          resubmit   firm    under_review/city
county>city            returned/city          withdraw   firm    withdrawn
county>city            returned/city          extend     office  returned/city

county>city>province   draft                  submit     firm    under_review/county
county>city>province   draft                  withdraw   firm    withdrawn
county>city>province   under_review/county    recommend  office  under_review/city
county>city>province   under_review/county    return     office  returned/county
county>city>province   under_review/county    withdraw   firm    withdrawn
county>city>province   returned/county        resubmit   firm    under_review/county
county>city>province   returned/county        withdraw   firm    withdrawn
county>city>province   returned/county        extend     office  returned/county
county>city>province   under_review/city      recommend  office  under_review/province
county>city>province   under_review/city      return     office  returned/city
county>city>province   under_review/city      withdraw   firm    withdrawn
county>city>province   returned/city          resubmit   firm    under_review/city
county>city>province   returned/city          withdraw   firm    withdrawn
county>city>province   returned/city          extend     office  returned/city
county>city>province   under_review/province  approve    office  approved
county>city>province   under_review/province  return     office  returned/province
county>city>province   under_review/province  reject     office  rejected
county>city>province   under_review/province  withdraw   firm    withdrawn
county>city>province   returned/province      resubmit   firm    under_review/province
county>city>province   returned/province      withdraw   firm    withdrawn
county>city>province   returned/province      extend     office  returned/province
"""
ROUTES = ("county", "county>city", "county>city>province")
CLOSED = ("approved", "rejected", "withdrawn")
ROLES_OF = {"firm": {"owner", "filer"}, "office": {"reviewer"}}
NEED_A_REASON = {"return", "reject", "extend"}


def rows() -> list[list[str]]:
    return [line.split() for line in EXPECTED.strip().splitlines() if line]


def stage(text: str) -> Stage:
    status, _, tier = text.partition("/")
    return Stage(Status(status), Tier(tier) if tier else None)


def route(text: str) -> tuple[Tier, ...]:
    return tuple(Tier(name) for name in text.split(">"))


def places(route_text: str) -> list[str]:
    tiers = route_text.split(">")
    return ["draft", *(f"{status}/{tier}" for status, tier in product(("under_review", "returned"), tiers)), *CLOSED]


EVERYTHING = [
    (route_text, place, action.value, role.value)
    for route_text in ROUTES
    for place in places(route_text)
    for action in Action
    for role in Role
]


def test_the_matrix_covers_every_status_and_action() -> None:
    assert {place.split("/")[0] for _route, place, _action, _role in EVERYTHING} == {status.value for status in Status}
    assert {row[2] for row in rows()} == {action.value for action in Action}


@pytest.mark.parametrize("route_text", ROUTES)
def test_every_stage_action_and_role(route_text: str) -> None:
    expected = {
        (place, action, role): target
        for on_route, place, action, party, target in rows()
        for role in ROLES_OF[party]
        if on_route == route_text
    }
    for on_route, place, action, role in EVERYTHING:
        if on_route != route_text:
            continue
        wanted = expected.get((place, action, role))
        found: str | None
        try:
            row, after = resolve(
                "declaration", stage(place), Action(action), route(route_text), frozenset({Role(role)})
            )
        except AlreadyClosed:
            assert place in CLOSED, (place, action, role)
            found = None
        except NotAllowed:
            assert place not in CLOSED, (place, action, role)
            found = None
        else:
            found = "/".join(part for part in (after.status, after.tier) if part)
            assert row.needs_reason is (action in NEED_A_REASON)
        assert found == wanted, (route_text, place, action, role)


@pytest.mark.parametrize("route_text", ROUTES)
@pytest.mark.parametrize("party", ["firm", "office"])
def test_what_is_offered_is_what_is_possible(route_text: str, party: str) -> None:
    roles = frozenset(Role(role) for role in ROLES_OF[party])
    for place in places(route_text):
        offered = [row.action for row in allowed_transitions("declaration", stage(place), route(route_text), roles)]
        wanted = [row[2] for row in rows() if row[0] == route_text and row[1] == place and row[3] == party]
        assert sorted(offered) == sorted(wanted), place


def test_somebody_with_both_seats_is_offered_both_sides() -> None:
    both = frozenset({Role.OWNER, Role.REVIEWER})
    offered = allowed_transitions("declaration", stage("under_review/city"), route("county>city"), both)
    assert [row.action for row in offered] == [Action.WITHDRAW, Action.APPROVE, Action.RETURN, Action.REJECT]


def test_statuses_are_open_or_closed() -> None:
    assert {status.value for status in workflow.CLOSED_STATUSES} == set(CLOSED)
    assert set(Status) == workflow.OPEN_STATUSES | workflow.CLOSED_STATUSES
    assert not workflow.OPEN_STATUSES & workflow.CLOSED_STATUSES


def test_everything_has_a_name() -> None:
    assert set(workflow.STATUS_LABELS) == set(Status)
    assert set(workflow.ACTION_LABELS) == set(Action)
    assert set(workflow.TIER_LABELS) == set(Tier)
