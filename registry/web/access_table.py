"""`flask access table`: who may open what, written out as a document from the rules that the site itself obeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from registry.config import PROJECT_ROOT
from registry.domain.administration import Duty
from registry.domain.roles import STAFF_ROLES, Role
from registry.web.access import FRESH, RULES, SETTING_UP, Access, Rule, roles_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT: Final = PROJECT_ROOT / "docs" / "access.md"
_COMMAND: Final = "flask --app wsgi access table"

_WHO: Final = {
    Access.PUBLIC: "everybody, without a session",
    Access.VISITOR: "everybody",
    Access.SIGNED_IN: "anybody signed in",
    Access.NOBODY: "nobody",
}
# What of it each kind of visitor finds: conditions of the services' queries. Beyond them everything is 404.
_SCOPES: Final = {
    Access.PUBLIC: "what is published",
    Access.VISITOR: "what a letter's link names",
    Access.SIGNED_IN: "one's own; files also by region × subject",
    Access.ENTERPRISE: "the firm acted for",
    Access.FILER: "the firm acted for",
    Access.OWNER: "the firm acted for",
    Access.BUREAU: "one's own posts",
    Access.CASES: "region × subject of one's posts",
    Access.REVIEWER: "region × subject of one's posts; never a firm one belongs or belonged to",
    Access.SUPERVISOR: "region × subject of one's posts; never a firm one belongs or belonged to",
}
_HEAD: Final = f"""# Who may open what

Made by `{_COMMAND}` from the rules in `registry/web/access.py`; a test fails when it is out of date. What the rules
really let through, and for whom each object is there at all, is requested one by one in
`tests/architecture/test_access.py`.

*Scope* is a condition of the queries: whatever lies outside is not found (404), whatever the role. Staff, which is
everybody with a post, get nowhere before they have shown a second factor. *Fresh* is how long ago the person may have
proved to be there when something is sent (POST).

"""


def table(app: Flask) -> str:
    """The whole document."""
    lines = ["| address | method | endpoint | who | scope | second factor | fresh |", "|---|---|---|---|---|---|---|"]
    lines += [" | ".join(("", *row, "")).strip() for row in _rows(app)]
    return _HEAD + "\n".join(lines) + "\n"


def _rows(app: Flask) -> Iterator[tuple[str, ...]]:
    """One row for each address and method, in the order of the addresses."""
    found = [
        (rule.rule, method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]
    for address, method, endpoint in sorted(found):
        rule = RULES[endpoint]
        limit = FRESH.get(endpoint) if method == "POST" else None
        yield (
            f"`{address}`",
            method,
            endpoint,
            _who(rule),
            _scope(rule),
            _second_factor(rule, endpoint),
            f"{int(limit.total_seconds()) // 60} min" if limit else "",
        )


def _who(rule: Rule) -> str:
    roles = roles_of(rule)
    if isinstance(rule, Access) and roles is None:
        return _WHO[rule]
    return ", ".join(role.value for role in Role if role in (roles or ()))


def _scope(rule: Rule) -> str:
    if isinstance(rule, Duty) or rule is Access.AUDIT_ADMIN:
        return "the whole site"
    return _SCOPES.get(rule, "")


def _second_factor(rule: Rule, endpoint: str) -> str:
    """Whether one must have been shown: always, by staff among others, or not for this page."""
    if endpoint in SETTING_UP or rule in {Access.PUBLIC, Access.VISITOR, Access.NOBODY}:
        return ""
    roles = roles_of(rule)
    if roles is None:
        return "staff"
    return "yes" if roles <= STAFF_ROLES else ""


group = AppGroup("access", help="Who may open what.")


@group.command("table")
@click.option("--check", is_flag=True, help="Write nothing; fail where the document is out of date.")
def write_table(*, check: bool) -> None:
    """Write docs/access.md."""
    text = table(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # Behind the proxy.
    if not check:
        DOCUMENT.write_text(text, encoding="utf-8")
    elif not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
        raise click.ClickException(f"{DOCUMENT.name} is out of date: {_COMMAND}")


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(group)
