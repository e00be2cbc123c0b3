"""Which part of a product's picture is shown: in thousandths, so that it fits whatever size the picture is kept in."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, Field, Kind, validated
from registry.domain.text import compact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

MIN_SIDE: Final = 60  # pixels; less shows nothing that a consumer could compare
_WHOLE: Final = 1000
_HUNDRED: Final = 100
_OWN: Final = "own"

SHAPES: Final = (
    ("whole", N_("整张图片")),
    ("square", N_("方形，居中")),
    ("landscape", N_("横幅 4:3，居中")),
    ("portrait", N_("竖幅 3:4，居中")),
    (_OWN, N_("自行框选")),
)
_ASPECTS: Final[Mapping[str, tuple[int, int]]] = {"square": (1, 1), "landscape": (4, 3), "portrait": (3, 4)}


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a picture, in thousandths of its width and height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is cut off."""
        return self.width == self.height == _WHOLE

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The part in pixels of a picture of this size: left, upper, right and lower edge."""
        return (
            round(self.left * width / _WHOLE),
            round(self.top * height / _WHOLE),
            round((self.left + self.width) * width / _WHOLE),
            round((self.top + self.height) * height / _WHOLE),
        )

    def as_json(self) -> dict[str, int]:
        """As the table keeps it."""
        return asdict(self)


WHOLE: Final = Crop(0, 0, _WHOLE, _WHOLE)


def centred(aspect: tuple[int, int], width: int, height: int) -> Crop:
    """The largest part in the middle of a picture that has this proportion of width to height.

    Args:
        aspect: for instance 4 and 3.
        width: the picture's, in pixels.
        height: likewise.
    """
    across, down = aspect[0] * height, aspect[1] * width
    if across < down:
        part = round(_WHOLE * across / down)
        return Crop((_WHOLE - part) // 2, 0, part, _WHOLE)
    part = round(_WHOLE * down / across)
    return Crop(0, (_WHOLE - part) // 2, _WHOLE, part)


def check_percent(raw: str) -> str:
    """Return a share from 0 to 100 with at most one decimal, without the sign %.

    Raises:
        InvalidValue: it is none.
    """
    text = compact(raw).removesuffix("%")
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", text) or Decimal(text) > _HUNDRED:
        raise InvalidValue(Message(N_("请填写 0 到 100 之间的数字，最多一位小数。")))
    return text


def _share(name: str, label: str) -> Field:
    return Field(
        name, label, required=False, required_if=("shape", _OWN), max_length=10, check=check_percent, public=True
    )


# Where the part lies, in per cent of the whole picture.
SHARES: Final = (
    _share("left", N_("左边去掉")),
    _share("top", N_("上边去掉")),
    _share("width", N_("保留宽度")),
    _share("height", N_("保留高度")),
)
FIELDS: Final = (
    Field("shape", N_("显示哪一部分"), Kind.CHOICE, choices=SHAPES, public=True),
    *SHARES,
)


def wanted(values: Mapping[str, Any], today: date) -> Crop | tuple[int, int]:
    """The part that was asked for: its place, or its proportion, which depends on the picture's size.

    Raises:
        InvalidFields: nothing was chosen, or numbers are missing or lead over the edge.
    """
    normal = validated(FIELDS, values, Facts(today))
    if normal["shape"] in _ASPECTS:
        return _ASPECTS[normal["shape"]]
    if normal["shape"] != _OWN:
        return WHOLE
    left, top, width, height = (int(Decimal(normal[name]) * 10) for name in ("left", "top", "width", "height"))
    wrong = {
        name: Message(N_("去掉的和保留的加起来超过了整张图片，请改小。"))
        for name, reach in (("width", left + width), ("height", top + height))
        if reach > _WHOLE
    }
    if wrong:
        raise InvalidFields(wrong)
    return Crop(left, top, width, height)


def too_small() -> InvalidFields:
    """The refusal of a part in which nothing could be seen."""
    text = Message(N_("这一部分太小，看不清商品；请保留至少 %(least)s 像素宽和高。"), {"least": MIN_SIDE})
    return InvalidFields({"shape": text})


def as_form(crop: Mapping[str, int] | None) -> dict[str, str]:
    """A kept crop as the form wants it."""
    if crop is None:
        return {"shape": "whole", "left": "0", "top": "0", "width": "100", "height": "100"}
    return {"shape": _OWN} | {name: f"{Decimal(value) / 10:f}" for name, value in crop.items()}
