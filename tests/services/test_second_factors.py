"""Codes of authenticator apps and recovery codes: each works once, also for two who come at the same moment."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from registry.domain.errors import InvalidFields, NotFound
from registry.domain.sign_in import RECOVERY_CODES, EndReason, Factor
from registry.infrastructure.clock import FixedClock
from registry.infrastructure.database import db
from registry.infrastructure.totp import Authenticator
from registry.models import AuditEvent, SignIn, User
from registry.services import second_factors, sign_ins
from registry.services.sign_ins import Device
from registry.services.work import Work
from tests.at_once import at_once
from tests.factories import some_passkey
from tests.factories.world import TOTP_SECRET

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.factories import World


def code(site: Site) -> str:
    authenticator = site.app.extensions["registry"].authenticator
    return authenticator.code(TOTP_SECRET)[0]


def check(site: Site, user_id: int, typed: str) -> Factor | None:
    with site.work() as work:
        return second_factors.check(work, work.session.get_one(User, user_id), typed)


def protect(site: Site, user_id: int) -> list[str]:
    """Set up an app as the page does; gives the recovery codes."""
    with site.work(user_id) as work:
        secret = work.adapters.authenticator.keep(TOTP_SECRET, user_id)
        found = second_factors.set_up(work, work.session.get_one(User, user_id), secret, code(site))
    site.clock.moment += timedelta(seconds=30)
    return found


def test_a_code_is_right_for_a_moment_and_only_once(site: Site, world: World) -> None:
    now = code(site)
    assert check(site, world.county_reviewer, "000000" if now != "000000" else "111111") is None
    assert check(site, world.county_reviewer, f"{now[:3]} {now[3:]}") is Factor.TOTP
    assert check(site, world.county_reviewer, now) is None
    site.clock.moment += timedelta(seconds=30)
    later = code(site)
    assert check(site, world.county_reviewer, later) is Factor.TOTP
    assert check(site, world.county_reviewer, now) is None  # Still within the tolerance, and older than the last.
    site.clock.moment += timedelta(seconds=90)
    assert check(site, world.county_reviewer, later) is None


def test_of_many_who_come_with_one_code_one_comes_in(site: Site, world: World) -> None:
    typed = code(site)

    def one() -> Factor | None:
        with site.app.app_context(), db.sessionmaker() as session:
            work = Work(session, site.app.extensions["registry"])
            found = second_factors.check(work, session.get_one(User, world.county_reviewer), typed)
            session.commit()
            return found

    results = at_once([one] * 4)
    assert sorted(map(str, results)) == ["None", "None", "None", "totp"]


def test_odd_codes_are_no_codes(site: Site, world: World) -> None:
    for typed in ("", " ", "12345", "1234567", "abcdef", "１２３４５６", "٠١٢٣٤٥", "0" * 400, "-1", "1e5", "K7QX-2M9T"):
        assert check(site, world.county_reviewer, typed) is None, typed
        assert check(site, world.owner, typed) is None, typed


def test_nothing_is_asked_for_before_the_app_has_shown_a_right_code(site: Site, world: World) -> None:
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        secret = work.adapters.authenticator.new_secret(world.owner)
        with pytest.raises(InvalidFields):
            second_factors.set_up(work, user, secret, "000000")
        assert second_factors.methods_of(user) == frozenset()
    codes = protect(site, world.owner)
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        assert second_factors.methods_of(user) == {Factor.TOTP, Factor.RECOVERY}
        assert TOTP_SECRET not in (user.tf_totp_secret or "")
        assert not any(each.replace("-", "") in str(user.mf_recovery_codes) for each in codes)


def test_the_code_that_set_it_up_cannot_sign_in(site: Site, world: World) -> None:
    shown = code(site)
    protect(site, world.owner)
    assert check(site, world.owner, shown) is None


def test_each_recovery_code_works_once_however_it_is_typed(site: Site, world: World) -> None:
    codes = protect(site, world.owner)
    assert len(set(codes)) == RECOVERY_CODES
    assert check(site, world.owner, codes[0]) is Factor.RECOVERY
    assert check(site, world.owner, codes[0]) is None
    assert check(site, world.owner, codes[1].lower().replace("-", " ")) is Factor.RECOVERY
    assert check(site, world.other_owner, codes[2]) is None
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        assert len(user.mf_recovery_codes or ()) == RECOVERY_CODES - 2
        second_factors.new_recovery_codes(work, user)
    assert check(site, world.owner, codes[3]) is None


def test_of_many_who_come_with_one_recovery_code_one_comes_in(site: Site, world: World) -> None:
    typed = protect(site, world.owner)[0]

    def one() -> Factor | None:
        with site.app.app_context(), db.sessionmaker() as session:
            work = Work(session, site.app.extensions["registry"])
            found = second_factors.check(work, session.get_one(User, world.owner), typed)
            session.commit()
            return found

    results = at_once([one] * 4)
    assert sorted(map(str, results)) == ["None", "None", "None", "recovery"]


def test_without_any_other_factor_recovery_codes_go_with_the_app(site: Site, world: World) -> None:
    codes = protect(site, world.owner)
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        second_factors.remove(work, user)
        assert second_factors.methods_of(user) == frozenset()
    assert check(site, world.owner, codes[0]) is None


def test_recovery_codes_stay_while_there_is_a_passkey(site: Site, world: World) -> None:
    codes = protect(site, world.owner)
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        some_passkey(work, user)
        second_factors.remove(work, user)
        assert second_factors.methods_of(user) == {Factor.PASSKEY, Factor.RECOVERY}
        with pytest.raises(NotFound):
            second_factors.remove(work, user)
    assert check(site, world.owner, codes[0]) is Factor.RECOVERY


def test_somebody_who_has_lost_everything_begins_anew(site: Site, world: World) -> None:
    with site.work() as work:
        user = work.session.get_one(User, world.county_reviewer)
        device = Device("203.0.113.7", "", "k" * 64)
        number = sign_ins.begin(work, user, factors=[Factor.PASSWORD, Factor.TOTP], device=device).id
    with site.work(world.city_reviewer) as work:
        second_factors.reset(work, work.session.get_one(User, world.county_reviewer))
    with site.work() as work:
        assert second_factors.methods_of(work.session.get_one(User, world.county_reviewer)) == frozenset()
        assert work.session.get_one(SignIn, number).end_reason == EndReason.FACTORS
        event = work.session.query(AuditEvent).filter_by(tag="account:factor:remove").one()
        assert (event.actor_id, event.person_id) == (world.city_reviewer, world.county_reviewer)
        assert event.payload == {"factor": "all"}


def test_secrets_outlive_a_change_of_keys(site: Site, world: World) -> None:
    clock = FixedClock(site.clock.now())
    before = Authenticator(["old-key"], "三同:平台", clock)
    both = Authenticator(["new-key", "old-key", "test-key-2"], "三同", clock)
    after = Authenticator(["new-key"], "三同", clock)
    me = world.county_reviewer
    stored = before.keep(TOTP_SECRET, me)
    shown = before.code(TOTP_SECRET)[0]
    assert both.match(shown, stored, me) is not None
    assert after.match(shown, stored, me) is None
    renewed = both.renewed(stored)
    assert renewed is not None
    assert both.renewed(renewed) is None
    assert after.renewed(stored) is None  # Its key is gone; putting it back helps, and nothing else.
    assert after.match(shown, renewed, me) is not None
    assert len(stored) < 255
    assert before.describe(stored, me, "a:b@test.example").address.count("%3A") == 0

    with site.work() as work:
        work.session.get_one(User, world.county_reviewer).tf_totp_secret = stored
        work.session.flush()
        assert second_factors.renew_keys(work.session, both) >= 1
        assert second_factors.renew_keys(work.session, both) == 0
        work.session.get_one(User, world.city_reviewer).tf_totp_secret = Authenticator(["gone"], "x", clock).keep(
            TOTP_SECRET, world.city_reviewer
        )
        work.session.flush()
        assert second_factors.renew_keys(work.session, both) == 0
        kept = work.session.get_one(User, world.county_reviewer).tf_totp_secret
        assert after.match(shown, kept or "", me) is not None


def test_a_secret_that_somebody_has_changed_lets_nobody_in(site: Site) -> None:
    """Whoever can write to the database cannot put another secret there, nor that of another account."""
    clock = FixedClock(site.clock.now())
    ours, theirs = Authenticator(["our-key"], "三同", clock), Authenticator(["their-key"], "三同", clock)
    stored, forged = ours.keep(TOTP_SECRET, 7), theirs.keep(TOTP_SECRET, 7)
    code, _left = ours.code(TOTP_SECRET)
    assert ours.match(code, stored, 7) is not None
    assert ours.match(code, stored, 8) is None
    flipped = stored[:-5] + ("A" if stored[-5] != "A" else "B") + stored[-4:]
    for wrong in (forged, f"{ours.newest_tag}:{forged.partition(':')[2]}", flipped, "", "no secret"):
        assert ours.match(code, wrong, 7) is None
