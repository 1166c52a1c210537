"""`make up` and `make down`: Kafka and PostgreSQL in the background for development, without Docker, data in .dev/.

Knows the folder .dev and the keeper. Must not know how servers are had. Standard output is only what a shell may eval.
"""

import argparse
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

from tests.support.servers import keeper
from tests.support.servers.jars import ROOT
from tests.support.servers.process import tail

NAMES = ("kafka", "postgres")
DOWN_SECONDS = 60


def running(folder: Path) -> int | None:
    """The keeper's process id: it holds the lock as long as it lives, so that an old number misleads nobody."""
    try:
        with (folder / "keeper").open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int((folder / "keeper").read_text("utf-8") or 0)
    return None


def _told(folder: Path) -> dict[str, str]:
    return {
        key: value for name in NAMES for key, value in (keeper.answer(folder, name) or {}).items()
    }


def _show(folder: Path) -> int:
    told = _told(folder)
    print(f"export DUNGHEN_DATABASE_URL={told['superuser_url']}")
    print(f"export DUNGHEN_KAFKA={told['bootstrap']}")
    return 0


def up(folder: Path) -> int:
    folder.mkdir(exist_ok=True)
    log = folder / "keeper.log"
    with keeper.locked(folder / "up.lock"):
        if running(folder):
            return _show(folder)
        for name in NAMES:
            (folder / f"{name}.json").unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        started = keeper.start("keep", folder, log, *NAMES)
        while started.poll() is None:
            told = _told(folder)
            if "superuser_url" in told and "bootstrap" in told:
                return _show(folder)
            time.sleep(keeper.POLL_SECONDS)
    why = _told(folder).get("unavailable") or tail(log.read_text("utf-8", errors="replace"))
    print(why, file=sys.stderr)
    return 1


def down(folder: Path) -> int:
    if not (pid := running(folder)):
        return 0
    os.kill(pid, signal.SIGTERM)
    patience = time.monotonic() + DOWN_SECONDS
    while running(folder):
        if time.monotonic() > patience:
            print(f"process {pid} does not end: {folder / 'keeper.log'}", file=sys.stderr)
            return 1
        time.sleep(keeper.POLL_SECONDS)
    return 0


def status(folder: Path) -> int:
    if running(folder):
        return _show(folder)
    print("not running", file=sys.stderr)
    return 1


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.servers", description=__doc__)
    parser.add_argument("verb", choices=["up", "down", "status"])
    parser.add_argument("--folder", type=Path, default=ROOT / ".dev")
    options = parser.parse_args(arguments)
    verb = {"up": up, "down": down, "status": status}[options.verb]
    return verb(options.folder.absolute())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
