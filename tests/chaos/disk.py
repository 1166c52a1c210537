"""A small disk for the database, to be filled to its last byte.

Knows how a file system of our own is mounted. Must not know what lies on it.
"""

import errno
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SIZE = 640 << 20
_PIECE = bytes(1 << 20)


class Disk:
    """A file system, and the ballast that fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while file.write(_PIECE):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def free(self) -> None:
        self._ballast.unlink()


@contextmanager
def disk() -> Iterator[Disk | None]:
    """None where this user may mount nothing: then no disk gets full."""
    with tempfile.TemporaryDirectory(prefix="dunghen-disk-") as folder:
        if not _mounted(folder):
            yield None
            return
        try:
            yield Disk(Path(folder))
        finally:
            # Lazily: whoever still looks into it keeps nobody from going on.
            subprocess.run(["umount", "--lazy", folder], check=True)


def _mounted(folder: str) -> bool:
    if sys.platform != "linux":
        return False
    how = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0700", "dunghen-chaos", folder]
    try:
        return subprocess.run(how, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
