"""ID tokens: made by the provider, for us, for this attempt, and holding now; or nobody is signed in."""

import base64
import hmac
import json

import httpx
import pytest
from joserfc import jwk, jwt

from infra.http.access._provider import Attempt, NotSignedIn, Provider

ISSUER = "https://id.example/realms/tinh"
CLIENT = "dunghen"
NONCE = "n-0S6_WzA2Mj"
NOW = 1_780_000_000
KEY = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, auto_kid=False)
OTHER = jwk.RSAKey.generate_key(2048, {"kid": "two", "use": "sig"}, auto_kid=False)
CURVE = jwk.ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"}, auto_kid=False)
CLAIMS = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "248289761001",
    "exp": NOW + 300,
    "iat": NOW,
    "nonce": NONCE,
}


class Told:
    """What a provider answers, as a transport; `asked` are the paths."""

    def __init__(self, *keys, **about):
        self.keys, self.about, self.asked = list(keys), about, []
        self.token = "x"
        self.status = 200

    def __call__(self, request):
        path = request.url.path
        self.asked.append(path)
        if path.endswith("/openid-configuration"):
            about = {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/jwks",
            }
            return httpx.Response(200, json=about | self.about)
        if path.endswith("/jwks"):
            listed = [
                key if isinstance(key, dict) else key.as_dict(private=False) for key in self.keys
            ]
            return httpx.Response(200, json={"keys": listed})
        return httpx.Response(self.status, json={"id_token": self.token})


def provider_of(told):
    return Provider(
        ISSUER,
        CLIENT,
        "secret",
        "openid",
        clock=lambda: NOW,
        transport=httpx.MockTransport(told),
    )


def signed(claims, key=KEY, **header):
    said = {"alg": "RS256", "kid": key.kid} | header
    return jwt.encode(said, claims, key, algorithms=["RS256", "ES256", "HS256", "PS256", "RS512"])


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(claims):
    return f"{part({'alg': 'none', 'kid': 'one'})}.{part(claims)}."


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(KEY, "RS256"), (KEY, "PS256"), (CURVE, "ES256")],
    ids=["RS256", "PS256", "ES256"],
)
def test_what_the_provider_says_of_us_is_believed(key, algorithm):
    token = signed(CLAIMS, key, alg=algorithm)

    assert provider_of(Told(KEY, CURVE)).verified(token, NONCE)["sub"] == CLAIMS["sub"]


WRONG = {
    "another issuer": {"iss": "https://id.example"},
    "another audience": {"aud": "somebody-else"},
    "us among others without saying for whom": {"aud": [CLIENT, "other"]},
    "us among others, for another": {"aud": [CLIENT, "other"], "azp": "other"},
    "for another client": {"azp": "other"},
    "expired": {"exp": NOW - 61},
    "not yet": {"nbf": NOW + 61},
    "made in the future": {"iat": NOW + 61},
    "another nonce": {"nonce": "n-other"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is none": {"sub": 7},
    "no end": {"exp": None},
    "no beginning": {"iat": None},
    "no audience": {"aud": None},
    "an end that is none": {"exp": "soon"},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_what_is_not_for_us_now_is_not(changes):
    claims = {name: said for name, said in (CLAIMS | changes).items() if said is not None}

    with pytest.raises(NotSignedIn):
        provider_of(Told(KEY)).verified(signed(claims), NONCE)


def test_us_among_others_and_for_us_is_believed():
    token = signed(CLAIMS | {"aud": [CLIENT, "other"], "azp": CLIENT})

    assert provider_of(Told(KEY)).verified(token, NONCE)


def confused():
    """The provider's public key, which everybody has, as if it were a secret that we share."""
    said = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(CLAIMS)}"
    mark = hmac.digest(KEY.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


FORGED = {
    "signed by nobody": unsigned(CLAIMS),
    "signed by another key under that name": signed(CLAIMS, OTHER, kid="one"),
    "signed by a key that the provider does not have": signed(CLAIMS, OTHER),
    "an algorithm that we do not take": signed(CLAIMS, alg="RS512"),
    "altered": signed(CLAIMS)[:-8] + "AAAAAAAA",
    "three words": "a.b.c",
    "nothing": "",
    "no token": "x" * 100,
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_what_the_provider_did_not_sign_is_not_believed(token):
    with pytest.raises(NotSignedIn):
        provider_of(Told(KEY)).verified(token, NONCE)


def test_a_public_key_is_no_secret():
    with pytest.raises(NotSignedIn):
        provider_of(Told(KEY)).verified(confused(), NONCE)


def test_a_shared_key_among_the_providers_is_left_out():
    shared = jwk.OctKey.generate_key(256, {"kid": "shared"}, auto_kid=False)
    token = jwt.encode({"alg": "HS256", "kid": "shared"}, CLAIMS, shared, algorithms=["HS256"])

    with pytest.raises(NotSignedIn):
        provider_of(Told(shared.as_dict(private=True), KEY)).verified(token, NONCE)


def test_keys_are_kept_and_asked_for_again_when_one_is_not_known():
    told = Told(KEY)
    provider = provider_of(told)
    for _ in range(3):
        provider.verified(signed(CLAIMS), NONCE)
    assert [path for path in told.asked if path.endswith("/jwks")] == ["/realms/tinh/jwks"]

    told.keys = [OTHER]
    assert provider.verified(signed(CLAIMS, OTHER), NONCE)
    with pytest.raises(NotSignedIn):  # the provider has taken it back
        provider.verified(signed(CLAIMS, KEY), NONCE)


ABOUT = {
    "another issuer": {"issuer": "https://evil.example"},
    "an address that is not over TLS": {"token_endpoint": "http://id.example/token"},
    "no address": {"token_endpoint": None},
    "an address with an end of line": {"token_endpoint": "https://id.example/\r\nx"},
}


@pytest.mark.parametrize("about", ABOUT.values(), ids=ABOUT)
def test_a_provider_that_is_another_is_not_spoken_to(about):
    with pytest.raises(NotSignedIn):
        provider_of(Told(KEY, **about)).claims("code", Attempt.new(), "https://us.example/back")


def test_a_code_that_the_provider_refuses_signs_nobody_in():
    told = Told(KEY)
    told.status = 400

    with pytest.raises(NotSignedIn):
        provider_of(told).claims("code", Attempt.new(), "https://us.example/back")


@pytest.mark.parametrize("body", [b"[]", b"no JSON", b"x" * (1 << 19), b"{}"], ids=len)
def test_an_answer_that_is_none_signs_nobody_in(body):
    told = Told(KEY)

    def answer(request):
        if request.url.path.endswith("/token"):
            return httpx.Response(200, content=body)
        return told(request)

    provider = Provider(ISSUER, CLIENT, "s", "openid", transport=httpx.MockTransport(answer))
    with pytest.raises(NotSignedIn):
        provider.claims("code", Attempt.new(), "https://us.example/back")


def test_a_provider_that_is_away_signs_nobody_in():
    def away(request):
        raise httpx.ConnectError("away")

    provider = Provider(ISSUER, CLIENT, "s", "openid", transport=httpx.MockTransport(away))
    with pytest.raises(NotSignedIn):
        provider.address(Attempt.new(), "https://us.example/back")


def test_no_two_attempts_are_alike():
    made = {Attempt.new() for _ in range(100)}
    assert len({attempt.state for attempt in made}) == len({a.nonce for a in made}) == 100
