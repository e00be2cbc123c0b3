"""The declaration as a document: rendered, signed in either way, compared, and refused where it is another one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from registry.domain.errors import InvalidFields, NotAllowed, NotFound
from registry.infrastructure import signatures
from registry.models import Enterprise
from registry.services import declaration_papers as papers
from registry.services import filings
from tests.browser.papers import signed as signed_by_hand
from tests.factories.evidence import pdf_report
from tests.factories.filings import start_complete
from tests.signing_keys import PASSPHRASE, certificate, name, pkcs12

if TYPE_CHECKING:
    from pathlib import Path

    from registry.models import DeclarationPaper, Filing
    from registry.services.work import Work
    from tests.conftest import Site


def unsigned(work: Work, site: Site) -> Filing:
    """A draft with everything but the signature."""
    draft = start_complete(work, site.world.product)
    return change(work, draft, place="嘉兴市海宁市长安镇")


def change(work: Work, draft: Filing, **values: str) -> Filing:
    return filings.save_step(work, draft.id, "statement", draft.content | values, revision=draft.revision)


def content_of(work: Work, paper: DeclarationPaper) -> bytes:
    with work.store.open(paper.document.sha256) as file:
        return file.read()


def scanned(pdf: bytes, folder: Path) -> Path:
    """The first page, as an office scanner gives it."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=200 / 72, grayscale=True).to_pil()
    path = folder / "scan.png"
    picture.rotate(2, expand=True, fillcolor=255).save(path)
    return path


def saved(content: bytes, folder: Path, file_name: str = "sent.pdf") -> Path:
    path = folder / file_name
    path.write_bytes(content)
    return path


def key_of(uscc: str = "") -> bytes:
    more = [(NameOID.SERIAL_NUMBER, uscc)] if uscc else []
    return pkcs12("p256", certificate("p256", name("示例签署人（虚构）", *more)))


def test_the_document_is_made_once_and_a_scan_of_it_is_accepted(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        assert [gap.step for gap in filings.gaps(work, draft)] == [papers.STEP]
        paper = papers.make(work, draft)
        assert papers.make(work, draft) is paper
        signed = papers.take(work, draft, scanned(content_of(work, paper), tmp_path), "扫描件.png")
        assert (signed.means, signed.report) == ("scan", {"pages_matched": 1})
        assert filings.gaps(work, draft) == []
        filed = filings.submit(work, draft.id, revision=draft.revision)
        declared = json.loads(filed.submissions[-1].snapshot)
        assert signed.signed is not None
        assert declared["paper"] == {
            "identification": papers.identification(draft),
            "digest": signed.digest,
            "means": "scan",
            "sha256": signed.signed.sha256,
        }
        assert papers.with_digest(work, filed, signed.digest) is signed
        with pytest.raises(NotFound):
            papers.with_digest(work, filed, "0" * 64)


def test_what_was_signed_counts_for_that_content_only(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        old = scanned(content_of(work, papers.make(work, draft)), tmp_path)
        papers.take(work, draft, old, "扫描件.png")
        draft = change(work, draft, place="嘉兴市")
        assert papers.changed_since(work, draft, papers.current(work, draft))
        [gap] = filings.gaps(work, draft)
        assert "修改" in str(gap.message)
        with pytest.raises(NotAllowed):
            papers.of_submission(work, draft)
        with pytest.raises(InvalidFields) as refused:
            papers.take(work, draft, old, "扫描件.png")
        assert "旧的一版" in str(refused.value.fields[papers.FIELD])


def test_the_unsigned_document_itself_is_no_answer(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        original = content_of(work, papers.make(work, draft))
        with pytest.raises(InvalidFields) as refused:
            papers.take(work, draft, saved(original, tmp_path), "声明.pdf")
        assert "没有电子签名" in str(refused.value.fields[papers.FIELD])


def test_a_scan_as_scanners_write_it_is_a_scan(site: Site, tmp_path: Path) -> None:
    """Its file is none that a reader of signatures makes sense of; the codes on its pages are read all the same."""
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        pdf = content_of(work, papers.make(work, draft))
        paper = papers.take(work, draft, saved(signed_by_hand(pdf)["buffer"], tmp_path), "扫描件.pdf")
        with pypdfium2.PdfDocument(pdf) as document:
            assert (paper.means, paper.report) == ("scan", {"pages_matched": len(document)})


def test_a_scan_that_nobody_can_read_is_left_to_the_reviewer(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        paper = papers.take(work, draft, saved(pdf_report("别的扫描件"), tmp_path), "扫描.pdf")
        assert (paper.means, paper.report) == ("scan", {"pages_matched": 0})


def test_signing_with_the_firms_own_key(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        uscc = work.session.get_one(Enterprise, draft.enterprise_id).uscc
        paper = papers.sign(work, draft, key_of(uscc), PASSPHRASE)
        assert paper.means == "digital"
        assert paper.report is not None
        [signature] = paper.report["signatures"]
        assert signature["signer"]["uscc"] == uscc
        assert signature["trust"] == "not_checked"
        assert filings.gaps(work, draft) == []
        assert papers.latest(work, draft, signed=True) is paper


def test_a_document_that_was_signed_elsewhere(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        original = content_of(work, papers.make(work, draft))
        signed = signatures.sign(original, key_of(), PASSPHRASE, reason="", location="", at=work.now)
        other = signatures.sign(pdf_report("别的"), key_of(), PASSPHRASE, reason="", location="", at=work.now)
        with pytest.raises(InvalidFields) as refused:
            papers.take(work, draft, saved(other, tmp_path), "另一份.pdf")
        assert "不是在本平台下载" in str(refused.value.fields[papers.FIELD])
        paper = papers.take(work, draft, saved(signed, tmp_path), "签名.pdf")
        assert (paper.means, paper.signed_name) == ("digital", "签名.pdf")


def test_the_key_of_another_firm_is_refused(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        other = work.session.get_one(Enterprise, site.world.other_enterprise).uscc
        with pytest.raises(InvalidFields) as refused:
            papers.sign(work, draft, key_of(other), PASSPHRASE)
        assert other in str(refused.value.fields[papers.FIELD])
        assert papers.current(work, draft).signed_id is None  # type: ignore[union-attr]


@pytest.mark.parametrize("key", [b"", b"no key at all", b"\x30\x82"], ids=["empty", "text", "cut off"])
def test_what_is_no_key(site: Site, key: bytes) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        with pytest.raises(signatures.CannotSign):
            papers.sign(work, draft, key, PASSPHRASE)
        with pytest.raises(signatures.CannotSign):
            papers.sign(work, draft, key_of(), "falsch")


def test_nothing_is_signed_before_the_rest_is_complete(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration", product_id=site.world.product)
        gaps = filings.gaps(work, draft)
        assert "填完" in str(gaps[-1].message)
        assert gaps[-1].step == papers.STEP
        with pytest.raises(NotFound):
            papers.latest(work, draft)


def test_roots_decide_whom_to_trust(site: Site, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(certificate("other", name("示例根（虚构）")).public_bytes(Encoding.PEM))
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        settings = replace(work.settings, signature_roots=roots)
        strict = replace(work, adapters=replace(work.adapters, settings=settings))
        with pytest.raises(InvalidFields) as refused:
            papers.sign(strict, draft, key_of(), PASSPHRASE)
        assert "认可的机构" in str(refused.value.fields[papers.FIELD])
