"""Sign-ins: how long they last, who may end them, and whom a letter is written to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.domain.errors import NotAllowed, NotFound
from registry.domain.roles import Role
from registry.domain.sign_in import ADMIN_SESSION, FIRM_SESSION, STAFF_SESSION, EndReason, Factor
from registry.infrastructure.database import db
from registry.models import AuditEvent, Job, SignIn, User
from registry.services import maintenance, people, sign_ins
from registry.services.sign_ins import Device
from tests.factories import some_passkey
from tests.statements import counted

if TYPE_CHECKING:
    from datetime import datetime

    from registry.services.work import Work
    from tests.conftest import Site
    from tests.factories import World

HOME = Device(origin="203.0.113.7", words="Chrome · Windows", key="h" * 64)
CAFE = Device(origin="198.51.100.9", words="Safari · iPhone", key="c" * 64)


def enter(work: Work, user_id: int, *factors: Factor, device: Device = HOME) -> SignIn:
    user = work.session.get_one(User, user_id)
    return sign_ins.begin(work, user, factors=factors or (Factor.PASSWORD,), device=device)


def lasts(work: Work, sign_in: SignIn, at: datetime | None = None) -> bool:
    uniquifier = work.session.get_one(User, sign_in.user_id).fs_uniquifier
    return sign_ins.find(work.session, uniquifier, sign_in.id, at or work.now) is not None


def letters(work: Work, template: str) -> list[dict]:
    jobs = work.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))
    return [job.payload for job in jobs if job.payload["template"] == template]


def test_a_sign_in_lasts_as_long_as_the_roles_allow(site: Site, world: World) -> None:
    with site.work() as work:
        admin = people.add_user(work, email="admin@test.example", name="测试管理员", password_hash="x")
        people.appoint(work, admin, None, Role.SECURITY_ADMIN)
        lengths = {world.owner: FIRM_SESSION, world.county_reviewer: STAFF_SESSION, admin.id: ADMIN_SESSION}
        for user_id, length in lengths.items():
            sign_in = enter(work, user_id, Factor.PASSWORD, Factor.TOTP)
            assert sign_in.expires_at == work.now + length.longest
            assert lasts(work, sign_in, sign_in.expires_at - timedelta(seconds=1))
            assert not lasts(work, sign_in, sign_in.expires_at)
    assert ADMIN_SESSION.longest < STAFF_SESSION.longest
    assert ADMIN_SESSION.idle < STAFF_SESSION.idle < FIRM_SESSION.idle


def test_whose_session_it_is_costs_one_statement(site: Site, world: World) -> None:
    with site.work() as work:
        number = enter(work, world.owner).id
        uniquifier = work.session.get_one(User, world.owner).fs_uniquifier
    with site.app.app_context(), counted(dict(db.engines)) as statements:
        found = sign_ins.find(db.session, uniquifier, number, site.clock.now())
        assert found is not None
        assert (found[0].id, found[1].id) == (world.owner, number)
        assert len(statements) == 1


def test_a_session_is_its_owners_only(site: Site, world: World) -> None:
    with site.work() as work:
        sign_in = enter(work, world.owner)
        other = work.session.get_one(User, world.other_owner).fs_uniquifier
        assert sign_ins.find(work.session, other, sign_in.id, work.now) is None
        work.session.get_one(User, world.owner).active = False
        work.session.flush()
        assert not lasts(work, sign_in)


def test_one_ends_ones_own_sessions_and_no_others(site: Site, world: World) -> None:
    with site.work() as work:
        mine, also_mine = enter(work, world.owner).id, enter(work, world.owner, device=CAFE).id
        foreign = enter(work, world.other_owner).id
    with site.work(world.owner) as work:
        assert {each.id for each in sign_ins.own(work)} == {mine, also_mine}
        for number in (foreign, 10_000):
            with pytest.raises(NotFound):
                sign_ins.end(work, number, EndReason.ENDED)
        sign_ins.end(work, mine, EndReason.ENDED)
        with pytest.raises(NotFound):
            sign_ins.end(work, mine, EndReason.ENDED)
        assert [each.id for each in sign_ins.own(work)] == [also_mine]
    with site.work() as work:
        assert not lasts(work, work.session.get_one(SignIn, mine))
        assert lasts(work, work.session.get_one(SignIn, foreign))


def test_all_are_ended_but_this_one(site: Site, world: World) -> None:
    with site.work() as work:
        here, *others = (enter(work, world.owner, device=replace(HOME, key=str(n) * 64)) for n in range(4))
        foreign = enter(work, world.other_owner)
        assert sign_ins.end_all(work, world.owner, EndReason.PASSWORD, but=here.id) == 3
        assert lasts(work, here)
        assert lasts(work, foreign)
        assert not any(lasts(work, each) for each in others)
        assert {each.end_reason for each in others} == {"password"}
        assert sign_ins.end_all(work, world.owner, EndReason.PASSWORD, but=here.id) == 0
    with site.work() as work:
        events = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "account:session:end")).all()
        assert [(event.person_id, event.payload) for event in events] == [
            (world.owner, {"reason": "password", "count": 3})
        ]


def test_a_renewed_session_leaves_the_old_cookie_dead(site: Site, world: World) -> None:
    with site.work() as work:
        old = enter(work, world.county_reviewer)
        assert not old.strong
        number, began = old.id, old.at
    site.clock.moment += timedelta(minutes=20)
    with site.work(world.county_reviewer) as work:
        old = work.session.get_one(SignIn, number)
        new = sign_ins.renew(work, old, factors=[Factor.TOTP])
        assert new.strong
        assert (new.factors, new.at, new.expires_at) == ("password+totp", began, old.expires_at)
        assert new.confirmed_at == work.now
        assert lasts(work, new)
        assert not lasts(work, old)


def test_a_new_device_is_told_of_but_not_the_first_one(site: Site, world: World) -> None:
    with site.work() as work:
        enter(work, world.owner)
        enter(work, world.owner)
        assert not letters(work, "new_device")
        enter(work, world.other_owner, device=CAFE)
        assert not letters(work, "new_device")
        enter(work, world.owner, device=CAFE)
        enter(work, world.owner, device=CAFE)
        (letter,) = letters(work, "new_device")
        assert letter["to"] == world.emails[world.owner]
        assert letter["data"]["device"] == "Safari · iPhone"
        assert letter["data"]["address"] == "198.51.100.*"
        assert letter["data"]["link"].endswith("/account/sessions")
        subject, body = work.adapters.letters.write("new_device", letter["data"])
        assert "新设备" in subject
        assert "14:03" in body


def test_signing_in_is_recorded_without_personal_data(site: Site, world: World) -> None:
    with site.work() as work:
        number = enter(work, world.county_reviewer, Factor.PASSWORD, Factor.TOTP).id
    with site.work() as work:
        event = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert (event.tag, event.person_id, event.object_id) == (
            "account:session:begin",
            world.county_reviewer,
            number,
        )
        assert event.payload == {"factors": "password+totp", "strong": True}


@pytest.mark.parametrize(
    ("name", "shown", "is_proof"),
    [
        ("owner", [Factor.PASSWORD], True),
        ("owner", [], False),
        ("county_reviewer", [], False),
        ("county_reviewer", [Factor.PASSWORD], False),
        ("county_reviewer", [Factor.MAIL, Factor.OIDC], False),
        ("county_reviewer", [Factor.RECOVERY], True),
        ("county_reviewer", [Factor.PASSKEY], True),
    ],
)
def test_a_proof_grows_no_younger_by_what_proves_nothing(
    site: Site, world: World, name: str, shown: list[Factor], *, is_proof: bool
) -> None:
    with site.work() as work:
        old = enter(work, getattr(world, name), Factor.PASSWORD, Factor.TOTP)
        before = old.confirmed_at
        site.clock.moment += timedelta(minutes=20)
        assert sign_ins.renew(work, old, factors=shown).confirmed_at == (work.now if is_proof else before)


def test_a_proof_of_unknown_age_is_an_old_one(site: Site, world: World) -> None:
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        sign_in = sign_ins.begin(work, user, factors=[Factor.OIDC], device=HOME, is_fresh=False)
        assert work.now - sign_in.confirmed_at > timedelta(hours=2)
        assert lasts(work, sign_in)


def test_a_session_that_shows_less_than_the_account_asks_for_is_none(site: Site, world: World) -> None:
    with site.work() as work:
        weak = enter(work, world.owner)
        strong = enter(work, world.owner, Factor.PASSWORD, Factor.TOTP)
        assert lasts(work, weak)
        user = work.session.get_one(User, world.owner)
        some_passkey(work, user, but=strong.id)
        assert weak.end_reason == EndReason.FACTORS
        late = enter(work, world.owner)
        assert [lasts(work, each) for each in (weak, strong, late)] == [False, True, False]
        sign_ins.stay(work, user, strong)
        for each in (weak, late):
            with pytest.raises(NotAllowed, match="第二重验证已更改"):
                sign_ins.stay(work, user, each)


def test_a_device_is_known_where_somebody_has_come_in_by_it(site: Site, world: World) -> None:
    email = world.emails[world.owner]
    with site.work() as work:
        enter(work, world.owner)
        enter(work, world.other_owner, device=CAFE)
        assert sign_ins.knows_device(work, f" {email.upper()}", HOME.key)
        assert not sign_ins.knows_device(work, email, CAFE.key)
        assert not sign_ins.knows_device(work, "nobody-at-all@test.example", HOME.key)


def test_of_an_old_account_a_letter_tells_though_its_devices_are_forgotten(site: Site, world: World) -> None:
    with site.work() as work:
        enter(work, world.owner)
        assert not letters(work, "new_device")
    site.clock.moment += timedelta(days=190)
    with site.work() as work:
        maintenance.tidy(work)
        assert not sign_ins.device_keys(work, world.owner)
        enter(work, world.owner, device=CAFE)
        assert len(letters(work, "new_device")) == 1
