"""Signing in at an identity service of the province (OpenID Connect Core 1.0: code flow, with PKCE, state and nonce).

The library speaks OAuth; what the service says of itself is read from its discovery document, and what it says of a
person is believed only under its signature, for this site, for this very sign-in, and while it is fresh.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from requests import RequestException

if TYPE_CHECKING:
    from collections.abc import Collection

    from registry.infrastructure.clock import Clock

_SECONDS: Final = 10  # The longest that a request waits for the service.
_KNOWN_FOR: Final = 3600  # seconds that its description and its keys are believed
_LEEWAY: Final = 60  # seconds that its clock may differ from ours
# Signatures by a key pair only: one by a shared secret could be made by whoever knows the public key.
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_DISCOVERY: Final = "/.well-known/openid-configuration"


class IdentityRefused(Exception):  # noqa: N818  # It says what has happened.
    """The service cannot be reached, refuses, or says something that cannot be believed."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the service says of somebody."""

    issuer: str
    subject: str
    name: str
    strong: bool  # whether it has asked for two factors
    is_fresh: bool  # whether it says that the person has signed in there just now


@dataclass
class IdentityService:
    """One service, as the settings describe it."""

    issuer: str
    client_id: str
    client_secret: str
    strong_values: Collection[str]  # values of `acr` or `amr` that stand for two factors
    clock: Clock
    _known: dict[str, Any] = field(default_factory=dict)
    _known_until: float = 0.0

    def address(self, *, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent to sign in: anew, whatever session it has there.

        That session may be hours old and the screen somebody else's. `prompt=login` is understood more widely;
        `max_age` makes the service say when it was (clause 3.1.2.1).

        Raises:
            IdentityRefused: the service does not describe itself.
        """
        client = self._client(back)
        url, _state = client.create_authorization_url(
            self._endpoint("authorization_endpoint"),
            state=state,
            nonce=nonce,
            code_verifier=verifier,
            prompt="login",
            max_age="0",
        )
        return str(url)

    def person(self, *, back: str, code: str, nonce: str, verifier: str, since: int) -> Person:
        """Who has signed in there, for the code that the browser has brought back.

        Args:
            back: the address that the browser was sent back to.
            code: what it has brought.
            nonce: that it was sent with.
            verifier: of the code's challenge.
            since: when it was sent there, in seconds since 1970; who signed in earlier has not signed in anew.

        Raises:
            IdentityRefused: see there.
        """
        try:
            answer = self._client(back).fetch_token(
                self._endpoint("token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                timeout=_SECONDS,
            )
        except (AuthlibBaseError, RequestException, ValueError) as error:
            raise IdentityRefused(str(error)) from error
        claims = self._read(str(answer.get("id_token", "")), nonce)
        told = {str(claims.get("acr", "")), *map(str, _listed(claims.get("amr")))}
        name = claims.get("name") or claims.get("preferred_username") or claims["sub"]
        return Person(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            name=str(name),
            strong=bool(told & set(self.strong_values)),
            is_fresh=_signed_in_since(claims, since),
        )

    def _read(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token (clause 3.1.3.7)."""
        rules = JWTClaimsRegistry(
            now=lambda: int(self.clock.now().timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = dict(self._decode(token).claims)
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise IdentityRefused(f"{type(error).__name__}: {error}") from error
        others = _listed(claims["aud"])
        if len(others) > 1 and claims.get("azp") != self.client_id:
            raise IdentityRefused("azp")
        return claims

    def _decode(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._keys(), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            self._known_until = 0  # The service may have changed its keys a moment ago.
            return jwt.decode(token, self._keys(), algorithms=_ALGORITHMS)

    def _keys(self) -> KeySet:
        return KeySet.import_key_set(self._describe()["keys"])

    def _endpoint(self, name: str) -> str:
        address = str(self._describe()["about"].get(name, ""))
        if not address.startswith(("https://", f"{urlsplit(self.issuer).scheme}://")):
            raise IdentityRefused(name)
        return address

    def _describe(self) -> dict[str, Any]:
        """What the service says of itself, and its keys; asked for once an hour."""
        if time.monotonic() >= self._known_until:
            about = self._fetch(self.issuer.rstrip("/") + _DISCOVERY)
            if about.get("issuer") != self.issuer:
                raise IdentityRefused("The service describes another one.")
            self._known = {"about": about}
            self._known_until = time.monotonic() + _KNOWN_FOR
            try:
                self._known["keys"] = self._fetch(self._endpoint("jwks_uri"))
            except IdentityRefused:
                self._known_until = 0
                raise
        return self._known

    def _fetch(self, address: str) -> dict[str, Any]:
        try:
            answer = self._client("").get(address, withhold_token=True, timeout=_SECONDS)
            answer.raise_for_status()
            document = answer.json()
        except (RequestException, ValueError) as error:
            raise IdentityRefused(str(error)) from error
        if not isinstance(document, dict):
            raise IdentityRefused(address)
        return document

    def _client(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self.client_id,
            self.client_secret,
            scope="openid profile",
            redirect_uri=back,
            code_challenge_method="S256",
        )


def _signed_in_since(claims: dict[str, Any], since: int) -> bool:
    """Whether somebody has signed in after that moment; False where the service does not say.

    Raises:
        IdentityRefused: it says that they have not, although it was asked to see to it.
    """
    moment = claims.get("auth_time")
    if moment is None:
        return False
    if isinstance(moment, bool) or not isinstance(moment, int | float) or moment < since - _LEEWAY:
        raise IdentityRefused("auth_time")
    return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
