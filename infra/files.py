"""What errors of files and folders mean to the person who runs the command; and files that appear whole or not at all.

Must not know what is in them.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from infra.errors import CannotRun


@contextmanager
def readable(path: str) -> Iterator[None]:
    """Errors of the file system as CannotRun."""
    try:
        yield
    except OSError as error:
        raise CannotRun(
            f"{path}: {error.strerror or error}; check the folder and its rights",
            code="no_access",
            path=path,
        ) from error


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file, for its owner's eyes only, that takes its name when all is written. OSError where it cannot be."""
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    special = path.exists() and not path.is_file()  # a device is written to, not replaced
    begun = path if special else path.with_name(f"{path.name}.partial")
    with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        try:
            yield file
        except BaseException:
            if not special:
                begun.unlink(missing_ok=True)
            raise
    if not special:
        begun.replace(path)
