"""What an operator sets of access, as `serve` reads it: every variable reaches the rules that the server is guarded by."""

from datetime import timedelta
from typing import Any, NamedTuple

from infra.http.access import AccessRules, _settings, access_rules
from infra.http.access._settings import Claims, SignIn
from infra.settings.reading import prepared
from infra.settings.service import AccessSettings, variable

SECRET = "of-the-provider-" * 2
SET = {
    "public_url": "https://dunghen.example",
    "trusted_proxies": "10.1.0.0/16,192.0.2.7",
    "oidc_issuer": "https://id.example",
    "oidc_client_id": "us",
    "oidc_scopes": "openid roles",
    "oidc_name_claim": "email",
    "oidc_role_claim": "roles",
    "oidc_unit_claim": "ma_don_vi",
    "oidc_officer_claim": "ma_can_bo",
    "session_idle_minutes": "7",
    "session_hours": "3",
    "rate_per_minute": "1234",
    "sign_in_per_minute": "5",
}


class Known(NamedTuple):
    """A provider, by what it is made of."""

    issuer: str
    client_id: str
    secret: str
    scopes: str


def test_all_that_is_set_is_in_the_rules(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text(SECRET + "\n")
    given = SET | {"oidc_client_secret_file": str(tmp_path / "secret")}
    for name, value in given.items():
        monkeypatch.setenv(variable(name), value)
    monkeypatch.setattr(_settings, "Provider", Known)
    settings = prepared()
    rules = access_rules(settings)
    provider: Any = Known("https://id.example", "us", SECRET, "openid roles")

    assert rules == AccessRules(
        public_url="https://dunghen.example",
        proxies=("10.1.0.0/16", "192.0.2.7"),
        sign_in=SignIn(
            provider=provider,
            secret=SECRET,
            claims=Claims(name="email", role="roles", unit="ma_don_vi", officer="ma_can_bo"),
            idle=timedelta(minutes=7),
            lasting=timedelta(hours=3),
        ),
        rate=1234,
        sign_in_rate=5,
    )
    for field, about in AccessSettings.model_fields.items():
        assert getattr(settings, field) != about.default, f"{field} is not set here"
        without = settings.model_copy(update={field: about.default})
        assert access_rules(without) != rules, f"{field} reaches nothing"
