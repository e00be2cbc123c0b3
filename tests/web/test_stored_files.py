"""Files that are given out are looked at again; what is damaged is never shown, and what is infected never kept."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest
from structlog.testing import capture_logs
from werkzeug.http import parse_options_header

from registry.infrastructure.antivirus import VirusScanner
from registry.infrastructure.database import db
from registry.models import Certificate, Evidence, StoredFile
from registry.services import files
from registry.services.work import Work
from tests.clamd import EICAR, Clamd
from tests.factories import pdf_report
from tests.factories.certificates import certified, worker
from tests.harness import Upload
from tests.web import journey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from registry.infrastructure.storage import FolderStore
    from tests.conftest import Site
    from tests.harness import Browser

DAMAGED = "这个文件在存储中已损坏或丢失"


@pytest.fixture
def store(site: Site) -> FolderStore:
    return site.app.extensions["registry"].store


@pytest.fixture
def evidence(site: Site, tmp_path: Path) -> tuple[str, str]:
    """Address and digest of a report that the first firm has sent."""
    certified(site, tmp_path)
    with site.app.app_context():
        worker(site).run_due()
        found = db.session.query(Evidence).first()
        found.file_name = "检测报告 “2026”;\r\nX-Evil: 1.html"
        db.session.commit()
        return f"/evidence/{found.id}", found.file.sha256


@pytest.fixture
def document(site: Site, evidence: tuple[str, str]) -> tuple[str, str]:
    """Address and digest of a public certificate's PDF."""
    with site.app.app_context():
        certificate = db.session.query(Certificate).one()
        return f"/c/{certificate.code}.pdf", certificate.document.sha256


@pytest.fixture
def clamd(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clamd]:
    with Clamd() as daemon:
        monkeypatch.setattr(site.app.extensions["registry"], "scanner", VirusScanner(daemon.address, seconds=5))
        yield daemon


def damage(store: FolderStore, sha256: str) -> None:
    """One bit, as a disk turns it."""
    path = store.path(sha256)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


# Going out


def test_a_report_is_shown_under_its_name_and_can_do_nothing(owner: Browser, evidence: tuple[str, str]) -> None:
    answer = owner.get(evidence[0])
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.content_length == len(answer.data)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'self'"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Accept-Ranges" not in answer.headers
    kind, parameters = parse_options_header(answer.headers["Content-Disposition"])
    assert kind == "inline"
    assert parameters["filename"].endswith(".pdf")
    assert "检测报告" in parameters["filename"], "RFC 6266, 4.3"
    assert answer.headers["Content-Disposition"].isascii()
    assert "X-Evil" not in answer.headers


def test_a_public_document_may_be_kept_and_is_asked_for_by_its_digest(
    browser: Browser, document: tuple[str, str], store: FolderStore
) -> None:
    address, sha256 = document
    answer = browser.get(address)
    assert answer.headers["ETag"] == f'"{sha256}"'
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"
    damage(store, sha256)
    for known in (f'"{sha256}"', f'W/"{sha256}"', f'"other", "{sha256}"'):
        again = browser.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b""), "what a cache has is good, whatever the disk has"
        assert again.headers["Cache-Control"] == "public, max-age=3600"
    browser.may_fail = True
    assert browser.get(address, headers={"If-None-Match": '"other"'}).status_code == 500


def test_pictures_have_no_rights_at_all(site: Site, browser: Browser, owner: Browser, tmp_path: Path) -> None:
    page = owner.get(f"/enterprise/products/{site.world.product}").page
    photograph = Upload("杯子.jpg", journey.photograph())
    field = next(c.get("name") for c in page.all("input", type="file"))
    button = next(
        text
        for form in page.forms
        if any(c.get("type") == "file" for c in form.iter("input"))
        for text in ["".join(b.itertext()).strip() for b in form.iter("button")]
    )
    owner.submit(page, button, {field: photograph})
    address = owner.get(f"/enterprise/products/{site.world.product}").page.all("img")[-1].get("src")
    answer = owner.get(address)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'self'"
    certified(site, tmp_path)
    with site.app.app_context():
        code = db.session.query(Certificate).one().code
    public = browser.get(f"/c/{code}/picture/1")
    assert public.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert parse_options_header(public.headers["Content-Disposition"])[1]["filename"].endswith("-1.jpg")


def spoil(path: Path, how: str) -> None:
    if how == "shortened":
        path.write_bytes(path.read_bytes()[:-1])
    elif how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"<html><script>alert(1)</script>")


@pytest.mark.parametrize("how", ["shortened", "gone", "exchanged"])
def test_what_is_damaged_is_told_and_never_shown(
    site: Site, evidence: tuple[str, str], document: tuple[str, str], store: FolderStore, how: str
) -> None:
    for visitor, (address, sha256) in (
        (journey.signed_in(site, site.world.owner), evidence),
        (site.app.test_client(), document),
    ):
        visitor.may_fail = True
        spoil(store.path(sha256), how)
        with capture_logs() as logs:
            answer = visitor.get(address)
        assert answer.status_code == 500
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Type"].startswith("text/html")
        assert DAMAGED in answer.page.text
        told = next(entry for entry in logs if entry["event"] == "damaged_file")
        assert (told["log_level"], told["sha256"], told["gone"]) == ("error", sha256, how == "gone")


def test_a_file_that_is_taken_for_another_type_is_not_shown(
    site: Site, owner: Browser, evidence: tuple[str, str], store: FolderStore
) -> None:
    """Somebody with the database's password makes a page of it, or puts one in place of it with its digest."""
    owner.may_fail = True
    for media_type in ("text/html", "image/jpeg", "image/svg+xml"):
        with site.app.app_context():
            db.session.query(StoredFile).filter_by(sha256=evidence[1]).one().media_type = media_type
            db.session.commit()
        assert DAMAGED in owner.get(evidence[0]).page.text
    page = io.BytesIO(b"<script>alert(1)</script>")
    with site.app.app_context():
        blob = store.put(page)
        stored = db.session.query(StoredFile).filter_by(sha256=evidence[1]).one()
        stored.sha256, stored.media_type = blob.sha256, "application/pdf"
        db.session.commit()
    assert DAMAGED in owner.get(evidence[0]).page.text


def test_opened_files_are_closed(site: Site, owner: Browser, evidence: tuple[str, str]) -> None:
    """Also those that turn out to be damaged."""
    owner.may_fail = True
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        owner.get(evidence[0])
    with site.app.app_context():
        db.session.query(StoredFile).filter_by(sha256=evidence[1]).one().media_type = "image/png"
        db.session.commit()
    for _ in range(20):
        owner.get(evidence[0])
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 5


# Coming in


def infected(report: bytes) -> bytes:
    """A PDF that nothing else is wrong with, and the agreed text in a stream of its own."""
    with pikepdf.open(io.BytesIO(report)) as pdf:
        pdf.pages[0].obj.Note = pdf.make_stream(EICAR)
        buffer = io.BytesIO()
        pdf.save(buffer, compress_streams=False)
    return buffer.getvalue()


def test_an_infected_file_is_refused_with_words_and_not_kept(site: Site, clamd: Clamd, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(infected(pdf_report()))
    with site.work(site.world.owner) as work, pytest.raises(files.RefusedFile) as refused:
        files.keep_upload(work, path)
    assert refused.value.reason == files.Reason.INFECTED
    assert "有害内容" in str(refused.value.message)
    assert clamd.received == [path.read_bytes()]
    assert not [found for found in (site.data_dir / "files").rglob("*") if found.is_file()]


def test_a_harmless_file_is_scanned_as_it_was_sent_and_kept(site: Site, clamd: Clamd, tmp_path: Path) -> None:
    report, photograph = tmp_path / "report.pdf", tmp_path / "photograph.jpg"
    report.write_bytes(pdf_report())
    photograph.write_bytes(journey.photograph())
    with site.work(site.world.owner) as work:
        assert files.keep_upload(work, report).media_type == "application/pdf"
        assert files.keep_upload(work, photograph).media_type == "image/jpeg"
        assert files.judge_picture(work, photograph).media_type == "image/jpeg"
    assert clamd.received == [report.read_bytes(), photograph.read_bytes(), photograph.read_bytes()]


def test_an_infected_picture_is_refused_although_it_would_be_encoded_anew(
    site: Site, clamd: Clamd, tmp_path: Path
) -> None:
    path = tmp_path / "photograph.jpg"
    path.write_bytes(journey.photograph() + EICAR)
    with site.work(site.world.owner) as work:
        for judge in (files.judge_picture, files.judge):
            with pytest.raises(files.RefusedFile):
                judge(work, path)


def test_on_the_page_it_is_told_at_the_field(site: Site, owner: Browser, clamd: Clamd) -> None:
    before = kept_files(site)
    answer = _send_picture(owner, site, journey.photograph() + EICAR)
    assert "有害内容" in answer.page.text
    assert kept_files(site) == before


def test_without_its_scanner_a_site_that_has_one_takes_no_files(
    site: Site, owner: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It fails closed: nobody has looked at the file."""
    scanner = VirusScanner(str(tmp_path / "nothing.sock"))
    monkeypatch.setattr(site.app.extensions["registry"], "scanner", scanner)
    before = kept_files(site)
    answer = _send_picture(owner, site, journey.photograph())
    assert answer.status_code == 503
    assert "系统繁忙" in answer.page.text
    assert kept_files(site) == before


def kept_files(site: Site) -> int:
    with site.app.app_context():
        return db.session.query(StoredFile).count()


def _send_picture(owner: Browser, site: Site, content: bytes) -> TestResponse:
    page = owner.get(f"/enterprise/products/{site.world.product}").page
    form = next(form for form in page.forms if any(c.get("type") == "file" for c in form.iter("input")))
    field = next(c.get("name") for c in form.iter("input") if c.get("type") == "file")
    button = next("".join(b.itertext()).strip() for b in form.iter("button"))
    return owner.press(page, button, {field: Upload("杯子.jpg", content)})


def test_the_registrys_own_documents_are_not_scanned(site: Site, clamd: Clamd, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        assert isinstance(work, Work)
        files.keep_document(work, pdf_report())
    assert clamd.received == []
