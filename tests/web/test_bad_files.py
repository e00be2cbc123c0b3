"""Files that will not do: told at their field, nothing of them is kept, and what else was typed still stands there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from registry.infrastructure.database import db
from registry.infrastructure.inspection import Inspected
from registry.models import Evidence, StoredFile
from registry.services import files
from tests.factories import pdf_report
from tests.harness import Upload
from tests.infrastructure.pdf_samples import made_pdf
from tests.web import journey
from tests.web.test_bad_input import HANDMADE, assert_kept, count

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site
    from tests.harness import Browser, Page

NAMES = json.loads((HANDMADE / "filenames.json").read_text(encoding="utf-8"))
STORE = "存入材料库"


def report_form(owner: Browser) -> Page:
    return owner.get("/enterprise/evidence/new?kind=test_report").page


def sparse(path: Path, size: int) -> BinaryIO:
    with path.open("wb") as file:
        file.truncate(size)
    return path.open("rb")


# Into the library


def test_a_file_of_60_mb_is_told_and_the_rest_is_kept(
    site: Site, owner: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.app.config, "MAX_CONTENT_LENGTH", 200 * 1024 * 1024)  # As in production.
    with sparse(tmp_path / "big.pdf", 60 * 1024 * 1024) as file:
        answer = owner.press(report_form(owner), STORE, journey.REPORT | {"file": Upload("扫描件.pdf", file)})
    assert answer.status_code == 422
    assert "文件超过 2 MB" in answer.page.field_error("file")
    assert_kept(answer.page, journey.REPORT)
    assert count(site, Evidence) == 0


def test_more_than_the_site_takes_at_all_is_a_413(owner: Browser, tmp_path: Path) -> None:
    with sparse(tmp_path / "big.pdf", 21 * 1024 * 1024) as file:
        answer = owner.press(report_form(owner), STORE, journey.REPORT | {"file": Upload("扫描件.pdf", file)})
    assert (answer.status_code, answer.page.heading) == (413, "内容太大")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("zero_bytes.pdf", "空的"),
        ("exe_header_named_pdf.pdf", "只接受 PDF、JPEG、PNG"),
        ("zip_named_pdf.pdf", "只接受 PDF、JPEG、PNG"),
        ("js_openaction_alert.pdf", "含有脚本"),
        ("js_hex_name.pdf", "含有脚本"),
        ("uri_openaction.pdf", "自动访问网址"),
        ("claims_60000x60000.png", "图片"),
        ("svg_onload.svg", "只接受 PDF、JPEG、PNG"),
        ("polyglot_gif_js.gif", "只接受 PDF、JPEG、PNG"),
        ("trailing_html.pdf", "末尾夹带了其他数据"),
    ],
)
def test_a_refused_file_is_told_at_its_field(site: Site, owner: Browser, file: str, said: str) -> None:
    upload = Upload(file, (HANDMADE / file).read_bytes())
    answer = owner.press(report_form(owner), STORE, journey.REPORT | {"file": upload})
    assert answer.status_code == 422
    assert said in answer.page.field_error("file")
    assert any(said in error for error in answer.page.errors)
    assert_kept(answer.page, journey.REPORT)
    assert count(site, Evidence) == count(site, StoredFile) == 0


def test_a_pdf_with_an_attachment_is_refused(owner: Browser, tmp_path: Path) -> None:
    def attach(pdf: Any) -> None:
        pdf.attachments["x.txt"] = b"x"

    content = made_pdf(tmp_path / "a.pdf", attach).read_bytes()
    answer = owner.press(report_form(owner), STORE, journey.REPORT | {"file": Upload("a.pdf", content)})
    assert "内嵌了其他文件" in answer.page.field_error("file")


def test_a_good_file_beside_wrong_facts_is_asked_for_again(site: Site, owner: Browser) -> None:
    """Browsers do not send it a second time by themselves; nothing of it is kept meanwhile."""
    typed = journey.REPORT | {"issued_on": "2099-01-01", "number": ""}
    answer = owner.press(report_form(owner), STORE, typed | {"file": Upload("好的.pdf", pdf_report())})
    assert answer.status_code == 422
    assert "重新选择" in answer.page.field_error("file")
    assert answer.page.field_error("issued_on") == "错误：日期不能晚于今天。"
    assert answer.page.field_error("number")
    assert_kept(answer.page, typed)
    assert count(site, Evidence) == count(site, StoredFile) == 0


def test_no_file_is_told_with_all_else_that_is_wrong(owner: Browser) -> None:
    answer = owner.press(report_form(owner), STORE)
    assert answer.status_code == 422
    assert "请选择要上传的文件" in answer.page.field_error("file")
    for name in ("number", "issuer", "issued_on", "conclusion"):
        assert answer.page.field_error(name), name


def test_a_refused_file_for_a_filing_leaves_the_filing_as_it_was(site: Site, owner: Browser) -> None:
    page = owner.get(journey.step(journey.start(owner, site.world.product), "quality")).page
    form = owner.submit(page, ("save", "add-reports"), {"quality_note": "先写在这里的话"}).page
    answer = owner.press(form, STORE, journey.REPORT | {"file": Upload("坏的.pdf", b"")})
    assert "空的" in answer.page.field_error("file")
    # The form still knows where it leads back to.
    answer = owner.submit(answer.page, STORE, {"file": Upload("好的.pdf", pdf_report())})
    assert answer.page.heading == "同质"
    assert answer.page.value("reports") == journey.offered(answer.page, "reports")
    assert answer.page.value("quality_note") == "先写在这里的话"


def test_names_of_files(site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown and sent back safely, whatever they were; the header of a download is one line."""
    verdict = Inspected(media_type="application/pdf", size=6, pages=1)
    monkeypatch.setattr(files, "inspect_file", lambda _path, *, limits: verdict)
    page = report_form(owner)
    for number, name in enumerate(NAMES):
        content = b"%%PDF-%d" % number
        answer = owner.submit(page, STORE, journey.REPORT | {"file": Upload(name, content)})
        assert not answer.page.errors, (name, answer.page.errors)
        with site.app.app_context():
            latest = db.session.query(Evidence).order_by(Evidence.id.desc()).first()
            shown, number_of_it = latest.file_name, latest.id
        download = owner.get(f"/evidence/{number_of_it}")
        assert download.mimetype == "application/pdf"
        disposition = download.headers["Content-Disposition"]
        assert "\n" not in disposition
        assert "/" not in shown
        assert "\\" not in shown
        assert shown.endswith((".pdf", ".PDF", ".PdF"))
        assert "Set-Cookie: x" not in str(download.headers)
    assert count(site, Evidence) == len(NAMES)
    assert owner.get("/enterprise/evidence").status_code == 200


# Pictures of products


@pytest.mark.parametrize(
    ("file", "said"),
    [("zero_bytes.pdf", "空的"), ("claims_60000x60000.png", "图片"), ("exe_header_named_pdf.pdf", "只接受")],
)
def test_a_refused_picture_is_told_at_its_field(site: Site, owner: Browser, file: str, said: str) -> None:
    page = owner.get("/enterprise/products/1").page
    answer = owner.press(page, "上传图片", {"picture": Upload("图.jpg", (HANDMADE / file).read_bytes())})
    assert answer.status_code == 422
    assert said in answer.page.field_error("picture")


def test_a_report_is_no_picture_and_none_is_told(owner: Browser) -> None:
    page = owner.get("/enterprise/products/1").page
    answer = owner.press(page, "上传图片", {"picture": Upload("图.jpg", pdf_report())})
    assert "需要 JPEG 或 PNG" in answer.page.field_error("picture")
    answer = owner.press(page, "上传图片")
    assert (answer.status_code, answer.page.field_error("picture")) == (422, "请选择一张图片。")


def test_the_same_picture_twice_is_one_and_can_be_removed(owner: Browser) -> None:
    page = owner.get("/enterprise/products/1").page
    for _ in range(2):
        page = owner.submit(page, "上传图片", {"picture": Upload("图.jpg", journey.photograph())}).page
    assert len(page.classed("picture-list")[0].findall(".//img")) == 1
    answer = owner.submit(page, "移除图片 1")
    assert not answer.page.classed("picture-list")
    assert owner.submit(page, "移除图片 1").status_code == 404  # Pressed twice, or back and again.
