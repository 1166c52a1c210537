"""Where a server keeps its data: a temporary folder, or one that stays, with what must be the same at the next start.

Knows paths and small JSON files. Must not know which server it is.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def data_folder(name: str, data: Path | None) -> Path:
    """`data`, or a new temporary one. It need not be empty: a server may have been there."""
    if data is None:
        # Not in pytest's folders: they are closed to the account that PostgreSQL runs as.
        return Path(tempfile.mkdtemp(prefix=f"dunghen-{name}-"))
    data.mkdir(parents=True, exist_ok=True)
    return data.absolute()


def remembered(folder: Path, make: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """What `make` said when the folder was new: ports, a password."""
    path = folder / "server.json"
    if not path.exists():
        private = os.open(path, os.O_WRONLY | os.O_CREAT, mode=0o600)
        with os.fdopen(private, "w", encoding="utf-8") as file:
            json.dump(make(), file)
    kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return kept
