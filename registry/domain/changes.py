"""A filing beside what the certificate was issued on that it is to replace: what differs, and whether that matters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from registry.domain.differences import (
    ENTERPRISE_FIELDS,
    PRODUCT_FIELDS,
    Difference,
    Part,
    compare,
    compare_snapshots,
)
from registry.domain.filings import SAID_ANEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from registry.domain.requirements import Field

    Snapshot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table that shows both sides."""

    value: Difference  # Where nothing has changed, `before` and `after` are the same.
    changed: bool


def is_editorial(found: Iterable[Difference]) -> bool:
    """Whether these change nothing of what is attested: each is of a field whose wording is editorial."""
    return all(each.field.editorial for each in found)


def differences(fields: Iterable[Field], before: Snapshot, after: Snapshot) -> list[Difference]:
    """What two snapshots of a filing say differently.

    What is said anew every time is left out, and so is the signed paper: each declaration has its own.

    Args:
        fields: what this kind of filing asks for; those that cannot be compared left out.
        before: what the old certificate was issued on.
        after: what is filed now.
    """
    return compare_snapshots(_compared(fields), before, {**after, "paper": None})


def lines(fields: Iterable[Field], before: Snapshot, after: Snapshot, *, whole: bool) -> list[Line]:
    """What a table shows of both, in the order of the form; unless it is to be whole, only what differs."""
    fields = list(fields)
    found = [Line(each, changed=True) for each in differences(fields, before, after)]
    if not whole:
        return found
    content = _section(_compared(fields), before["content"], after["content"])
    one_sided = (line for line in found if line.value.field.name == "products")
    firm = _section(ENTERPRISE_FIELDS, before["enterprise"], after["enterprise"], Part.ENTERPRISE)
    return [*content, *_products(before, after), *one_sided, *firm]


def _compared(fields: Iterable[Field]) -> list[Field]:
    return [field for field in fields if field.name not in SAID_ANEW]


def _products(before: Snapshot, after: Snapshot) -> Iterator[Line]:
    old = {product["id"]: product for product in before["products"]}
    for product in after["products"]:
        if product["id"] in old:
            yield from _section(PRODUCT_FIELDS, old[product["id"]], product, Part.PRODUCT, product["name"])


def _section(
    fields: Iterable[Field], before: Snapshot, after: Snapshot, part: Part = Part.CONTENT, product: str = ""
) -> Iterator[Line]:
    for field in fields:
        value = after.get(field.name)
        found = compare((field,), before, after)
        yield from (Line(replace(each, part=part, product=product), changed=True) for each in found)
        if not found and value:
            yield Line(Difference(field, value, value, part=part, product=product), changed=False)
