from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import CheckConstraint

from registry.domain.errors import InvalidFields
from registry.domain.product import CATEGORIES, FIELDS
from registry.domain.requirements import Facts, validated
from registry.models import Product

FACTS = Facts(date(2026, 3, 18))
CUP = {"name": "高硼硅玻璃杯", "category": "consumer"}


def test_normal_form() -> None:
    normal = validated(FIELDS, CUP | {"gtin": "690-1234-567892", "hs_code": "7013.37.00"}, FACTS)
    assert (normal["gtin"], normal["hs_code"], normal["brand"]) == ("6901234567892", "70133700", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [("category", "weapons"), ("category", ""), ("gtin", "6901234567893"), ("hs_code", "7013.3"), ("name", "")],
)
def test_each_rule(field: str, value: str) -> None:
    with pytest.raises(InvalidFields) as caught:
        validated(FIELDS, CUP | {field: value}, FACTS)
    assert set(caught.value.fields) == {field}


def test_the_table_takes_the_same_categories() -> None:
    (check,) = (
        item
        for item in Product.__table__.constraints  # type: ignore[attr-defined]
        if isinstance(item, CheckConstraint) and "category" in str(item.name)
    )
    assert all(f"'{value}'" in str(check.sqltext) for value, _label in CATEGORIES)
    assert str(check.sqltext).count("'") == 2 * len(CATEGORIES)
