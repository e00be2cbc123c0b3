"""What has changed between two contents of the same form: two submissions, or a certificate's facts old and new.

Values are compared in the shape of snapshots: texts, lists, and facts of the dossier whole. Tables are compared row by
row, lists as sets. Differences carry values and definitions; pages put both into words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from registry.domain import enterprise, product
from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind
from registry.domain.text import fold

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

Content = Mapping[str, Any]


class Change(StrEnum):
    """How a value has changed."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Part(StrEnum):
    """Which part of a snapshot it is in."""

    CONTENT = "content"
    PRODUCT = "product"
    ENTERPRISE = "enterprise"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is another now. Of a list, only what went and what came; of a table, one row or one cell."""

    field: Field
    before: Any
    after: Any
    column: Field | None = None  # Of a table: which cell; None: the whole row.
    row: str = ""  # Of a table: which row, by its first column.
    part: Part = Part.CONTENT
    product: str = ""  # The product's name, where it is about one of several.

    @property
    def change(self) -> Change:
        """How it has changed."""
        if not self.before:
            return Change.ADDED
        return Change.CHANGED if self.after else Change.REMOVED

    @property
    def is_list(self) -> bool:
        """Whether `before` is what went and `after` is what came, and the rest has stayed."""
        return isinstance(self.before or self.after, list)


def compare(fields: Iterable[Field], before: Content, after: Content) -> list[Difference]:
    """The differences of two contents, in the order of the fields.

    Args:
        fields: what the form asks for.
        before: values by field; a missing one is an empty one.
        after: the same, later.
    """
    return [found for field in fields for found in _field(field, before.get(field.name), after.get(field.name))]


def compare_snapshots(fields: Iterable[Field], before: Content, after: Content) -> list[Difference]:
    """The differences of two snapshots of a filing: what was filled in, its products, the firm, and what it signed.

    Args:
        fields: what this kind of filing asks for.
        before: a snapshot in today's shape.
        after: the same, later; without a paper while that is not signed anew.
    """
    return [
        *compare(fields, before["content"], after["content"]),
        *_products(before["products"], after["products"]),
        *_of_part(Part.ENTERPRISE, compare(ENTERPRISE_FIELDS, before["enterprise"], after["enterprise"])),
        *_paper(before.get("paper") or {}, after.get("paper")),
    ]


def _field(field: Field, before: Any, after: Any) -> Iterator[Difference]:
    if field.kind is Kind.ROWS:
        yield from _rows(field, before or [], after or [])
    elif isinstance(before or after, list):
        gone, come = _missing_from(after or [], before or []), _missing_from(before or [], after or [])
        if gone or come:
            yield Difference(field, gone, come)
    elif _says(before) != _says(after):
        yield Difference(field, before, after)


def _rows(field: Field, before: Sequence[Content], after: Sequence[Content]) -> Iterator[Difference]:
    old, new = _by_name(field, before), _by_name(field, after)
    for key in dict.fromkeys([*new, *old]):
        row, other = old.get(key), new.get(key)
        name = str((other or row or {}).get(field.columns[0].name) or "")
        if row is None or other is None:
            yield Difference(field, row, other, row=name)
            continue
        for cell in compare(field.columns, row, other):
            yield Difference(field, cell.before, cell.after, cell.field, name)


def _by_name(field: Field, rows: Sequence[Content]) -> dict[tuple[str, int], Content]:
    """Rows by their first column; of several with the same, the first is compared with the first, and so on."""
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        name = fold(str(row.get(field.columns[0].name) or ""))
        found[name, seen[name]] = row
        seen[name] += 1
    return found


def _products(before: Sequence[Content], after: Sequence[Content]) -> Iterator[Difference]:
    old, new = ({item["id"]: item for item in products} for products in (before, after))
    for number in dict.fromkeys([*new, *old]):
        one, other = old.get(number), new.get(number)
        name = (other or one or {})["name"]
        if one is None or other is None:
            yield Difference(_PRODUCT, one and one["name"], other and other["name"], part=Part.PRODUCT, product=name)
        else:
            yield from _of_part(Part.PRODUCT, compare(PRODUCT_FIELDS, one, other), name)


def _paper(before: Content, after: Content | None) -> Iterator[Difference]:
    """Another file that was signed, known by the beginning of its hash."""
    if after and before.get("sha256") != after["sha256"]:
        yield Difference(_SIGNED, before.get("sha256", "")[:12], after["sha256"][:12], part=Part.PAPER)


def _of_part(part: Part, found: Iterable[Difference], product_name: str = "") -> Iterator[Difference]:
    for each in found:
        yield Difference(each.field, each.before, each.after, each.column, each.row, part, product_name)


def _missing_from(others: Sequence[Any], items: Sequence[Any]) -> list[Any]:
    known = {_says(item) for item in others}
    return [item for item in items if _says(item) not in known]


def _says(value: Any) -> Hashable:
    """What a value says, in a form to compare: what is empty and what is missing say the same."""
    if isinstance(value, Mapping):
        return frozenset((name, said) for name, each in value.items() if (said := _says(each)))
    if isinstance(value, list):
        return tuple(_says(each) for each in value)
    return value or ""


_PRODUCT: Final = Field("products", N_("产品"))
_SIGNED: Final = Field("signed", N_("签署的声明"))
PRODUCT_FIELDS: Final = (*product.FIELDS, Field("pictures", N_("图片"), Kind.CHOICES))
_IN_SNAPSHOTS: Final = frozenset(
    {"name", "name_en", "uscc", "area", "address", "industry", "founded_on", "customs_code"}
)
ENTERPRISE_FIELDS: Final = tuple(
    field for field in (enterprise.CODE_FIELD, *enterprise.FIELDS) if field.name in _IN_SNAPSHOTS
)
