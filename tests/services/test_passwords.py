"""Changing a password and resetting a forgotten one: what ends, what is written, and that a link works once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from registry.domain.errors import InvalidFields, NotFound
from registry.domain.sign_in import FREE_FAILURES, Factor
from registry.infrastructure.database import db
from registry.models import AuditEvent, Job, SignIn, SignInFailure, User
from registry.services import attempts, passwords, sign_ins
from registry.services.sign_ins import Device
from registry.services.work import Work
from registry.services.worker import HANDLERS, Worker
from tests.at_once import at_once

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.factories import World

NEW = "nine blue kettles in a row"


def fake_hash(password: str) -> str:
    return f"hash of {password}"


def ask(site: Site, email: str) -> None:
    with site.work() as work:
        passwords.ask_for_link(work, email)


def run_worker(site: Site) -> list[dict]:
    """Do what is due except sending; gives the letters that wait, the newest last."""
    with site.app.app_context():
        kinds = {passwords.RESET_JOB: HANDLERS[passwords.RESET_JOB]}
        due = db.session.scalars(select(Job).where(Job.kind == "mail", Job.status == "due"))
        for job in due:
            job.status = "done"
        db.session.commit()
        handlers = {**kinds, "mail": lambda _work, _payload: None}
        Worker(db.sessionmaker, site.app.extensions["registry"], handlers).run_due()
        letters = db.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))
        return [job.payload for job in letters]


def token_of(letters: list[dict]) -> str:
    letter = [each for each in letters if each["template"] == "reset_password"][-1]
    return letter["data"]["link"].rpartition("/")[2]


def reset(site: Site, token: str, password: str = NEW) -> None:
    with site.work() as work:
        passwords.reset(work, token, password=password, again=password, hash_password=fake_hash)


def test_a_changed_password_ends_all_other_sessions(site: Site, world: World) -> None:
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        here, there = (
            sign_ins.begin(work, user, factors=[Factor.PASSWORD], device=Device("", "", key * 64)).id for key in "ab"
        )
        before = user.fs_uniquifier
    with site.work(world.owner) as work:
        user = work.session.get_one(User, world.owner)
        with pytest.raises(InvalidFields):
            passwords.change(work, user, password="password1234", again="x", hash_password=fake_hash, but=here)
        passwords.change(work, user, password=NEW, again=NEW, hash_password=fake_hash, but=here)
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        assert user.password == f"hash of {NEW}"
        assert user.fs_uniquifier != before
        assert work.session.get_one(SignIn, here).ended_at is None
        assert work.session.get_one(SignIn, there).end_reason == "password"
        event = work.session.query(AuditEvent).filter_by(tag="account:password:change").one()
        assert event.payload == {"how": "changed"}
    assert [letter["data"]["what"] for letter in run_worker(site) if "what" in letter["data"]] == ["password_changed"]


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
    assert len(run_worker(site)) == 2


def test_a_barred_account_gets_no_link(site: Site, world: World) -> None:
    ask(site, world.emails[world.owner])
    token = token_of(run_worker(site))
    with site.work() as work:
        work.session.get_one(User, world.owner).active = False
    with pytest.raises(NotFound):
        reset(site, token)
    site.clock.moment += timedelta(minutes=5)
    ask(site, world.emails[world.owner])
    assert len(run_worker(site)) == 1


def test_a_link_works_once_and_ends_everything(site: Site, world: World) -> None:
    with site.work() as work:
        user = work.session.get_one(User, world.owner)
        number = sign_ins.begin(work, user, factors=[Factor.PASSWORD], device=Device("", "", "a" * 64)).id
        for _ in range(FREE_FAILURES + 1):
            attempts.begin(work, attempts.of_name(work, user.email))
    ask(site, world.emails[world.owner])
    token = token_of(run_worker(site))
    with pytest.raises(InvalidFields):
        reset(site, token, "password1234")
    reset(site, token)
    for again in (token, token):
        with pytest.raises(NotFound):
            reset(site, again)
    with site.work() as work:
        assert work.session.get_one(User, world.owner).password == f"hash of {NEW}"
        assert work.session.get_one(SignIn, number).end_reason == "password"
        assert work.session.query(SignInFailure).count() == 0
    assert run_worker(site)[-1]["data"]["what"] == "password_reset"


def test_of_two_with_one_link_one_sets_the_password(site: Site, world: World) -> None:
    ask(site, world.emails[world.owner])
    token = token_of(run_worker(site))

    def one() -> str:
        with site.app.app_context(), db.sessionmaker() as session:
            work = Work(session, site.app.extensions["registry"])
            passwords.reset(work, token, password=NEW, again=NEW, hash_password=fake_hash)
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
        passwords.change(work, user, password=NEW, again=NEW, hash_password=fake_hash, but=None)
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
