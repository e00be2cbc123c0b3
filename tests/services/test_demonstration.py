"""The demonstration: loaded once on SQLite and once on PostgreSQL, and the same on both."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import OperationalError

from registry.app import create_app
from registry.cli.demonstration import accounts, loading
from registry.domain.canonical import canonical, digest
from registry.domain.errors import NotAllowed
from registry.domain.external_check import RESULTS
from registry.domain.filings import DEFINITIONS
from registry.domain.identifiers import check_gtin, check_hs_code, check_phone, check_uscc, uscc_warnings
from registry.domain.roles import FILING_ROLES, Role
from registry.domain.rules import rules_of
from registry.domain.succession import Purpose
from registry.domain.validity import (
    CertificateAction,
    CertificateState,
    DisplayedState,
    Party,
    displayed_state,
    resolve_change,
)
from registry.domain.workflow import Action, Stage, Status, Tier, resolve
from registry.infrastructure.clock import FixedClock, office_date
from registry.infrastructure.database import READ, WRITE, db
from registry.models import (
    AuditEvent,
    CaseMessage,
    Certificate,
    CertificateEvent,
    Claim,
    Decision,
    Enterprise,
    EnterpriseVersion,
    Evidence,
    ExternalCheck,
    Filing,
    FilingProduct,
    HsCode,
    Invitation,
    Job,
    JoinRequest,
    Post,
    Product,
    ProductPicture,
    StoredFile,
    Submission,
    User,
)
from registry.services import absences, claim_decisions, corrections, documents, enterprises, people, reviews, worklists
from registry.services.certificates import DOCUMENT_JOB
from registry.services.work import Work
from tests.conftest import PostgresqlDatabase, SqliteDatabase, test_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
JIAXING_COUNTIES = (*("nanhu", "xiuzhou", "jiashan", "haiyan", "haining", "pinghu", "tongxiang", "jingkai", "gangqu"),)


@dataclass
class Shown:
    """A site with the demonstration on it."""

    app: Flask
    session: Session

    def work(self, account: str = "") -> Work:
        actor = None
        if account:
            email = accounts.email_of(account)
            user_id = self.session.scalars(select(User.id).where(User.email == email)).one()
            actor = people.actor_of(self.session, user_id, NOW)
        return Work(self.session, self.app.extensions["registry"], actor, "test")


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("demonstration")
    yield from _loaded(SqliteDatabase(folder), folder)


@pytest.fixture(scope="module")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """On SQLite again where there is no PostgreSQL: then it is still the second load."""
    folder = tmp_path_factory.mktemp("demonstration-again")
    database: PostgresqlDatabase | SqliteDatabase
    try:
        database = PostgresqlDatabase(folder)
    except OperationalError:
        if os.environ.get("CI"):
            raise
        database = SqliteDatabase(folder)
    yield from _loaded(database, folder)
    database.drop()


@pytest.fixture
def shown(on_sqlite: Flask) -> Iterator[Shown]:
    """The demonstration; what a test changes is rolled back."""
    with on_sqlite.app_context():
        yield Shown(on_sqlite, db.session)
        db.session.rollback()


def _loaded(database: PostgresqlDatabase | SqliteDatabase, folder: Path) -> Iterator[Flask]:
    app = create_app(test_settings(folder, database.url), FixedClock(NOW))
    with app.app_context():
        app.extensions["alembic"].upgrade()
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0, result.output
    assert "Firms: 62\nProducts: 221\nFilings: 221\nCertificates: 154\n" in result.output
    yield app
    with app.app_context():
        for name in (WRITE, READ):
            db.get_engine(name).dispose()


# ------------------------------------------------------------------------------------------ the same each time


def test_two_loads_give_the_same_business_data(on_sqlite: Flask, on_postgresql: Flask) -> None:
    with on_sqlite.app_context():
        first = _business_data(db.session)
    with on_postgresql.app_context():
        second = _business_data(db.session)

    for table, rows in first.items():
        assert rows == second[table], table


def _business_data(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Everything but what must be random: passwords, session keys and public codes."""
    tables = {
        Enterprise: None,
        Product: None,
        ProductPicture: None,
        Evidence: None,
        StoredFile: None,
        Filing: None,
        Submission: None,  # With what was submitted, and the digests of the files.
        Decision: None,
        CertificateEvent: None,
        Certificate: {"code", "snapshot", "sha256"},
        User: {"password", "fs_uniquifier", "tf_totp_secret"},
        Claim: None,
        EnterpriseVersion: None,
        JoinRequest: None,
        Invitation: {"token_sha256"},
        AuditEvent: None,
    }
    data = {}
    for model, random_columns in tables.items():
        table = model.__table__
        columns = [column for column in table.c if column.name not in (random_columns or ())]
        data[table.name] = [tuple(row) for row in session.execute(select(*columns).order_by(*table.primary_key))]
    return data


# ------------------------------------------------------------------------------------------------ every state


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_every_status_of_a_filing_is_there(shown: Shown, kind: str) -> None:
    own = select(Filing.status, Filing.tier).where(Filing.kind == kind)
    found = {tuple(row) for row in shown.session.execute(own.distinct())}

    assert found == {
        *((Status.DRAFT, ""), (Status.APPROVED, ""), (Status.REJECTED, ""), (Status.WITHDRAWN, "")),
        *((status, tier) for status in ("under_review", "returned") for tier in ("county", "city")),
    }


def test_every_state_that_people_see_is_there(shown: Shown) -> None:
    counts = Counter(
        displayed_state(
            CertificateState(certificate.state),
            certificate.valid_from,
            certificate.valid_until,
            office_date(NOW),
        )
        for certificate in shown.session.scalars(select(Certificate))
    )

    assert counts.keys() == set(DisplayedState)
    assert counts[DisplayedState.VALID] == 110
    assert counts[DisplayedState.EXPIRED] == 16
    assert counts[DisplayedState.NOT_YET_VALID] == 2, "renewals begin on the day after"


def test_everything_that_a_filing_can_be_is_there(shown: Shown) -> None:
    session = shown.session
    assert set(session.scalars(select(Filing.purpose))) == set(Purpose)
    assert set(session.scalars(select(ExternalCheck.result))) == {value for value, _label in RESULTS}
    assert set(session.scalars(select(Evidence.kind))) >= {"test_report", "management_certificate"}
    assert set(session.scalars(select(CaseMessage.side))) == {"firm", "office"}
    together = select(FilingProduct.filing_id).group_by(FilingProduct.filing_id).having(func.count() > 1)
    kinds = set(session.scalars(select(Filing.kind).where(Filing.id.in_(together))))
    assert kinds == set(DEFINITIONS)
    last_days = session.scalars(select(Filing.correct_by).where(Filing.status == Status.RETURNED)).all()
    assert min(last_days) < office_date(NOW) <= max(last_days), "some are over, some are not"


def test_the_first_firm_has_a_bit_of_everything(shown: Shown) -> None:
    firm = shown.work("firm01").actor.enterprise_ids()[0]
    statuses = set(shown.session.scalars(select(Filing.status).where(Filing.enterprise_id == firm)))
    states = set(shown.session.scalars(select(Certificate.state).where(Certificate.enterprise_id == firm)))

    assert statuses == {"approved", "draft", "returned", "under_review"}
    assert states == {"valid", "suspended", "superseded"}


@pytest.mark.parametrize("account", [*JIAXING_COUNTIES, "jiaxing", "taiyuan", "yuncheng", "linyi"])
def test_every_reviewer_to_begin_with_has_work(shown: Shown, account: str) -> None:
    queue = worklists.cases(shown.work(account))

    assert queue.counts["waiting"] > 0


def test_the_other_line_of_offices_sees_nothing(shown: Shown) -> None:
    assert set(worklists.cases(shown.work("jiaxing-commerce")).counts.values()) == {0}


def test_somebody_must_stand_back(shown: Shown) -> None:
    work = shown.work("recusal")
    related = work.actor.related_enterprises
    assert all(case.enterprise_id not in related for case in worklists.cases(work).page.rows)
    others = worklists.cases(work, pile="other").page.rows
    own = next(case for case in others if case.enterprise_id in related and case.tier == "county")

    with pytest.raises(NotAllowed, match="回避"):
        reviews.apply_action(work, own, Action.RECOMMEND, revision=own.revision)


# --------------------------------------------------------------------------------------------- histories add up


def test_replaying_the_decisions_gives_the_status(shown: Shown) -> None:
    for filing in shown.session.scalars(select(Filing)):
        stage = Stage(Status.DRAFT)
        route = rules_of(filing.kind, filing.rules_version).route
        for decision in filing.decisions:
            roles = FILING_ROLES if decision.bureau_id is None else frozenset({Role.REVIEWER})
            assert (decision.from_status, decision.from_tier) == (stage.status, stage.tier or "")
            _row, stage = resolve(filing.kind, stage, Action(decision.action), route, roles)
        assert (filing.status, filing.tier) == (stage.status, stage.tier or "")


def test_replaying_the_events_gives_the_state(shown: Shown) -> None:
    for certificate in shown.session.scalars(select(Certificate)):
        issue, *changes = certificate.events
        assert (issue.action, issue.to_state) == ("issue", "valid")
        state = CertificateState.VALID
        for change in changes:
            seen = displayed_state(state, certificate.valid_from, certificate.valid_until, change.effective_on)
            action = CertificateAction(change.action)
            state = resolve_change(action, by=_party(certificate, change), shown=seen).target
            assert change.to_state == state
        assert certificate.state == state


def _party(certificate: Certificate, change: CertificateEvent) -> Party:
    if change.action in {CertificateAction.SUPERSEDE, CertificateAction.RENEW}:
        return Party.SYSTEM
    return Party.HOLDER if change.authority == certificate.enterprise_name else Party.AUTHORITY


def test_everything_happened_in_order_and_before_now(shown: Shown) -> None:
    for column, number in (
        (Decision.decided_at, Decision.id),
        (Submission.submitted_at, Submission.id),
        (CertificateEvent.recorded_at, CertificateEvent.id),
        (AuditEvent.at, AuditEvent.id),
    ):
        moments = shown.session.scalars(select(column).order_by(number)).all()
        assert moments == sorted(moments)
        assert moments[-1] < NOW


def test_every_decision_was_made_by_somebody_who_may(shown: Shown) -> None:
    decided = shown.session.execute(
        select(Decision.actor_id, Decision.bureau_id, Filing.tier, Filing.area_code)
        .join(Filing)
        .where(Decision.bureau_id.is_not(None))
    ).all()
    seats = {
        tuple(row) for row in shown.session.execute(select(Post.user_id, Post.bureau_id).where(Post.role == "reviewer"))
    }

    assert decided
    assert {(row.actor_id, row.bureau_id) for row in decided} <= seats
    assert {Tier(tier) for tier in ("county", "city")} == {
        Tier(tier) for tier in shown.session.scalars(select(Decision.from_tier).where(Decision.from_tier != ""))
    }


# ------------------------------------------------------------------------------------------------ right and whole


def test_what_is_frozen_has_its_digest(shown: Shown) -> None:
    rows = [
        *shown.session.execute(select(Submission.snapshot, Submission.sha256)),
        *shown.session.execute(select(Certificate.snapshot, Certificate.sha256)),
    ]

    assert len(rows) > 300
    for snapshot, sha256 in rows:
        assert digest(snapshot) == sha256
        assert canonical(json.loads(snapshot)) == snapshot


def test_identifiers_are_right(shown: Shown) -> None:
    known = set(shown.session.scalars(select(HsCode.code)))
    for firm in shown.session.scalars(select(Enterprise)):
        assert check_uscc(firm.uscc) == firm.uscc
        assert uscc_warnings(firm.uscc) == ()
        assert check_phone(firm.contact_phone) == firm.contact_phone
    for product in shown.session.scalars(select(Product)):
        assert check_hs_code(product.hs_code) == product.hs_code
        assert product.hs_code[:6] in known
        assert not product.gtin or check_gtin(product.gtin) == product.gtin
    gtins = shown.session.scalars(select(Product.gtin).where(Product.gtin != "")).all()
    assert len(set(gtins)) == len(gtins) > 100


def test_whose_firms_are_has_a_bit_of_everything(shown: Shown) -> None:
    claims = shown.session.execute(select(Claim.kind, Claim.status, func.count()).group_by(Claim.kind, Claim.status))
    assert {tuple(row) for row in claims} == {
        ("first", "approved", 60),
        ("first", "open", 1),
        ("first", "refused", 1),
        ("dispute", "open", 1),
        ("change", "open", 1),
        ("change", "approved", 1),
    }
    assert shown.session.scalar(select(func.count()).where(Enterprise.verified_at.is_(None))) == 2
    assert len(shown.work("firm02").actor.enterprise_seats) == 2
    renamed = shown.work("firm04").actor.enterprise_ids()[0]
    assert len({version.name for version in enterprises.history(shown.session, renamed)}) == 2
    waiting = select(func.count()).where(JoinRequest.answered_at.is_(None))
    assert shown.session.scalar(waiting) == 1
    assert shown.session.scalar(select(func.count()).where(Invitation.accepted_at.is_(None))) == 1
    haining = claim_decisions.list_in_scope(shown.work("haining")).rows
    assert {claim.kind for claim in haining if claim.status == "open"} == {"dispute", "first", "change"}


def test_nobody_can_take_a_firm_for_a_real_one(shown: Shown) -> None:
    for firm in shown.session.scalars(select(Enterprise)):
        assert any(word in firm.name for word in ("示例", "样例", "虚构", "演示", "样"))
        assert firm.uscc[8:11] == "T00"


def test_every_file_is_in_the_store(shown: Shown) -> None:
    store = shown.app.extensions["registry"].store

    for stored in shown.session.scalars(select(StoredFile)):
        with store.open(stored.sha256, verify=True) as file:
            assert len(file.read()) == stored.size


def test_only_documents_are_left_to_do(shown: Shown) -> None:
    due = shown.session.execute(select(Job.kind, func.count()).where(Job.status != "done").group_by(Job.kind)).all()
    left = {kind: count for kind, count in due}  # noqa: C416  # Rows, not pairs.

    # Whoever was asked for a correction is reminded of it when the time comes.
    assert left.pop(corrections.REMINDER_JOB) > 0
    assert left == {DOCUMENT_JOB: 154, absences.END_JOB: 1}


@pytest.mark.parametrize("hard", ["𠮷", "研发设计生产进出口贸易一体化"])
def test_names_that_are_hard_to_print_are_printed(shown: Shown, hard: str) -> None:
    certificate = shown.session.scalars(
        select(Certificate).where(Certificate.enterprise_name.contains(hard)).limit(1)
    ).one()

    documents.make(shown.work(), certificate.id)

    assert certificate.document is not None


# ---------------------------------------------------------------------------------------------------- the commands


def test_loading_again_does_nothing(on_sqlite: Flask) -> None:
    result = on_sqlite.test_cli_runner().invoke(args=["demo", "load"])

    assert result.exit_code == 0
    assert result.output == "The demonstration is there already; nothing was changed.\n"


def test_the_accounts_are_listed_with_what_to_try(on_sqlite: Flask) -> None:
    result = on_sqlite.test_cli_runner().invoke(args=["demo", "accounts", "--all"])

    assert accounts.PASSWORD in result.output
    for account in (*accounts.HIGHLIGHTS, *JIAXING_COUNTIES, "firm60"):
        assert accounts.email_of(account) in result.output


@pytest.mark.parametrize("command", [["load"], ["reset", "--yes"]])
def test_production_is_left_alone(on_sqlite: Flask, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    adapters = on_sqlite.extensions["registry"]
    monkeypatch.setattr(adapters, "settings", replace(adapters.settings, environment="production"))

    result = on_sqlite.test_cli_runner().invoke(args=["demo", *command])

    assert result.exit_code == 1
    assert "production" in result.output


@pytest.mark.parametrize("engine", ["on_sqlite", "on_postgresql"])
def test_emptying_leaves_no_table(request: pytest.FixtureRequest, engine: str) -> None:
    app: Flask = request.getfixturevalue(engine)
    with app.app_context():
        loading.empty(db.session)

        assert inspect(db.session.connection()).get_table_names() == []
        db.session.rollback()
