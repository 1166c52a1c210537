"""Generations of the read database: a file each in the data folder, and a small file that names the present one.

Knows file names. Must not know what is in them. The switch is one rename: a crash leaves the old or the new, never neither.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from consumers.judging import Law
from infra.errors import CannotRun
from infra.rows.views import Views
from infra.sqlite.database import SqliteDatabase

_PRESENT: Final = "views.current"
_FILES: Final = ("", "-wal", "-shm")
"""What a file's name ends with, and those that SQLite keeps beside it."""


class FileGenerations:
    """The generations in a data folder: the role `Generations`."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.place = str(data)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While one process makes a generation no other does; the lock goes with the process. CannotRun when another has it."""
        with (self._data / "rebuild.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                raise CannotRun(
                    f"another process is rebuilding in {self._data}; try again when it has finished",
                    code="rebuilding",
                    path=self._data,
                ) from held
            yield

    def file_of(self, number: int) -> Path:
        """The file of a generation."""
        return self._data / f"views-{number}.sqlite"

    def opened(self, number: int, law: Law, *, serving: bool = False, there: bool = False) -> Views:
        """A generation; what is missing is made. Who wrote to the old one meanwhile is followed by the new one's next reader."""
        file = self.file_of(number)
        if there and not file.exists():
            raise CannotRun(
                f"{file} is not the present generation any more; open the store anew",
                code="generation_switched",
                path=file,
            )
        return Views(SqliteDatabase(file, there=there), law)

    @contextmanager
    def beside(self, law: Law) -> Iterator[Views]:
        """An empty one that nobody else sees."""
        with TemporaryDirectory(dir=self._data, prefix="verify-") as folder:
            views = Views(SqliteDatabase(Path(folder) / "views.sqlite"), law)
            try:
                yield views
            finally:
                views.close()

    def present(self) -> int:
        """The number of the present generation; 1 in a new folder."""
        named = self._data / _PRESENT
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

    def serves(self, number: int, views: Views) -> bool:
        """Whether a generation is the present one still."""
        return self.present() == number

    def switch(self, number: int, finish: Callable[[], None]) -> None:
        """Make a generation the present one, after `finish`."""
        finish()
        new = self._data / f"{_PRESENT}.new"
        with new.open("w", encoding="ascii") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._data / _PRESENT)

    def others(self) -> list[int]:
        """The generations that lie in the folder besides the present one, oldest first."""
        here = self.present()
        numbers = (path.stem.removeprefix("views-") for path in self._data.glob("views-*.sqlite"))
        return sorted(int(number) for number in numbers if number.isdigit() and int(number) != here)

    def drop(self, number: int) -> None:
        """Delete a generation's file and what SQLite keeps beside it."""
        for suffix in _FILES:
            Path(f"{self.file_of(number)}{suffix}").unlink(missing_ok=True)

    def size(self, number: int) -> int:
        """The bytes of a generation's file and of what SQLite keeps beside it."""
        files = (Path(f"{self.file_of(number)}{suffix}") for suffix in _FILES)
        return sum(file.stat().st_size for file in files if file.exists())

    def free(self) -> int:
        """The bytes that this user may still write to the folder's disk."""
        return shutil.disk_usage(self._data).free
