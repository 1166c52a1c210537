"""PostgreSQL as a place: how it is connected to, and what its errors mean to the person who runs the command.

Knows psycopg. Must not know any table.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any, Final

import psycopg
from psycopg import errors, pq
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow, tuple_row
from typing_extensions import override

from domain.errors import Contended, Refused
from infra.errors import CannotRun
from infra.postgres.refusals import sqlstate

CONNECT_SECONDS: Final = 10
CANCEL_SECONDS: Final = 2
"""How long it may take to tell the server that a statement is to end: less than a process has that is to stop."""
LOCK_SECONDS: Final = 30
"""How long one transaction waits for another's lock before it gives up."""

STATEMENT_SECONDS: Final = 600
"""How long one statement may take: the longest are a rebuild's indexes."""

_SILENT: Final = {"idle": 20, "interval": 5, "count": 4}
"""TCP's probes, in seconds, of both ends: forty seconds after one is gone without a word the other knows. Systems wait for two
hours, and so long would a relay whose machine lost power hold its lock, and a worker wait for an answer."""
_UNHEARD_MILLISECONDS: Final = 40_000
"""After so long in which nothing that was sent is acknowledged a connection is gone, where the system can tell."""

_LAST_PORT: Final = 65_535

_numbers: Final = count(1)

FORBIDDEN: Final = "POSTGRES_ENABLE_DB_FUNCTIONS"


class _Whole(Loader):
    """Sums are numeric there, and whole here: no table holds anything else."""

    @override
    def load(self, data: Any) -> int:
        return int(bytes(data))


def place_of(url: str) -> str:
    """The server and database of a URL, without its password."""
    said = _read(url)
    return f"postgresql://{said.get('host') or 'localhost'}:{said.get('port') or 5432}/{said.get('dbname') or ''}"


def checked(url: str, environment: Mapping[str, str] = os.environ) -> str:
    """The URL as libpq takes it. CannotRun where it is none, or where a setting would lose events."""
    if environment.get(FORBIDDEN):
        raise CannotRun(
            f"{FORBIDDEN} is set: with it a reader that follows the log misses events; unset it",
            code="forbidden_setting",
            setting=FORBIDDEN,
        )
    usual = {f"keepalives_{name}": seconds for name, seconds in _SILENT.items()} | {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": _UNHEARD_MILLISECONDS,
    }
    said = _read(url)
    return make_conninfo(
        url, **{k: v for k, v in usual.items() if not said.get(k)}, application_name="dunghen"
    )


def _read(url: str) -> Mapping[str, Any]:
    try:
        said = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise _not_understood(str(error).strip()) from error
    # libpq takes any number, and is told by nobody that there is no such port.
    for port in filter(None, str(said.get("port") or "").split(",")):
        if not (port.isascii() and port.isdigit() and 0 < int(port) <= _LAST_PORT):
            raise _not_understood(f"port {port} is none")
    return said


def _not_understood(said: str) -> CannotRun:
    return CannotRun(
        f"the database's address is not understood ({said}); postgresql://user:password@host:port/name is meant",
        code="bad_database_url",
        reason=said,
    )


def settled(connection: psycopg.Connection[Any]) -> None:
    """Limits of a new connection; transactions are begun explicitly."""
    connection.autocommit = True
    connection.execute(
        f"SET lock_timeout = '{LOCK_SECONDS}s'; SET statement_timeout = '{STATEMENT_SECONDS}s';"
        f" SET idle_in_transaction_session_timeout = '{STATEMENT_SECONDS}s'; SET timezone = 'UTC'"
    )
    probes = (f"SET tcp_keepalives_{name} = {seconds}" for name, seconds in _SILENT.items())
    connection.execute("; ".join(probes))


def connect(url: str, *, search_path: str | None = None) -> psycopg.Connection[TupleRow]:
    """A connection in autocommit mode. CannotRun where there is no server or it lets nobody in."""
    with explained(place_of(url)):
        try:
            connection = psycopg.connect(checked(url))
        except psycopg.OperationalError as error:
            raise not_connected(url, error) from error
        try:
            settled(connection)
            connection.adapters.register_loader("numeric", _Whole)
            if search_path is not None:
                connection.execute(f"SET search_path = {search_path}")
        except BaseException:
            connection.close()
            raise
        return connection


class OneConnection:
    """A connection for one thread, made when it is first needed, and anew when the server was away."""

    def __init__(self, url: str, *, search_path: str | None = None) -> None:
        self.place = place_of(url)
        self._url = url
        self._search_path = search_path
        self._opened: psycopg.Connection[TupleRow] | None = None

    @property
    def live(self) -> psycopg.Connection[TupleRow]:
        """The connection, live as far as is known. CannotRun when the server cannot be reached."""
        if self._opened is None or self._opened.closed:
            self._opened = connect(self._url, search_path=self._search_path)
        return self._opened

    def rows(self, sql: str, *parameters: object) -> list[Any]:
        """All rows of a query; none of a statement."""
        with explained(self.place):
            cursor = self.live.execute(sql, parameters)
            return [] if cursor.description is None else cursor.fetchall()

    def cancel(self) -> None:
        """End the statement that is under way, if any; from another thread."""
        opened = self._opened
        if opened is not None and not opened.closed:
            with suppress(psycopg.Error):
                opened.cancel_safe(timeout=CANCEL_SECONDS)

    def close(self) -> None:
        """Close it, if it is open."""
        if self._opened is not None:
            self._opened.close()


@contextmanager
def in_parts(connection: psycopg.Connection[Any]) -> Iterator[psycopg.ServerCursor[TupleRow]]:
    """A cursor of the server's, whose rows are fetched a part at a time, for the rest of the transaction at most."""
    # A name of its own for each: several are read side by side.
    cursor = connection.cursor(f"each_{next(_numbers)}", row_factory=tuple_row)
    try:
        yield cursor
    finally:
        # Where whoever reads was forgotten, and the transaction has closed it, this may be the garbage collector: it must ask nothing.
        if not cursor.closed:
            try:
                cursor.close()
            finally:
                # A CLOSE that is ended itself leaves it open; of a transaction that has failed this one asks nothing more.
                cursor.close()


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Errors of the place as CannotRun; nothing was stored then.

    Contended where the same may simply be tried again, Refused where it is something that the place never takes.
    """
    try:
        yield
    except (errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation) as error:
        raise Contended(f"{place}: another process was faster ({error})") from error
    except (
        psycopg.DataError,
        psycopg.IntegrityError,
        errors.ProgramLimitExceeded,
        errors.RaiseException,
    ) as error:
        # What the database says of it may hold a text of a person.
        raise Refused(
            "not_storable", f"the database does not take it ({type(error).__name__})"
        ) from error
    except psycopg.Error as error:
        code, told = _meaning(error)
        raise CannotRun(f"{place} {told}", code=code, path=place, reason=_words(error)) from error


def not_connected(url: str, error: psycopg.OperationalError) -> CannotRun:
    """Why no connection can be made: a server that refuses this user or has no such database will do so for ever, a full one not."""
    said, place = _words(error), place_of(url)
    silent, conninfo = isinstance(error, errors.ConnectionTimeout), checked(url)
    if pq.PGconn.ping(conninfo.encode()) == pq.Ping.NO_ATTEMPT:
        return _not_understood(said)
    state = None if silent else sqlstate(conninfo)
    code, told = next(
        ((code, told) for begins, code, told in _REFUSALS if (state or "").startswith(begins)),
        (None, ""),
    )
    if code is None:
        code, told = _meaning(error)
    else:
        told = told.format(said=said)
    return CannotRun(f"{place} {told}", code=code, path=place, reason=said)


_NOT_LET_IN: Final = (
    "does not let this user in ({said}); check user and password in the address (DUNGHEN_DATABASE_URL, --database), that the"
    " user exists and may connect to this database, and what pg_hba.conf says of it"
)

_NOT_TAKEN: Final = "does not take what the address sets ({said}); correct `options` and the like in DUNGHEN_DATABASE_URL, --database"
_NO_ROOM: Final = (
    "has no connection left for this user ({said}); end what holds them (pg_stat_activity tells who), or raise max_connections or"
    " the user's CONNECTION LIMIT"
)
_REFUSALS: Final[Sequence[tuple[str, str, str]]] = (
    ("28", "database_refused", _NOT_LET_IN),
    ("42501", "database_refused", _NOT_LET_IN),
    ("22", "bad_database_url", _NOT_TAKEN),
    ("42", "bad_database_url", _NOT_TAKEN),
    (
        "53300",
        "database_crowded",
        _NO_ROOM,
    ),
    (
        "3D000",
        "database_missing",
        "is not there ({said}); correct the name in the address, or make the database (CREATE DATABASE) and run `dunghen migrate`",
    ),
)
"""What a SQLSTATE, or a class of them, means when connecting: code, and what to say."""


_MEANINGS: Final[Sequence[tuple[tuple[type[psycopg.Error], ...], str, str]]] = (
    (
        (errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedFunction),
        "not_migrated",
        "has not the tables of this version; run `dunghen migrate` first",
    ),
    (
        (errors.InsufficientPrivilege,),
        "no_access",
        "does not let this user do it ({said}); docs/operating.md says which role each command needs",
    ),
    (
        (errors.LockNotAvailable,),
        "database_locked",
        "is locked by another process; try again when it has finished",
    ),
    (
        (errors.DiskFull,),
        "disk_full",
        "has no room left; nothing of this batch was stored: make room and run again",
    ),
    ((errors.QueryCanceled,), "timeout", "took too long ({said}); nothing was stored, try again"),
    (
        (errors.ReadOnlySqlTransaction,),
        "database_read_only",
        "takes nothing in now ({said}); is it a standby, or was it closed because its disk is full?",
    ),
    (
        # Of the last two: a process that was paused has lost its connection, which is no fault of what it asked.
        (
            psycopg.OperationalError,
            psycopg.InterfaceError,
            errors.IdleInTransactionSessionTimeout,
            errors.TransactionTimeout,
        ),
        "database_unreachable",
        "cannot be reached ({said}); check address and server",
    ),
    ((psycopg.Error,), "database_error", "reports an error: {said}"),
)


_UNTRUSTED: Final = (
    "cannot be trusted ({said}); sslrootcert in the address must name the certificate of the authority that signed the"
    " server's, and the address the host as the server's certificate does"
)
"""libpq has no code of its own for it, only words."""


def _meaning(error: psycopg.Error) -> tuple[str, str]:
    said = _words(error)
    if isinstance(error, psycopg.OperationalError) and "certificate" in said:
        return "database_untrusted", _UNTRUSTED.format(said=said)
    return next(
        (code, told.format(said=said))
        for kinds, code, told in _MEANINGS
        if isinstance(error, kinds)
    )


def _words(error: psycopg.Error) -> str:
    said = " ".join(str(error).split())
    if isinstance(error, errors.ConnectionTimeout):
        said += ": nobody there answers as PostgreSQL does"
    return said
