"""Changing a password and resetting a forgotten one: what ends, what is written, and that a link works once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.domain.errors import InvalidFields, NotAllowed, NotFound
from registry.domain.sign_in import FREE_FAILURES, Factor
from registry.infrastructure.database import db
from registry.models import AuditEvent, Job, SignIn, SignInFailure, User
from registry.services import attempts, passwords, sign_ins
from registry.services.sign_ins import Device
from registry.services.work import Work
from tests.at_once import at_once
from tests.factories.firms import delivered, link_in

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.factories import World

NEW = "nine blue kettles in a row"


HASH = "hash of nine blue kettles"


def ask(site: Site, email: str) -> None:
    with site.work() as work:
        passwords.ask_for_link(work, email)


def run_worker(site: Site) -> list[dict]:
    """Do what is due; gives the letters with a link that went out, oldest first."""
    return [
        {"to": to, "token": link_in(body).rpartition("/")[2]} for to, _, body in delivered(site) if "/reset/" in body
    ]


def told(site: Site) -> list[str]:
    """What the letters in the outbox tell of."""
    with site.work() as work:
        jobs = work.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))
        return [job.payload["data"]["what"] for job in jobs if "what" in job.payload["data"]]


def token_of(letters: list[dict]) -> str:
    return str(letters[-1]["token"])


def reset(site: Site, token: str) -> None:
    with site.work() as work:
        passwords.reset(work, token, HASH)


def test_a_changed_password_ends_all_other_sessions(site: Site, world: World) -> None:
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        here, there = (
            sign_ins.begin(work, user, factors=[Factor.PASSWORD], device=Device("", "", key * 64)).id for key in "ab"
        )
        before = user.fs_uniquifier
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        passwords.change(work, user, HASH, work.session.get_one(SignIn, here))
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        assert user.password == HASH
        assert user.fs_uniquifier != before
        assert work.session.get_one(SignIn, here).ended_at is None
        assert work.session.get_one(SignIn, there).end_reason == "password"
        event = work.session.query(AuditEvent).filter_by(tag="account:password:change").one()
        assert event.payload == {"how": "changed"}
    assert told(site) == ["password_changed"]
    with site.work(world.owner) as work, pytest.raises(NotAllowed):
        passwords.change(work, work.session.get_one(User, world.owner), "x", work.session.get_one(SignIn, there))


def test_asking_does_the_same_for_every_address(site: Site, world: World) -> None:
    """Only the worker finds out whether there is such an account."""
    for email in (world.emails[world.owner], "nobody-at-all@test.example"):
        ask(site, email)
    with site.work() as work:
        jobs = work.session.query(Job).order_by(Job.id).all()
        assert [(job.kind, job.status) for job in jobs] == [(passwords.RESET_JOB, "due")] * 2
    letters = run_worker(site)
    assert [letter["to"] for letter in letters] == [world.emails[world.owner]]
    with site.work() as work, pytest.raises(InvalidFields):
        passwords.ask_for_link(work, "not an address")


def test_pressing_again_sends_no_second_letter(site: Site, world: World) -> None:
    for _ in range(5):
        ask(site, world.emails[world.owner].upper())
    assert len(run_worker(site)) == 1
    site.clock.moment += timedelta(minutes=5)
    ask(site, world.emails[world.owner])
    assert len(run_worker(site)) == 1


def test_a_barred_account_gets_no_link(site: Site, world: World) -> None:
    ask(site, world.emails[world.owner])
    token = token_of(run_worker(site))
    with site.work() as work:
        work.session.get_one(User, world.owner).active = False
    with pytest.raises(NotFound):
        reset(site, token)
    site.clock.moment += timedelta(minutes=5)
    ask(site, world.emails[world.owner])
    assert run_worker(site) == []


def test_a_link_works_once_and_ends_everything(site: Site, world: World) -> None:
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        number = sign_ins.begin(work, user, factors=[Factor.PASSWORD], device=Device("", "", "a" * 64)).id
        for _ in range(FREE_FAILURES + 1):
            attempts.begin(work, attempts.of_name(work, user.email))
            attempts.begin(work, attempts.of_name(work, user.email, "a" * 64))
    ask(site, world.emails[world.owner])
    token = token_of(run_worker(site))
    reset(site, token)
    for again in (token, token):
        with pytest.raises(NotFound):
            reset(site, again)
    with site.work() as work:
        assert work.session.get_one(User, world.owner).password == HASH
        assert work.session.get_one(SignIn, number).end_reason == "password"
        assert work.session.query(SignInFailure).count() == 0
    assert told(site) == ["password_reset"]


def test_of_two_with_one_link_one_sets_the_password(site: Site, world: World) -> None:
    ask(site, world.emails[world.owner])
    token = token_of(run_worker(site))

    def one() -> str:
        with site.app.app_context(), db.sessionmaker() as session:
            work = Work(session, site.app.extensions["registry"])
            passwords.reset(work, token, HASH)
            session.commit()
            return "set"

    results = at_once([one] * 3)
    assert [each for each in results if each == "set"] == ["set"]
    assert sum(isinstance(each, NotFound) for each in results) == 2


def test_a_link_lasts_an_hour_and_cannot_be_made_up(site: Site, world: World) -> None:
    ask(site, world.emails[world.owner])
    token = token_of(run_worker(site))
    for wrong in ("", "x", token[:-2], token[1:], token + "x"):
        with site.work() as work, pytest.raises(NotFound):
            passwords.find_by_link(work, wrong)
    site.clock.moment += timedelta(hours=1)
    with site.work() as work:
        assert passwords.find_by_link(work, token).id == world.owner
    site.clock.moment += timedelta(seconds=1)
    with site.work() as work, pytest.raises(NotFound):
        passwords.find_by_link(work, token)


def test_a_newer_password_makes_older_links_useless(site: Site, world: World) -> None:
    ask(site, world.emails[world.owner])
    token = token_of(run_worker(site))
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        here = sign_ins.begin(work, user, factors=[Factor.PASSWORD], device=Device("", "", "a" * 64))
        passwords.change(work, user, HASH, here)
    with pytest.raises(NotFound):
        reset(site, token)


def test_the_letters_can_be_read(site: Site, world: World) -> None:
    letters = site.app.extensions["registry"].letters
    data = {"name": "测试", "moment": "2026-03-18 14:03", "link": "https://x.example/a"}
    assert "60 分钟" in letters.write("reset_password", data | {"minutes": 60})[1]
    for what in ("password_changed", "recovery_used", "factors_reset"):
        subject, body = letters.write("security_changed", data | {"what": what, "left": 3, "address": "203.0.113.*"})
        assert subject in body
        assert "如果不是您本人" in body


def test_a_new_password_must_be_a_good_one(site: Site) -> None:
    with site.work() as work:
        passwords.require_good(work, NEW, NEW, "a@test.example")
        with pytest.raises(InvalidFields) as refused:
            passwords.require_good(work, "password1234", "x", "a@test.example")
        assert set(refused.value.fields) == {"password"}


def test_the_job_of_a_letter_holds_no_link_and_a_failure_sends_a_new_one(site: Site, world: World) -> None:
    ask(site, world.emails[world.owner])
    with site.work() as work:
        (job,) = work.session.scalars(select(Job))
        assert job.payload == {"email": world.emails[world.owner]}
    sent = run_worker(site)
    with site.work() as work:
        (job,) = work.session.scalars(select(Job))
        assert (job.kind, job.status, job.payload) == (
            passwords.RESET_JOB,
            "done",
            {"email": world.emails[world.owner]},
        )
        assert passwords.find_by_link(work, token_of(sent)).id == world.owner
