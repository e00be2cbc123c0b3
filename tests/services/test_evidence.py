"""Files that firms send: kept once by content, refused without a trace, read only by those who may."""

from __future__ import annotations

import errno
import threading
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sqlalchemy import func, select

from registry.domain.errors import NotAllowed, NotFound
from registry.infrastructure.inspection import RefusedFile
from registry.infrastructure.storage import FolderStore, StorageFull
from registry.models import AuditEvent, Evidence, ProductPicture, StoredFile
from registry.services import evidence, files, products
from tests.at_once import WAIT, at_once
from tests.factories import add_report, pdf_report

if TYPE_CHECKING:
    from pathlib import Path

    from registry.services.work import Work
    from tests.conftest import Site


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_report())
    return path


def picture(folder: Path, color: str = "red") -> Path:
    path = folder / f"{color}.png"
    Image.new("RGB", (40, 30), color).save(path)
    return path


def rows(work: Work, model: type) -> int:
    return work.session.scalar(select(func.count()).select_from(model)) or 0


def stored(site: Site) -> list[Path]:
    return [path for path in (site.data_dir / "files").rglob("*") if path.is_file()]


def test_the_same_file_twice_is_one_piece_of_evidence(site: Site, report: Path) -> None:
    with site.work(site.world.owner) as work:
        first = evidence.add(work, report, "../检测\u202e报告.PDF", kind="test_report")
        assert evidence.add(work, report, "另一个名字.pdf", kind="test_report") is first
        assert first.file_name == "检测报告.pdf"
        other_kind = evidence.add(work, report, "报告.pdf", kind="licence")
        assert other_kind.id != first.id
        assert other_kind.file_id == first.file_id
        assert [item.id for item in evidence.find_own(work, evidence.Query()).rows] == [other_kind.id, first.id]
        file_id = first.file_id
        work.session.commit()
        tag = select(func.count()).where(AuditEvent.tag == "enterprise:evidence:add")
        assert work.session.scalar(tag) == 2
    with site.work(site.world.other_owner) as work:
        assert evidence.add(work, report, "报告.pdf", kind="test_report").file_id == file_id
        assert rows(work, StoredFile) == 1
    assert len(stored(site)) == 1


def test_two_who_send_the_same_file_at_once(site: Site, report: Path) -> None:
    def send() -> int:
        with site.work(site.world.owner) as work:
            return evidence.add(work, report, "报告.pdf", kind="test_report").id

    assert len(set(at_once([send, send, send]))) == 1
    with site.work() as work:
        assert (rows(work, Evidence), rows(work, StoredFile)) == (1, 1)


def test_somebody_stores_the_same_between_looking_and_writing(
    site: Site, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What two threads only sometimes hit: the first look finds nothing, and the constraint then does."""
    with site.work(site.world.owner) as work:
        known = evidence.add(work, report, "报告.pdf", kind="test_report")
        real = work.session.scalar
        monkeypatch.setattr(work.session.__class__, "scalar", lambda *_args, **_more: None)
        try:
            assert files.keep_upload(work, report).id == known.file_id
            assert evidence.add(work, report, "报告.pdf", kind="test_report").id == known.id
        finally:
            monkeypatch.undo()
        assert real(select(func.count()).select_from(Evidence)) == 1


def test_a_picture_is_stored_without_what_the_camera_adds(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (40, 30), "blue").save(path, exif=exif)
    assert b"secret place" in path.read_bytes()
    with site.work(site.world.owner) as work:
        added = evidence.add(work, path, "照片", kind="licence")
        assert (added.file.media_type, added.file_name) == ("image/jpeg", "照片.jpg")
        with work.store.open(added.file.sha256) as stream:
            assert b"secret place" not in stream.read()


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00 not a picture", b"%PDF-1.7 broken"])
def test_a_refused_file_leaves_nothing(site: Site, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.pdf"
    path.write_bytes(content)
    with site.work(site.world.owner) as work:
        before = rows(work, AuditEvent)
        with pytest.raises(RefusedFile):
            evidence.add(work, path, "bad.pdf", kind="test_report")
        with pytest.raises(RefusedFile):
            products.add_picture(work, site.world.product, path)
        assert (rows(work, Evidence), rows(work, StoredFile), rows(work, ProductPicture)) == (0, 0, 0)
        assert rows(work, AuditEvent) == before
    assert stored(site) == []


def test_a_full_disk_leaves_nothing(site: Site, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FolderStore, "_publish", full)
    with site.work(site.world.owner) as work:
        with pytest.raises(StorageFull):
            evidence.add(work, report, "报告.pdf", kind="test_report")
        assert (rows(work, Evidence), rows(work, StoredFile)) == (0, 0)
    assert stored(site) == []


def test_only_who_files_for_the_firm_may_add(site: Site, report: Path) -> None:
    for user in (site.world.viewer, site.world.county_reviewer, site.world.nobody):
        with site.work(user) as work, pytest.raises(NotAllowed):
            evidence.add(work, report, "报告.pdf", kind="test_report")
    assert stored(site) == []


def test_own_evidence_is_read_by_the_firm_only(site: Site) -> None:
    with site.work(site.world.owner) as work:
        number = int(add_report(work))
        assert evidence.read(work, number).id == number
    with site.work(site.world.viewer) as work:
        assert evidence.read(work, number).file.media_type == "application/pdf"
    for user in (site.world.other_owner, site.world.county_reviewer, site.world.nobody):
        with site.work(user) as work:
            assert evidence.find_own(work, evidence.Query()).rows == []
            with pytest.raises(NotFound):
                evidence.read(work, number)


def test_numbers_that_come_from_forms(site: Site) -> None:
    with site.work(site.world.owner) as work:
        number = add_report(work)
        asked = [number, "", "x", "-1", "٣", "9" * 30, "9" * 5000, str(int(number) + 1)]
        assert list(evidence.by_ids(work, asked, site.world.enterprise)) == [number]
        assert evidence.by_ids(work, asked, site.world.other_enterprise) == {}
        assert evidence.own_ids(work, site.world.enterprise, "test_report") == {number}
        assert evidence.own_ids(work, site.world.enterprise, "licence") == frozenset()


# Pictures of products


def test_pictures_keep_their_order(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        for color in ("red", "green", "red", "blue"):
            products.add_picture(work, site.world.product, picture(tmp_path, color))
        product = products.get_own(work, site.world.product)
        assert len(product.pictures) == 3
        green = product.pictures[1]
        products.remove_picture(work, product.id, product.pictures[0].id)
        products.add_picture(work, product.id, picture(tmp_path, "black"))
        work.session.expire_all()
        positions = [item.position for item in product.pictures]
        assert positions == sorted(set(positions))
        assert product.pictures[0] is green
        assert products.get_picture(work, product.id, green.id) is green
        assert green.file.media_type == "image/jpeg"
        with pytest.raises(NotFound):
            products.get_picture(work, product.id, 99)
        with pytest.raises(NotFound):
            products.remove_picture(work, product.id, 99)


def test_pictures_of_others_cannot_be_touched(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        products.add_picture(work, site.world.product, picture(tmp_path))
        number = products.get_own(work, site.world.product).pictures[0].id
    with site.work(site.world.other_owner) as work:
        with pytest.raises(NotFound):
            products.get_picture(work, site.world.product, number)
        with pytest.raises(NotFound):
            products.remove_picture(work, site.world.product, number)
    with site.work(site.world.viewer) as work:
        assert products.get_picture(work, site.world.product, number).id == number
        with pytest.raises(NotFound):
            products.remove_picture(work, site.world.product, number)


def test_the_same_picture_twice_at_once(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is known already; on PostgreSQL both have judged it before either looks at the product."""
    path, met, judge = picture(tmp_path), threading.Barrier(2), files.judge_picture
    with site.work(site.world.owner) as work:
        files.keep_judged(work, judge(work, path))

    def judge_together(work: Work, path: Path) -> files.Judged:
        judged = judge(work, path)
        if work.session.get_bind().dialect.name == "postgresql":
            met.wait(WAIT)
        return judged

    def add() -> None:
        with site.work(site.world.owner) as work:
            products.add_picture(work, site.world.product, path)

    monkeypatch.setattr(files, "judge_picture", judge_together)
    assert at_once([add, add]) == [None, None]
    with site.work() as work:
        assert rows(work, ProductPicture) == 1


def test_a_picture_is_read_back_as_it_was_made(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        kept = files.keep_judged(work, files.judge_picture(work, picture(tmp_path)))
        with work.store.open(kept.sha256, verify=True) as stream:
            assert Image.open(BytesIO(stream.read())).size == (40, 30)


def test_a_file_forgotten_at_the_moment_it_comes_again_is_stored_again(
    site: Site, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retention may delete a content between the look that finds it there and the row that names it."""

    def gone(store: FolderStore, sha256: str) -> bool:
        store.remove(sha256)
        return False

    monkeypatch.setattr(FolderStore, "exists", gone)
    with site.work(site.world.owner) as work:
        digest = evidence.add(work, report, "报告.pdf", kind="test_report").file.sha256
    assert [path.name for path in stored(site)] == [digest]
