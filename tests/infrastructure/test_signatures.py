"""Checking signatures: which hold, whose document it is, and what was done to it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asn1crypto.keys
import asn1crypto.x509
import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from registry.domain.identifiers import make_uscc
from registry.domain.signatures import Original, Problem, Trust
from registry.infrastructure.signatures import RootsUnreadable, read_roots
from tests.infrastructure.signed_samples import NOW, add_page, document, edited, found, signed, turn_page
from tests.signing_keys import FIRM, FROM, UNTIL, authority, certificate, key, name, pkcs12, usage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

USCC = make_uscc("91330481MA2B8K3X7")
WRONG_USCC = USCC[:-1] + ("1" if USCC[-1] == "0" else "0")


@pytest.fixture
def original() -> bytes:
    return document()


# What holds


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384"])
def test_a_signature_that_holds(original: bytes, kind: str) -> None:
    report = found(signed(original, pkcs12(kind)), original)
    assert (report.readable, report.original, report.problems) == (True, Original.SAME, ())
    (signature,) = report.signatures
    assert (signature.field, signature.signed_at, signature.trust) == ("Signature1", NOW, Trust.NOT_CHECKED)
    signer = signature.signer
    assert signer is not None
    assert (signer.name, signer.organisation, signer.issuer) == ("沈示例（虚构）", FIRM, "沈示例（虚构）")
    assert (signer.not_before, signer.not_after, signer.uscc) == (FROM, UNTIL, "")


def test_two_signatures_hold(original: bytes) -> None:
    report = found(signed(signed(original), pkcs12("rsa"), at=NOW + timedelta(minutes=1)), original)
    assert (report.original, report.problems) == (Original.SAME, ())
    assert [each.signed_at for each in report.signatures] == [NOW, NOW + timedelta(minutes=1)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (NameOID.SERIAL_NUMBER, USCC),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, f"统一社会信用代码 {USCC.lower()}"),
        (NameOID.ORGANIZATION_IDENTIFIER, f"NTRCN-{USCC}"),
    ],
    ids=["serial number", "unit", "organisation identifier"],
)
def test_the_firms_code_is_found_wherever_it_stands(original: bytes, kind: Any, value: str) -> None:
    wrong = (NameOID.ORGANIZATIONAL_UNIT_NAME, WRONG_USCC)
    held = certificate("p256", name("示例", wrong, (kind, value)))
    (signature,) = found(signed(original, pkcs12("p256", held))).signatures
    assert signature.signer is not None
    assert signature.signer.uscc == USCC


def test_a_certificate_may_end_after_the_signature(original: bytes) -> None:
    report = found(signed(original), original, at=UNTIL + timedelta(days=30))
    assert report.problems == ()


def test_a_timestamp_is_nobodys_signature(original: bytes) -> None:
    stamper = DummyTimeStamper(
        asn1crypto.x509.Certificate.load(certificate("rsa", name("示例时间戳")).public_bytes(Encoding.DER)),
        asn1crypto.keys.PrivateKeyInfo.load(
            key("rsa").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        fixed_dt=NOW,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(signed(original)))
    out = PdfTimeStamper(stamper).timestamp_pdf(writer, "sha256")
    report = found(out.getvalue(), original)
    assert (len(report.signatures), report.problems) == (1, ())


# Issuers


def test_the_chain_leads_to_a_root(original: bytes) -> None:
    root = authority("root", "示例根（虚构）")
    middle = authority("intermediate", "示例中级（虚构）", ("root", root.subject))
    held = certificate(
        "p256", name("示例"), issuer=("intermediate", middle.subject), extensions=[usage(digital_signature=True)]
    )
    file = signed(original, pkcs12("p256", held, others=[middle]))
    for roots, trust, problems in (
        ((root,), Trust.TRUSTED, ()),
        ((middle,), Trust.TRUSTED, ()),
        ((authority("other", "另一个根（虚构）"),), Trust.NOT_TRUSTED, (Problem.NOT_TRUSTED,)),
        # Of the same name, which anybody can take.
        ((authority("other", "示例根（虚构）"),), Trust.NOT_TRUSTED, (Problem.NOT_TRUSTED,)),
        ((), Trust.NOT_CHECKED, ()),
    ):
        report = found(file, original, roots)
        assert [each.trust for each in report.signatures] == [trust]
        assert report.problems == problems


def test_whoever_signs_with_a_certificate_of_their_own_making_is_not_trusted(original: bytes) -> None:
    report = found(signed(original), original, (authority("root", "示例根（虚构）"),))
    assert report.problems == (Problem.NOT_TRUSTED,)


def test_roots_are_read_from_a_file(tmp_path: Path) -> None:
    bundle = tmp_path / "roots.pem"
    both = [authority("root", "示例根（虚构）"), authority("other", "另一个根（虚构）")]
    bundle.write_bytes(b"# two\n" + b"".join(root.public_bytes(Encoding.PEM) for root in both))
    assert read_roots(bundle) == tuple(both)
    bundle.write_text("no certificates")
    for path in (bundle, tmp_path / "none.pem", tmp_path):
        with pytest.raises(RootsUnreadable, match=re.escape(str(path))):
            read_roots(path)


# Whose document it is


def test_an_unsigned_document_says_so(original: bytes) -> None:
    report = found(original, original)
    assert (report.original, report.problems) == (Original.SAME, (Problem.NOT_SIGNED,))


def test_another_document_signed(original: bytes) -> None:
    other = document(2)
    report = found(signed(other), original)
    assert (report.original, report.problems) == (Original.OTHER, (Problem.OTHER_DOCUMENT,))


def test_a_document_that_was_saved_anew_is_another_one(original: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(original)) as pdf:
        pdf.save(out, static_id=True)
    assert found(signed(out.getvalue()), original).original is Original.OTHER


def test_it_is_not_compared_where_nothing_was_given_out(original: bytes) -> None:
    report = found(signed(original))
    assert (report.original, report.problems) == (Original.NOT_COMPARED, ())


def test_a_document_that_was_given_out_signed_is_compared_as_a_whole(original: bytes) -> None:
    given_out = signed(original)
    assert found(signed(given_out, pkcs12("rsa")), given_out).problems == ()
    assert found(signed(original, pkcs12("rsa")), given_out).original is Original.OTHER


@pytest.mark.parametrize("change", [add_page, turn_page])
def test_changes_before_the_signature(original: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> None:
    """The signature covers the whole file, and holds; but it is not under our document."""
    report = found(signed(edited(original, change)), original)
    assert (report.original, report.problems) == (Original.CHANGED, (Problem.CHANGED,))
    assert report.signatures[0].problems == ()


def test_our_bytes_and_then_another_document(original: bytes) -> None:
    """The file begins with ours to the last byte, and what is shown has nothing to do with it."""
    other = document(2)
    start = len(original)
    table = other.index(b"xref\n")
    moved = re.sub(
        rb"(\d{10}) 00000 n",
        lambda entry: b"%010d 00000 n" % (int(entry[1]) + start),
        other[table : other.rindex(b"startxref")],
    )
    both = original + other[:table] + moved + b"startxref\n%d\n%%%%EOF\n" % (table + start)
    with pikepdf.open(io.BytesIO(both)) as pdf:
        assert len(pdf.pages) == 2
    report = found(signed(both), original)
    assert report.original is Original.OTHER
    assert report.signatures[0].problems == ()


# What was done afterwards


@pytest.mark.parametrize("change", [add_page, turn_page])
def test_changes_after_the_signature(original: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> None:
    report = found(edited(signed(original), change), original)
    assert report.original is Original.CHANGED
    assert report.signatures[0].problems == (Problem.CHANGED_AFTERWARDS,)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not installed")
def test_another_program_would_say_that_it_is_valid(original: bytes, tmp_path: Path) -> None:
    """Which is why the revisions are compared."""
    (tmp_path / "file.pdf").write_bytes(edited(signed(original), add_page))
    said = subprocess.run(["pdfsig", tmp_path / "file.pdf"], capture_output=True, check=False, text=True).stdout
    assert "Signature is Valid." in said


def test_a_second_signature_does_not_hide_a_change(original: bytes) -> None:
    report = found(signed(edited(signed(original), add_page), pkcs12("rsa")), original)
    assert [each.problems for each in report.signatures] == [(Problem.CHANGED_AFTERWARDS,), ()]
    assert report.problems == (Problem.CHANGED, Problem.CHANGED_AFTERWARDS)


def test_a_byte_that_was_exchanged(original: bytes) -> None:
    file = signed(original)
    changed = file.replace(b"595 842", b"595 843", 1)
    assert changed != file
    report = found(changed, original)
    assert (report.original, report.signatures[0].problems) == (Original.OTHER, (Problem.BROKEN,))


def test_a_signature_that_does_not_cover_everything(original: bytes) -> None:
    file = signed(original)
    covered = re.search(rb"/ByteRange \[0 \d+ \d+ (\d+)", file)
    assert covered is not None
    fewer = b"%0*d" % (len(covered[1]), int(covered[1]) - 40)
    file = file[: covered.start(1)] + fewer + file[covered.end(1) :]
    assert found(file).signatures[0].problems == (Problem.BROKEN, Problem.PARTIAL)
