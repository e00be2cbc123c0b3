"""Signs one PDF in this process. Everything here runs in a child process; see the package.

The signature is one of PAdES baseline B-B (ETSI EN 319 142-1): detached CMS with SHA-256, the certificate bound in a
signed attribute, the moment in the signature's dictionary, and no timestamp server. The document is only appended to.
"""

from __future__ import annotations

import asyncio
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Final

import asn1crypto.keys
import asn1crypto.pkcs12
import asn1crypto.x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import PublicKeyAlgorithmOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from registry.infrastructure.signatures.refusal import CannotSign, Obstacle

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

_FEWEST_RSA_BITS: Final = 2048
_CURVES: Final = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
# GB/T 32918; the curve's identifier is that of GB/T 33560.
_SM2_CURVE: Final = "1.2.156.10197.1.301"
_FIELD: Final = "Signature"


def sign(pdf: bytes, pkcs12: bytes, passphrase: bytes, *, reason: str, location: str, at: datetime) -> bytes:
    """Sign; see ``registry.infrastructure.signatures.sign``."""
    signer = _signer(_opened(pkcs12, passphrase), at)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    taken = {name for name, _, _ in enumerate_sig_fields(writer.prev)}
    metadata = PdfSignatureMetadata(
        field_name=next(name for number in count(1) if (name := f"{_FIELD}{number}") not in taken),
        md_algorithm="sha256",
        reason=reason or None,
        location=location or None,
        subfilter=SigSeedSubFilter.PADES,
    )
    return asyncio.run(_signed(PdfSigner(metadata, signer), writer, at))


async def _signed(signer: PdfSigner, writer: IncrementalPdfFileWriter, at: datetime) -> bytes:
    """The steps of ``PdfSigner.sign_pdf``, which would take the time from the machine's clock."""
    session = signer.init_signing_session(writer)
    session.system_time = at
    size = await session.estimate_signature_container_size(None)
    document = session.prepare_tbs_document(None, size)
    output = BytesIO()
    prepared, _ = document.digest_tbs_document(output=output)
    attributes = PdfCMSSignedAttributes(signing_time=at)
    await document.perform_signature(prepared.document_digest, attributes)
    return output.getvalue()


def _opened(pkcs12: bytes, passphrase: bytes) -> PKCS12KeyAndCertificates:
    """Open the firm's file.

    Raises:
        CannotSign: it is none, or the passphrase does not open it, or nobody here can read its key.
    """
    if not _is_pkcs12(pkcs12):
        raise CannotSign(Obstacle.NOT_PKCS12)
    try:
        return load_pkcs12(pkcs12, passphrase)
    except UnsupportedAlgorithm as error:
        raise CannotSign(Obstacle.SM2 if _SM2_CURVE in str(error) else Obstacle.KEY_TYPE) from None
    except ValueError:
        raise CannotSign(Obstacle.WRONG_PASSPHRASE) from None


def _is_pkcs12(data: bytes) -> bool:
    """Whether this has the outer form of RFC 7292, clause 4; a wrong passphrase cannot be told from nonsense later."""
    try:
        file = asn1crypto.pkcs12.Pfx.load(data, strict=True)
        return bool(file["version"].native == "v3" and file["auth_safe"]["content_type"].native == "data")
    except (ValueError, TypeError):
        return False


def _signer(opened: PKCS12KeyAndCertificates, at: datetime) -> SimpleSigner:
    """What signs with this key at this moment.

    Raises:
        CannotSign: key and certificate are not there, do not belong together, or may not be used for this.
    """
    key, held = opened.key, opened.cert
    if key is None:
        raise CannotSign(Obstacle.NO_KEY)
    if held is None:
        raise CannotSign(Obstacle.NO_CERTIFICATE)
    certificate = held.certificate
    if not _is_common(key, certificate):
        raise CannotSign(Obstacle.KEY_TYPE)
    if certificate.public_key() != key.public_key():
        raise CannotSign(Obstacle.NO_CERTIFICATE)
    _check_usable(certificate, at)
    others = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    others.register_multiple(_translated(other.certificate) for other in opened.additional_certs)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=_translated(certificate),
        signing_key=asn1crypto.keys.PrivateKeyInfo.load(private),
        cert_registry=others,
    )


def _is_common(key: object, certificate: x509.Certificate) -> bool:
    """Whether the programs in use verify PDF signatures with such a key: poppler calls others damaged."""
    if isinstance(key, rsa.RSAPrivateKey):
        only_for_pss = certificate.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS
        return key.key_size >= _FEWEST_RSA_BITS and not only_for_pss
    return isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, _CURVES)


def _check_usable(certificate: x509.Certificate, at: datetime) -> None:
    if at < certificate.not_valid_before_utc:
        raise CannotSign(Obstacle.NOT_YET_VALID)
    if at > certificate.not_valid_after_utc:
        raise CannotSign(Obstacle.EXPIRED)
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return  # RFC 5280, 4.2.1.3: nothing is excluded then.
    if not (usage.digital_signature or usage.content_commitment):
        raise CannotSign(Obstacle.KEY_USAGE)


def _translated(certificate: x509.Certificate) -> asn1crypto.x509.Certificate:
    return asn1crypto.x509.Certificate.load(certificate.public_bytes(Encoding.DER))
