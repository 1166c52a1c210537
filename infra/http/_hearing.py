"""uvicorn's protocol with an end to waiting: a connection over which no request comes is let go.

Knows connections. Must not know what is asked. uvicorn waits for ever for a first request, for the rest of one whose head has begun, and
for a body that is not wanted any more; each is one of the connections that there may be, and so many clients as say nothing would keep
everybody out.
"""

import asyncio
from typing import Any, Final

from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

_SECONDS: Final = 15.0
"""In which the whole head of a request must have come, after the connection or the response before."""


class Hearing(H11Protocol):
    """One connection."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._ending: asyncio.TimerHandle | None = None
        self._look()

    @override
    def handle_events(self) -> None:
        """What came."""
        super().handle_events()
        self._look()

    @override
    def on_response_complete(self) -> None:
        """Nothing more is to be said."""
        super().on_response_complete()
        self._look()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        self._stop()

    def _look(self) -> None:
        """Begin to wait where no request is under way; one that is has its own limits."""
        none_under_way = getattr(self.cycle, "response_complete", True)
        if not none_under_way:
            self._stop()
        elif self._ending is None:
            self._ending = self.loop.call_later(_SECONDS, self._let_go)

    def _stop(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _let_go(self) -> None:
        self._ending = None
        self.transport.close()
