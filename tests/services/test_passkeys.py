"""Passkeys: only a true signature of now, made for this site, by the owner's own finger, and never twice."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.errors import Duplicate, InvalidFields, NotFound
from registry.domain.sign_in import Refused
from registry.infrastructure.database import db
from registry.models import Passkey, User
from registry.services import passkeys, second_factors
from registry.services.passkeys import MOST_PASSKEYS, Challenge
from registry.services.work import Work
from tests.at_once import at_once
from tests.authenticator import SoftPasskey
from tests.factories import some_passkey

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.factories import World

SITE = "https://santong.example.gov.cn"


def given(site: Site, user_id: int, **options: Any) -> SoftPasskey:
    soft = SoftPasskey(SITE, **options)
    with site.work(user_id) as work:
        some_passkey(work, work.session.get_one(User, user_id), soft)
    site.clock.moment += timedelta(seconds=5)
    return soft


def asked(work: Work, text: str = "challenge") -> tuple[dict[str, Any], Challenge]:
    return passkeys.ask_for_signature(work, text), Challenge(text, work.now)


def use(site: Site, soft: SoftPasskey, user: int | None = None) -> int:
    with site.work() as work:
        options, challenge = asked(work)
        person = work.session.get_one(User, user) if user else None
        return passkeys.use(work, soft.get(options), challenge, person).id


def refused(site: Site, soft: SoftPasskey, user: int | None = None) -> bool:
    with pytest.raises(Refused):
        use(site, soft, user)
    return True


def test_a_passkey_signs_its_owner_in(site: Site, world: World) -> None:
    soft = given(site, world.owner)
    assert use(site, soft) == world.owner
    site.clock.moment += timedelta(seconds=1)
    assert use(site, soft, world.owner) == world.owner
    assert refused(site, soft, world.other_owner)
    with site.work() as work:
        kept = work.session.query(Passkey).one()
        assert (kept.sign_count, kept.lastuse_datetime) == (2, work.now)
        work.session.get_one(User, world.owner).active = False
    assert refused(site, soft)


def test_an_answer_is_good_once(site: Site, world: World) -> None:
    """Also where the passkey does not count its uses, as those that are kept in a cloud do not."""
    soft = given(site, world.owner, counts=False)
    with site.work() as work:
        options, challenge = asked(work)
        answer = soft.get(options)
        site.clock.moment += timedelta(seconds=1)
        assert passkeys.use(work, answer, challenge).id == world.owner
    with site.work() as work, pytest.raises(Refused):
        passkeys.use(work, answer, challenge)


def test_of_several_who_come_with_one_answer_one_comes_in(site: Site, world: World) -> None:
    soft = given(site, world.owner, counts=False)
    with site.work() as work:
        options, challenge = asked(work)
        answer = soft.get(options)
    site.clock.moment += timedelta(seconds=1)

    def one() -> int:
        with site.app.app_context(), db.sessionmaker() as session:
            found = passkeys.use(Work(session, site.app.extensions["registry"]), answer, challenge).id
            session.commit()
            return found

    results = at_once([one] * 4)
    assert [each for each in results if isinstance(each, int)] == [world.owner]
    assert all(isinstance(each, int | Refused) for each in results), results


def test_what_is_not_true_is_refused(site: Site, world: World) -> None:
    soft = given(site, world.owner)
    soft.origin = "https://santong.example.com"
    assert refused(site, soft)  # A page that looks like ours, elsewhere.
    soft.origin = SITE
    soft.verifies = False
    assert refused(site, soft)  # Somebody has found the key, and nobody's finger was asked for.
    soft.verifies = True
    stranger = SoftPasskey(SITE, id=soft.id, handle=soft.handle)
    assert refused(site, stranger)  # The right name with another key.
    assert refused(site, SoftPasskey(SITE))
    with site.work() as work:
        options, challenge = asked(work)
        other, _ = asked(work, "another-challenge")
        with pytest.raises(Refused):
            passkeys.use(work, soft.get(other), challenge)
        options["rpId"] = "evil.example"
        with pytest.raises(Refused):
            passkeys.use(work, soft.get(options), challenge)
    handle, soft.handle = soft.handle, b"another-handle"
    assert refused(site, soft)
    soft.handle = handle
    assert use(site, soft) == world.owner


def test_a_copied_passkey_is_noticed(site: Site, world: World) -> None:
    soft = given(site, world.owner)
    copy = SoftPasskey(SITE, id=soft.id, handle=soft.handle, key=soft.key, counter=soft.counter)
    assert use(site, soft) == world.owner
    site.clock.moment += timedelta(seconds=1)
    assert use(site, soft) == world.owner
    assert refused(site, copy)


@pytest.mark.parametrize(
    "answer", ["", "x", "{}", "[]", "null", '{"id": 1}', '{"rawId": "é"}', '{"id":"a","rawId":"a","response":{}}']
)
def test_nonsense_is_refused(site: Site, world: World, answer: str) -> None:
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        assert passkeys.owner_of(work, answer) is None
        with pytest.raises(Refused):
            passkeys.use(work, answer, Challenge("x", work.now))
        with pytest.raises(InvalidFields):
            passkeys.add(work, user, name="x", answer=answer, challenge="x")


def test_names_of_passkeys(site: Site, world: World) -> None:
    given(site, world.owner)
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        for name in ("", " ", "测试密钥", "长" * 61, "\u202e"):
            with pytest.raises(InvalidFields) as caught:
                some_passkey(work, user, name=name)
            assert "name" in caught.value.fields
        some_passkey(work, user, name="𠮷的手机")


def test_there_is_an_end_to_how_many(site: Site, world: World) -> None:
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        for number in range(MOST_PASSKEYS):
            some_passkey(work, user, name=f"密钥 {number}")
        with pytest.raises(InvalidFields):
            some_passkey(work, user, name="再一个")


def test_one_passkey_belongs_to_one_account(site: Site, world: World) -> None:
    soft = given(site, world.owner)
    with site.work(world.other_owner) as work, pytest.raises(Duplicate):
        some_passkey(work, work.session.get_one(User, world.other_owner), soft)


def test_removing_ones_own_and_no_others(site: Site, world: World) -> None:
    soft = given(site, world.owner)
    with site.work(world.owner) as work:
        second_factors.new_recovery_codes(work, work.session.get_one(User, world.owner))
        number = work.session.query(Passkey.id).scalar()
    with site.work(world.other_owner) as work, pytest.raises(NotFound):
        passkeys.remove(work, work.session.get_one(User, world.other_owner), number)
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        passkeys.remove(work, user, number)
        assert second_factors.methods_of(user) == frozenset()
        assert user.mf_recovery_codes is None
    assert refused(site, soft)


def test_what_the_browser_is_asked_names_nobody(site: Site, world: World) -> None:
    """Before somebody has signed in, the page must not tell whose passkeys there are."""
    given(site, world.owner)
    with site.work() as work:
        options = passkeys.ask_for_signature(work, "x")
        assert not options.get("allowCredentials")
        assert options["userVerification"] == "required"
        assert options["rpId"] == "santong.example.gov.cn"
        user = work.session.get_one(User, world.owner)
        new = passkeys.ask_for_new(work, user, "x")
        assert user.email not in json.dumps(new["user"]["id"])
        assert len(new["excludeCredentials"]) == 1
