"""Where the brokers are and how to speak with them; and what is wrong when that does not work, in words.

Knows addresses, certificates and the names of the client's settings and errors. Must not know the client itself.

The client tells a wrong certificate, a wrong protocol and a broker that is not there in the same way: no answer in time. So
certificates are read here, before it starts, and when it has failed the addresses are tried one by one to say why.
"""

import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from typing_extensions import override

from infra.errors import CannotRun

_TRIED_FOR = 3.0
"""Seconds that an address is tried for after the client has failed already."""
_SAYS_WHY_WITHIN = 0.5
"""Seconds in which a broker that does not take our certificate says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """TLS. `ca`: a file of certificates to trust, None for the system's; `cert` and `key`: our own, for brokers that ask."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """CannotRun when a file cannot be read or is no certificate."""
        try:
            context = ssl.create_default_context(cafile=self.ca)
            if self.cert is not None:
                context.load_cert_chain(self.cert, self.key)
        except (OSError, ssl.SSLError) as error:
            files = ", ".join(str(path) for path in (self.ca, self.cert, self.key) if path)
            raise CannotRun(
                f"the certificates for Kafka ({files}) cannot be used: {error}; give PEM files that this user may read",
                code="bad_certificate",
                files=files,
                reason=error,
            ) from None
        return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Sasl:
    """A user name and a password, sent over TLS only."""

    username: str
    password: str = field(repr=False)
    mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True)
class Brokers:
    """The brokers: some addresses (`host:port`) to begin with, and how they are spoken to. CannotRun for Sasl without Tls."""

    bootstrap: tuple[str, ...]
    tls: Tls | None = None
    sasl: Sasl | None = None

    def __post_init__(self) -> None:
        if self.sasl is not None and self.tls is None:
            raise CannotRun(
                "a password for Kafka must not travel in clear: switch TLS on as well",
                code="password_in_clear",
            )

    @override
    def __str__(self) -> str:
        return ", ".join(self.bootstrap)

    def settings(self) -> dict[str, Any]:
        """The client's settings. CannotRun when a certificate cannot be used."""
        settings: dict[str, Any] = {
            "bootstrap_servers": list(self.bootstrap),
            "security_protocol": ("SASL_" if self.sasl else "") + ("SSL" if self.tls else "PLAINTEXT"),
            # A broker that comes back is found again within seconds; the library would wait for half a minute.
            "reconnect_backoff_max_ms": 2_000,
        }  # fmt: skip
        if self.tls is not None:
            settings["ssl_context"] = self.tls.context()
        if self.sasl is not None:
            settings |= {
                "sasl_mechanism": self.sasl.mechanism,
                "sasl_plain_username": self.sasl.username,
                "sasl_plain_password": self.sasl.password,
            }
        return settings


_TOLD: Final[dict[str, tuple[str, str]]] = {
    "SaslAuthenticationFailedError": (
        "broker_refused",
        (
            "Kafka at {brokers} does not accept the user name and password; check DUNGHEN_KAFKA_SASL_USER and its password,"
            " and that the user has one for DUNGHEN_KAFKA_SASL_MECHANISM"
        ),
    ),
    "UnsupportedSaslMechanismError": (
        "broker_refused",
        "Kafka at {brokers} does not offer this SASL mechanism; set DUNGHEN_KAFKA_SASL_MECHANISM to one that it does",
    ),
    "TopicAuthorizationFailedError": (
        "broker_forbidden",
        "Kafka at {brokers} does not allow this user to use the topic ({error}); grant it read, write and describe",
    ),
    "GroupAuthorizationFailedError": (
        "broker_forbidden",
        "Kafka at {brokers} does not allow this user to use the consumer group ({error}); grant it read",
    ),
    "ClusterAuthorizationFailedError": (
        "broker_forbidden",
        "Kafka at {brokers} does not allow this user to do that ({error}); grant it, or create the topics beforehand",
    ),
    "UnknownTopicOrPartitionError": (
        "topic_missing",
        "Kafka at {brokers} has no such topic ({error}); create it, or let `dunghen relay` do so",
    ),
    "MessageSizeTooLargeError": (
        "message_too_large",
        "an event is larger than Kafka at {brokers} takes ({error}); raise max.message.bytes of the topic",
    ),
    "RecordListTooLargeError": (
        "message_too_large",
        "an event is larger than Kafka at {brokers} takes ({error}); raise max.message.bytes of the topic",
    ),
    "NotEnoughReplicasError": (
        "replicas_missing",
        "Kafka at {brokers} has too few replicas in step to keep an event safely; bring the brokers back",
    ),
    "InvalidReplicationFactorError": (
        "replicas_missing",
        "Kafka at {brokers} has fewer brokers than the topic is to have replicas ({error}); start more or ask for fewer",
    ),
}
"""Name of a client's error -> our code, and what is wrong and what to do."""

_NO_ANSWER = frozenset(
    {"KafkaTimeoutError", "KafkaConnectionError", "NodeNotReadyError", "MetadataEmptyBrokerList"}
)


def trouble(brokers: Brokers, error: Exception) -> CannotRun:
    """A client's error as what it means here."""
    name = type(error).__name__
    if name in _NO_ANSWER:
        reasons = [why for address in brokers.bootstrap if (why := _unreachable(brokers, address))]
        if not reasons and "Failed to update metadata" in str(error):
            return CannotRun(
                f"Kafka at {brokers} can be reached, but does not know the topic; create it, or let `dunghen relay` do so",
                code="topic_missing",
                brokers=str(brokers),
                reason=error,
            )
        why = "; ".join(reasons) or (
            f"somebody takes connections there, but did not answer as Kafka does in time ({error}); is it a broker's port?"
        )
        return CannotRun(
            f"Kafka at {brokers} does not answer: {why}. Check that it runs, its address, and the security settings;"
            " then start again: nothing is lost",
            code="broker_unreachable",
            brokers=str(brokers),
            reason=why,
        )
    code, sentence = _TOLD.get(
        name, ("broker_failed", "Kafka at {brokers} failed: {error}; see the broker's log")
    )
    told = str(error)
    return CannotRun(
        sentence.format(brokers=brokers, error=told), code=code, brokers=str(brokers), reason=told
    )


def _unreachable(brokers: Brokers, address: str) -> str | None:
    """Why an address cannot be spoken to, and what to do; None if it can."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_TRIED_FOR) as plain:
            if brokers.tls is not None:
                _shake_hands(brokers.tls.context(), plain, host.strip("[]"))
            elif _speaks_tls(plain):
                return f"{address}: it speaks TLS; set DUNGHEN_KAFKA_SECURITY to tls or sasl_tls"
    except ssl.SSLCertVerificationError as error:
        return (
            f"{address}: its certificate is not trusted ({error.verify_message}); DUNGHEN_KAFKA_CA must name the authority"
            " that signed it, and DUNGHEN_KAFKA the broker as the certificate does"
        )
    except ssl.SSLError as error:
        return (
            f"{address}: it does not speak TLS with us ({error.reason}); DUNGHEN_KAFKA must name the port for TLS, or"
            " DUNGHEN_KAFKA_SECURITY say plaintext"
        )
    except (OSError, ValueError, CannotRun) as error:
        return f"{address}: {error}"
    return None


def _shake_hands(context: ssl.SSLContext, plain: socket.socket, host: str) -> None:
    """Raises what the broker has against us, too: in TLS 1.3 it says so behind the handshake."""
    with context.wrap_socket(plain, server_hostname=host) as spoken:
        spoken.settimeout(_SAYS_WHY_WITHIN)
        try:
            spoken.recv(1)
        except TimeoutError:  # it waits for us to speak, as it should
            return
        except ssl.SSLError as error:
            raise OSError(
                f"it does not take our certificate ({error.reason}); DUNGHEN_KAFKA_CERT and DUNGHEN_KAFKA_KEY must name one"
                " that it trusts"
            ) from None


def _speaks_tls(plain: socket.socket) -> bool:
    asking = ssl.create_default_context()
    asking.check_hostname = False
    try:
        asking.wrap_socket(plain).close()
    except ssl.SSLCertVerificationError:
        return True
    except OSError:
        return False
    return True
