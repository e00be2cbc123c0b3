"""Signing with a firm's own key: what comes out, and what is said when it cannot be."""

from __future__ import annotations

import io
import json
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from registry.domain.errors import InvalidValue
from registry.infrastructure import signatures
from registry.infrastructure.inspection import InspectionUnavailable, sandbox
from registry.infrastructure.signatures import OBSTACLES, SIGNING_LIMITS, CannotSign, Obstacle, child, signing
from tests.infrastructure.pdf_samples import made_pdf
from tests.signing_keys import (
    FROM,
    PASSPHRASE,
    UNTIL,
    authority,
    certificate,
    key,
    name,
    pkcs12,
    pkcs12_without_certificate,
    pkcs12_without_key,
    usage,
)

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = Path(__file__).parents[1] / "data" / "signatures"
NOW = datetime(2026, 3, 18, 6, 3, tzinfo=UTC)
SAID = {"reason": "签署声明", "location": "浙江省海宁市", "at": NOW}


@pytest.fixture
def document(tmp_path: Path) -> bytes:
    return made_pdf(tmp_path / "document").read_bytes()


def signed_here(document: bytes, held: bytes, passphrase: str = PASSPHRASE, **said: Any) -> bytes:
    """In this process, so that its coverage is seen."""
    return signing.sign(document, held, passphrase.encode(), **{**SAID, **said})


# What comes out


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384"])
def test_the_document_is_only_appended_to(document: bytes, kind: str) -> None:
    signed = signed_here(document, pkcs12(kind))
    assert signed.startswith(document)
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert (str(field.T), str(field.V.SubFilter)) == ("Signature1", "/ETSI.CAdES.detached")
        assert (str(field.V.Reason), str(field.V.Location)) == ("签署声明", "浙江省海宁市")
        assert str(field.V.M).startswith("D:20260318060300")
        assert list(field.Rect) == [0, 0, 0, 0]
        assert "/Timestamp" not in field.V


def test_what_is_empty_is_not_said(document: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed_here(document, pkcs12("p256"), reason="", location=""))) as pdf:
        assert {"/Reason", "/Location"}.isdisjoint(pdf.Root.AcroForm.Fields[0].V.keys())


def test_each_signature_has_a_field_of_its_own(document: bytes) -> None:
    twice = signed_here(signed_here(document, pkcs12("p256")), pkcs12("rsa"))
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == ["Signature1", "Signature2"]


def test_the_chain_goes_along(document: bytes) -> None:
    root, middle = name("示例根（虚构）"), name("示例中级（虚构）")
    held = certificate("p256", name("沈示例（虚构）"), issuer=("intermediate", middle))
    others = [authority("intermediate", "示例中级（虚构）", ("root", root)), authority("root", "示例根（虚构）")]
    with pikepdf.open(io.BytesIO(signed_here(document, pkcs12("p256", held, others=others)))) as pdf:
        contents = bytes(pdf.Root.AcroForm.Fields[0].V.Contents)
    assert all(each.public_bytes(Encoding.DER) in contents for each in (held, *others))


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not installed")
@pytest.mark.parametrize("kind", ["rsa", "p256"])
def test_poppler_finds_it_valid(document: bytes, tmp_path: Path, kind: str) -> None:
    (tmp_path / "signed.pdf").write_bytes(signed_here(document, pkcs12(kind)))
    said = subprocess.run(["pdfsig", tmp_path / "signed.pdf"], capture_output=True, check=False, text=True).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "沈示例" in said


def test_an_empty_passphrase_is_one(document: bytes) -> None:
    assert signed_here(document, pkcs12("p256", passphrase=""), "").startswith(document)


# What cannot be used


def for_key(held: Callable[[], bytes], passphrase: str = PASSPHRASE) -> Callable[[], tuple[bytes, str]]:
    return lambda: (held(), passphrase)


def pem() -> bytes:
    return certificate("p256", name("沈示例（虚构）")).public_bytes(Encoding.PEM)


def dated(valid: tuple[datetime, datetime]) -> bytes:
    return pkcs12("p256", certificate("p256", name("沈示例（虚构）"), valid=valid))


def with_usage(**allowed: bool) -> bytes:
    return pkcs12("p256", certificate("p256", name("沈示例（虚构）"), extensions=[usage(**allowed)]))


REFUSED: dict[str, tuple[Obstacle, Callable[[], tuple[bytes, str]]]] = {
    "nothing": (Obstacle.NOT_PKCS12, for_key(lambda: b"")),
    "garbage": (Obstacle.NOT_PKCS12, for_key(lambda: b"\x30\x82garbage" * 20)),
    "a certificate": (Obstacle.NOT_PKCS12, for_key(pem)),
    "another sequence": (
        Obstacle.NOT_PKCS12,
        for_key(lambda: certificate("p256", name("沈示例（虚构）")).public_bytes(Encoding.DER)),
    ),
    "a wrong passphrase": (Obstacle.WRONG_PASSPHRASE, for_key(partial(pkcs12, "p256"), "geheim-9271")),
    "no passphrase": (Obstacle.WRONG_PASSPHRASE, for_key(partial(pkcs12, "p256"), "")),
    "no key": (
        Obstacle.NO_KEY,
        for_key(lambda: pkcs12_without_key(certificate("p256", name("沈示例（虚构）")))),
    ),
    "no certificate": (Obstacle.NO_CERTIFICATE, for_key(lambda: pkcs12_without_certificate("p256"))),
    "not yet": (Obstacle.NOT_YET_VALID, for_key(lambda: dated((NOW + timedelta(seconds=1), UNTIL)))),
    "no longer": (Obstacle.EXPIRED, for_key(lambda: dated((FROM, NOW - timedelta(seconds=1))))),
    "ed25519": (Obstacle.KEY_TYPE, for_key(partial(pkcs12, "ed25519"))),
    "ed448": (Obstacle.KEY_TYPE, for_key(partial(pkcs12, "ed448"))),
    "rsa-1024": (Obstacle.KEY_TYPE, for_key(partial(pkcs12, "rsa-1024"))),
    "brainpool": (Obstacle.KEY_TYPE, for_key(partial(pkcs12, "brainpool"))),
    "rsa for pss": (Obstacle.KEY_TYPE, for_key((KEYS / "rsa_pss.p12").read_bytes, "word")),
    "sm2": (Obstacle.SM2, for_key((KEYS / "sm2.p12").read_bytes, "word")),
    "for encryption": (Obstacle.KEY_USAGE, for_key(lambda: with_usage(key_encipherment=True))),
}


@pytest.mark.parametrize("case", REFUSED)
def test_why_it_was_not_signed(document: bytes, case: str) -> None:
    obstacle, make = REFUSED[case]
    held, passphrase = make()
    with pytest.raises(CannotSign) as caught:
        signed_here(document, held, passphrase)
    assert caught.value.obstacle == obstacle
    assert str(caught.value) == OBSTACLES[obstacle]
    assert caught.value.__cause__ is None
    assert not passphrase or passphrase not in repr(caught.value)


def test_a_key_and_a_foreign_certificate(document: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library makes no such file, but others may."""
    opened = signing.load_pkcs12(pkcs12("p256"), PASSPHRASE.encode())
    foreign = signing.load_pkcs12(pkcs12("other"), PASSPHRASE.encode())
    mixed = type(opened)(opened.key, foreign.cert, [])
    monkeypatch.setattr(signing, "load_pkcs12", lambda *_: mixed)
    with pytest.raises(CannotSign) as caught:
        signed_here(document, pkcs12("p256"))
    assert caught.value.obstacle == Obstacle.NO_CERTIFICATE


def test_a_key_that_nobody_knows(document: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object) -> None:
        raise signing.UnsupportedAlgorithm("Curve 1.2.3 is not supported")

    monkeypatch.setattr(signing, "load_pkcs12", load)
    with pytest.raises(CannotSign) as caught:
        signed_here(document, pkcs12("p256"))
    assert caught.value.obstacle == Obstacle.KEY_TYPE


@pytest.mark.parametrize("allowed", ["digital_signature", "content_commitment"])
def test_either_usage_will_do(document: bytes, allowed: str) -> None:
    assert signed_here(document, with_usage(**{allowed: True})).startswith(document)


def test_the_first_and_the_last_second_count(document: bytes) -> None:
    held = dated((NOW, NOW))
    assert signed_here(document, held).startswith(document)


def test_every_obstacle_is_explained() -> None:
    assert OBSTACLES.keys() == set(Obstacle)
    assert "SM2" in OBSTACLES[Obstacle.SM2]


def test_what_is_raised_can_be_shown_at_a_field() -> None:
    error = CannotSign(Obstacle.EXPIRED)
    assert isinstance(error, InvalidValue)
    assert pickle.loads(pickle.dumps(error)).obstacle == Obstacle.EXPIRED


# Through a real child process


def test_the_whole_way(document: bytes) -> None:
    signed = signatures.sign(document, pkcs12("rsa"), PASSPHRASE, **SAID)
    assert signed.startswith(document)
    report = signatures.check(signed, original_sha256=None, at=NOW)
    assert report.problems == ()
    with pytest.raises(CannotSign) as caught:
        signatures.sign(document, pkcs12("rsa"), "geheim-9271", **SAID)
    assert caught.value.obstacle == Obstacle.WRONG_PASSPHRASE


def test_a_passphrase_that_takes_for_ever_to_hash(document: bytes) -> None:
    held = pkcs12("p256", rounds=6_000_000)  # Key and certificates are encrypted apart: seconds.
    with pytest.raises(CannotSign) as caught:
        signatures.sign(document, held, PASSPHRASE, **SAID, limits=replace(SIGNING_LIMITS, cpu_seconds=1))
    assert caught.value.obstacle == Obstacle.TOO_COSTLY


def test_key_and_passphrase_stay_out_of_sight(
    document: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither is on the command line, in the environment, in a file or in what is logged and raised."""
    held = pkcs12("p256")
    seen: list[Any] = []
    run, secret = sandbox._run, PASSPHRASE.encode()

    def watched(command: list[str], sent: bytes, *rest: Any) -> int:
        seen.append(command)
        assert secret in sent
        status = run(command, sent, *rest)
        seen.extend(file.read() for file in rest[:2] if not file.seek(0))
        return status

    monkeypatch.setattr(sandbox, "_run", watched)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    signed = signatures.sign(document, held, PASSPHRASE, **SAID)
    # A document that is none brings the child down, with a traceback.
    with pytest.raises(InspectionUnavailable) as caught:
        signatures.sign(b"%PDF-1.7 none", held, PASSPHRASE, **SAID)
    told = repr(seen) + str(caught.value) + caplog.text
    numbers = key("p256").private_numbers()
    for trace in (PASSPHRASE, repr(secret)[2:-1], f"{numbers.private_value:x}", str(numbers.private_value)):
        assert trace not in told
    for content in (signed, *[each for each in seen if isinstance(each, bytes)]):
        assert secret not in content
        assert numbers.private_value.to_bytes(32, "big") not in content
    assert [each.name for each in tmp_path.iterdir()] == ["document"]


def test_the_web_process_loads_no_parser() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); "
        "import registry.infrastructure.signatures, registry.infrastructure.scans; "
        "print(sorted({'pyhanko', 'PIL', 'pikepdf', 'pypdfium2'} & {name.split('.')[0] for name in sys.modules}))"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-I", "-c", program, root], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_answers_of_the_child(document: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)

    def answer(passphrase: str) -> tuple[dict[str, Any], bytes]:
        parts = (document, pkcs12("p256"), passphrase.encode())
        job = {
            "task": "sign",
            "reason": "",
            "location": "",
            "at": NOW.isoformat(),
            "sizes": [len(each) for each in parts],
        }
        out = io.BytesIO()
        child.main(json.dumps({**job, "limits": asdict(SIGNING_LIMITS)}), io.BytesIO(b"".join(parts)), out)
        head, body = out.getvalue().split(b"\n", 1)
        return json.loads(head), body

    head, signed = answer(PASSPHRASE)
    assert head == {}
    assert signed.startswith(document)
    assert answer("geheim-9271") == ({"obstacle": "wrong_passphrase"}, b"")
