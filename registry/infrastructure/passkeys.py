"""Passkeys (W3C Web Authentication, level 3): what the browser is asked, and whether its answer is true.

The owner's finger, face or PIN is always asked for, so that a passkey is two factors by itself. Attestation is not:
which make of telephone somebody has is no business of the registry's.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import options_to_json_dict, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

CHALLENGE_BYTES: Final = 32
_TIMEOUT_MS: Final = 300_000  # WCAG 2.2.1: five minutes are enough for everybody.
# What parsing raises for an answer that no browser gave.
_NONSENSE: Final = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, json.JSONDecodeError)


class WrongAnswer(Exception):  # noqa: N818  # It says what it is.
    """The browser's answer is not true, or not an answer."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What is kept of a passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool
    device_type: str
    transports: list[str]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A passkey's signature that was found true."""

    sign_count: int
    backed_up: bool


class PasskeyReader:
    """Speaks with browsers under one name; passkeys made under another name do not work under this one."""

    def __init__(self, public_url: str, site: str) -> None:
        """Take the site's address, whose host passkeys belong to, and the name that the browser shows."""
        self._origin, self._host, self._site = public_url, urlsplit(public_url).hostname or "", site

    @property
    def is_usable(self) -> bool:
        """Whether browsers make passkeys for this host: it must have a name, and not only an address."""
        try:
            ip_address(self._host)
        except ValueError:
            return True
        return False

    def ask_for_new(
        self, *, challenge: str, handle: str, account: str, name: str, known: Sequence[bytes]
    ) -> dict[str, Any]:
        """What `navigator.credentials.create()` is given, as JSON."""
        options = webauthn.generate_registration_options(
            rp_id=self._host,
            rp_name=self._site,
            user_id=handle.encode(),
            user_name=account,
            user_display_name=name,
            challenge=challenge.encode(),
            timeout=_TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        )
        return dict(options_to_json_dict(options))

    def ask_for_signature(self, *, challenge: str, known: Sequence[bytes] = ()) -> dict[str, Any]:
        """What `navigator.credentials.get()` is given; without `known`, any passkey of this site will do."""
        options = webauthn.generate_authentication_options(
            rp_id=self._host,
            challenge=challenge.encode(),
            timeout=_TIMEOUT_MS,
            allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return dict(options_to_json_dict(options))

    def read_new(self, answer: str, challenge: str) -> NewPasskey:
        """Check a new passkey.

        Raises:
            WrongAnswer: see there.
        """
        try:
            found = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=challenge.encode(),
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
            transports = json.loads(answer).get("response", {}).get("transports") or []
        except _NONSENSE as error:
            raise WrongAnswer(str(error)) from error
        return NewPasskey(
            credential_id=found.credential_id,
            public_key=found.credential_public_key,
            sign_count=found.sign_count,
            backed_up=found.credential_backed_up,
            device_type=str(found.credential_device_type.value),
            transports=[str(each)[:20] for each in transports[:8]] if isinstance(transports, list) else [],
        )

    @staticmethod
    def name_in(answer: str) -> tuple[bytes, str]:
        """Which passkey has answered, and what it calls its account.

        Raises:
            WrongAnswer: see there.
        """
        try:
            credential = parse_authentication_credential_json(answer)
            handle = (credential.response.user_handle or b"").decode()
        except _NONSENSE as error:
            raise WrongAnswer(str(error)) from error
        return credential.raw_id, handle

    def read_signature(self, answer: str, challenge: str, *, public_key: bytes, sign_count: int) -> Assertion:
        """Check a passkey's signature.

        Raises:
            WrongAnswer: see there.
        """
        try:
            found = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge.encode(),
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except _NONSENSE as error:
            raise WrongAnswer(str(error)) from error
        return Assertion(sign_count=found.new_sign_count, backed_up=found.credential_backed_up)


def new_challenge() -> str:
    """A random text to be signed."""
    return secrets.token_urlsafe(CHALLENGE_BYTES)
