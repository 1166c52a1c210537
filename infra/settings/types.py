"""How the text of a variable becomes a value: lists, addresses, names of policies.

Knows text. Must not know which setting it is for. A ValueError says what is meant; it never repeats the text, which may be a secret.
"""

from datetime import time
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from domain.errors import Unknown
from domain.policy import POLICIES, policy

_LONGEST_HOST: Final = 253
_LAST_PORT: Final = 65_535
_OF_AN_ADDRESS: Final = "an address of the form host:port is meant, [host]:port for IPv6"


def _listed(given: Any) -> Any:
    if isinstance(given, str):
        parts = tuple(part for part in map(str.strip, given.split(",")) if part)
        if not parts:
            raise ValueError("at least one is meant, with commas between them if there are more")
        return parts
    return given


def _lowered(given: Any) -> Any:
    return given.lower() if isinstance(given, str) else given


def _language(given: Any) -> Any:
    return given.lower()[:2] if isinstance(given, str) else given  # en_US.UTF-8 is English


def host_and_port(text: str) -> tuple[str, int]:
    """`host:port`, `[::1]:port`. ValueError otherwise."""
    host, _, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    good = 0 < len(host) <= _LONGEST_HOST and port.isascii() and port.isdigit()
    if not good or int(port) > _LAST_PORT or (":" in host) != bracketed or set(host) & set("/@ "):
        raise ValueError(_OF_AN_ADDRESS)
    if bracketed:
        try:
            ip_address(host)
        except ValueError:
            raise ValueError(_OF_AN_ADDRESS) from None
    return host, int(port)


def _address(given: Any) -> Any:
    if isinstance(given, str):
        return host_and_port(given) if given else None
    return given


def _broker(given: str) -> str:
    if host_and_port(given)[1] == 0:
        raise ValueError(_OF_AN_ADDRESS)
    return given


def _postgres(given: SecretStr) -> SecretStr:
    if not given.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError(
            "an address of the form postgresql://user:password@host:port/name is meant"
        )
    return given


def _web(given: str) -> str:
    """What is no address would be noticed when the first notice is sent, by nobody who can mend it."""
    try:
        parts = urlsplit(given)
        host = parts.hostname or ""
        host.encode("idna")
        good = parts.scheme in {"https", "http"} and bool(host.strip()) and parts.port != 0
        good = good and " " not in host and given.isprintable()
    except ValueError:  # a port or brackets that are none, a name that no resolver takes
        good = False
    if not good:
        raise ValueError("addresses that begin with https:// are meant, with commas between them")
    return given


def _own_address(given: str) -> str:
    """An address without a path: `https://host` or `http://localhost:8000`."""
    parts = urlsplit(_secure(given).rstrip("/"))
    if parts.path or parts.fragment:
        raise ValueError("an address without a path is meant")
    # As browsers say where a request comes from, or what our own pages send would be taken for another site's.
    host = (parts.hostname or "").encode("idna").decode()
    usual = {"https": 443, "http": 80}[parts.scheme]
    port = "" if parts.port in {None, usual} else f":{parts.port}"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _secure(given: str) -> str:
    """What a browser or a secret is sent to: over TLS, but on this machine."""
    parts = urlsplit(_web(given))
    on_this_machine = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if (parts.scheme != "https" and not on_this_machine) or parts.username or parts.query:
        raise ValueError("an address that begins with https:// is meant")
    return given


def _network(given: str) -> str:
    try:
        ip_network(given)
    except ValueError:
        raise ValueError("addresses or networks such as 10.0.0.0/8 are meant") from None
    return given


def _without_offset(given: time) -> time:
    if given.tzinfo is not None:
        raise ValueError("a time of day in Viet Nam is meant, without an offset")
    return given


def _policy(given: str) -> str:
    try:
        policy(given)
    except Unknown:
        raise ValueError(f"there is no such policy; choose one of: {', '.join(POLICIES)}") from None
    return given


Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(_broker)], ...], NoDecode, BeforeValidator(_listed)
]
Database = Annotated[SecretStr, AfterValidator(_postgres)]
Form = Annotated[Literal["console", "json"], BeforeValidator(_lowered)]
Language = Annotated[Literal["vi", "en"], BeforeValidator(_language)]
Level = Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lowered)]
Listening = Annotated[tuple[str, int] | None, NoDecode, BeforeValidator(_address)]
LocalTime = Annotated[time, AfterValidator(_without_offset)]
Mechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
PolicyName = Annotated[str, AfterValidator(_policy)]
Networks = Annotated[
    tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode, BeforeValidator(_listed)
]
OwnAddress = Annotated[str, AfterValidator(_own_address)]
SecureAddress = Annotated[str, AfterValidator(_secure)]
Seconds = Annotated[float, Field(ge=0.01, le=86_400, allow_inf_nan=False)]
Security = Literal["plaintext", "tls", "sasl_tls", "sasl_plaintext"]
SmtpTls = Literal["starttls", "tls", "none"]
WebAddresses = Annotated[
    tuple[Annotated[str, AfterValidator(_web)], ...], NoDecode, BeforeValidator(_listed)
]
