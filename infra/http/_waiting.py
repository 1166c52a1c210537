"""`?wait=`: an answer that comes when the tables have what was recorded, so that whoever asks next sees it.

Knows clocks. Must not know tables. While it waits it holds no store: it looks now and then, as any request would.
"""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import Query

from domain.errors import Contended
from infra.errors import CannotRun
from infra.http._stores import Stores
from infra.questions.readback import shown

LONGEST: Final = 30.0
_LOOK_SECONDS: Final = 0.05
_LONGEST_LOOK: Final = 1.0
"""Each look waits longer than the one before, up to so long: of many who wait for what does not come, few ask at once."""

Wait = Annotated[
    float | None,
    Query(
        ge=0,
        le=LONGEST,
        allow_inf_nan=False,
        description="Seconds to wait for the tables to have it; `projected` says whether they do.",
        examples=[5],
    ),
]


async def projected(stores: Stores, versions: Mapping[str, int], seconds: float) -> bool:
    """Whether the tables have these records up to these versions, within so many seconds.

    What was recorded stays recorded: a database that is away meanwhile is no answer to that, only not yet.
    """
    loop = asyncio.get_running_loop()
    until, pause = loop.time() + seconds, _LOOK_SECONDS
    while True:
        try:
            if await stores.aside(stores.own, lambda store: shown(store, versions)):
                return True
        except (CannotRun, Contended):
            pass
        if loop.time() >= until:
            return False
        await asyncio.sleep(min(pause, max(0.0, until - loop.time())))
        pause = min(1.5 * pause, _LONGEST_LOOK)
