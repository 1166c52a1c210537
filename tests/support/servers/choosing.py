"""Which of several ways to a server is taken: the first that does not refuse.

Knows ways and their refusals. Must not know what a server is, nor look at the machine itself.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from tests.support.servers.values import Unavailable

S = TypeVar("S")
Opened = Callable[[], AbstractContextManager[S]]


@dataclass(frozen=True)
class Way(Generic[S]):
    """Raises `Unavailable` on entering when it cannot be gone here; anything else is a fault."""

    name: str
    opened: Opened[S]


def ways(
    *,
    given: Opened[S] | None,
    docker: Opened[S],
    packages: Sequence[Way[S]],
    own: bool,
) -> list[Way[S]]:
    """An address that was given is binding; a server to be broken must be a process of our own."""
    if own:
        return list(packages)
    if given is not None:
        return [Way("address", given)]
    return [Way("Docker", docker), *packages]


@contextmanager
def first_of(candidates: Sequence[Way[S]]) -> Iterator[S]:
    refusals = []
    with ExitStack() as stack:
        for way in candidates:
            try:
                server = stack.enter_context(way.opened())
            except Unavailable as refusal:
                refusals.append(f"{way.name}: {refusal}")
            else:
                break
        else:
            raise Unavailable("; ".join(refusals))
        yield server
