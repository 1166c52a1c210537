"""Connections that hear a broker which refuses user and password, and do not ask it again.

Knows how kafka-python connects. Must not know what is read or written by them. Over TLS a refusal comes together with the end
of the connection; the client throws away what came with an end, takes it for a broker that is away, and tries until its time is
up. What it does hear it forgets as well: its own note of such failures is never written, because nothing raises there.
"""

from typing import Any, Final

from kafka.errors import SaslAuthenticationFailedError, UnsupportedSaslMechanismError
from kafka.net import manager
from kafka.net.compat import KafkaNetClient
from kafka.net.selector import NetworkSelector
from kafka.net.transport import KafkaSSLTransport
from typing_extensions import override

_REFUSALS: Final = (SaslAuthenticationFailedError, UnsupportedSaslMechanismError)


class _Transport(KafkaSSLTransport):  # type: ignore[misc]  # an untyped class
    """As the library's own, but for the last words: the end is met again at the next reading."""

    @override
    async def handshake(self) -> None:
        try:
            await super().handshake()
        except OSError as error:  # the library would leave the socket open
            self.abort(error)
            raise

    @override
    def _sock_recv(self) -> tuple[bytes, Exception | None]:
        received, error = super()._sock_recv()
        return received, None if received else error


class _Manager(manager.KafkaConnectionManager):  # type: ignore[misc]  # an untyped class
    """As the library's own; a broker that refused us while we looked for one is what opening fails with."""

    @override
    async def _connect(self, node: Any, conn: Any, *given: Any, **named: Any) -> None:
        await super()._connect(node, conn, *given, **named)
        refusal = conn.init_future.exception
        # Those met later are left to the library's own attempts: its thread must not end by one.
        if isinstance(refusal, _REFUSALS) and self.cluster.is_bootstrap(node.node_id):
            self._auth_failures[node.node_id] = refusal


def connections(**settings: Any) -> Any:
    """A client's connections to the brokers."""
    net = NetworkSelector(**settings)
    client = KafkaNetClient(net, _Manager(net, **settings))
    # The library drops this setting on the way, and a misspelt topic would be created, with the broker's settings.
    client.cluster.config["allow_auto_create_topics"] = False
    return client


def install() -> None:
    """Let the client speak TLS so."""
    manager.KafkaSSLTransport = _Transport
