"""The rejects file: every refused line of an import with its reason and its input, to be mended and imported again.

Knows files. Must not know why a line was refused, nor any language: it is told how to say so. It takes its name only when it is complete; the inputs may hold
personal data, so nobody but the owner may read it.
"""

import base64
import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

from infra.errors import CannotRun
from infra.importers import LINE_LIMIT

Told = Callable[[str, str], str]
"""A refusal's code and its English sentence -> the sentence in a reader's language."""


def in_english(code: str, message: str) -> str:
    """As it stands."""
    return message


class Reject(NamedTuple):
    """A refused line or row, without its input; `sheet` of a workbook."""

    path: str
    line: int
    sheet: str | None
    code: str
    message: str


class RejectsFile:
    """JSONL of `path line sheet code message input`; writes nothing when there is no path.

    `input_encoding: base64` where the input is not UTF-8, `input_truncated: true` where it was longer than a line may be.
    """

    def __init__(self, path: Path | None, told: Told = in_english) -> None:
        self._path, self._say = path, told
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            with self._told():
                self._file = os.fdopen(
                    os.open(self._begun(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
                )
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if self._file is None or self._path is None:
            return
        begun = self._begun()
        with self._told():
            try:
                self._file.close()
            finally:
                if kind is not None and begun != self._path:
                    begun.unlink(missing_ok=True)
            if kind is None and begun != self._path:
                begun.replace(self._path)

    def add(self, reject: Reject, given: bytes) -> None:
        """Write one refused line."""
        if self._file is not None:
            line = _written(reject._asdict() | _input(given), self._say)
            with self._told():
                self._file.write(line)

    def flush(self) -> None:
        """Let it be on disk what was written."""
        if self._file is not None:
            with self._told():
                self._file.flush()

    def _begun(self) -> Path:
        assert self._path is not None
        special = (
            self._path.exists() and not self._path.is_file()
        )  # /dev/null is written to, not replaced
        return self._path if special else self._path.with_name(f"{self._path.name}.partial")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            code = {
                errno.ENOSPC: "disk_full",
                errno.EDQUOT: "disk_full",
                errno.EROFS: "read_only",
            }.get(error.errno or 0, "rejects_unwritable")
            raise CannotRun(
                f"the rejects file {self._path} cannot be written ({error.strerror}): free space or name another file; "
                "what was imported so far stays, run the import again to complete it",
                code=code,
                path=str(self._path),
                reason=error.strerror,
            ) from error


def told_again(lines: Iterable[bytes], told: Told) -> Iterator[bytes]:
    """The lines of a rejects file in English, as somebody reads them in his language."""
    for line in lines:
        yield _written(json.loads(line), told)


def _written(line: dict[str, Any], told: Told) -> bytes:
    said = {**line, "message": told(line["code"], line["message"])}
    return json.dumps(said, ensure_ascii=False).encode(errors="replace") + b"\n"


def _input(given: bytes) -> dict[str, Any]:
    kept = given[:LINE_LIMIT]
    cut = {"input_truncated": True} if len(given) > LINE_LIMIT else {}
    try:
        return {"input": kept.decode(), **cut}
    except UnicodeDecodeError:
        return {"input": base64.b64encode(kept).decode("ascii"), "input_encoding": "base64", **cut}
