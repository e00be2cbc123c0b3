"""Letters about filings: who is told what, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from registry.domain.workflow import Action
from registry.models import Enterprise, Job, User
from registry.services import notifications, people
from registry.services.corrections import REMINDER_JOB
from tests.factories import act, filed, worker

if TYPE_CHECKING:
    from tests.conftest import Site


def test_everybody_who_files_for_the_firm_is_told_once(site: Site) -> None:
    world = site.world
    with site.work() as work:
        firm = work.session.get_one(Enterprise, world.enterprise)
        for name, active, ended in (("second", True, False), ("gone", True, True), ("locked", False, False)):
            user = people.add_user(work, email=f"{name}@test.example", name=name, password_hash="x")
            user.active = active
            people.join(work, user, firm, people.Role.FILER)
            if ended:
                user.memberships[0].until = work.now
    filing_id = filed(site)
    remarks = {"place": "请写明", "batch": "请写明"}
    act(site, world.county_reviewer, filing_id, Action.RETURN, reason="第一行\n第二行", remarks=remarks)
    sent: list[tuple[str, str, str]] = []

    class Post:
        def send(self, *, to: str, subject: str, body: str) -> None:
            sent.append((to, subject, body))

    site.app.extensions["registry"].mailer, kept = Post(), site.app.extensions["registry"].mailer
    try:
        with site.app.app_context():
            assert worker(site).run_due() == 6
    finally:
        site.app.extensions["registry"].mailer = kept
    owner = world.emails[world.owner]
    told = {"filer@test.example", "second@test.example", owner}
    assert {to for to, _subject, _body in sent} == told
    (letter,) = [each for each in sent if each[0] == owner and "补正" in each[1]]
    assert letter[1] == "请补正申报内容（SM-2026-000001）"
    assert "第一行\n第二行" in letter[2]
    assert "另有 2 处逐项意见" in letter[2]
    assert f"https://santong.example.gov.cn/enterprise/filings/{filing_id}" in letter[2]
    with site.work() as work:
        left = work.session.scalars(select(Job.kind).where(Job.status != "done"))
        assert set(left) == {REMINDER_JOB}  # For the days before the last one.


def test_every_action_has_a_letter(site: Site) -> None:
    letters = site.app.extensions["registry"].letters
    facts = {"name": "甲", "enterprise": "乙", "reason": "", "link": "https://x"}
    for action in Action:
        data = facts | {"action": action, "reference": None, "remarks": 0, "correct_by": ""}
        subject, body = letters.write("filing_moved", data)
        assert subject
        assert "甲，您好" in body
        assert "意见" not in body
    for action in ("suspend", "reinstate", "revoke", "withdraw", "supersede"):
        data = facts | {"action": action, "number": "STD-1", "correct_by": ""}
        assert "STD-1" in letters.write("certificate_changed", data)[0]


def test_a_firm_without_anybody_is_told_nothing(site: Site) -> None:
    with site.work() as work:
        for user in work.session.scalars(select(User)):
            user.active = False
    filing_id = filed(site)
    with site.work() as work:
        assert work.session.scalar(select(func.count()).where(Job.kind == notifications.MAIL_JOB)) == 0
        assert filing_id
