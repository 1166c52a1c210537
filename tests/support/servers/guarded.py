"""A broker that is spoken to over TLS: with a user's password (SCRAM), or with a certificate of the client's own.

Knows the broker's settings for that. Must not know the product. As fixtures: `own_guarded`, a module's own, and the authority
that its certificate is signed by.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.support.certificates import Authority
from tests.support.servers import KafkaServer, PostgresServer, free_port, kafka, postgres
from tests.support.servers.fixtures import owned

LOCALHOST = "127.0.0.1"
MECHANISMS = ("SCRAM-SHA-512", "SCRAM-SHA-256")
USER, PASSWORD = "relay", "mat-khau-cua-relay"
LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


@dataclass(frozen=True, kw_only=True)
class GuardedKafka:
    """`by_password`: host:port for users of `passwords`; `by_certificate`: host:port for those whose certificate it trusts."""

    server: KafkaServer
    by_password: str
    by_certificate: str


@contextmanager
def guarded_kafka(
    *, key_and_cert: Path, ca: Path, passwords: Mapping[str, str]
) -> Iterator[GuardedKafka]:
    """PEM files; each user has the same password by both mechanisms. Nobody gets in without TLS but the broker itself."""
    password, certificate, inside, controller = (f"{LOCALHOST}:{free_port()}" for _ in range(4))
    settings = {
        "listeners": f"SASL_SSL://{password},SSL://{certificate},INSIDE://{inside},CONTROLLER://{controller}",
        "listener.security.protocol.map": "SASL_SSL:SASL_SSL,SSL:SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "INSIDE",
        "controller.quorum.bootstrap.servers": controller,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(key_and_cert),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(ca),
        "listener.name.ssl.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": ",".join(MECHANISMS),
    } | {f"listener.name.sasl_ssl.{each.lower()}.sasl.jaas.config": LOGIN for each in MECHANISMS}
    users = [
        option
        for name, secret in passwords.items()
        for mechanism in MECHANISMS
        for option in ("--add-scram", f"{mechanism}=[name={name},password={secret}]")
    ]
    with kafka(own=True, settings=settings, format_options=users) as server:
        yield GuardedKafka(server=server, by_password=password, by_certificate=certificate)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who signs the broker's certificate, and whom the broker trusts."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def own_guarded(authority: Authority) -> Iterator[GuardedKafka]:
    """The module's own, with one user."""
    signed = authority.signs("broker")
    yield from owned(
        guarded_kafka(key_and_cert=signed.both, ca=authority.ca, passwords={USER: PASSWORD})
    )


@pytest.fixture(scope="module")
def own_certified(authority: Authority) -> Iterator[PostgresServer]:
    """The module's own PostgreSQL, by addresses at which nothing is said before it has shown its certificate.

    The wheel's server is built without TLS: this needs a distribution's.
    """
    signed = authority.signs("database")
    for server in owned(postgres(certificate=(signed.cert, signed.key))):
        known = f"{server.superuser_url}?sslmode=verify-full&sslrootcert={authority.ca}"
        yield replace(server, superuser_url=known)
