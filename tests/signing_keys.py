"""Keys and certificates for the tests: made when they are needed, of people and firms that do not exist."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterable

PASSPHRASE = "虚构的密码 word"
FIRM = "示例玻璃制品有限公司（虚构）"
FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

_KINDS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "rsa-1024": lambda: rsa.generate_private_key(65537, 1024),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "brainpool": lambda: ec.generate_private_key(ec.BrainpoolP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
    # Another key of the same kind for each place where two people are needed.
    "root": lambda: ec.generate_private_key(ec.SECP256R1()),
    "intermediate": lambda: ec.generate_private_key(ec.SECP256R1()),
    "other": lambda: ec.generate_private_key(ec.SECP256R1()),
}


@cache
def key(kind: str) -> Any:
    return _KINDS[kind]()


def name(common_name: str, *more: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    parts = [(NameOID.COMMON_NAME, common_name), (NameOID.ORGANIZATION_NAME, FIRM), *more]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def usage(**allowed: bool) -> x509.KeyUsage:
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    rest = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{each: allowed.get(each, False) for each in (*every, *rest)})


def certificate(
    kind: str,
    subject: x509.Name,
    *,
    issuer: tuple[str, x509.Name] | None = None,
    valid: tuple[datetime, datetime] = (FROM, UNTIL),
    extensions: Iterable[x509.ExtensionType] = (),
) -> x509.Certificate:
    """A certificate for the key of this kind; without an issuer it is signed by itself."""
    issuer_kind, issuer_name = issuer or (kind, subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key(kind).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    hashed = None if issuer_kind.startswith("ed") else hashes.SHA256()
    return builder.sign(key(issuer_kind), hashed)


def authority(kind: str, common_name: str, issuer: tuple[str, x509.Name] | None = None) -> x509.Certificate:
    """A certificate that issues others."""
    limits = (x509.BasicConstraints(ca=True, path_length=None), usage(key_cert_sign=True, crl_sign=True))
    return certificate(kind, name(common_name), issuer=issuer, extensions=limits)


def pkcs12(
    kind: str,
    held: x509.Certificate | None = None,
    *,
    others: Iterable[x509.Certificate] = (),
    passphrase: str = PASSPHRASE,
    rounds: int = 1,
) -> bytes:
    """A key file; without a certificate the key's own."""
    held = held or certificate(kind, name("沈示例（虚构）"))
    how: Any = NoEncryption()
    if passphrase:
        how = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(rounds).build(passphrase.encode())
    return serialize_key_and_certificates("虚构".encode(), key(kind), held, list(others), how)


def pkcs12_without_key(held: x509.Certificate) -> bytes:
    return serialize_key_and_certificates(None, None, held, None, BestAvailableEncryption(PASSPHRASE.encode()))


def pkcs12_without_certificate(kind: str) -> bytes:
    return serialize_key_and_certificates(None, key(kind), None, None, BestAvailableEncryption(PASSPHRASE.encode()))
