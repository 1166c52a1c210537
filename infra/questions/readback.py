"""Whether what was recorded is in the tables already: reading one's own writes.

Knows which tables tell it. Must not know how long anybody waits.
"""

from collections.abc import Mapping
from typing import Final

from consumers.project import is_dossier
from infra.rows.tables import among, listed
from infra.wiring import Store

_DOSSIERS: Final = f"SELECT dossier, version FROM states WHERE dossier {among()}"
_OTHERS: Final = (
    f"SELECT record, max(version) FROM registered WHERE record {among()} GROUP BY record"
)


def shown(store: Store, versions: Mapping[str, int]) -> bool:
    """Whether the tables have these records up to these versions."""
    reached: dict[str, int] = {}
    dossiers = [record for record in versions if is_dossier(record)]
    others = [record for record in versions if not is_dossier(record)]
    for sql, records in ((_DOSSIERS, dossiers), (_OTHERS, others)):
        if records:
            reached |= dict(store.views.database.rows(sql, (listed(records),)))
    return all(reached.get(record, 0) >= version for record, version in versions.items())
