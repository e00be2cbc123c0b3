"""Codes of authenticator apps: six digits that change every thirty seconds (TOTP, RFC 6238).

The secret that app and registry share is stored encrypted with keys derived from the settings' secret keys. Each key
has a tag of its own, so that what an older key has encrypted stays readable while that key is still listed, and can
be told from what the newest one has.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from passlib.exc import TokenError
from passlib.totp import TOTP, AppWallet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.infrastructure.clock import Clock

_PERIOD: Final = 30  # seconds
_WINDOW: Final = 30  # seconds before and after: a clock may be slow, and so may fingers


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret to be put into an app."""

    stored: str  # encrypted, as it is kept
    shown: str  # in groups of four, to be typed
    address: str  # otpauth://…, to be scanned


class Authenticator:
    """Makes and checks codes."""

    def __init__(self, keys: Sequence[str], issuer: str, clock: Clock, *, cost: int | None = None) -> None:
        """Take the settings' keys, the name apps show, and the clock.

        Args:
            keys: the first encrypts, all of them decrypt.
            issuer: what the app calls the account's site.
            clock: tells the time.
            cost: of deriving a key; tests make it cheap.
        """
        self._clock = clock
        self._newest = _tag(keys[0])
        wallet = AppWallet({_tag(key): _derived(key) for key in keys}, default_tag=self._newest, encrypt_cost=cost)
        # The address has a colon between issuer and account, and must have no other one.
        self._totp = TOTP.using(issuer=issuer.replace(":", " "), wallet=wallet, now=lambda: clock.now().timestamp())

    def new_secret(self) -> str:
        """A new secret, encrypted."""
        return str(self._totp.new().to_json(encrypt=True))

    def keep(self, base32: str) -> str:
        """Encrypt a secret that is known already, as apps show it."""
        return str(self._totp(key=base32).to_json(encrypt=True))

    def describe(self, stored: str, account: str) -> NewSecret:
        """What an app has to be told."""
        totp = self._totp.from_source(stored)
        return NewSecret(stored=stored, shown=totp.pretty_key(sep=" "), address=totp.to_uri(account.replace(":", " ")))

    def match(self, code: str, stored: str) -> int | None:
        """The number of the thirty seconds that a code belongs to; None where it is not one of now.

        Whoever accepts a code keeps that number, and accepts no code of it or an earlier one again.
        """
        try:
            return int(self._totp.verify(code, stored, window=_WINDOW).counter)
        except (TokenError, ValueError, KeyError):
            return None  # Also where the key that encrypted the secret is listed no more.

    def code(self, stored: str) -> tuple[str, int]:
        """The present code, and for how many seconds it will be shown."""
        token = self._totp.from_source(stored).generate()
        return str(token.token), _PERIOD - int(self._clock.now().timestamp()) % _PERIOD

    def renewed(self, stored: str) -> str | None:
        """The same secret under the newest key; None where it is under that key already, or its key is gone."""
        if self.tag_of(stored) == self._newest:
            return None
        try:
            return str(self._totp.from_source(stored).to_json(encrypt=True))
        except KeyError:
            return None

    @property
    def newest_tag(self) -> str:
        """The tag of the key that encrypts now."""
        return self._newest

    @staticmethod
    def tag_of(stored: str) -> str:
        """The tag of the key that has encrypted this secret."""
        document: dict[str, Any] = json.loads(stored)
        return str(document["enckey"]["t"])


def _tag(key: str) -> str:
    return hashlib.sha256(b"totp-tag:" + key.encode()).hexdigest()[:8]


def _derived(key: str) -> str:
    return hashlib.sha256(b"totp-key:" + key.encode()).hexdigest()
