"""The process that cuts a part out of a product's picture; see ``errand``."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

from registry.domain.crops import MIN_SIDE, Crop, centred
from registry.infrastructure.inspection import judge, picture
from registry.infrastructure.inspection.errand import run
from registry.infrastructure.inspection.verdict import JPEG

if TYPE_CHECKING:
    from registry.infrastructure.inspection.errand import Answer, Errand


def main(description: str, sent: BinaryIO, out: BinaryIO) -> None:
    """Do the one job that is described in JSON, and write the answer; see ``errand.run``."""
    run(description, sent, out, _TASKS)


def _cut(errand: Errand) -> Answer:
    """Answer with the part in thousandths, and the picture of it; with no picture where it is too small."""
    with judge.blaming_the_file(JPEG, errand.limits):
        whole = picture.opened_whole(BytesIO(errand.parts[0]), errand.limits)
        aspect, given = errand.job["aspect"], errand.job["crop"]
        crop = centred((aspect[0], aspect[1]), *whole.size) if aspect else Crop(**given)
        part = whole.crop(crop.box(*whole.size))
        return crop.as_json(), picture.as_product(part) if min(part.size) >= MIN_SIDE else b""


_TASKS: Final = {"cut": _cut}
