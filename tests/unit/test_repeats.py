from __future__ import annotations

from registry.domain.identifiers import check_link
from registry.domain.repeats import repeated


def test_a_value_that_stands_in_a_row_above() -> None:
    rows = [{"name": "300 mL"}, {"name": ""}, {"name": "３００ ml"}, {"name": " "}, {}, {"name": "500 mL"}]
    assert set(repeated("variants", "name", rows)) == {"variants-2-name"}
    assert repeated("variants", "name", rows[3:]) == {}


def test_what_counts_as_the_same_is_said_by_the_caller() -> None:
    rows = [{"url": "https://shop.example/"}, {"url": "HTTPS://SHOP.example"}, {"url": "https://shop.example/A"}]
    assert set(repeated("links", "url", rows, check_link)) == {"links-1-url"}
