"""Canonical JSON against RFC 8785's own rules and examples."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.canonical import canonical, digest

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ([], "[]"),
        (None, "null"),
        (True, "true"),
        (-12, "-12"),
        ("", '""'),
        ({"b": [1, False], "a": {"z": None, "y": "三同"}}, '{"a":{"y":"三同","z":null},"b":[1,false]}'),
        ('\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),  # clause 3.2.2.2
        ("𠮷", '"𠮷"'),
    ],
)
def test_text_form(value: Any, text: str) -> None:
    assert canonical(value) == text


def test_names_are_sorted_by_utf_16_code_units() -> None:
    """The example of RFC 8785 clause 3.2.3: the emoji's surrogates come before U+FB33."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    order = list(json.loads(canonical(dict.fromkeys(names, 0))))
    assert order == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@given(values)
def test_reading_it_back_gives_the_same(value: Any) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@pytest.mark.parametrize("value", [1.0, date(2026, 3, 8), b"", (), {1: "a"}, {"a": [1.5]}, [{"a": {2}}]])
def test_what_has_no_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_digest_is_over_utf_8() -> None:
    assert digest("三同") == hashlib.sha256("三同".encode()).hexdigest()
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
