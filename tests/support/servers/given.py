"""Servers that somebody else started and named in the environment: only looked at, never stopped.

Knows addresses. Must not know how such a server is run.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.support.servers.values import KafkaServer, PostgresServer, Unavailable

ANSWER_SECONDS = 3


@contextmanager
def given_kafka(bootstrap: str) -> Iterator[KafkaServer]:
    """One of the addresses must take a connection."""
    refusals = []
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
        except (OSError, ValueError) as problem:
            refusals.append(f"{address}: {problem}")
        else:
            break
    else:
        raise Unavailable("; ".join(refusals))
    yield KafkaServer(bootstrap=bootstrap)


@contextmanager
def given_postgres(url: str) -> Iterator[PostgresServer]:
    try:
        psycopg.connect(url, connect_timeout=ANSWER_SECONDS).close()
    except psycopg.Error as problem:
        # Not the URL: it holds a password.
        raise Unavailable(f"the server that was given does not answer: {problem}") from None
    yield PostgresServer(superuser_url=url)
