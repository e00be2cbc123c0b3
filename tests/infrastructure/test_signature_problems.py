"""Checking signatures: certificates, moments and algorithms that will not do, and files that were made to deceive."""

from __future__ import annotations

import asyncio
import io
import json
import re
import resource
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from registry.domain.signatures import MESSAGES, UNREADABLE, Original, Problem, Signature, Trust, report_of
from registry.infrastructure import signatures
from registry.infrastructure.inspection import Limits, sandbox
from registry.infrastructure.signatures import checking, child, signing
from tests.infrastructure.signed_samples import NOW, document, found, sha256, signed
from tests.signing_keys import FROM, PASSPHRASE, UNTIL, authority, certificate, name, pkcs12, usage

BAD_INPUTS = Path(__file__).parents[1] / "data" / "bad_inputs"
OFFICE = timezone(timedelta(hours=8))


@pytest.fixture
def original() -> bytes:
    return document()


# Certificates, moments and algorithms


def carelessly_signed(original: bytes, *, at: datetime = NOW, md: str = "sha256", **metadata: Any) -> bytes:
    """As a program signs that checks nothing."""
    signer = signing._signer(signing._opened(pkcs12("rsa"), PASSPHRASE.encode()), NOW)
    details = PdfSignatureMetadata(field_name="Elsewhere", md_algorithm=md, **metadata)
    writer = IncrementalPdfFileWriter(io.BytesIO(original))
    return asyncio.run(signing._signed(PdfSigner(details, signer), writer, at))


@pytest.mark.parametrize("at", [FROM - timedelta(seconds=1), UNTIL + timedelta(seconds=1)], ids=["before", "after"])
def test_a_certificate_that_was_not_valid_then(original: bytes, at: datetime) -> None:
    report = found(carelessly_signed(original, at=at), original, at=UNTIL + timedelta(days=30))
    assert report.problems == (Problem.CERTIFICATE_DATES,)


def test_a_signature_from_the_future(original: bytes) -> None:
    file = carelessly_signed(original, at=NOW + timedelta(hours=23))
    assert found(file, original).problems == ()
    file = carelessly_signed(original, at=NOW + timedelta(hours=25))
    assert found(file, original).problems == (Problem.FUTURE,)


def test_a_moment_that_the_certificate_does_not_know_yet(original: bytes) -> None:
    """Nobody gets around the end of a certificate by a clock that is fast."""
    file = carelessly_signed(original, at=FROM + timedelta(days=1))
    assert Problem.CERTIFICATE_DATES in found(file, original, at=FROM - timedelta(days=1)).problems


def test_a_weak_algorithm(original: bytes) -> None:
    report = found(carelessly_signed(original, md="sha1"), original)
    assert report.problems == (Problem.WEAK,)


def test_the_older_form_of_signatures(original: bytes) -> None:
    older = carelessly_signed(original, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    (signature,) = found(older, original).signatures
    assert (signature.field, signature.signed_at, signature.problems) == ("Elsewhere", NOW, ())


def test_the_national_algorithms_are_named(original: bytes) -> None:
    """The file's signature says SM2 with SM3 (GM/T 0006), in the place of ECDSA with SHA-256."""
    file = signed(original)
    ours, national = b"06082A8648CE3D040302", b"06082A811CCF55018375"
    assert ours in file
    (signature,) = found(file.replace(ours, national), original).signatures
    assert (signature.signer, signature.problems) == (None, (Problem.SM2,))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (b"/ETSI.CAdES.detached", b"/GOST.CAdES.detached"),
        (b"06082A8648CE3D040302", b"06082A8648CE3D0403FF"),  # An algorithm that does not exist.
        (b"/ByteRange", b"/ByteRanke"),
    ],
    ids=["form", "algorithm", "structure"],
)
def test_what_nobody_here_can_check(original: bytes, ours: bytes, theirs: bytes) -> None:
    (signature,) = found(signed(original).replace(ours, theirs), original).signatures
    assert signature == Signature(
        field="Signature1", signer=None, signed_at=None, trust=Trust.NOT_CHECKED, problems=(Problem.UNCHECKABLE,)
    )


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, None),
        (NOW.astimezone(OFFICE), NOW),
        (NOW.replace(tzinfo=None), NOW),
    ],
    ids=["none", "aware", "naive"],
)
def test_moments_without_a_zone(given: datetime | None, meant: datetime | None) -> None:
    assert checking._in_utc(given) == meant


def test_a_signature_that_names_no_moment(original: bytes) -> None:
    file = signed(original)
    report = found(re.sub(rb"/M \(", rb"/m (", file), original)
    (signature,) = report.signatures
    assert (signature.signed_at, signature.problems) == (None, (Problem.BROKEN,))


# Hostile files


@pytest.mark.parametrize("path", sorted(BAD_INPUTS.rglob("*.pdf")), ids=lambda path: str(path.relative_to(BAD_INPUTS)))
def test_bad_inputs_bring_nothing_down(path: Path, original: bytes) -> None:
    report = found(path.read_bytes(), original)
    assert report.signatures == ()
    assert report.problems in ((Problem.UNREADABLE,), (Problem.NOT_SIGNED, Problem.OTHER_DOCUMENT))


@pytest.mark.parametrize("end", range(0, 6000, 457))
def test_a_file_that_was_cut_off(original: bytes, end: int) -> None:
    report = found(signed(original)[:-1][:end], original)
    assert report.problems


def test_the_whole_way(original: bytes) -> None:
    root = authority("root", "示例根（虚构）")
    held = certificate("p256", name("示例"), issuer=("root", root.subject), extensions=[usage(content_commitment=True)])
    report = signatures.check(
        signed(original, pkcs12("p256", held)), original_sha256=sha256(original), trust_roots=[root], at=NOW
    )
    assert (report.original, report.problems) == (Original.SAME, ())
    assert report.signatures[0].trust is Trust.TRUSTED
    bomb = (BAD_INPUTS / "handmade/flate_bomb_64MiB.pdf").read_bytes()
    assert signatures.check(bomb, original_sha256=None, at=NOW).problems


def test_a_child_that_dies_has_found_it_unreadable(original: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_BOOTSTRAP", "import os; os.kill(os.getpid(), 9)")
    assert signatures.check(signed(original), original_sha256=None, at=NOW) == UNREADABLE


def test_answers_of_the_child(original: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    file = signed(original)
    job = {"task": "check", "original_sha256": sha256(original), "at": NOW.isoformat(), "sizes": [len(file)]}
    out = io.BytesIO()
    child.main(json.dumps({**job, "limits": asdict(Limits())}), io.BytesIO(file), out)
    assert report_of(json.loads(out.getvalue())) == found(file, original)


# What is kept


def test_a_report_can_be_stored(original: bytes) -> None:
    for file in (signed(original), original, b"", signed(original).replace(b"/ByteRange", b"/ByteRanke")):
        report = found(file, original)
        assert report_of(json.loads(json.dumps(report.as_data()))) == report


def test_every_problem_is_explained() -> None:
    assert MESSAGES.keys() == set(Problem)
