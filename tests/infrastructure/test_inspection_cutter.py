"""Cutting a part out of a picture, in a process of its own."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from registry.domain.crops import WHOLE, Crop
from registry.domain.errors import InvalidFields
from registry.infrastructure.inspection import Reason, RefusedFile, cut_picture


def picture(width: int = 400, height: int = 300) -> bytes:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (0, height // 2, width, height))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("wanted", "place", "size"),
    [
        (Crop(0, 500, 500, 500), Crop(0, 500, 500, 500), (200, 150)),
        ((1, 1), Crop(125, 0, 750, 1000), (300, 300)),
        ((4, 3), WHOLE, (400, 300)),
    ],
    ids=["a part", "a proportion", "all of it"],
)
def test_the_part_and_where_it_lies(wanted: Crop | tuple[int, int], place: Crop, size: tuple[int, int]) -> None:
    found, part = cut_picture(picture(), wanted)
    image = Image.open(BytesIO(part))
    assert (found, image.size, image.format, image.info.get("exif")) == (place, size, "JPEG", None)
    red, _green, blue = image.convert("RGB").getpixel((10, size[1] - 10))
    assert blue > red


def test_what_is_too_small_to_see_is_refused() -> None:
    with pytest.raises(InvalidFields):
        cut_picture(picture(), Crop(0, 0, 148, 1000))
    assert cut_picture(picture(), Crop(0, 0, 150, 1000))[1]


def test_a_damaged_picture_is_refused() -> None:
    with pytest.raises(RefusedFile) as caught:
        cut_picture(picture()[:200], (1, 1))
    assert caught.value.reason is Reason.PICTURE_DAMAGED
