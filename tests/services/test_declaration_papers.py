"""The declaration as a document: rendered, signed in either way, compared, and refused where it is another one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from PIL import Image
from sqlalchemy import func, select

from registry.domain import rules
from registry.domain.errors import InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.workflow import Action
from registry.infrastructure import scans, signatures
from registry.models import DeclarationPaper, Enterprise, Product, SignedPaper
from registry.services import declaration_papers as papers
from registry.services import documents, files, filings
from tests.browser.papers import signed as signed_by_hand
from tests.factories import act
from tests.factories.evidence import pdf_report
from tests.factories.filings import signed as signed_at_once
from tests.factories.filings import start_complete
from tests.signing_keys import PASSPHRASE, certificate, name, pkcs12

if TYPE_CHECKING:
    from pathlib import Path

    from registry.models import Filing
    from registry.services.work import Work
    from tests.conftest import Site


def unsigned(work: Work, site: Site) -> Filing:
    """A draft with everything but the signature, committed: what takes a while happens between two transactions."""
    draft = start_complete(work, site.world.product)
    return change(work, draft, place="嘉兴市海宁市长安镇")


def change(work: Work, draft: Filing, **values: str) -> Filing:
    draft = filings.save_step(work, draft.id, "statement", draft.content | values, revision=draft.revision)
    work.session.commit()
    return draft


def make(work: Work, draft: Filing) -> DeclarationPaper:
    paper = papers.make(work, draft, revision=draft.revision)
    work.session.commit()
    return paper


def shown(work: Work, draft: Filing) -> dict[str, Any]:
    """What a page that is opened now says of itself."""
    return {"revision": draft.revision, "shown": papers.mark_of(papers.current(work, draft))}


def take(work: Work, draft: Filing, path: Path, file_name: str) -> SignedPaper:
    """Open the page, and send a file."""
    found = papers.take(work, draft, path, file_name, **shown(work, draft))
    work.session.commit()
    return found


def sign(work: Work, draft: Filing, key: bytes, passphrase: str = PASSPHRASE) -> SignedPaper:
    """Open the page, and sign with a key."""
    found = papers.sign(work, draft, key, passphrase, **shown(work, draft))
    work.session.commit()
    return found


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
        paper = make(work, draft)
        assert make(work, draft) is paper
        signed = take(work, draft, scanned(content_of(work, paper), tmp_path), "扫描件.png")
        assert (signed.means, signed.name) == ("scan", "扫描件.png")
        assert filings.gaps(work, draft) == []
        filed = filings.submit(work, draft.id, revision=draft.revision)
        declared = json.loads(filed.submissions[-1].snapshot)["paper"]
        assert declared == {
            "identification": papers.identification(draft),
            "digest": paper.digest,
            "means": "scan",
            "sha256": signed.file.sha256,
        }
        assert papers.named(work, filed, declared) is signed
        for other in ({"digest": "0" * 64}, {"sha256": "0" * 64}):
            with pytest.raises(NotFound):
                papers.named(work, filed, declared | other)


def test_what_was_signed_counts_for_that_content_only(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        first = make(work, draft)
        old = scanned(content_of(work, first), tmp_path)
        take(work, draft, old, "扫描件.png")
        assert papers.outdated(work, draft, first) is None
        draft = change(work, draft, place="嘉兴市")
        assert papers.current(work, draft) is None
        [gap] = filings.gaps(work, draft)
        assert "签署之后内容有修改" in str(gap.message)
        with pytest.raises(NotAllowed):
            papers.of_submission(work, draft)
        second = make(work, draft)
        with pytest.raises(InvalidFields) as refused:
            take(work, draft, old, "扫描件.png")
        assert "旧的一版" in str(refused.value.fields[papers.FIELD])
        # Each page leads to the document that it shows, whatever was made since.
        assert papers.document(work, draft) == second
        assert papers.document(work, draft, first.digest) == first
        assert papers.last_signed(work, draft, first.digest) == papers.last_signed(work, draft)
        for ask in (papers.document, papers.last_signed):
            with pytest.raises(NotFound):
                ask(work, draft, "0" * 64)
        with pytest.raises(NotFound):
            papers.last_signed(work, draft, second.digest)


def test_the_unsigned_document_itself_is_no_answer(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        original = content_of(work, make(work, draft))
        with pytest.raises(InvalidFields) as refused:
            take(work, draft, saved(original, tmp_path), "声明.pdf")
        assert "没有电子签名" in str(refused.value.fields[papers.FIELD])


def test_a_scan_as_scanners_write_it_is_a_scan(site: Site, tmp_path: Path) -> None:
    """Its file is none that a reader of signatures makes sense of; the codes on its pages are read all the same."""
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        pdf = content_of(work, make(work, draft))
        signed = take(work, draft, saved(signed_by_hand(pdf)["buffer"], tmp_path), "扫描件.pdf")
        with pypdfium2.PdfDocument(pdf) as document:
            pages = len(document)
        assert pages > 1
        assert signed.means == "scan"
        assert signed.report == {"pages": pages, "pages_matched": pages, "document_pages": pages}


def test_pages_without_the_code_are_counted(site: Site, tmp_path: Path) -> None:
    """One page of ours among others, or one page alone, is not the document."""
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        pdf = content_of(work, make(work, draft))
        with pypdfium2.PdfDocument(pdf) as document:
            first, pages = document[0].render(scale=200 / 72).to_pil(), len(document)
        empty = Image.new("RGB", first.size, "white")
        path = tmp_path / "mixed.pdf"
        first.save(path, "PDF", save_all=True, append_images=[empty, empty])
        signed = take(work, draft, path, "扫描件.pdf")
        assert signed.report == {"pages": 3, "pages_matched": 1, "document_pages": pages}


def test_a_scan_that_nobody_can_read_is_left_to_the_reviewer(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        make(work, draft)
        signed = take(work, draft, saved(pdf_report("别的扫描件"), tmp_path), "扫描.pdf")
        assert (signed.means, signed.report["pages_matched"]) == ("scan", 0)


def test_signing_with_the_firms_own_key(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        make(work, draft)
        uscc = work.session.get_one(Enterprise, draft.enterprise_id).uscc
        signed = sign(work, draft, key_of(uscc))
        assert signed.means == "digital"
        [signature] = signed.report["signatures"]
        assert signature["signer"]["uscc"] == uscc
        assert signature["trust"] == "not_checked"
        assert filings.gaps(work, draft) == []
        assert papers.last_signed(work, draft) is signed


def test_a_document_that_was_signed_elsewhere(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        original = content_of(work, make(work, draft))
        signed = signatures.sign(original, key_of(), PASSPHRASE, reason="", location="", at=work.now)
        other = signatures.sign(pdf_report("别的"), key_of(), PASSPHRASE, reason="", location="", at=work.now)
        with pytest.raises(InvalidFields) as refused:
            take(work, draft, saved(other, tmp_path), "另一份.pdf")
        assert "不是在本平台下载" in str(refused.value.fields[papers.FIELD])
        found = take(work, draft, saved(signed, tmp_path), "签名.pdf")
        assert (found.means, found.name) == ("digital", "签名.pdf")


def test_the_key_of_another_firm_is_refused(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        make(work, draft)
        other = work.session.get_one(Enterprise, site.world.other_enterprise).uscc
        with pytest.raises(InvalidFields) as refused:
            sign(work, draft, key_of(other))
        assert other in str(refused.value.fields[papers.FIELD])
        assert papers.current(work, draft).signed is None  # type: ignore[union-attr]


@pytest.mark.parametrize("key", [b"", b"no key at all", b"\x30\x82"], ids=["empty", "text", "cut off"])
def test_what_is_no_key(site: Site, key: bytes) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        make(work, draft)
        with pytest.raises(signatures.CannotSign):
            sign(work, draft, key)
        with pytest.raises(signatures.CannotSign):
            sign(work, draft, key_of(), "falsch")


def test_nothing_is_signed_before_the_rest_is_complete(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = filings.start(work, "declaration", product_id=site.world.product)
        gaps = filings.gaps(work, draft)
        assert "填完" in str(gaps[-1].message)
        assert gaps[-1].step == papers.STEP
        with pytest.raises(NotFound):
            papers.document(work, draft)
        with pytest.raises(NotFound):
            papers.last_signed(work, draft)


def test_roots_decide_whom_to_trust(site: Site, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(certificate("other", name("示例根（虚构）")).public_bytes(Encoding.PEM))
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        make(work, draft)
        settings = replace(work.settings, signature_roots=roots)
        strict = replace(work, adapters=replace(work.adapters, settings=settings))
        with pytest.raises(InvalidFields) as refused:
            sign(strict, draft, key_of())
        assert "认可的机构" in str(refused.value.fields[papers.FIELD])


# Only what was shown


@pytest.mark.parametrize("means", ["make", "take", "sign"])
def test_nothing_is_done_for_a_page_that_shows_something_else(site: Site, tmp_path: Path, means: str) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        scan = scanned(content_of(work, make(work, draft)), tmp_path)
        page = shown(work, draft)
        draft = change(work, draft, place="嘉兴市")
        with pytest.raises(StaleRevision):
            press(work, draft, means, scan, page)
        # What the dossier says is printed as well, and moves no revision of the filing.
        make(work, draft)
        page = shown(work, draft)
        work.session.get_one(Product, site.world.product).brand = "另一个品牌"
        work.session.commit()
        if means != "make":  # There it is what will be shown.
            with pytest.raises(StaleRevision):
                press(work, draft, means, scan, page)
        assert work.session.scalars(select(SignedPaper.name)).all() == ["签署的声明.pdf"]  # Of before `unsigned`.


def press(work: Work, draft: Filing, means: str, scan: Path, page: dict[str, Any]) -> None:
    if means == "make":
        papers.make(work, draft, revision=page["revision"])
    elif means == "take":
        papers.take(work, draft, scan, "扫描件.png", **page)
    else:
        papers.sign(work, draft, key_of(), PASSPHRASE, **page)


def test_of_two_who_sign_the_second_is_told(site: Site, tmp_path: Path) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        scan = scanned(content_of(work, make(work, draft)), tmp_path)
        page = shown(work, draft)
        papers.take(work, draft, scan, "第一份.png", **page)
        work.session.commit()
        with pytest.raises(StaleRevision):
            press(work, draft, "sign", scan, page)
        assert papers.last_signed(work, draft).name == "第一份.png"


SLOW = {
    "render": ("make", documents, "render_declaration"),
    "judge": ("take", files, "judge"),
    "read codes": ("take", scans, "find_paper_codes"),
    "sign": ("sign", signatures, "sign"),
    "check": ("sign", signatures, "check"),
}


@pytest.mark.parametrize("what", SLOW)
def test_what_takes_a_while_keeps_nobody_from_writing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Meanwhile what is declared is changed in another window, and so nothing is kept of it."""
    means, module, slow = SLOW[what]
    real, asked = getattr(module, slow), []

    def meanwhile(*args: Any, **named: Any) -> Any:
        asked.append(work.session.in_transaction())
        with site.work(site.world.owner) as other:
            change(other, filings.get_own(other, number), place="嘉兴市")
        return real(*args, **named)

    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        number, scan = draft.id, tmp_path / "none"
        if means != "make":
            scan = scanned(content_of(work, make(work, draft)), tmp_path)
        page = shown(work, draft)
        before = [
            work.session.scalar(select(func.count()).select_from(each)) for each in (DeclarationPaper, SignedPaper)
        ]
        work.session.commit()
        monkeypatch.setattr(module, slow, meanwhile)
        with pytest.raises(StaleRevision):
            press(work, draft, means, scan, page)
        work.session.rollback()
        assert asked == [False]
        after = [
            work.session.scalar(select(func.count()).select_from(each)) for each in (DeclarationPaper, SignedPaper)
        ]
        assert after == before


def test_of_two_who_make_the_document_both_have_the_same(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real = documents.render_declaration

    def meanwhile(work: Work, data: Any) -> bytes:
        monkeypatch.setattr(documents, "render_declaration", real)
        with site.work(site.world.owner) as other:
            first.append(make(other, filings.get_own(other, number)).id)
        return real(work, data)

    first: list[int] = []
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        number = draft.id
        monkeypatch.setattr(documents, "render_declaration", meanwhile)
        assert [make(work, draft).id] == first


# Signed again


def test_a_file_that_takes_the_place_of_another(site: Site, tmp_path: Path) -> None:
    """While it is a draft, and in a correction; what was submitted stays what it was."""
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        number, scan = draft.id, scanned(content_of(work, make(work, draft)), tmp_path)
        wrong = take(work, draft, saved(pdf_report("工资表"), tmp_path), "工资表.pdf")
        paper = papers.current(work, draft)
        right = take(work, draft, scan, "扫描件.png")
        assert paper is not None
        assert (paper.came_back, paper.signed) == ([wrong, right], right)
        assert papers.of_submission(work, draft) is right
        filings.submit(work, draft.id, revision=draft.revision)
    act(site, site.world.county_reviewer, number, Action.RETURN, reason="扫描件看不清")
    with site.work(site.world.owner) as work:
        filing = said_again(work, number)
        assert papers.of_submission(work, filing).name == "扫描件.png"  # The same day: it is the same document.
        better = sign(work, filing, key_of())
        filings.submit(work, number, revision=filing.revision, unchanged=True)
        first, second = (json.loads(each.snapshot)["paper"] for each in filing.submissions)
        assert papers.named(work, filing, first).name == "扫描件.png"
        assert papers.named(work, filing, second) == better
        assert (first["digest"], first["means"], second["means"]) == (second["digest"], "scan", "digital")


def said_again(work: Work, number: int) -> Filing:
    """A filing that was sent back, with consent and date as they were."""
    filing = filings.get_own(work, number)
    declared = json.loads(filing.submissions[-1].snapshot)["content"]
    return change(work, filing, declared_on=declared["declared_on"], consent="yes")


# New rules


def new_rules(monkeypatch: pytest.MonkeyPatch, site: Site, **changes: str) -> None:
    """From the nineteenth of March on; it is the twentieth."""
    [old] = rules._VERSIONS["declaration"]
    new = replace(old, version="2026-1", in_force_from=date(2026, 3, 19), **changes)
    monkeypatch.setitem(rules._VERSIONS, "declaration", (old, new))
    site.clock.moment += timedelta(days=2)


def test_under_new_rules_a_draft_is_signed_anew_and_submitted(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        number = draft.id
        make(work, draft)
        sign(work, draft, key_of())
        assert filings.gaps(work, draft) == []
    new_rules(monkeypatch, site, responsibility="声明人对声明负责。")
    with site.work(site.world.owner) as work:
        draft = filings.get_own(work, number)
        [gap] = filings.gaps(work, draft)
        assert "规则有了新版本" in str(gap.message)
        with pytest.raises(filings.Incomplete):
            filings.submit(work, number, revision=draft.revision)
        work.session.rollback()
        paper = make(work, draft)
        assert paper.rules_version == "2026-1"
        sign(work, draft, key_of())
        assert filings.gaps(work, draft) == []
        filed = filings.submit(work, number, revision=draft.revision)
        declared = json.loads(filed.submissions[-1].snapshot)
        assert (filed.rules_version, declared["rules"]) == ("2026-1", "2026-1")
        assert declared["paper"]["digest"] == paper.digest


def test_a_correction_stays_under_the_rules_it_began_with(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.work(site.world.owner) as work:
        draft = unsigned(work, site)
        number = draft.id
        filings.submit(work, number, revision=signed_at_once(work, draft).revision)
    act(site, site.world.county_reviewer, number, Action.RETURN, reason="请核实")
    new_rules(monkeypatch, site, responsibility="声明人对声明负责。")
    with site.work(site.world.owner) as work:
        filing = said_again(work, number)
        assert filings.gaps(work, filing) == []
        filings.submit(work, number, revision=filing.revision, unchanged=True)
        assert filing.rules_version == "2020-1"
