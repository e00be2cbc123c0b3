from __future__ import annotations

import pytest

from registry.domain.errors import InvalidValue
from registry.domain.roles import (
    ADMIN_ROLES,
    BUREAU_ROLES,
    CASE_ROLES,
    ENTERPRISE_ROLES,
    FILING_ROLES,
    ROLE_LABELS,
    STAFF_ROLES,
    Actor,
    Role,
    Seat,
    Subject,
    Tier,
    check_together,
)

HAINING, JIAXING, PROVINCE = "330000/330400/330481/", "330000/330400/", "330000/"
REVIEWER = frozenset({Role.REVIEWER})


def office(area_path: str, subject: Subject = Subject.MARKET_SUPERVISION, role: Role = Role.REVIEWER) -> Seat:
    return Seat(role=role, bureau_id=1, bureau_name="虚构局", area_path=area_path, subject=subject, tier=Tier.COUNTY)


def test_every_role_belongs_to_a_firm_or_an_office() -> None:
    kinds = (ENTERPRISE_ROLES, BUREAU_ROLES, ADMIN_ROLES)
    assert set(Role) == frozenset().union(*kinds)
    assert sum(map(len, kinds)) == len(Role)
    assert CASE_ROLES < BUREAU_ROLES
    assert STAFF_ROLES == BUREAU_ROLES | ADMIN_ROLES
    assert set(ROLE_LABELS) == set(Role)
    assert {Role.OWNER, Role.FILER} == FILING_ROLES


def test_has_asks_all_seats() -> None:
    actor = Actor(1, "甲", (Seat(role=Role.VIEWER, enterprise_id=5), office(JIAXING)))
    assert actor.has(REVIEWER)
    assert actor.has(frozenset({Role.OWNER, Role.VIEWER}))
    assert not actor.has(FILING_ROLES)
    assert not Actor(2, "乙").has(frozenset(Role))


def test_one_acts_for_one_firm_at_a_time() -> None:
    seats = (Seat(role=Role.VIEWER, enterprise_id=5), Seat(role=Role.OWNER, enterprise_id=7), office(JIAXING))
    first = Actor(1, "甲", seats)
    assert (first.enterprise_ids(), first.enterprise_ids(FILING_ROLES), first.has(FILING_ROLES)) == ((5,), (), False)
    chosen = Actor(1, "甲", seats, acting_for=7)
    assert (chosen.enterprise_ids(), chosen.enterprise_ids(FILING_ROLES)) == ((7,), (7,))
    assert chosen.has(FILING_ROLES)
    assert chosen.has(REVIEWER)
    stranger = Actor(1, "甲", seats, acting_for=9)
    assert stranger.enterprise_ids() == (5,)
    assert Actor(1, "甲", (office(JIAXING),), acting_for=7).enterprise_ids() == ()


@pytest.mark.parametrize(
    ("held", "role", "refused"),
    [
        *(({one}, other, one != other) for one in sorted(ADMIN_ROLES) for other in sorted(ADMIN_ROLES)),
        *(({one}, other, True) for one in sorted(ADMIN_ROLES) for other in sorted(BUREAU_ROLES)),
        *(({one}, other, True) for one in sorted(BUREAU_ROLES) for other in sorted(ADMIN_ROLES)),
        *(({one}, other, False) for one in sorted(BUREAU_ROLES) for other in sorted(BUREAU_ROLES)),
        (set(), Role.AUDIT_ADMIN, False),
        ({Role.OWNER}, Role.REVIEWER, False),  # Who belongs to a firm stands back from its cases.
    ],
)
def test_administrators_exclude_one_another_and_everything_else(held: set[Role], role: Role, *, refused: bool) -> None:
    if refused:
        with pytest.raises(InvalidValue, match="不能同时担任"):
            check_together(held, role)
    else:
        check_together(held, role)


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
