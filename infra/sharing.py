"""Work that is shared out to processes, each of which does every so-manieth piece; the results come in the pieces' order.

Knows processes and pipes. Must not know what is done. Each process has a pipe of its own: of one that was killed in the midst of
handing over a result nobody waits for the rest, whoever else lives.
"""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread
from typing import Any, Final, TypeVar

from infra.errors import CannotRun

_AHEAD: Final = 2
"""Results a process may have done before they are asked for: enough that none waits, few enough to hold in memory."""

Piece = TypeVar("Piece")
Done = TypeVar("Done")


def shared_out(
    begun: Callable[[], Callable[[Piece], Done]], pieces: Sequence[Piece], processes: int
) -> Generator[Done, None, None]:
    """What is done with each piece, in their order. `begun` is called once in each process. What it raises is raised here.

    CannotRun (`process_died`) where a process ended without a word. However this ends, the processes have ended.
    """
    with ExitStack() as stack:
        readers = [
            stack.enter_context(_at_work(begun, pieces[number::processes]))
            for number in range(processes)
        ]
        for number in range(len(pieces)):
            try:
                done = readers[number % processes].recv()
            except (EOFError, OSError) as gone:
                raise CannotRun(
                    "a process that was judging died, perhaps for want of memory; run the command again, it goes on where it was",
                    code="process_died",
                ) from gone
            if isinstance(done, BaseException):
                raise done
            yield done


@contextmanager
def _at_work(
    begun: Callable[[], Callable[[Any], Any]], pieces: Sequence[Any]
) -> Iterator[Connection]:
    """The end of the pipe at which a process's results come."""
    spawning = multiprocessing.get_context("spawn")
    reader, writer = spawning.Pipe(duplex=False)
    with reader:
        # Only the process holds the other end: when it is gone the pipe ends.
        with writer:
            process = spawning.Process(target=_work, args=(begun, pieces, writer))
            process.start()
        try:
            yield reader
        finally:
            process.kill()
            process.join()


# ── in a process of its own ─────────────────────────────────────────────────────────────────────────────────────────────


def _work(
    begun: Callable[[], Callable[[Any], Any]], pieces: Sequence[Any], writer: Connection
) -> None:
    """Whoever is interrupted is the process that asked; this one ends with it, however that one ends."""
    for asked in (signal.SIGINT, signal.SIGTERM):  # a terminal and a supervisor ask the whole group
        signal.signal(asked, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    results: Queue[Any] = Queue(_AHEAD)
    sender = Thread(target=_send, args=(results, writer))
    sender.start()
    try:
        work = begun()
        for piece in pieces:
            results.put(work(piece))
    except Exception as error:  # noqa: BLE001 - raised where the result is asked for
        error.add_note("".join(traceback.format_exception(error)))
        results.put(error)
    results.put(None)
    sender.join()


def _send(results: "Queue[Any]", writer: Connection) -> None:
    with writer:  # closed also when a result cannot be sent, or its receiver would wait for ever
        while (done := results.get()) is not None:
            writer.send(done)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
