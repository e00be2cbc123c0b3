"""Making an account: nobody but the reader of an address's letters learns whether it has one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from registry.domain import privacy
from registry.domain.errors import Duplicate, InvalidFields, NotFound
from registry.models import AuditEvent, Consent, Job, User
from registry.services import links, registrations
from tests.at_once import at_once
from tests.factories.firms import delivered, link_in

if TYPE_CHECKING:
    from registry.services.work import Work
    from tests.conftest import Site

ADDRESS = "new@test.example"
PERSON = {"person_name": " 新 用户 ", "privacy": "yes", "notice": privacy.current().version}
PASSWORD = "long-enough-password"


def ask(site: Site, email: str) -> None:
    with site.work() as work:
        registrations.ask(work, {"email": email})


def register(work: Work, email: str = ADDRESS, password: str = PASSWORD, again: str = PASSWORD, **changes: Any) -> User:
    person = registrations.newcomer(work, email, PERSON | changes, password=password, password_again=again)
    return registrations.register(work, person, f"hash of {password}")


def test_a_new_address_gets_a_link_and_a_known_one_is_told_so(site: Site) -> None:
    known = site.world.emails[site.world.owner]
    ask(site, f" {known.upper()} ")
    ask(site, "New@Test.example")
    letters = {to: (subject, body) for to, subject, body in delivered(site)}
    assert letters.keys() == {known, ADDRESS}
    assert letters[known][0] == "您已有账号"
    assert "/account/login" in letters[known][1]
    assert "/account/reset" in letters[known][1]
    assert "/account/register/" not in letters[known][1]
    assert letters[ADDRESS][0] == "完成账号注册"
    with site.work() as work:
        token = link_in(letters[ADDRESS][1]).rpartition("/")[2]
        assert registrations.address_of(work, token) == ADDRESS
        assert not registrations.has_account(work, ADDRESS)
        assert registrations.has_account(work, known)


def test_the_request_does_the_same_for_every_address_and_its_job_holds_no_secret(site: Site) -> None:
    known = site.world.emails[site.world.owner]
    for address in (known, ADDRESS):
        ask(site, address)
    with site.work() as work:
        jobs = work.session.scalars(select(Job).order_by(Job.id)).all()
        assert [(job.kind, job.payload) for job in jobs] == [
            (registrations.LETTER_JOB, {"email": known}),
            (registrations.LETTER_JOB, {"email": ADDRESS}),
        ]


def test_pressing_again_sends_no_second_letter_before_five_minutes(site: Site) -> None:
    for _ in range(3):
        ask(site, ADDRESS)
    assert len(delivered(site)) == 1
    site.clock.moment += timedelta(minutes=6)
    ask(site, ADDRESS)
    assert len(delivered(site)) == 1


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "甲@", "x" * 300 + "@test.example"])
def test_what_is_no_address(site: Site, typed: str) -> None:
    with site.work() as work:
        with pytest.raises(InvalidFields) as caught:
            registrations.ask(work, {"email": typed})
        assert set(caught.value.fields) == {"email"}


def test_a_link_lasts_a_day_and_serves_one_purpose_only(site: Site) -> None:
    with site.work() as work:
        token = links.sign(work, "register", ADDRESS, lasts=registrations.LINK_LASTS)
        other = links.sign(work, "password", ADDRESS, lasts=registrations.LINK_LASTS)
        assert registrations.address_of(work, token) == ADDRESS
        for wrong in (other, token[:-1], f"{token}x", "", "x", token.replace(".", "")):
            with pytest.raises(NotFound):
                registrations.address_of(work, wrong)
    site.clock.moment += timedelta(hours=24)
    with site.work() as work:
        assert registrations.address_of(work, token) == ADDRESS
    site.clock.moment += timedelta(seconds=1)
    with site.work() as work, pytest.raises(NotFound):
        registrations.address_of(work, token)


def test_a_link_signed_with_an_old_key_works_while_that_key_is_kept(site: Site) -> None:
    with site.work() as work:
        token = links.sign(work, "register", ADDRESS, lasts=registrations.LINK_LASTS)

        def with_keys(*keys: str) -> Work:
            settings = replace(work.settings, secret_keys=keys)
            return replace(work, adapters=replace(work.adapters, settings=settings))

        newest = work.settings.secret_keys[0]
        assert registrations.address_of(with_keys("a newer key", newest), token) == ADDRESS
        for keys in (("a newer key",), work.settings.secret_keys[1:]):
            with pytest.raises(NotFound):
                registrations.address_of(with_keys(*keys), token)


def test_an_account_comes_with_the_consent_to_the_notice_that_was_shown(site: Site) -> None:
    with site.work() as work:
        user = register(work)
        assert (user.email, user.name, user.password) == (ADDRESS, "新 用户", f"hash of {PASSWORD}")
        user_id = user.id
    with site.work() as work:
        (consent,) = work.session.scalars(select(Consent).where(Consent.user_id == user_id))
        assert (consent.notice, consent.given, consent.at) == (privacy.current().version, True, work.now)
        tags = work.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id.desc()).limit(2))
        assert list(tags) == ["account:consent:give", "account:user:register"]


@pytest.mark.parametrize(
    ("changes", "password", "again", "fields"),
    [
        ({"person_name": ""}, PASSWORD, PASSWORD, {"person_name"}),
        ({"privacy": ""}, PASSWORD, PASSWORD, {"privacy"}),
        ({"notice": "1999-1"}, PASSWORD, PASSWORD, {"privacy"}),
        ({"notice": None}, PASSWORD, PASSWORD, {"privacy"}),
        ({}, "short", "short", {"password"}),
        ({}, PASSWORD, "something else", {"password_again"}),
        ({"person_name": "", "privacy": ""}, "short", "", {"person_name", "privacy", "password"}),
    ],
)
def test_all_that_is_wrong_is_named_at_once(
    site: Site, changes: dict[str, Any], password: str, again: str, fields: set[str]
) -> None:
    with site.work() as work:
        with pytest.raises(InvalidFields) as caught:
            register(work, password=password, again=again, **changes)
        assert set(caught.value.fields) == fields
        assert not registrations.has_account(work, ADDRESS)


def test_of_two_who_use_one_link_at_once_one_gets_the_account(site: Site) -> None:
    def call() -> int:
        with site.work() as work:
            return register(work).id

    results = at_once([call] * 6)
    refused = [result for result in results if not isinstance(result, int)]
    assert [(type(result), result.field) for result in refused] == [(Duplicate, "email")] * 5
    with site.work() as work:
        assert work.session.scalar(select(func.count()).where(User.email == ADDRESS)) == 1
        assert work.session.scalar(select(func.count()).select_from(Consent)) == 1
