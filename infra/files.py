"""What errors of files and folders mean to the person who runs the command.

Must not know what is in them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

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
