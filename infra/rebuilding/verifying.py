"""`verify`: the log against itself (`infra.verifylog`), then every row against the log.

Knows the store and the views' comparison. Must not know the log's tables, nor what events mean.
"""

from contextlib import closing
from itertools import islice
from typing import Final

from infra.answers import Answer
from infra.rebuilding.comparing import compare, standing
from infra.rebuilding.filling import fill
from infra.rebuilding.room import ensure_room
from infra.rows.tables import ROWS
from infra.verifylog import Broken, verify_log
from infra.wiring import Progress, Store

_SHOWN: Final = 1_000


def verify(store: Store, *, progress: Progress, room: int | None = None) -> Answer:
    """The answer of `dunghen verify`: the log first; the rows are compared with it only where it is whole.

    `parked`: so many dossiers stand still, and their rows are compared as far as they go. That is no difference.

    `room`: bytes that the database may grow by for the copy to compare with, where that cannot be seen from here.
    """
    with closing(
        verify_log(store.log, lambda done, total: progress("verify", done, total))
    ) as found:
        broken = list(islice(found, _SHOWN))
    broken += [Broken("readings", message) for message in store.vault.broken_readings()]
    differences: list[Answer] = []
    if not broken:
        differences = verify_views(store, progress, room)
    return {
        "events": store.log.max_position(),
        "dossiers": store.views.count("states"),
        "rows": sum(store.views.count(table.name) for table in ROWS),
        "parked": len(store.views.stopped()),
        "broken": [one.as_json() for one in broken],
        "differences": differences[:_SHOWN],
    }


def verify_views(store: Store, progress: Progress, room: int | None = None) -> list[Answer]:
    """Every row that differs from what the log gives, projected anew beside it under the policy that the rows name.

    The rows are read as they stand when all is projected, whatever another process adds from then on, and the log as far as they go.
    """
    law = store.views.law(store.law)
    with store.generations.beside(law) as anew:
        # Only now: copies that killed processes have left are gone by here, and their room is free.
        ensure_room(store.generations, room, command="verify")
        fill(store.log, anew, law, store.now, progress)
        with standing(store, anew, law, progress):
            return list(compare(store.views, anew))
