"""Counting failed tries: how many are free, how long the waits are, and that nobody slips by at the same moment."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from registry.domain.sign_in import FREE_FAILURES, LONGEST_WAIT, Factor
from registry.infrastructure.database import db
from registry.models import SignInFailure, User
from registry.services import attempts, sign_ins
from registry.services.attempts import Try
from registry.services.sign_ins import Device
from registry.services.work import Work
from tests.at_once import at_once

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.factories import World


def fail(site: Site, name: str = "somebody@test.example") -> Try:
    with site.work() as work:
        return attempts.begin(work, attempts.of_name(work, name))


def failures(site: Site) -> list[tuple[int, int]]:
    with site.work() as work:
        return [
            (row.failures, round((row.locked_until - work.now).total_seconds()))
            for row in work.session.query(SignInFailure)
        ]


def test_the_first_ones_are_free_and_then_each_wait_is_twice_as_long(site: Site) -> None:
    waits = []
    for _ in range(14):
        tried = fail(site)
        assert tried.wait == 0
        waits.append(tried.wait_after)
        site.clock.moment += timedelta(seconds=tried.wait_after)
    assert waits == [0] * FREE_FAILURES + [30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_while_locked_nothing_is_looked_at_and_nothing_is_counted(site: Site) -> None:
    for _ in range(FREE_FAILURES + 1):
        fail(site)
    site.clock.moment += timedelta(seconds=10)
    for _ in range(50):
        assert fail(site).wait == 20
    assert failures(site) == [(FREE_FAILURES + 1, 20)]
    site.clock.moment += timedelta(seconds=20)
    assert fail(site) == Try(0, 60)


def test_success_forgets_the_failures(site: Site) -> None:
    for _ in range(FREE_FAILURES):
        fail(site)
    with site.work() as work:
        attempts.succeeded(work, attempts.of_name(work, "SomeBody@test.example "))
    assert failures(site) == []
    assert fail(site) == Try(0, 0)


def test_a_day_without_a_try_forgets_them_too(site: Site) -> None:
    for _ in range(FREE_FAILURES + 1):
        fail(site)
    site.clock.moment += timedelta(days=1, seconds=1)
    assert fail(site) == Try(0, 0)


def test_names_are_counted_apart_and_the_key_does_not_tell_them(site: Site, world: World) -> None:
    for _ in range(FREE_FAILURES + 1):
        fail(site, "a@test.example")
    assert fail(site, "b@test.example").wait_after == 0
    with site.work() as work:
        keys = {row.key for row in work.session.query(SignInFailure)}
        assert all(len(key) == 64 for key in keys)
        assert attempts.of_name(work, "1") != attempts.of_person(work, 1)


def test_tries_at_the_same_moment_are_all_counted(site: Site) -> None:
    """With a free count of five, of twelve that come at once no more than six are looked at: the sixth locks."""

    def one() -> Try:
        with site.app.app_context(), db.sessionmaker() as session:
            work = Work(session, site.app.extensions["registry"])
            tried = attempts.begin(work, attempts.of_name(work, "crowd@test.example"))
            session.commit()
            return tried

    results = at_once([one] * 12)
    assert all(isinstance(each, Try) for each in results), results
    assert sum(each.wait == 0 for each in results) == FREE_FAILURES + 1
    assert failures(site) == [(FREE_FAILURES + 1, 30)]


def test_ten_thousand_tries_in_a_day_come_to_less_than_a_hundred_and_fifty(site: Site) -> None:
    """One every eight seconds and a half, for a whole day: nearly all of them are turned away."""
    looked_at = 0
    with site.work() as work:
        key = attempts.of_name(work, "patient@test.example")
        for _ in range(10_000):
            looked_at += attempts.begin(work, key).wait == 0
            site.clock.moment += timedelta(seconds=8.64)
    least = timedelta(days=1) / LONGEST_WAIT
    assert least <= looked_at < 150
    (row,) = failures(site)
    assert row[0] == looked_at


def test_known_devices_and_sessions_are_counted_apart_and_forgotten_together(site: Site, world: World) -> None:
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        for key in ("a" * 64, "b" * 64, "a" * 64):
            sign_ins.begin(work, user, factors=[Factor.PASSWORD], device=Device("", "", key))
        keys = attempts.all_of(work, user)
        assert len(keys) == len(set(keys)) == 6
        assert {attempts.of_name(work, user.email), attempts.of_person(work, user.id, "b" * 64)} < set(keys)
        assert set(attempts.names_of(work, user)) < set(keys)
        assert attempts.all_of(work, user, {"a" * 64, "b" * 64}) == keys
        of_session = attempts.of_session(work, user.id, 1)
        assert of_session not in {*keys, attempts.of_session(work, user.id, 2), attempts.of_session(work, 1, 1)}
        for key in [*keys, of_session]:
            attempts.begin(work, key)
        attempts.succeeded(work, *keys)
        assert [row.key for row in work.session.query(SignInFailure)] == [of_session]
