"""What access needs of the settings, in the form in which it is used; and whether all that is set can guard a server.

Knows the settings. Must not know requests.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from infra.http.access._provider import Provider
from infra.settings.reading import secret
from infra.settings.service import AccessSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Which claims of the provider say what."""

    name: str = "preferred_username"
    role: str = "dunghen_role"
    unit: str = "dunghen_unit"
    officer: str = "dunghen_officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """How people sign in: with whom, what its claims mean, how long a session lasts, what cookies are signed with."""

    provider: Provider
    secret: str
    claims: Claims = Claims()
    idle: timedelta = timedelta(minutes=30)
    lasting: timedelta = timedelta(hours=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    """How the server is guarded. Without `sign_in` everybody on this machine is its operator."""

    public_url: str | None = None
    proxies: tuple[str, ...] = ()
    sign_in: SignIn | None = None
    rate: int = 600
    sign_in_rate: int = 20

    @property
    def secure(self) -> bool:
        """Whether people come over TLS."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def host(self) -> str | None:
        """The host that people ask for, besides this machine's own names."""
        return None if self.public_url is None else urlsplit(self.public_url).hostname

    def is_proxy(self, address: str) -> bool:
        """Whether what an address says of others is believed."""
        try:
            said = ip_address(address)
        except ValueError:
            return False
        return any(said in ip_network(network) for network in self.proxies)


def access_rules(settings: AccessSettings) -> AccessRules:
    """The rules that the settings make."""
    sign_in = None
    if settings.oidc_issuer is not None and settings.oidc_client_id is not None:
        own = secret(None, settings.oidc_client_secret_file) or ""
        sign_in = SignIn(
            provider=Provider(
                settings.oidc_issuer, settings.oidc_client_id, own, settings.oidc_scopes
            ),
            secret=own,
            claims=Claims(
                name=settings.oidc_name_claim,
                role=settings.oidc_role_claim,
                unit=settings.oidc_unit_claim,
                officer=settings.oidc_officer_claim,
            ),
            idle=timedelta(minutes=settings.session_idle_minutes),
            lasting=timedelta(hours=settings.session_hours),
        )
    return AccessRules(
        public_url=settings.public_url,
        proxies=settings.trusted_proxies,
        sign_in=sign_in,
        rate=settings.rate_per_minute,
        sign_in_rate=settings.sign_in_per_minute,
    )
