"""The OpenID provider: where it sends people, what it says of who signed in, and whether it was the provider that said so.

Knows OpenID Connect (code flow, PKCE, discovery, JWKS) over HTTP. Must not know sessions or roles. Nothing that the browser brings is
believed but the code, and that is redeemed over our own connection; the ID token is checked all the same, in every respect.
"""

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""Signatures that the provider alone can make: neither `none`, nor HMAC under what others know as well."""
_KINDS: Final = frozenset({"RSA", "EC"})
_LEEWAY: Final = 60
"""Seconds that two clocks may be apart."""
_FRESH: Final = 3_600.0
"""Seconds that what the provider says of itself is kept."""
_LARGEST: Final = 1 << 18
_TIMEOUT: Final = httpx.Timeout(10.0)
_WHOLE: Final = 20.0
"""Seconds for a whole answer, however steadily it drips."""


class NotSignedIn(Exception):
    """The provider did not vouch for anybody; `args` say why, for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What a sign-in begins with: known to us and, signed, to the browser that began it."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Attempt":
        """Another one, which nobody can guess."""
        return cls(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
        )


class Provider:
    """A provider, as a client of which we are registered."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        secret: str,
        scopes: str,
        *,
        clock: Callable[[], float] = time.time,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._issuer, self._client_id, self._secret, self._scopes = (
            issuer,
            client_id,
            secret,
            scopes,
        )
        self._clock, self._transport = clock, transport
        self._lock = threading.Lock()
        self._about: tuple[float, Mapping[str, Any]] | None = None
        self._keys: KeySet | None = None

    def address(self, attempt: Attempt, redirect: str) -> str:
        """Where the browser goes to sign in."""
        return str(
            prepare_grant_uri(
                self._endpoint("authorization_endpoint"),
                self._client_id,
                "code",
                redirect_uri=redirect,
                scope=self._scopes,
                state=attempt.state,
                nonce=attempt.nonce,
                code_challenge=create_s256_code_challenge(attempt.verifier),
                code_challenge_method="S256",
            )
        )

    def farewell(self, back: str) -> str | None:
        """Where the browser goes to sign out there as well; None where the provider has no such place.

        OpenID Connect RP-Initiated Logout 1.0: the ID token, of which we keep nothing, would be `id_token_hint`; without it the provider
        knows by `client_id` whose `post_logout_redirect_uri` it is, and may ask the person whether he means it.
        """
        if "end_session_endpoint" not in self._described():
            return None
        place = self._endpoint("end_session_endpoint")
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": back}
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    def claims(self, code: str, attempt: Attempt, redirect: str) -> Mapping[str, Any]:
        """What the provider says of who signed in. NotSignedIn."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": attempt.verifier,
        }
        # RFC 6749, 2.3.1: both are form-encoded before they are joined.
        who = quote_plus(self._client_id), quote_plus(self._secret)
        told = self._said("POST", self._endpoint("token_endpoint"), data=form, auth=who)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise NotSignedIn("no ID token")
        return self.verified(token, attempt.nonce)

    def verified(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token that this provider made, for us, for this attempt, and that holds now. NotSignedIn."""
        try:
            claims = self._decoded(token).claims
            now = int(self._clock())
            jwt.JWTClaimsRegistry(
                now=now,
                leeway=_LEEWAY,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as wrong:
            raise NotSignedIn(type(wrong).__name__) from None
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise NotSignedIn("another nonce")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self._client_id) != self._client_id:
            raise NotSignedIn("for another client")
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise NotSignedIn("no subject")
        return claims

    def _decoded(self, token: str) -> jwt.Token:
        """Checked by the keys that we know, and if by none of them, by those that the provider has now: it may have changed them."""
        known = self._keys
        if known is not None:
            try:
                return jwt.decode(token, known, algorithms=list(ALGORITHMS))
            except (JoseError, ValueError):
                pass
        return jwt.decode(token, self._fetched(), algorithms=list(ALGORITHMS))

    def _fetched(self) -> KeySet:
        told = self._said("GET", self._endpoint("jwks_uri"))
        listed = told.get("keys")
        if not isinstance(listed, list):
            raise NotSignedIn("no keys")
        keys = [
            key
            for key in listed
            if isinstance(key, dict)
            and key.get("kty") in _KINDS
            and key.get("use", "sig") == "sig"
            and "d" not in key
        ]
        try:
            found = KeySet.import_key_set({"keys": keys})
        except (JoseError, ValueError, TypeError, KeyError):
            raise NotSignedIn("keys that cannot be read") from None
        with self._lock:
            self._keys = found
        return found

    def _described(self) -> Mapping[str, Any]:
        """What the provider says of itself. It must call itself as we do, or another could speak for it."""
        with self._lock:
            if self._about is not None and time.monotonic() < self._about[0] + _FRESH:
                return self._about[1]
        place = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        told = self._said("GET", place)
        if told.get("issuer") != self._issuer:
            raise NotSignedIn("another issuer")
        with self._lock:
            self._about = time.monotonic(), told
        return told

    def _endpoint(self, name: str) -> str:
        """An address of the provider's; over TLS where the provider is."""
        place = self._described().get(name)
        if not isinstance(place, str) or not place.isascii() or not place.isprintable():
            raise NotSignedIn(f"no {name}")
        parts, own = urlsplit(place), urlsplit(self._issuer)
        here = own.scheme == "http" and parts.scheme == "http" and parts.hostname == own.hostname
        if not parts.hostname or not (parts.scheme == "https" or here):
            raise NotSignedIn(f"{name} is not over TLS")
        return place

    def _said(self, method: str, place: str, **sent: Any) -> dict[str, Any]:
        """The JSON object that the provider answers with."""
        until = time.monotonic() + _WHOLE
        try:
            with (
                httpx.Client(
                    timeout=_TIMEOUT,
                    follow_redirects=False,
                    trust_env=False,
                    transport=self._transport,
                    headers={"accept": "application/json"},
                ) as client,
                client.stream(method, place, **sent) as response,
            ):
                body = b""
                for part in response.iter_bytes():
                    body += part
                    if len(body) > _LARGEST:
                        raise NotSignedIn("too long an answer")
                    if time.monotonic() > until:
                        raise NotSignedIn("too slow an answer")
                if response.status_code != httpx.codes.OK:
                    raise NotSignedIn(f"{urlsplit(place).path} says {response.status_code}")
                told = httpx.Response(200, content=body).json()
        except httpx.HTTPError as away:
            raise NotSignedIn(type(away).__name__) from None
        except ValueError:
            raise NotSignedIn("no JSON") from None
        if not isinstance(told, dict):
            raise NotSignedIn("no JSON object")
        return told
