"""Pictures of products: cut, put in order, the first one the title picture; the original stays."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sqlalchemy import select

from registry.domain import product as definition
from registry.domain.errors import InvalidFields, InvalidValue, NotFound
from registry.infrastructure.storage import BlobNotFound
from registry.models import AuditEvent, ProductPicture
from registry.services import files, products

if TYPE_CHECKING:
    from pathlib import Path

    from registry.models import StoredFile
    from registry.services.work import Work
    from tests.conftest import Site

OWN = {"shape": "own", "left": "50", "top": "0", "width": "50", "height": "100"}


def picture(folder: Path, *colours: str, size: tuple[int, int] = (400, 300)) -> Path:
    """Stripes from left to right."""
    image = Image.new("RGB", size)
    width = size[0] // len(colours)
    for number, colour in enumerate(colours):
        image.paste(colour, (number * width, 0, (number + 1) * width, size[1]))
    path = folder / f"{'-'.join(colours)}-{size[0]}.png"
    image.save(path)
    return path


def seen(work: Work, file: StoredFile) -> Image.Image:
    with work.store.open(file.sha256, verify=True) as stream:
        return Image.open(BytesIO(stream.read())).convert("RGB")


def shown(work: Work, product_id: int) -> list[int]:
    work.session.expire_all()
    return [item.id for item in products.get_own(work, product_id).pictures]


def crop(work: Work, site: Site, number: int, **values: Any) -> ProductPicture:
    return products.crop_picture(work, site.world.product, number, OWN | values)


def test_a_part_is_shown_and_the_original_kept(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path, "red", "blue"))
        found = products.get_own(work, site.world.product).pictures[0]
        whole = found.file
        crop(work, site, found.id)
        assert (found.original, found.crop) == (whole, {"left": 500, "top": 0, "width": 500, "height": 1000})
        cut = seen(work, found.file)
        assert cut.size == (200, 300)
        assert cut.getpixel((10, 150))[2] > 200
        # It is cut from the original again, and not from the part.
        crop(work, site, found.id, left="0", width="40")
        assert seen(work, found.file).size == (160, 300)
        crop(work, site, found.id, shape="square")
        assert seen(work, found.file).size == (300, 300)
        assert found.crop == {"left": 125, "top": 0, "width": 750, "height": 1000}
        # All of it, by its name, by its numbers, or because it has that shape anyway.
        for values in ({"shape": "whole"}, {"left": "0", "width": "100"}, {"shape": "landscape"}):
            crop(work, site, found.id, shape="square")
            crop(work, site, found.id, **values)
            assert (found.file, found.original, found.crop) == (whole, None, None)


def test_the_same_picture_is_not_added_again_after_it_was_cut(site: Site, tmp_path: Path) -> None:
    path = picture(tmp_path, "red", "blue")
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, path)
        found = products.get_own(work, site.world.product).pictures[0]
        crop(work, site, found.id)
        products.add_picture(work, site.world.product, path)
        assert shown(work, site.world.product) == [found.id]


def test_what_cannot_be_cut(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path, "red"))
        products.add_picture(work, site.world.product, picture(tmp_path, "red", size=(800, 300)))
        first, second = products.get_own(work, site.world.product).pictures
        for values, fields in (
            ({"width": "51"}, {"width"}),
            ({"left": "0", "width": "10"}, {"shape"}),  # 40 pixels
            ({"shape": ""}, {"shape"}),
        ):
            with pytest.raises(InvalidFields) as caught:
                crop(work, site, first.id, **values)
            assert set(caught.value.fields) == fields
        with pytest.raises(InvalidFields) as caught:
            crop(work, site, second.id)  # Just as large and as red as the first one.
        assert "已有一张图片" in str(caught.value.fields["shape"])
        assert second.crop is None
        work.store.remove(second.file.sha256)
        with pytest.raises(BlobNotFound):
            crop(work, site, second.id, left="10", width="30")


def test_pictures_are_put_in_order(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        for colour in ("red", "green", "blue"):
            products.add_picture(work, site.world.product, picture(tmp_path, colour))
        red, green, blue = shown(work, site.world.product)
        for number, by, order in (
            (blue, -1, [red, blue, green]),
            (green, -100, [green, red, blue]),
            (green, -1, [green, red, blue]),
            (red, 1, [green, blue, red]),
            (red, 5, [green, blue, red]),
            (blue, 0, [green, blue, red]),
        ):
            products.move_picture(work, site.world.product, number, by=by)
            assert shown(work, site.world.product) == order
        work.session.commit()
        events = work.session.scalars(select(AuditEvent).where(AuditEvent.tag == "enterprise:product:change")).all()
        assert len(events) == 3 + 3


def test_a_product_has_so_many_pictures_and_no_more(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definition, "MOST_PICTURES", 1)
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path, "red"))
        with pytest.raises(InvalidValue) as caught:
            products.add_picture(work, site.world.product, picture(tmp_path, "blue"))
        assert "最多 1 张" in str(caught.value)


def test_pictures_of_others_are_not_found(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path, "red"))
        number = shown(work, site.world.product)[0]
    for person in (site.world.other_owner, site.world.viewer):
        with site.work(person) as work:
            for refused in (
                lambda: crop(work, site, number),
                lambda: products.move_picture(work, site.world.product, number, by=1),
            ):
                with pytest.raises(NotFound):
                    refused()


def test_a_picture_that_nobody_shows_goes_with_its_original(site: Site, tmp_path: Path) -> None:
    """What is still cut from a file counts as a use of it."""
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path, "red", "blue"))
        found = products.get_own(work, site.world.product).pictures[0]
        whole = found.file
        crop(work, site, found.id)
        files.forget_unreferenced(work, [whole.id])
        assert work.store.exists(whole.sha256)
