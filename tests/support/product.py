"""`make up` and `make down`: the whole product on this machine, as compose.yaml starts it, without Docker. Data and logs in .dev/.

Knows the folder, and which commands run on. Must not know how servers are had. Standard output is only what a shell may eval.
"""

import argparse
import base64
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, NoReturn

from tests.support.servers import Unavailable, keeper, standing
from tests.support.servers.jars import ROOT
from tests.support.servers.ports import free_port
from tests.support.servers.process import tail

SERVICES: Final = {
    "relay": ("relay",),
    "projections": ("consume", "projections"),
    "intake": ("consume", "intake"),
    "deadlines": ("consume", "deadlines"),
    "serve": ("serve",),
}
"""Without `consume notify`: it ends where there is nobody to tell."""
DUNGHEN: Final = (sys.executable, "-c", "import sys, infra.cli; sys.exit(infra.cli.main())")
READY_SECONDS: Final = 240
"""Six processes of which each loads the program: ten seconds alone, much longer on a machine that is busy."""
PRODUCT: Final = "product"


class NotUp(Exception):
    """What did not come up, and what it said last."""


def up(folder: Path, port: int) -> int:
    """Start what does not run, and say where it is."""
    exports = _exports(standing.up(folder), folder)
    with keeper.locked(folder / "product.lock"):
        if not standing.running(folder, PRODUCT):
            _start(folder, os.environ | exports, port)
    _show(folder, exports)
    return 0


def _start(folder: Path, environment: Mapping[str, str], port: int) -> None:
    made = subprocess.run(
        [*DUNGHEN, "migrate"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NotUp(f"migrate: {made.stderr}")
    (folder / f"{PRODUCT}.json").unlink(missing_ok=True)
    where = ("--folder", str(folder), "--port", str(port))
    with (folder / f"{PRODUCT}.log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "tests.support.product", "keep", *where],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    patience = time.monotonic() + READY_SECONDS
    while waited := _not_ready(folder):
        if started.poll() is not None or time.monotonic() > patience:
            said = "\n".join(f"{name}: {_last(folder, name)}" for name in (PRODUCT, *waited))
            standing.down(folder, PRODUCT)
            raise NotUp(said)
        time.sleep(keeper.POLL_SECONDS)


def keep(folder: Path, port: int) -> NoReturn:
    """Run every service until SIGTERM, or until one of them ends. The lock says that this process lives."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with keeper.locked(folder / PRODUCT) as alive, ExitStack() as stack:
        alive.truncate(0)
        alive.write(str(os.getpid()))
        alive.flush()
        stack.callback(_end, processes)
        pages = {}
        for name, words in SERVICES.items():
            pages[name] = free_port()
            at = {"DUNGHEN_OPS_ADDRESS": f"127.0.0.1:{pages[name]}"}
            more = ("--port", str(port)) if name == "serve" else ()
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            command = [*DUNGHEN, *words, *more]
            processes[name] = subprocess.Popen(command, env=os.environ | at, stdout=log, stderr=log)
        keeper.say(folder, PRODUCT, {"pages": pages, "url": f"http://127.0.0.1:{port}"})
        while not (ended := [name for name, each in processes.items() if each.poll() is not None]):
            time.sleep(keeper.POLL_SECONDS)
        sys.exit(f"{', '.join(ended)} ended, and all others with it")


def _end(processes: Mapping[str, "subprocess.Popen[bytes]"]) -> None:
    """All at once: each has something to finish."""
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        process.wait()


def down(folder: Path) -> int:
    """The services first: they have something to end with their servers."""
    standing.down(folder, PRODUCT)
    standing.down(folder)
    return 0


def status(folder: Path) -> int:
    """0 where all of it runs and is ready."""
    if not (standing.running(folder) and standing.running(folder, PRODUCT)):
        print("not running", file=sys.stderr)
        return 1
    _show(folder, _exports(standing.addresses(folder), folder))
    for name in (waited := _not_ready(folder)):
        print(f"{name} is not ready: {_last(folder, name)}", file=sys.stderr)
    return 1 if waited else 0


def _exports(servers: Mapping[str, str], folder: Path) -> dict[str, str]:
    key = folder / "master.key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_bytes(base64.b64encode(secrets.token_bytes(32)))
    return {
        "DUNGHEN_DATABASE_URL": servers["superuser_url"],
        "DUNGHEN_KAFKA": servers["bootstrap"],
        "DUNGHEN_MASTER_KEY_FILE": str(key),
    }


def _show(folder: Path, exports: Mapping[str, str]) -> None:
    for name, value in exports.items():
        print(f"export {name}={value}")
    told = keeper.answer(folder, PRODUCT) or {}
    print(f"the dashboard is at {told.get('url')}; make down ends all of it", file=sys.stderr)


def _not_ready(folder: Path) -> list[str]:
    pages = (keeper.answer(folder, PRODUCT) or {}).get("pages", {})
    return [name for name in SERVICES if name not in pages or not _ready(pages[name])]


def _ready(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
        return True
    return False


def _last(folder: Path, name: str) -> str:
    with suppress(FileNotFoundError):
        return tail((folder / f"{name}.log").read_text("utf-8", errors="replace"))
    return "it said nothing"


def main(arguments: list[str] | None = None) -> int:
    """0: done; 1: it does not run, and why; 3: this machine has no servers."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.product", description=__doc__)
    parser.add_argument("verb", choices=["up", "down", "status", "keep"])
    parser.add_argument("--folder", type=Path, default=ROOT / ".dev")
    parser.add_argument("--port", type=int, default=8000, help="of the dashboard")
    options = parser.parse_args(arguments)
    folder = options.folder.absolute()
    try:
        match options.verb:
            case "up":
                return up(folder, options.port)
            case "keep":
                keep(folder, options.port)
            case "down":
                return down(folder)
            case _:
                return status(folder)
    except (Unavailable, NotUp, TimeoutError) as refusal:
        print(refusal, file=sys.stderr)
        return 3 if isinstance(refusal, Unavailable) else 1


if __name__ == "__main__":
    sys.exit(main())
