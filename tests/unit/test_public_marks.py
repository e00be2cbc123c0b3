"""Each field says whether everybody may see it, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.domain import (
    account,
    certification_bodies,
    claims,
    crops,
    enterprise,
    evidence,
    factory,
    product,
    trade,
    withdrawal,
)
from registry.domain.filings import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.domain.requirements import Field

DEFINED = {
    "enterprise": (enterprise.CODE_FIELD, *enterprise.FIELDS),
    "account": (*account.FIELDS, *account.OWN_FIELDS),
    "product": product.FIELDS,
    "picture": crops.FIELDS,
    "factory": (*factory.FIELDS, factory.LINES_FIELD),
    "evidence": tuple(field for kind in evidence.KINDS for field in evidence.fields_of(kind)),
    "trade": (trade.FIELD,),
    "withdrawal": withdrawal.FIELDS,
    "certification_body": (
        *certification_bodies.NEW_FIELDS,
        *certification_bodies.STATE_FIELDS,
        *certification_bodies.SCOPE_FIELDS,
    ),
    "claims": (claims.STATEMENT_FIELD, claims.EFFECTIVE_FIELD),
    **{kind: tuple(definition.fields.values()) for kind, definition in DEFINITIONS.items()},
}


def fields(definition: str) -> Iterator[Field]:
    for field in DEFINED[definition]:
        yield field
        yield from field.columns


@pytest.mark.parametrize("definition", DEFINED)
def test_a_field_is_public_or_says_why_not(definition: str) -> None:
    for field in fields(definition):
        assert field.public is (field.why_private == ""), field.name


def test_personal_data_are_never_public() -> None:
    for name in ("legal_representative", "contact_name", "contact_phone"):
        (field,) = [field for field in enterprise.FIELDS if field.name == name]
        assert not field.public
    assert not [field.name for field in fields("account") if field.public]


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_what_the_firm_may_choose_to_show_is_not_public_by_itself(kind: str) -> None:
    chosen = {value for value, _label in DEFINITIONS[kind].public_choices}
    assert not [field.name for field in fields(kind) if field.public and field.name in chosen]


def test_business_secrets_are_never_public() -> None:
    assert not [field.name for field in fields("trade") if field.public]
