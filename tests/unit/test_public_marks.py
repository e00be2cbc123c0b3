"""Each field says whether everybody may see it, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.domain import account, claims, declaration, enterprise, product

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.domain.requirements import Field

DEFINED = {
    "enterprise": (enterprise.CODE_FIELD, *enterprise.FIELDS),
    "account": (*account.FIELDS, *account.OWN_FIELDS),
    "product": product.FIELDS,
    "claims": (claims.STATEMENT_FIELD, claims.EFFECTIVE_FIELD),
    "declaration": tuple(field for step in declaration.STEPS for field in step.fields),
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


def test_what_the_firm_may_choose_to_show_is_not_public_by_itself() -> None:
    chosen = {value for value, _label in declaration.PUBLIC_CHOICES}
    assert not [field.name for field in fields("declaration") if field.public and field.name in chosen]
