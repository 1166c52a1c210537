"""Files that were handed in, rehearsed and taken into the log beside a server: one at a time, whoever watches.

Knows files, a thread and the importing that the command line does. Must not know requests or pages. A job keeps nothing that the log
needs: one that was stopped is handed in again, and what is in the log already is a duplicate.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, RLock, Thread
from typing import IO, Final, Literal
from unicodedata import category, normalize

import structlog

from domain.engine import Outcome, Rehearsed
from domain.errors import Contended, Refused
from domain.facts import Fact, Said
from infra.audit import administered
from infra.errors import CannotRun
from infra.importers import Format, Input
from infra.importing.taking import ImportSummary, Recorder, import_paths
from infra.wiring import Store

State = Literal["rehearsing", "rehearsed", "importing", "imported", "stopped", "failed"]
RUNNING: Final = frozenset({"rehearsing", "importing"})
EVENTS: Final = 1_000
"""Events of one transaction: the others who write to the log wait for it."""
REMEMBERED: Final = 20
"""Jobs that are remembered; of older ones the file is gone, and with it what they said."""
_ROOM: Final = 1 << 28
"""Bytes that refused lines may take up: a small file can unfold into any number of them."""
_NAME: Final = 120
_REJECTS: Final = "rejects.jsonl"
_COMING: Final = "upload-"
_AT_ONCE: Final = 3
"""Files that may be coming at the same time."""


class _Stopped(Exception):
    """Somebody asked it to end."""


@dataclass(slots=True, eq=False)
class Job:
    """A file and what became of it. `done` of `total` bytes are read; `total` 0: nothing is known yet."""

    id: str
    name: str
    size: int
    form: Format | Literal["auto"]
    source: str | None
    recorded_at: datetime | None
    began: datetime
    by: str
    """Who handed it in; who takes it into the log is on record there."""
    by_id: str | None = None
    owner: str = ""
    """Whose it is, as askers are told apart: what a file holds is for nobody else."""
    state: State = "rehearsing"
    done: int = 0
    total: int = 0
    ended: datetime | None = None
    summary: ImportSummary | None = None
    fault: CannotRun | None = None
    events: int = 0
    """Events handed to the log so far."""
    stop: Event = field(default_factory=Event)

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self.state in RUNNING


class _Watched:
    """The engine as importing needs it, for a job that may be asked to end: between two transactions it does."""

    def __init__(self, engine: Recorder, job: Job) -> None:
        self._engine, self._job = engine, job

    def record(
        self, facts: Sequence[Fact[Said]], /, *, together: Sequence[int] | None = None
    ) -> Sequence[Outcome]:
        """Record, and count."""
        _go_on(self._job)
        outcomes = self._engine.record(facts, together=together)
        self._job.events += len(facts)
        return outcomes

    def rehearse(
        self,
        facts: Sequence[Fact[Said]],
        /,
        *,
        before: Rehearsed,
        together: Sequence[int] | None = None,
    ) -> Sequence[Outcome]:
        """Rehearse, and count."""
        _go_on(self._job)
        outcomes = self._engine.rehearse(facts, before=before, together=together)
        self._job.events += len(facts)
        return outcomes

    def sources(self, record_ids: Iterable[str], /) -> set[tuple[str, str]]:
        """As the engine's."""
        return self._engine.sources(record_ids)


def _go_on(job: Job) -> None:
    if job.stop.is_set():
        raise _Stopped


class ImportJobs:
    """Jobs in a folder of their own, which goes with them; `open_store` opens the store that a job works on."""

    def __init__(self, open_store: Callable[[], Store], clock: Callable[[], datetime]) -> None:
        self._open_store, self._clock = open_store, clock
        self._folder: Path | None = None
        self._jobs: Mapping[str, Job] = {}
        """Never changed where it is: who walks through it holds no lock."""
        self._lock = RLock()
        self._thread: Thread | None = None
        self._closed = False
        self._last = 0

    @property
    def running(self) -> Job | None:
        """The one that is under way."""
        return next((job for job in self._jobs.values() if job.running), None)

    def all(self) -> list[Job]:
        """Those that are remembered, the newest first."""
        return list(self._jobs.values())[::-1]

    def job(self, id_: str) -> Job | None:
        """One of them."""
        return self._jobs.get(id_)

    def file(self) -> IO[bytes]:
        """Where a file is put before it is a job: in the jobs' folder, for nobody else to read; gone when it is closed.

        Refused (`import_busy`) where several come at once: each may fill the disk with as much as a file may hold.
        """
        if len(list(self._home().glob(f"{_COMING}*"))) >= _AT_ONCE:
            raise busy()
        return tempfile.NamedTemporaryFile(dir=self._home(), prefix=_COMING)

    def hand_in(
        self,
        file: IO[bytes],
        name: str,
        *,
        form: Format | Literal["auto"] = "auto",
        source: str | None = None,
        recorded_at: datetime | None = None,
        by: str,
        owner: str = "",
    ) -> Job:
        """Take a file of `file()` and rehearse it. Refused (`import_busy`) while another is under way, (`invalid_name`) for its name."""
        plain = safe_name(name)
        with self._lock:
            self._free()
            self._last += 1
            job = Job(
                f"{self._clock():%Y%m%d%H%M%S}-{self._last}",
                plain,
                os.fstat(file.fileno()).st_size,
                form,
                source,
                recorded_at,
                self._clock(),
                by,
                owner=owner,
            )
            folder = self._home() / job.id
            folder.mkdir(mode=0o700)
            os.link(file.name, folder / plain)
            remembered = [*self._jobs.values(), job]
            self._jobs = {each.id: each for each in remembered[-REMEMBERED:]}
            for old in remembered[:-REMEMBERED]:
                self._drop(old)
            self._start(job, "rehearsing")
        return job

    def import_(self, job: Job, *, by: str, by_id: str | None = None) -> None:
        """Take it into the log. Refused (`import_busy`) while another is under way, (`import_over`) where its file is gone."""
        with self._lock:
            self._free()
            if not self._path(job).exists():
                raise Refused(
                    "import_over", "the file of this import is no longer here: hand it in again"
                )
            job.recorded_at = job.recorded_at or self._clock()
            job.by, job.by_id = by, by_id
            self._start(job, "importing")

    def rejects(self, job: Job) -> Path | None:
        """The refused lines with their input, once it has ended. They may hold a person: that somebody is told them is put on record."""
        path = self._home() / job.id / _REJECTS
        return path if not job.running and path.exists() else None

    def close(self) -> None:
        """Let the one under way end where it is, and forget all: its batches are in the log, and handed in again it is completed."""
        with self._lock:
            self._closed = True
            thread = self._thread
            for job in self._jobs.values():
                job.stop.set()
        if thread is not None:
            thread.join()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _home(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = Path(
                    tempfile.mkdtemp(prefix="dunghen-import-")
                )  # for its owner only
            return self._folder

    def _path(self, job: Job) -> Path:
        return self._home() / job.id / job.name

    def _free(self) -> None:
        if self.running is not None or self._closed:
            raise busy()

    def _drop(self, job: Job) -> None:
        shutil.rmtree(self._home() / job.id, ignore_errors=True)

    def _start(self, job: Job, state: State) -> None:
        job.state, job.done, job.total, job.events = state, 0, 0, 0
        job.summary, job.fault, job.ended = None, None, None
        job.stop.clear()
        if self._closed:
            job.stop.set()
        self._thread = Thread(target=self._run, args=(job,), name="import")
        self._thread.start()

    def _run(self, job: Job) -> None:
        try:
            with closing(self._open_store()) as store:
                if job.state == "importing":
                    administered(store, "imported", job.name, by=job.by, by_id=job.by_id)
                job.summary = self._import(job, store)
            ended: State = "rehearsed" if job.state == "rehearsing" else "imported"
        except _Stopped:
            ended = "stopped"
        except CannotRun as away:
            job.fault, ended = away, "failed"
        except Contended:
            job.fault = CannotRun("others write all the time; try again", code="busy")
            ended = "failed"
        except Exception as fault:  # noqa: BLE001 - its message may quote a person: only the kind is told
            structlog.get_logger().error("internal_error", kind=type(fault).__name__)
            job.fault = CannotRun("a fault of the program", code="import_fault")
            ended = "failed"
        if ended == "imported":
            self._path(job).unlink(missing_ok=True)
        job.ended, job.state = self._clock(), ended
        structlog.get_logger().info("import_ended", state=ended, job=job.id)

    def _import(self, job: Job, store: Store) -> ImportSummary:
        rejects = self._home() / job.id / _REJECTS

        def progress(path: str, done: int, total: int | None) -> None:
            job.done, job.total = done, total or 0
            _go_on(job)
            partial = rejects.with_name(f"{rejects.name}.partial")
            if partial.exists() and partial.stat().st_size > _ROOM:
                raise CannotRun(
                    f"more than {_ROOM >> 20} MiB of refused lines: the file is not what it was taken for",
                    code="too_many_refused",
                )

        return import_paths(
            _Watched(store.engine, job),
            [Input(path=str(self._path(job)), name=job.name, size=job.size)],
            form=job.form,
            source=job.source,
            recorded_at=job.recorded_at,
            dry_run=job.state == "rehearsing",
            rejects=rejects,
            batch_size=EVENTS,
            progress=progress,
        )


def busy() -> Refused:
    """That one at a time is enough. Whose file the other one is, is not said."""
    return Refused(
        "import_busy", "another import is under way: wait until it has ended, or stop it"
    )


def safe_name(name: str) -> str:
    """The last part of a file's name as a browser gives it: what becomes the source of a register. Refused (`invalid_name`)."""
    last = re.split(r"[/\\]", normalize("NFC", name))[-1].strip()
    if (
        last in {"", ".", "..", _REJECTS, f"{_REJECTS}.partial"}
        or any(category(sign)[0] == "C" for sign in last)
        or len(last.encode()) > _NAME
    ):
        raise Refused(
            "invalid_name",
            f"the file's name must have 1 to {_NAME} bytes and no control characters: rename it",
        )
    return last
