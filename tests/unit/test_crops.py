from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.domain import crops
from registry.domain.crops import Crop
from registry.domain.errors import InvalidFields, InvalidValue

TODAY = date(2026, 3, 18)
OWN = {"shape": "own", "left": "10", "top": "20.5", "width": "50%", "height": "40"}


def wrong(values: dict[str, Any]) -> set[str]:
    with pytest.raises(InvalidFields) as caught:
        crops.wanted(values, TODAY)
    return set(caught.value.fields)


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"shape": "whole"}, crops.WHOLE),
        ({"shape": "square"}, (1, 1)),
        ({"shape": "landscape", "left": "nonsense is left alone"[:9]}, None),
        (OWN, Crop(100, 205, 500, 400)),
        (OWN | {"left": "0", "top": "0", "width": "100", "height": "100.0"}, crops.WHOLE),
    ],
    ids=["whole", "square", "wrong numbers", "own", "own and whole"],
)
def test_what_was_asked_for(values: dict[str, Any], part: object) -> None:
    if part is None:
        assert wrong(values) == {"left"}
    else:
        assert crops.wanted(values, TODAY) == part


def test_what_leads_over_the_edge() -> None:
    assert wrong(OWN | {"left": "50.1"}) == {"width"}
    assert wrong(OWN | {"top": "60.1", "left": "60"}) == {"width", "height"}
    assert wrong({"shape": "own"}) == {"left", "top", "width", "height"}
    assert wrong({}) == {"shape"}


@pytest.mark.parametrize("raw", ["", "-1", "100.1", "101", "1.25", "1e1", "a", ".5", "½", "１.１.1", "7.", "1000"])
def test_no_share(raw: str) -> None:
    with pytest.raises(InvalidValue):
        crops.check_percent(raw)


@pytest.mark.parametrize(
    ("raw", "share"), [("0", "0"), ("100", "100"), ("100.0", "100.0"), ("１２．５％", "12.5"), (" 7 ", "7")]
)
def test_a_share(raw: str, share: str) -> None:
    assert crops.check_percent(raw) == share


@pytest.mark.parametrize(
    ("aspect", "size", "part"),
    [
        ((1, 1), (400, 300), Crop(125, 0, 750, 1000)),
        ((1, 1), (300, 400), Crop(0, 125, 1000, 750)),
        ((4, 3), (400, 300), crops.WHOLE),
        ((3, 4), (400, 300), Crop(219, 0, 562, 1000)),
    ],
)
def test_the_largest_part_in_the_middle(aspect: tuple[int, int], size: tuple[int, int], part: Crop) -> None:
    assert crops.centred(aspect, *size) == part


def test_a_crop_in_pixels_as_kept_and_as_the_form_wants_it() -> None:
    crop = Crop(100, 205, 500, 400)
    assert crop.box(200, 1000) == (20, 205, 120, 605)
    assert not crop.is_whole
    assert crops.as_form(crop.as_json()) == {
        "shape": "own",
        "left": "10",
        "top": "20.5",
        "width": "50",
        "height": "40",
    }
    assert crops.wanted(crops.as_form(crop.as_json()), TODAY) == crop
    assert crops.wanted(crops.as_form(None), TODAY) == crops.WHOLE
    assert set(crops.too_small().fields) == {"shape"}
