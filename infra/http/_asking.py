"""Who asks, and a question asked for him: what every route and page goes through.

Knows where the guard of access puts the asker of a request. Must not know how he proved who he is.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from fastapi import Request

from infra.access import NOBODY, Asker
from infra.http._stores import Stores
from infra.wiring import Store

R = TypeVar("R")


def asker(request: Request) -> Asker:
    """Who asks; nobody, who may ask nothing, where that was not found out."""
    found = getattr(request.state, "asker", None)
    return found if isinstance(found, Asker) else NOBODY


def ask(
    request: Request,
    stores: Stores,
    question: Callable[[Store], R],
    *,
    now: datetime | None = None,
) -> R:
    """The answer to a question, within the scope of who asks it. `now`: of a request that asks more than one."""
    return stores.ask(question, asker(request).scope, now=now)
