"""Work beside the loop: a receiver may take its time, and the loop comes round all the same.

Knows threads. Must not know what is done. Daemons: a process that is told to stop does not wait for a receiver that does not answer.
"""

from collections.abc import Callable
from threading import Event, Thread
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class _Failed(NamedTuple):
    error: Exception


class Aside(Generic[T]):
    """One piece of work at a time, in a thread of its own. `news` is set whenever one has ended."""

    def __init__(self, news: Event) -> None:
        self._news = news
        self._thread: Thread | None = None
        self._made: list[T | _Failed] = []
        self.stopping = False
        """Asks the work to end after the piece in hand."""

    def start(self, work: Callable[[], T]) -> None:
        """Begin. Not while there is any under way."""
        assert self._thread is None
        self._thread = Thread(target=self._run, args=(work,), name="dunghen-aside", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self._made.append(work())
        except Exception as error:  # noqa: BLE001 - raised where the loop asks for the result
            self._made.append(_Failed(error))
        finally:
            self._news.set()

    def result(self) -> T | None:
        """What came of it, once; None while it is under way. Raises what it raised."""
        if not self._made or self._thread is None:
            return None
        self._thread.join()
        self._thread = None
        made = self._made.pop()
        if isinstance(made, _Failed):
            raise made.error
        return made

    def stop(self) -> None:
        """Ask it to end."""
        self.stopping = True

    def ended(self, patience: float) -> bool:
        """Whether it has ended; waits so many seconds for it at most."""
        if self._thread is not None:
            self._thread.join(patience)
        return self._thread is None or not self._thread.is_alive()
