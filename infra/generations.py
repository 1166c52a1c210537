"""Generations of the read database: a file each in the data folder, and a small file that names the present one.

Knows file names. Must not know what is in them. The switch is one rename: a crash leaves the old or the new, never neither.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.errors import CannotRun

_PRESENT = "views.current"


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """While one process makes a generation no other does; the lock goes with the process. CannotRun when another has it."""
    with (data / "rebuild.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise CannotRun(
                f"another process is rebuilding in {data}; try again when it has finished",
                code="rebuilding",
                path=data,
            ) from held
        yield


def file_of(data: Path, generation: int) -> Path:
    """The file of a generation."""
    return data / f"views-{generation}.sqlite"


def present(data: Path) -> int:
    """The number of the present generation; 1 in a new folder."""
    named = data / _PRESENT
    try:
        return int(named.read_text("ascii"))
    except FileNotFoundError:
        return 1
    except (OSError, ValueError) as error:
        raise CannotRun(
            f"{named} cannot be read ({error}); write the number of the views file to use into it",
            code="damaged",
            path=named,
        ) from error


def current(data: Path) -> Path:
    """The file of the present generation."""
    return file_of(data, present(data))


def switch(data: Path, generation: int) -> None:
    """Make a generation the present one."""
    new = data / f"{_PRESENT}.new"
    with new.open("w", encoding="ascii") as file:
        file.write(f"{generation}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(data / _PRESENT)


def others(data: Path) -> list[int]:
    """The generations that lie in the folder besides the present one, oldest first."""
    here = present(data)
    numbers = (path.stem.removeprefix("views-") for path in data.glob("views-*.sqlite"))
    return sorted(int(number) for number in numbers if number.isdigit() and int(number) != here)


def drop(data: Path, generation: int) -> None:
    """Delete a generation's file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file_of(data, generation)}{suffix}").unlink(missing_ok=True)
