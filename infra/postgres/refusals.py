"""Why a server lets nobody in, by its SQLSTATE: libpq tells the words of a failed connection only, and those are in the server's language.

Knows libpq's trace, which holds the whole answer. Must not know what is made of it. Where there is no trace (elsewhere than on
Linux, or libpq before 18) nothing is found out, and a server that refuses looks like one that is away.
"""

import os
import re
import selectors
import time
from typing import Final

import psycopg
from psycopg import pq

_SECONDS: Final = 5.0
"""It answered just now."""

_STATE: Final = re.compile(rb'\tErrorResponse\t S "[^"]*" V "[^"]*" C "(\w{5})"')

_WAITS_FOR: Final = {
    pq.PollingStatus.READING: selectors.EVENT_READ,
    pq.PollingStatus.WRITING: selectors.EVENT_WRITE,
}

WITHOUT: Final = "28P01"
"""Also what is told where the server wants a password and the address has none: nothing is sent then, and no answer comes."""


def sqlstate(conninfo: str) -> str | None:
    """Connect once more and see how the server refuses that; None: it does not, or it cannot be seen."""
    if pq.PGconn.ping(conninfo.encode()) != pq.Ping.OK or not hasattr(os, "memfd_create"):
        return None
    # In memory only: where a password travels in clear it is in the trace.
    with os.fdopen(os.memfd_create("trace"), "rb") as trace:
        connection = pq.PGconn.connect_start(conninfo.encode())
        try:
            connection.trace(trace.fileno())
            _connect(connection)
            connection.untrace()
            needs = connection.needs_password
        except psycopg.Error:  # no trace here, or nobody at the address by now
            return None
        finally:
            connection.finish()
        trace.seek(0)
        found = _STATE.findall(trace.read())
    return WITHOUT if needs else found[-1].decode() if found else None


def _connect(connection: pq.abc.PGconn) -> None:
    until = time.monotonic() + _SECONDS
    while (waits_for := _WAITS_FOR.get(pq.PollingStatus(connection.connect_poll()))) is not None:
        with selectors.DefaultSelector() as selector:
            selector.register(connection.socket, waits_for)
            if not selector.select(max(0.0, until - time.monotonic())):
                return
