"""Puts the parts together: the one place that knows which class plays which role.

Knows constructors. Must not know what any of it does; built once per process, handed to commands as arguments.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from consumers import deadlines, project
from consumers.judging import Law
from consumers.project import Source
from consumers.writing import Views as ViewsRole
from domain.engine import Engine, Sealer
from domain.policy import policy
from domain.values import VN
from infra.access import FULL, Scope
from infra.calendars import national
from infra.closing import close_all
from infra.errors import CannotRun
from infra.eventlog import EventLog
from infra.garbage import seldom_collecting
from infra.masterkey import GivenKey, KeyFile, master_key, read_master_key
from infra.rows.generations import Generations
from infra.rows.pictures import Picture
from infra.rows.views import Views
from infra.settings.data import Settings
from infra.sqlite.generations import FileGenerations
from infra.sqlite.keys import SqliteKeys
from infra.sqlite.log import SqliteLog
from infra.vault import Vault

Progress = Callable[[str, int, int | None], None]


def clock() -> datetime:
    """Now, in Viet Nam."""
    return datetime.now(VN)


@dataclass(frozen=True, slots=True)
class Store:
    """What is true (the log, the vault beside it, the engine that writes to both) and what is concluded from it (the views)."""

    log: EventLog
    vault: Vault
    engine: Engine
    generations: Generations
    generation: int
    """The number of the one that `views` is."""
    views: Views
    law: Law
    now: datetime
    shared: bool
    """Whether other users and processes work on it at the same time, each with rights of their own."""
    scope: Scope = FULL
    """What whoever it is lent to may ask: everything on the command line; a server sets it for each request."""
    at_once: int | None = None
    """How many dossiers a question about the past judges again by itself; more are left to a picture. None: as many as there are."""
    picture: Picture | None = None
    """Rows of the past that questions may begin from instead of the stored ones."""

    def instants(
        self, as_of: datetime | None, known_at: datetime | None
    ) -> tuple[datetime, datetime]:
        """T and K, each now by default: one reading of the clock for the whole command."""
        return as_of or self.now, known_at or self.now

    def catch_up(self, progress: Progress | None = None) -> None:
        """Project what is new in the log, and let time pass up to now.

        Where others project, a user who may only read takes the tables as they left them.
        """
        try:
            self._catch_up(progress)
        except CannotRun as refused:
            if not self.shared or refused.code != "no_access":
                raise

    def _catch_up(self, progress: Progress | None) -> None:
        source: Source = self.log
        views: ViewsRole = self.views
        made_under = self.views.law(self.law)
        last, at = self.log.max_position(), self.views.position()
        with seldom_collecting():
            # Another process may be projecting the same: then a step finds nothing, or less than is left.
            while at < last and project.step(source, views, made_under, self.now):
                at = self.views.position()
                if progress is not None:
                    progress("project", at, last)
            if self.views.behind(self.now):
                deadlines.pass_time(views, made_under, self.now)

    @property
    def present(self) -> bool:
        """Whether its views are of the present generation still."""
        return self.generations.serves(self.generation, self.views)

    @property
    def caught_up(self) -> bool:
        """Whether every event of the log that anything is judged by is in the views.

        While it is read more comes to both. What comes to be of access must not stand for what is missing: in the log that is
        counted before all there is, in the views after it.
        """
        if self.log.max_position() <= self.views.events():
            return True
        of_access = self.log.access_events()
        judged_by = self.log.max_position() - of_access
        return judged_by <= self.views.events() - self.views.access_events()

    def close(self) -> None:
        """Close every file, also when one cannot be."""
        close_all(self.engine.close, self.log.close, self.vault.close, self.views.close)


def open_store(settings: Settings, environment: Mapping[str, str] = os.environ) -> Store:
    """Open the data folder, making what is missing, or the database. CannotRun when it cannot be used."""
    law = Law(policy(settings.policy), national())
    master = _master(environment)
    if settings.database_url is not None:
        return distributed(settings.database_url, law, clock(), master)
    return embedded(settings.data, law, clock(), master)


def embedded(data: Path, law: Law, now: datetime, master: bytes | None = None) -> Store:
    """A store in files of one folder, as of an instant."""
    with ExitStack() as opened:  # what is open is closed where the rest cannot be
        keys = SqliteKeys(data / "vault.sqlite")
        opened.callback(keys.close)
        vault = Vault(keys, KeyFile(data) if master is None else GivenKey(master))
        log = SqliteLog(data / "log.sqlite")
        opened.callback(log.close)
        store = _store(_Parts(log, vault, FileGenerations(data)), law, now, shared=False)
        opened.pop_all()
        return store


def distributed(url: str, law: Law, now: datetime, master: bytes | None) -> Store:
    """A store in a PostgreSQL database, as of an instant. The master key is the operator's: none is made."""
    # psycopg takes 100 ms to import, and the embedded mode has no use for it
    from infra.postgres.generations import SchemaGenerations  # noqa: PLC0415
    from infra.postgres.keys import PostgresKeys  # noqa: PLC0415
    from infra.postgres.log import PostgresLog  # noqa: PLC0415

    with ExitStack() as opened:
        keys = PostgresKeys(url)
        opened.callback(keys.close)
        vault = Vault(keys, GivenKey(master))
        log = PostgresLog(url)
        opened.callback(log.close)
        store = _store(_Parts(log, vault, SchemaGenerations(url)), law, now, shared=True)
        opened.pop_all()  # the store closes them from here on
        return store


class _Parts(NamedTuple):
    log: EventLog
    vault: Vault
    generations: Generations


def _store(parts: _Parts, law: Law, now: datetime, *, shared: bool) -> Store:
    log, vault, generations = parts
    sealer: Sealer = vault
    present = generations.present()
    with ExitStack() as opened:
        views = generations.opened(present, law, serving=True)
        opened.callback(views.close)
        if views.position() > log.max_position():
            raise CannotRun(
                f"{log.place} ends before the tables that were made from it: it was lost or is an older copy; restore the newest backup",
                code="log_behind",
                path=log.place,
            )
        engine = Engine(log, sealer)
        opened.pop_all()
    return Store(log, vault, engine, generations, present, views, law, now, shared)


def _master(environment: Mapping[str, str]) -> bytes | None:
    """The master key of the vault from the environment; None: a file in the data folder."""
    file = environment.get("DUNGHEN_MASTER_KEY_FILE")
    return given_master(Path(file) if file else None, environment.get("DUNGHEN_MASTER_KEY"))


def given_master(file: Path | None, text: str | None) -> bytes | None:
    """The master key that a setting gives, in a file or as it is."""
    if file is not None:
        return read_master_key(file)
    return master_key(text, "DUNGHEN_MASTER_KEY") if text else None
