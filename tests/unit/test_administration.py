"""三权分立: nobody can do alone what takes two."""

from __future__ import annotations

from itertools import combinations

from registry.domain.administration import DUTIES, DUTY_LABELS, Duty
from registry.domain.roles import ADMIN_ROLES


def test_every_duty_is_somebodys_and_has_a_name() -> None:
    assert DUTIES.keys() == DUTY_LABELS.keys() == set(Duty)
    assert all(holders and holders <= ADMIN_ROLES for holders in DUTIES.values())


def test_no_two_administrators_share_what_changes_something() -> None:
    reading = {Duty.HOME, Duty.SEE_STAFF}
    for one, other in combinations(ADMIN_ROLES, 2):
        shared = {duty for duty, holders in DUTIES.items() if {one, other} <= holders}
        assert shared <= reading


def test_who_makes_accounts_gives_no_posts_and_who_gives_them_reads_no_trail() -> None:
    assert not DUTIES[Duty.ADD_STAFF] & DUTIES[Duty.GIVE_POSTS]
    assert not DUTIES[Duty.READ_TRAIL] & (DUTIES[Duty.GIVE_POSTS] | DUTIES[Duty.ADD_STAFF] | DUTIES[Duty.ACCOUNTS])
