"""Starts servers in a process apart from those that use them, and ends them when the owner is gone.

Knows a folder: what it says there, who owns it. Must not know pytest. The owner holds a lock on the file `owner`, which the
system lets go of however the owner ends; a keeper without an owner (`make up`) ends with SIGTERM.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn, TextIO

from tests.support.servers import Unavailable, kafka, postgres
from tests.support.servers.jars import ROOT
from tests.support.servers.process import tail

STARTING_SECONDS = 600  # the first time ever, jars have to be fetched
POLL_SECONDS = 0.05


@contextmanager
def locked(path: Path) -> Iterator[TextIO]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def answer(folder: Path, name: str) -> dict[str, Any] | None:
    """What the keeper of `name` said: its address, or why there is none."""
    try:
        told: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return told


def ask(folder: Path, name: str) -> dict[str, Any]:
    """The answer of the one keeper of `name`, which is started when there is none."""
    with locked(folder / f"{name}.lock"):
        if told := answer(folder, name):
            return told
        log = folder / f"{name}.log"
        keeper = start("share", folder, log, name)
        patience = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < patience:
            ended = keeper.poll() is not None
            if told := answer(folder, name):
                return told
            if ended:
                return {"failed": tail(log.read_text("utf-8", errors="replace"))}
            time.sleep(POLL_SECONDS)
        keeper.terminate()
        return {"failed": f"nothing came of it in {STARTING_SECONDS} s"}


def start(what: str, folder: Path, log: Path, *names: str) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.servers.keeper", what, str(folder), *names],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    # It outlives whoever started it; Python warns of a process that nobody waits for.
    threading.Thread(target=keeper.wait, daemon=True).start()
    return keeper


def say(folder: Path, name: str, told: dict[str, Any]) -> None:
    """Whole or not at all: others look at any moment. With the superuser's password: for our eyes."""
    draft = folder / f"{name}.draft"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.rename(folder / f"{name}.json")


def share(folder: Path, name: str) -> None:
    """Until the owner has gone."""
    with _said(folder, name, data=None), locked(folder / "owner"):
        pass
    if not list(folder.glob("*.json")):
        shutil.rmtree(folder, ignore_errors=True)


def keep(folder: Path, names: Sequence[str]) -> None:
    """Until SIGTERM. The lock says that this process lives."""
    with locked(folder / "keeper") as alive, ExitStack() as stack:
        alive.truncate(0)
        alive.write(str(os.getpid()))
        alive.flush()
        for name in names:
            stack.enter_context(_said(folder, name, data=folder / name))
        signal.pause()


@contextmanager
def _said(folder: Path, name: str, data: Path | None) -> Iterator[None]:
    """As long as it is said where it is, it is there or on its way out. A refusal stays said, for the next who asks."""
    try:
        with _entered(name, data) as told:
            say(folder, name, told)
            yield
    except Unavailable as refusal:
        say(folder, name, {"unavailable": str(refusal)})
        raise SystemExit(0) from None
    (folder / f"{name}.json").unlink(missing_ok=True)


@contextmanager
def _entered(name: str, data: Path | None) -> Iterator[dict[str, Any]]:
    match name:
        case "kafka":
            with kafka(data=data) as broker:
                yield {"bootstrap": broker.bootstrap}
        case "postgres":
            with postgres(data=data, fsync=data is not None) as database:
                yield {"superuser_url": database.superuser_url}
        case _:
            raise ValueError(name)


def _leave(*_: object) -> NoReturn:
    """As if everything had ended: contexts close."""
    raise SystemExit(0)


def main(what: str, folder: Path, names: Sequence[str]) -> None:
    signal.signal(signal.SIGTERM, _leave)
    match what:
        case "keep":
            keep(folder, names)
        case "share":
            with contextlib.suppress(FileNotFoundError):  # the folder went with its owner
                share(folder, *names)
        case _:
            raise ValueError(what)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
