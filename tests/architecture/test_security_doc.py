"""What `docs/security.md` names is there, and no requirement of the standard is left out."""

from __future__ import annotations

import re
from functools import cache

import pytest

from registry.config import PROJECT_ROOT

TEXT = (PROJECT_ROOT / "docs" / "security.md").read_text(encoding="utf-8")
STATES = ("met", "partly", "not met", "n/a", "(to be confirmed)")
NOT_KNOWN_YET = "(to be confirmed)"

# The requirements of levels 1 and 2 of OWASP ASVS 5.0.0, 253 of them: section, and the last number of each run.
SECTIONS = """
1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2
2.1:1-3 2.2:1-3 2.3:1-4 2.4:1-1
3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2
4.1:1-3 4.2:1-1 4.3:1-2 4.4:1-4
5.1:1-1 5.2:1-3 5.3:1-2 5.4:1-3
6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4
7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2
8.1:1-2 8.2:1-3 8.3:1-1 8.4:1-1
9.1:1-3 9.2:1-4
10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3
11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1-1 11.6:1-1
12.1:1-3 12.2:1-2 12.3:1-4
13.1:1-1 13.2:1-5 13.3:1-2 13.4:1-5
14.1:1-2 14.2:1-4 14.3:1-3
15.1:1-3 15.2:1-3 15.3:1-7
16.1:1-1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3
17.1:1-1 17.2:1-4 17.3:1-2
"""


def rows() -> list[list[str]]:
    """The rows of the chapters' tables: requirements, what, where, shown by, state."""
    lines = [line for line in TEXT.splitlines() if re.match(r"\| \d+\.\d+\.\d+", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def numbers(cell: str) -> list[str]:
    """“1.2.3, 1.2.5–1.2.7” as single numbers."""
    found = []
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        section, _, begin = first.rpartition(".")
        end = last.rpartition(".")[2] or begin
        assert not last or last.rpartition(".")[0] == section, part
        found += [f"{section}.{number}" for number in range(int(begin), int(end) + 1)]
    return found


@cache
def _tests_there_are() -> frozenset[str]:
    names: set[str] = set()
    for path in (PROJECT_ROOT / "tests").rglob("test_*.py"):
        names |= set(re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8")))
    return frozenset(names)


def test_every_requirement_has_a_row() -> None:
    wanted = []
    for part in SECTIONS.split():
        section, _, run = part.partition(":")
        first, _, last = run.partition("-")
        wanted += [f"{section}.{number}" for number in range(int(first), int(last) + 1)]
    assert len(wanted) == 253
    found = [number for row in rows() for number in numbers(row[0])]
    assert sorted(found) == sorted(wanted)


def test_rows_say_how_it_stands() -> None:
    for requirements, what, where, shown_by, state in rows():
        assert what, requirements
        assert state.startswith(STATES), f"{requirements}: {state}"
        if state == "met":
            assert NOT_KNOWN_YET not in where + shown_by, requirements
            assert where or shown_by or "do not" in what, f"{requirements} is met, and nothing shows it"
        if state == "n/a":
            assert NOT_KNOWN_YET not in where + shown_by, requirements


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([^`\s]+)`", TEXT))))
def test_what_is_named_is_there(name: str) -> None:
    if name.startswith("test_") and "/" not in name:
        assert name in _tests_there_are(), "no test has this name"
    elif re.search(r"/.*\.\w+$|^[\w.-]+\.(toml|in|txt|md)$|^Makefile$|^deploy/", name):
        assert (PROJECT_ROOT / name).is_file(), "no file has this name"
