"""What a holder says who gives a certificate up."""

from __future__ import annotations

from datetime import date

import pytest

from registry.domain.errors import InvalidFields
from registry.domain.requirements import Facts
from registry.domain.validity import MOST_REASON
from registry.domain.withdrawal import FIELDS, OTHER, REASONS, parts_of, reason_of

FACTS = Facts(date(2026, 3, 18))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"reason": "production_ended"}, "产品停产"),
        ({"reason": "production_ended", "note": " 改用新商标\u200b "}, "产品停产：改用新商标"),
        ({"reason": "not_conforming", "note": ""}, "产品不再符合要求"),
        ({"reason": "other", "note": "两行\n说明：如下"}, "其他原因：两行\n说明：如下"),
    ],
    ids=["alone", "with a note", "empty note", "other"],
)
def test_what_is_kept(typed: dict[str, str], kept: str) -> None:
    assert reason_of(typed, FACTS) == kept
    chosen, note = parts_of(kept)
    assert chosen == dict(REASONS)[typed["reason"]]
    assert kept == (f"{chosen}：{note}" if note else chosen)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "reason"),
        ({"reason": "nonsense"}, "reason"),
        ({"reason": OTHER}, "note"),
        ({"reason": OTHER, "note": "\u200b"}, "note"),
        ({"reason": "production_ended", "note": "长" * 501}, "note"),
    ],
    ids=["none", "unknown", "unexplained", "blank", "too long"],
)
def test_what_is_refused(typed: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFields) as caught:
        reason_of(typed, FACTS)
    assert set(caught.value.fields) == {field}


@pytest.mark.parametrize("text", ["", "抽查不合格", "说明：产品停产", "STD-330400-2026-000001-X"])
def test_any_other_reason_stays_whole(text: str) -> None:
    assert parts_of(text) == ("", text)


def test_the_longest_reason_fits() -> None:
    longest = max(len(label) for _value, label in REASONS)
    (note,) = [field for field in FIELDS if field.name == "note"]
    assert longest + 1 + note.max_length <= MOST_REASON
    assert not any("：" in label for _value, label in REASONS)
