"""The master key of the vault: given by a setting, or a file in the data folder that is made when it is first needed.

Knows base64 and files. Must not know what is sealed with it.
"""

import base64
import binascii
import os
from pathlib import Path
from typing import Final

import structlog

from infra.errors import CannotRun
from infra.files import readable

_LONGEST_KEY: Final = 1 << 10
"""Bytes that are read of a key's file: it has 44 and perhaps a line end, whatever the path leads to."""


class GivenKey:
    """A key that the operator keeps: none is ever made."""

    told = "set DUNGHEN_MASTER_KEY_FILE or DUNGHEN_MASTER_KEY"

    def __init__(self, master: bytes | None) -> None:
        self._master = master

    def found(self) -> bytes | None:
        """The key that was given."""
        return self._master

    def made(self) -> bytes | None:
        """None."""
        return None


class KeyFile:
    """`master.key` in a folder, made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "master.key"
        self.told = f"set DUNGHEN_MASTER_KEY_FILE or DUNGHEN_MASTER_KEY, or restore {self._file}"

    def found(self) -> bytes | None:
        """The key in the file. CannotRun when it holds none."""
        return read_master_key(self._file) if self._file.exists() else None

    def made(self) -> bytes | None:
        """A new key, linked into place whole, so that two processes at once end up with the same one."""
        partial = self._file.with_name(f".master.key.{os.getpid()}")
        with readable(str(self._file)):
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.write(handle, base64.b64encode(os.urandom(32)) + b"\n")
                os.fsync(handle)
            finally:
                os.close(handle)
            try:
                os.link(partial, self._file)
            except FileExistsError:
                pass
            else:
                structlog.get_logger().warning("master_key_created", path=str(self._file))
            finally:
                partial.unlink()
        return self.found()


def read_master_key(path: Path) -> bytes:
    """32 bytes in base64 from a file. CannotRun when it cannot be read or is none."""
    with readable(str(path)), path.open("rb") as file:
        text = file.read(_LONGEST_KEY).decode("ascii", errors="replace")
    return master_key(text, str(path))


def master_key(text: str, origin: str) -> bytes:
    """32 bytes from base64. CannotRun otherwise; `origin` says where the text was found."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise CannotRun(
            f"{origin} holds no master key: 32 bytes in base64 are meant (`openssl rand -base64 32`)",
            code="bad_master_key",
            path=origin,
        )
    return key
