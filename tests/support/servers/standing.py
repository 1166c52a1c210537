"""Servers that stand on in the background, whoever started them: Kafka and PostgreSQL, their data in a folder.

Knows the folder and the keeper. Must not know the product, nor how servers are had.
"""

import fcntl
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tests.support.servers import Unavailable, keeper
from tests.support.servers.process import tail

NAMES: Final = ("kafka", "postgres")
DOWN_SECONDS: Final = 180
"""Each server has half a minute to end in good order."""


def running(folder: Path, name: str = "keeper") -> int | None:
    """The process id of a keeper: it holds the lock as long as it lives, so that an old number misleads nobody."""
    try:
        with (folder / name).open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int((folder / name).read_text("utf-8") or 0)
    return None


def addresses(folder: Path) -> dict[str, Any]:
    """What is said of the servers so far: `superuser_url`, `bootstrap`."""
    return {
        key: value for name in NAMES for key, value in (keeper.answer(folder, name) or {}).items()
    }


def up(folder: Path) -> dict[str, Any]:
    """Their addresses, as soon as both stand; Unavailable."""
    folder.mkdir(exist_ok=True)
    log = folder / "keeper.log"
    with keeper.locked(folder / "up.lock"):
        if running(folder):
            return addresses(folder)
        for name in NAMES:
            (folder / f"{name}.json").unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        started = keeper.start("keep", folder, log, *NAMES)
        while started.poll() is None:
            told = addresses(folder)
            if "superuser_url" in told and "bootstrap" in told:
                return told
            time.sleep(keeper.POLL_SECONDS)
    why = addresses(folder).get("unavailable")
    raise Unavailable(why or tail(log.read_text("utf-8", errors="replace")))


def down(folder: Path, name: str = "keeper") -> None:
    """End a keeper and all that it keeps. TimeoutError where it does not end."""
    if not (pid := running(folder, name)):
        return
    with suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(pid, signal.SIGTERM)
    patience = time.monotonic() + DOWN_SECONDS
    while running(folder, name):
        if time.monotonic() > patience:
            raise TimeoutError(f"process {pid} does not end: {folder / name}.log")
        time.sleep(keeper.POLL_SECONDS)
