"""The five published situations in one data folder, and the pages over them, on loopback.

    python -m tests.scenarios.serving [--port 8000] [--anew]

The folder `.demo/pages/` is filled the first time and kept. A browser is opened only where somebody sits at a terminal with a display.
"""

import argparse
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.scenarios.asking import ROOT, Inspector
from tests.scenarios.facts import facts
from tests.scenarios.shown import SHOWS, Show

FOLDER = ROOT / ".demo" / "pages"
_FILLED = "filled"
_PATIENCE = 60
_SMALLER = 4
"""So much smaller than in `make demo`, which counts every dossier: here they are to be looked at, soon."""


def fill(folder: Path = FOLDER, *, watched: bool = True) -> Path:
    """The data folder with all five in it, shown short; made where it is not there yet, or only in part."""
    data = folder / "data"
    if not (folder / _FILLED).exists():
        shutil.rmtree(folder, ignore_errors=True)
        for show in SHOWS:
            sent = folder / "files" / show.name
            sent.mkdir(parents=True)
            generated = show.module.generate(sent, float(show.short / _SMALLER))
            Inspector(data, watched=watched).take_in(generated)
        shutil.rmtree(folder / "files")
        (folder / _FILLED).touch()
    return data


def moments(shows: Sequence[Show] = SHOWS) -> Iterator[tuple[str, str]]:
    """Each situation's place, and the page over its province as it was at the end of what was reported."""
    for show in shows:
        first, last = show.printed["period"]
        unit = facts(show.name)["invented"]["province"]
        yield show.printed["place"], f"?unit={unit}&period={first}..{last}"


@contextmanager
def serving(data: Path, port: int) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """`dunghen serve` over a folder, as soon as it answers: its address, and the process."""
    command = [sys.executable, "-m", "infra.cli", "--data", str(data), "serve", "--port", str(port)]
    quiet = os.environ | {"DUNGHEN_LOG_LEVEL": "error"}
    with subprocess.Popen(command, cwd=ROOT, env=quiet) as process:
        try:
            _answers(process, port)
            yield f"http://127.0.0.1:{port}/", process
        finally:
            process.terminate()
            # Popen itself does not wait for its process after Ctrl-C.
            process.wait()


def _answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until somebody listens there, which is the server as long as it lives."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"dunghen serve does not answer on port {port}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM: the server ends with us."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.serving", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--anew", action="store_true", help="fill the folder again")
    asked = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    if asked.anew:
        shutil.rmtree(FOLDER, ignore_errors=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _served(asked.port)
    except KeyboardInterrupt:
        return 0


def _served(port: int) -> int:
    _say("Nạp năm tình huống (chỉ lần đầu, vài phút) …")
    data = fill()
    with serving(data, port) as (url, process):
        _say("Số liệu của các tình huống đã qua; xem ở cuối kỳ được báo cáo:")
        for place, query in moments():
            _say(f"  {place}: {url}{query}")
        _say(f"Mở trang: {url}   (English: {url}?lang=en)   Ctrl-C để dừng")
        if sys.stdout.isatty() and (os.environ.get("DISPLAY") or sys.platform == "darwin"):
            webbrowser.open(url)
        return process.wait()


if __name__ == "__main__":
    sys.exit(main())
