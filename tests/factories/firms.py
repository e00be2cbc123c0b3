"""Firms and their papers, registered and verified through the services."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from registry.domain.identifiers import make_uscc
from registry.infrastructure.database import db
from registry.services import claim_decisions, claims, files, people
from registry.services.claims import revision_shown
from registry.services.papers import Paper
from registry.services.worker import HANDLERS, Worker
from tests.factories.evidence import pdf_report

if TYPE_CHECKING:
    from registry.models import Claim, Enterprise
    from registry.services.work import Work
    from tests.conftest import Site

FACTS = {
    "uscc": make_uscc("91330481T00000990"),
    "name": "海宁新企业有限公司",
    "name_en": "",
    "area": "330481",
    "address": "新路 2 号",
    "industry": "30",
    "founded_on": "2008-08-08",
    "contact_name": "测试联系人",
    "contact_phone": "13900000000",
}


def acting(work: Work, user_id: int, acting_for: int | None = None) -> Work:
    """The same unit of work in this person's name."""
    return replace(work, visitor=people.actor_of(work.session, user_id, work.now, acting_for))


def papers(work: Work, *names: str) -> dict[str, Paper]:
    """Licence and letter, or the one named, as if they had been inspected: inspection starts a process."""
    file = files.keep_document(work, pdf_report())
    both = {"licence": Paper(file, "营业执照.pdf"), "letter": Paper(file, "授权书.pdf")}
    return {name: both[name] for name in names or both}


def register_firm(work: Work, values: dict[str, Any]) -> Claim:
    """A firm that waits for its county."""
    return claims.register_firm(work, values, **papers(work))


def verified(work: Work, claim: Claim, reviewer: int) -> Enterprise:
    """The firm of a claim, found right by this person."""
    work.session.refresh(claim)
    return claim_decisions.approve(acting(work, reviewer), claim.id, revision=revision_shown(claim)).enterprise


def registered(site: Site, user_id: int, **changes: Any) -> int:
    """A claim of this person to a new firm."""
    with site.work(user_id) as work:
        return register_firm(work, FACTS | changes).id


def approve_claim(site: Site, user_id: int, claim_id: int) -> None:
    """Find a claim right, on the revision it has now."""
    with site.work(user_id) as work:
        claim_decisions.approve(work, claim_id, revision=revision_shown(claim_decisions.get(work, claim_id)))


def add_person(site: Site, name: str) -> int:
    """An account without anything."""
    with site.work() as work:
        user = people.add_user(work, email=f"{name}@test.example", name=f"测试{name}", password_hash="x")
        site.world.emails[user.id] = user.email
        return user.id


def delivered(site: Site) -> list[tuple[str, str, str]]:
    """Let the worker do what is due, and return the letters it has sent: to whom, about what, and the text."""
    sent: list[tuple[str, str, str]] = []

    class Post:
        def send(self, *, to: str, subject: str, body: str) -> None:
            sent.append((to, subject, body))

    adapters = site.app.extensions["registry"]
    adapters.mailer, kept = Post(), adapters.mailer
    try:
        with site.app.app_context():
            Worker(db.sessionmaker, adapters, HANDLERS).run_due()
    finally:
        adapters.mailer = kept
    return sent


def link_in(text: str) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found.group(1)
