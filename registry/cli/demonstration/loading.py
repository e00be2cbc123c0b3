"""Playing the whole demonstration into an empty registry, and emptying one again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, update

from registry.cli.demonstration import (
    bureaus,
    certification_bodies,
    dossier,
    firms,
    ownership,
    plan,
    scripts,
    staff,
    third_party,
)
from registry.cli.demonstration.accounts import add_person
from registry.cli.demonstration.cases import Case
from registry.cli.demonstration.certified import CertifiedCase
from registry.cli.demonstration.papers import PaperDesk
from registry.cli.demonstration.pictures import PictureBook
from registry.cli.demonstration.press import Press
from registry.cli.demonstration.reports import ReportShelf
from registry.cli.demonstration.stage import OPENING_DAYS_AGO, Stage
from registry.models import Certificate, Enterprise, Filing, Job, Product
from registry.services import certification_body_import, demonstration, invitations, reference_data
from registry.services.notifications import MAIL_JOB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from registry.cli.demonstration.stage import Scene
    from registry.services.work import Adapters


def load(session: Session, adapters: Adapters, password_hash: str) -> list[str]:
    """Load the demonstration, and the code lists where they are missing; tell what is there.

    The caller commits.
    """
    if not reference_data.is_loaded(session):
        reference_data.load(session)
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage.set_up(session, adapters, Path(folder), password_hash)
        stage.clock.moment = stage.moment(OPENING_DAYS_AGO, _random("opening"))
        bureaus.open_offices(stage)
        firms.add_recusal_reviewer(stage)
        add_person(stage, "newcomer", "孙样例")
        staff.appoint(stage)
        certification_bodies.open_register(stage)
        stage.play(_scenes(stage))
        staff.let_stand_in(stage)
        certification_body_import.load_seed(stage.work())  # Now, since one was approved after the registry opened.
    demonstration.protect_staff(session, adapters.authenticator)
    _call_mail_sent(session)
    return _summary(session)


def empty(session: Session) -> None:
    """Drop every table, since some refuse to have their rows deleted. The caller commits and makes them anew."""
    if session.get_bind().dialect.name == "sqlite":
        # Rows refer to one another in circles; what counts is that all is well at the commit.
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all():
            session.execute(text(f'DROP TABLE "{name}"'))
    else:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))


def _scenes(stage: Stage) -> Iterator[Scene]:
    press = Press(stage)
    reports, pictures, papers = ReportShelf(press), PictureBook(stage), PaperDesk(press)
    all_firms, roles = plan.cast()
    for firm in all_firms:
        yield firms.scene(stage, papers, firm, _random(f"firm-{firm.number}"))
    for role in roles:
        random = _random(f"product-{role.goods.number}")
        yield role.part.play(Case(stage, role.goods, role.days_ago, random, reports, pictures, papers))
    number = len(roles) + 1
    together = dossier.declared_together(all_firms, number)
    random = _random("together")
    yield scripts.issued(Case(stage, together[0], 80, random, reports, pictures, papers, others=together[1:]))
    for entry, goods in third_party.cast(all_firms, number + len(together)):
        random = _random(f"product-{goods[0].number}")
        supplies = (reports, pictures, papers)
        case = CertifiedCase(
            *(stage, goods[0], entry.days_ago, random, *supplies),
            others=goods[1:],
            press=press,
            body=entry.body,
            ends_in=entry.ends_in,
        )
        yield entry.play(case)
    yield from dossier.scenes(stage, press, all_firms, _random("dossier"))
    yield certification_bodies.suspension(stage, _random("certification-bodies"))
    yield from ownership.scenes(stage, papers, all_firms, _random("ownership"))


def _random(what: str) -> Random:
    """A source of chance of its own for each thing, so that a change to one leaves the others alone."""
    return Random(f"{plan.SEED}-{what}")  # noqa: S311  # Made-up data, the same each time.


def _call_mail_sent(session: Session) -> None:
    """Nobody waits for letters of past years."""
    session.execute(
        update(Job)
        .where(Job.kind.in_([MAIL_JOB, invitations.LETTER_JOB]), Job.status == "due")
        .values(status="done", finished_at=Job.created_at)
    )


def _summary(session: Session) -> list[str]:
    """What is there now, in one line for each table that people see."""
    counts = {
        "Firms": select(func.count()).select_from(Enterprise),
        "Products": select(func.count()).select_from(Product),
        "Filings": select(func.count()).select_from(Filing),
        "Certificates": select(func.count()).select_from(Certificate),
    }
    return [f"{name}: {session.scalar(statement)}" for name, statement in counts.items()]
