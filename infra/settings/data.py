"""Where the data lies and by which local rules it is judged: what `wiring.open_store` needs to know.

Knows names only. Must not know the command line, the environment or what is in the folder.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`data` holds the embedded SQLite files, `database_url` replaces them; `policy` names a preset of `domain.policy`."""

    data: Path
    policy: str = "national"
    database_url: str | None = None
