"""Which files are meant: paths, globs, folders and standard input.

Knows the file system. Must not know what is in a file.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import Refused
from infra.errors import CannotRun
from infra.importers._bytes import unreadable

STDIN = "-"

_PACKED = {".gz", ".zst"}
_KNOWN = (".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".json")
"""What is taken from a folder; `.xls` to be refused by name and not passed over in silence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One file to read, its size where it has one; or why it cannot be read.

    `name`: what it is called by who handed it in, where the path is none of his.
    """

    path: str
    name: str | None = None
    size: int | None = None
    refusal: Refused | None = None

    @property
    def shown(self) -> str:
        """What it is called for people and in JSON: file names need not be UTF-8."""
        return self.name or os.fsencode(self.path).decode(errors="replace")


def expand(paths: Sequence[str | Input], *, leave_out: Path | None = None) -> list[Input]:
    """The files that the arguments mean, each once, folders and globs in sorted order; an Input is meant as it is.

    `leave_out` is a file of our own output: not read when a folder or glob holds it, CannotRun when it is named.
    """
    inputs: dict[str, Input] = {}
    own = None if leave_out is None else os.path.realpath(leave_out)
    for path in paths:
        for found in [path] if isinstance(path, Input) else _meant(path):
            whole = found.path == STDIN or found.refusal is not None
            key = found.path if whole else str(Path(found.path).resolve())
            if key != own:
                inputs.setdefault(key, found)
            elif found.path == path:
                raise CannotRun(
                    f"{found.shown} is to be read and to take the refused lines: name another file for them",
                    code="rejects_is_input",
                    path=found.shown,
                )
    return list(inputs.values())


def suffix_of(name: str) -> str:
    """The suffix that tells the format: `.csv` of `2019.CSV.gz`."""
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix in _PACKED else path.suffix


def _meant(path: str) -> Iterator[Input]:
    if path == STDIN:
        yield Input(path=STDIN)
    elif _exists(path) or not any(sign in path for sign in "*?["):
        yield from _found(path)
    else:
        try:
            matches = sorted(_matches(path))
        except ValueError:  # `a**b`
            matches = []
        if not matches:
            yield Input(
                path=path,
                refusal=Refused("not_found", "no file matches this pattern: check the path"),
            )
        for match in matches:
            yield from _found(match)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists() or Path(path).is_symlink()
    except (OSError, ValueError):  # too long, a NUL, a folder without rights: `_file` says which
        return False


def _matches(pattern: str) -> Iterator[str]:
    anchor = Path(pattern).anchor
    for match in Path(anchor).glob(str(Path(pattern).relative_to(anchor))):
        if not _set_aside(match.name):
            yield str(match)


def _found(path: str) -> Iterator[Input]:
    if _exists(path) and Path(path).is_dir():
        yield from _folder(path)
    else:
        yield _file(path)


def _folder(folder: str) -> Iterator[Input]:
    closed: list[OSError] = []
    nothing = True
    for parent, folders, names in os.walk(folder, onerror=closed.append):
        folders.sort()
        for name in sorted(names):
            if suffix_of(name) in _KNOWN and not _set_aside(name):
                nothing = False
                yield _file(str(Path(parent, name)))
    for error in closed:
        yield Input(path=str(error.filename), refusal=unreadable(error))
    if nothing and not closed:
        yield Input(
            path=folder,
            refusal=Refused(
                "nothing_to_import",
                f"the folder holds no {' '.join(_KNOWN)} file (also .gz or .zst)",
            ),
        )


def _set_aside(name: str) -> bool:
    return name.startswith((".", "~$"))  # hidden files; the locks of spreadsheet programs


def _file(path: str) -> Input:
    try:
        status = Path(path).stat()
    except OSError as error:
        return Input(path=path, refusal=unreadable(error))
    except ValueError as error:
        return Input(
            path=path, refusal=Refused("not_found", f"this is no path ({error}): check it")
        )
    return Input(path=path, size=status.st_size if stat.S_ISREG(status.st_mode) else None)
