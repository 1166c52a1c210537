"""What the figures of a page are read from: the log as it stood when they were asked for.

Knows that a page names its source on paper. Must not know what is asked, nor what the page looks like.
"""

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from infra.http._asking import ask
from infra.http._stores import Stores
from infra.wiring import Store

R = TypeVar("R")


def read(request: Request, stores: Stores, question: Callable[[Store], R]) -> tuple[int, R]:
    """How many events the log has, and the answer, which is of these at least: what comes meanwhile may be in it as well."""

    def both(store: Store) -> tuple[int, R]:
        events = recorded(store)
        return events, question(store)

    return ask(request, stores, both)


def recorded(store: Store) -> int:
    """How many events the log has: its positions have no holes."""
    return store.log.max_position()
