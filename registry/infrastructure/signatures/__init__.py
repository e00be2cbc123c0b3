"""Digital signatures in PDFs: made with a firm's own key, and checked whoever made them.

    signed = sign(pdf, pkcs12, passphrase, reason=…, location=…, at=work.now)     raises CannotSign
    report = check(uploaded, original_sha256=…, trust_roots=…, at=work.now)       never raises for a hostile file

Each call starts one child process, under the limits of ``inspection``. For checking, because strangers send the file;
for signing, because a PKCS#12 file says itself how many million rounds its passphrase is to be hashed. Key and
passphrase go to the child through a pipe: they reach no disk, log, command line or error message, and are gone when it
ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from registry.domain.signatures import UNREADABLE, SignatureReport, report_of
from registry.infrastructure.inspection import Limits, RefusedFile
from registry.infrastructure.inspection.sandbox import run_child
from registry.infrastructure.inspection.verdict import PDF
from registry.infrastructure.signatures.refusal import OBSTACLES, CannotSign, Obstacle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

__all__ = [
    "DEFAULT_LIMITS",
    "OBSTACLES",
    "SIGNING_LIMITS",
    "CannotSign",
    "Obstacle",
    "RootsUnreadable",
    "check",
    "read_roots",
    "sign",
]

DEFAULT_LIMITS: Final = Limits()
# Opening a key file takes a tenth of a second, and a second where somebody was very careful.
SIGNING_LIMITS: Final = Limits(cpu_seconds=5, wall_seconds=20)
_PROGRAM: Final = "registry.infrastructure.signatures.child"


class RootsUnreadable(RuntimeError):  # noqa: N818  # It states a fact about the machine.
    """The file of trusted roots is not there or holds no certificates."""


def sign(
    pdf: bytes,
    pkcs12: bytes,
    passphrase: str,
    *,
    reason: str,
    location: str,
    at: datetime,
    limits: Limits = SIGNING_LIMITS,
) -> bytes:
    """Append a signature that is not shown on the page, and return the signed document, which begins with ``pdf``.

    Args:
        pdf: the document, which may be signed already.
        pkcs12: the firm's key and certificates (.p12, .pfx): RSA of 2048 bits or more, or ECDSA over a curve of NIST.
        passphrase: what opens it; never kept.
        reason: why it is signed, shown in the signature panel; empty: not said.
        location: where it is signed; likewise.
        at: the moment that is stated, aware. Nobody else confirms it: there is no timestamp server.
        limits: what it may cost.

    Raises:
        CannotSign: key, certificate or passphrase will not do; ``obstacle`` and ``message`` say why.
        InspectionUnavailable: signing itself does not work; that is not the firm's fault.
    """
    job = {"task": "sign", "reason": reason, "location": location, "at": at.isoformat()}
    try:
        head, signed = run_child(_PROGRAM, job, limits, claimed=PDF, parts=(pdf, pkcs12, passphrase.encode()))
    except RefusedFile:
        # The document is ours, so that it was the key file that took too much or brought the parser down.
        raise CannotSign(Obstacle.TOO_COSTLY) from None
    if "obstacle" in head:
        raise CannotSign(Obstacle(head["obstacle"]))
    return signed


def check(
    pdf: bytes,
    *,
    original_sha256: str | None,
    trust_roots: Sequence[x509.Certificate] = (),
    at: datetime,
    limits: Limits = DEFAULT_LIMITS,
) -> SignatureReport:
    """Look at the signatures in a file that somebody sent.

    Args:
        pdf: the file; it may be hostile, or no PDF at all.
        original_sha256: of the document that was given out to be signed; None: it is not compared.
        trust_roots: certificates that signers' certificates have to lead to; none: nobody's is checked.
        at: the present moment, aware.
        limits: what it may cost; a file that takes more counts as unreadable.

    Raises:
        InspectionUnavailable: checking itself does not work; the file may be fine.
    """
    job = {"task": "check", "original_sha256": original_sha256, "at": at.isoformat()}
    roots = [root.public_bytes(Encoding.DER) for root in trust_roots]
    try:
        head, _ = run_child(_PROGRAM, job, limits, claimed=PDF, parts=(pdf, *roots))
    except RefusedFile:
        return UNREADABLE
    return report_of(head)


def read_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """Read a bundle of certificates in PEM.

    Raises:
        RootsUnreadable: the file cannot be read, or holds no certificate.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise RootsUnreadable(f"{path}: {error}") from error
