"""Pictures of products: cut, put in order, the first one the title picture; the original stays."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from registry.domain import product as definition
from registry.domain.errors import InvalidFields, InvalidValue, NotFound
from registry.infrastructure.storage import BlobNotFound
from registry.models import AuditEvent, ProductPicture, StoredFile
from registry.services import files, products
from tests.factories import file_declaration
from tests.factories.bulk import contents

if TYPE_CHECKING:
    from pathlib import Path

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
        before = contents(site)
        with pytest.raises(InvalidValue) as caught:
            products.add_picture(work, site.world.product, picture(tmp_path, "blue"))
        assert "最多 1 张" in str(caught.value)
    assert contents(site) == before, "what is refused is not kept"


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
        assert files.forget_unreferenced(work, [whole.id]) == []


def kept(site: Site) -> int:
    with site.work() as work:
        return work.session.scalar(select(func.count()).select_from(StoredFile)) or 0


def test_cuts_that_are_shown_no_more_are_forgotten(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path, "red", "blue"))
        (number,) = shown(work, site.world.product)
    for width in ("50", "40", "30"):
        with site.work(site.world.owner) as work:
            crop(work, site, number, left="0", width=width)
        assert kept(site) == 2
    with site.work(site.world.owner) as work:
        crop(work, site, number, shape="whole")
    assert kept(site) == 1
    with site.work(site.world.owner) as work:
        crop(work, site, number)
        products.remove_picture(work, site.world.product, number)
    assert kept(site) == 0
    # The contents go when they have lain there for a while, and come back with the next upload until then.
    assert len(contents(site)) == 5
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path, "red", "blue"))
    assert (kept(site), len(contents(site))) == (1, 5)


def test_what_another_product_shows_is_not_forgotten(site: Site, tmp_path: Path) -> None:
    path = picture(tmp_path, "red")
    with site.work(site.world.owner) as work:
        second = products.add(work, {"name": "另一个（虚构）", "category": "consumer"}).id
        for product in (site.world.product, second):
            products.add_picture(work, product, path)
        products.remove_picture(work, second, shown(work, second)[0])
    assert kept(site) == 1


def test_what_was_submitted_is_never_forgotten(site: Site, tmp_path: Path) -> None:
    """A submission names its pictures by their digests, and certificates show them for ever."""
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path, "red", "blue"))
        (number,) = shown(work, site.world.product)
        cut = crop(work, site, number).file.sha256
        file_declaration(work, site.world.product)
    with site.work(site.world.owner) as work:
        later = crop(work, site, number, width="40").file.sha256
        products.remove_picture(work, site.world.product, number)
    with site.work() as work:
        known = set(work.session.scalars(select(StoredFile.sha256).where(StoredFile.media_type == "image/jpeg")))
        assert (cut in known, later in known) == (True, False)


def test_a_file_that_somebody_begins_to_show_stays(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database knows of uses that this transaction did not see when it looked."""
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path, "red"))
        found = products.get_own(work, site.world.product).pictures[0]
        with monkeypatch.context() as patched:
            patched.setattr(files, "exists", lambda: select(StoredFile.id).where(StoredFile.id == 0).exists())
            assert files.forget_unreferenced(work, [found.file_id]) == []
        assert shown(work, site.world.product) == [found.id]
