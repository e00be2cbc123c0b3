"""Pictures of products: plain shapes, the same ones each time, marked as made for a demonstration."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont

from registry.models import ProductPicture
from registry.services import products

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.cli.demonstration.products import Goods
    from registry.cli.demonstration.stage import Stage
    from registry.models import Product, StoredFile

_SIZE: Final = (960, 720)
_INK: Final = (52, 60, 72)

Colour = tuple[int, int, int]
Draw = ImageDraw.ImageDraw


def _cup(draw: Draw, colour: Colour) -> None:
    draw.arc((560, 260, 720, 460), 270, 90, fill=colour, width=28)
    draw.rounded_rectangle((320, 180, 620, 560), 48, fill=colour)


def _plate(draw: Draw, colour: Colour) -> None:
    draw.ellipse((200, 120, 760, 600), fill=colour)
    draw.ellipse((290, 200, 670, 520), outline=(255, 255, 255), width=10)


def _box(draw: Draw, colour: Colour) -> None:
    draw.rounded_rectangle((250, 260, 710, 560), 36, fill=colour)
    draw.rounded_rectangle((230, 200, 730, 280), 30, fill=_INK)


def _kettle(draw: Draw, colour: Colour) -> None:
    draw.arc((580, 220, 760, 500), 270, 90, fill=_INK, width=32)
    draw.polygon([(380, 190), (580, 190), (680, 570), (280, 570)], fill=colour)


def _lamp(draw: Draw, colour: Colour) -> None:
    draw.rectangle((470, 120, 490, 260), fill=_INK)
    draw.pieslice((240, 220, 720, 700), 180, 360, fill=colour)


def _blocks(draw: Draw, colour: Colour) -> None:
    for left, top in ((280, 400), (490, 400), (385, 200)):
        draw.rounded_rectangle((left, top, left + 190, top + 180), 20, fill=colour)


def _wheels(draw: Draw, colour: Colour) -> None:
    draw.pieslice((270, 140, 690, 560), 0, 180, fill=colour)
    for left in (300, 540):
        draw.ellipse((left, 500, left + 130, 630), fill=_INK)


def _case(draw: Draw, colour: Colour) -> None:
    draw.rectangle((420, 100, 540, 200), outline=_INK, width=16)
    draw.rounded_rectangle((320, 190, 640, 600), 40, fill=colour)
    for left in (400, 480, 560):
        draw.line((left, 230, left, 560), fill=(255, 255, 255), width=8)


def _shirt(draw: Draw, colour: Colour) -> None:
    outline = [(370, 160), (590, 160), (760, 270), (690, 360), (630, 320), (630, 590)]
    mirrored = [(960 - x, y) for x, y in reversed(outline)]
    draw.polygon(outline + mirrored, fill=colour)


def _stack(draw: Draw, colour: Colour) -> None:
    for top in (220, 350, 480):
        draw.rounded_rectangle((240, top, 720, top + 110), 50, fill=colour)


def _roll(draw: Draw, colour: Colour) -> None:
    draw.rectangle((320, 240, 700, 500), fill=colour)
    draw.ellipse((250, 240, 390, 500), fill=_INK)
    draw.ellipse((290, 320, 350, 420), fill=(255, 255, 255))


def _bolt(draw: Draw, colour: Colour) -> None:
    draw.polygon([(360, 160), (600, 160), (660, 230), (600, 300), (360, 300), (300, 230)], fill=_INK)
    draw.rectangle((420, 300, 540, 600), fill=colour)


def _ring(draw: Draw, colour: Colour) -> None:
    draw.ellipse((240, 120, 720, 600), fill=colour)
    draw.ellipse((380, 260, 580, 460), fill=(255, 255, 255))
    for left, top in ((455, 160), (455, 510), (280, 335), (630, 335)):
        draw.ellipse((left, top, left + 50, top + 50), fill=(255, 255, 255))


def _board(draw: Draw, colour: Colour) -> None:
    for step in range(3):
        offset = step * 90
        draw.polygon(
            [(220, 320 + offset), (620, 220 + offset), (740, 290 + offset), (340, 400 + offset)],
            fill=colour if step % 2 == 0 else _INK,
        )


def _battery(draw: Draw, colour: Colour) -> None:
    draw.rounded_rectangle((360, 200, 600, 600), 30, fill=colour)
    draw.rectangle((430, 150, 530, 200), fill=_INK)


def _fruit(draw: Draw, colour: Colour) -> None:
    draw.ellipse((290, 210, 530, 590), fill=colour)
    draw.ellipse((430, 210, 670, 590), fill=colour)
    draw.line((480, 230, 510, 140), fill=_INK, width=14)


def _bottle(draw: Draw, colour: Colour) -> None:
    draw.rectangle((440, 110, 520, 260), fill=_INK)
    draw.rounded_rectangle((370, 240, 590, 610), 60, fill=colour)


def _sack(draw: Draw, colour: Colour) -> None:
    draw.rounded_rectangle((310, 230, 650, 610), 90, fill=colour)
    draw.rectangle((400, 170, 560, 240), fill=_INK)


SHAPES: Final[dict[str, Callable[[Draw, Colour], None]]] = {
    "battery": _battery,
    "blocks": _blocks,
    "board": _board,
    "bolt": _bolt,
    "bottle": _bottle,
    "box": _box,
    "case": _case,
    "cup": _cup,
    "fruit": _fruit,
    "kettle": _kettle,
    "lamp": _lamp,
    "plate": _plate,
    "ring": _ring,
    "roll": _roll,
    "sack": _sack,
    "shirt": _shirt,
    "stack": _stack,
    "wheels": _wheels,
}


def draw_picture(shape: str, tint: int) -> Image.Image:
    """A picture of one of the shapes; the tint counts around the circle of colours in steps of 60 degrees."""
    hue = (tint % 6) / 6 + sum(shape.encode()) % 20 / 120
    picture = Image.new("RGB", _SIZE, _rgb(hue, 0.95, 0.35))
    draw = ImageDraw.Draw(picture)
    SHAPES[shape](draw, _rgb(hue, 0.55, 0.45))
    draw.text((28, 660), "DEMO", fill=_INK, font=ImageFont.load_default(36))
    return picture


def _rgb(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


@dataclass
class PictureBook:
    """The pictures that are already in the store: judging a file costs a process, so each is judged once."""

    stage: Stage
    kept: dict[tuple[str, int], StoredFile] = field(default_factory=dict)

    def add(self, goods: Goods, product: Product) -> None:
        """Put a picture on a product."""
        page = (goods.firm.family.shape, goods.number % 2)
        known = self.kept.get(page)
        if known is not None:
            product.pictures.append(ProductPicture(file=known, position=len(product.pictures)))
            self.stage.session.flush()
            return
        path = self.stage.folder / f"{page[0]}-{page[1]}.png"
        draw_picture(*page).save(path)
        products.add_picture(self.stage.work(goods.firm.account), product.id, path)
        self.kept[page] = product.pictures[-1].file
