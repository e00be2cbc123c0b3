"""Help where it is needed: each field says what to write, or shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.domain.guide import FORMS, groups_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.domain.requirements import Field


def fields(form: str) -> Iterator[tuple[str, Field]]:
    for group in groups_of(form):
        for field in group.fields:
            yield group.anchor(field), field
            for column in field.columns:
                yield group.anchor(field, column), column


EVERY = [(anchor, field) for form in FORMS for anchor, field in fields(form)]
# What goes without saying.
SELF_EVIDENT = frozenset({"papers-statement"})


@pytest.mark.parametrize(("anchor", "field"), EVERY, ids=[anchor for anchor, _field in EVERY])
def test_each_field_has_help_or_an_example(anchor: str, field: Field) -> None:
    assert bool(field.help or field.example) is (anchor not in SELF_EVIDENT)


@pytest.mark.parametrize(("anchor", "field"), EVERY, ids=[anchor for anchor, _field in EVERY])
def test_help_is_sentences_and_short(anchor: str, field: Field) -> None:
    for text in (field.help, field.why):
        assert not text or text.endswith("。"), text
        assert len(text) <= 60, text
    assert not field.example.endswith("。")


@pytest.mark.parametrize("form", FORMS)
def test_each_field_has_an_address_of_its_own(form: str) -> None:
    anchors = [anchor for anchor, _field in fields(form)] + [group.name for group in groups_of(form)]
    assert len(set(anchors)) == len(anchors)
