"""Ends a server and removes its folder once the process that started them is gone, however it went.

A script for a process of its own: standard input is a pipe from that process, and its end is the sign; so it works
wherever there are pipes. Must not import the project. Lines: PID SIGNAL, the server now watched; 0 0, none.
"""

import os
import shutil
import signal
import sys
import time

PATIENCE_SECONDS = 10


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def end(pid: int, first: int) -> None:
    for number in (first, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        patience = time.monotonic() + PATIENCE_SECONDS
        while alive(pid) and time.monotonic() < patience:
            time.sleep(0.02)


def main(folder: str) -> None:
    """`folder` may be empty: then nothing is removed."""
    pid = number = 0
    for line in sys.stdin:
        pid, number = map(int, line.split())
    if pid:
        end(pid, number)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
