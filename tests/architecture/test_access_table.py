"""The document that says who may open what is the one that the rules give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.domain.administration import DUTIES, Duty
from registry.web.access import FRESH, RULES, Access, roles_of
from registry.web.access_table import DOCUMENT, table

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.conftest import Site


def test_the_document_is_up_to_date(site: Site) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table(site.app), "run: flask --app wsgi access table"


def test_the_command_writes_and_checks_it(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.web.access_table.DOCUMENT", tmp_path / "access.md")
    run = site.app.test_cli_runner().invoke

    assert run(args=["access", "table", "--check"]).exit_code == 1
    assert run(args=["access", "table"]).exit_code == 0
    assert run(args=["access", "table", "--check"]).exit_code == 0


def test_every_rule_has_its_words(site: Site) -> None:
    rows = [line.split("|") for line in table(site.app).splitlines() if line.startswith("| `")]
    assert rows
    for row in rows:
        assert row[4].strip(), row
        assert row[5].strip() or "nobody" in row[4], row


def test_administrators_pages_follow_the_table_of_duties() -> None:
    rules = {endpoint: rule for endpoint, rule in RULES.items() if endpoint.startswith("admin.")}
    assert all(isinstance(rule, Duty) for rule in rules.values())
    # Every duty but reading the trail, which has pages of its own, is done somewhere.
    assert set(rules.values()) == set(Duty) - {Duty.READ_TRAIL}
    assert roles_of(Access.AUDIT_ADMIN) == DUTIES[Duty.READ_TRAIL]


def test_what_changes_rights_asks_for_fresh_proof() -> None:
    changing = {"give_post", "end_post", "proposals", "deactivate", "reactivate", "reset_factors"}
    assert {f"admin.{name}" for name in changing} <= FRESH.keys()
    assert FRESH.keys() <= RULES.keys()
