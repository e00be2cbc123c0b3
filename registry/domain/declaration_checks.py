"""What a declaration says against itself: limits that cannot be compared, values that do not fit them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from registry.domain.declaration import COMPARISON_COLUMNS
from registry.domain.limits import comparison_row
from registry.domain.messages import N_, Message
from registry.domain.requirements import Gap, Note, is_blank_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Row = Mapping[str, str]

_STEP: Final = "standard"
_FIELD: Final = "comparison"
_LABELS: Final = {column.name: column.label for column in COMPARISON_COLUMNS}
_LIMITS: Final = ("overseas_limit", "domestic_limit")
_CHOOSE: Final = N_("这两个限值无法自动比较，请选择哪个较严。")


def with_stricter(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The comparison with the stricter limit computed where the firm has not chosen it itself."""
    return [row | {"stricter": row["stricter"] or comparison_row(row).stricter or ""} for row in rows]


def undecided(content: Mapping[str, Any]) -> list[Gap]:
    """The rows where the firm has to say which limit is the stricter one, because nobody could compute it."""
    return [
        Gap(_STEP, f"{_FIELD}-{number}-stricter", _LABELS["stricter"], Message(_CHOOSE), missing=True)
        for number, row in _filled(content)
        if not row.get("stricter")
        and all((row.get(name) or "").strip() for name in _LIMITS)
        and comparison_row(row).stricter is None
    ]


def remarks(content: Mapping[str, Any]) -> list[Note]:
    """What is to be looked at again in the comparison, row by row."""
    return [
        Note(
            _STEP,
            _FIELD,
            Message(
                N_("第 %(row)s 行 · %(column)s：%(text)s"),
                {"row": number + 1, "column": Message(_LABELS[remark.subject]), "text": remark.message},
            ),
            remark.weight,
        )
        for number, row in _filled(content)
        for remark in comparison_row(row).remarks
    ]


def _filled(content: Mapping[str, Any]) -> Iterator[tuple[int, Row]]:
    for number, row in enumerate(content.get(_FIELD) or []):
        if not is_blank_row(row):
            yield number, row
