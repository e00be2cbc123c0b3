"""The table of the declaration's contents names fields that exist, and leaves none out."""

from __future__ import annotations

import re
from typing import get_type_hints

import pytest

from registry.config import PROJECT_ROOT
from registry.domain import declaration, documents, enterprise, evidence, factory, product

PAGE = (PROJECT_ROOT / "docs" / "declaration.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
NAMED = [name for row in ROWS for name in re.findall(r"`([\w.]+)`", row[-1])]

FIELDS = {field.name: field for step in declaration.STEPS for field in step.fields}
KNOWN = {
    *FIELDS,
    declaration.SIGNED_FIELD.name,
    *(f"{field.name}.{column.name}" for field in FIELDS.values() for column in field.columns),
    *(f"enterprise.{field.name}" for field in (enterprise.CODE_FIELD, *enterprise.FIELDS)),
    *(f"product.{field.name}" for field in product.FIELDS),
    *(f"factory.{field.name}" for field in (*factory.FIELDS, factory.LINES_FIELD)),
    *(f"{kind.name}.{field.name}" for kind in evidence.KINDS for field in kind.fields),
    *(f"paper.{name}" for name in get_type_hints(documents.PaperFacts)),
}


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_every_name_exists(name: str) -> None:
    assert name in KNOWN


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_is_named(name: str) -> None:
    assert name in NAMED
    missing = [column.name for column in FIELDS[name].columns if f"{name}.{column.name}" not in NAMED]
    assert not missing


def test_every_item_of_the_clause_has_a_row() -> None:
    items = [row[0] for row in ROWS]
    assert [item for item in items if item.startswith("6.1")] == [f"6.1 {letter}" for letter in "abcdefgh"]
    assert {"6.2", "6.3", "4", "5"} <= set(items)
    assert all(len(row) == 3 and all(row) for row in ROWS)
