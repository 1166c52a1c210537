"""PostgreSQL as a process of ours, over TCP on 127.0.0.1, with a superuser that has a password.

Knows initdb and the server's settings. Must not know where the programs come from.
"""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.servers import pgbinaries
from tests.support.servers.folders import data_folder, remembered
from tests.support.servers.ports import LOCALHOST, free_port
from tests.support.servers.process import STOP_SECONDS, Account, Program, Supervised, tail
from tests.support.servers.values import Died, Mode, PostgresServer, Unavailable

SUPERUSER = "postgres"
READY = "database system is ready to accept connections"
SIGNALS: Mapping[Mode, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}
# Without it a power cut loses data, a killed process does not: enough for a server that lives for minutes.
NO_FSYNC = {"fsync": "off", "full_page_writes": "off"}


def _settings(port: int, *, fsync: bool) -> dict[str, str]:
    return {
        "listen_addresses": LOCALHOST,
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",  # several workers with a pool each
        **({} if fsync else NO_FSYNC),
    }


class _Cluster:
    """`Control` over it."""

    def __init__(self, process: Supervised) -> None:
        self._process = process
        self.kill = process.kill

    def stop(self, mode: Mode = "fast", /) -> None:
        self._process.end(SIGNALS[mode])

    def start(self) -> None:
        """The children of a killed server hold its shared memory until they notice: a moment."""
        patience = time.monotonic() + STOP_SECONDS
        while True:
            try:
                return self._process.start()
            except Died as problem:
                if "shared memory block" not in str(problem) or time.monotonic() > patience:
                    raise
                time.sleep(0.1)


@contextmanager
def cluster(
    programs: Callable[[], Path],
    *,
    fsync: bool = False,
    settings: Mapping[str, str] | None = None,
    data: Path | None = None,
    certificate: tuple[Path, Path] | None = None,
) -> Iterator[PostgresServer]:
    """`programs` finds the folder with initdb and postgres; `settings` go over ours; `data` is kept.

    `certificate`: it and its key, for a server that speaks TLS, too.
    """
    bin_folder, who = programs(), pgbinaries.account()
    if certificate:
        pgbinaries.must_know_tls(bin_folder)
    folder = data_folder("postgres", data)
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(folder)}
    try:
        kept = remembered(
            folder, lambda: {"port": free_port(), "password": secrets.token_urlsafe(16)}
        )
        bin_folder = pgbinaries.usable_by(who, bin_folder, folder / "programs")
        _initialise(bin_folder, who, folder, kept["password"], environment)
        tls = _with_tls(folder, who, *certificate) if certificate else {}
    except BaseException:
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    chosen = _settings(kept["port"], fsync=fsync) | tls | dict(settings or {})
    options = [text for key, value in chosen.items() for text in ("-c", f"{key}={value}")]
    program = Program(
        name="PostgreSQL",
        command=[str(bin_folder / "postgres"), "-D", str(folder / "data"), *options],
        folder=folder,
        ready=READY,
        # Not SIGKILL: that would leave shared memory to the machine.
        last=SIGNALS["fast" if data else "immediate"],
        environment=environment,
        account=who,
        temporary=data is None,
    )
    with Supervised(program) as process:
        control = _Cluster(process)
        control.start()
        address = f"{SUPERUSER}:{kept['password']}@{LOCALHOST}:{kept['port']}"
        yield PostgresServer(superuser_url=f"postgresql://{address}/postgres", control=control)


def _with_tls(folder: Path, who: Account | None, cert: Path, key: Path) -> dict[str, str]:
    """The server takes no key that others may read, nor one that is not its own."""
    copies = {"ssl_cert_file": folder / "server.crt", "ssl_key_file": folder / "server.key"}
    for source, copy in zip((cert, key), copies.values(), strict=True):
        copy.touch(mode=0o600)
        copy.write_bytes(source.read_bytes())
        if who:
            os.chown(copy, who.uid, who.gid)
    return {"ssl": "on"} | {name: str(path) for name, path in copies.items()}


def _initialise(
    bin_folder: Path,
    who: Account | None,
    folder: Path,
    password: str,
    environment: Mapping[str, str],
) -> None:
    if (folder / "data" / "PG_VERSION").exists():
        return
    secret = folder / "password"
    secret.write_text(password, encoding="utf-8")
    secret.chmod(0o600)
    if who:
        for path in (folder, secret):
            os.chown(path, who.uid, who.gid)
    done = subprocess.run(
        [
            str(bin_folder / "initdb"),
            *("-D", str(folder / "data"), "-U", SUPERUSER, "--pwfile", str(secret)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        user=who.uid if who else None,
        group=who.gid if who else None,
        extra_groups=[] if who else None,
    )
    secret.unlink()
    if done.returncode:
        whom = who.name if who else "this user"
        raise Unavailable(f"initdb as {whom} refused: {tail(done.stdout + done.stderr)}")
