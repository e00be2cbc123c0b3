"""Codes of authenticator apps: six digits that change every thirty seconds (TOTP, RFC 6238).

The secret that app and registry share is stored encrypted and authenticated with keys derived from the settings' secret
keys, together with its owner's number: whoever can write to the database can neither read one, nor put one of their own
in its place, nor move one from one account to another. Each key has a tag, so that what an older key has encrypted
stays readable while that key is still listed, and can be told from what the newest one has.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.fernet import Fernet, InvalidToken
from passlib.exc import TokenError
from passlib.totp import TOTP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.infrastructure.clock import Clock

_PERIOD: Final = 30  # seconds
_WINDOW: Final = 30  # seconds before and after: a clock may be slow, and so may fingers


class UnreadableSecret(Exception):  # noqa: N818  # It says what it is.
    """The key that encrypted this secret is listed no more, or somebody has changed what is stored."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret to be put into an app."""

    stored: str  # encrypted, as it is kept
    shown: str  # in groups of four, to be typed
    address: str  # otpauth://…, to be scanned


class Authenticator:
    """Makes and checks codes."""

    def __init__(self, keys: Sequence[str], issuer: str, clock: Clock) -> None:
        """Take the settings' keys, the name apps show, and the clock.

        Args:
            keys: the first encrypts, all of them decrypt.
            issuer: what the app calls the account's site.
            clock: tells the time.
        """
        self._clock = clock
        self._newest = _tag(keys[0])
        self._boxes = {_tag(key): Fernet(_derived(key)) for key in keys}
        # The address has a colon between issuer and account, and must have no other one.
        self._totp = TOTP.using(issuer=issuer.replace(":", " "), now=lambda: clock.now().timestamp())

    def new_secret(self, owner: int) -> str:
        """A new secret for this account, encrypted."""
        return self.keep(self._totp.new().base32_key, owner)

    def keep(self, base32: str, owner: int) -> str:
        """Encrypt a secret of this account that is known already, as apps show it."""
        return self._seal(f"{owner} {base32}")

    def describe(self, stored: str, owner: int, account: str) -> NewSecret:
        """What an app has to be told.

        Raises:
            UnreadableSecret: the secret cannot be decrypted, or is another account's.
        """
        totp = self._open(stored, owner)
        return NewSecret(stored=stored, shown=totp.pretty_key(sep=" "), address=totp.to_uri(account.replace(":", " ")))

    def match(self, code: str, stored: str, owner: int) -> int | None:
        """The number of the thirty seconds that a code belongs to; None where it is not one of now.

        Whoever accepts a code keeps that number, and accepts no code of it or an earlier one again.
        """
        try:
            return int(self._open(stored, owner).match(code, window=_WINDOW).counter)
        except (TokenError, ValueError, UnreadableSecret):
            return None

    def code(self, base32: str) -> tuple[str, int]:
        """The present code of a secret that is known, and for how many seconds it will be shown."""
        token = self._totp(key=base32).generate()
        return str(token.token), _PERIOD - int(self._clock.now().timestamp()) % _PERIOD

    def renewed(self, stored: str) -> str | None:
        """The same secret under the newest key; None where it is under that key already, or cannot be read."""
        if self.tag_of(stored) == self._newest:
            return None
        try:
            return self._seal(self._unseal(stored))
        except UnreadableSecret:
            return None

    @property
    def newest_tag(self) -> str:
        """The tag of the key that encrypts now."""
        return self._newest

    @staticmethod
    def tag_of(stored: str) -> str:
        """The tag of the key that has encrypted this secret."""
        return stored.partition(":")[0]

    def _open(self, stored: str, owner: int) -> TOTP:
        number, _, base32 = self._unseal(stored).partition(" ")
        if number != str(owner):
            raise UnreadableSecret
        return self._totp(key=base32)

    def _seal(self, text: str) -> str:
        return f"{self._newest}:{self._boxes[self._newest].encrypt(text.encode()).decode()}"

    def _unseal(self, stored: str) -> str:
        tag, _, token = stored.partition(":")
        try:
            return self._boxes[tag].decrypt(token.encode()).decode()
        except (KeyError, InvalidToken) as error:
            raise UnreadableSecret from error


def _tag(key: str) -> str:
    return hashlib.sha256(b"totp-tag:" + key.encode()).hexdigest()[:8]


def _derived(key: str) -> bytes:
    return urlsafe_b64encode(hashlib.sha256(b"totp-key:" + key.encode()).digest())
