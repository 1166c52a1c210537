"""What a caller gets: a Kafka or a PostgreSQL with its address and, when the process is ours, ways to break it.

Knows addresses and a role with three verbs. Must not know how a server is found or started.
"""

from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import quote, urlsplit

Mode = Literal["smart", "fast", "immediate"]
"""How PostgreSQL ends: when all have left; at once, in order; at once, to be recovered at the next start."""


class Unavailable(Exception):
    """No such server can be had here; the text says what was tried, and why it did not work."""


class Died(RuntimeError):
    """A server process ended, or was not ready in time; the text ends with the tail of its log."""


class NotOurs(NotImplementedError):
    """The server was given by address, is shared or runs in a container: it is not ours to stop."""


class Control(Protocol):
    """A server process of our own."""

    def start(self) -> None:
        """On the same port and data, until it is ready."""

    def stop(self, mode: Mode = "fast", /) -> None:
        """In good order, until it has ended."""

    def kill(self) -> None:
        """SIGKILL, until it has ended."""


def _ours(control: Control | None) -> Control:
    if control is None:
        raise NotOurs("this server was given, is shared or runs in a container; take own=True")
    return control


@dataclass(frozen=True, kw_only=True)
class KafkaServer:
    """`bootstrap` is host:port[,host:port]."""

    bootstrap: str
    control: Control | None = None

    def start(self) -> None:
        _ours(self.control).start()

    def stop(self) -> None:
        _ours(self.control).stop()

    def kill(self) -> None:
        _ours(self.control).kill()


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """`superuser_url` is postgresql://user:password@host:port/database."""

    superuser_url: str
    control: Control | None = None

    def url(
        self, user: str | None = None, password: str | None = None, dbname: str | None = None
    ) -> str:
        """The same server for somebody else, or for another database; what is not said stays."""
        given = urlsplit(self.superuser_url)
        who = given.netloc.rpartition("@")[0]
        if user is not None:
            who = quote(user, safe="") + (":" + quote(password, safe="") if password else "")
        netloc = f"{who}@{given.netloc.rpartition('@')[2]}" if who else given.netloc
        path = given.path if dbname is None else f"/{quote(dbname, safe='')}"
        return given._replace(netloc=netloc, path=path).geturl()

    def start(self) -> None:
        _ours(self.control).start()

    def stop(self, mode: Mode = "fast") -> None:
        _ours(self.control).stop(mode)

    def restart(self, mode: Mode = "fast") -> None:
        self.stop(mode)
        self.start()

    def kill(self) -> None:
        _ours(self.control).kill()
