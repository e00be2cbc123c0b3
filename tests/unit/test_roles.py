from __future__ import annotations

import pytest

from registry.domain.roles import (
    BUREAU_ROLES,
    ENTERPRISE_ROLES,
    FILING_ROLES,
    Actor,
    Role,
    Seat,
    Subject,
    Tier,
)

HAINING, JIAXING, PROVINCE = "330000/330400/330481/", "330000/330400/", "330000/"
REVIEWER = frozenset({Role.REVIEWER})


def office(area_path: str, subject: Subject = Subject.MARKET_SUPERVISION, role: Role = Role.REVIEWER) -> Seat:
    return Seat(role=role, bureau_id=1, bureau_name="虚构局", area_path=area_path, subject=subject, tier=Tier.COUNTY)


def test_every_role_belongs_to_a_firm_or_an_office() -> None:
    assert set(Role) == ENTERPRISE_ROLES | BUREAU_ROLES
    assert not ENTERPRISE_ROLES & BUREAU_ROLES
    assert {Role.OWNER, Role.FILER} == FILING_ROLES


def test_has_asks_all_seats() -> None:
    actor = Actor(1, "甲", (Seat(role=Role.VIEWER, enterprise_id=5), office(JIAXING)))
    assert actor.has(REVIEWER)
    assert actor.has(frozenset({Role.OWNER, Role.VIEWER}))
    assert not actor.has(FILING_ROLES)
    assert not Actor(2, "乙").has(frozenset(Role))


def test_firms_are_those_of_the_role() -> None:
    seats = (Seat(role=Role.VIEWER, enterprise_id=5), Seat(role=Role.OWNER, enterprise_id=7), office(JIAXING))
    actor = Actor(1, "甲", seats)
    assert actor.enterprise_ids() == (5, 7)
    assert actor.enterprise_ids(FILING_ROLES) == (7,)


@pytest.mark.parametrize(
    ("seat", "within"),
    [
        (office(HAINING), True),
        (office(JIAXING), True),
        (office(PROVINCE), True),
        (office("330000/330400/330421/"), False),  # another county
        (office("330000/330100/"), False),  # another city
        (office(JIAXING, Subject.COMMERCE), False),
        (office(JIAXING, role=Role.SUPERVISOR), False),
        (office(""), False),  # a seat without a place is not one for all places
        (Seat(role=Role.OWNER, enterprise_id=1), False),
    ],
)
def test_scope_is_region_times_subject(seat: Seat, *, within: bool) -> None:
    found = Actor(1, "甲", (seat,)).seats_at(area_path=HAINING, subject="market_supervision", roles=REVIEWER)
    assert found == ((seat,) if within else ())


def test_an_office_has_no_say_above_itself() -> None:
    actor = Actor(1, "甲", (office(HAINING),))
    assert not actor.seats_at(area_path=JIAXING, subject="market_supervision", roles=REVIEWER)
