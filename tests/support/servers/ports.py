"""Ports for servers that are started later: no two processes of this machine's user are given the same one.

Knows the ports of 127.0.0.1. Must not know who listens.
"""

import fcntl
import os
import random
import socket
import tempfile
import threading
from functools import cache
from pathlib import Path

LOCALHOST = "127.0.0.1"
# Below what systems give to outgoing connections: a server that is down must find its port free again.
PORTS = range(20_000, 32_000)

_given = set[int]()
_choosing = threading.Lock()


def free_port() -> int:
    """Free at this moment, on 127.0.0.1, and given to nobody else as long as this process lives."""
    choose = random.SystemRandom()
    with _choosing:
        for port in choose.sample(PORTS, len(PORTS)):
            if _claimed(port):
                return port
    raise RuntimeError(f"no port of {PORTS} is free")


@cache
def _claims() -> int:
    """A byte for each port, locked by the process that it was given to.

    Such locks end with their process, and when it closes the file: it is opened once.
    """
    path = Path(tempfile.gettempdir(), f"dunghen-ports-{os.getuid()}")
    return os.open(path, os.O_RDWR | os.O_CREAT, mode=0o600)


def _claimed(port: int) -> bool:
    """Whether it was free, and is ours now."""
    if port in _given:  # one's own locks are no hindrance
        return False
    try:
        fcntl.lockf(_claims(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    _given.add(port)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
    return True
